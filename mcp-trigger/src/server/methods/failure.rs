//! Failures of functions as answers.

use crate::function::Tool;
use crate::function::client::AskError;
use crate::function::error::FunctionError;
use crate::server::message::{Answer, Error};
use crate::server::revision::{Results, capabilities};

/// The failure of a resource, a prompt or a completer: an error of JSON-RPC.
pub(super) fn failed(error: &FunctionError) -> Error {
    if let Some(error) = protocol_error(error) {
        return error;
    }
    match error {
        error if error.is_of_arguments() => Error::invalid_params(error.to_string()),
        error if error.is_private() => Error::internal("An error occurred."),
        error => Error::internal(error.to_string()),
    }
}

/// The failure of a tool: a result that the model reads, unless the protocol failed.
///
/// Wrong arguments are such a result on every revision. 2025-11-25 and 2026-07-28 list "Input validation errors" among the tool
/// execution errors (`server/tools`, "Error Handling"; SEP-1303). The revisions before them list "Invalid arguments" among the
/// protocol errors and "Invalid input data" among the tool execution errors, both without a MUST; what decides is the SHOULD of
/// their `CallToolResult`: errors that originate from the tool are reported inside the result, "otherwise, the LLM would not be
/// able to see that an error occurred and self-correct", and only errors in *finding* the tool are errors of the protocol.
pub(super) fn tool_error(results: &Results, tool: &Tool, error: FunctionError) -> Answer {
    match protocol_error(&error) {
        Some(error) => Err(error),
        None => Ok(results.tool_error(tool.name, error)),
    }
}

/// The error of JSON-RPC that a function failed with: a missing capability of the client, or a code that the function chose.
fn protocol_error(error: &FunctionError) -> Option<Error> {
    if error.is_private() {
        return None;
    }
    match error.downcast_ref().and_then(AskError::capability) {
        Some((capability, part)) => Some(Error::missing_capability(capabilities::object(capability, part))),
        None => error.code().map(|code| Error::of_function(code, error.to_string())),
    }
}
