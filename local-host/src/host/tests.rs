//! Calls of functions with bindings, from the client's request to its answer and to what is stored.

use super::*;
use crate::invoker::InvokeError;
use bytes::Bytes;
use host_protocol::binding::MESSAGE_LIMIT;
use host_protocol::function_json::{
    Binding, DataType, Direction, FunctionJson, PROMPT_ARGUMENT, PromptTrigger, ResourceTrigger, TOOL_PROPERTY,
    ToolTrigger,
};
use host_protocol::invocation::{Caller, Input};
use host_protocol::reply::ReturnValue;
use mcp_trigger_core::accounts::{Owner, Place, ProcessLimits};
use mcp_trigger_core::mcp::jsonrpc::Message;
use mcp_trigger_core::storage::{BlobPath, Memory, QueueName, Storage, StorageError};
use serde_json::value::RawValue;
use std::io;
use std::sync::Mutex;
use tokio::sync::Notify;
use tracing_subscriber::fmt::MakeWriter;

/// Answers every call the same, and keeps what it was asked.
#[derive(Default)]
struct Answers {
    outputs: Vec<(&'static str, String)>,
    asked: Mutex<Vec<Vec<(String, Input)>>>,
    /// If set, it is waited for.
    go: Option<Notify>,
}

#[async_trait::async_trait]
impl Invoker for Answers {
    async fn invoke(&self, invocation: Invocation) -> Result<FunctionResult, InvokeError> {
        self.asked.lock().unwrap().push(invocation.inputs);
        if let Some(go) = &self.go {
            go.notified().await;
        }
        let raw = |json: &String| RawValue::from_string(json.clone()).unwrap();
        let outputs = self.outputs.iter().map(|(name, json)| ((*name).to_owned(), raw(json))).collect();
        Ok(FunctionResult::default().with_outputs(outputs))
    }
}

fn answers(outputs: &[(&'static str, &str)]) -> Arc<Answers> {
    let outputs = outputs.iter().map(|(name, json)| (*name, (*json).to_owned())).collect();
    Arc::new(Answers { outputs, ..Answers::default() })
}

fn blob(direction: Direction, name: &str, path: &str) -> Binding {
    Binding::new("blob", direction, name).with("path", path)
}

fn queue(name: &str, queue: &str) -> Binding {
    Binding::new("queue", Direction::Out, name).with("queueName", queue)
}

fn with_trigger(trigger: impl Into<Binding>, bindings: Vec<Binding>, answers: &Arc<Answers>) -> LocalHost {
    let file = FunctionJson::generated([vec![trigger.into()], bindings].concat());
    LocalHost::new([("F".to_owned(), file)], Arc::clone(answers) as _)
}

fn tool(bindings: Vec<Binding>, answers: &Arc<Answers>) -> LocalHost {
    with_trigger(ToolTrigger::new("save", "Saves."), bindings, answers)
}

fn place() -> Place {
    let accounts = Accounts::new(ProcessLimits::default());
    Place::take(&accounts.owner(Owner::Identity("ann".into())), &Bytes::new()).unwrap()
}

async fn ask(host: &LocalHost, method: &str, params: &str) -> Result<String, String> {
    let text = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
    let Some(Message::Request(request)) = Message::read(&text) else { panic!("a request: {text}") };
    let answer = host.endpoint.methods.answer(&request, Caller::default, place()).await;
    answer.map(std::borrow::Cow::into_owned).map_err(|refusal| format!("{} {}", refusal.code, refusal.message))
}

async fn call(host: &LocalHost, name: &str) -> String {
    let arguments = serde_json::json!({ "name": "save", "arguments": { "name": name } });
    ask(host, "tools/call", &arguments.to_string()).await.unwrap()
}

const DONE: &str = r#"{"content":[]}"#;
const FAILED: &str =
    r#"{"content":[{"type":"text","text":"An error occurred invoking \u0027save\u0027."}],"isError":true}"#;
const PATH: &str = "box/{mcptoolargs.name}.txt";

#[tokio::test]
async fn outputs_are_stored_and_inputs_read() {
    let storage = Arc::new(Memory::default());
    let writer = answers(&[("file", r#""aGk=""#), ("note", r#"["one","two"]"#)]);
    let writer =
        tool(vec![blob(Direction::Out, "file", PATH), queue("note", "Notes")], &writer).storage(storage.clone());
    assert_eq!(call(&writer, "a/b").await, DONE);
    assert_eq!(storage.blobs(), ["box/a/b.txt"]);
    assert_eq!(storage.messages("notes"), ["one", "two"]);

    let reader = answers(&[]);
    let mut binary = blob(Direction::In, "bytes", PATH);
    binary.data_type = Some(DataType::Binary);
    let host = tool(vec![binary, blob(Direction::In, "text", PATH)], &reader).storage(storage);
    for (name, bytes, text) in [
        ("a/b", Input::Encoded("aGk=".to_owned()), Input::Text("hi".to_owned())),
        ("c", Input::Missing, Input::Missing),
    ] {
        assert_eq!(call(&host, name).await, DONE);
        let asked = reader.asked.lock().unwrap().pop().unwrap();
        assert_eq!(asked, [("bytes".to_owned(), bytes), ("text".to_owned(), text)]);
    }
}

/// A function gets its inputs in the order of function.json, whatever kind they are.
#[tokio::test]
async fn inputs_keep_their_order() {
    let reader = answers(&[]);
    let argument = |kind, member: &str, name: &str| {
        Binding::new(kind, Direction::In, name).with(member, "name").with("description", "d").with("isRequired", true)
    };
    let bindings = |kind, member| vec![blob(Direction::In, "b", "box/x"), argument(kind, member, "a")];
    let host = tool(bindings(TOOL_PROPERTY, "propertyName"), &reader).storage(Arc::new(Memory::default()));
    call(&host, "n").await;
    let asked = reader.asked.lock().unwrap().pop().unwrap();
    assert_eq!(asked, [("b".to_owned(), Input::Missing), ("a".to_owned(), Input::Text("n".to_owned()))]);

    let prompt = PromptTrigger::new("p");
    let host =
        with_trigger(prompt, bindings(PROMPT_ARGUMENT, "argumentName"), &reader).storage(Arc::new(Memory::default()));
    ask(&host, "prompts/get", r#"{"name":"p","arguments":{"name":"n"}}"#).await.unwrap();
    let asked = reader.asked.lock().unwrap().pop().unwrap();
    assert_eq!(asked.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["b", "a"]);
}

/// ground-truth.md §2, "… with `../x`": the call fails, and the message of the same call is there.
#[tokio::test]
async fn a_path_that_leads_out_fails_the_call() {
    for first in [true, false] {
        let storage = Arc::new(Memory::default());
        let mut bindings = vec![blob(Direction::Out, "file", PATH), queue("note", "notes")];
        if first {
            bindings.reverse();
        }
        let host = tool(bindings, &answers(&[("file", "1"), ("note", "2")])).storage(storage.clone());
        assert_eq!(call(&host, "../x").await, FAILED);
        assert_eq!((storage.blobs().len(), storage.messages("notes").len()), (0, 1));
    }
}

#[tokio::test]
async fn a_path_without_its_argument_fails_the_call() {
    let call = |host: LocalHost| async move { ask(&host, "tools/call", r#"{"name":"save"}"#).await.unwrap() };
    let memory = || Arc::new(Memory::default());
    // Inputs come before the function, outputs after it, and only where there is something to store.
    let reader = answers(&[]);
    assert_eq!(call(tool(vec![blob(Direction::In, "file", PATH)], &reader).storage(memory())).await, FAILED);
    assert_eq!(reader.asked.lock().unwrap().len(), 0);
    let writer = answers(&[("file", "1")]);
    assert_eq!(call(tool(vec![blob(Direction::Out, "file", PATH)], &writer).storage(memory())).await, FAILED);
    assert_eq!(writer.asked.lock().unwrap().len(), 1);
    for nothing in [answers(&[]), answers(&[("file", "null")])] {
        assert_eq!(call(tool(vec![blob(Direction::Out, "file", PATH)], &nothing).storage(memory())).await, DONE);
    }
}

#[tokio::test]
async fn resources_and_prompts_fail_with_an_error() {
    let storage = Arc::new(Memory::default());
    let writer = answers(&[("file", "1")]);
    let resource = |path| {
        let trigger = ResourceTrigger::new("users://all/{id}/x", "user");
        with_trigger(trigger, vec![blob(Direction::Out, "file", path)], &writer).storage(storage.clone())
    };
    let uri = r#"{"uri":"users://all/4%202/x"}"#;
    assert_eq!(ask(&resource("box/{id}"), "resources/read", uri).await.unwrap(), r#"{"contents":[]}"#);
    assert_eq!(storage.blobs(), ["box/4%202"]);
    let failed = Err("-32603 An error occurred.".to_owned());
    assert_eq!(ask(&resource("box/{ID2}"), "resources/read", uri).await, failed);
    let prompt =
        with_trigger(PromptTrigger::new("p"), vec![blob(Direction::Out, "file", "box/{mcppromptargs.x}")], &writer);
    assert_eq!(ask(&prompt.storage(storage.clone()), "prompts/get", r#"{"name":"p"}"#).await, failed);
}

#[tokio::test]
async fn what_cannot_be_stored_fails_the_call() {
    let long = format!("\"{}\"", "-".repeat(MESSAGE_LIMIT + 1));
    let memory = || Arc::new(Memory::default());
    for (bindings, output) in [
        (vec![queue("out", "notes")], long.as_str()),
        (vec![queue("out", "no")], "1"),
        (vec![blob(Direction::Out, "out", "Box/x")], "1"),
        (vec![blob(Direction::Out, "out", "box/%NOT_SET_ANYWHERE%")], "1"),
        (vec![blob(Direction::Out, "out", "box/{")], "1"),
        (vec![blob(Direction::Out, "out", "box/x")], r#""2026-01-02T03:04:05Z""#),
    ] {
        let host = tool(bindings.clone(), &answers(&[("out", output)])).storage(memory());
        assert_eq!(call(&host, "x").await, FAILED, "{bindings:?}");
    }
    // Nobody said where to store it.
    let host = tool(vec![blob(Direction::Out, "out", "box/x")], &answers(&[("out", "1")]));
    assert_eq!(call(&host, "x").await, FAILED);
    assert_eq!(call(&host.storage_of("AzureWebJobsStorage", memory()), "x").await, DONE);
}

#[tokio::test]
async fn other_bindings_are_named_and_their_outputs_dropped() {
    let table = Binding::new("table", Direction::Out, "rows");
    let host = tool(vec![table], &answers(&[("rows", "1"), ("unknown", "2")])).storage(Arc::new(Memory::default()));
    let problems: Vec<_> = problems(host.bound[0].bindings.as_ref().unwrap()).collect();
    assert_eq!(problems, ["its binding `rows` of type `table` is not run by the local host"]);
    assert_eq!(call(&host, "x").await, DONE);
}

/// A storage that always fails.
struct Broken;

#[async_trait::async_trait]
impl Storage for Broken {
    async fn read_blob(&self, _: &BlobPath) -> Result<Option<Bytes>, StorageError> {
        Err(StorageError::new("broken"))
    }

    async fn write_blob(&self, _: &BlobPath, _: Bytes) -> Result<(), StorageError> {
        Err(StorageError::new("broken"))
    }

    async fn delete_blob(&self, _: &BlobPath) -> Result<(), StorageError> {
        Err(StorageError::new("broken"))
    }

    async fn send_message(&self, _: &QueueName, _: Bytes) -> Result<(), StorageError> {
        Err(StorageError::new("broken"))
    }
}

/// Each connection has its own storage, if it has one.
#[tokio::test]
async fn a_storage_that_fails_fails_the_call() {
    let memory = Arc::new(Memory::default());
    let bindings =
        vec![blob(Direction::Out, "a", "box/a"), blob(Direction::Out, "b", "box/b").with("connection", "Other")];
    let host = tool(bindings, &answers(&[("a", "1"), ("b", "2")]))
        .storage(memory.clone())
        .storage_of("Other", Arc::new(Broken));
    assert_eq!(host.connections(), ["AzureWebJobsStorage", "Other"]);
    assert_eq!(call(&host, "x").await, FAILED);
    assert_eq!(memory.blobs(), ["box/a"]);
}

/// ground-truth.md §2, "client gone": the invocation runs to its end, and its outputs are part of it.
#[tokio::test]
async fn outputs_are_stored_when_nobody_waits_any_more() {
    let storage = Arc::new(Memory::default());
    let slow =
        Arc::new(Answers { outputs: vec![("file", "1".to_owned())], go: Some(Notify::new()), ..Answers::default() });
    let host = tool(vec![blob(Direction::Out, "file", PATH)], &slow).storage(storage.clone());
    tokio::select! {
        biased;
        _ = call(&host, "x") => panic!("it has not been let go"),
        () = async { while slow.asked.lock().unwrap().is_empty() { tokio::task::yield_now().await } } => {}
    }
    slow.go.as_ref().unwrap().notify_one();
    while storage.blobs().is_empty() {
        tokio::task::yield_now().await;
    }
}

/// Fails, as a resource or prompt does that logs a line or two before.
struct Fails;

#[async_trait::async_trait]
impl Invoker for Fails {
    async fn invoke(&self, _: Invocation) -> Result<FunctionResult, InvokeError> {
        let logs = ["asked: Oslo", "WARN: slow", "ERROR: x failed: no"].map(str::to_owned).to_vec();
        let return_value = ReturnValue::Failed("no".to_owned());
        Ok(FunctionResult::new(return_value).with_logs(logs))
    }
}

/// What another process sends with its reply is shown as the Functions host shows it, and a failure once, in the function's words.
#[tokio::test]
async fn what_went_wrong_is_logged_once() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let subscriber = tracing_subscriber::fmt().with_writer(Log(log.clone())).with_ansi(false).without_time();
    let _guard = tracing::subscriber::set_default(subscriber.with_target(false).finish());
    let host =
        |trigger: Binding| LocalHost::new([("F".to_owned(), FunctionJson::generated(vec![trigger]))], Arc::new(Fails));
    let resource = host(ResourceTrigger::new("a://b", "x").into());
    let prompt = host(PromptTrigger::new("x").into());
    let failed = Err("-32603 An error occurred.".to_owned());
    for (host, method, params) in
        [(resource, "resources/read", r#"{"uri":"a://b"}"#), (prompt, "prompts/get", r#"{"name":"x"}"#)]
    {
        assert_eq!(ask(&host, method, params).await, failed);
        let lines = String::from_utf8(std::mem::take(&mut *log.lock().unwrap())).unwrap();
        let lines: Vec<_> = lines.lines().filter_map(|line| line.split_once(" function=\"F\"")).collect();
        let lines: Vec<_> = lines.into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [" INFO asked: Oslo", " INFO WARN: slow", " INFO ERROR: x failed: no"], "{method}");
    }
}

/// Keeps what is written.
#[derive(Clone)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
