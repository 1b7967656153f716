//! Input rounds, the questions to a client since 2026-07-28. A call that needs an answer ends with the question, and the client calls
//! again with the answer. The function then runs anew, and gets its earlier answers again (specification 2026-07-28:
//! `basic/patterns/mrtr`).

use super::request_state::{Answered, RequestState, StateScope};
use crate::function::client::{AskError, Question};
use crate::server::message::{Error, ObjectWriter};
use host_protocol::json::RawObject;
use mcp_trigger_core::mcp::json_text::JsonText;
use serde_json::value::RawValue;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

/// The questions of one call, and the answers that the request brought.
pub(in crate::server) struct InputRounds {
    /// The capabilities that the client declares.
    capabilities: Option<JsonText>,
    /// What came with this call. What nobody asks for is never looked at (`basic/patterns/mrtr`, "Error Handling": information that
    /// is not needed is ignored).
    responses: Vec<Answered>,
    /// Answers of earlier rounds.
    answers: Vec<Answered>,
    asked: Mutex<Asked>,
}

#[derive(Default)]
struct Asked {
    /// The number of questions so far, which is the key of a question without a key of its own.
    count: usize,
    open: Vec<Question>,
    /// The error of a response that does not answer its question.
    refused: Option<String>,
    /// Whether the function waits for the answers.
    function_waits: bool,
    /// The answers of this run, for the next round.
    settled: Vec<Answered>,
}

impl InputRounds {
    /// The rounds of a call, with the `state` and the `responses` of its request.
    pub(in crate::server) fn new(
        capabilities: Option<JsonText>,
        state: Option<RequestState>,
        responses: &RawObject<'_>,
    ) -> Self {
        let RequestState(answers) = state.unwrap_or_default();
        // What is asked may be answered beforehand: a client that knows the questions could answer them one by one all the same.
        let response = |(key, result): (&str, &RawValue)| Answered { key: key.to_owned(), result: result.to_owned() };
        let responses = responses.iter().map(response).collect();
        InputRounds { capabilities, responses, answers, asked: Mutex::default() }
    }

    pub(in crate::server) async fn ask(&self, question: Question) -> Result<Box<RawValue>, AskError> {
        if let Some(result) = self.look_up(question)? {
            return Ok(result);
        }
        // The function may go on beside this question, ask others, or end: on a thread of its own, while the call is looked at. Once
        // it comes back here, it has nothing else to do.
        let mut has_come_back = false;
        std::future::poll_fn(|cx| {
            if has_come_back {
                self.lock().function_waits = true;
            } else {
                has_come_back = true;
                cx.waker().wake_by_ref();
            }
            Poll::Pending
        })
        .await
    }

    /// The answer to a question; `None` if it has to be asked, or its response is not valid.
    ///
    /// # Errors
    ///
    /// If the client lacks the capability.
    fn look_up(&self, mut question: Question) -> Result<Option<Box<RawValue>>, AskError> {
        let mut asked = self.lock();
        asked.count += 1;
        let key = question.key.take().unwrap_or_else(|| asked.count.to_string());
        if let Some(response) = self.responses.iter().rev().find(|response| response.key == key) {
            if let Err(why) = question.expected.check(&response.result) {
                asked.refused = Some(format!("`inputResponses`: the answer to `{key}` {why}"));
                return Ok(None);
            }
            asked.settled.push(response.clone());
            return Ok(Some(response.result.clone()));
        }
        // These are our own words. An app that was deployed anew may expect other answers: it asks again.
        let is_answer = |answer: &&Answered| answer.key == key && question.expected.check(&answer.result).is_ok();
        if let Some(answer) = self.answers.iter().find(is_answer) {
            asked.settled.push(answer.clone());
            return Ok(Some(answer.result.clone()));
        }
        crate::server::revision::capabilities::check(self.capabilities.as_ref(), question.capability)?;
        question.key = Some(key);
        asked.open.push(question);
        Ok(None)
    }

    /// Runs a call to its end; `None` if it asks a question that has no answer yet.
    pub(in crate::server) async fn run<T>(&self, mut call: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        std::future::poll_fn(|cx| match call.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if self.are_open() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    /// Whether the function waits for an answer that the request did not bring, so that the call ends here.
    pub(in crate::server) fn are_open(&self) -> bool {
        self.lock().function_waits
    }

    /// Withdraws the open questions: the function ended without their answers.
    pub(in crate::server) fn withdraw(&self) {
        self.lock().function_waits = false;
    }

    /// The result of a call that asks something, without `_meta`: the open questions, and the request state with the answers so far,
    /// sealed for this scope.
    ///
    /// # Errors
    ///
    /// If a response is not an answer to its question. Whoever sent it would send it again if it were asked again; a *missing* one is
    /// asked again (specification 2026-07-28: `basic/patterns/mrtr`, "Error Handling": servers validate that the information in
    /// `InputResponses` can be parsed, and answer an invalid schema with an error of JSON-RPC).
    pub(in crate::server) fn result(&self, scope: StateScope<'_>) -> Result<ObjectWriter, Error> {
        let mut asked = self.lock();
        if let Some(why) = asked.refused.take() {
            return Err(Error::invalid_params(why));
        }
        let open = std::mem::take(&mut asked.open);
        let mut requests = serde_json::Map::new();
        for Question { key, method, params, .. } in open {
            requests.insert(key.unwrap_or_default(), serde_json::json!({ "method": method, "params": params }));
        }
        let state = RequestState(std::mem::take(&mut asked.settled)).seal(scope);
        let requests = serde_json::Value::Object(requests);
        let result = ObjectWriter::new().member("resultType", "\"input_required\"");
        // Its letters, digits, `.`, `-` and `_` need no escapes.
        Ok(result.member("inputRequests", &requests.to_string()).member("requestState", &format!("\"{state}\"")))
    }

    fn lock(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
