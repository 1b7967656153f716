//! The local host with clients that behave well, badly, or not at all.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod bodies;
mod conversation;
mod disconnects;
mod many_streams;
mod real_host;
mod session_ids;
mod slow_clients;

use host_protocol::content::ContentBlock;
use host_protocol::function_json::ToolTrigger;
use host_protocol::invocation::{Caller, Trigger};
use host_protocol::reply::ReturnValue;
use host_protocol::{FunctionJson, FunctionResult, Invocation};
use local_host::{InvokeError, Invoker, LocalHost};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tests::recording::Response;
use tests::sse::post;
use tokio::sync::Semaphore;

/// The path of the streamable transport.
const ENDPOINT: &str = "/runtime/webhooks/mcp";

/// A function that ends when the test says so.
struct Function {
    /// How often it may still end.
    may_end: Semaphore,
    started: Mutex<Vec<Caller>>,
    ended: Semaphore,
    answer: String,
}

#[async_trait::async_trait]
impl Invoker for Function {
    async fn invoke(&self, invocation: Invocation) -> Result<FunctionResult, InvokeError> {
        let Trigger::Tool(tool) = invocation.trigger else { unreachable!("the host has one tool") };
        self.started.lock().unwrap().push((*tool.caller).clone());
        self.may_end.acquire().await.unwrap().forget();
        self.ended.add_permits(1);
        let answer = ContentBlock::text(self.answer.clone());
        Ok(FunctionResult::new(ReturnValue::Tool(answer.into())))
    }
}

impl Function {
    /// One that may end so many times.
    fn new(may_end: usize) -> Arc<Self> {
        Function::answering(may_end, "done")
    }

    fn answering(may_end: usize, answer: &str) -> Arc<Self> {
        let (may_end, ended) = (Semaphore::new(may_end), Semaphore::new(0));
        Arc::new(Function { may_end, started: Mutex::default(), ended, answer: answer.to_owned() })
    }

    fn started(&self) -> usize {
        self.started.lock().unwrap().len()
    }

    /// A host of it, as the tool `work`.
    fn host(self: &Arc<Self>) -> LocalHost {
        let tool = FunctionJson::generated(vec![ToolTrigger::new("work", "Works.").into()]);
        LocalHost::new([("Work".to_owned(), tool)], Arc::<Self>::clone(self) as Arc<dyn Invoker>)
    }
}

/// Serves a host for as long as the test takes.
async fn serve(host: LocalHost) -> SocketAddr {
    serve_until(host, std::future::pending()).await.0
}

async fn serve_until(
    host: LocalHost,
    end: impl Future<Output = ()> + Send + 'static,
) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (address, tokio::spawn(async move { host.serve(listener, end).await.unwrap() }))
}

/// Waits for something that comes soon.
fn wait_until(what: &str, mut is_there: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_there() {
        assert!(start.elapsed() < Duration::from_secs(10), "{what} does not come");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Runs what blocks, beside the server.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn call(id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"work"}}}}"#)
}

/// Whether the server answers as ever.
fn ping(server: SocketAddr) -> Response {
    let response = post(server, ENDPOINT, r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#);
    assert_eq!(response.body, "event: message\ndata: {\"result\":{},\"id\":1,\"jsonrpc\":\"2.0\"}\n\n");
    response
}
