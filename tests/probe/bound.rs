//! An app whose functions have bindings.

use mcp_trigger::{Context, Elicited, ExitCode, Json, Output, ToolError, mcp_prompt, mcp_resource, mcp_tool};
use std::future::{IntoFuture as _, poll_fn};
use std::task::Poll;

/// Writes a note down, and tells a queue of it.
#[mcp_tool]
fn save(
    name: String,
    text: String,
    #[output(blob, path = "notes/{mcptoolargs.name}.txt")] note: Output<String>,
    #[output(queue, queue_name = "saved")] message: Output<String>,
) -> String {
    note.set(text.clone());
    message.set(text);
    format!("saved {name}")
}

/// Reads a note.
#[mcp_tool(task)]
fn load(name: String, #[input(blob, path = "notes/{mcptoolargs.name}.txt")] note: Option<String>) -> String {
    note.unwrap_or_else(|| format!("there is no note {name}"))
}

/// Sets an output, and fails.
#[mcp_tool]
fn fail(#[output(blob, path = "notes/failed.txt")] note: Output<String>) -> Result<(), ToolError> {
    note.set("never".to_owned());
    Err("no such city".into())
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Text {
    text: String,
}

/// Changes a note as its user says, in two rounds.
#[mcp_tool(task = "later")]
async fn edit(
    name: String,
    as_task: Option<bool>,
    #[input(blob, path = "notes/{mcptoolargs.name}.txt")] note: Option<String>,
    #[output(blob, path = "notes/{mcptoolargs.name}.txt")] edited: Output<String>,
    cx: &Context,
) -> Result<String, ToolError> {
    let note = note.unwrap_or_default();
    edited.set(format!("{note} (being edited)"));
    if as_task == Some(true) {
        cx.begin_task().await?;
    }
    match cx.elicit::<Text>(format!("Instead of `{note}`?")).await? {
        Elicited::Accepted(Text { text }) => edited.set(text),
        _ => return Err("nothing changes".into()),
    }
    Ok(format!("edited {name}"))
}

/// Asks, and does not wait for the answer.
#[mcp_tool]
async fn hurry(cx: &Context, #[output(blob, path = "notes/hurry.txt")] note: Output<String>) -> &'static str {
    let mut question = Box::pin(cx.elicit::<Text>("Wait for me?").into_future());
    poll_fn(|poll| {
        let _ = question.as_mut().poll(poll);
        Poll::Ready(())
    })
    .await;
    note.set("in a hurry".to_owned());
    "did not wait"
}

/// Is for writers.
#[mcp_tool(roles("writer"))]
fn for_writers(name: String, #[input(blob, path = "notes/{mcptoolargs.name}")] note: String) -> String {
    format!("{name}: {note}")
}

/// A note as a resource.
#[mcp_resource("note://{id}", percent_decode)]
fn note(id: String, #[input(blob, path = "notes/{id}.txt")] text: Option<String>) -> Option<String> {
    text.map(|text| format!("{id}: {text}"))
}

/// Has a note reviewed.
#[mcp_prompt]
fn review(name: String, #[input(blob, path = "notes/{mcppromptargs.name}.txt")] text: String) -> String {
    format!("Review {name}: {text}")
}

/// Writes a document, which takes the Functions host.
#[mcp_tool]
fn audit(
    text: String,
    #[output(binding(type = "cosmosDB", database_name = "db", container_name = "audit"))] document: Output<
        Json<serde_json::Value>,
    >,
) {
    document.set(Json(serde_json::json!({ "text": text })));
}

/// A resource that takes the Functions host.
#[mcp_resource("audits://all")]
fn audits(
    #[input(binding(type = "cosmosDB", database_name = "db", container_name = "audit"))] all: Json<serde_json::Value>,
) -> String {
    all.0.to_string()
}

/// Its container is named by an app setting.
#[mcp_tool]
fn archive(#[output(blob, path = "%ARCHIVE%/{sys.RandGuid}.txt")] file: Output<String>) -> &'static str {
    file.set("archived".to_owned());
    "archived"
}

fn main() -> ExitCode {
    mcp_trigger::run()
}
