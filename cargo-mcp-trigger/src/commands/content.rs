//! Content of results, for people: content blocks, and contents of resources.

use crate::output;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// A content block: text as it is, the rest in brackets.
pub(super) fn block_text(block: &Value) -> String {
    let text = |member: &str| output::foreign(block[member].as_str().unwrap_or_default());
    match block["type"].as_str().unwrap_or_default() {
        "text" => text("text"),
        "image" | "audio" => bytes_text(block, "data"),
        "resource_link" => {
            let name = text("name");
            format!("[{}{}]", text("uri"), if name.is_empty() { String::new() } else { format!(", {name}") })
        }
        "resource" => {
            let resource = &block["resource"];
            let content = match resource["text"].as_str() {
                Some(text) => output::foreign(text),
                None => bytes_text(resource, "blob"),
            };
            format!("[{}]\n{content}", output::foreign(resource["uri"].as_str().unwrap_or_default()))
        }
        _ => pretty(block),
    }
}

/// Bytes of a block or of a resource: their type and their number.
pub(super) fn bytes_text(block: &Value, member: &str) -> String {
    let count = STANDARD.decode(block[member].as_str().unwrap_or_default()).map_or(0, |bytes| bytes.len());
    let kind = output::foreign(block["mimeType"].as_str().unwrap_or("bytes"));
    format!("[{kind}, {count} bytes; --json has them]")
}

/// JSON in several lines, without characters that control the terminal.
pub(super) fn pretty(value: &Value) -> String {
    output::foreign(&format!("{value:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_kind_of_content_is_shown() {
        for (block, expected) in [
            (json!({ "type": "text", "text": "a\u{1b}" }), "a\\u{1b}"),
            (json!({ "type": "resource_link", "uri": "x://y", "name": "y" }), "[x://y, y]"),
            (json!({ "type": "resource", "resource": { "uri": "x://y", "text": "z" } }), "[x://y]\nz"),
            (
                json!({ "type": "resource", "resource": { "uri": "x://y", "blob": "AAA=", "mimeType": "image/png" } }),
                "[x://y]\n[image/png, 2 bytes; --json has them]",
            ),
            (json!({ "type": "new" }), "{\n  \"type\": \"new\"\n}"),
        ] {
            assert_eq!(block_text(&block), expected);
        }
    }
}
