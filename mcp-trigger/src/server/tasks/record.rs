//! The state of a task, as it is stored and as clients see it.

use crate::server::message::{Answer, Error, json_rpc};
use host_protocol::json::rfc3339;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A task as it is stored. Times are milliseconds since 1970.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::server) struct TaskRecord {
    pub(super) id: String,
    /// The caller that the task belongs to; `None` if the caller had not signed in: then the id is enough.
    pub(super) owner: Option<String>,
    created: u64,
    updated: u64,
    /// How long the task is kept after its creation.
    lifetime: u64,
    /// When the lease of the running instance expires; `None` if instances share no store.
    lease: Option<u64>,
    state: TaskState,
}

/// The state of a task.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TaskState {
    Working,
    /// The task waits for answers to these requests, by their keys.
    InputRequired(Map<String, Value>),
    /// The task ended with this result, which may be that of a failed tool.
    Completed(Box<RawValue>),
    /// The task ended with this error of JSON-RPC.
    Failed(Box<RawValue>),
    Cancelled,
}

impl TaskState {
    /// The end of a task whose call has this answer.
    pub(super) fn ended(answer: &Answer) -> Self {
        let state = match answer {
            Ok(result) => RawValue::from_string(result.clone()).map(TaskState::Completed),
            Err(error) => RawValue::from_string(json_rpc::error_object(error)).map(TaskState::Failed),
        };
        // Both were written as JSON.
        state.unwrap_or(TaskState::Cancelled)
    }

    /// The failure of a task that cannot go on.
    pub(super) fn lost(why: &str) -> Self {
        TaskState::ended(&Err(Error::internal(why)))
    }

    /// The failure of a task whose lease has expired.
    pub(super) fn abandoned() -> Self {
        TaskState::lost("The instance that ran the task was gone for too long")
    }

    /// The length of the result or the error, in bytes.
    pub(super) fn len(&self) -> usize {
        match self {
            TaskState::Completed(json) | TaskState::Failed(json) => json.get().len(),
            TaskState::Working | TaskState::InputRequired(_) | TaskState::Cancelled => 0,
        }
    }

    pub(super) fn is_end(&self) -> bool {
        !matches!(self, TaskState::Working | TaskState::InputRequired(_))
    }

    fn name(&self) -> &'static str {
        match self {
            TaskState::Working => "working",
            TaskState::InputRequired(_) => "input_required",
            TaskState::Completed(_) => "completed",
            TaskState::Failed(_) => "failed",
            TaskState::Cancelled => "cancelled",
        }
    }
}

impl TaskRecord {
    pub(super) fn new(id: String, owner: Option<String>, lifetime: Duration) -> Self {
        let created = now();
        let lifetime = millis(lifetime);
        TaskRecord { id, owner, created, updated: created, lifetime, lease: None, state: TaskState::Working }
    }

    pub(super) fn state(&self) -> &TaskState {
        &self.state
    }

    /// The keys of the requests that wait for an answer.
    pub(super) fn open(&self) -> impl Iterator<Item = &str> {
        let requests = if let TaskState::InputRequired(requests) = &self.state { Some(requests) } else { None };
        requests.into_iter().flat_map(Map::keys).map(String::as_str)
    }

    /// Enters a state. No state follows an end.
    pub(super) fn enter(&mut self, state: TaskState) {
        self.updated = now().max(self.updated);
        if state.is_end() {
            self.lease = None;
        }
        self.state = state;
    }

    /// Renews the lease.
    pub(super) fn renew(&mut self, lease: Duration) {
        self.lease = Some(now() + millis(lease));
    }

    /// Removes requests that were answered, before their instance does so.
    pub(super) fn without(mut self, answered: &[String]) -> Self {
        if let TaskState::InputRequired(requests) = &mut self.state {
            requests.retain(|key, _| !answered.contains(key));
            if requests.is_empty() {
                self.state = TaskState::Working;
            }
        }
        self
    }

    /// The task at this time: failed if its lease has expired, `None` if it is too old.
    pub(super) fn seen_now(mut self) -> Option<Self> {
        let now = now();
        if now >= self.created + self.lifetime {
            return None;
        }
        if let Some(lease) = self.lease.filter(|lease| !self.state.is_end() && now > *lease) {
            self.state = TaskState::abandoned();
            self.updated = lease;
        }
        Some(self)
    }

    /// Whether the lease has expired, so that others count the task as failed.
    pub(super) fn is_abandoned(&self) -> bool {
        self.lease.is_some_and(|lease| now() > lease)
    }

    /// How long the task will be kept.
    pub(super) fn remaining(&self) -> Duration {
        Duration::from_millis((self.created + self.lifetime).saturating_sub(now()))
    }

    /// The task as clients see it (SEP-2663: `Task`, `DetailedTask`).
    pub(in crate::server) fn view(&self) -> TaskView<'_> {
        let time = |millis| rfc3339(UNIX_EPOCH + Duration::from_millis(millis));
        TaskView {
            task_id: &self.id,
            status: self.state.name(),
            created_at: time(self.created),
            last_updated_at: time(self.updated),
            ttl_ms: self.lifetime,
            poll_interval_ms: POLL_INTERVAL,
            input_requests: if let TaskState::InputRequired(requests) = &self.state { Some(requests) } else { None },
            result: if let TaskState::Completed(result) = &self.state { Some(result) } else { None },
            error: if let TaskState::Failed(error) = &self.state { Some(error) } else { None },
        }
    }
}

/// How often a client should ask for a task, in milliseconds.
const POLL_INTERVAL: u64 = 1_000;

/// A task as clients see it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::server) struct TaskView<'a> {
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

    fn record() -> TaskRecord {
        TaskRecord::new("id".to_owned(), None, Duration::from_secs(60))
    }

    fn stored(record: &TaskRecord) -> TaskRecord {
        serde_json::from_slice(&serde_json::to_vec(record).unwrap()).unwrap()
    }

    #[test]
    fn a_result_comes_back_as_it_was() {
        let mut record = record();
        record.enter(TaskState::ended(&Ok(r#"{"a":1.0,"b":1e2}"#.to_owned())));
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
        record.enter(TaskState::Cancelled);
        record.lease = Some(now() - 1);
        assert!(matches!(record.seen_now().unwrap().state(), TaskState::Cancelled), "it ended before");
    }

    #[test]
    fn a_task_is_forgotten_after_its_time() {
        let record = TaskRecord::new("id".to_owned(), None, Duration::ZERO);
        assert!(record.seen_now().is_none());
    }

    #[test]
    fn what_is_answered_is_not_asked() {
        let mut record = record();
        let requests = serde_json::json!({ "a": {}, "b": {} });
        record.enter(TaskState::InputRequired(requests.as_object().unwrap().clone()));
        let record = stored(&record).without(&["a".to_owned()]);
        assert_eq!(record.open().collect::<Vec<_>>(), ["b"]);
        assert!(matches!(record.without(&["b".to_owned()]).state(), TaskState::Working));
    }
}
