//! A call that runs.

use crate::function::BoxFuture;
use crate::telemetry::{self, CallLog, panic_message};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};

/// A call of a function, to be polled on any thread.
pub(super) struct Running<T> {
    call: BoxFuture<'static, T>,
    log: CallLog,
}

/// What a call ended with; the message if it panicked.
pub(super) type Ended<T> = Result<T, String>;

impl<T> Running<T> {
    pub(super) fn new(log: CallLog, call: impl Future<Output = T> + Send + 'static) -> Self {
        Running { call: Box::pin(call), log }
    }

    /// Polls the call. What it log on the way becomes its lines.
    ///
    /// A panic in one function must not be the end of the process: the host counts three of those and gives up.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        let poll = || telemetry::within(&self.log, || self.call.as_mut().poll(cx));
        match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(poll) => poll.map(Ok),
            Err(payload) => Poll::Ready(Err(panic_message(&*payload).to_owned())),
        }
    }
}
