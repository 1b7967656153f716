//! `samples/catalog`: resources, templates, prompts, and a tool with more than text.

use super::{Client, call, connect, end, error, object, refusal};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use rmcp::ServiceError;
use rmcp::model::{
    ErrorCode, GetPromptRequestParams, GetPromptResult, ReadResourceRequestParams, ReadResourceResult,
    ResourceContents, Role,
};
use serde::Serialize;
use serde_json::{Value, json};

/// What is in an address, or stands behind it, is the first thing that clients show.
#[tokio::test]
async fn lists_resources_and_templates() {
    let (_app, client) = connect("catalog").await;
    let capabilities = &client.peer_info().unwrap().capabilities;
    assert!(capabilities.resources.is_some() && capabilities.prompts.is_some(), "{capabilities:?}");

    let resources = client.list_all_resources().await.unwrap();
    assert_eq!(
        members(&resources, ["uri", "name", "title", "mimeType"]),
        json!([
            ["images://logo", "logo", "Logo", "image/png"],
            ["docs://returns", "returns", "Returns", "text/markdown"]
        ])
    );
    assert_eq!(resources[1].description.as_deref(), Some("How customers return what they do not like."));
    let templates = client.list_all_resource_templates().await.unwrap();
    assert_eq!(
        members(&templates, ["uriTemplate", "name", "title", "mimeType"]),
        json!([
            ["categories://all/{name}", "category", "Category", "application/json"],
            ["products://{id}", "product", "Product", "application/json"],
        ])
    );
    end(client).await;
}

#[tokio::test]
async fn reads_text_and_bytes() {
    let (_app, client) = connect("catalog").await;
    let (mime_type, returns) = text(read(&client, "docs://returns").await);
    assert_eq!(mime_type, "text/markdown");
    assert_eq!(returns, include_str!("../../../samples/catalog/src/returns.md"));

    let logo = read(&client, "images://logo").await.unwrap();
    let [ResourceContents::BlobResourceContents { uri, mime_type, blob, .. }] = &logo.contents[..] else {
        panic!("bytes: {logo:?}")
    };
    assert_eq!((uri.as_str(), mime_type.as_deref()), ("images://logo", Some("image/png")));
    assert_eq!(BASE64_STANDARD.decode(blob).unwrap(), include_bytes!("../../../samples/catalog/src/logo.png"));
    end(client).await;
}

#[tokio::test]
async fn reads_what_stands_in_the_places_of_a_template() {
    let (_app, client) = connect("catalog").await;
    let (mime_type, teapot) = text(read(&client, "products://3").await);
    assert_eq!(mime_type, "application/json");
    assert_eq!(serde_json::from_str::<Value>(&teapot).unwrap()["name"], "Teapot");

    // What a client encodes, as it has to, arrives decoded.
    let (_, category) = text(read(&client, "categories://all/Cups%20%26%20bowls").await);
    assert_eq!(serde_json::from_str::<Value>(&category).unwrap()[1]["name"], "Bowl");

    let unknown = refusal(read(&client, "shelves://1").await);
    assert!(unknown.contains("shelves://1"), "{unknown}");
    // The extension keeps the function's own words to itself.
    for address in ["products://9", "products://teapot"] {
        assert_eq!(error(ErrorCode::INTERNAL_ERROR, read(&client, address).await), "An error occurred.", "{address}");
    }
    end(client).await;
}

