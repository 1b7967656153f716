//! Tasks of one instance and of several, without HTTP.

use super::*;
use crate::function::client::{Expected, Question};
use crate::server::limits::account;
use crate::server::message::Answer;
use mcp_trigger_core::accounts::{Accounts, ProcessLimits};
use mcp_trigger_core::storage::Memory;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);

/// Instances of an app, by what they share. They are quick, for tests are.
fn instances<const N: usize>(store: impl TaskStore + 'static) -> [Arc<Tasks>; N] {
    let store: Arc<dyn TaskStore> = Arc::new(store);
    let millis = Duration::from_millis;
    let intervals = Intervals { look: millis(20), renew: millis(50), lease: millis(1_000) };
    std::array::from_fn(|_| Arc::new(Tasks { intervals, ..Tasks::new(Arc::clone(&store)) }))
}

fn blobs() -> BlobTasks<Memory> {
    BlobTasks::new(Memory::default())
}

/// Starts a task whose function is made with the task.
async fn start<F: Future<Output = Answer> + Send + 'static>(
    tasks: &Arc<Tasks>,
    owner: Option<&str>,
    function: impl FnOnce(Arc<Task>) -> F,
) -> String {
    let capabilities = JsonText::copy(r#"{"roots":{}}"#);
    let run = tasks.create(owner.map(str::to_owned), MINUTE, Some(&capabilities), &account()).await.unwrap();
    let (id, function) = (run.task().id.clone(), function(Arc::clone(run.task())));
    tokio::spawn(run.run(Box::pin(function)));
    id
}

async fn ask(task: &Task, key: &str) -> String {
    let question = Question {
        key: Some(key.to_owned()),
        method: "roots/list",
        params: RawValue::from_string("{}".to_owned()).unwrap(),
        capability: ("roots", None),
        expected: Expected {
            schema: None,
            read: |result, _| if result.get().starts_with('"') { Ok(()) } else { Err("has to be text".to_owned()) },
        },
    };
    task.questions.ask(question).await.unwrap().get().to_owned()
}

async fn see(tasks: &Tasks, id: &str) -> Value {
    serde_json::to_value(tasks.get(id, None).await.unwrap().view()).unwrap()
}

/// Waits until a task is in a state.
async fn wait_for(tasks: &Tasks, id: &str, status: &str) -> Value {
    let start = Instant::now();
    loop {
        let task = see(tasks, id).await;
        if task["status"] == status {
            return task;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "not {status}: {task}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn answer(tasks: &Tasks, id: &str, answers: Value) {
    let answers = answers.to_string();
    tasks.update(id, None, &RawObject::parse(&answers).unwrap()).await.unwrap();
}

/// Several questions are open at once, and answered one by one, at whatever instance.
async fn questions(here: &Arc<Tasks>, there: &Tasks) {
    let id = start(here, None, async |task| {
        let (a, b) = tokio::join!(ask(&task, "a/../b"), ask(&task, "é"));
        Ok(format!("[{a},{b}]"))
    })
    .await;
    let parked = wait_for(there, &id, "input_required").await;
    assert_eq!(parked["inputRequests"]["é"], json!({ "method": "roots/list", "params": {} }));
    answer(there, &id, json!({ "é": "two", "unknown": "x" })).await;
    let partly = see(there, &id).await;
    let open = |task: &Value| task["inputRequests"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(open(&partly), ["a/../b"], "an answered key vanishes at once");
    let wrong = json!({ "é": "too late", "a/../b": ["no answer"] }).to_string();
    let wrong = there.update(&id, None, &RawObject::parse(&wrong).unwrap()).await;
    let key = if std::ptr::eq(&raw const **here, there) {
        let refused = wrong.unwrap_err();
        assert_eq!(refused.code, -32602, "the question is known here");
        assert_eq!(refused.message, "`inputResponses`: the answer to `a/../b` has to be text");
        "a/../b"
    } else {
        wrong.unwrap();
        let anew = loop {
            let task = wait_for(there, &id, "input_required").await;
            if open(&task) != ["a/../b"] {
                break task;
            }
        };
        assert_eq!(open(&anew), ["a/../b-2"], "it is asked anew, with a new key");
        "a/../b-2"
    };
    answer(there, &id, json!({ key: "one" })).await;
    let done = wait_for(there, &id, "completed").await;
    assert_eq!(done["result"], json!(["one", "two"]));
    assert!(done.get("inputRequests").is_none());
}

#[tokio::test]
async fn questions_are_answered_where_the_task_runs() {
    let [here] = instances(MemoryTasks::default());
    questions(&here, &here).await;
}

#[tokio::test]
async fn questions_are_answered_at_another_instance() {
    let [here, there] = instances(blobs());
    questions(&here, &there).await;
    tokio::time::timeout(Duration::from_secs(5), here.all_ended()).await.unwrap();
}

/// A future that tells when it is dropped.
struct Dropped(Arc<AtomicBool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_task_is_cancelled_at_another_instance() {
    let [here, there] = instances(blobs());
    let is_dropped = Arc::new(AtomicBool::new(false));
    let guard = Dropped(Arc::clone(&is_dropped));
    let id = start(&here, None, async move |_| {
        let _guard = guard;
        std::future::pending().await
    })
    .await;
    assert_eq!(see(&there, &id).await["status"], "working");
    there.cancel(&id, None).await.unwrap();
    let cancelled = wait_for(&there, &id, "cancelled").await;
    assert!(cancelled.get("result").is_none() && cancelled.get("error").is_none(), "{cancelled}");
    let start = Instant::now();
    while !is_dropped.load(Ordering::Relaxed) {
        assert!(start.elapsed() < Duration::from_secs(5), "the function goes on");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    there.cancel(&id, None).await.unwrap();
    answer(&there, &id, json!({})).await;
}

#[tokio::test]
async fn a_task_outlives_its_lease_but_not_its_instance() {
    let [here, there] = instances(blobs());
    let run = here.create(None, MINUTE, None, &account()).await.unwrap();
    let id = run.task().id.clone();
    let instance = tokio::spawn(run.run(Box::pin(std::future::pending())));
    tokio::time::sleep(Duration::from_millis(1_300)).await;
    assert_eq!(see(&there, &id).await["status"], "working", "it is renewed");
    instance.abort();
    let lost = wait_for(&there, &id, "failed").await;
    assert_eq!(lost["error"]["code"], -32603, "{lost}");
}

#[tokio::test]
async fn errors_of_the_protocol_are_failures() {
    let [here] = instances(MemoryTasks::default());
    let id = start(&here, None, async |_| Err(Error::of_function(7, "broken"))).await;
    let failed = wait_for(&here, &id, "failed").await;
    assert_eq!(failed["error"], json!({ "code": 7, "message": "broken" }));
    assert!(failed.get("result").is_none());
}

#[tokio::test]
async fn a_task_is_its_owners() {
    let [here] = instances(MemoryTasks::default());
    let id = start(&here, Some("aad\njane"), async |_| Ok("{}".to_owned())).await;
    let answers = RawObject::default();
    for stranger in [None, Some("aad\njohn"), Some("github\njane")] {
        let unknown = here.get(&id, stranger).await.map(drop).unwrap_err();
        assert_eq!(unknown, Error::invalid_params(format!("Unknown task: {id}")));
        assert_eq!(here.cancel(&id, stranger).await.unwrap_err(), unknown);
        assert_eq!(here.update(&id, stranger, &answers).await.unwrap_err(), unknown);
    }
    assert!(here.get(&id, Some("aad\njane")).await.is_ok());
}

#[tokio::test]
async fn an_id_is_no_path() {
    let [here] = instances(blobs());
    let id = start(&here, None, async |_| Ok("{}".to_owned())).await;
    for unknown in ["", "nobody", "..", "../x", &format!("./{id}"), &format!("{id}/state"), &"a".repeat(2_000)] {
        let error = here.get(unknown, None).await.map(drop).unwrap_err();
        assert_eq!(error, Error::invalid_params(format!("Unknown task: {unknown}")));
    }
}

#[tokio::test]
async fn nothing_is_left_of_a_forgotten_task() {
    let memory = Arc::new(MemoryTasks::default());
    let tasks = Arc::new(Tasks::new(Arc::clone(&memory) as Arc<dyn TaskStore>));
    let run = tasks.create(None, Duration::from_millis(300), None, &account()).await.unwrap();
    let id = run.task().id.clone();
    let run = tokio::spawn(run.run(Box::pin(std::future::pending())));
    tasks.cancel(&id, None).await.unwrap();
    wait_for(&tasks, &id, "cancelled").await;
    run.await.unwrap();
    assert!(tasks.get(&id, None).await.is_err());
    assert_eq!(format!("{memory:?}"), format!("{:?}", MemoryTasks::default()));
    assert!(tasks.here().running.is_empty() && tasks.here().ended.all().next().is_none());
}

#[tokio::test]
async fn there_are_no_more_than_there_is_room_for() {
    let [here] = instances(MemoryTasks::default());
    let accounts = Accounts::new(ProcessLimits { tasks: 40, ..ProcessLimits::default() });
    let [ann, bob] = ["ann", "bob"].map(|name| accounts.owner(Owner::Identity(name.into())));
    let mut runs = Vec::new();
    let error = loop {
        match here.create(None, MINUTE, None, &ann).await {
            Ok(run) => runs.push(run),
            Err(error) => break error,
        }
    };
    assert!(error.message.contains("too many tasks"), "{error:?}");
    assert_eq!(runs.len(), 20, "half of all");
    assert!(here.create(None, MINUTE, None, &bob).await.is_ok());
    runs.pop();
    assert!(here.create(None, MINUTE, None, &ann).await.is_ok());
}

#[tokio::test]
async fn ended_tasks_of_the_same_caller_make_room() {
    let memory = Arc::new(MemoryTasks::default());
    let here = Arc::new(Tasks::new(Arc::clone(&memory) as Arc<dyn TaskStore>));
    let accounts = Accounts::new(ProcessLimits { tasks: 40, ..ProcessLimits::default() });
    let [ann, bob] = ["ann", "bob"].map(|name| accounts.owner(Owner::Identity(name.into())));
    let end_one = async |account: &Arc<Account>| {
        let run = here.create(None, MINUTE, None, account).await.unwrap();
        let id = run.task().id.clone();
        tokio::spawn(run.run(Box::pin(async { Ok(format!("\"{}\"", "x".repeat(100))) })));
        wait_for(&here, &id, "completed").await;
        while here.here().ended.get(&id).is_none() {
            tokio::task::yield_now().await;
        }
        id
    };
    let bobs = end_one(&bob).await;
    let first = end_one(&ann).await;
    for _ in 0..20 {
        end_one(&ann).await;
    }
    assert!(here.get(&bobs, None).await.is_ok());
    while here.get(&first, None).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(accounts.held(Resource::Tasks) <= 20);
    assert_eq!(accounts.held(Resource::Memory), accounts.held(Resource::Tasks) * (TASK + 102));
}

/// What a client says of itself may be long, and nobody asks it anything any more.
#[tokio::test]
async fn nothing_is_kept_of_an_ended_task_but_its_end() {
    let [here] = instances(MemoryTasks::default());
    let run = here.create(None, MINUTE, Some(&JsonText::copy("{}")), &account()).await.unwrap();
    let (id, task) = (run.task().id.clone(), Arc::downgrade(run.task()));
    tokio::spawn(run.run(Box::pin(async { Ok("{}".to_owned()) })));
    wait_for(&here, &id, "completed").await;
    let start = Instant::now();
    while task.strong_count() > 0 {
        assert!(start.elapsed() < Duration::from_secs(10), "the task is kept");
        tokio::task::yield_now().await;
    }
    assert!(here.get(&id, None).await.is_ok());
}

#[tokio::test]
async fn a_result_that_the_caller_cannot_keep_is_a_failure() {
    let [here] = instances(MemoryTasks::default());
    let accounts = Accounts::new(ProcessLimits { memory: 100_000, ..ProcessLimits::default() });
    let ann = accounts.owner(Owner::Identity("ann".into()));
    let run = here.create(None, MINUTE, None, &ann).await.unwrap();
    let id = run.task().id.clone();
    tokio::spawn(run.run(Box::pin(async { Ok(format!("\"{}\"", "x".repeat(60_000))) })));
    let failed = wait_for(&here, &id, "failed").await;
    assert!(failed["error"]["message"].as_str().unwrap().contains("cannot be kept"), "{failed}");
    assert!(accounts.held(Resource::Memory) < 60_000);
}

/// A store that is away for some time: every other time.
struct Shaky(MemoryTasks, AtomicUsize);

#[async_trait::async_trait]
impl TaskStore for Shaky {
    async fn read(&self, key: &str) -> Result<Option<Bytes>, TaskStoreError> {
        self.0.read(key).await
    }

    async fn write(&self, key: &str, entry: Bytes, lifetime: Duration) -> Result<(), TaskStoreError> {
        match self.1.fetch_add(1, Ordering::Relaxed) % 2 {
            1 => Err(TaskStoreError::new("away")),
            _ => self.0.write(key, entry, lifetime).await,
        }
    }

    async fn remove(&self, key: &str) -> Result<(), TaskStoreError> {
        self.0.remove(key).await
    }
}

#[tokio::test]
async fn an_end_is_not_lost_because_the_store_was_away() {
    let [here] = instances(Shaky(MemoryTasks::default(), AtomicUsize::new(0)));
    let id = start(&here, None, async |_| Ok("{}".to_owned())).await;
    assert_eq!(wait_for(&here, &id, "completed").await["result"], json!({}));
    let error = here.create(None, MINUTE, None, &account()).await.map(drop).unwrap_err();
    assert!(!error.message.contains("away"), "why is for the log: {error:?}");
}

/// Against Azurite or a storage account, as in `storage/azure/tests.rs`.
#[cfg(feature = "azure-storage")]
#[tokio::test]
async fn questions_are_answered_through_a_storage_account() {
    const VARIABLE: &str = "MCP_TRIGGER_TEST_STORAGE";
    let Some(connection_string) = std::env::var(VARIABLE).ok().filter(|text| !text.is_empty()) else {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "SKIPPED: a test of tasks in Azure; {VARIABLE} has no connection string");
        return;
    };
    let storage = mcp_trigger_core::storage::Azure::from_connection_string(&connection_string).unwrap();
    let [here, there] = instances(BlobTasks::new(storage).container("test-mcp-trigger-tasks"));
    questions(&here, &there).await;
    let id = start(&here, None, async |_| std::future::pending().await).await;
    there.cancel(&id, None).await.unwrap();
    wait_for(&there, &id, "cancelled").await;
}
