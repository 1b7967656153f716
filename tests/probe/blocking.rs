//! Functions that block their thread, as queries and computations do.

use mcp_trigger::{Context, mcp_tool};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many calls are blocked, and whether they may go on.
#[derive(Default)]
struct Gate {
    blocked: usize,
    is_open: bool,
}

static GATE: Mutex<Gate> = Mutex::new(Gate { blocked: 0, is_open: false });
static CHANGED: Condvar = Condvar::new();

fn gate() -> MutexGuard<'static, Gate> {
    GATE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait_at_the_gate() {
    let mut gate = gate();
    gate.blocked += 1;
    CHANGED.notify_all();
    let mut gate = CHANGED.wait_while(gate, |gate| !gate.is_open).unwrap_or_else(PoisonError::into_inner);
    gate.blocked -= 1;
}

/// Returns at once, or blocks until the gate is opened.
#[mcp_tool(function = "Block")]
fn block(block: bool) -> &'static str {
    if block {
        wait_at_the_gate();
    }
    "unblocked"
}

/// The same in a function that should have known better.
#[mcp_tool(function = "BlockAsync")]
async fn block_async(block: bool) -> &'static str {
    tokio::task::yield_now().await;
    if block {
        wait_at_the_gate();
    }
    "unblocked"
}

/// Says how many calls are blocked.
#[mcp_tool(function = "Blocked")]
fn blocked() -> usize {
    gate().blocked
}

/// Opens the gate.
#[mcp_tool(function = "OpenGate")]
fn open_gate() {
    gate().is_open = true;
    CHANGED.notify_all();
}

/// Blocks for longer than it may, until it is told; then it opens the gate.
#[mcp_tool(function = "BlockTooLong", timeout = "50ms")]
fn block_too_long(cx: &Context) {
    while !cx.is_cancelled() {
        std::thread::sleep(Duration::from_millis(1));
    }
    open_gate();
}

/// Blocks until nobody waits for it any more.
#[mcp_tool(function = "BlockUntilCancelled")]
fn block_until_cancelled(cx: &Context) {
    cx.info("blocking");
    while !cx.is_cancelled() {
        std::thread::sleep(Duration::from_millis(5));
    }
    cx.info("has heard of the cancel");
}
