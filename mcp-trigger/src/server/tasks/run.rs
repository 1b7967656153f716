//! A running task: it keeps its record up to date until the function ends.

use super::record::{TaskRecord, TaskState};
use super::{
    EndedTask, Intervals, TASK, Task, TaskCharges, TaskStoreError, Tasks, answer_key, cancelled_key, state_key,
};
use crate::function::BoxFuture;
use crate::function::shutdown;
use crate::server::message::Answer;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// A running task. Only the running task writes its record.
pub(in crate::server) struct TaskRun {
    task: Arc<Task>,
    record: TaskRecord,
    /// When the lease was last renewed.
    renewed: Instant,
    /// The keys of answers that were passed on, but are still in the store.
    passed_on: Vec<String>,
    charges: TaskCharges,
    slot: TaskSlot,
}

/// The entry of a task among those of this instance, removed on drop.
struct TaskSlot {
    tasks: Arc<Tasks>,
    id: String,
}

impl Drop for TaskSlot {
    fn drop(&mut self) {
        let mut here = self.tasks.here();
        drop((here.running.remove(&self.id), here.ended.remove(&self.id)));
    }
}

/// How long a task may go on once the process is being stopped; a little less than the process itself.
const LAST_WORDS: Duration = Duration::from_secs(4);
/// The waits before the end of a task is written again.
const RETRIES: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(20)];

impl TaskSlot {
    /// Puts the task among those that have ended. Nothing else of the task is kept.
    fn end(&self, task: &Task, charges: TaskCharges) {
        let mut here = self.tasks.here();
        here.running.remove(&self.id);
        let ended = EndedTask { given_up: Arc::clone(&task.given_up), _charges: charges };
        here.ended.insert(self.id.clone(), task.owner.clone(), ended);
        drop(here);
        self.tasks.ended.notify_waiters();
    }
}

impl TaskRun {
    pub(super) fn new(tasks: Arc<Tasks>, task: Arc<Task>, mut record: TaskRecord, charges: TaskCharges) -> Self {
        if tasks.store.is_shared() {
            record.renew(tasks.intervals.lease);
        }
        let slot = TaskSlot { tasks, id: task.id.clone() };
        TaskRun { task, record, renewed: Instant::now(), passed_on: Vec::new(), charges, slot }
    }

    pub(in crate::server) fn task(&self) -> &Arc<Task> {
        &self.task
    }

    pub(in crate::server) fn record(&self) -> &TaskRecord {
        &self.record
    }

    /// Runs the function to its end, and removes the task when its lifetime is over, or the task makes room for another.
    pub(in crate::server) async fn run(mut self, function: BoxFuture<'static, Answer>) {
        // Beside this one, for looking into the store must not keep the function waiting.
        let mut function = tokio::spawn(function);
        let end = self.follow(&mut function).await;
        function.abort();
        self.finish(end).await;
        // The end is in the store only.
        let TaskRun { record, charges, task, slot, .. } = self;
        let remaining = record.remaining();
        slot.end(&task, charges);
        let given_up = Arc::clone(&task.given_up);
        drop((record, function, task));
        tokio::select! {
            () = sleep(remaining) => {}
            () = given_up.notified() => {}
        }
        for key in [state_key(&slot.id), cancelled_key(&slot.id)] {
            if let Err(error) = slot.tasks.store.remove(&key).await {
                tracing::warn!("an entry of a task cannot be removed: {error}");
            }
        }
    }

    /// Follows the function until it ends, or the task is cancelled or lost.
    async fn follow(&mut self, function: &mut JoinHandle<Answer>) -> TaskState {
        let (tasks, task) = (Arc::clone(&self.slot.tasks), Arc::clone(&self.task));
        let is_shared = tasks.store.is_shared();
        let mut stop = std::pin::pin!(async {
            shutdown::begun().await;
            sleep(LAST_WORDS).await;
        });
        loop {
            tokio::select! {
                answer = &mut *function => return match answer {
                    Ok(answer) => TaskState::ended(&answer),
                    Err(_) => TaskState::lost("The task was stopped"),
                },
                () = task.questions.changed() => {}
                () = task.news.notified() => {}
                () = sleep(tasks.intervals.look), if is_shared => {}
                () = &mut stop => return TaskState::lost("The server was stopped"),
            }
            if self.record.is_abandoned() {
                return TaskState::abandoned();
            }
            match self.look().await {
                Ok(true) => return TaskState::Cancelled,
                Ok(false) => self.update().await,
                Err(error) => tracing::warn!("the store of tasks, which is asked again: {error}"),
            }
        }
    }

    /// Passes answers on that came in; `true` if the task is cancelled.
    async fn look(&mut self) -> Result<bool, TaskStoreError> {
        let store = &self.slot.tasks.store;
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

    /// Stores the open questions, and renews the lease.
    async fn update(&mut self) {
        let Intervals { renew, lease, .. } = self.slot.tasks.intervals;
        let is_shared = self.slot.tasks.store.is_shared();
        let requests = self.task.questions.requests();
        let is_other = !self.record.open().eq(requests.keys());
        let is_due = is_shared && self.renewed.elapsed() >= renew;
        if !is_other && !is_due {
            return;
        }
        let before = self.record.clone();
        if is_other {
            self.record.enter(if requests.is_empty() {
                TaskState::Working
            } else {
                TaskState::InputRequired(requests)
            });
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
            let _ = self.slot.tasks.store.remove(&answer_key(&self.task.id, &key)).await;
        }
    }

    /// Stores the end of the task, with retries: a store that fails for a moment must not lose it.
    async fn finish(&mut self, mut end: TaskState) {
        // The capabilities are not needed any more. The result stays in memory if the store is there.
        let memory = &mut self.charges.memory;
        memory.shrink(memory.amount().saturating_sub(TASK));
        if !self.slot.tasks.store.is_shared()
            && let Err(full) = memory.grow(end.len())
        {
            end = TaskState::lost(&format!("The result of the task cannot be kept: {full}"));
        }
        let before = self.record.clone();
        for wait in RETRIES.iter().map(Some).chain([None]) {
            // The others have said so already, and an end is the last there is.
            if before.is_abandoned() {
                end = TaskState::abandoned();
            }
            self.record.enter(end.clone());
            match (self.save().await, wait) {
                (Ok(()), _) => break,
                (Err(_), Some(wait)) => sleep(*wait).await,
                (Err(error), None) => tracing::error!("how a task ended cannot be written, and is lost: {error}"),
            }
        }
    }

    /// Stores the task. All changes of a task go through here.
    pub(super) async fn save(&self) -> Result<(), TaskStoreError> {
        let entry = serde_json::to_vec(&self.record).map_err(|error| TaskStoreError::new(error.to_string()))?;
        self.slot.tasks.store.write(&state_key(&self.task.id), entry.into(), self.record.remaining()).await
    }
}
