//! What is bounded is as fast when it is full.

use crate::attacker::{Attacker, Message, initialize};
use crate::neighbour::TASKS;
use crate::{attacks, size};
use std::time::{Duration, Instant};

/// Fills a table, and compares the time of the last entries with the time of the first.
#[track_caller]
fn stays_fast(attacker: &Attacker, count: usize, message: &Message) {
    let mut connection = attacker.connect().unwrap();
    let mut time = |count| {
        let start = Instant::now();
        for _ in 0..count {
            match connection.exchange(message) {
                Ok(answer) if answer.header("Connection") != Some("close") => {}
                _ => connection = attacker.connect().unwrap(),
            }
        }
        start.elapsed()
    };
    let first = time(500);
    time(count);
    // The best of some: other things run here too.
    let last = (0..3).map(|_| time(500)).min().unwrap();
    let limit = 4 * first + Duration::from_millis(100);
    assert!(last <= limit, "500 took {first:?} at first, and {last:?} when the table was full");
}

attacks! {
    fn of_sessions(attacker) {
        stays_fast(attacker, size(10_000, 20_000), &initialize("2025-11-25", "{}"));
    }

    fn of_tasks(attacker) {
        stays_fast(attacker, size(10_000, 20_000), &Message::stateless_call("fill", r#""bytes":1"#, TASKS));
    }
}
