//! The host's request to a handler: which function to run, and the values of its trigger and its input bindings.

mod caller;
mod decode;
mod encode;
mod headers;
mod http;
mod metadata;
mod trigger;

pub use caller::{Caller, ClientInfo, LazyCaller, ReadCaller, Transport};
pub use decode::{InvalidInvocation, TriggerBinding, TriggerKind};
pub use headers::Headers;
pub(crate) use http::ESCAPED_IN_QUERY;
pub use http::{Claim, ClaimsIdentity, HttpRequest, Query};
pub use metadata::argument_text;
pub use trigger::{PromptInvocationContext, ResourceInvocationContext, ToolInvocationContext, Trigger};

use crate::json::date::DateTime;
use std::borrow::Cow;
use std::time::SystemTime;

/// One invocation of a function.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Invocation {
    /// The host's id for this invocation (`X-Azure-Functions-InvocationId`).
    pub id: String,
    /// The name of the function, as its folder spells it.
    pub function: Cow<'static, str>,
    /// The value of the trigger.
    pub trigger: Trigger,
    /// The values of the input bindings, by name.
    pub inputs: Vec<(String, Input)>,
}

impl Invocation {
    /// An invocation of a function without input bindings.
    pub fn new(id: impl Into<String>, function: impl Into<Cow<'static, str>>, trigger: Trigger) -> Self {
        Invocation { id: id.into(), function: function.into(), trigger, inputs: Vec::new() }
    }

    /// About how many bytes the values of the trigger and of the inputs have.
    pub fn size(&self) -> usize {
        let trigger = match &self.trigger {
            Trigger::Tool(_) | Trigger::Prompt(_) => {
                self.trigger.arguments().map_or(0, |arguments| arguments.get().len())
            }
            Trigger::Resource(resource) => resource.uri.len(),
            Trigger::Http(request) => request.body.as_ref().map_or(0, Vec::len),
            Trigger::Other(value) => value.get().len(),
        };
        let inputs = self.inputs.iter().map(|(_, input)| match input {
            Input::Text(value) | Input::Encoded(value) | Input::Object(value) => value.len(),
            Input::Missing => 0,
        });
        trigger + inputs.sum::<usize>()
    }

    /// Sets the values of the input bindings, by name.
    #[must_use]
    pub fn with_inputs(mut self, inputs: Vec<(String, Input)>) -> Self {
        self.inputs = inputs;
        self
    }
}

/// The value of an input binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Text.
    Text(String),
    /// No value: for example, the blob does not exist.
    Missing,
    /// Bytes in base64, or the JSON of a number, a boolean or an array. The wire does not tell them apart, as `1234` is both: the
    /// binding has to.
    Encoded(String),
    /// A JSON object, as its text.
    Object(String),
}

/// The binding data `sys`, which is new with each request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SystemBindingData {
    /// The time, ISO 8601 in UTC.
    pub utc_now: String,
    /// A GUID.
    pub guid: String,
}

impl SystemBindingData {
    /// Binding data with the time as the host writes it.
    pub fn new(now: SystemTime, guid: impl Into<String>) -> Self {
        SystemBindingData { utc_now: DateTime::utc(now).round_trip(), guid: guid.into() }
    }
}
