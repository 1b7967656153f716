//! A whole conversation over the legacy SSE transport, as it was recorded (recordings/legacy-sse.md).

use crate::{Function, blocking, call, serve, serve_until, wait_until};
use host_protocol::Invocation;
use host_protocol::invocation::{Caller, SystemBindingData, ToolInvocationContext, Trigger};
use local_host::Keys;
use std::fs;
use tests::http::exchange;
use tests::recording::{self, Response};
use tests::sse::{SSE, Stream, post};
use tokio::sync::oneshot;

const KEY: &str = "recording-system-key";

fn keys() -> Keys {
    Keys::new("master", "host", KEY)
}

fn open(server: std::net::SocketAddr) -> Stream {
    Stream::open(server, SSE, &[("x-functions-key", KEY)]).unwrap()
}

/// The code blocks of the recording.
fn recorded() -> Vec<String> {
    let text = fs::read_to_string(recording::folder().join("legacy-sse.md")).unwrap();
    text.split("```").skip(1).step_by(2).map(|block| block.trim_start().to_owned()).collect()
}

/// A text with all ids made one.
fn without_ids(address: &str) -> String {
    let (start, rest) = address.split_once("azmcpcs=").unwrap();
    let (ids, rest) = rest.split_once('&').unwrap();
    let (client, instance) = ids.split_once('|').unwrap();
    assert!(client.len() == 16 && instance.len() == 16, "{ids}");
    format!("{start}azmcpcs={{ids}}&{rest}")
}

