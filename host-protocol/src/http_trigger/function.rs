//! An HTTP trigger, as function.json declares it.

use super::{InvalidRoute, RouteTemplate};
use crate::function_json::{AuthLevel, Binding, Direction, FunctionJson, HTTP_OUTPUT, HTTP_TRIGGER, InvalidMember};
use serde_json::Value;
use std::error::Error;
use std::sync::Arc;
use thiserror::Error;

/// A function with an HTTP trigger.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpFunction {
    /// The name of the trigger's binding.
    pub trigger: String,
    /// The key that a caller needs.
    pub level: AuthLevel,
    /// The methods of requests for the function. `None`: all methods.
    pub methods: Option<Vec<String>>,
    /// The route, without the prefix of the app. Default: the function's name.
    pub route: String,
    /// The `http` output, which gives the response. Its name may be `$return`.
    pub output: Option<Binding>,
    /// Whether the host can forward the request as it is: the function has no binding but the trigger and one `http` output.
    pub can_be_forwarded: bool,
}

impl HttpFunction {
    /// Reads the HTTP trigger of a function. `None` if the function has another trigger.
    ///
    /// # Errors
    ///
    /// If the host puts the function in error because of the trigger.
    pub fn read(name: &str, file: &FunctionJson) -> Option<Result<Self, InvalidHttpFunction>> {
        let trigger = file.trigger().filter(|trigger| trigger.is(HTTP_TRIGGER))?;
        Some(Self::of(name, trigger, file))
    }

    fn of(name: &str, trigger: &Binding, file: &FunctionJson) -> Result<Self, InvalidHttpFunction> {
        let text = |member| trigger.text(member).map_err(InvalidHttpFunction::from);
        let level = match text("authLevel")? {
            None => AuthLevel::default(),
            Some(level) => AuthLevel::parse(&level).ok_or_else(|| {
                InvalidHttpFunction::new(format!(
                    "its authLevel is `{level}`, and there are anonymous, function, system and admin only"
                ))
            })?,
        };
        let route = text("route")?.filter(|route| !route.trim().is_empty()).unwrap_or_else(|| name.to_owned());
        let outputs = || file.bindings.iter().filter(|binding| binding.direction != Direction::In);
        let output = outputs().find(|binding| binding.is(HTTP_OUTPUT)).cloned();
        Ok(HttpFunction {
            trigger: trigger.name.clone(),
            level,
            methods: methods(trigger.get("methods"))?,
            route: checked(route)?,
            can_be_forwarded: output.is_some() && file.bindings.len() == 2,
            output,
        })
    }
}

fn methods(value: Option<&Value>) -> Result<Option<Vec<String>>, InvalidHttpFunction> {
    let invalid =
        || InvalidHttpFunction::new("its methods are no list of names, such as [\"get\", \"post\"]".to_owned());
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(names)) => {
            let name = |name: &Value| name.as_str().map(str::to_owned).ok_or_else(invalid);
            let names = names.iter().map(name).collect::<Result<Vec<_>, _>>()?;
            Ok(Some(names).filter(|names| !names.is_empty()))
        }
        Some(_) => Err(invalid()),
    }
}

/// Checks that a route can be read, and does not begin like the host's own paths.
fn checked(route: String) -> Result<String, InvalidHttpFunction> {
    RouteTemplate::parse(&route)?;
    let first = route.trim_matches('/').split('/').next().unwrap_or_default();
    if ["admin", "runtime"].iter().any(|own| own.eq_ignore_ascii_case(first)) {
        return Err(InvalidHttpFunction::new(format!(
            "its route `{route}` begins with `{first}`, which the host keeps for itself"
        )));
    }
    Ok(route)
}

/// A function with an HTTP trigger that cannot be called.
#[derive(Clone, Debug, Error)]
#[error("{reason}")]
pub struct InvalidHttpFunction {
    reason: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl InvalidHttpFunction {
    fn new(reason: String) -> Self {
        InvalidHttpFunction { reason, source: None }
    }
}

impl From<InvalidRoute> for InvalidHttpFunction {
    fn from(error: InvalidRoute) -> Self {
        InvalidHttpFunction { reason: error.to_string(), source: Some(Arc::new(error)) }
    }
}

impl From<InvalidMember> for InvalidHttpFunction {
    fn from(error: InvalidMember) -> Self {
        InvalidHttpFunction { reason: error.to_string(), source: Some(Arc::new(error)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(trigger: &str) -> Result<HttpFunction, InvalidHttpFunction> {
        let text = format!(
            r#"{{"bindings":[{{"type":"httpTrigger","name":"req",{trigger}}},{{"type":"http","direction":"out","name":"res"}}]}}"#
        );
        HttpFunction::read("Hello", &FunctionJson::parse(&text).unwrap()).unwrap()
    }

    #[test]
    fn what_is_not_said_is_as_with_the_host() {
        let function = read(r#""direction":"in""#).unwrap();
        assert_eq!((function.level, function.methods, &*function.route), (AuthLevel::Function, None, "Hello"));
        assert!(function.can_be_forwarded);
        let function = read(r#""authLevel":"ANONYMOUS","methods":["get"],"route":"a/{b}""#).unwrap();
        assert_eq!((function.level, &*function.route), (AuthLevel::Anonymous, "a/{b}"));
        assert_eq!(function.methods.unwrap(), ["get"]);
    }

    #[test]
    fn with_another_binding_it_is_invoked() {
        let text = r#"{"bindings":[{"type":"httpTrigger","name":"req"},{"type":"http","direction":"out","name":"res"},{"type":"queue","direction":"out","name":"q"}]}"#;
        let function = HttpFunction::read("Hello", &FunctionJson::parse(text).unwrap()).unwrap().unwrap();
        assert!(!function.can_be_forwarded);
    }

    #[test]
    fn what_the_host_refuses_is_named() {
        for (trigger, why) in [
            (r#""authLevel":"nobody""#, "authLevel"),
            (r#""methods":"get""#, "methods"),
            (r#""methods":[1]"#, "methods"),
            (r#""route":"admin/x""#, "`admin`"),
            (r#""route":"/Runtime""#, "`Runtime`"),
            (r#""route":"a/{b""#, "{b"),
        ] {
            let error = read(trigger).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
        assert!(read(r#""route":"administration/{x}""#).is_ok());
    }
}
