//! Tests of functions without a macro.

use super::{DynamicPrompt, DynamicResource, DynamicTool};
use crate::app::App;
use crate::fixtures::TestFolder;
use crate::function::schema::SchemaSource;
use crate::function::{Arguments, CacheScope, Kind, TaskSupport};
use crate::generate::{self, Action, Options};
use host_protocol::function_json::Icon;
use serde_json::{Map, Value, json};
use std::time::Duration;

fn icon(theme: &str) -> Icon {
    let mut icon = Icon::from("data:,");
    icon.theme = Some(theme.to_owned());
    icon
}

#[track_caller]
fn tool(name: &str) -> DynamicTool {
    DynamicTool::new(name, |_: Map<String, Value>| async {}).description("Does nothing.")
}

fn resource(uri: &str) -> DynamicResource {
    DynamicResource::new(uri, "readme", |_| async { "text" }).description("Says nothing.")
}

fn prompt(name: &str) -> DynamicPrompt {
    DynamicPrompt::new(name, |_| async { "text" }).description("Asks nothing.")
}

/// The error of an app that does not start.
fn problems(app: App) -> Vec<String> {
    app.registry().problems(&[]).iter().map(ToString::to_string).collect()
}

#[track_caller]
fn refused(app: App, part: &str) {
    let problems = problems(app);
    assert!(problems.len() == 1 && problems[0].contains(part), "{part}: {problems:#?}");
}

