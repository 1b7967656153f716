//! The local host: a handler's reply, and requests of a client, one after the other. Two hosts answer them: one calls functions in
//! its process, and the other sends all that they get and give over the wire. Their answers are the same.
//!
//! A line of `%%` stands behind the reply, and between two requests. The reply is its status and type in a line, and the body. A request
//! is its method and path in a line, headers, an empty line, and the body. `$S` in it is the session.
#![no_main]

use host_protocol::function_json::{
    Binding, Direction, FunctionJson, HTTP_OUTPUT, HTTP_TRIGGER, PromptTrigger, ResourceTrigger, ToolTrigger,
};
use host_protocol::invocation::{Invocation, SystemBindingData, Trigger, TriggerBinding, TriggerKind};
use host_protocol::reply::{FunctionResult, ReturnValue};
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use libfuzzer_sys::fuzz_target;
use local_host::{InvokeError, Invoker, LocalHost};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, UNIX_EPOCH};
use tokio::net::{TcpListener, TcpStream};

static REPLY: Mutex<Option<FunctionResult>> = Mutex::new(None);
static HOSTS: LazyLock<[SocketAddr; 2]> = LazyLock::new(|| [false, true].map(start));

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut parts = text.split("\n%%\n");
    let reply = parts.next().unwrap_or_default();
    let (head, body) = reply.split_once('\n').unwrap_or((reply, ""));
    let (status, kind) = head.split_once(' ').map_or((head, None), |(status, kind)| (status, Some(kind)));
    let reply = FunctionResult::decode(status.parse().unwrap_or(200), kind, body.as_bytes()).ok();
    *REPLY.lock().expect("a lock") = reply;

    let requests: Vec<_> = parts.take(8).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let [one, other] = HOSTS.map(|host| runtime.block_on(talk(host, &requests)));
    for (one, other) in one.into_iter().zip(other) {
        assert_eq!(one, other, "in the process, and over the wire");
    }
});

/// Starts a host on a thread of its own.
fn start(over_the_wire: bool) -> SocketAddr {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let host = LocalHost::with_settings(functions(), Arc::new(Replying { over_the_wire }), &|_| None);
        runtime.block_on(host.serve(listener, std::future::pending()))
    });
    address
}

fn functions() -> Vec<(String, FunctionJson)> {
    let tool = |name: &str, use_result_schema| {
        let mut tool = ToolTrigger::new(name, "A tool.");
        tool.use_result_schema = use_result_schema;
        Binding::from(tool)
    };
    let mut prompt = PromptTrigger::new("prompt");
    prompt.use_result_schema = true;
    let resource = |uri: &str, name: &str| Binding::from(ResourceTrigger::new(uri, name));
    let web = Binding::new(HTTP_TRIGGER, Direction::In, "req");
    let web = vec![
        web.with("route", "web/{a}/{b:int?}").with("authLevel", "anonymous"),
        Binding::new(HTTP_OUTPUT, Direction::Out, "res"),
    ];
    let file = |binding| FunctionJson::generated(vec![binding]);
    let functions = [
        ("Tool", file(tool("tool", true))),
        ("Plain", file(tool("plain", false))),
        ("Prompt", file(prompt.into())),
        ("Resource", file(resource("docs://a", "a"))),
        ("Template", file(resource("docs://{b}/c", "b"))),
        ("Web", FunctionJson::generated(web)),
    ];
    functions.map(|(name, file)| (name.to_owned(), file)).into()
}

/// Gives the reply of the input, in the words of the function.
struct Replying {
    over_the_wire: bool,
}

