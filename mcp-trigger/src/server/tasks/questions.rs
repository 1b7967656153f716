//! Questions of a running task to its client.

use crate::function::client::{AskError, Expected, Question};
use crate::server::revision::capabilities;
use mcp_trigger_core::mcp::json_text::JsonText;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};

/// Questions of a running task to its client.
pub(in crate::server) struct Questions {
    /// The capabilities that the client declares.
    capabilities: Option<JsonText>,
    asked: Mutex<Asked>,
    /// Notified when the open questions change.
    changed: Notify,
}

#[derive(Default)]
struct Asked {
    /// All keys so far: each is unique in the life of a task (SEP-2663: `inputRequests`).
    keys: HashSet<String>,
    /// The number of questions without a key of their own.
    unnamed: usize,
    open: Vec<Open>,
}

struct Open {
    key: String,
    request: Value,
    expected: Expected,
    answers: oneshot::Sender<Box<RawValue>>,
}

impl Questions {
    pub(super) fn new(capabilities: Option<JsonText>) -> Self {
        Questions { capabilities, asked: Mutex::default(), changed: Notify::new() }
    }

    /// Asks the client until its answer is valid.
    pub(in crate::server) async fn ask(&self, question: Question) -> Result<Box<RawValue>, AskError> {
        let Question { key, method, params, capability, expected } = question;
        capabilities::check(self.capabilities.as_ref(), capability)?;
        let request = json!({ "method": method, "params": params });
        loop {
            let (answers, answer) = oneshot::channel();
            let _close = self.open(key.as_deref(), request.clone(), expected.clone(), answers);
            let result = answer.await.map_err(|_| AskError::disconnected())?;
            // Where the question is known an answer was compared with it as it came in; not so at another instance.
            if expected.check(&result).is_ok() {
                return Ok(result);
            }
        }
    }

    /// Opens a question, until it is answered or the function waits no longer.
    fn open(
        &self,
        key: Option<&str>,
        request: Value,
        expected: Expected,
        answers: oneshot::Sender<Box<RawValue>>,
    ) -> Opened<'_> {
        let mut asked = self.lock();
        let key = asked.unused(key);
        asked.open.push(Open { key: key.clone(), request, expected, answers });
        drop(asked);
        self.changed.notify_one();
        Opened { questions: self, key }
    }

    /// Waits until the open questions change.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The open questions, by their keys.
    pub(super) fn requests(&self) -> Map<String, Value> {
        self.lock().open.iter().map(|open| (open.key.clone(), open.request.clone())).collect()
    }

    /// The keys of the open questions.
    pub(super) fn keys(&self) -> Vec<String> {
        self.lock().open.iter().map(|open| open.key.clone()).collect()
    }

    /// Compares an answer with its question, if that is open.
    ///
    /// # Errors
    ///
    /// If the answer does not fit the question.
    pub(super) fn check(&self, key: &str, result: &RawValue) -> Result<(), String> {
        let expected = self.lock().open.iter().find(|open| open.key == key).map(|open| open.expected.clone());
        expected.map_or(Ok(()), |expected| expected.check(result))
    }

    /// Answers a question, if it is still open.
    pub(super) fn answer(&self, key: &str, result: Box<RawValue>) {
        if let Some(open) = self.close(key) {
            let _ = open.answers.send(result);
        }
    }

    fn close(&self, key: &str) -> Option<Open> {
        let mut asked = self.lock();
        let at = asked.open.iter().position(|open| open.key == key)?;
        Some(asked.open.remove(at))
    }

    fn lock(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asked {
    /// A key that was not used before, derived from `wish`.
    fn unused(&mut self, wish: Option<&str>) -> String {
        let mut key = wish.map(str::to_owned);
        let mut copies = 1;
        loop {
            let candidate = key.take().unwrap_or_else(|| match wish {
                Some(wish) => {
                    copies += 1;
                    format!("{wish}-{copies}")
                }
                None => {
                    self.unnamed += 1;
                    self.unnamed.to_string()
                }
            });
            if self.keys.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

/// An open question, closed on drop.
struct Opened<'a> {
    questions: &'a Questions,
    key: String,
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        if self.questions.close(&self.key).is_some() {
            self.questions.changed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn questions() -> Questions {
        Questions::new(Some(JsonText::copy(r#"{"roots":{}}"#)))
    }

    fn question(key: Option<&str>) -> Question {
        Question {
            key: key.map(str::to_owned),
            method: "roots/list",
            params: RawValue::from_string("{}".to_owned()).unwrap(),
            capability: ("roots", None),
            expected: Expected {
                schema: None,
                read: |result, _| if result.get() == "{}" { Err("is empty".to_owned()) } else { Ok(()) },
            },
        }
    }

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    #[tokio::test]
    async fn a_question_is_asked_until_its_answer_is_one() {
        let questions = questions();
        let client = async {
            questions.changed().await;
            questions.answer("unknown", raw("1"));
            assert_eq!(questions.keys(), ["folders"]);
            questions.answer("folders", raw("{}"));
            questions.changed().await;
            assert_eq!(questions.keys(), ["folders-2"]);
            questions.answer("folders-2", raw("2"));
        };
        let (answer, ()) = tokio::join!(questions.ask(question(Some("folders"))), client);
        assert_eq!(answer.unwrap().get(), "2");
        assert!(questions.keys().is_empty());
    }

    #[tokio::test]
    async fn no_key_comes_twice() {
        let questions = questions();
        for key in ["1", "2", "a", "a-2"] {
            let wish = key.starts_with('a').then_some("a");
            let ask = questions.ask(question(wish));
            tokio::select! {
                biased;
                _ = ask => unreachable!("nobody answers"),
                () = std::future::ready(()) => {}
            }
            assert!(questions.lock().keys.contains(key), "{key}");
            assert!(questions.keys().is_empty(), "nobody waits any more");
        }
    }

    #[tokio::test]
    async fn a_client_is_asked_what_it_can_answer() {
        let question = Question { capability: ("sampling", None), ..question(None) };
        assert_eq!(questions().ask(question).await.unwrap_err(), AskError::missing_capability("sampling", None));
    }
}
