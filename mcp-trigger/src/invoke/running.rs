//! A call that runs.

use crate::function::BoxFuture;
use mcp_trigger_core::telemetry::{self, CallLog, panic_message};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};

/// A call of a function, to be polled on any thread. It leaves its outcome where its caller finds it.
pub(super) struct Running {
    call: BoxFuture<'static, ()>,
    log: CallLog,
}

/// How a call ended: the message if it panicked.
pub(super) type Ended = Result<(), String>;

impl Running {
    pub(super) fn new(log: CallLog, call: BoxFuture<'static, ()>) -> Self {
        Running { call, log }
    }

    pub(super) fn log(&self) -> &CallLog {
        &self.log
    }

    /// Polls the call. What it logs on the way becomes its lines.
    ///
    /// A panic in one function must not be the end of the process: the host counts three of those and gives up.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Ended> {
        let poll = || telemetry::within(&self.log, || self.call.as_mut().poll(cx));
        match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(poll) => poll.map(Ok),
            Err(payload) => Poll::Ready(Err(panic_message(&*payload).to_owned())),
        }
    }
}
