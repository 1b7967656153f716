use crate::mcp::jsonrpc::code;

/// A JSON-RPC error, in the extension's words.
pub(in crate::local) struct Refusal {
    pub(in crate::local) code: i32,
    pub(in crate::local) message: String,
}

impl Refusal {
    pub(super) fn invalid_params(message: String) -> Self {
        Refusal { code: code::INVALID_PARAMS, message }
    }

    pub(super) fn unknown(kind: &str, name: &str) -> Self {
        Refusal::invalid_params(format!("Unknown {kind}: '{name}'"))
    }

    /// All that the extension says of what it did not expect.
    pub(super) fn internal() -> Self {
        Refusal { code: code::INTERNAL_ERROR, message: "An error occurred.".to_owned() }
    }
}
