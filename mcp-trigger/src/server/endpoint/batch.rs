//! Batches: several messages in one body, which only 2025-03-26 has (specification: `basic`, "Batching").

use super::handshake::Agreed;
use super::{NO_MESSAGE, read_message};
use crate::function::BoxFuture;
use crate::server::McpServer;
use crate::server::message::{Answer, Error, json_rpc};
use crate::server::methods::Answering;
use crate::server::revision::request::Received;
use crate::server::transport::response;
use bytes::Bytes;
use hyper::StatusCode;
use mcp_trigger_core::accounts::{Account, Charge, Place, Resource};
use mcp_trigger_core::http::{self, Response};
use mcp_trigger_core::mcp::json_text::JsonText;
use mcp_trigger_core::mcp::jsonrpc::{self, Message};
use mcp_trigger_core::mcp::method::Method;
use serde_json::value::RawValue;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

/// How many messages a batch may have.
const MESSAGES: usize = 100;

/// A message of a batch.
enum Entry {
    /// The answer, as a message.
    Answered(String),
    /// The work on a request, with the request's id.
    Working { id: JsonText, work: BoxFuture<'static, Option<Answer>>, _place: Option<Place> },
    /// A message that wants no answer, or was cancelled.
    Silent,
}

impl McpServer {
    /// Answers a batch. The answers are an array in the order of the requests, never a stream. Requests are worked on side by side.
    pub(super) async fn respond_to_batch(self: &Arc<Self>, received: &Arc<Received>, messages: &RawValue) -> Response {
        let agreed = match self.agreed(received) {
            Ok(agreed) => agreed,
            Err(response) => return response,
        };
        let invalid = |why: &str| response::json(None, &Err(Error::invalid_request(format!("Invalid Request: {why}"))));
        if !agreed.revision.has_batches() {
            return invalid("MCP knows several messages in one body in 2025-03-26 only");
        }
        let messages: Vec<&RawValue> = serde_json::from_str(messages.get()).unwrap_or_default();
        if messages.is_empty() {
            return invalid("the array is empty");
        }
        if messages.len() > MESSAGES {
            return invalid(&format!("a batch may have {MESSAGES} messages at most"));
        }
        let account = self.account(&received.head);
        let mut held = Charge::none(&account, Resource::Memory);
        let mut entries = Vec::with_capacity(messages.len());
        for message in messages {
            let entry = match read_message(message.get()) {
                Some(Message::Request(request)) => self.begin_in_batch(request, received, &agreed, &account, &mut held),
                Some(other) => {
                    agreed.take(other);
                    Entry::Silent
                }
                None => {
                    let error = Error::invalid_request(NO_MESSAGE);
                    Entry::answered(None, &Err(error), &mut held)
                }
            };
            entries.push(entry);
        }
        poll_fn(|cx| {
            // All of them are looked at: there are not many.
            let are_ready = entries.iter_mut().map(|entry| entry.poll(&mut held, cx).is_ready());
            if are_ready.fold(true, |all, ready| all & ready) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        let answers: Vec<_> = entries.into_iter().filter_map(Entry::into_answer).collect();
        // From here on the answers are charged as one.
        drop(held);
        if answers.is_empty() {
            return response::accepted();
        }
        http::json(StatusCode::OK, format!("[{}]", answers.join(",")))
    }

    fn begin_in_batch(
        self: &Arc<Self>,
        request: jsonrpc::Request<'_>,
        received: &Arc<Received>,
        agreed: &Agreed,
        account: &Arc<Account>,
        held: &mut Charge,
    ) -> Entry {
        let id = JsonText::part(&received.body, request.id);
        let mut answered = |answer| Entry::answered(Some(&id), &answer, held);
        if request.method == Method::Initialize.as_str() {
            return answered(Err(Error::invalid_request("Invalid Request: `initialize` has to come alone")));
        }
        let pending = match self.start_with_handshake(request, received, false, agreed.clone()) {
            Answering::Done(answer) => return answered(answer),
            Answering::Pending(pending) => pending,
        };
        let place = if pending.is_immediate { None } else { Some(Place::take(account, &Bytes::new())) };
        match place.transpose() {
            Ok(place) => Entry::Working { id, work: pending.work, _place: place },
            Err(full) => answered(Err(full.into())),
        }
    }
}

impl Entry {
    /// An answer, which is charged. An error stands in its place if the caller holds too much.
    fn answered(id: Option<&JsonText>, answer: &Answer, held: &mut Charge) -> Self {
        let id = id.map(JsonText::get);
        let answer = json_rpc::answer(id, answer);
        match held.grow(answer.len()) {
            Ok(()) => Entry::Answered(answer),
            Err(full) => Entry::Answered(json_rpc::answer(id, &Err(full.into()))),
        }
    }

    fn poll(&mut self, held: &mut Charge, cx: &mut Context<'_>) -> Poll<()> {
        let Entry::Working { id, work, .. } = self else { return Poll::Ready(()) };
        let Poll::Ready(answer) = work.as_mut().poll(cx) else { return Poll::Pending };
        *self = match answer {
            Some(answer) => Entry::answered(Some(id), &answer, held),
            None => Entry::Silent,
        };
        Poll::Ready(())
    }

    fn into_answer(self) -> Option<String> {
        match self {
            Entry::Answered(answer) => Some(answer),
            Entry::Working { .. } | Entry::Silent => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::assert_documented;

    #[test]
    fn the_limits_are_documented() {
        assert_documented("messages in a batch (2025-03-26)", MESSAGES);
    }
}