#[test]
fn all_that_is_said_arrives() {
    let dark = icon("dark");
    let tool = tool("snippets.save")
        .title("Save")
        .meta(json!({ "cost": 3 }))
        .icon("https://example.com/a.png")
        .icon(dark)
        .timeout(Duration::from_secs(1))
        .roles(["admin"])
        .scopes(["write"])
        .read_only(false)
        .destructive(true)
        .idempotent(true)
        .open_world(false)
        .task(TaskSupport::Required)
        .input_schema(json!({ "type": "object", "properties": { "a": true } }))
        .output_schema(json!({ "type": "object" }));
    let registered = tool.register();
    assert!(registered.mistakes.is_empty(), "{:?}", registered.mistakes);
    let function = registered.function;
    assert_eq!((function.name, function.client_name()), ("snippets-save", "snippets.save"));
    assert_eq!((function.title, function.description), (Some("Save"), "Does nothing."));
    assert_eq!(function.task_support(), TaskSupport::Required);
    assert_eq!((function.meta, function.timeout), (Some(r#"{"cost":3}"#), Some(Duration::from_secs(1))));
    assert_eq!(
        function.icons.iter().map(|icon| (icon.src, icon.theme)).collect::<Vec<_>>(),
        [("https://example.com/a.png", None), ("data:,", Some("dark"))]
    );
    let access = function.access.unwrap();
    assert_eq!((access.roles, access.scopes), (&["admin"][..], &["write"][..]));
    assert!(function.location.file.ends_with("tests.rs"), "{}", function.location);
    let Kind::Tool(tool) = &function.kind else { panic!("{function:?}") };
    assert_eq!((tool.hints.read_only, tool.hints.destructive), (Some(false), Some(true)));
    assert_eq!((tool.hints.idempotent, tool.hints.open_world), (Some(true), Some(false)));
    assert!(matches!(tool.arguments, Arguments::All(SchemaSource::Given(_))) && tool.output_schema.is_some());
}

#[test]
fn mistakes_are_told_with_the_name_and_the_place() {
    let (line, problems) = (line!(), problems(App::new().tool(tool("a b"))));
    let start = format!("{}:{line}: the tool `a b`: `a b` cannot be the name of a tool: ", file!());
    assert!(problems.len() == 1 && problems[0].starts_with(&start), "{problems:?}");
}

#[test]
fn every_mistake_is_found() {
    let new = App::new;
    refused(new().tool(tool("1")), "cannot be the name of a function");
    refused(new().tool(tool("a").function("mcp")), "is taken");
    refused(new().tool(tool("a").meta(json!([]))), "JSON object");
    refused(new().tool(tool("a").timeout(Duration::ZERO)), "timeout");
    refused(new().tool(tool("a").roles(Vec::<String>::new())), "`roles`");
    refused(new().tool(tool("a").scopes([" "])), "`scopes`");
    refused(new().tool(tool("a").icon("http://example.com/a.png")), "icon");
    refused(new().tool(tool("a").icon(icon("blue"))), "theme");
    refused(new().tool(tool("a").read_only(true).destructive(true)), "`read_only`");
    for schema in [json!(true), json!({}), json!({ "type": "array" }), json!({ "type": "object", "required": "a" })] {
        refused(new().tool(tool("a").input_schema(schema.clone())), "its input schema");
        refused(new().tool(tool("a").output_schema(schema)), "its output schema");
    }
    let header = |schema: Value| json!({ "type": "object", "properties": { "a": schema } });
    let number = header(json!({ "type": "number", "x-mcp-header": "A" }));
    refused(new().tool(tool("a").input_schema(number)), "`a` cannot be repeated in a header");
    refused(new().resource(resource("readme")), "not an absolute URI");
    refused(new().resource(resource("docs://{a}{b}")), "touch");
    refused(new().prompt(prompt(" ").function("a")), "empty");
    refused(new().prompt(prompt("a").argument("x", "").optional_argument("x", "")), "two arguments `x`");
    refused(new().prompt(prompt("a").argument("", "")), "the name of an argument");
}

#[test]
fn what_is_completed_has_to_be_there() {
    let prompt = || prompt("a").argument("x", "");
    assert!(problems(App::new().prompt(prompt().complete("x", ["one", "two"]))).is_empty());
    refused(App::new().prompt(prompt().complete("y", ["one"])), "there is no argument `y` to complete");
    let resource = || resource("docs://{a}");
    assert!(problems(App::new().resource(resource().complete("a", |typed: &str| vec![typed.to_owned()]))).is_empty());
    refused(App::new().resource(resource().complete("b", ["one"])), "there is no argument `b` to complete");
}

#[test]
fn what_some_may_read_is_not_kept_for_all() {
    let resource = || resource("docs://a").cache(Duration::from_secs(60)).cache_scope(CacheScope::Public);
    assert!(problems(App::new().resource(resource())).is_empty());
    refused(App::new().resource(resource().roles(["admin"])), "cannot be kept for everybody");
}

#[test]
fn names_are_taken_once() {
    refused(App::new().tools([tool("a"), tool("A").function("b")]), "the tool name `A` is used at");
    refused(App::new().tools([tool("a"), tool("b").function("A")]), "the function name");
    refused(
        App::new().resources([resource("docs://{a}"), resource("docs://{b}").function("other")]),
        "the resource address",
    );
    refused(App::new().prompts([prompt("a"), prompt("a").function("b")]), "the prompt name `a` is used at");
    assert_eq!(problems(App::new().tool(tool("a")).prompt(prompt("a").function("b"))), Vec::<String>::new());
}

#[test]
fn an_app_with_a_mistake_does_not_start() {
    let error = App::new().tool(tool("a b")).prepare().err().unwrap();
    assert!(error.to_string().contains("the tool `a b`"), "{error}");
}

/// A folder is written for each, as for the functions of macros.
#[test]
fn files_are_generated() {
    let folder = TestFolder::new();
    let options = Options { root: Some(folder.path().to_owned()), bin: None, form: None };
    let schema = json!({
        "type": "object",
        "properties": { "name": { "type": "string", "description": "Who" }, "rest": true },
        "required": ["name"],
    });
    let review = prompt("review").argument("code", "The code").optional_argument("focus", "");
    let app = App::new()
        .tool(tool("greet").input_schema(schema.clone()))
        .resource(resource("docs://readme").mime_type("text/markdown"))
        .prompt(review);
    let (_, plan) = generate::plan(&app, &options).unwrap();
    let text = |path: &str| match &plan.changes.iter().find(|change| change.path == path).unwrap().action {
        Action::Create { text } => text.clone(),
        other => panic!("{other:?}"),
    };
    let trigger = |path: &str| serde_json::from_str::<Value>(&text(path)).unwrap()["bindings"][0].clone();
    let parsed = |json: &Value| serde_json::from_str::<Value>(json.as_str().unwrap()).unwrap();

    let greet = trigger("greet/function.json");
    assert_eq!(parsed(&greet["inputSchema"]), schema, "as it was given");
    assert_eq!(parsed(&greet["toolProperties"])[0]["propertyName"], "name");
    assert_eq!(trigger("readme/function.json")["mimeType"], "text/markdown");
    let arguments = parsed(&trigger("review/function.json")["promptArguments"]);
    assert_eq!((&arguments[0]["required"], &arguments[1]["required"]), (&json!(true), &json!(false)));
}
