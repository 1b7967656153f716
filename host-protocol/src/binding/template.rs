//! Binding expressions, and app settings in the members of bindings.

use super::{BindingData, BindingError};

/// Text with binding expressions in it, such as `archive/{sys.UtcNow:yyyy}/{mcptoolargs.name}.json`.
///
/// | expression | stands for |
/// |---|---|
/// | `{mcptoolargs.name}`, `{mcppromptargs.name}` | an argument, by its name in its own case |
/// | `{id}` | a parameter of the resource's template, percent-encoding kept |
/// | `{mcpresourceuri}`, `{mcpsessionid}` | the resource that is read; the session, if the client has one |
/// | `{name}`, `{arguments.name}`, `{transport.name}` … | another member of the trigger's value |
/// | `{sys.MethodName}`, `{sys.UtcNow}`, `{sys.RandGuid}` | the function, the time, a new GUID |
/// | `{datetime}`, `{rand-guid}` | the time and a new GUID, in short |
///
/// A colon and a .NET format may follow a time or a GUID. Case counts in the names of arguments only. `{{` and `}}` are braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingTemplate {
    text: String,
    parts: Vec<TemplatePart>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum TemplatePart {
    Literal(String),
    Expression(Expression),
}

/// The text between two braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expression {
    /// The name of a value, then the names of members inside the value.
    pub(super) path: Vec<String>,
    pub(super) format: Option<String>,
    /// The meaning if the call has no value with that name.
    pub(super) builtin: Option<Builtin>,
}

/// A value that the host knows without the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    DateTime,
    RandGuid,
}

impl BindingTemplate {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// If a brace has no partner, or the text between two braces is not a name. The host then puts the function in error.
    pub fn parse(text: &str) -> Result<Self, BindingError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (literal, brace) = rest.split_at(at);
            push_literal(&mut parts, literal);
            if brace.starts_with("{{") || brace.starts_with("}}") {
                push_literal(&mut parts, &brace[..1]);
                rest = &brace[2..];
                continue;
            }
            let end = brace[1..].find(['{', '}']).map(|end| end + 1);
            let Some(end) = end.filter(|end| brace.starts_with('{') && brace[*end..].starts_with('}')) else {
                return Err(BindingError::new(format!(
                    "`{text}` has a brace without its partner; write `{{{{` for one that is text"
                )));
            };
            parts.push(TemplatePart::Expression(Expression::parse(&brace[1..end]).ok_or_else(|| {
                BindingError::new(format!("`{}` in `{text}` is no binding expression", &brace[..=end]))
            })?));
            rest = &brace[end + 1..];
        }
        push_literal(&mut parts, rest);
        Ok(BindingTemplate { text: text.to_owned(), parts })
    }

    /// The names of the values that the template takes from a call, each without the path before its last dot: `name` of
    /// `{mcptoolargs.name}`, `id` of `{id}`. The host's own values, such as the time, are left out.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            TemplatePart::Expression(Expression { path, builtin: None, .. })
                if !path.first()?.eq_ignore_ascii_case("sys") =>
            {
                path.last().map(String::as_str)
            }
            _ => None,
        })
    }

    /// Replaces the expressions by their values.
    ///
    /// # Errors
    ///
    /// If the invocation has no value for an expression.
    pub fn resolve(&self, data: &BindingData<'_>) -> Result<String, BindingError> {
        let mut resolved = String::with_capacity(self.text.len());
        for part in &self.parts {
            match part {
                TemplatePart::Literal(text) => resolved.push_str(text),
                TemplatePart::Expression(expression) => {
                    let value = data.value(expression);
                    let value = value.map_err(|error| {
                        let reason = format!("`{}`: {error}", self.text);
                        BindingError::caused_by(error, reason)
                    })?;
                    resolved.push_str(&value);
                }
            }
        }
        Ok(resolved)
    }
}

fn push_literal(parts: &mut Vec<TemplatePart>, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(TemplatePart::Literal(literal)) => literal.push_str(text),
        _ => parts.push(TemplatePart::Literal(text.to_owned())),
    }
}

