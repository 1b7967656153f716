//! Questions to the user, the model and the client.

use crate::wire::{body, error, headers, post, probe, result, stateless};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tests::http::Connection;
use tests::recording::Response;

const CAPABILITIES: &str = r#"{"elicitation":{},"sampling":{},"roots":{}}"#;

fn capabilities() -> Value {
    serde_json::from_str(CAPABILITIES).expect("JSON")
}

/// Calls `ask` as a client of 2026-07-28, with what it has of an earlier round.
fn ask(address: SocketAddr, responses: Option<Value>, state: Option<&Value>) -> Response {
    let mut params = json!({ "name": "ask" });
    if let Some(responses) = responses {
        params["inputResponses"] = responses;
    }
    if let Some(state) = state {
        params["requestState"] = state.clone();
    }
    stateless(address, "tools/call", params, capabilities())
}

fn name(name: &str) -> Value {
    json!({ "action": "accept", "content": { "name": name } })
}

#[test]
fn since_2026_a_call_ends_with_its_question_and_comes_again() {
    let probe = probe();
    let first = result(&ask(probe.address, None, None));
    assert_eq!(first["resultType"], "input_required");
    let question = &first["inputRequests"]["1"];
    assert_eq!(question["method"], "elicitation/create");
    assert_eq!(question["params"]["message"], "Who are you?");
    let schema = &question["params"]["requestedSchema"];
    assert_eq!((&schema["properties"]["name"]["type"], &schema["required"]), (&json!("string"), &json!(["name"])));

    let second = result(&ask(probe.address, Some(json!({ "1": name("Ann") })), Some(&first["requestState"])));
    let question = &second["inputRequests"]["2"];
    assert_eq!(question["params"]["message"], "Which city, Ann?", "the first answer is filled in");
    assert!(second["inputRequests"].get("1").is_none() && second["requestState"] != first["requestState"]);

    let third = result(&ask(probe.address, Some(json!({ "2": name("Oslo") })), Some(&second["requestState"])));
    assert_eq!((&third["resultType"], &third["content"][0]["text"]), (&json!("complete"), &json!("Ann of Oslo")));
}

/// Specification 2026-07-28, `basic/patterns/mrtr`, "Error Handling": what is missing is asked again, what nobody asked for is
/// ignored, and what cannot be read is an error of JSON-RPC.
#[test]
fn a_missing_answer_is_asked_again_and_one_that_cannot_be_read_is_an_error() {
    let probe = probe();
    let first = result(&ask(probe.address, None, None));
    for responses in [
        None,
        Some(json!({})),
        Some(json!(null)),
        Some(json!({ "other": name("Ann") })),
        Some(json!({ "other": 5, "2": { "bogus": 1 } })),
    ] {
        let again = result(&ask(probe.address, responses.clone(), Some(&first["requestState"])));
        assert_eq!(again["inputRequests"]["1"]["params"]["message"], "Who are you?", "{responses:?}");
    }
    for (response, part) in [
        (json!(5), "has to be an object"),
        (json!(null), "has to be an object"),
        (json!([]), "has to be an object"),
        (json!({ "bogus": 1 }), "`action`"),
        (json!({ "action": "maybe" }), "`action`"),
        (json!({ "action": 1 }), "`action`"),
        (json!({ "action": "accept" }), "`name` is missing"),
        (json!({ "action": "accept", "content": 5 }), "expected an object"),
        (json!({ "action": "accept", "content": { "name": 5 } }), "`name`: expected a string"),
    ] {
        let refused = ask(probe.address, Some(json!({ "1": response })), Some(&first["requestState"]));
        assert_eq!(error(&refused), (200, -32602), "{response}");
        let message = &body(&refused)["error"]["message"];
        assert!(
            message.as_str().is_some_and(|text| text.contains("`1`") && text.contains(part)),
            "{response}: {message}"
        );
    }
    for responses in [json!(5), json!([]), json!("1")] {
        assert_eq!(error(&ask(probe.address, Some(responses), Some(&first["requestState"]))), (200, -32602));
    }
    let no = result(&ask(probe.address, Some(json!({ "1": { "action": "decline" } })), Some(&first["requestState"])));
    assert_eq!(no["content"][0]["text"], "decline");
}

#[test]
fn a_state_is_of_one_call_and_of_this_server() {
    let probe = probe();
    let first = result(&ask(probe.address, None, None));
    let state = first["requestState"].as_str().expect("a state");
    for forged in [json!(format!("{state}x")), json!("x"), json!(""), json!(5), json!(format!("x{state}"))] {
        assert_eq!(error(&ask(probe.address, Some(json!({ "1": name("Ann") })), Some(&forged))).1, -32602, "{forged}");
    }
    let params = json!({ "name": "ask_all", "requestState": state });
    assert_eq!(error(&stateless(probe.address, "tools/call", params, capabilities())).1, -32602, "of another tool");
}

