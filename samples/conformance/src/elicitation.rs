//! Tools that ask the user.

use mcp_trigger::schemars::{self, JsonSchema};
use mcp_trigger::{Context, Elicited, ToolError, mcp_tool};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Who uses the client.
#[derive(Serialize, Deserialize, JsonSchema)]
struct User {
    /// The user's response
    username: String,
    /// The user's e-mail address
    email: String,
}

/// Asks what it is told to ask.
#[mcp_tool(function = "ElicitUser")]
async fn test_elicitation(
    /** What to ask */
    message: String,
    cx: &Context,
) -> Result<String, ToolError> {
    answer(cx.elicit::<User>(message).await?)
}

/// What is known of a user until it is mended.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Profile {
    name: String,
    age: u8,
    score: f64,
    status: Status,
    verified: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Status {
    Active,
    Inactive,
    Pending,
}

impl Default for Profile {
    fn default() -> Self {
        Profile { name: "John Doe".to_owned(), age: 30, score: 95.5, status: Status::Active, verified: true }
    }
}

/// Asks for what has a default each.
#[mcp_tool(function = "ElicitDefaults")]
async fn test_elicitation_sep1034_defaults(cx: &Context) -> Result<String, ToolError> {
    answer(cx.elicit::<Profile>("Please review and update the form fields with defaults").await?)
}

/// Asks for choices, in all ways in which a schema can say what there is to choose from.
#[mcp_tool(function = "ElicitEnums")]
async fn test_elicitation_sep1330_enums(cx: &Context) -> Result<String, ToolError> {
    let titled = json!([
        { "const": "value1", "title": "First Option" },
        { "const": "value2", "title": "Second Option" },
        { "const": "value3", "title": "Third Option" },
    ]);
    let schema = json!({
        "type": "object",
        "properties": {
            "untitledSingle": { "type": "string", "enum": ["option1", "option2", "option3"] },
            "titledSingle": { "type": "string", "oneOf": titled },
            "legacyEnum": {
                "type": "string",
                "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"],
            },
            "untitledMulti": { "type": "array", "items": { "type": "string", "enum": ["option1", "option2", "option3"] } },
            "titledMulti": { "type": "array", "items": { "anyOf": titled } },
        },
        "required": [],
    });
    answer(cx.elicit::<Value>("Please select options from the enum fields").schema(schema).await?)
}

/// Says how far it is before it asks.
#[mcp_tool(function = "ElicitLate")]
async fn test_streaming_elicitation(cx: &Context) -> Result<String, ToolError> {
    cx.progress(1.0, 2.0, "about to ask");
    answer(cx.elicit::<User>("Who are you?").await?)
}

/// What the user did, in words.
fn answer(elicited: Elicited<impl Serialize>) -> Result<String, ToolError> {
    let action = elicited.action();
    let content = serde_json::to_string(&elicited.accepted()).map_err(ToolError::private)?;
    Ok(format!("User response: action={action}, content={content}"))
}
