//! Routes that can bring a handler requests which look like invocations.
//!
//! A host that forwards HTTP requests keeps their paths, and invokes functions with `POST /{function}`: the two look alike
//! (ground-truth.md §6). The host takes the path from .NET's `Uri`, which reads `\` as `/` and resolves the dots behind it, after
//! `%5c` was decoded: a request for `/web/..%5cHello` on the route `web/{*path}` arrives as `/Hello` (ground-truth.md §12). So a
//! route must be such that no path of it becomes another one, and that none is the path of a function. A key that the route asks
//! for changes nothing: it is the key of another function.

use super::constraint::Constraint;
use super::segment::{Segment, SegmentPart};
use super::{Parameter, ParameterKind, RouteTemplate, table};
use crate::function_json::{FunctionJson, HTTP_TRIGGER};
use crate::http_trigger::RequestPath;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use thiserror::Error;

/// Checks that no HTTP trigger of a function can bring the handler a request with the path of one of these functions.
///
/// `prefix` is `extensions.http.routePrefix` of host.json. The routes are checked without it as well, since a variable can take it
/// away.
///
/// ```
/// use host_protocol::function_json::{AuthLevel, forwarded_route};
/// use host_protocol::http_trigger::check_routes;
///
/// let check = |route| check_routes("Web", &forwarded_route(route, AuthLevel::Function), "", &["Hello"]);
/// assert!(check("mcp").is_ok() && check("users/{id:int}").is_ok());
/// assert!(check("users/{id}").is_err() && check("web/{*path}").is_err() && check("{name:alpha}").is_err());
/// ```
///
/// # Errors
///
/// If a route can, or cannot be read: a host may know routes that this crate does not know.
pub fn check_routes(function: &str, file: &FunctionJson, prefix: &str, functions: &[&str]) -> Result<(), OpenRoute> {
    for trigger in file.bindings.iter().filter(|binding| binding.is(HTTP_TRIGGER)) {
        let route = trigger.text("route").map_err(|error| OpenRoute::caused_by(error, String::new()))?;
        let route = route.filter(|route| !route.trim().is_empty()).unwrap_or_else(|| function.to_owned());
        for prefix in [prefix, ""] {
            let template = RouteTemplate::parse(&table::with_prefix(prefix, &route));
            let template = template.map_err(|error| OpenRoute::caused_by(error, route.clone()))?;
            check(&template, functions).map_err(|reason| OpenRoute { route: route.clone(), reason, source: None })?;
        }
    }
    Ok(())
}

/// Checks one route. The error is the reason why it is open.
fn check(template: &RouteTemplate, functions: &[&str]) -> Result<(), String> {
    template.segments.iter().try_for_each(Segment::keeps_its_place)?;
    // The names of functions need no decoding.
    match functions.iter().find(|name| template.matches(&RequestPath::parse(name)).is_some()) {
        Some(name) => Err(format!(
            "it takes requests for `/{name}`, which is how the host calls the function `{name}`; begin it with a part that is no \
             function's name, such as `web/`"
        )),
        None => Ok(()),
    }
}

impl Segment {
    /// Checks that the host leaves each text of this segment where it stands in the path. The error is the reason.
    fn keeps_its_place(&self) -> Result<(), String> {
        self.parts().iter().try_for_each(|part| match part {
            SegmentPart::Literal(text) => match text.chars().find(|&c| !is_kept(c)) {
                Some(c) => Err(format!(
                    "its part `{text}` has a `{c}`, which the host may read as something else; use letters, digits, `-`, `.`, \
                     `_` and `~` only"
                )),
                None => Ok(()),
            },
            SegmentPart::Parameter(parameter) if parameter.keeps_its_place() => Ok(()),
            SegmentPart::Parameter(parameter) => Err(format!(
                "its parameter `{parameter}` can hold a backslash, which the host takes for a slash: a request for `..%5cHello` \
                 there arrives as a call of the function `Hello`; write a route without parameters, or with constraints such as \
                 `{{name:alpha}}` or `{{id:int}}`"
            )),
        })
    }
}

impl Parameter {
    /// Whether no value of the parameter can change the path. The host never matches a constraint of a parameter that matches the rest
    /// (ground-truth.md §12).
    fn keeps_its_place(&self) -> bool {
        self.kind != ParameterKind::CatchAll && self.constraints.iter().any(Constraint::has_words_only)
    }
}

impl Constraint {
    /// Whether the constraint excludes backslashes, percent signs and segments of dots.
    fn has_words_only(&self) -> bool {
        match self {
            Constraint::Int
            | Constraint::Long
            | Constraint::Bool
            | Constraint::Number
            | Constraint::Guid
            | Constraint::Alpha
            | Constraint::Range { .. } => true,
            Constraint::Required | Constraint::Length { .. } => false,
        }
    }
}

/// Whether a character means the same in every reading of a path. Not those of escapes, the end of the path and the names of app
/// settings (`%NAME%`), and none that .NET's `Uri` composes or drops.
fn is_kept(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@".contains(c)
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, behind) = match self.kind {
            ParameterKind::Required => ("", ""),
            ParameterKind::Optional => ("", "?"),
            ParameterKind::CatchAll => ("*", ""),
        };
        write!(f, "{{{before}{}{behind}}}", self.name)
    }
}

