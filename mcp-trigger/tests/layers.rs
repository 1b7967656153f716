//! Layers, in the process of a test.

#![allow(clippy::unwrap_used)]

use mcp_trigger::serde_json::value::RawValue;
use mcp_trigger::testing::{TestApp, block_on};
use mcp_trigger::{
    App, ContentBlock, FunctionCall, FunctionError, Layer, Next, Output, Principal, Returned, ToolError, async_trait,
    mcp_prompt, mcp_resource, mcp_tool,
};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Doubles a number.
#[mcp_tool]
fn double(
    number: u8,
    #[output(blob, path = "doubled/{mcptoolargs.number}")] file: Output<String>,
) -> Result<u8, ToolError> {
    let doubled = number.checked_mul(2).ok_or("the number is too large")?;
    file.set(doubled.to_string());
    Ok(doubled)
}

/// Is for admins.
#[mcp_tool(roles("admin"))]
fn wipe() -> &'static str {
    "wiped"
}

/// A page.
#[mcp_resource("pages://{name}/{number}")]
fn page(name: String, number: u8) -> Option<String> {
    (number > 0).then(|| format!("page {number} of {name}"))
}

/// Asks for a translation.
#[mcp_prompt]
fn translate(text: String) -> String {
    format!("Translate: {text}")
}

type Notes = Arc<Mutex<Vec<String>>>;

/// Notes what passes.
struct Note(Notes, &'static str);

#[async_trait]
impl Layer for Note {
    async fn call(&self, call: &FunctionCall<'_>, next: Next<'_>) -> Result<Returned, FunctionError> {
        let Note(notes, name) = self;
        let caller = call.context().principal().map_or("nobody", Principal::id).to_owned();
        let given: Vec<_> = call.parameters().map(|(name, value)| format!("{name}={value}")).collect();
        let arguments = call.arguments().map_or("", RawValue::get);
        let uri = call.uri().unwrap_or_default();
        let said = format!("{name}: {:?} {} {arguments}{uri}{given:?} by {caller}", call.kind(), call.name());
        notes.lock().unwrap().push(said);
        let outcome = next.run().await;
        let said = match &outcome {
            Ok(returned) => format!("{name}: ok, error: {}", returned.is_error()),
            Err(error) => format!("{name}: {error}"),
        };
        notes.lock().unwrap().push(said);
        outcome
    }
}

/// Does what it is told instead of going on.
struct Instead(fn() -> Result<Returned, FunctionError>);

#[async_trait]
impl Layer for Instead {
    async fn call(&self, _: &FunctionCall<'_>, _: Next<'_>) -> Result<Returned, FunctionError> {
        (self.0)()
    }
}

/// Takes its time, or fails after the function.
struct After(fn() -> Result<(), FunctionError>, Duration);

#[async_trait]
impl Layer for After {
    async fn call(&self, _: &FunctionCall<'_>, next: Next<'_>) -> Result<Returned, FunctionError> {
        let returned = next.run().await?;
        tokio::time::sleep(self.1).await;
        (self.0)().map(|()| returned)
    }
}

async fn app(app: App) -> TestApp {
    TestApp::new(app).await.unwrap()
}

fn taken(notes: &Notes) -> Vec<String> {
    std::mem::take(&mut *notes.lock().unwrap())
}

#[test]
fn layers_see_who_calls_what_and_how_it_ends() {
    block_on(async {
        let notes = Notes::default();
        let app = app(App::new().layer(Note(notes.clone(), "outer")).layer(Note(notes.clone(), "inner"))).await;
        let reply = app.tool("double").argument("number", 4).principal(Principal::new("ann")).call().await;
        assert_eq!((&*reply.text(), reply.output_text("file").as_deref()), ("8", Some("8")));
        let call = r#"Tool double {"number":4}[] by ann"#;
        let expected = [format!("outer: {call}"), format!("inner: {call}")];
        assert_eq!(taken(&notes), [&expected[0], &expected[1], "inner: ok, error: false", "outer: ok, error: false"]);

        app.resource("pages://tea/2").read().await;
        assert!(taken(&notes)[1].starts_with(r#"inner: Resource page {}pages://tea/2["name=tea", "number=2"]"#));
        app.prompt("translate").argument("text", "hi").get().await;
        assert_eq!(taken(&notes)[0], r#"outer: Prompt translate {"text":"hi"}[] by nobody"#);
    });
}

#[test]
fn layers_see_calls_that_are_refused_or_fail() {
    block_on(async {
        let notes = Notes::default();
        let app = app(App::new().layer(Note(notes.clone(), "note"))).await;
        assert!(app.tool("wipe").call().await.is_error());
        assert!(taken(&notes)[1].starts_with("note: "), "the reason is told");
        app.tool("double").argument("number", 200).call().await;
        assert_eq!(taken(&notes)[1], "note: the number is too large");
        app.tool("double").argument("number", "x").call().await;
        assert!(taken(&notes)[1].starts_with("note: argument `number`"));
    });
}

#[test]
fn a_layer_answers_instead_of_the_function() {
    block_on(async {
        let refusing = app(App::new().layer(Instead(|| Err("not today".into())))).await;
        let reply = refusing.tool("double").argument("number", 1).call().await;
        assert_eq!((&*reply.text(), reply.is_error(), reply.output_text("file")), ("not today", true, None));

        let cached =
            app(App::new().layer(Instead(|| Ok(Returned::Tool(ContentBlock::text("from the cache").into()))))).await;
        assert_eq!(cached.tool("double").argument("number", 1).call().await.text(), "from the cache");
        // It is no result of a prompt.
        let reply = cached.prompt("translate").argument("text", "hi").get().await;
        assert!(reply.error().unwrap().contains("a layer returned Tool for a call of the kind Prompt"));
    });
}

#[test]
fn what_a_layer_refuses_afterwards_is_not_stored() {
    block_on(async {
        let app = app(App::new().layer(After(|| Err("too late".into()), Duration::ZERO))).await;
        let reply = app.tool("double").argument("number", 1).call().await;
        assert_eq!((&*reply.text(), reply.output_text("file")), ("too late", None));
    });
}

#[test]
fn limits_and_panics_hold_for_layers() {
    block_on(async {
        let slow = After(|| Ok(()), Duration::from_secs(60));
        let slow = app(App::new().timeout(Duration::from_millis(20)).layer(slow)).await;
        let reply = slow.tool("double").argument("number", 1).call().await;
        assert_eq!(reply.text(), "double took longer than 0.02 s and was stopped");

        let panicking = app(App::new().layer(Instead(|| panic!("a secret")))).await;
        let reply = panicking.tool("double").argument("number", 1).call().await;
        assert_eq!(reply.text(), "An error occurred invoking 'double'.");
        assert!(reply.error().unwrap().contains("it panicked: a secret"));
    });
}
