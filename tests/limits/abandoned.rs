//! What outlives its client, or waits for one that does not come.

use crate::attacker::{Message, RUNTIME, call, initialize, request, text};
use crate::{attacks, size};
use std::thread::sleep;
use std::time::Duration;

attacks! {
    /// A call in a session goes on when the connection is lost, and asks a client that has gone.
    fn questions(attacker) {
        let session = attacker.initialize("2025-11-25", r#"{"elicitation":{}}"#);
        let ask = Message::of("2025-11-25", call("ask", &format!(r#""text":"{}""#, text(5_000_000)))).within(&session);
        for _ in 0..size(80, 200) {
            if let Ok(mut stream) = attacker.leave(&ask) {
                let _ = stream.receive_head();
            }
        }
    }

    /// The same with a session for each.
    fn questions_of_many_sessions(attacker) {
        let arguments = format!(r#""text":"{}""#, text(5_000_000));
        for _ in 0..size(80, 200) {
            let begun = attacker.post(&initialize("2025-06-18", r#"{"elicitation":{}}"#));
            let Some(session) = begun.header("Mcp-Session-Id") else { continue };
            let ask = Message::of("2025-06-18", call("ask", &arguments)).within(session);
            if let Ok(mut stream) = attacker.leave(&ask) {
                let _ = stream.receive_head();
            }
        }
    }

    /// Calls that run for long, of clients that have gone, of clients that wait, and at the other endpoint.
    fn running_calls(attacker) {
        let session = attacker.initialize("2025-11-25", "{}");
        let hold = call("hold", &format!(r#""millis":60000,"text":"{}""#, text(2_000_000)));
        let mut waiting = Vec::new();
        for number in 0..size(100, 400) {
            drop(attacker.leave(&Message::of("2025-11-25", hold.clone()).within(&session)));
            let path = attacker.endpoints()[number % attacker.endpoints().len()];
            waiting.extend(attacker.leave(&Message::to(path, hold.clone())));
        }
    }

    /// Calls at the other endpoint, whose functions go on without their clients.
    fn running_invocations(attacker) {
        if !attacker.form.has_runtime() {
            return;
        }
        let hold = Message::to(RUNTIME, call("hold", &format!(r#""millis":60000,"text":"{}""#, text(2_000_000))));
        for _ in 0..size(200, 800) {
            drop(attacker.leave(&hold));
        }
        sleep(Duration::from_millis(300));
    }

    /// Short ones, which hold a connection and a place each.
    fn many_running_calls(attacker) {
        let hold = call("hold", r#""millis":60000"#);
        let mut waiting = Vec::new();
        for number in 0..size(1_000, 8_000) {
            let path = attacker.endpoints()[number % attacker.endpoints().len()];
            waiting.extend(attacker.leave(&Message::to(path, hold.clone())));
        }
        sleep(Duration::from_millis(300));
    }

    /// Sessions that say as much of their client as they may.
    fn sessions(attacker) {
        let capabilities = format!(r#"{{"experimental":{{"x":"{}"}}}}"#, text(60_000));
        let begun = initialize("2025-11-25", &capabilities);
        attacker.initialize("2025-11-25", "{}");
        attacker.flood(4, size(10_001, 15_000), |_| begun.clone());
    }

    /// Subscriptions of a session, as many and as long as they may be.
    fn subscriptions(attacker) {
        let session = attacker.initialize("2025-11-25", "{}");
        attacker.flood(4, size(2_000, 4_000), |number| {
            let uri = format!(r#""uri":"note://{number}/{}""#, text(70_000));
            Message::request("2025-11-25", "resources/subscribe", &uri).within(&session)
        });
    }

    /// The same of many sessions, with addresses that anybody may have.
    fn subscriptions_of_many_sessions(attacker) {
        let sessions: Vec<_> = (0..size(30, 100)).map(|_| attacker.post(&initialize("2025-11-25", "{}"))).collect();
        let ids: Vec<_> = sessions.iter().filter_map(|begun| begun.header("Mcp-Session-Id")).collect();
        attacker.flood(4, size(10_000, 100_000), |number| {
            let uri = format!(r#""uri":"note://{number}/{}""#, text(7_000));
            let subscribe = Message::request("2025-11-25", "resources/subscribe", &uri);
            ids.get(number % ids.len().max(1)).map_or(subscribe.clone(), |session| subscribe.clone().within(session))
        });
    }

    /// Streams that listen, with as much to listen to as they may have.
    fn listeners(attacker) {
        let uris: Vec<_> = (0..900).map(|number| format!(r#""note://{number}/{}""#, text(2_000))).collect();
        let filter = format!(r#""notifications":{{"resourceSubscriptions":[{}]}}"#, uris.join(","));
        let mut streams = Vec::new();
        for _ in 0..size(60, 200) {
            streams.extend(attacker.leave(&Message::stateless("subscriptions/listen", "", &filter, "{}")));
        }
        let short = r#""notifications":{"toolsListChanged":true}"#;
        for _ in 0..size(500, 8_000) {
            streams.extend(attacker.leave(&Message::stateless("subscriptions/listen", "", short, "{}")));
        }
        let session = attacker.post(&initialize("2025-11-25", "{}"));
        let id = session.header("Mcp-Session-Id").unwrap_or_default();
        for _ in 0..size(200, 2_000) {
            streams.extend(attacker.leave(&Message::get("/mcp").within(id)));
        }
        sleep(Duration::from_millis(300));
    }

    /// Events are kept for a client that may come back.
    fn missed_events(attacker) {
        for number in 0..size(20, 60) {
            let begun = attacker.post(&initialize("2025-11-25", "{}"));
            let Some(session) = begun.header("Mcp-Session-Id") else { continue };
            attacker.post(&Message::request("2025-11-25", "logging/setLevel", r#""level":"debug""#).within(session));
            let talk = call("talk", r#""lines":2000,"length":20000"#);
            if let Ok(mut stream) = attacker.leave(&Message::of("2025-11-25", talk).within(session)) {
                let _ = stream.receive_head();
            }
            let fill = Message::of("2025-11-25", call("fill", r#""bytes":5000000"#)).within(session);
            if number % 2 == 0 {
                drop(attacker.leave(&fill));
            }
        }
        sleep(Duration::from_millis(300));
    }

    /// What is between two rounds of a call is with the client, who may make it long.
    fn request_states(attacker) {
        let answer = format!(r#"{{"action":"accept","content":{{"name":"{}"}}}}"#, text(2_000_000));
        let state = "e".repeat(5_000_000);
        attacker.flood(2, size(10, 40), |number| {
            let rest = if number % 2 == 0 { format!(r#","requestState":"{state}""#) } else { String::new() };
            let params = format!(r#""name":"ask","inputResponses":{{"1":{answer},"2":{answer}}}{rest}"#);
            Message::stateless("tools/call", "ask", &params, r#"{"elicitation":{}}"#)
        });
    }

    /// Streams of the legacy transport.
    fn legacy_streams(attacker) {
        if !attacker.form.has_runtime() {
            return;
        }
        let mut streams = Vec::new();
        for _ in 0..size(500, 8_000) {
            streams.extend(attacker.leave(&Message::get(&format!("{RUNTIME}/sse"))));
        }
        let list = request("tools/list", "");
        for stream in streams.iter_mut().take(size(100, 500)) {
            let Ok(path) = stream.line().and_then(|_| loop {
                let line = stream.line()?;
                if let Some(address) = line.strip_prefix("data: ") {
                    break Ok(format!("{RUNTIME}/{}", address.trim()));
                }
            }) else {
                continue;
            };
            for _ in 0..10 {
                attacker.post(&Message::to(&path, list.clone()));
            }
        }
    }
}
