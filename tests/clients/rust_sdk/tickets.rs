//! `samples/tickets`: a state, and callers with and without an identity, as the platform's authentication tells it.

use super::{Client, Storage, call, client, end, text};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::process::App;

/// The sample with the setting that says whether the platform has checked who calls, and where its messages are.
fn app(authentication: &str) -> (App, Storage) {
    let storage = Storage::new();
    let mut command = storage.of("tickets");
    command.env("WEBSITE_AUTH_ENABLED", authentication).env_remove("TICKETS_DB");
    (App::local_host(command), storage)
}

/// The messages in a queue, the oldest first.
fn messages(storage: &Storage, queue: &str) -> Vec<Value> {
    let Ok(files) = std::fs::read_dir(storage.0.join("queues").join(queue)) else { return Vec::new() };
    let files: BTreeSet<_> = files.map(|file| file.unwrap().path()).collect();
    files.iter().map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()).collect()
}

/// A client whose requests carry what the platform found out: a user, with more claims if there are some.
async fn user(app: &App, id: &str, claims: &[(&str, &str)]) -> Client {
    let claims = [&[("oid", id), ("name", id)], claims].concat();
    let claims: Vec<Value> = claims.iter().map(|(kind, value)| json!({ "typ": kind, "val": value })).collect();
    let principal = json!({ "auth_typ": "aad", "claims": claims });
    client(app, Some(("x-ms-client-principal", &BASE64_STANDARD.encode(principal.to_string())))).await
}

/// Calls; the message of the error if it is one.
async fn ask(client: &Client, tool: &'static str, arguments: Value) -> Result<Value, String> {
    let result = call(client, tool, arguments).await.unwrap();
    let words = text(&result).to_owned();
    if result.is_error == Some(true) { Err(words) } else { Ok(result.structured_content.unwrap_or(words.into())) }
}

/// From the first to the last call on a ticket.
#[tokio::test]
async fn knows_who_calls_and_what_they_may() {
    const WRITER: (&str, &str) = ("scp", "tickets.read tickets.write");
    let (app, storage) = app("true");
    let (nobody, reader) = (client(&app, None).await, user(&app, "Eve", &[("scp", "tickets.read")]).await);
    let (ann, bob) = (user(&app, "Ann", &[WRITER]).await, user(&app, "Bob", &[WRITER]).await);
    let admin = user(&app, "Ida", &[WRITER, ("roles", "admin")]).await;

    let fire = json!({ "title": "The printer is on fire" });
    let refused = ask(&nobody, "create_ticket", fire.clone()).await.unwrap_err();
    assert_eq!(refused, "the caller is not signed in: sign in and call again");
    let refused = ask(&reader, "create_ticket", fire.clone()).await.unwrap_err();
    assert!(refused.contains("`tickets.write`"), "{refused}");
    let refused = ask(&ann, "create_ticket", json!({ "title": " " })).await.unwrap_err();
    assert!(refused.contains("`title`"), "{refused}");
    assert_eq!(messages(&storage, "tickets-created"), [json!(null); 0], "who is refused sends nothing");
    let ticket = ask(&ann, "create_ticket", fire).await.unwrap();
    assert_eq!(ticket, json!({ "id": 1, "title": "The printer is on fire", "is_open": true, "reporter": "Ann" }));
    assert_eq!(messages(&storage, "tickets-created"), [json!({ "id": 1, "title": "The printer is on fire" })]);

    let reporter = |listing: Value| listing["tickets"][0]["reporter"].clone();
    assert_eq!(reporter(ask(&nobody, "list_tickets", json!({})).await.unwrap()), Value::Null);
    assert_eq!(reporter(ask(&reader, "list_tickets", json!({})).await.unwrap()), "Ann");

    let refused = ask(&bob, "close_ticket", json!({ "id": 1 })).await.unwrap_err();
    assert!(refused.contains("somebody else's"), "{refused}");
    assert_eq!(ask(&admin, "close_ticket", json!({ "id": 2 })).await.unwrap_err(), "there is no ticket 2");
    assert_eq!(ask(&admin, "close_ticket", json!({ "id": 1 })).await.unwrap(), "Closed ticket 1.");
    let refused = ask(&ann, "remove_closed", json!({})).await.unwrap_err();
    assert!(refused.contains("the role `admin`"), "{refused}");
    assert_eq!(ask(&admin, "remove_closed", json!({})).await.unwrap(), "Tickets removed: 1.");
    assert_eq!(messages(&storage, "tickets-removed"), [json!({ "id": 1 })]);
    for client in [nobody, reader, ann, bob, admin] {
        end(client).await;
    }
}

/// Without the platform's authentication anybody could send the header.
#[tokio::test]
async fn believes_nobody_where_authentication_is_off() {
    let (app, _storage) = app("false");
    let ann = user(&app, "Ann", &[("scp", "tickets.write"), ("roles", "admin")]).await;
    for (tool, arguments) in [("create_ticket", json!({ "title": "x" })), ("remove_closed", json!({}))] {
        let refused = ask(&ann, tool, arguments).await.unwrap_err();
        assert_eq!(refused, "the caller is not signed in: sign in and call again");
    }
    end(ann).await;
}

/// All calls share one database, and one pool of connections to it.
#[tokio::test(flavor = "multi_thread")]
async fn creates_twenty_at_once() {
    let (app, _storage) = app("true");
    let ann = user(&app, "Ann", &[("scp", "tickets.write")]).await;
    let calls = (0..20).map(|number| {
        let arguments = super::object(json!({ "title": number.to_string() }));
        let (peer, request) = (ann.peer().clone(), rmcp::model::CallToolRequestParams::new("create_ticket"));
        tokio::spawn(async move { peer.call_tool(request.with_arguments(arguments)).await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_ne!(call.await.unwrap().unwrap().is_error, Some(true));
    }
    let listing = ask(&ann, "list_tickets", json!({})).await.unwrap();
    assert_eq!(listing["tickets"].as_array().unwrap().len(), 20);
    end(ann).await;
}
