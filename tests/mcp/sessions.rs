//! Sessions begin with `initialize`, and end with `DELETE`, or when nobody uses them.

use super::{probe, wait_until};
use serde_json::json;
use std::time::{Duration, Instant};
use tests::mcp::Client;

#[test]
fn delete_ends_a_session_and_all_its_streams() {
    let app = probe(&[]);
    let client = Client::initialize(app.address, "2025-11-25", &json!({}));
    let mut standalone = client.get(None).stream();
    assert!(standalone.next().is_some(), "the priming event");
    let mut steps = client.call(1, "steps", json!({ "count": 100, "millis": 20 })).stream();
    steps.message();
    let other = Client::initialize(app.address, "2025-11-25", &json!({}));

    let response = client.delete();
    assert_eq!((response.status, response.body.as_str()), (204, ""));
    assert_eq!(standalone.next(), None);
    assert!(steps.rest().len() < 50, "it ends before its answer");
    assert_eq!(client.delete().status, 404);
    assert_eq!(client.get(None).whole().status, 404);
    assert_eq!(client.call(2, "echo", json!({ "text": "x" })).whole().status, 404);
    assert_eq!(other.say("echo", json!({ "text": "x" })), "x");
}

#[test]
fn a_question_has_no_answer_once_the_session_has_ended() {
    let app = probe(&[]);
    let client = Client::initialize(app.address, "2025-06-18", &json!({ "elicitation": {} }));
    let mut asking = client.call(1, "knock", json!({})).stream();
    assert_eq!(asking.message()["method"], "elicitation/create");
    let start = Instant::now();
    client.delete();
    assert_eq!(asking.next(), None);
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_session_is_there_as_long_as_it_is_used() {
    let app = probe(&[("PROBE_SESSIONS", "10"), ("PROBE_SESSION_MILLIS", "300")]);
    let (idle, listening) = (
        Client::initialize(app.address, "2025-11-25", &json!({})),
        Client::initialize(app.address, "2025-11-25", &json!({})),
    );
    let stream = listening.get(None).stream();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(idle.call(1, "echo", json!({ "text": "x" })).whole().status, 404);
    assert_eq!(listening.say("echo", json!({ "text": "x" })), "x");
    drop(stream);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(listening.say("echo", json!({ "text": "x" })), "x", "it was used until now");
    let id = listening.session.clone();
    wait_until(|| {
        std::thread::sleep(Duration::from_millis(500));
        let client = Client { session: id.clone(), ..listening.clone() };
        client.call(1, "echo", json!({ "text": "x" })).whole().status == 404
    });
}

#[test]
fn sessions_make_room_unless_they_are_in_use() {
    let app = probe(&[("PROBE_SESSIONS", "2")]);
    let first = Client::initialize(app.address, "2025-11-25", &json!({}));
    let second = Client::initialize(app.address, "2025-11-25", &json!({}));
    let _listening = first.get(None).stream();
    let third = Client::initialize(app.address, "2025-11-25", &json!({}));
    assert_eq!(second.get(None).whole().status, 404);
    let _listening_too = third.get(None).stream();
    let params =
        json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
    let none = Client { server: app.address, revision: "2025-11-25", session: None };
    let response = none.request(&json!(1), "initialize", params).whole();
    assert_eq!(response.status, 503, "{}", response.body);
    assert!(response.body.contains("-32603") && response.body.contains("\"id\":1"), "{}", response.body);
}

#[test]
fn a_client_does_not_say_too_much_of_itself() {
    let app = probe(&[]);
    let client = Client { server: app.address, revision: "2025-11-25", session: None };
    let capabilities = json!({ "experimental": { "x": "x".repeat(100_000) } });
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": capabilities, "clientInfo": {} });
    let answer = client.request(&json!(1), "initialize", params).last();
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
}

#[test]
fn without_sessions_there_is_nothing_but_post() {
    let app = probe(&[("PROBE_SESSIONS", "0")]);
    let client = Client::initialize(app.address, "2025-11-25", &json!({}));
    assert_eq!(client.session, None);
    let response = client.get(None).whole();
    assert_eq!((response.status, response.headers.get("Allow")), (405, Some("POST")));
    assert_eq!(client.delete().status, 405);
    let events = client.call(1, "steps", json!({ "count": 2, "millis": 1 })).stream().rest();
    assert_eq!(events.len(), 3);
    assert!(events.iter().all(|event| event.id.is_none() && event.retry.is_none()), "{events:?}");
}
