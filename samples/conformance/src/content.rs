//! Tools with each kind of content. Lists come in the order of the functions' names, and the suite calls the first tool that it
//! finds without arguments: no function with arguments comes before these.

use crate::{PIXEL, SILENCE};
use mcp_trigger::{ContentBlock, mcp_tool};

/// Answers with text.
#[mcp_tool(function = "ContentText")]
fn test_simple_text() -> &'static str {
    "This is a simple text response for testing."
}

/// Answers with a picture.
#[mcp_tool(function = "ContentImage")]
fn test_image_content() -> ContentBlock {
    image()
}

/// Answers with a sound.
#[mcp_tool(function = "ContentAudio")]
fn test_audio_content() -> ContentBlock {
    ContentBlock::audio(SILENCE, "audio/wav")
}

/// Answers with a resource.
#[mcp_tool(function = "ContentResource")]
fn test_embedded_resource() -> ContentBlock {
    ContentBlock::resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")
}

/// Answers with several kinds of content.
#[mcp_tool(function = "ContentMixed")]
fn test_multiple_content_types() -> Vec<ContentBlock> {
    let data = r#"{"test":"data","value":123}"#;
    vec![
        ContentBlock::text("Multiple content types test:"),
        image(),
        ContentBlock::resource("test://mixed-content-resource", "application/json", data),
    ]
}

/// Answers with an error.
#[mcp_tool(function = "ContentError")]
fn test_error_handling() -> Result<(), &'static str> {
    Err("This tool intentionally returns an error for testing")
}

fn image() -> ContentBlock {
    ContentBlock::image(PIXEL, "image/png")
}