/// A route that can bring a handler requests which look like invocations from the host. The text names the mistake in the route,
/// and a route to write instead.
#[derive(Clone, Debug, Error)]
#[error("by the route `{route}` anyone could call the tools without a key for them: {reason}")]
pub struct OpenRoute {
    route: String,
    reason: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl OpenRoute {
    /// The route cannot be read at all.
    fn caused_by(source: impl Error + Send + Sync + 'static, route: String) -> Self {
        OpenRoute { route, reason: source.to_string(), source: Some(Arc::new(source)) }
    }

    /// The route, as function.json has it. Without one there: the name of the function.
    pub fn route(&self) -> &str {
        &self.route
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function_json::AuthLevel;
    use crate::function_json::forwarded_route;
    use proptest::prelude::*;

    const FUNCTIONS: [&str; 2] = ["Hello", "Save-Snippet"];

    fn is_open(prefix: &str, route: &str) -> Option<String> {
        let file = forwarded_route(route, AuthLevel::Admin);
        check_routes("Web", &file, prefix, &FUNCTIONS).err().map(|open| open.to_string())
    }

    #[test]
    fn a_route_is_open_if_a_part_of_it_can_be_anything() {
        for route in [
            "{*path}",
            "/{*path}",
            "{**path}",
            "mcp/{*path}",
            ".well-known/{*path}",
            "a/{x}",
            "a/{x?}",
            "a/{x=5}",
            "a/{x}/b",
            "{x}",
            "a{x}b",
            "{name}.{format?}",
            "a/{x:length(3)}",
            "a/{x:minlength(1)}",
            "a/{x:required}",
            // Never matched by the recorded host, or not known here.
            "a/{*x:alpha}",
            "a/{x:regex(^[[a-z]]+$)}",
            "a/{x:datetime}",
            "a/{x:file}",
            // Literals that are something else to the host.
            "a\\\\..\\\\b",
            "%ROUTE%",
            "a/%2e%2e/b",
            "a/b?c",
            "a/b#c",
            "a b",
            "caf\u{e9}",
        ] {
            assert!(is_open("", route).is_some(), "{route}");
            assert!(is_open("api", route).is_some(), "api/{route}");
        }
        assert!(is_open("{tenant}", "users").is_some(), "a prefix is part of the route");
    }

    #[test]
    fn a_route_is_open_if_it_is_the_path_of_a_function() {
        for route in
            ["Hello", "hello/", "{x:alpha}", "{x:alpha?}", "{x:alpha}-{y:alpha}", "h{x:alpha}", "hello/{x:int?}"]
        {
            assert!(is_open("", route).is_some_and(|why| why.contains("is how the host calls")), "{route}");
            assert!(is_open("api", route).is_some(), "a variable can take the prefix away: {route}");
        }
    }

    #[test]
    fn other_routes_are_closed() {
        for route in [
            "mcp",
            "MCP/",
            ".well-known/oauth-protected-resource/{path:alpha?}",
            "a/{x:int}",
            "a/{x:int=5}",
            "a/{x:guid}/b",
            "a/{x:alpha:length(2)}",
            "v{major:int}.{minor:int}",
            "hello/{x:int}",
            "hellox",
            "a/{x:double}/{y:bool}/{z:range(1,5)}",
        ] {
            assert_eq!(is_open("", route), None, "{route}");
        }
        assert_eq!(is_open("", ""), None, "the name of the function");
    }

    #[test]
    fn a_name_may_be_the_route() {
        let file = FunctionJson::parse(r#"{"bindings":[{"type":"HttpTrigger","name":"req"}]}"#).unwrap();
        assert!(check_routes("Web", &file, "", &FUNCTIONS).is_ok());
        assert_eq!(check_routes("Hello", &file, "", &FUNCTIONS).unwrap_err().route(), "Hello");
        let text = r#"{"bindings":[{"type":"httpTrigger","name":"req","route":["a"]}]}"#;
        assert!(check_routes("Web", &FunctionJson::parse(text).unwrap(), "", &FUNCTIONS).is_err());
    }

    proptest! {
        /// Whatever a client writes, a closed route brings the handler the path that the route was found by.
        #[test]
        fn a_closed_route_brings_no_other_path(
            route in "(mcp|a|v1|\\{x:int\\}|\\{x:alpha\\}|\\{x\\}|\\{x:alpha\\?\\}|\\{\\*x\\})(/(b|\\.|\\{y:alpha\\}-\\{z:int\\}|\\{y:double\\}|\\{y\\})){0,2}",
            path in "(/(mcp|a|b|v1|7|-1|Hello|b-7|\\.|\\.\\.|%2e|%252e|\\\\|%5c|%2f|%3f|%23|%20|%0a|%){1,3}){0,4}",
        ) {
            if let Some(template) = RouteTemplate::parse(&route).ok().filter(|template| check(template, &FUNCTIONS).is_ok()) {
                let path = RequestPath::parse(&path);
                if template.matches(&path).is_some() {
                    prop_assert_eq!(path.rebuilt(), path.clone());
                    let written = path.to_string();
                    let name = FUNCTIONS.iter().find(|name| written[1..].eq_ignore_ascii_case(name));
                    prop_assert_eq!(name, None);
                }
            }
        }
    }
}
