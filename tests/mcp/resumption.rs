//! Streams that lose their client, and find it again.

use super::{RESUMABLE, probe, wait_until};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use tests::mcp::{Client, Event};

fn messages(events: &[Event]) -> Vec<&Value> {
    events.iter().map(|event| &event.message).filter(|message| !message.is_null()).collect()
}

#[test]
fn a_call_goes_on_while_its_client_is_away_and_the_answer_waits() {
    let app = probe(&[]);
    for revision in RESUMABLE {
        let client = Client::initialize(app.address, revision, &json!({}));
        let mut stream = client.call("a", "steps", json!({ "count": 5, "millis": 30 })).stream();
        let first = loop {
            let event = stream.next().unwrap();
            if !event.message.is_null() {
                break event;
            }
        };
        assert_eq!(first.message["params"]["progress"], 1);
        drop(stream);
        std::thread::sleep(Duration::from_millis(400));

        let rest = client.get(first.id.as_deref()).stream().rest();
        let said = messages(&rest);
        let steps: Vec<_> = said.iter().filter_map(|message| message["params"]["progress"].as_u64()).collect();
        assert_eq!(steps, [2, 3, 4, 5], "{revision}: {rest:?}");
        let answer = said.last().unwrap();
        assert_eq!((&answer["id"], &answer["result"]["content"][0]["text"]), (&json!("a"), &json!("5 steps")));

        let from_the_middle = client.get(rest[1].id.as_deref()).stream().rest();
        assert_eq!(from_the_middle, rest[2..]);
        let after_the_end = client.get(rest.last().unwrap().id.as_deref()).whole();
        assert_eq!(after_the_end.status, 204);
    }
}

#[test]
fn what_was_missed_comes_first_and_then_what_happens() {
    let app = probe(&[]);
    let client = Client::initialize(app.address, "2025-06-18", &json!({}));
    let mut stream = client.call(1, "steps", json!({ "count": 10, "millis": 50 })).stream();
    let first = stream.next().unwrap();
    // The old connection is still there: the server may not know that nobody reads it.
    std::thread::sleep(Duration::from_millis(120));
    let mut again = client.get(first.id.as_deref()).stream();
    let early = again.next().unwrap();
    assert_eq!(early.message["params"]["progress"], 2);
    let late = again.rest();
    let said = messages(&late);
    assert_eq!(said.len(), 9);
    assert_eq!(said[8]["result"]["content"][0]["text"], "10 steps");
    assert!(stream.rest().len() < 5, "nothing is sent twice for long: the old one has ended");
}

#[test]
fn a_stream_is_continued_with_nothing_of_others() {
    let app = probe(&[]);
    let client = Client::initialize(app.address, "2025-11-25", &json!({}));
    let arguments = json!({ "count": 4, "millis": 30 });
    let mut streams: Vec<_> = (0..4).map(|id| client.call(id, "steps", arguments.clone()).stream()).collect();
    let mut ids = BTreeSet::new();
    let primings: Vec<_> = streams.iter_mut().map(|stream| stream.next().unwrap()).collect();
    drop(streams);
    std::thread::sleep(Duration::from_millis(300));
    for (id, priming) in primings.into_iter().enumerate() {
        assert_eq!((&priming.message, priming.retry.is_some()), (&Value::Null, true));
        assert!(ids.insert(priming.id.clone()));
        let events = client.get(priming.id.as_deref()).stream().rest();
        assert_eq!(events.len(), 5);
        for event in events {
            assert!(ids.insert(event.id.clone()), "{event:?}");
            let of = if event.message["id"].is_null() {
                &event.message["params"]["progressToken"]
            } else {
                &event.message["id"]
            };
            assert_eq!(of, id, "{event:?}");
        }
    }
}

