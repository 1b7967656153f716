//! Calls that their client takes back.

use super::{probe, wait_until};
use serde_json::json;
use std::time::Duration;
use tests::mcp::Client;

#[test]
fn a_session_takes_a_call_back_with_a_notification() {
    let app = probe(&[]);
    let client = Client::initialize(app.address, "2025-11-25", &json!({}));
    let mut stream = client.call("forever", "forever", json!({})).stream();
    stream.message();
    // Neither is running.
    client.notify("notifications/cancelled", &json!({ "requestId": "other" }));
    client.notify("notifications/cancelled", &json!({ "requestId": 1 }));
    client.notify("notifications/cancelled", &json!({}));
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(client.say("ended", json!({})), "0");
    client.notify("notifications/cancelled", &json!({ "requestId": "forever", "reason": "bored" }));
    assert_eq!(stream.next(), None, "without an answer");
    wait_until(|| client.say("ended", json!({})) == "1");
}

#[test]
fn a_call_is_its_sessions_own() {
    let app = probe(&[]);
    let client = Client::initialize(app.address, "2025-11-25", &json!({}));
    let other = Client::initialize(app.address, "2025-11-25", &json!({}));
    let mut stream = client.call(1, "forever", json!({})).stream();
    stream.message();
    other.notify("notifications/cancelled", &json!({ "requestId": 1 }));
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(client.say("ended", json!({})), "0");
}

#[test]
fn clients_of_2026_go_away_instead() {
    let app = probe(&[]);
    let client = Client::stateless(app.address);
    let mut stream = client.call(1, "forever", json!({})).stream();
    stream.message();
    assert_eq!(client.say("ended", json!({})), "0");
    drop(stream);
    wait_until(|| client.say("ended", json!({})) == "1");
}

#[test]
fn others_can_go_away_and_the_call_goes_on() {
    let app = probe(&[]);
    for client in [
        Client::initialize(app.address, "2025-11-25", &json!({})),
        Client { server: app.address, revision: "2025-06-18", session: None },
    ] {
        let mut stream = client.call(1, "forever", json!({})).stream();
        stream.message();
        drop(stream);
    }
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(Client::stateless(app.address).say("ended", json!({})), "0");
}
