//! Routes that would let outsiders call functions.
//!
//! The host forwards the requests of HTTP functions as they are, and one for the path of a function cannot be told from an
//! invocation by its path (ground-truth.md §6). So no route without a key may match such a path.

use crate::registry::Registry;
use host_protocol::FunctionJson;
use host_protocol::function_json::HTTP_TRIGGER;

/// The route of an HTTP function, if it takes requests without a key to the path of one of the app's functions.
pub(super) fn opens(file: &FunctionJson, registry: &Registry) -> Option<String> {
    let trigger = file.trigger().filter(|trigger| trigger.is(HTTP_TRIGGER))?;
    let text = |member| trigger.text(member).ok().flatten();
    // A key is asked for if nothing is said.
    let is_open = text("authLevel").is_some_and(|level| level.eq_ignore_ascii_case("anonymous"));
    // Without a route it is the function's name, which is no other function's.
    let route = text("route").filter(|_| is_open)?;
    matches_function(&route, registry).then_some(route)
}

/// Whether a route can be the path of a function, which is one part long. `generate` leaves no prefix before it.
fn matches_function(route: &str, registry: &Registry) -> bool {
    let mut parts = route.trim_matches('/').split('/');
    let first = parts.next().unwrap_or_default();
    let is_function = registry.functions().any(|function| function.name.eq_ignore_ascii_case(first));
    (first.contains('{') || is_function) && parts.all(may_be_empty)
}

/// `{*rest}`, `{id?}`, `{id=1}`.
fn may_be_empty(part: &str) -> bool {
    let parameter = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
    parameter.is_some_and(|name| name.starts_with('*') || name.ends_with('?') || name.contains('='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::tests::HELLO;
    use host_protocol::http_trigger::AuthLevel;

    fn forwarded_route(route: &str) -> FunctionJson {
        host_protocol::function_json::forwarded_route(route, AuthLevel::Anonymous)
    }

    #[test]
    fn only_what_can_be_the_path_of_a_function_opens_it() {
        let registry = Registry::new([&HELLO].into_iter());
        for route in ["{*path}", "/{*path}", "{name}", "{a}/{b?}", "{a}/{*rest}", "hello", "Hello/{*rest}", "{a}-x"] {
            assert_eq!(opens(&forwarded_route(route), &registry).as_deref(), Some(route));
        }
        for route in ["mcp/{*path}", "web", "{a}/{b}", "{a}/b", "hello/{id}", ""] {
            assert_eq!(opens(&forwarded_route(route), &registry), None, "{route}");
        }
    }

    #[test]
    fn a_key_closes_it() {
        let registry = Registry::new([&HELLO].into_iter());
        let mut file = forwarded_route("{*path}");
        file.bindings[0].properties.insert("authLevel".to_owned(), "function".into());
        assert_eq!(opens(&file, &registry), None);
        file.bindings[0].properties.shift_remove("authLevel");
        assert_eq!(opens(&file, &registry), None);
    }
}
