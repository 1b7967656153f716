//! Arguments as clients and models write them, from a call to the parameters of functions.

#![allow(clippy::unwrap_used)]

use mcp_trigger::testing::{TestApp, block_on};
use mcp_trigger::{App, Args, DynamicTool, mcp_prompt, mcp_resource, mcp_tool};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

#[derive(Debug, Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Page {
    size: u32,
    #[serde(default)]
    from: i64,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Query {
    text: String,
    #[serde(flatten)]
    page: Page,
    #[serde(flatten)]
    scope: Scope,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[allow(dead_code)]
#[serde(tag = "scope", rename_all = "snake_case")]
enum Scope {
    All,
    Some { ids: Vec<u64> },
}

/// Takes arguments one by one.
#[mcp_tool]
fn one_by_one(
    count: u8,
    #[arg(lenient)] share: Option<f32>,
    #[arg(lenient, default = 7)] stars: i16,
    page: Option<Page>,
    names: Vec<String>,
    scores: HashMap<String, i128>,
    any: Value,
) -> String {
    format!("{count} {share:?} {stars} {page:?} {names:?} {scores:?} {any}")
}

/// Takes all arguments at once.
#[mcp_tool]
fn at_once(Args(query): Args<Query>) -> String {
    format!("{query:?}")
}

/// Takes text.
#[mcp_prompt]
fn count_to(number: u16, exactly: Option<u64>) -> String {
    format!("{number} {exactly:?}")
}

/// Is text.
#[mcp_resource("pages://{number}/{side}")]
fn page(number: u64, side: i8) -> String {
    format!("{number} {side}")
}

async fn app() -> TestApp {
    let dynamic = DynamicTool::new("dynamic", |page: Page| async move { format!("{page:?}") });
    TestApp::new(App::new().tool(dynamic)).await.unwrap()
}

/// The text of a call's result.
async fn call(app: &TestApp, tool: &str, arguments: Value) -> String {
    app.tool(tool).arguments(arguments).call().await.text()
}

#[test]
fn integers_may_be_written_as_floats() {
    block_on(async {
        let app = app().await;
        let arguments = json!({
            "count": 5.0, "share": 1, "page": { "size": 2.0, "from": -0.0 }, "names": [], "scores": { "a": -1e3 },
            "any": { "n": 1.0 },
        });
        let expected = r#"5 Some(1.0) 7 Some(Page { size: 2, from: 0 }) [] {"a": -1000} {"n":1.0}"#;
        assert_eq!(call(&app, "one_by_one", arguments).await, expected);

        let all = json!({ "text": "x", "size": 2.0, "from": 9_007_199_254_740_993_i64, "scope": "some", "ids": [1.0] });
        let text = call(&app, "at_once", all).await;
        assert!(text.contains("size: 2, from: 9007199254740993") && text.contains("ids: [1]"), "{text}");
        assert_eq!(call(&app, "dynamic", json!({ "size": 2.0 })).await, "Page { size: 2, from: 0 }");

        assert_eq!(
            app.prompt("count_to").argument("number", "1e3").argument("exactly", "5.0").get().await.text(),
            "1000 Some(5)"
        );
        assert_eq!(app.resource("pages://18446744073709551615.0/-3.0").read().await.text(), "18446744073709551615 -3");
        let error = app.prompt("count_to").argument("number", "5.5").get().await;
        assert_eq!(error.error(), Some("argument `number`: expected an integer, not 5.5"));
    });
}

#[test]
fn texts_are_read_where_nothing_else_fits() {
    block_on(async {
        let app = app().await;
        let arguments = json!({
            "count": 1, "share": "0.5", "stars": "-4.0", "page": "{\"size\": 2.0}", "names": "[\"[1]\"]", "scores": "{\"a\":1}",
            "any": "{}",
        });
        let expected = r#"1 Some(0.5) -4 Some(Page { size: 2, from: 0 }) ["[1]"] {"a": 1} "{}""#;
        assert_eq!(call(&app, "one_by_one", arguments).await, expected);

        let all = json!({ "text": "{}", "size": 2, "scope": "some", "ids": "[1, 2]" });
        let text = call(&app, "at_once", all).await;
        assert!(text.contains("text: \"{}\"") && text.contains("ids: [1, 2]"), "{text}");
    });
}

#[test]
fn a_model_is_told_which_argument_is_wrong() {
    block_on(async {
        let app = app().await;
        let with = |name: &str, value: Value| {
            let mut arguments = json!({ "count": 1, "names": [], "scores": {}, "any": null });
            arguments[name] = value;
            arguments
        };
        for (name, value, message) in [
            ("count", json!("5"), "argument `count`: expected an integer, not its text"),
            ("count", json!(5.5), "argument `count`: expected an integer, not 5.5"),
            ("count", json!(1e300), "argument `count`: expected an integer from 0 to 255, not 1e+300"),
            ("share", json!("half"), "argument `share`: expected a number, not a string"),
            ("page", json!("{size:1}"), "argument `page`: expected an object, not its text"),
            ("page", json!({ "size": "2" }), "argument `page` at `size`: expected an integer, not its text"),
            ("page", json!({}), "argument `page`: `size` is missing"),
            ("names", json!(["a", 1]), "argument `names` at `[1]`: expected a string, not a number"),
            ("scores", json!([]), "argument `scores`: expected an object, not an array"),
        ] {
            assert_eq!(call(&app, "one_by_one", with(name, value.clone())).await, message, "{value}");
        }
        for (arguments, message) in [
            (json!({ "size": 1, "scope": "all" }), "argument `text` is missing"),
            (json!({ "text": "x", "size": "1", "scope": "all" }), "argument `size`: expected an integer, not its text"),
            (
                json!({ "text": "x", "size": 1, "scope": "few" }),
                "argument `scope`: expected \"all\" or \"some\", not \"few\"",
            ),
            (json!({ "text": "x", "size": 1, "scope": "some" }), "argument `ids` is missing"),
            (
                json!({ "text": "x", "size": 1, "scope": "some", "ids": [1, -1] }),
                "argument `ids` at `[1]`: expected an integer from 0 to 18446744073709551615, not -1",
            ),
        ] {
            assert_eq!(call(&app, "at_once", arguments.clone()).await, message, "{arguments}");
        }
    });
}