fn lines(response: &Response) -> Vec<String> {
    let mut lines: Vec<_> = response.headers.0.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    lines.retain(|line| !line.starts_with("Date:"));
    lines.sort();
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_begins_as_recorded() {
    let server = serve(Function::new(0).host().keys(keys())).await;
    let blocks = recorded();
    let mut head: Vec<_> = blocks[0].lines().skip(1).map(str::to_owned).collect();
    head.retain(|line| !line.starts_with("Date:") && !line.starts_with("Server:"));
    head.sort();
    blocking(move || {
        let stream = open(server);
        assert_eq!(lines(&stream.head), head);
        let event = format!("event: endpoint\ndata: {}\n\n", stream.address);
        assert_eq!(without_ids(&event), without_ids(&blocks[1]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_is_whole_where_it_should_be() {
    let server = serve(Function::new(0).host().absolute_message_uris()).await;
    blocking(move || {
        let stream = Stream::open(server, SSE, &[]).unwrap();
        let start = "http://localhost:7071/runtime/webhooks/mcp/message?azmcpcs=";
        assert!(stream.address.starts_with(start) && !stream.address.contains("code="), "{}", stream.address);
        let path = stream.address.strip_prefix("http://localhost:7071").unwrap();
        assert_eq!(post(server, path, r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).status, 202);
    })
    .await;
}

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"gt-client","version":"1.0"}}}"#;

/// The table, row by row.
#[tokio::test(flavor = "multi_thread")]
async fn messages_are_answered_as_recorded() {
    let function = Function::new(0);
    let server = serve(function.host().server("GroundTruth", "9.8.7").keys(keys())).await;
    blocking(move || {
        let mut stream = open(server);
        let accepted = |response: Response| {
            assert_eq!((response.status, response.body.as_str()), (202, "Accepted"));
            assert_eq!(lines(&response), ["Transfer-Encoding: chunked"]);
        };
        let failed = |response: Response| {
            assert_eq!((response.status, response.body.as_str()), (500, ""));
            assert_eq!(lines(&response), ["Content-Length: 0"]);
        };
        let message = |data: &str| Some(format!("event: message\ndata: {data}\n\n"));

        accepted(stream.post(INITIALIZE));
        let initialized = r#"{"result":{"protocolVersion":"2025-06-18","capabilities":{"logging":{},"prompts":{},"resources":{},"tools":{}},"serverInfo":{"name":"GroundTruth","version":"9.8.7"}},"id":0,"jsonrpc":"2.0"}"#;
        assert_eq!(stream.event().unwrap(), message(initialized));

        accepted(stream.post(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#));

        // The function cannot end before the reply to the message is here.
        accepted(stream.post(&call("\"q1\"")));
        function.may_end.add_permits(1);
        let done = r#"{"result":{"content":[{"type":"text","text":"done"}]},"id":"q1","jsonrpc":"2.0"}"#;
        assert_eq!(stream.event().unwrap(), message(done));

        accepted(stream.post(r#"{"jsonrpc":"2.0","id":2,"method":"nope"}"#));
        let unknown = r#"{"error":{"code":-32601,"message":"Method \u0027nope\u0027 is not available."},"id":2,"jsonrpc":"2.0"}"#;
        assert_eq!(stream.event().unwrap(), message(unknown));

        failed(stream.post("{bad"));
        let with = |content_type: &str, body: &str| {
            let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let headers = vec![header("Host", "localhost:7071"), header("Content-Type", content_type)];
            exchange(server, "POST", &stream.path(), &recording::Headers(headers), body.as_bytes())
        };
        failed(with("text/plain", r#"{"jsonrpc":"2.0","id":3,"method":"ping"}"#));
        // Without `Accept`.
        accepted(with("application/json", r#"{"jsonrpc":"2.0","id":4,"method":"ping"}"#));
        assert_eq!(stream.event().unwrap(), message(r#"{"result":{},"id":4,"jsonrpc":"2.0"}"#));

        // The `|` may come encoded, and the name in any case.
        let path = stream.path();
        let encoded = path.replace('|', "%7C").replace("azmcpcs", "AzMcpCs");
        accepted(post(server, &encoded, r#"{"jsonrpc":"2.0","id":5,"method":"ping"}"#));
        assert_eq!(stream.event().unwrap(), message(r#"{"result":{},"id":5,"jsonrpc":"2.0"}"#));

        drop(stream);
        let ids = path.split_once("azmcpcs=").unwrap().1.split('&').next().unwrap();
        let (client, instance) = ids.split_once('|').unwrap();
        let mut last = Response::default();
        wait_until("the end of the session", || {
            last = post(server, &path, r#"{"jsonrpc":"2.0","id":6,"method":"ping"}"#);
            last.status != 202
        });
        let text = format!(
            "\"No active session for client '{client}' and instance '{instance}'. Please connect to the /sse endpoint to initiate your session.\""
        );
        refused(last, &text);
    })
    .await;
}

fn refused(response: Response, text: &str) {
    assert_eq!((response.status, response.body.as_str()), (400, text));
    assert_eq!(response.headers.get("Content-Type"), Some("application/json; charset=utf-8"));
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_without_a_stream_are_refused_with_the_way_out() {
    let server = serve(Function::new(0).host()).await;
    blocking(move || {
        let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
        let message = |query: &str, body: &str| post(server, &format!("/runtime/webhooks/mcp/message{query}"), body);
        let way_out = "Please connect to the /sse endpoint to initiate your session.\"";
        refused(message("", ping), &format!("\"Missing service context. {way_out}"));
        for token in ["", "a", "a|", "a|b|c"] {
            refused(message(&format!("?azmcpcs={token}"), ping), &format!("\"Invalid client state. {way_out}"));
        }
        refused(message("?azmcpcs=a|b", "null"), r#""No message in request body.""#);
        assert_eq!(message("?azmcpcs=a|b", "[]").status, 500, "the body is looked at first");
        let other = message("?azmcpcs=a%22|%C3%A9", ping);
        refused(other, &format!("\"No active session for client 'a\\\"' and instance '\u{e9}'. {way_out}"));
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            let headers = recording::Headers(vec![("Host".to_owned(), "localhost".to_owned())]);
            assert_eq!(exchange(server, method, SSE, &headers, b"").status, 405, "{method}");
        }
    })
    .await;
}

/// What a tool got: no `sessionid`, `clientinfo`, and the headers of the request that opened the stream.
#[tokio::test(flavor = "multi_thread")]
async fn a_function_is_told_of_its_client_as_recorded() {
    let function = Function::new(2);
    let server = serve(function.host()).await;
    let worked = std::sync::Arc::clone(&function);
    blocking(move || {
        let headers = [("x-functions-key", KEY), ("X-Mine", "a"), ("X-Mine", "b"), ("Mcp-Session-Id", "c|d")];
        let mut stream = Stream::open(server, SSE, &headers[..3]).unwrap();
        stream.post(&call("1"));
        stream.event().unwrap();
        stream.post(INITIALIZE);
        stream.event().unwrap();
        stream.post(&call("2"));
        stream.event().unwrap();
        assert_eq!(worked.started(), 2);
    })
    .await;
    let encode = |caller: Caller| {
        let trigger = Trigger::Tool(ToolInvocationContext::new("work", None, caller));
        let invocation = Invocation::new("i", "Work", trigger);
        let mut system = SystemBindingData::new(std::time::UNIX_EPOCH, "{guid}");
        system.utc_now = "{now}".to_owned();
        let body: serde_json::Value =
            serde_json::from_str(&invocation.encode("toolTrigger", &system).unwrap()).unwrap();
        let once: String = serde_json::from_str(body["Data"]["toolTrigger"].as_str().unwrap()).unwrap();
        once
    };
    let told: Vec<_> = function.started.lock().unwrap().drain(..).map(encode).collect();
    let transport = r#""transport":{"name":"http-sse","properties":{"headers":{"Host":"localhost:7071","x-functions-key":"recording-system-key","x-mine":"a,b"}}}}"#;
    assert_eq!(told[0], format!(r#"{{"name":"work",{transport}"#), "before initialize");
    assert_eq!(told[1], format!(r#"{{"name":"work","clientinfo":{{"name":"gt-client","version":"1.0"}},{transport}"#));
}

/// The function runs to its end, and nothing is said of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_call_is_not_answered() {
    let function = Function::new(0);
    let server = serve(function.host()).await;
    blocking(move || {
        let mut stream = Stream::open(server, SSE, &[]).unwrap();
        stream.post(&call("\"a\""));
        stream.post(&call("7"));
        wait_until("the second call", || function.started() == 2);
        let cancel = |id: &str| {
            let params = format!(r#"{{"requestId":{id}}}"#);
            stream.post(&format!(r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{params}}}"#))
        };
        for id in ["\"\\u0061\"", "8", "\"7\"", "null", "{}"] {
            assert_eq!(cancel(id).status, 202);
        }
        function.may_end.add_permits(2);
        wait_until("the end of both", || function.ended.available_permits() == 2);
        let event = stream.event().unwrap().unwrap();
        assert!(event.contains(r#""id":7,"#), "{event}");
        stream.post(r#"{"jsonrpc":"2.0","id":9,"method":"ping"}"#);
        let event = stream.event().unwrap().unwrap();
        assert!(event.contains(r#""id":9,"#), "{event}");
    })
    .await;
}

/// When the server is stopped, calls under way are answered, and no stream keeps it from ending.
#[tokio::test(flavor = "multi_thread")]
async fn streams_end_with_the_server() {
    let function = Function::new(0);
    let (stop, stopped) = oneshot::channel::<()>();
    let (server, served) = serve_until(function.host(), async { stopped.await.unwrap() }).await;
    blocking(move || {
        let mut idle = Stream::open(server, SSE, &[]).unwrap();
        let mut busy = Stream::open(server, SSE, &[]).unwrap();
        busy.post(&call("1"));
        wait_until("the call", || function.started() == 1);
        stop.send(()).unwrap();
        assert_eq!(idle.event().unwrap(), None);
        function.may_end.add_permits(1);
        assert!(busy.event().unwrap().unwrap().contains("done"));
        assert_eq!(busy.event().unwrap(), None);
    })
    .await;
    tokio::time::timeout(std::time::Duration::from_secs(2), served).await.expect("the server ends").unwrap();
}
