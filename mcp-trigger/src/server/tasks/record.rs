use crate::server::message::{Answer, Error, json_rpc};
use host_protocol::json::rfc3339;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// All that is known of a task, as it is stored. Times are milliseconds since 1970.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::server) struct Record {
    pub(super) id: String,
    /// Who created it, and alone may see it; everybody who knows the id if nobody had signed in.
    pub(super) owner: Option<String>,
    created: u64,
    updated: u64,
    /// How long after its creation it is forgotten.
    lifetime: u64,
    /// Until when the instance that runs it has to be heard of again; `None` if there is only one instance.
    lease: Option<u64>,
    state: State,
}

/// How far a task has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Working,
    /// It waits for the answers to these requests, by their keys.
    InputRequired(Map<String, Value>),
    /// It ended with this result, that of a failed tool included.
    Completed(Box<RawValue>),
    /// It ended with an error of JSON-RPC.
    Failed(Box<RawValue>),
    Cancelled,
}

impl State {
    /// The end that a call's answer is.
    pub(super) fn ended(answer: &Answer) -> Self {
        let state = match answer {
            Ok(result) => RawValue::from_string(result.clone()).map(State::Completed),
            Err(error) => RawValue::from_string(json_rpc::error_object(error)).map(State::Failed),
        };
        // Both were written as JSON.
        state.unwrap_or(State::Cancelled)
    }

    /// The end of a task that nobody can go on with.
    pub(super) fn lost(why: &str) -> Self {
        State::ended(&Err(Error::internal(why)))
    }

    /// The end of a task whose instance was not heard of for too long.
    pub(super) fn abandoned() -> Self {
        State::lost("The instance that ran the task was gone for too long")
    }

    pub(super) fn is_end(&self) -> bool {
        !matches!(self, State::Working | State::InputRequired(_))
    }

    fn name(&self) -> &'static str {
        match self {
            State::Working => "working",
            State::InputRequired(_) => "input_required",
            State::Completed(_) => "completed",
            State::Failed(_) => "failed",
            State::Cancelled => "cancelled",
        }
    }
}

impl Record {
    pub(super) fn new(id: String, owner: Option<String>, lifetime: Duration) -> Self {
        let created = now();
        let lifetime = millis(lifetime);
        Record { id, owner, created, updated: created, lifetime, lease: None, state: State::Working }
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }

    /// The requests that wait for an answer.
    pub(super) fn open(&self) -> impl Iterator<Item = &str> {
        let requests = if let State::InputRequired(requests) = &self.state { Some(requests) } else { None };
        requests.into_iter().flat_map(Map::keys).map(String::as_str)
    }

    /// Moves it on; an end is the last there is.
    pub(super) fn enter(&mut self, state: State) {
        self.updated = now().max(self.updated);
        if state.is_end() {
            self.lease = None;
        }
        self.state = state;
    }

    /// From now on its instance has to be heard of within that time.
    pub(super) fn renew(&mut self, lease: Duration) {
        self.lease = Some(now() + millis(lease));
    }

    /// The same without the requests that have been answered, which its instance will see in a moment.
    pub(super) fn without(mut self, answered: &[String]) -> Self {
        if let State::InputRequired(requests) = &mut self.state {
            requests.retain(|key, _| !answered.contains(key));
            if requests.is_empty() {
                self.state = State::Working;
            }
        }
        self
    }

    /// What it is as seen now: a task whose instance is gone has failed, and one that is too old is none.
    pub(super) fn seen_now(mut self) -> Option<Self> {
        let now = now();
        if now >= self.created + self.lifetime {
            return None;
        }
        if let Some(lease) = self.lease.filter(|lease| !self.state.is_end() && now > *lease) {
            self.state = State::abandoned();
            self.updated = lease;
        }
        Some(self)
    }

    /// Whether its instance was not heard of for too long, so that others take it for gone.
    pub(super) fn is_abandoned(&self) -> bool {
        self.lease.is_some_and(|lease| now() > lease)
    }

    /// How long it will still be there.
    pub(super) fn remaining(&self) -> Duration {
        Duration::from_millis((self.created + self.lifetime).saturating_sub(now()))
    }

    /// As clients see it (SEP-2663: `Task`, `DetailedTask`).
    pub(in crate::server) fn view(&self) -> View<'_> {
        let time = |millis| rfc3339(UNIX_EPOCH + Duration::from_millis(millis));
        View {
            task_id: &self.id,
            status: self.state.name(),
            created_at: time(self.created),
            last_updated_at: time(self.updated),
            ttl_ms: self.lifetime,
            poll_interval_ms: POLL_INTERVAL,
            input_requests: if let State::InputRequired(requests) = &self.state { Some(requests) } else { None },
            result: if let State::Completed(result) = &self.state { Some(result) } else { None },
            error: if let State::Failed(error) = &self.state { Some(error) } else { None },
        }
    }
}

/// How often a client should ask for a task, in milliseconds.
const POLL_INTERVAL: u64 = 1_000;

/// A task as clients see it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::server) struct View<'a> {
    task_id: &'a str,
    status: &'static str,
    created_at: String,
    last_updated_at: String,
    ttl_ms: u64,
    poll_interval_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_requests: Option<&'a Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a RawValue>,
}

fn now() -> u64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record::new("id".to_owned(), None, Duration::from_secs(60))
    }

    fn stored(record: &Record) -> Record {
        serde_json::from_slice(&serde_json::to_vec(record).unwrap()).unwrap()
    }

    #[test]
    fn a_result_comes_back_as_it_was() {
        let mut record = record();
        record.enter(State::ended(&Ok(r#"{"a":1.0,"b":1e2}"#.to_owned())));
        let view = serde_json::to_string(&stored(&record).view()).unwrap();
        assert!(view.contains(r#""status":"completed""#) && view.ends_with(r#""result":{"a":1.0,"b":1e2}}"#), "{view}");
    }

    #[test]
    fn a_task_without_its_instance_has_failed() {
        let mut record = record();
        record.renew(Duration::from_secs(60));
        assert!(!stored(&record).seen_now().unwrap().state().is_end());
        record.lease = Some(now() - 1);
        assert!(record.is_abandoned());
        let seen = serde_json::to_value(stored(&record).seen_now().unwrap().view()).unwrap();
        assert_eq!((&seen["status"], &seen["error"]["code"]), (&"failed".into(), &(-32603).into()));
        record.enter(State::Cancelled);
        record.lease = Some(now() - 1);
        assert!(matches!(record.seen_now().unwrap().state(), State::Cancelled), "it ended before");
    }

    #[test]
    fn a_task_is_forgotten_after_its_time() {
        let record = Record::new("id".to_owned(), None, Duration::ZERO);
        assert!(record.seen_now().is_none());
    }

    #[test]
    fn what_is_answered_is_not_asked() {
        let mut record = record();
        let requests = serde_json::json!({ "a": {}, "b": {} });
        record.enter(State::InputRequired(requests.as_object().unwrap().clone()));
        let record = stored(&record).without(&["a".to_owned()]);
        assert_eq!(record.open().collect::<Vec<_>>(), ["b"]);
        assert!(matches!(record.without(&["b".to_owned()]).state(), State::Working));
    }
}
