//! `subscriptions/listen`, since 2026-07-28.

use super::{PROBE, probe, wait_until};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::mcp::{Answer, Client, Stream};
use tests::process::App;

const SUBSCRIPTION_ID: &str = "io.modelcontextprotocol/subscriptionId";

fn listen(client: &Client, id: impl Into<Value>, filter: &Value) -> Stream {
    client.request(&id.into(), "subscriptions/listen", json!({ "notifications": filter })).stream()
}

#[test]
fn a_subscription_is_acknowledged_and_then_hears_what_it_wants() {
    let app = probe(&[]);
    let client = Client::stateless(app.address);
    let filter = json!({
        "toolsListChanged": true,
        "promptsListChanged": false,
        "resourcesListChanged": false,
        "resourceSubscriptions": ["probe://notes/1", "probe://nothing"],
        "unknown": [1, 2],
    });
    let mut first = listen(&client, "one", &filter);
    let mut second = listen(&client, 2, &json!({ "resourcesListChanged": true }));
    let accepted = json!({ "toolsListChanged": true, "resourceSubscriptions": ["probe://notes/1"] });
    let acknowledged = |filter: Value, id: Value| {
        let params = json!({ "notifications": filter, "_meta": { SUBSCRIPTION_ID: id } });
        json!({ "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged", "params": params })
    };
    assert_eq!(first.message(), acknowledged(accepted, json!("one")));
    assert_eq!(second.message(), acknowledged(json!({ "resourcesListChanged": true }), json!(2)));

    for what in ["prompts", "tools", "probe://notes/2", "probe://notes/1", "resources"] {
        client.say("change", json!({ "what": what }));
        std::thread::sleep(Duration::from_millis(20));
    }
    let heard = |method: &str, params: Value| json!({ "jsonrpc": "2.0", "method": format!("notifications/{method}"), "params": params });
    let one = json!({ SUBSCRIPTION_ID: "one" });
    let two = json!({ SUBSCRIPTION_ID: 2 });
    assert_eq!(first.message(), heard("tools/list_changed", json!({ "_meta": one })));
    assert_eq!(first.message(), heard("resources/updated", json!({ "uri": "probe://notes/1", "_meta": one })));
    assert_eq!(second.message(), heard("resources/list_changed", json!({ "_meta": two })));
}

#[test]
fn the_server_ends_it_with_a_result() {
    let app = probe(&[]);
    let client = Client::stateless(app.address);
    let mut stream = listen(&client, 7, &json!({ "toolsListChanged": true }));
    stream.message();
    let session = Client::initialize(app.address, "2025-11-25", &json!({ "elicitation": {} }));
    let mut standalone = session.get(None).stream();
    standalone.next();
    let mut asking = session.call(1, "knock", json!({})).stream();
    asking.message();
    let start = Instant::now();
    app.signal("INT");
    let rest = stream.rest();
    assert_eq!(rest.len(), 1, "{rest:?}");
    let answer = &rest[0].message;
    assert_eq!((&answer["id"], &answer["result"]["resultType"]), (&json!(7), &json!("complete")));
    assert_eq!(answer["result"]["_meta"][SUBSCRIPTION_ID], 7);
    assert_eq!(answer["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "probe");
    assert_eq!(standalone.next(), None);
    let answer = asking.rest().pop().unwrap().message;
    assert_eq!(answer["result"]["isError"], true, "nobody can answer any more: {answer}");
    let (status, _, stderr) = app.ended();
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert!(start.elapsed() < Duration::from_secs(2), "nobody waits for streams: {:?}", start.elapsed());
}

#[test]
fn the_custom_handler_does_not_wait_for_streams_either() {
    let app = App::handler(PROBE, &[("PROBE_SESSIONS", "10")]);
    let mut stream = listen(&Client::stateless(app.address), 1, &json!({}));
    stream.message();
    let mut standalone = Client::initialize(app.address, "2025-03-26", &json!({})).get(None).stream();
    let start = Instant::now();
    app.signal("TERM");
    assert_eq!(stream.message()["result"]["resultType"], "complete");
    assert_eq!(standalone.next(), None);
    let (status, ..) = app.ended();
    assert_eq!(status.code(), Some(143));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn a_wrong_subscription_is_refused() {
    let app = probe(&[]);
    let client = Client::stateless(app.address);
    for params in [json!({}), json!({ "notifications": 1 }), json!({ "notifications": { "toolsListChanged": "x" } })] {
        let answer = client.request(&json!(1), "subscriptions/listen", params.clone()).last();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(1), &json!(-32602)), "{params}");
    }
    let uris: Vec<_> = (0..2000).map(|id| format!("probe://notes/{id}")).collect();
    let filter = json!({ "notifications": { "resourceSubscriptions": uris } });
    let answer = client.request(&json!(1), "subscriptions/listen", filter).last();
    assert_eq!(answer["error"]["code"], -32602);
    let legacy = Client::initialize(app.address, "2025-11-25", &json!({}));
    let answer = legacy.request(&json!(1), "subscriptions/listen", json!({ "notifications": {} })).last();
    assert_eq!(answer["error"]["code"], -32601);
}

#[test]
fn a_place_is_free_again_when_its_client_goes() {
    let app = probe(&[("PROBE_SESSIONS", "10"), ("PROBE_STREAMS", "2")]);
    let client = Client::stateless(app.address);
    let session = Client::initialize(app.address, "2025-11-25", &json!({}));
    let standalone = session.get(None).stream();
    let _listening = listen(&client, 1, &json!({}));
    let params = || json!({ "notifications": {} });
    let refused = client.request(&json!(2), "subscriptions/listen", params()).whole();
    assert_eq!(refused.status, 503);
    assert!(refused.body.contains("\"id\":2") && refused.body.contains("-32603"), "{}", refused.body);
    let other = Client::initialize(app.address, "2025-11-25", &json!({}));
    assert_eq!(other.get(None).whole().status, 503);
    drop(standalone);
    wait_until(|| matches!(client.request(&json!(3), "subscriptions/listen", params()), Answer::Stream(_)));
}
