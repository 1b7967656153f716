//! Changes, as clients with sessions hear of them.

use super::{RESUMABLE, probe};
use serde_json::json;
use tests::mcp::{Client, Stream};

fn client(app: &tests::process::App, revision: &'static str) -> Client {
    Client::initialize(app.address, revision, &json!({}))
}

#[test]
fn listening_clients_hear_of_changes() {
    let app = probe(&[]);
    for revision in ["2024-11-05"].into_iter().chain(RESUMABLE) {
        let client = client(&app, revision);
        let mut stream = client.get(None).stream();
        for what in ["tools", "prompts", "resources"] {
            client.say("change", json!({ "what": what }));
            let message = stream.message();
            assert_eq!(
                message,
                json!({ "jsonrpc": "2.0", "method": format!("notifications/{what}/list_changed"), "params": {} })
            );
        }
    }
}

#[test]
fn changes_of_resources_are_for_those_who_subscribed() {
    let app = probe(&[]);
    let (one, two) = (client(&app, "2025-06-18"), client(&app, "2025-06-18"));
    let (mut first, mut second) = (one.get(None).stream(), two.get(None).stream());
    let params = |uri: &str| json!({ "uri": uri });
    for _ in 0..2 {
        let answer = one.request(&json!(1), "resources/subscribe", params("probe://notes/1")).last();
        assert_eq!(answer, json!({ "jsonrpc": "2.0", "id": 1, "result": {} }));
    }
    two.request(&json!(1), "resources/subscribe", params("probe://notes/2")).last();
    for what in ["probe://notes/1", "probe://notes/2", "tools"] {
        one.say("change", json!({ "what": what }));
    }
    for (stream, uri) in [(&mut first, "probe://notes/1"), (&mut second, "probe://notes/2")] {
        let mut said = [stream.message(), stream.message()];
        said.sort_by_key(|message| message["method"].to_string());
        assert_eq!(
            said[0],
            json!({ "jsonrpc": "2.0", "method": "notifications/resources/updated", "params": { "uri": uri } })
        );
        assert_eq!(said[1]["method"], "notifications/tools/list_changed");
    }
    let answer = one.request(&json!(2), "resources/unsubscribe", params("probe://notes/1")).last();
    assert_eq!(answer, json!({ "jsonrpc": "2.0", "id": 2, "result": {} }));
    one.say("change", json!({ "what": "probe://notes/1" }));
    one.say("change", json!({ "what": "resources" }));
    assert_eq!(first.message()["method"], "notifications/resources/list_changed");

    let answer = one.request(&json!(3), "resources/subscribe", params("probe://nothing")).last();
    assert_eq!(answer["error"]["code"], -32002, "{answer}");
    let answer = one.request(&json!(4), "resources/subscribe", json!({})).last();
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
}

#[test]
fn a_client_that_was_away_hears_once_of_what_changed() {
    let app = probe(&[]);
    let client = client(&app, "2025-11-25");
    let mut stream = client.get(None).stream();
    client.say("change", json!({ "what": "tools" }));
    let priming = stream.next().unwrap();
    let first = stream.next().unwrap();
    drop(stream);
    for _ in 0..100 {
        client.say("change", json!({ "what": "tools" }));
    }
    // It read nothing but the first event: whatever was sent after it comes again, and then what has changed since.
    let mut stream = client.get(priming.id.as_deref()).stream();
    assert_eq!(stream.next().unwrap(), first);
    let (stream, heard) = until_resources(&client, stream);
    // A few, of the time before anybody noticed that it has gone, and one since.
    assert!((1..20).contains(&heard.len()), "{heard:?}");
    drop(stream);
}

/// Changes the list of resources, and gives which other lists the client hears of before that.
fn until_resources(client: &Client, mut stream: Stream) -> (Stream, Vec<String>) {
    client.say("change", json!({ "what": "resources" }));
    let mut heard = Vec::new();
    loop {
        let message = stream.message();
        let list = message["method"].as_str().unwrap().split('/').nth(1).unwrap().to_owned();
        if list == "resources" {
            return (stream, heard);
        }
        heard.push(list);
    }
}

#[test]
fn a_session_has_one_such_stream() {
    let app = probe(&[]);
    let client = client(&app, "2025-11-25");
    let stream = client.get(None).stream();
    let second = client.get(None).whole();
    assert_eq!(second.status, 409, "{}", second.body);
    drop(stream);
    super::wait_until(|| matches!(client.get(None), tests::mcp::Answer::Stream(_)));
    let without = Client { session: None, ..client.clone() };
    assert_eq!(without.get(None).whole().status, 400);
    assert_eq!(client.open("GET", &[("Accept", "application/json")], b"").whole().status, 406);
}

#[test]
fn what_can_be_heard_is_declared() {
    let app = probe(&[]);
    let none = probe(&[("PROBE_SESSIONS", "0")]);
    let capabilities = |server| {
        let client = Client { server, revision: "2025-11-25", session: None };
        let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {} });
        client.request(&json!(1), "initialize", params).last()["result"]["capabilities"].clone()
    };
    let with = capabilities(app.address);
    assert_eq!(with["tools"], json!({ "listChanged": true }));
    assert_eq!(with["prompts"], json!({ "listChanged": true }));
    assert_eq!(with["resources"], json!({ "listChanged": true, "subscribe": true }));
    let without = capabilities(none.address);
    for name in ["tools", "prompts", "resources"] {
        assert_eq!(without[name], json!({}), "{name}");
    }
    let client = Client::initialize(none.address, "2025-11-25", &json!({}));
    let answer = client.request(&json!(1), "resources/subscribe", json!({ "uri": "probe://notes/1" })).last();
    assert_eq!(answer["error"]["code"], -32601);
    // Since 2026-07-28 nobody needs a session for it.
    for app in [&app, &none] {
        let answer = Client::stateless(app.address).request(&json!(1), "server/discover", json!({})).last();
        assert_eq!(answer["result"]["capabilities"]["resources"], json!({ "listChanged": true, "subscribe": true }));
    }
}
