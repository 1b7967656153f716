//! The keys of the attribute, and the comments.

use crate::{function, tool};
use mcp_trigger::__private::{Hints, Icon};
use mcp_trigger::{Json, mcp_tool};
use std::time::Duration;

/// Saves a snippet.
///
/// - the newest wins
///   - always
#[mcp_tool(
    name = "snippets.save",
    function = "SaveSnippet",
    title = "Save snippet",
    read_only = false,
    destructive,
    idempotent = true,
    meta = r#"{"ui": {"resourceUri": "ui://save"}}"#,
    icons(
        "https://example.com/a.png",
        icon(src = "data:,", mime_type = "image/png", sizes("48x48", "any"), theme = "dark"),
    ),
    timeout = "1500ms"
)]
fn save() {}

#[test]
fn every_key_arrives() {
    let (tool, function) = (tool("snippets.save"), function("snippets.save"));
    assert_eq!(function.name, "SaveSnippet");
    assert_eq!(function.title, Some("Save snippet"));
    assert_eq!(function.description, "Saves a snippet.\n\n- the newest wins\n  - always");
    let hints = Hints { read_only: Some(false), destructive: Some(true), idempotent: Some(true), open_world: None };
    assert_eq!(tool.hints, hints);
    assert_eq!(function.meta, Some(r#"{"ui": {"resourceUri": "ui://save"}}"#));
    let plain = Icon { src: "https://example.com/a.png", mime_type: None, sizes: &[], theme: None };
    let full = Icon { src: "data:,", mime_type: Some("image/png"), sizes: &["48x48", "any"], theme: Some("dark") };
    assert_eq!(function.icons, [plain, full]);
    assert_eq!(function.timeout, Some(Duration::from_millis(1500)));
    assert!(function.location.file.ends_with("metadata.rs"), "{}", function.location.file);
    assert_eq!(function.location.line, 12, "that of the attribute");
    save();
}

#[mcp_tool]
fn r#match() {}

#[test]
fn nothing_said_is_nothing_claimed() {
    let (tool, function) = (tool("match"), function("match"));
    assert_eq!((tool.name, function.name, function.description), ("match", "match", ""));
    assert_eq!(tool.hints, Hints::default());
    assert_eq!((function.title, function.meta, function.icons, function.timeout), (None, None, &[][..], None));
    assert!(function.access.is_none() && function.bindings.is_empty());
    assert!(function.states.is_empty() && tool.output_schema.is_none());
    r#match();
}

/// For people.
#[mcp_tool(description = "For models.")]
fn described() {}

/// Before.
#[must_use]
#[doc = include_str!("included.md")]
#[mcp_tool]
/** After,
 *
 *  in a block. */
fn commented() -> u8 {
    1
}

#[mcp_tool(description = include_str!("included.md"))]
fn included() {}

#[test]
fn comments_are_the_description_unless_one_is_given() {
    assert_eq!(function("described").description, "For models.");
    let text = include_str!("included.md");
    assert_eq!(function("commented").description, format!("Before.\n{text}\nAfter,\n\n in a block."));
    assert_eq!(function("included").description, text);
    described();
    included();
    assert_eq!(commented(), 1);
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Saved {
    id: u64,
}

#[mcp_tool]
async fn structured() -> Result<Json<Saved>, std::io::Error> {
    Ok(Json(Saved { id: 1 }))
}

#[test]
fn structured_content_has_a_schema() {
    assert!(tool("structured").output_schema.is_some());
}
