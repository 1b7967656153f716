//! Tools that take longer than a call should: tasks.

use mcp_trigger::schemars::{self, JsonSchema};
use mcp_trigger::{Context, Elicited, ToolError, mcp_tool};
use serde::Deserialize;
use std::time::Duration;
use tokio::time::sleep;

#[derive(Deserialize, JsonSchema)]
struct Confirmation {
    confirm: bool,
}

#[derive(Deserialize, JsonSchema)]
struct Name {
    name: String,
}

/// Greets, at once.
#[mcp_tool(function = "TaskNone")]
fn greet(
    /** Who to greet */
    name: String,
) -> String {
    format!("Hello, {name}!")
}

/// Takes its time; clients without tasks wait for it.
#[mcp_tool(function = "TaskSlow", task)]
async fn slow_compute(
    /** How long it takes */
    seconds: f64,
    /** What it is for */
    label: Option<String>,
) -> Result<String, ToolError> {
    let duration = Duration::try_from_secs_f64(seconds).map_err(|error| format!("`seconds`: {error}"))?;
    sleep(duration).await;
    Ok(format!("{} took {seconds} seconds", label.as_deref().unwrap_or("It")))
}

/// Fails, after a while.
#[mcp_tool(function = "TaskFailing", task = "required")]
async fn failing_job() -> Result<(), &'static str> {
    sleep(Duration::from_secs(1)).await;
    Err("This job always fails")
}

/// Breaks.
#[mcp_tool(function = "TaskBroken", task = "required")]
async fn protocol_error_job() -> Result<(), ToolError> {
    Err(ToolError::protocol(1001, "This job always breaks"))
}

/// Deletes a file if the user agrees. (There is none.)
#[mcp_tool(function = "TaskConfirmed", task)]
async fn confirm_delete(
    /** Which file */
    filename: String,
    cx: &Context,
) -> Result<String, ToolError> {
    let answer = cx.elicit::<Confirmation>(format!("Delete {filename}?")).await?;
    let is_confirmed = matches!(answer, Elicited::Accepted(Confirmation { confirm: true }));
    Ok(format!("{} {filename}", if is_confirmed { "Deleted" } else { "Kept" }))
}

/// Asks two things at once.
#[mcp_tool(function = "TaskSeveral", task)]
async fn multi_input(cx: &Context) -> Result<String, ToolError> {
    let name = cx.elicit::<Name>("What is your name?").key("name");
    let confirmation = cx.elicit::<Confirmation>("Are you sure?").key("confirmation");
    let (name, confirmation) = tokio::try_join!(name.into_future(), confirmation.into_future())?;
    let name = name.accepted().map_or_else(|| "Nobody".to_owned(), |Name { name }| name);
    let is_sure = matches!(confirmation, Elicited::Accepted(Confirmation { confirm: true }));
    Ok(format!("{name} is {}", if is_sure { "sure" } else { "not sure" }))
}

/// Asks for a name, and only then becomes a task.
#[mcp_tool(function = "TaskLater", task = "later")]
async fn test_tool_with_task(cx: &Context) -> Result<String, ToolError> {
    let Elicited::Accepted(Name { name }) = cx.elicit("What is your name?").key("user_name").await? else {
        return Err("without a name there is nothing to do".into());
    };
    cx.begin_task().await?;
    sleep(Duration::from_millis(100)).await;
    Ok(format!("Hello, {name}!"))
}
