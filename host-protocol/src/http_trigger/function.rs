//! What a function.json says of an HTTP trigger.

use super::{InvalidRoute, RouteTemplate};
use crate::function_json::{AuthLevel, Binding, Direction, FunctionJson, HTTP_OUTPUT, HTTP_TRIGGER};
use serde_json::Value;
use std::fmt;

/// A function with an HTTP trigger.
#[derive(Clone, Debug)]
pub struct HttpFunction {
    /// The name of the trigger's binding.
    pub trigger: String,
    /// What a caller has to show.
    pub level: AuthLevel,
    /// The methods that it takes; `None` for all.
    pub methods: Option<Vec<String>>,
    /// Its route, without the prefix of the app: the function's name if nothing is said.
    pub route: String,
    /// The `http` output that answers, if there is one; its name may be `$return`.
    pub output: Option<Binding>,
    /// Whether the host can hand the request on as it is: there is nothing but the trigger and one `http` output.
    pub can_be_forwarded: bool,
}

impl HttpFunction {
    /// What the function.json says; `None` if its trigger is another one.
    ///
    /// # Errors
    ///
    /// When the host puts the function in error.
    pub fn read(name: &str, file: &FunctionJson) -> Option<Result<Self, InvalidHttpFunction>> {
        let trigger = file.trigger().filter(|trigger| trigger.is(HTTP_TRIGGER))?;
        Some(Self::of(name, trigger, file))
    }

    fn of(name: &str, trigger: &Binding, file: &FunctionJson) -> Result<Self, InvalidHttpFunction> {
        let text = |member| trigger.text(member).map_err(|error| InvalidHttpFunction(error.to_string()));
        let level = match text("authLevel")? {
            None => AuthLevel::default(),
            Some(level) => AuthLevel::parse(&level).ok_or_else(|| {
                InvalidHttpFunction(format!(
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
    let invalid = || InvalidHttpFunction("its methods are no list of names, such as [\"get\", \"post\"]".to_owned());
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

/// A route that can be read, and that does not begin where the host's own paths are.
fn checked(route: String) -> Result<String, InvalidHttpFunction> {
    RouteTemplate::parse(&route)?;
    let first = route.trim_matches('/').split('/').next().unwrap_or_default();
    if ["admin", "runtime"].iter().any(|own| own.eq_ignore_ascii_case(first)) {
        return Err(InvalidHttpFunction(format!(
            "its route `{route}` begins with `{first}`, which the host keeps for itself"
        )));
    }
    Ok(route)
}

/// Why a function with an HTTP trigger cannot be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidHttpFunction(pub(super) String);

impl From<InvalidRoute> for InvalidHttpFunction {
    fn from(error: InvalidRoute) -> Self {
        InvalidHttpFunction(error.to_string())
    }
}

impl fmt::Display for InvalidHttpFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidHttpFunction {}

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
