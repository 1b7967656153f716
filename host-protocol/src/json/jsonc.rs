//! JSON as the Functions host reads it in host.json and function.json.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::CstRootNode;
pub(crate) use jsonc_parser::errors::ParseError as SyntaxError;
use serde_json::{Map, Value};

/// The byte-order mark, which the host accepts before the first brace (recorded for host.json: `host-json.jsonl`, "bom").
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The extensions of JSON that the host's reader accepts: comments, trailing commas, single quotes, bare member names. Not those of
/// JSON5 alone.
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

/// Reads a boolean as .NET does: in any case, with blanks around it.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    let text = text.trim();
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    is("true").then_some(true).or(is("false").then_some(false))
}

/// Parses a text without a byte-order mark.
pub(crate) fn parse(text: &str) -> Result<CstRootNode, SyntaxError> {
    CstRootNode::parse(text, &OPTIONS)
}

/// The member with that name, otherwise with the name in another case, as the host finds it.
pub(crate) fn find<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object
        .get(name)
        .or_else(|| object.iter().find(|(member, _)| member.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// The type of a value, for messages: `a string`, `an array`, ….
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