#[tokio::test]
async fn lists_and_gets_prompts() {
    let (_app, client) = connect("catalog").await;
    let prompts = client.list_all_prompts().await.unwrap();
    assert_eq!(
        members(&prompts, ["name", "title"]),
        json!([
            ["advertise", "Advertise a product"],
            ["answer_customer", "Answer a customer"],
            ["compare", "Compare products"],
        ])
    );
    assert_eq!(
        members(prompts[0].arguments.as_ref().unwrap(), ["name", "title", "required"]),
        json!([["id", "Product", true], ["audience", "Audience", false]])
    );

    let short = get(&client, "advertise", json!({ "id": "3" })).await.unwrap();
    let words = &short.messages[0].content.as_text().unwrap().text;
    assert!(words.contains("Teapot") && words.contains("everybody"), "{words}");
    let aimed = get(&client, "advertise", json!({ "id": "3", "audience": "students" })).await.unwrap();
    assert!(aimed.messages[0].content.as_text().unwrap().text.contains("students"), "{aimed:?}");

    let answer = get(&client, "answer_customer", json!({ "letter": "It broke." })).await.unwrap();
    let roles: Vec<_> = answer.messages.iter().map(|message| &message.role).collect();
    assert_eq!(roles, [&Role::User, &Role::Assistant, &Role::User]);
    assert!(answer.messages[0].content.as_resource().is_some(), "{answer:?}");
    assert_eq!(answer.messages[2].content.as_text().unwrap().text, "It broke.");

    let compared = get(&client, "compare", json!({ "one": "1", "other": "3" })).await.unwrap();
    assert_eq!(compared.description.as_deref(), Some("Cup or Teapot"));

    let missing = refusal(get(&client, "compare", json!({ "one": "1" })).await);
    assert!(missing.contains("other"), "{missing}");
    error(ErrorCode::INTERNAL_ERROR, get(&client, "advertise", json!({ "id": "teapot" })).await);
    end(client).await;
}

#[tokio::test]
async fn calls_a_tool_with_rich_content() {
    let (_app, client) = connect("catalog").await;
    let shown = call(&client, "show_product", json!({ "id": 3 })).await.unwrap();
    let [words, picture, returns, link] = &shown.content[..] else { panic!("four blocks: {shown:?}") };
    assert_eq!(words.as_text().unwrap().text, "Teapot: 48.00 €");

    let picture = picture.as_image().unwrap();
    assert_eq!(picture.mime_type, "image/png");
    assert_eq!(BASE64_STANDARD.decode(&picture.data).unwrap(), include_bytes!("../../../samples/catalog/src/logo.png"));
    assert_eq!(picture.annotations.as_ref().unwrap().audience, Some(vec![Role::User]));

    let returns = returns.as_resource().unwrap();
    assert_eq!(returns.annotations.as_ref().unwrap().audience, Some(vec![Role::Assistant]));
    let ResourceContents::TextResourceContents { uri, .. } = &returns.resource else { panic!("text: {returns:?}") };
    assert_eq!(uri, "docs://returns");

    let link = link.as_resource_link().unwrap();
    assert_eq!((link.name.as_str(), link.mime_type.as_deref()), ("Teapot", Some("application/json")));
    assert_eq!(link.annotations.as_ref().unwrap().priority, Some(0.2));
    let (_, teapot) = text(read(&client, &link.uri).await);
    assert!(teapot.contains("Teapot"), "a link leads somewhere: {teapot}");

    let unknown = call(&client, "show_product", json!({ "id": 9 })).await.unwrap();
    assert_eq!(unknown.is_error, Some(true));
    assert_eq!(super::text(&unknown), "there is no product 9, only 1 to 3");
    end(client).await;
}

async fn read(client: &Client, uri: &str) -> Result<ReadResourceResult, ServiceError> {
    client.read_resource(ReadResourceRequestParams::new(uri)).await
}

async fn get(client: &Client, prompt: &str, arguments: Value) -> Result<GetPromptResult, ServiceError> {
    client.get_prompt(GetPromptRequestParams::new(prompt).with_arguments(object(arguments))).await
}

/// The media type and the text of the only contents.
fn text(result: Result<ReadResourceResult, ServiceError>) -> (String, String) {
    let mut contents = result.unwrap().contents;
    match (contents.pop(), contents.pop()) {
        (Some(ResourceContents::TextResourceContents { mime_type, text, .. }), None) => (mime_type.unwrap(), text),
        other => panic!("one text: {other:?}"),
    }
}

/// Some members of each item.
fn members<T: Serialize, const N: usize>(items: &[T], names: [&str; N]) -> Value {
    let items = items.iter().map(|item| serde_json::to_value(item).unwrap());
    items.map(|item| Value::from(names.map(|name| item[name].clone()).to_vec())).collect()
}
