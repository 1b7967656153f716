//! Capabilities that a client declares.

use crate::function::client::AskError;
use host_protocol::json::RawObject;
use mcp_trigger_core::mcp::json_text::JsonText;
use serde_json::{Value, json};

/// Checks that a client declares a capability, or a part of one.
///
/// # Errors
///
/// If the client does not declare it.
pub(in crate::server) fn check(
    capabilities: Option<&JsonText>,
    (capability, part): (&'static str, Option<&'static str>),
) -> Result<(), AskError> {
    let missing = AskError::missing_capability(capability, part);
    let members = capabilities.and_then(|capabilities| RawObject::parse(capabilities.get()).ok());
    let declared = members.as_ref().and_then(|members| members.get(capability)).ok_or_else(|| missing.clone())?;
    let Some(part) = part else { return Ok(()) };
    let parts = RawObject::parse(declared.get()).map_err(|_| missing.clone())?;
    // `"elicitation": {}` means forms, and nothing else (specification 2025-11-25: `client/elicitation`, "Capabilities").
    let has = parts.get(part).is_some() || part == "form" && parts.iter().next().is_none();
    if has { Ok(()) } else { Err(missing) }
}

/// A capability as MCP's `ClientCapabilities`.
pub(in crate::server) fn object(capability: &str, part: Option<&str>) -> Value {
    match part {
        Some(part) => json!({ capability: { part: {} } }),
        None => json!({ capability: {} }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_may_be_asked() {
        let check = |json: &str, capability| check(Some(&JsonText::copy(json)), capability).is_ok();
        assert!(check(r#"{"sampling":{}}"#, ("sampling", None)));
        assert!(!check(r#"{"sampling":{}}"#, ("elicitation", Some("form"))));
        assert!(check(r#"{"elicitation":{}}"#, ("elicitation", Some("form"))));
        assert!(!check(r#"{"elicitation":{}}"#, ("elicitation", Some("url"))));
        assert!(!check(r#"{"elicitation":{"url":{}}}"#, ("elicitation", Some("form"))));
        assert!(super::check(None, ("roots", None)).is_err());
    }
}
