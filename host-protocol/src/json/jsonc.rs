//! JSON as the Functions host reads host.json and function.json.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::CstRootNode;
use jsonc_parser::errors::ParseError;
use serde_json::{Map, Value};

/// Recorded for host.json: accepted before the first brace (`host-json.jsonl`, "bom").
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// What the host's reader lets pass: comments, trailing commas, single quotes, bare member names. Not what only JSON5
/// has.
const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: true,
    allow_trailing_commas: true,
    allow_missing_commas: false,
    allow_single_quoted_strings: true,
    allow_hexadecimal_numbers: true,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: true,
    allow_non_finite_numbers: true,
    allow_extended_string_escapes: false,
};

/// How .NET reads a boolean: any case, blanks around it.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    let text = text.trim();
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    is("true").then_some(true).or(is("false").then_some(false))
}

/// Parses without a leading byte-order mark, which the caller strips and keeps where it matters.
pub(crate) fn parse(text: &str) -> Result<CstRootNode, ParseError> {
    CstRootNode::parse(text, &OPTIONS)
}

/// A member by its name, else by its name in another case: the order in which the host looks.
pub(crate) fn find<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object
        .get(name)
        .or_else(|| object.iter().find(|(member, _)| member.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// `a string`, `an array`, …: for messages.
pub(crate) fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
