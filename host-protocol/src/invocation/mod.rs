//! What the host asks of a handler.

mod trigger;

pub use trigger::{Caller, ClientInfo, PromptTrigger, ResourceTrigger, ToolTrigger, Transport, Trigger};

/// One call of a function.
///
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The host's id for this call (`X-Azure-Functions-InvocationId`).
    pub id: String,
    /// The name of the function, as its folder spells it.
    pub function: String,
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
    /// Bytes: what a binding with `dataType: "binary"` delivers.
    Bytes(Vec<u8>),
    /// Nothing there, a blob that does not exist for example.
    Missing,
    /// A JSON object, as its text.
    Object(String),
}