#[test]
fn a_question_waits_for_its_client() {
    let app = probe(&[]);
    let client = Client::initialize(app.address, "2025-11-25", &json!({ "elicitation": {} }));
    let mut stream = client.call(1, "knock", json!({})).stream();
    let priming = stream.next().unwrap();
    drop(stream);
    std::thread::sleep(Duration::from_millis(100));
    let mut stream = client.get(priming.id.as_deref()).stream();
    let question = stream.message();
    assert_eq!(question["method"], "elicitation/create");
    let result = json!({ "action": "accept", "content": { "name": "Ann" } });
    let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": result });
    assert_eq!(client.post(&answer).whole().status, 202);
    assert_eq!(stream.message()["result"]["content"][0]["text"], "Hello, Ann!");
    assert_eq!(stream.next(), None);
}

#[test]
fn a_tool_can_send_its_client_away() {
    let app = probe(&[]);
    let client = Client::initialize(app.address, "2025-11-25", &json!({}));
    let events = client.call(1, "pause", json!({})).stream().rest();
    assert_eq!(events.len(), 1, "{events:?}");
    assert!(events[0].message.is_null() && events[0].retry.is_some(), "{events:?}");
    let events = client.get(events[0].id.as_deref()).stream().rest();
    assert_eq!(events[0].message["result"]["content"][0]["text"], "welcome back");
    // Others would not know that they have to come back.
    let client = Client::initialize(app.address, "2025-06-18", &json!({}));
    assert_eq!(client.say("pause", json!({})), "welcome back");
    assert_eq!(Client::stateless(app.address).say("pause", json!({})), "welcome back");
}

#[test]
fn only_revisions_that_know_it_have_ids_and_priming_events() {
    let app = probe(&[]);
    let events = |client: &Client| client.call(1, "steps", json!({ "count": 1, "millis": 1 })).stream().rest();
    for (revision, has_ids, is_primed) in [
        ("2024-11-05", false, false),
        ("2025-03-26", true, false),
        ("2025-06-18", true, false),
        ("2025-11-25", true, true),
    ] {
        let events = events(&Client::initialize(app.address, revision, &json!({})));
        assert_eq!(events.len(), if is_primed { 3 } else { 2 }, "{revision}");
        assert!(events.iter().all(|event| event.id.is_some() == has_ids), "{revision}: {events:?}");
        assert_eq!(events.iter().filter(|event| event.retry.is_some()).count(), usize::from(is_primed));
    }
    let client = Client { session: Some("whatever".to_owned()), ..Client::stateless(app.address) };
    assert!(events(&client).iter().all(|event| event.id.is_none() && !event.message.is_null()));
    assert_eq!(client.get(None).whole().status, 405);
    assert_eq!(client.delete().status, 405);
}

#[test]
fn an_unknown_event_continues_nothing() {
    let app = probe(&[]);
    let client = Client::initialize(app.address, "2025-11-25", &json!({}));
    for id in ["", "x", "1-1", "0-0", "-1-0", "99999999999999999999-1", "1-0-0"] {
        let response = client.get(Some(id)).whole();
        assert_eq!(response.status, 400, "{id}: {}", response.body);
    }
    let mut stream = client.call(1, "forever", json!({})).stream();
    stream.message();
    assert_eq!(client.get(Some("1-9")).whole().status, 400);
    // Another session has streams of the same numbers.
    let other = Client::initialize(app.address, "2025-11-25", &json!({}));
    assert_eq!(other.get(Some("1-0")).whole().status, 400);
}

#[test]
fn what_is_kept_is_bounded_and_the_newest() {
    let app = probe(&[]);
    let client = Client::initialize(app.address, "2025-11-25", &json!({}));
    assert_eq!(client.request(&json!(1), "logging/setLevel", json!({ "level": "debug" })).last()["result"], json!({}));
    let mut stream = client.call(2, "talk", json!({ "lines": 2000, "length": 10_000 })).stream();
    let priming = stream.next().unwrap();
    drop(stream);
    // The call ends though nobody reads it.
    wait_until(|| client.say("ended", json!({})) == "1");
    let kept = client.get(priming.id.as_deref()).stream().rest();
    let bytes: usize = kept.iter().map(|event| event.message.to_string().len()).sum();
    assert!(bytes < 4 * 1024 * 1024, "{bytes}");
    assert_eq!(kept.last().unwrap().message["result"]["content"][0]["text"], "2000 lines");
}
