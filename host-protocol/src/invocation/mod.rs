//! What the host asks of a handler.

mod caller;
mod decode;
mod encode;
mod headers;
mod members;
mod system;
mod trigger;

pub use caller::{Caller, ClientInfo, LazyCaller, ReadCaller, Transport};
pub use decode::{DecodeError, TriggerBinding, TriggerKind};
pub use encode::argument_text;
pub use headers::Headers;
pub(crate) use members::Members;
pub use system::System;
pub use trigger::{PromptTrigger, ResourceTrigger, ToolTrigger, Trigger};

use std::borrow::Cow;

/// One call of a function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The host's id for this call (`X-Azure-Functions-InvocationId`).
    pub id: String,
    /// The name of the function, as its folder spells it.
    pub function: Cow<'static, str>,
    /// What set it off.
    pub trigger: Trigger,
    /// The values of its input bindings, by name.
    pub inputs: Vec<(String, Input)>,
}

/// The value of an input binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Text.
    Text(String),
    /// Nothing there, a blob that does not exist for example.
    Missing,
    /// Bytes in base64, or the JSON of a number, a boolean or an array: the wire does not tell them apart, the binding does
    /// (`1234` is both).
    Encoded(String),
    /// A JSON object, as its text.
    Object(String),
}
