//! Prompts: text, arguments, a resource, a picture.

use crate::PIXEL;
use mcp_trigger::{ContentBlock, PromptMessage, mcp_prompt};

/// Is one line.
#[mcp_prompt(function = "PromptSimple")]
fn test_simple_prompt() -> &'static str {
    "This is a simple prompt for testing."
}

/// Repeats its arguments.
#[mcp_prompt(function = "PromptArguments")]
fn test_prompt_with_arguments(
    /** First test argument */
    #[arg(complete = ["paris", "park", "party"])]
    arg1: String,
    /** Second test argument */
    arg2: String,
) -> String {
    format!("Prompt with arguments: arg1='{arg1}', arg2='{arg2}'")
}

/// Brings a resource along.
#[mcp_prompt(function = "PromptResource")]
fn test_prompt_with_embedded_resource(
    /** The address of the resource */
    #[arg(rename = "resourceUri")]
    uri: String,
) -> Vec<PromptMessage> {
    vec![
        PromptMessage::user(ContentBlock::resource(uri, "text/plain", "Embedded resource content for testing.")),
        PromptMessage::user("Please process the embedded resource above."),
    ]
}

/// Brings a picture along.
#[mcp_prompt(function = "PromptImage")]
fn test_prompt_with_image() -> Vec<PromptMessage> {
    vec![
        PromptMessage::user(ContentBlock::image(PIXEL, "image/png")),
        PromptMessage::user("Please analyze the image above."),
    ]
}
