//! The client of a running call, as functions reach it.

use super::InputRounds;
use super::TaskCall;
use crate::function::BoxFuture;
use crate::function::client::{AskError, Client, Question};
use crate::server::message::json_rpc;
#[cfg(feature = "otel")]
use crate::server::revision::Revision;
use crate::server::revision::request::{Received, Sender};
use crate::server::session::Session;
use crate::server::transport::Outbox;
use host_protocol::invocation::{Caller, ReadCaller};
use mcp_trigger_core::mcp::caller::caller;
use mcp_trigger_core::mcp::json_text::JsonText;
use mcp_trigger_core::mcp::log_level::LogLevel;
use serde::Serialize;
use serde_json::value::RawValue;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::Level;

/// The client of a running call, with the parts of its request.
pub(in crate::server) struct RunningClient {
    /// The id of the request.
    #[cfg(feature = "otel")]
    pub(in crate::server) id: JsonText,
    #[cfg(feature = "otel")]
    pub(in crate::server) revision: Revision,
    pub(in crate::server) received: Arc<Received>,
    /// `_meta` of the request.
    pub(in crate::server) meta: Option<JsonText>,
    /// The arguments, or the address of a resource.
    pub(in crate::server) given: Option<JsonText>,
    pub(in crate::server) sender: Sender,
    /// Messages that go to the client before the answer.
    pub(in crate::server) outbox: Outbox,
    /// The token of progress notifications; `None` if the client wants none.
    pub(in crate::server) progress_token: Option<JsonText>,
    /// The last progress: it has to grow (specification: `basic/utilities/progress`).
    pub(in crate::server) progress: Mutex<f64>,
    /// The name of the tool, resource or prompt, which names the logger.
    pub(in crate::server) name: &'static str,
    pub(in crate::server) ask_mode: AskMode,
    /// Whether the call can become a task, or the reason why it cannot.
    pub(in crate::server) task: Result<(), AskError>,
}

/// The way of questions to the client.
pub(in crate::server) enum AskMode {
    /// The client cannot be asked, for this reason.
    None(&'static str),
    /// A request to the client, which answers in its session.
    Session(Arc<Session>),
    /// The result of the call, after which the client calls again with the answer (MRTR).
    InputRounds(InputRounds),
    /// The result of the call until it becomes a task, then the state of the task.
    Task(TaskCall),
}

impl RunningClient {
    /// Withdraws the open questions of a function that ended without their answers.
    pub(in crate::server) fn withdraw_questions(&self) {
        match &self.ask_mode {
            AskMode::InputRounds(rounds) | AskMode::Task(TaskCall { rounds, .. }) => rounds.withdraw(),
            AskMode::None(_) | AskMode::Session(_) => {}
        }
    }
}

impl ReadCaller for RunningClient {
    fn read_caller(&self) -> Caller {
        let head = &self.received.head;
        let mut caller = caller(&head.headers, self.sender.client_info());
        if head.is_stdio {
            caller.transport.name = "stdio".to_owned();
        }
        caller
    }
}

impl Client for RunningClient {
    fn meta(&self) -> Option<&str> {
        self.meta.as_ref().map(JsonText::get)
    }

    #[cfg(feature = "otel")]
    fn revision(&self) -> Option<&'static str> {
        Some(self.revision.as_str())
    }

    #[cfg(feature = "otel")]
    fn request_id(&self) -> Option<&str> {
        Some(self.id.get())
    }

    fn progress(&self, done: f64, total: Option<f64>, message: Option<&str>) {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Params<'a> {
            progress_token: &'a RawValue,
            progress: Number,
            #[serde(skip_serializing_if = "Option::is_none")]
            total: Option<Number>,
            #[serde(skip_serializing_if = "Option::is_none")]
            message: Option<&'a str>,
        }

        let Some(progress_token) = &self.progress_token else { return };
        let Ok(progress_token) = serde_json::from_str(progress_token.get()) else { return };
        let mut last = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        if !(done > *last && done.is_finite()) {
            return;
        }
        *last = done;
        let total = total.filter(|total| total.is_finite()).map(Number);
        let params = Params { progress_token, progress: Number(done), total, message };
        if let Ok(params) = serde_json::to_string(&params) {
            self.outbox.notify(json_rpc::notification("notifications/progress", &params));
        }
    }

    fn log(&self, level: Level, message: &dyn Display) {
        let level = LogLevel::from(level);
        if self.sender.log_level.is_some_and(|least| level >= least) {
            let params =
                serde_json::json!({ "level": level.as_str(), "logger": self.name, "data": message.to_string() });
            self.outbox.notify(json_rpc::notification("notifications/message", &params.to_string()));
        }
    }

    fn pause_stream(&self) {
        if let AskMode::Session(_) = &self.ask_mode {
            self.outbox.pause();
        }
    }

    fn ask(&self, question: Question) -> BoxFuture<'_, Result<Box<RawValue>, AskError>> {
        match &self.ask_mode {
            AskMode::None(why) => Box::pin(std::future::ready(Err(AskError::cannot_ask(why)))),
            AskMode::Session(session) => Box::pin(session.ask(question, &self.outbox)),
            AskMode::InputRounds(rounds) => Box::pin(rounds.ask(question)),
            AskMode::Task(call) => Box::pin(call.ask(question)),
        }
    }

    fn begin_task(&self) -> BoxFuture<'_, Result<(), AskError>> {
        Box::pin(async {
            if let AskMode::Task(call) = &self.ask_mode {
                call.begin().await;
            }
            self.task.clone()
        })
    }
}

/// A number that is written as an integer if it is whole.
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[allow(clippy::cast_possible_truncation, reason = "it is whole, and small enough")]
        if self.0.fract() == 0.0 && self.0.abs() < 9e15 {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}
