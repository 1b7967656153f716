//! The members from which the host builds the extension's attributes. With a wrong member it cannot build the attribute, which puts
//! the one function in error.

use super::Report;
use crate::function_json::{Binding, PROMPT_ARGUMENT, PROMPT_TRIGGER, RESOURCE_TRIGGER, TOOL_PROPERTY, TOOL_TRIGGER};

/// The members of an attribute, by the way the host converts them.
struct Attribute {
    kind: &'static str,
    /// Arguments of the attribute's constructor. Without one of them, or with `null`, the host fails with `Can't figure out which ctor
    /// to call.` (recorded).
    required_texts: &'static [&'static str],
    required_flags: &'static [&'static str],
    texts: &'static [&'static str],
    flags: &'static [&'static str],
}

const ATTRIBUTES: [Attribute; 5] = [
    Attribute {
        kind: TOOL_TRIGGER,
        required_texts: &["toolName", "description"],
        required_flags: &[],
        texts: &["toolProperties", "inputSchema", "outputSchema", "metadata"],
        flags: &["useWorkerInputSchema", "useResultSchema"],
    },
    Attribute {
        kind: RESOURCE_TRIGGER,
        required_texts: &["uri", "resourceName"],
        required_flags: &[],
        texts: &["title", "description", "mimeType", "metadata"],
        flags: &[],
    },
    Attribute {
        kind: PROMPT_TRIGGER,
        required_texts: &["promptName"],
        required_flags: &[],
        texts: &["title", "description", "promptArguments", "icons", "metadata"],
        flags: &["useResultSchema"],
    },
    Attribute {
        kind: TOOL_PROPERTY,
        required_texts: &["propertyName", "propertyType", "description"],
        required_flags: &["isRequired"],
        texts: &[],
        flags: &["isArray"],
    },
    Attribute {
        kind: PROMPT_ARGUMENT,
        required_texts: &["argumentName", "description"],
        required_flags: &["isRequired"],
        texts: &[],
        flags: &[],
    },
];

pub(super) fn check(report: &mut Report<'_>, binding: &Binding) {
    let Some(attribute) = ATTRIBUTES.iter().find(|attribute| binding.is(attribute.kind)) else { return };
    let missing = |report: &mut Report<'_>, member: &str| {
        report.in_error(member, format!("`{member}` is missing"), "write it, empty if need be");
    };
    for member in attribute.required_texts {
        if matches!(binding.text(member), Ok(None)) {
            missing(report, member);
        }
    }
    for member in attribute.required_flags.iter().filter(|member| binding.get(member).is_none()) {
        missing(report, member);
    }
    for member in attribute.required_texts.iter().chain(attribute.texts) {
        if let Err(error) = binding.text(member) {
            report.in_error(member, error, "the member holds text");
        }
    }
    for member in attribute.required_flags.iter().chain(attribute.flags) {
        if let Err(error) = binding.flag(member) {
            report.in_error(member, error, "write `true` or `false`");
        }
    }
}
