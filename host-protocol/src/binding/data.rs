//! Binding data: the values that binding expressions can name.

use super::template::{Builtin, Expression};
use super::{BindingError, date_format};
use crate::invocation::{Invocation, SystemBindingData, Trigger, argument_text};
use crate::json::RawObject;
use crate::json::date::DateTime;
use serde_json::value::RawValue;

/// The values that binding expressions can name: members of the trigger's value, and the extension's and the host's own values.
pub struct BindingData<'a> {
    invocation: &'a Invocation,
    trigger: &'a str,
    /// The trigger's value as the extension writes it.
    value: String,
    fresh: &'a (dyn Fn() -> SystemBindingData + Sync),
}

/// A value that an expression can name.
enum ExpressionValue<'a> {
    Text(&'a str),
    /// Found by names in their own case.
    Arguments(&'a RawValue),
    /// Found by names in any case.
    Json(&'a RawValue),
    System(SystemBindingData),
    Time(String),
    Guid(String),
}

impl<'a> BindingData<'a> {
    /// The data of an invocation. `trigger` is the name of the trigger's binding. `fresh` gives the time, and a new GUID with each
    /// call.
    ///
    /// # Errors
    ///
    /// If a string in the arguments holds half a surrogate pair. The extension fails on those too.
    pub fn new(
        invocation: &'a Invocation,
        trigger: &'a str,
        fresh: &'a (dyn Fn() -> SystemBindingData + Sync),
    ) -> serde_json::Result<Self> {
        let value = invocation.trigger.to_json()?;
        Ok(BindingData { invocation, trigger, value, fresh })
    }

    /// The text of an expression. For objects and lists the text is empty, as with the host.
    pub(super) fn value(&self, expression: &Expression) -> Result<String, BindingError> {
        let Expression { path, format, builtin } = expression;
        let name = path.first().map(String::as_str).unwrap_or_default();
        let (value, path) = match (self.root(name), builtin) {
            (Some(value), _) => (value, &path[1..]),
            (None, Some(Builtin::DateTime)) => (ExpressionValue::Time((self.fresh)().utc_now), &[][..]),
            (None, Some(Builtin::RandGuid)) => (ExpressionValue::Guid((self.fresh)().guid), &[][..]),
            (None, None) => {
                return Err(BindingError::new(format!("this call has no value named `{name}`{}", self.advice(name))));
            }
        };
        let value = path.iter().try_fold(value, |value, member| self.member(value, member))?;
        text(value, format.as_deref())
    }

    /// The value with a name in any case. Members of the trigger's value hide others, such as a template's parameter `uri`.
    fn root(&self, name: &str) -> Option<ExpressionValue<'_>> {
        let promoted = RawObject::parse(&self.value).ok().and_then(|value| value.get_some(name));
        if let Some(value) = promoted.filter(|value| !value.get().starts_with('[')) {
            return Some(ExpressionValue::Json(value));
        }
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let Invocation { trigger, .. } = self.invocation;
        match trigger {
            Trigger::Tool(_) if is("mcptoolargs") => return trigger.arguments().map(ExpressionValue::Arguments),
            Trigger::Prompt(_) if is("mcppromptargs") => return trigger.arguments().map(ExpressionValue::Arguments),
            Trigger::Resource(resource) if is("mcpresourceuri") => return Some(ExpressionValue::Text(&resource.uri)),
            Trigger::Resource(resource) => {
                if let Some((_, value)) = resource.parameters.iter().find(|(known, _)| is(known)) {
                    return Some(ExpressionValue::Text(value));
                }
            }
            _ => {}
        }
        match trigger.caller() {
            Some(caller) if is("mcpsessionid") => caller.session_id.as_deref().map(ExpressionValue::Text),
            _ if is("sys") => Some(ExpressionValue::System((self.fresh)())),
            _ => is(self.trigger).then_some(ExpressionValue::Text(&self.value)),
        }
    }

    fn member<'v>(&'v self, value: ExpressionValue<'v>, name: &str) -> Result<ExpressionValue<'v>, BindingError> {
        let found = match value {
            ExpressionValue::Arguments(json) => {
                RawObject::parse(json.get()).ok().and_then(|object| object.get(name)).map(ExpressionValue::Json)
            }
            ExpressionValue::Json(json) => RawObject::parse(json.get())
                .ok()
                .and_then(|object| object.get_ignoring_case(name))
                .map(ExpressionValue::Json),
            ExpressionValue::System(system) => match name.to_ascii_lowercase().as_str() {
                "methodname" => Some(ExpressionValue::Text(&self.invocation.function)),
                "utcnow" => Some(ExpressionValue::Time(system.utc_now)),
                "randguid" => Some(ExpressionValue::Guid(system.guid)),
                _ => None,
            },
            ExpressionValue::Text(_) | ExpressionValue::Time(_) | ExpressionValue::Guid(_) => None,
        };
        found.ok_or_else(|| {
            BindingError::new(format!(
                "this call has no `{name}` there; an argument that a path needs has to be required"
            ))
        })
    }

    fn advice(&self, name: &str) -> &'static str {
        let trigger = &self.invocation.trigger;
        let is_argument = |json: &RawValue| RawObject::parse(json.get()).is_ok_and(|known| known.get(name).is_some());
        match trigger {
            _ if !trigger.arguments().is_some_and(is_argument) => "",
            Trigger::Prompt(_) => "; write `mcppromptargs.` before the name of an argument",
            _ => "; write `mcptoolargs.` before the name of an argument",
        }
    }
}

fn text(value: ExpressionValue<'_>, format: Option<&str>) -> Result<String, BindingError> {
    let unreadable = |error: serde_json::Error| {
        let reason = format!("an argument cannot be read: {error}");
        BindingError::caused_by(error, reason)
    };
    match value {
        ExpressionValue::Text(text) => Ok(text.to_owned()),
        ExpressionValue::Json(json) => match json.get().as_bytes().first() {
            Some(b'{' | b'[') => Ok(String::new()),
            // The extension's arguments have been through a reader that leaves dates and numbers alone.
            _ => argument_text(json).map_err(unreadable),
        },
        ExpressionValue::Arguments(_) | ExpressionValue::System(_) => Ok(String::new()),
        ExpressionValue::Guid(guid) => Ok(match format {
            Some("N" | "n") => guid.replace('-', ""),
            Some("B" | "b") => format!("{{{guid}}}"),
            Some("P" | "p") => format!("({guid})"),
            _ => guid,
        }),
        ExpressionValue::Time(time) => {
            let time = DateTime::read(&time)
                .ok_or_else(|| BindingError::new(format!("the time is given as `{time}` and not as ISO 8601")))?;
            date_format::write(time, format.unwrap_or("yyyy-MM-ddTHH-mm-ssK"))
        }
    }
}

#[cfg(test)]
mod tests;