#[async_trait::async_trait]
impl Invoker for Replying {
    async fn invoke(&self, invocation: Invocation) -> Result<FunctionResult, InvokeError> {
        let reply = REPLY.lock().expect("a lock").clone().ok_or_else(|| InvokeError::new("no reply"))?;
        let value = match &invocation.trigger {
            Trigger::Tool(tool) if tool.name.eq_ignore_ascii_case("tool") => {
                reply.clone().into_tool_result(true).ok().map(ReturnValue::Tool)
            }
            Trigger::Prompt(_) => reply.clone().into_prompt_result(true).ok().map(ReturnValue::Prompt),
            Trigger::Resource(resource) => {
                reply.clone().into_resource_contents(&resource.uri, None).ok().flatten().map(ReturnValue::Resource)
            }
            _ => None,
        };
        let reply = match value {
            Some(value) => FunctionResult::new(value).with_outputs(reply.outputs),
            None => reply,
        };
        if !self.over_the_wire {
            return Ok(reply);
        }
        check(&invocation);
        let body = reply.encode().expect("a result can be written");
        Ok(FunctionResult::decode(200, Some("application/json"), &body).expect("what was written can be read"))
    }
}

/// Checks that a handler in another process gets the same invocation.
fn check(invocation: &Invocation) {
    let kind = match invocation.trigger {
        Trigger::Tool(_) => TriggerKind::Tool,
        Trigger::Prompt(_) => TriggerKind::Prompt,
        Trigger::Http(_) => TriggerKind::Http,
        _ => TriggerKind::Resource,
    };
    let system = SystemBindingData::new(UNIX_EPOCH, "");
    // Half a surrogate pair cannot be written. A byte-order mark before a body is not.
    let Ok(body) = invocation.encode("t", &system) else { return };
    if body.contains('\u{feff}') {
        return;
    }
    let read = Invocation::decode("", invocation.function.clone(), TriggerBinding::new("t", kind), body.as_bytes());
    let again =
        read.expect("what was encoded can be decoded").encode("t", &system).expect("it could be written before");
    let data = |body: &str| serde_json::from_str::<Value>(body).expect("what was encoded is JSON")["Data"].take();
    assert_eq!(data(&again), data(&body), "a handler gets another invocation");
}

/// The status and the body of each response that ends.
async fn talk(host: SocketAddr, requests: &[&str]) -> Vec<(u16, Option<String>)> {
    let stream = TcpStream::connect(host).await.expect("a connection");
    // The port can be used again at once.
    stream.set_zero_linger().expect("an option of the connection");
    let (mut client, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a connection");
    let mut responses = Vec::new();
    let talk = async {
        let mut session = String::new();
        for text in requests {
            let Some(request) = request(text, &session) else { continue };
            let is_stream = request.method() == "GET";
            let Ok(response) = client.send_request(request).await else { return };
            let status = response.status().as_u16();
            if let Some(id) = response.headers().get("mcp-session-id").and_then(|id| id.to_str().ok()) {
                session = id.to_owned();
            }
            let patience = if is_stream { Duration::from_millis(2) } else { Duration::from_secs(5) };
            match tokio::time::timeout(patience, response.into_body().collect()).await {
                Ok(Ok(body)) => {
                    let body = String::from_utf8_lossy(&body.to_bytes()).into_owned();
                    // How long a host has been up is its own.
                    let body = Some(body).filter(|body| !body.contains("processUptime"));
                    responses.push((status, body.map(|body| body.replace(&host.to_string(), "host"))));
                }
                Ok(Err(_)) => return,
                Err(_) => {
                    assert!(is_stream, "a request has no answer");
                    responses.push((status, None));
                    return;
                }
            }
        }
    };
    tokio::select! {
        _ = connection => {}
        () = talk => {}
    }
    responses
}

fn request(text: &str, session: &str) -> Option<Request<Full<Bytes>>> {
    let text = text.replace("$S", session);
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let (method, path) = lines.next()?.split_once(' ')?;
    let mut request = Request::builder().method(method).uri(path).header("Host", "localhost");
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        // The length is that of the body, and the connection is one for all requests.
        if !["content-length", "transfer-encoding", "connection", "upgrade", "host", "expect"]
            .contains(&&*name.to_ascii_lowercase())
        {
            request = request.header(name, value.trim());
        }
    }
    request.body(Full::from(body.to_owned())).ok().filter(|request| request.method() != "CONNECT")
}