#[test]
fn several_questions_are_asked_at_once() {
    let probe = probe();
    let call = |params: Value| result(&stateless(probe.address, "tools/call", params, capabilities()));
    let first = call(json!({ "name": "ask_all" }));
    let methods: Vec<_> =
        ["name", "word", "folders"].iter().map(|key| first["inputRequests"][key]["method"].clone()).collect();
    assert_eq!(methods, ["elicitation/create", "sampling/createMessage", "roots/list"]);
    let word = json!({ "role": "assistant", "content": { "type": "text", "text": "Hi" }, "model": "m" });
    let roots = json!({ "roots": [{ "uri": "file:///a" }, { "uri": "file:///b", "name": "b" }] });
    let responses = json!({ "name": name("Ann"), "word": word, "folders": roots });
    let done = call(json!({ "name": "ask_all", "inputResponses": responses, "requestState": first["requestState"] }));
    assert_eq!(done["content"][0]["text"], "Hi Ann, 2 folders");
    for (key, wrong) in [
        ("word", json!({ "role": "assistant", "content": { "type": "text", "text": "Hi" } })),
        ("word", json!({ "content": 5, "model": "m" })),
        ("folders", json!({ "roots": 5 })),
        ("folders", json!({})),
    ] {
        let params = json!({ "name": "ask_all", "inputResponses": { key: wrong } });
        assert_eq!(
            error(&stateless(probe.address, "tools/call", params, capabilities())),
            (200, -32602),
            "{key}: {wrong}"
        );
    }
}

const WRONG_RATINGS: [(&str, &str); 5] = [
    (r#"{}"#, "`stars` is missing"),
    (r#"{"stars":9}"#, "9 is more than 5"),
    (r#"{"stars":"3"}"#, "not its text"),
    (r#"{"stars":3,"tags":["good","bad"]}"#, "at most 1"),
    (r#"{"stars":3,"mail":"nobody"}"#, "email"),
];

#[test]
fn an_answer_is_compared_with_the_schema_that_was_sent() {
    let probe = probe();
    let ask = |content: &str| {
        let content: Value = serde_json::from_str(content).expect("JSON");
        let responses = json!({ "1": { "action": "accept", "content": content } });
        let params = json!({ "name": "ask_rating", "inputResponses": responses });
        stateless(probe.address, "tools/call", params, capabilities())
    };
    for (content, part) in WRONG_RATINGS {
        let refused = ask(content);
        assert_eq!(error(&refused), (200, -32602), "{content}");
        assert!(refused.body.contains(part), "{content}: {}", refused.body);
    }
    let rated = result(&ask(r#"{"stars":5.0,"tags":["good"],"mail":null}"#));
    assert_eq!(rated["content"][0]["text"], r#"{"stars":5,"tags":["good"]}"#, "what is null was left out");
}

/// In a session the function hears of it, and its client of that.
#[test]
fn an_answer_in_a_session_is_compared_with_the_schema_that_was_sent() {
    let probe = probe();
    let client = tests::mcp::Client::initialize(probe.address, "2025-11-25", &capabilities());
    for (content, _) in WRONG_RATINGS {
        let content: Value = serde_json::from_str(content).expect("JSON");
        let mut stream = client.call(1, "ask_rating", json!({})).stream();
        let question = loop {
            let message = stream.message();
            if message["method"] == "elicitation/create" {
                break message;
            }
        };
        let answer = json!({ "action": "accept", "content": content });
        let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": answer });
        assert_eq!(client.post(&answer).whole().status, 202);
        let last = stream.message();
        assert_eq!(last["result"]["isError"], true, "{content}: {last}");
    }
}

/// A client of 2025-11-25 in its session, which answers what it is asked.
#[test]
fn before_2026_the_client_is_asked_on_the_stream_of_the_call() {
    let probe = probe();
    let initialize = json!({
        "jsonrpc": "2.0", "id": 7, "method": "initialize",
        "params": { "protocolVersion": "2025-11-25", "capabilities": capabilities(), "clientInfo": { "name": "x", "version": "1" } },
    });
    let begun = post(probe.address, &[], &initialize.to_string());
    let session = begun.headers.get("Mcp-Session-Id").expect("a session").to_owned();
    let in_session = [("Mcp-Session-Id", session.as_str()), ("MCP-Protocol-Version", "2025-11-25")];

    let call = json!({ "jsonrpc": "2.0", "id": 8, "method": "tools/call", "params": { "name": "ask" } }).to_string();
    let mut stream = Connection::open(probe.address).expect("a connection");
    stream.send("POST", "/mcp", &headers(&in_session), call.as_bytes()).expect("it goes out");
    let mut said = Vec::new();
    let answers = std::cell::RefCell::new(vec![name("Oslo"), name("Ann")]);
    stream
        .receive_events(|event| {
            let message: Value = serde_json::from_str(event).expect("JSON");
            if message["method"] == "elicitation/create" {
                let answer = json!({ "jsonrpc": "2.0", "id": message["id"], "result": answers.borrow_mut().pop() });
                assert_eq!(post(probe.address, &in_session, &answer.to_string()).status, 202);
            }
            said.push(message);
        })
        .expect("events");
    let messages: Vec<_> = said.iter().filter_map(|message| message["params"]["message"].as_str()).collect();
    assert_eq!(messages, ["Who are you?", "Which city, Ann?"], "the same as in 2026");
    assert_eq!(said.last().expect("an answer")["result"]["content"][0]["text"], "Ann of Oslo");
}

#[test]
fn who_cannot_be_asked_is_told_so() {
    let probe = probe();
    let call = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": { "name": "ask" } }).to_string();
    let text = |response: &Response| result(response)["content"][0]["text"].as_str().expect("text").to_owned();
    let without_session = post(probe.address, &[("MCP-Protocol-Version", "2025-11-25")], &call);
    assert!(text(&without_session).contains("session"), "{}", without_session.body);
    let endpoint =
        tests::http::exchange(probe.address, "POST", "/runtime/webhooks/mcp", &headers(&[]), call.as_bytes());
    assert!(endpoint.body.contains("this endpoint cannot ask"), "{}", endpoint.body);
}
