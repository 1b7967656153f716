//! Tasks, which live on when their client has gone, and are kept when they have ended.

use crate::attacker::{Answer, Attacker, Message, text};
use crate::neighbour::TASKS;
use crate::{attacks, size};

/// The capabilities of a client that has tasks, and much to say of them.
fn long_capabilities(bytes: usize) -> String {
    format!(r#"{{"extensions":{{"io.modelcontextprotocol/tasks":{{}}}},"experimental":{{"x":"{}"}}}}"#, text(bytes))
}

fn task_id(answer: &Answer) -> Option<String> {
    let (_, rest) = answer.start.split_once(r#""taskId":""#)?;
    rest.split('"').next().map(str::to_owned)
}

/// A message about a task.
fn about(method: &str, task: &str) -> Message {
    Message::stateless(method, task, &format!(r#""taskId":"{task}""#), TASKS)
}

fn begins(attacker: &Attacker, tool: &str, arguments: &str) -> String {
    task_id(&attacker.works(&Message::stateless_call(tool, arguments, TASKS))).expect("a task")
}

attacks! {
    /// They hold their places until they are forgotten.
    fn that_have_ended(attacker) {
        begins(attacker, "fill", r#""bytes":1"#);
        attacker.flood(4, size(10_500, 30_000), |_| Message::stateless_call("fill", r#""bytes":1"#, TASKS));
    }

    /// Their results are kept, whoever reads them.
    fn with_long_results(attacker) {
        attacker.flood(4, size(600, 3_000), |_| Message::stateless_call("fill", r#""bytes":1000000"#, TASKS));
    }

    /// What the client says of itself is kept for questions.
    fn with_long_capabilities(attacker) {
        let capabilities = long_capabilities(5_000_000);
        attacker.flood(2, size(60, 200), |_| Message::stateless_call("fill", r#""bytes":1"#, &capabilities));
        attacker.flood(2, size(60, 200), |_| Message::stateless_call("hold", r#""millis":60000"#, &capabilities));
    }

    /// Arguments belong to the call as long as it runs.
    fn with_long_arguments(attacker) {
        let arguments = format!(r#""millis":60000,"text":"{}""#, text(5_000_000));
        attacker.flood(2, size(60, 200), |_| Message::stateless_call("hold", &arguments, TASKS));
    }

    /// More of them run than there are places.
    fn that_do_not_end(attacker) {
        begins(attacker, "hold", r#""millis":1"#);
        attacker.flood(4, size(10_500, 30_000), |_| Message::stateless_call("hold", r#""millis":60000"#, TASKS));
    }

    /// A cancelled one makes room for the next, of the same client.
    fn that_are_cancelled(attacker) {
        attacker.flood(4, size(2_000, 12_000), |number| {
            let hold = Message::stateless_call("hold", r#""millis":60000"#, TASKS);
            if number % 4 != 0 {
                return hold;
            }
            match task_id(&attacker.post(&hold)) {
                Some(task) => about("tasks/cancel", &task),
                None => hold,
            }
        });
    }

    /// Questions wait for answers that do not come, or come very long.
    fn that_ask(attacker) {
        let capabilities = r#"{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}"#;
        let arguments = format!(r#""text":"{}""#, text(2_000_000));
        let ask = Message::stateless_call("ask", &arguments, capabilities);
        let task = task_id(&attacker.works(&ask)).expect("a task");
        attacker.flood(2, size(100, 400), |_| ask.clone());
        let answer = format!(r#"{{"1":{{"action":"accept","content":{{"name":"{}","x":1}}}}}}"#, text(5_000_000));
        let params = format!(r#""taskId":"{task}","inputResponses":{answer}"#);
        attacker.flood(2, size(10, 40), |_| Message::stateless("tasks/update", &task, &params, TASKS));
    }
}
