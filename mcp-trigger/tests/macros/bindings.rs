//! Inputs and outputs: what the host is to be told of them.

use crate::{arguments, function};
use mcp_trigger::__private::Binding;
use mcp_trigger::{Json, Output, mcp_prompt, mcp_resource, mcp_tool};

#[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Snippet {
    code: String,
}

/// Moves a snippet.
#[mcp_tool]
async fn move_snippet(
    name: String,
    #[arg(rename = "newName")] new_name: String,
    /// Not for clients
    #[input(blob, path = "snippets/{mcptoolargs.name}.json")]
    old_snippet: Option<Json<Snippet>>,
    #[output(blob, path = "snippets/{mcptoolargs.newName}.json", connection = "Storage")] new_snippet: Output<
        Json<Snippet>,
    >,
    #[output(queue, queue_name = "moved-snippets", name = "moved")] notes: Output<Vec<String>>,
    #[output(blob, path = "$web/{datetime:yyyy}/{sys.randguid}.txt")] r#type: mcp_trigger::Output<&'static str>,
) -> String {
    if let Some(snippet) = old_snippet {
        new_snippet.set(snippet);
    }
    notes.push(name);
    notes.push(new_name);
    r#type.set("json");
    "moved".to_owned()
}

fn bindings(name: &str) -> Vec<(&'static str, &'static str, bool, &'static str)> {
    let bindings = function(name).bindings.iter();
    bindings.map(|Binding { name, kind, is_output, properties }| (*name, *kind, *is_output, *properties)).collect()
}

#[test]
fn blobs_and_queues() {
    let expected = [
        (
            "oldSnippet",
            "blob",
            false,
            r#"{"path":"snippets/{mcptoolargs.name}.json","connection":"AzureWebJobsStorage"}"#,
        ),
        ("newSnippet", "blob", true, r#"{"path":"snippets/{mcptoolargs.newName}.json","connection":"Storage"}"#),
        ("moved", "queue", true, r#"{"queueName":"moved-snippets","connection":"AzureWebJobsStorage"}"#),
        (
            "type",
            "blob",
            true,
            r#"{"path":"$web/{datetime:yyyy}/{sys.randguid}.txt","connection":"AzureWebJobsStorage"}"#,
        ),
    ];
    assert_eq!(bindings("move_snippet"), expected);
    assert_eq!(arguments("move_snippet"), [("name", ""), ("newName", "")], "what is bound is no argument");
}

#[mcp_tool]
fn orders(
    customer: String,
    #[input(binding(
        type = "cosmosDB",
        database_name = "shop",
        containerName = "orders",
        sql_query = "SELECT \"*\" FROM c WHERE c.customer = {mcptoolargs.customer}",
        preferred_locations = ["North Europe", "West Europe"],
        take = 1_000,
        offset = -1,
        ratio = 0.5,
        nested = [[true], []],
        create_if_not_exists,
        enabled = false,
        name = "found"
    ))]
    orders: Json<Vec<Snippet>>,
    #[output(binding(type = "signalR", hub_name = "orders"))] message: Output<Json<Snippet>>,
) -> String {
    for order in orders.0 {
        message.set(Json(order));
    }
    customer
}

#[test]
fn members_are_named_as_in_function_json() {
    let expected = concat!(
        r#"{"databaseName":"shop","containerName":"orders","#,
        r#""sqlQuery":"SELECT \"*\" FROM c WHERE c.customer = {mcptoolargs.customer}","#,
        r#""preferredLocations":["North Europe","West Europe"],"take":1000,"offset":-1,"ratio":0.5,"#,
        r#""nested":[[true],[]],"createIfNotExists":true,"enabled":false}"#,
    );
    assert_eq!(
        bindings("orders"),
        [("found", "cosmosDB", false, expected), ("message", "signalR", true, r#"{"hubName":"orders"}"#),]
    );
}

#[mcp_resource("snippets://{name}")]
fn snippet(name: String, #[input(blob, path = "snippets/{name}.txt")] bytes: Vec<u8>) -> Vec<u8> {
    let _ = name;
    bytes
}

#[mcp_prompt]
fn explain(
    name: String,
    #[input(blob, path = "snippets/{mcppromptargs.name}/{mcpsessionid}.txt")] text: String,
) -> String {
    name + &text
}

#[test]
fn all_kinds_of_functions_have_them() {
    assert_eq!(bindings("snippet")[0].0, "bytes");
    assert_eq!(bindings("explain")[0].0, "text");
}

#[test]
fn a_function_is_called_as_before() {
    let message = Output::new();
    assert_eq!(orders("c".to_owned(), Json(vec![Snippet { code: "x".to_owned() }]), message.clone()), "c");
    assert_eq!(message.take().map(|Json(Snippet { code })| code).as_deref(), Some("x"));
    assert_eq!(snippet("a".to_owned(), vec![1]), [1]);
    assert_eq!(explain("a".to_owned(), "b".to_owned()), "ab");
}
