//! Answers that are asked for, and not read.

use crate::attacker::{Attacker, Connection, MCP, Message, RUNTIME, call, request};
use crate::{attacks, size};
use std::thread::sleep;
use std::time::Duration;

/// Asks on so many connections, and reads nothing; holds them for a while.
fn unread(attacker: &Attacker, count: usize, message: &Message) {
    let connections: Vec<_> = (0..count).filter_map(|_| attacker.leave(message).ok()).collect();
    sleep(Duration::from_millis(size(500, 4_000) as u64));
    drop(connections);
}

attacks! {
    /// Long answers of all kinds. What a function takes until it returns is its own, so none of them is very long.
    fn results(attacker) {
        let calls = [call("fill", r#""bytes":500000"#), request("resources/read", r#""uri":"fill://500000""#)];
        for message in calls.iter().flat_map(|call| attacker.endpoints().into_iter().map(move |path| Message::to(path, call.clone()))) {
            attacker.works(&message);
            unread(attacker, size(400, 3_000), &message);
        }
    }

    /// Answers in the stream of a session, which keeps them too.
    fn streams(attacker) {
        let session = attacker.initialize("2025-11-25", "{}");
        attacker.post(&Message::request("2025-11-25", "logging/setLevel", r#""level":"debug""#).within(&session));
        let talk = Message::of("2025-11-25", call("talk", r#""lines":100,"length":50000"#)).within(&session);
        unread(attacker, size(300, 1_000), &talk);
        let fill = Message::of("2025-11-25", call("fill", r#""bytes":500000"#)).within(&session);
        unread(attacker, size(300, 1_000), &fill);
    }

    /// Whole batches.
    fn batches(attacker) {
        let list = request("tools/list", "");
        let batch = format!("[{}]", vec![list; size(5_000, 5_000)].join(","));
        unread(attacker, size(20, 100), &Message::of("2025-03-26", batch));
        let fill = call("fill", r#""bytes":100000"#);
        let batch = format!("[{}]", vec![fill; 100].join(","));
        unread(attacker, size(50, 200), &Message::of("2025-03-26", batch));
    }

    /// One request after the other on a connection, each of which is answered.
    fn pipelines(attacker) {
        let pipeline = |attacker: &Attacker, path| {
            let list = Message::to(path, request("tools/list", ""));
            let mut connection = attacker.connect()?;
            let head = list.head(attacker.server, &format!("Content-Length: {}", list.body.len()));
            let once = [head.as_bytes(), &list.body].concat();
            connection.send_bytes(&once.repeat(100))?;
            std::io::Result::Ok(connection)
        };
        for path in attacker.endpoints() {
            let open: Vec<Connection> = (0..size(500, 3_000)).filter_map(|_| pipeline(attacker, path).ok()).collect();
            sleep(Duration::from_millis(size(300, 2_000) as u64));
            drop(open);
        }
    }

    /// Clients that have said all, and leave the rest open.
    fn half_closed(attacker) {
        let fill = Message::to(MCP, call("fill", r#""bytes":500000"#));
        let open: Vec<_> = (0..size(400, 2_000)).filter_map(|_| attacker.leave(&fill).ok()).collect();
        open.iter().for_each(Connection::shut);
        sleep(Duration::from_millis(size(300, 2_000) as u64));
    }

    /// The legacy transport answers on another connection than it is asked.
    fn legacy_streams(attacker) {
        if !attacker.form.has_runtime() {
            return;
        }
        let mut streams = Vec::new();
        for _ in 0..size(20, 60) {
            let Ok(mut stream) = attacker.leave(&Message::get(&format!("{RUNTIME}/sse"))) else { continue };
            let path = loop {
                match stream.line() {
                    Ok(line) => {
                        if let Some(address) = line.strip_prefix("data: ") {
                            break format!("{RUNTIME}/{}", address.trim());
                        }
                    }
                    Err(_) => break String::new(),
                }
            };
            streams.push((stream, path));
        }
        attacker.flood(4, streams.len() * 40, |number| {
            Message::to(&streams[number % streams.len()].1, call("fill", r#""bytes":500000"#))
        });
        sleep(Duration::from_millis(size(300, 2_000) as u64));
    }
}
