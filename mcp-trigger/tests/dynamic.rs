//! Tools, resources and prompts that are known only at run time, called as clients would call them.

#![allow(clippy::unwrap_used)]

use mcp_trigger::dynamic::{PromptHandler, ResourceHandler, ToolHandler};
use mcp_trigger::testing::TestApp;
use mcp_trigger::{
    App, Context, DynamicPrompt, DynamicResource, DynamicTool, Json, Principal, ResourceBody, ResourceContents,
    ToolError, mcp_tool,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A tool of a macro beside them.
#[mcp_tool]
fn greet(name: String) -> String {
    format!("Hello, {name}!")
}

#[derive(Deserialize, JsonSchema)]
struct Numbers {
    /// What to add up
    numbers: Vec<i64>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Sum {
    total: i64,
}

/// What a library would offer.
mod library {
    use super::*;

    /// A tool of another server, of which only a description is there.
    struct Remote {
        name: String,
    }

    impl ToolHandler for Remote {
        type Arguments = Map<String, Value>;
        type Output = Result<String, ToolError>;

        async fn call(&self, arguments: Map<String, Value>, cx: &Context) -> Result<String, ToolError> {
            tokio::task::yield_now().await;
            cx.info(format_args!("{} is {}", cx.name(), self.name));
            let who = cx.principal().map_or("nobody", Principal::id);
            Ok(format!("{} for {who}", Value::Object(arguments)))
        }
    }

    pub(crate) fn tools() -> Vec<DynamicTool> {
        let descriptions = [
            (
                "remote.search",
                json!({ "type": "object", "properties": { "q": { "type": "string" } }, "required": ["q"] }),
            ),
            ("remote.list", json!({ "type": "object" })),
        ];
        let tool = |(name, schema): (&str, Value)| {
            DynamicTool::from_handler(name, Remote { name: name.to_uppercase() }).input_schema(schema)
        };
        descriptions.map(tool).into()
    }

    pub(crate) struct Folder(pub(crate) HashMap<&'static str, &'static str>);

    impl ResourceHandler for Folder {
        type Output = Option<ResourceContents>;

        async fn read(&self, parameters: HashMap<String, String>, cx: &Context) -> Option<ResourceContents> {
            cx.info(format_args!("reading for {}", cx.header("user-agent").unwrap_or("somebody")));
            let text = self.0.get(parameters["name"].as_str())?;
            Some(ResourceContents::new("", ResourceBody::Text((*text).to_owned())))
        }
    }

    impl PromptHandler for Folder {
        type Output = Result<String, String>;

        async fn get(&self, arguments: HashMap<String, String>, _: &Context) -> Result<String, String> {
            let name = arguments["name"].as_str();
            let text = self.0.get(name).ok_or_else(|| format!("there is no {name}"))?;
            Ok(format!("{text} {}", arguments.get("n").map_or("-", String::as_str)))
        }
    }
}

async fn app() -> TestApp {
    let start = 100;
    let add = DynamicTool::new("add", move |Numbers { numbers }: Numbers| async move {
        Json(Sum { total: start + numbers.iter().sum::<i64>() })
    });
    let secret = DynamicTool::new("secret", |_: Map<String, Value>| async { "the secret" }).roles(["admin"]);
    let slow = DynamicTool::new("slow", |_: Map<String, Value>| tokio::time::sleep(Duration::from_secs(60)))
        .timeout(Duration::from_millis(20));
    let panics =
        DynamicTool::new("panics", |arguments: Map<String, Value>| async move { arguments["missing"].to_string() });
    let folder = || library::Folder(HashMap::from([("a b", "text")]));
    let app = App::new()
        .tools([add, secret, slow, panics])
        .tools(library::tools())
        .resource(DynamicResource::new("docs://readme", "readme", |_| async { "Read me." }))
        .resource(
            DynamicResource::from_handler("files://{name}", "file", folder()).percent_decode().mime_type("text/x"),
        )
        .prompt(
            DynamicPrompt::new("hello", |arguments| async move { format!("Hello, {}", arguments["who"]) })
                .argument("who", "Who"),
        )
        .prompt(DynamicPrompt::from_handler("quote", folder()).argument("name", "Which").optional_argument("n", ""));
    TestApp::new(app).await.unwrap()
}

#[tokio::test]
async fn they_stand_beside_those_of_macros() {
    let app = app().await;
    assert_eq!(app.tools(), ["add", "greet", "panics", "rate", "remote.list", "remote.search", "secret", "slow"]);
    assert_eq!(app.resources(), ["files://{name}", "docs://readme"]);
    assert_eq!(app.prompts(), ["hello", "quote"]);
    let error = TestApp::new(App::new().tool(DynamicTool::new("greet", |_: Map<String, Value>| async {}))).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("the tool name `greet` is used at") && error.contains("dynamic.rs:"), "{error}");
}

#[tokio::test]
async fn a_type_says_what_the_arguments_are() {
    let app = app().await;
    assert_eq!(app.input_schema("add")["properties"]["numbers"]["description"], "What to add up");
    assert_eq!(app.output_schema("add").unwrap()["required"], json!(["total"]));
    let reply = app.tool("add").argument("numbers", [1, 2]).call().await;
    assert_eq!(reply.structured::<Sum>(), Sum { total: 103 });
    let reply = app.tool("add").argument("numbers", ["x"]).call().await;
    assert_eq!(reply.text(), "argument `numbers` at `[0]`: expected an integer, not a string");
    assert_eq!(app.tool("add").call().await.text(), "argument `numbers` is missing");
}

#[tokio::test]
async fn a_schema_that_was_given_is_kept() {
    let app = app().await;
    assert_eq!(app.input_schema("remote.list"), json!({ "type": "object" }));
    let search = || app.tool("remote.search");
    let reply = search().argument("q", "x").argument("more", 1.0).principal(Principal::new("ann")).call().await;
    assert_eq!(reply.text(), r#"{"q":"x","more":1.0} for ann"#);
    assert_eq!(reply.logs(), ["remote.search is REMOTE.SEARCH"]);
    for reply in [search().call().await, search().argument("q", Value::Null).call().await] {
        assert_eq!(reply.text(), "argument `q` is missing");
    }
    assert_eq!(search().arguments(json!([])).call().await.text(), "the arguments have to be a JSON object");
    assert_eq!(app.tool("remote.list").call().await.text(), "{} for nobody");
}

/// A tool never sees what its listing forbids, however it takes its arguments.
#[tokio::test]
async fn arguments_that_the_schema_forbids_do_not_reach_the_tool() {
    let schema = json!({
        "type": "object",
        "properties": {
            "stars": { "type": "integer", "minimum": 1, "maximum": 5 },
            "level": { "enum": ["low", "high"] },
            "code": { "type": "string", "pattern": "^[A-Z]{2}$" },
            "day": { "type": "string", "format": "date" },
            "tree": { "$ref": "#/$defs/Tree" },
        },
        "required": ["stars"],
        "additionalProperties": false,
        "$defs": { "Tree": {
            "type": "object",
            "properties": { "leaves": { "type": "array", "items": { "$ref": "#/$defs/Tree" }, "uniqueItems": true } },
            "additionalProperties": false,
        } },
    });
    /// A type that takes more than the schema allows.
    #[derive(Deserialize, JsonSchema)]
    struct Rating {
        stars: Value,
    }
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = || {
        let calls = Arc::clone(&calls);
        move || calls.fetch_add(1, Ordering::Relaxed)
    };
    let (all, some) = (counted(), counted());
    let all = DynamicTool::new("all", move |arguments: Map<String, Value>| {
        all();
        async move { Value::Object(arguments).to_string() }
    });
    let some = DynamicTool::new("some", move |rating: Rating| {
        some();
        async move { rating.stars.to_string() }
    });
    let app = App::new().tools([all.input_schema(schema.clone()), some.input_schema(schema)]);
    let app = TestApp::new(app).await.unwrap();
    for (arguments, told) in [
        (json!({}), "argument `stars` is missing"),
        (json!({ "stars": null }), "argument `stars` is missing"),
        (json!({ "stars": 9 }), "argument `stars`: 9 is more than 5"),
        (json!({ "stars": 2.5 }), "argument `stars`: expected an integer, not 2.5"),
        (json!({ "stars": "3" }), "argument `stars`: expected an integer, not its text"),
        (json!({ "stars": 1, "level": "mid" }), "argument `level`: \"mid\" is none of \"low\", \"high\""),
        (json!({ "stars": 1, "code": "a" }), "argument `code`: \"a\" does not match the pattern ^[A-Z]{2}$"),
        (json!({ "stars": 1, "day": "today" }), "argument `day`: \"today\" is not a date, as in 2026-01-31"),
        (json!({ "stars": 1, "more": 1 }), "argument `more`: there is no such member"),
        (
            json!({ "stars": 1, "tree": { "leaves": [{ "leaves": [{ "x": 1 }] }] } }),
            "argument `tree` at `leaves[0].leaves[0].x`: there is no such member",
        ),
        (
            json!({ "stars": 1, "tree": { "leaves": [{}, {}] } }),
            "argument `tree` at `leaves`: an object is there twice, and may be there only once",
        ),
    ] {
        for tool in ["all", "some"] {
            let reply = app.tool(tool).arguments(arguments.clone()).call().await;
            assert!(reply.is_error(), "{tool}: {arguments}");
            assert_eq!(reply.text(), told, "{tool}: {arguments}");
        }
    }
    assert_eq!(calls.load(Ordering::Relaxed), 0);

    let reply =
        app.tool("all").arguments(json!({ "stars": 5.0, "level": null, "tree": "{\"leaves\":[]}" })).call().await;
    assert_eq!(reply.text(), r#"{"stars":5,"tree":{"leaves":[]}}"#, "the tool gets what was meant");
    let reply =
        app.tool("some").argument("stars", 5.0).argument("code", "AB").argument("day", "2026-01-31").call().await;
    assert_eq!(reply.text(), "5", "an integer is one, however it was written");
}

/// Bounds that serde knows nothing of, of a parameter and of all arguments.
#[tokio::test]
async fn bounds_of_a_type_hold_before_its_tool_runs() {
    let rated = DynamicTool::new("rated", |Rated { stars }: Rated| async move { stars });
    let app = TestApp::new(App::new().tool(rated)).await.unwrap();
    let told = async |tool: &str, arguments: Value| app.tool(tool).arguments(arguments).call().await;
    let reply = told("rated", json!({ "stars": 9 })).await;
    assert!(reply.is_error());
    assert_eq!(reply.text(), "argument `stars`: 9 is more than 5");
    assert_eq!(told("rated", json!({ "stars": 5 })).await.text(), "5");
    let reply = told("rate", json!({ "rated": { "stars": 0 } })).await;
    assert!(reply.is_error());
    assert_eq!(reply.text(), "argument `rated` at `stars`: 0 is less than 1");
    assert_eq!(told("rate", json!({ "rated": { "stars": 1 } })).await.text(), "1");
}

#[derive(Deserialize, JsonSchema)]
struct Rated {
    #[schemars(range(min = 1, max = 5))]
    stars: u8,
}

/// Rates something.
#[mcp_tool]
fn rate(rated: Rated) -> u8 {
    rated.stars
}

#[tokio::test]
async fn they_are_held_like_all_functions() {
    let app = app().await;
    assert!(app.tool("secret").call().await.text().contains("not signed in"));
    let reply = app.tool("secret").principal(Principal::new("ann").with_role("admin")).call().await;
    assert_eq!(reply.text(), "the secret");
    assert!(app.tool("slow").call().await.text().contains("took longer than 0.02 s"));
    let reply = app.tool("panics").call().await;
    assert!(reply.is_error() && reply.error().unwrap().starts_with("it panicked"), "{reply:?}");
}

#[tokio::test]
async fn arguments_are_an_object() {
    let app = App::new().tool(DynamicTool::new("list", |names: Vec<String>| async move { names.len() }));
    let error = TestApp::new(app).await.unwrap_err().to_string();
    assert!(error.contains("the type that takes all arguments of `list` is not written as a JSON object"), "{error}");
}

#[tokio::test]
async fn resources() {
    let app = app().await;
    let reply = app.resource("docs://readme").read().await;
    assert_eq!((reply.text(), reply.mime_type()), ("Read me.", Some("text/plain")));
    let reply = app.resource("files://a%20b").header("User-Agent", "a test").read().await;
    assert_eq!((reply.text(), reply.mime_type()), ("text", Some("text/x")));
    assert_eq!(reply.logs(), ["reading for a test"]);
    assert!(app.resource("files://c").read().await.value().is_none());
}

#[tokio::test]
async fn prompts() {
    let app = app().await;
    assert_eq!(app.prompt("hello").argument("who", "Ann").get().await.text(), "Hello, Ann");
    assert_eq!(app.prompt("hello").get().await.error(), Some("argument `who` is missing"));
    let reply = app.prompt("quote").argument("name", "a b").argument("n", "3").get().await;
    assert_eq!(reply.text(), "text 3");
    assert_eq!(app.prompt("quote").argument("name", "c").get().await.error(), Some("there is no c"));
}

/// The type of the arguments is any object, so that only the schema tells what an integer is.
#[tokio::test]
async fn integers_of_a_given_schema_may_be_written_as_floats() {
    let integer = json!({ "type": "integer" });
    let properties =
        json!({ "count": integer, "list": { "type": "array", "items": integer }, "share": { "type": "number" } });
    let show =
        DynamicTool::new("show", |arguments: Map<String, Value>| async move { Value::from(arguments).to_string() });
    let show = show.input_schema(json!({ "type": "object", "properties": properties }));
    let app = TestApp::new(App::new().tool(show)).await.unwrap();
    let reply = app.tool("show").arguments(json!({ "count": 5.0, "list": "[1.0, 2]", "share": 5.0 })).call().await;
    assert_eq!(reply.text(), r#"{"count":5,"list":[1,2],"share":5.0}"#);
}
