//! What one client does to all others: attacks on a running program, beside a client that behaves well.
//!
//! Each attack runs against the program in its three forms: by hand, as a custom handler, and as a custom handler behind the local
//! host. While it runs, the neighbour's quick calls are answered in time, none is lost, and whatever else a client may want is had;
//! no process takes more than [`program::MEMORY`].
//!
//! The memory is the peak of a process as the kernel counts it (`VmHWM`). A limit of address space (`ulimit -v`) would count what
//! nobody uses too: the stacks of threads, and the arenas of the allocator.
//!
//! A debug build is tried by hand only, and its times are not those of a program: nothing may be lost there, and the memory is looked
//! at. With `LIMITS_FULL=1` the sizes are what a fast client can do in some seconds:
//!
//! ```sh
//! cargo test --release -p tests --test limits -- --nocapture
//! LIMITS_FULL=1 cargo test --release -p tests --test limits -- --nocapture
//! ```

#![cfg(target_os = "linux")]
// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod abandoned;
mod attacker;
mod batches;
mod bodies;
mod identity;
mod neighbour;
mod program;
mod slow_bodies;
mod tables;
mod tasks;
mod unread;

use attacker::Attacker;
use neighbour::Neighbours;
use program::{Form, MEMORY, Program};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long most of the neighbour's quick calls may take.
const QUICK: Duration = Duration::from_millis(100);
/// How long any of them may take, on a machine that does other things too. The kernel tries to connect again after a second if so many
/// connect that it loses one.
const LATE: Duration = Duration::from_secs(3);

/// A test of an attack in each form of the program.
macro_rules! attacks {
    ($($(#[$comment:meta])* fn $name:ident($attacker:ident) $attack:block)*) => { $(
        $(#[$comment])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use crate::program::Form;

            fn attack($attacker: &crate::attacker::Attacker) $attack

            #[test]
            fn by_hand() {
                crate::run(module_path!(), Form::ByHand, attack);
            }

            #[test]
            #[cfg_attr(debug_assertions, ignore = "takes minutes in a debug build")]
            fn custom_handler() {
                crate::run(module_path!(), Form::CustomHandler, attack);
            }

            #[test]
            #[cfg_attr(debug_assertions, ignore = "takes minutes in a debug build")]
            fn host() {
                crate::run(module_path!(), Form::Host, attack);
            }
        }
    )* };
}
use attacks;

/// Whether attacks have their full size.
fn is_full() -> bool {
    std::env::var_os("LIMITS_FULL").is_some_and(|full| !full.is_empty() && full != "0")
}

/// The size of an attack: small, or in full. A debug build takes longer for each request, and has half of the small size.
fn size(small: usize, full: usize) -> usize {
    match is_full() {
        true => full,
        false if cfg!(debug_assertions) => small.div_ceil(2),
        false => small,
    }
}

/// Attacks a program, and looks how it and the neighbours fare.
#[track_caller]
fn run(name: &str, form: Form, attack: impl FnOnce(&Attacker)) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let program = Program::start(form);
    let neighbours = Neighbours::of(&program);
    neighbours.go_on();
    let start = std::time::Instant::now();
    attack(&Attacker::of(&program));
    let lasted = start.elapsed();
    neighbours.go_on();
    let report = neighbours.part();
    let peaks = program.peaks();
    let memory = peaks.highest();
    let name = name.trim_start_matches("limits::");
    tests::say(&format!(
        "| {name} | {form:?} | {} + {} MB | {} ms | {} ms | {} | {} of {} | {} of {} | {:.1} s |",
        peaks.program / 1_000_000,
        peaks.handler / 1_000_000,
        report.percentile(99).as_millis(),
        report.longest().as_millis(),
        report.others_longest().as_millis(),
        report.lost.len(),
        report.count(),
        report.refused,
        report.beside,
        lasted.as_secs_f32(),
    ));
    assert!(report.lost.is_empty(), "lost: {:#?}", &report.lost[..report.lost.len().min(5)]);
    assert!(memory <= MEMORY, "the program took {} MB", memory / 1_000_000);
    if cfg!(debug_assertions) {
        return;
    }
    assert!(report.percentile(99) <= QUICK, "1 of 100 calls took {:?} and more", report.percentile(99));
    assert!(report.longest() <= LATE, "a call took {:?}", report.longest());
}
