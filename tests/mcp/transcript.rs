//! One function that asks, two ways on which its questions travel, one conversation for the user.

use crate::wire::{headers, post, result, stateless};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tests::http::Connection;
use tests::process::{App, sample};

/// Somebody who answers a form, and remembers the conversation.
struct User {
    answers: Vec<Value>,
    transcript: Vec<String>,
}

impl User {
    fn answer(&mut self, question: &Value) -> Value {
        let params = &question["params"];
        let fields: Vec<_> = params["requestedSchema"]["properties"].as_object().expect("a form").keys().collect();
        self.transcript.push(format!("asked: {} {fields:?}", params["message"].as_str().expect("a message")));
        let answer = if self.answers.is_empty() {
            json!({ "action": "decline" })
        } else {
            json!({ "action": "accept", "content": self.answers.remove(0) })
        };
        self.transcript.push(format!("answered: {answer}"));
        answer
    }

    fn hear(&mut self, result: &Value) {
        self.transcript.push(format!("told: {}", result["content"][0]["text"].as_str().expect("text")));
    }
}

fn arguments() -> Value {
    json!({ "name": "book_table", "arguments": { "evening": "Friday" } })
}

/// A client of 2025-11-25: it is asked in the stream of the call.
fn over_events(address: SocketAddr, user: &mut User) {
    let initialize = json!({
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": { "elicitation": {} },
            "clientInfo": { "name": "client", "version": "1" },
        },
    });
    let begun = post(address, &[], &initialize.to_string());
    let session = begun.headers.get("Mcp-Session-Id").expect("a session").to_owned();
    let in_session = [("Mcp-Session-Id", session.as_str()), ("MCP-Protocol-Version", "2025-11-25")];
    let call = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": arguments() }).to_string();
    let mut stream = Connection::open(address).expect("a connection");
    stream.send("POST", "/mcp", &headers(&in_session), call.as_bytes()).expect("it goes out");
    let hear = |event: &str| {
        let Ok(message) = serde_json::from_str::<Value>(event) else { return };
        if message["method"] == "elicitation/create" {
            let answer = json!({ "jsonrpc": "2.0", "id": message["id"], "result": user.answer(&message) });
            assert_eq!(post(address, &in_session, &answer.to_string()).status, 202);
        } else {
            user.hear(&message["result"]);
        }
    };
    stream.receive_events(hear).expect("events");
}

/// A client of 2026-07-28: it calls again with each answer.
fn over_rounds(address: SocketAddr, user: &mut User) {
    let mut params = arguments();
    loop {
        let result = result(&stateless(address, "tools/call", params, json!({ "elicitation": {} })));
        if result["resultType"] == "complete" {
            return user.hear(&result);
        }
        let questions = result["inputRequests"].as_object().expect("questions");
        let responses: Value = questions.iter().map(|(key, question)| (key.clone(), user.answer(question))).collect();
        params = arguments();
        params["inputResponses"] = responses;
        params["requestState"] = result["requestState"].clone();
    }
}

#[test]
fn the_user_has_the_same_conversation() {
    let app = App::local_host(sample("elicitation"));
    let small = json!({ "guests": 4, "seats": "terrace" });
    let large = json!({ "guests": 12, "seats": "inside" });
    for (answers, end) in [
        (vec![small], "told: Booked for Friday: 4 guests, on the terrace."),
        (vec![large.clone(), json!({ "book": true })], "told: Booked for Friday: 12 guests, inside."),
        (vec![large], "told: Nothing was booked: two tables were not wanted."),
        (vec![], "told: Nothing was booked: the user did not want to."),
    ] {
        let [events, rounds] = [over_events, over_rounds].map(|client| {
            let mut user = User { answers: answers.clone(), transcript: Vec::new() };
            client(app.address, &mut user);
            user.transcript
        });
        assert_eq!(events, rounds);
        assert_eq!(events.last().expect("an end"), end);
        println!("{}\n", events.join("\n"));
    }
}