impl Expression {
    fn parse(text: &str) -> Option<Self> {
        let builtin = Builtin::beginning(text);
        let (name, format) = match text.split_once(':') {
            Some((name, format)) => (name, Some(format.to_owned()).filter(|format| !format.trim().is_empty())),
            None => (text, None),
        };
        let path: Vec<String> = name.split('.').map(str::to_owned).collect();
        // Only behind the first dot may a name hold hyphens.
        let is_name = |(at, name): (usize, &String)| {
            let start = name.starts_with(|c: char| c.is_alphabetic() || c == '_' || at > 0);
            start && !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || (c == '-' && at > 0))
        };
        (builtin.is_some() || path.iter().enumerate().all(is_name)).then_some(Expression { path, format, builtin })
    }
}

impl Builtin {
    /// Recognizes a builtin by the beginning of a text, as the host does.
    fn beginning(text: &str) -> Option<Self> {
        let begins = |name: &str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        if begins("datetime") { Some(Builtin::DateTime) } else { begins("rand-guid").then_some(Builtin::RandGuid) }
    }
}

/// Replaces the names of app settings between percent signs by their values, as in `%CONTAINER%/{name}.json`. The host does that
/// once, when it loads a function.
///
/// # Errors
///
/// If a setting does not exist, or a second percent sign is missing. The host then puts the function in error.
pub fn resolve_settings(text: &str, setting: impl Fn(&str) -> Option<String>) -> Result<String, BindingError> {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        let Some((name, after)) = after.split_once('%') else {
            return Err(BindingError::new(format!(
                "`{text}` has one `%` too many: a percent sign begins and ends the name of an app setting, as in `%NAME%`"
            )));
        };
        let Some(value) = setting(name) else {
            return Err(BindingError::new(format!(
                "`%{name}%` in `{text}` is no app setting; set the variable {name}"
            )));
        };
        resolved.push_str(before);
        resolved.push_str(&value);
        rest = after;
    }
    resolved.push_str(rest);
    Ok(resolved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_expressions_or_text() {
        let template = BindingTemplate::parse("a{{b}}/{mcptoolargs.my-name}{sys.UtcNow:HH:mm}").unwrap();
        let expression = |path: &[&str], format: Option<&str>| {
            let path = path.iter().map(|part| (*part).to_owned()).collect();
            TemplatePart::Expression(Expression { path, format: format.map(str::to_owned), builtin: None })
        };
        let expected = [
            TemplatePart::Literal("a{b}/".to_owned()),
            expression(&["mcptoolargs", "my-name"], None),
            expression(&["sys", "UtcNow"], Some("HH:mm")),
        ];
        assert_eq!(template.parts, expected);
        assert_eq!(BindingTemplate::parse("").unwrap().parts, []);
        for text in
            ["{", "}", "{}", "{a", "a}", "{a{b}}", "{a b}", "{a..b}", "{.a}", "{my-name}", "{1a}", "{a.}", "{$a}"]
        {
            assert!(BindingTemplate::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_are_those_of_values_that_a_client_gives() {
        let template = BindingTemplate::parse("a/{mcptoolargs.my-name}/{sys.RandGuid}{datetime}-{id}").unwrap();
        assert_eq!(template.names().collect::<Vec<_>>(), ["my-name", "id"]);
    }

    #[test]
    fn times_and_guids_are_known_by_how_they_begin() {
        for (text, builtin) in [("{DateTime}", Builtin::DateTime), ("{rand-guid:N}", Builtin::RandGuid)] {
            let TemplatePart::Expression(expression) = &BindingTemplate::parse(text).unwrap().parts[0] else {
                panic!("{text}")
            };
            assert_eq!(expression.builtin, Some(builtin), "{text}");
        }
    }

    #[test]
    fn settings_stand_in_for_their_names() {
        let resolve = |text| resolve_settings(text, |name| (name == "A").then(|| "a%b".to_owned()));
        assert_eq!(resolve("plain/{x}").unwrap(), "plain/{x}");
        assert_eq!(resolve("%A%/{x}-%A%").unwrap(), "a%b/{x}-a%b");
        assert!(resolve("%B%/x").unwrap_err().to_string().contains("set the variable B"));
        assert!(resolve("100%").is_err());
    }
}
