//! Functions that ask, each question with the key that the suite knows it by: on 2026-07-28 the key of an input request.

use mcp_trigger::schemars::{self, JsonSchema};
use mcp_trigger::{Context, Elicited, ToolError, mcp_prompt, mcp_tool};
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
struct Name {
    name: String,
}

#[derive(Deserialize, JsonSchema)]
struct Color {
    color: String,
}

#[derive(Deserialize, JsonSchema)]
struct Confirmation {
    ok: bool,
}

#[derive(Deserialize, JsonSchema)]
struct Topic {
    context: String,
}

/// Asks for a name.
#[mcp_tool(function = "InputName")]
async fn test_input_required_result_elicitation(cx: &Context) -> Result<String, ToolError> {
    let Name { name } = accepted(cx.elicit("What is your name?").key("user_name").await?)?;
    Ok(format!("Hello, {name}!"))
}

/// Asks the model.
#[mcp_tool(function = "InputModel")]
async fn test_input_required_result_sampling(cx: &Context) -> Result<String, ToolError> {
    Ok(cx.sample("What is the capital of France?").max_tokens(100).key("capital_question").await?.text())
}

/// Asks which folders there are.
#[mcp_tool(function = "InputRoots")]
async fn test_input_required_result_list_roots(cx: &Context) -> Result<String, ToolError> {
    let roots = cx.roots().key("client_roots").await?;
    Ok(format!("{} roots", roots.len()))
}

/// Asks for a confirmation, and comes back to where it was.
#[mcp_tool(function = "InputState")]
async fn test_input_required_result_request_state(cx: &Context) -> Result<String, ToolError> {
    let Confirmation { ok } = accepted(cx.elicit("Please confirm").key("confirm").await?)?;
    Ok(format!("state-ok: {ok}"))
}

/// Asks for a confirmation; who changes the state that comes with the question is refused.
#[mcp_tool(function = "InputTampered")]
async fn test_input_required_result_tampered_state(cx: &Context) -> Result<String, ToolError> {
    let Confirmation { ok } = accepted(cx.elicit("Please confirm").key("confirm").await?)?;
    Ok(format!("confirmed: {ok}"))
}

/// Asks three things at once.
#[mcp_tool(function = "InputSeveral")]
async fn test_input_required_result_multiple_inputs(cx: &Context) -> Result<String, ToolError> {
    let (name, greeting, roots) = tokio::try_join!(
        cx.elicit::<Name>("What is your name?").key("user_name").into_future(),
        cx.sample("Generate a greeting").max_tokens(50).key("greeting").into_future(),
        cx.roots().key("client_roots").into_future(),
    )?;
    Ok(format!("{} {} ({} roots)", greeting.text(), accepted(name)?.name, roots.len()))
}

/// Asks one thing after the other.
#[mcp_tool(function = "InputRounds")]
async fn test_input_required_result_multi_round(cx: &Context) -> Result<String, ToolError> {
    let Name { name } = accepted(cx.elicit("Step 1: What is your name?").key("step1").await?)?;
    let Color { color } = accepted(cx.elicit("Step 2: What is your favorite color?").key("step2").await?)?;
    Ok(format!("{name} likes {color}"))
}

/// Asks the user if the client can do that, else the model.
#[mcp_tool(function = "InputPossible")]
async fn test_input_required_result_capabilities(cx: &Context) -> Result<String, ToolError> {
    match cx.elicit("What is your name?").await {
        Err(error) if error.is_unsupported() => Ok(cx.sample("Generate a greeting").max_tokens(50).await?.text()),
        answer => {
            let Name { name } = accepted(answer?)?;
            Ok(format!("Hello, {name}!"))
        }
    }
}

/// Asks what it shall be about.
#[mcp_prompt(function = "PromptInput")]
async fn test_input_required_result_prompt(cx: &Context) -> Result<String, ToolError> {
    let Topic { context } = accepted(cx.elicit("What context should the prompt use?").key("user_context").await?)?;
    Ok(format!("Use this context: {context}"))
}

/// What was filled in.
fn accepted<T>(elicited: Elicited<T>) -> Result<T, ToolError> {
    elicited.accepted().ok_or_else(|| "the user did not answer".into())
}
