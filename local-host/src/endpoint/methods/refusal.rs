use mcp_trigger_core::mcp::jsonrpc::code;

/// A JSON-RPC error, in the extension's words.
pub(crate) struct Refusal {
    pub(crate) code: i32,
    pub(crate) message: String,
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
