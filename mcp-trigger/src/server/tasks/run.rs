use super::record::{Record, State};
use super::{Pace, Task, TaskStoreError, Tasks, answer_key, cancelled_key, state_key};
use crate::function::BoxFuture;
use crate::function::shutdown;
use crate::server::message::Answer;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// A task that is being run: the only one who writes its record.
pub(in crate::server) struct Run {
    task: Arc<Task>,
    record: Record,
    /// When the others were last told that it is still there.
    renewed: Instant,
    /// The keys of answers that were passed on, but are still in the store.
    passed_on: Vec<String>,
    place: Place,
}

/// The place of a task among those that this instance holds.
struct Place {
    tasks: Arc<Tasks>,
    id: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.tasks.here().remove(&self.id);
    }
}

/// How long a task may go on once the process is being stopped; a little less than the process itself.
const LAST_WORDS: Duration = Duration::from_secs(4);
/// How long to wait before the end of a task is written once more.
const RETRIES: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(20)];

impl Run {
    pub(super) fn new(tasks: Arc<Tasks>, task: Arc<Task>, mut record: Record) -> Self {
        if tasks.store.is_shared() {
            record.renew(tasks.pace.lease);
        }
        let place = Place { tasks, id: task.id.clone() };
        Run { task, record, renewed: Instant::now(), passed_on: Vec::new(), place }
    }

    pub(in crate::server) fn task(&self) -> &Arc<Task> {
        &self.task
    }

    pub(in crate::server) fn record(&self) -> &Record {
        &self.record
    }

    /// Runs the function to its end, and sees to it that the task is forgotten when its time has come.
    pub(in crate::server) async fn run(mut self, function: BoxFuture<'static, Answer>) {
        // Beside this one, for looking into the store must not keep the function waiting.
        let mut function = tokio::spawn(function);
        let end = self.follow(&mut function).await;
        function.abort();
        self.finish(end).await;
        // What it ended with is in the store only.
        let Run { record, place, .. } = self;
        let remaining = record.remaining();
        drop((record, function));
        sleep(remaining).await;
        for key in [state_key(&place.id), cancelled_key(&place.id)] {
            if let Err(error) = place.tasks.store.remove(&key).await {
                tracing::warn!("an entry of a task cannot be removed: {error}");
            }
        }
    }

    /// Goes along with the function until it ends, or has to.
    async fn follow(&mut self, function: &mut JoinHandle<Answer>) -> State {
        let (tasks, task) = (Arc::clone(&self.place.tasks), Arc::clone(&self.task));
        let is_shared = tasks.store.is_shared();
        let mut stop = std::pin::pin!(async {
            shutdown::begun().await;
            sleep(LAST_WORDS).await;
        });
        loop {
            tokio::select! {
                answer = &mut *function => return match answer {
                    Ok(answer) => State::ended(&answer),
                    Err(_) => State::lost("The task was stopped"),
                },
                () = task.questions.changed() => {}
                () = task.news.notified() => {}
                () = sleep(tasks.pace.look), if is_shared => {}
                () = &mut stop => return State::lost("The server was stopped"),
            }
            if self.record.is_abandoned() {
                return State::abandoned();
            }
            match self.look().await {
                Ok(true) => return State::Cancelled,
                Ok(false) => self.update().await,
                Err(error) => tracing::warn!("the store of tasks, which is asked again: {error}"),
            }
        }
    }

    /// Looks for what came in, and passes answers on; `true` if the task is cancelled.
    async fn look(&mut self) -> Result<bool, TaskStoreError> {
        let store = &self.place.tasks.store;
        if store.read(&cancelled_key(&self.task.id)).await?.is_some() {
            return Ok(true);
        }
        for key in self.task.questions.keys() {
            if let Some(answer) = store.read(&answer_key(&self.task.id, &key)).await? {
                // Only JSON is written there.
                if let Ok(answer) = serde_json::from_slice::<Box<RawValue>>(&answer) {
                    self.task.questions.answer(&key, answer);
                }
                self.passed_on.push(key);
            }
        }
        Ok(false)
    }

    /// Writes down which questions are open now, and that the task is still there.
    async fn update(&mut self) {
        let Pace { renew, lease, .. } = self.place.tasks.pace;
        let is_shared = self.place.tasks.store.is_shared();
        let requests = self.task.questions.requests();
        let is_other = !self.record.open().eq(requests.keys());
        let is_due = is_shared && self.renewed.elapsed() >= renew;
        if !is_other && !is_due {
            return;
        }
        let before = self.record.clone();
        if is_other {
            self.record.enter(if requests.is_empty() { State::Working } else { State::InputRequired(requests) });
        }
        if is_shared {
            self.record.renew(lease);
        }
        if let Err(error) = self.save().await {
            tracing::warn!("the state of a task cannot be written, which is tried again: {error}");
            self.record = before;
            return;
        }
        self.renewed = Instant::now();
        for key in std::mem::take(&mut self.passed_on) {
            let _ = self.place.tasks.store.remove(&answer_key(&self.task.id, &key)).await;
        }
    }

    /// Writes down how the task ended: what it did must not be lost because the store was away for a moment.
    async fn finish(&mut self, mut end: State) {
        let before = self.record.clone();
        for wait in RETRIES.iter().map(Some).chain([None]) {
            // The others have said so already, and an end is the last there is.
            if before.is_abandoned() {
                end = State::abandoned();
            }
            self.record.enter(end.clone());
            match (self.save().await, wait) {
                (Ok(()), _) => break,
                (Err(_), Some(wait)) => sleep(*wait).await,
                (Err(error), None) => tracing::error!("how a task ended cannot be written, and is lost: {error}"),
            }
        }
        self.task.has_ended.store(true, Ordering::Relaxed);
        self.place.tasks.ended.notify_waiters();
    }

    /// Stores the task as it is now. All changes of a task come through here.
    pub(super) async fn save(&self) -> Result<(), TaskStoreError> {
        let entry = serde_json::to_vec(&self.record).map_err(|error| TaskStoreError::new(error.to_string()))?;
        self.place.tasks.store.write(&state_key(&self.task.id), entry.into(), self.record.remaining()).await
    }
}
