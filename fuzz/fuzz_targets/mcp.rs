//! The server at `/mcp`: requests of a client, one after the other, in any revision.
//!
//! A line of `%%` stands between two requests. A request is its method in a line, headers, an empty line, and the body. `$S` in it is the
//! session, `$R` the request state, and `$T` the task of the responses before.
#![no_main]

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use libfuzzer_sys::fuzz_target;
use mcp_trigger::fuzzing::Server;
use mcp_trigger::schemars::{self, JsonSchema};
use mcp_trigger::{App, Context, Elicited, Json, Principal, ToolError, mcp_prompt, mcp_resource, mcp_tool};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::convert::Infallible;
use std::time::Duration;

#[derive(Debug, Deserialize, JsonSchema, Serialize)]
struct Item {
    name: String,
    count: Option<u8>,
    tags: Vec<f64>,
}

/// Gives back what it was told.
#[mcp_tool]
async fn echo(items: Vec<Item>, word: Option<String>, cx: &Context) -> Json<Value> {
    cx.info("echo");
    cx.progress(0.5, None, None);
    Json(serde_json::json!({ "items": items, "word": word }))
}

/// Asks its user, twice.
#[mcp_tool]
async fn ask(word: String, cx: &Context) -> Result<String, ToolError> {
    let Elicited::Accepted(item) = cx.elicit::<Item>(word).await? else { return Ok("no".to_owned()) };
    Ok(format!("{item:?} {:?}", cx.elicit::<Item>("Again?").await?.accepted()))
}

/// Becomes a task.
#[mcp_tool(task)]
async fn later(who: Option<Principal>) -> String {
    tokio::task::yield_now().await;
    format!("{:?}", who.is_some())
}

#[mcp_resource("docs://{chapter}/page")]
fn page(chapter: String) -> String {
    chapter
}

#[mcp_prompt]
fn greet(name: String) -> String {
    name
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime").block_on(async {
        let server = Server::start(App::new()).await;
        let (ours, its) = tokio::io::duplex(64 * 1024);
        let connection = hyper::server::conn::http1::Builder::new().serve_connection(
            TokioIo::new(its),
            hyper::service::service_fn(async |request| Ok::<_, Infallible>(server.respond(request).await)),
        );
        let client = async {
            let (mut client, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(ours)).await.expect("a connection");
            tokio::select! {
                _ = connection => {}
                () = talk(&mut client, text) => {}
            }
        };
        tokio::select! {
            _ = connection => {}
            () = client => {}
        }
    });
});

/// Ids and states from answers, which later requests can name.
#[derive(Default)]
struct Known {
    session: String,
    state: String,
    task: String,
}

async fn talk(client: &mut SendRequest<Full<Bytes>>, text: &str) {
    let mut known = Known::default();
    for text in text.split("\n%%\n").take(8) {
        let Some(request) = request(text, &known) else { continue };
        let Ok(response) = client.send_request(request).await else { return };
        if !look(response, &mut known).await {
            return;
        }
    }
}

fn request(text: &str, known: &Known) -> Option<Request<Full<Bytes>>> {
    let text = text.replace("$S", &known.session).replace("$R", &known.state).replace("$T", &known.task);
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let mut request = Request::builder().method(lines.next()?).uri("/mcp").header("Host", "localhost");
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

/// Checks a response, and tells whether the connection can go on.
async fn look(response: Response<Incoming>, known: &mut Known) -> bool {
    let status = response.status().as_u16();
    assert!(status < 500 || status == 503, "the server has a mistake: {status}");
    if let Some(session) = response.headers().get("mcp-session-id") {
        known.session = session.to_str().expect("an id is ASCII").to_owned();
    }
    let is_json = response.headers().get("content-type").is_some_and(|kind| kind == "application/json");
    let mut body = response.into_body();
    let mut text = Vec::new();
    let ended = loop {
        match tokio::time::timeout(Duration::from_millis(2), body.frame()).await {
            Ok(Some(Ok(frame))) => text.extend(frame.into_data().unwrap_or_default()),
            Ok(None) => break true,
            Ok(Some(Err(_))) | Err(_) => break false,
        }
    };
    let text = String::from_utf8(text).expect("a response is UTF-8");
    if is_json && ended {
        message(&text, known);
    }
    for data in text.split_inclusive("\n\n").filter(|event| event.ends_with("\n\n")) {
        let lines = data.lines().filter_map(|line| line.strip_prefix("data:"));
        let data: Vec<_> = lines.map(str::trim_start).filter(|data| !data.is_empty()).collect();
        assert!(data.len() <= 1, "an event has one line of data");
        data.into_iter().for_each(|data| message(data, known));
    }
    ended
}

/// Checks a message, or several, of the server.
fn message(text: &str, known: &mut Known) {
    let message: Value = serde_json::from_str(text).expect("a message is JSON");
    let one = std::slice::from_ref(&message);
    for message in message.as_array().map_or(one, Vec::as_slice) {
        assert_eq!(message["jsonrpc"], "2.0", "{message}");
        assert!(
            ["method", "result", "error"].iter().filter(|name| message.get(name).is_some()).count() == 1,
            "{message}"
        );
        let found = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let result = &message["result"];
        known.state = found(result, "requestState").unwrap_or(std::mem::take(&mut known.state));
        let task = found(result, "taskId").or_else(|| found(&result["task"], "taskId"));
        known.task = task.unwrap_or(std::mem::take(&mut known.task));
    }
}
