//! `/mcp` by `HttpUri`: requests and their invocations, which the worker joins; and requests that come as data.

use super::PROBE;
use super::host::{Host, cancel};
use host_protocol::rpc::status_result::Status;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::typed_data::Data;
use host_protocol::rpc::{
    FunctionsMetadataRequest, InvocationRequest, NullableString, ParameterBinding, RpcHttp, WorkerTerminate,
    nullable_string,
};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tests::http::Connection;
use tests::recording::{Headers, Response};

/// The invocation that the host sends beside a request, or with it.
fn invoke(id: &str, function: &str, request: RpcHttp) -> Content {
    Content::InvocationRequest(InvocationRequest {
        invocation_id: id.to_owned(),
        function_id: function.to_owned(),
        input_data: vec![ParameterBinding::new("req", Data::Http(Box::new(request)).into())],
        trace_context: None,
    })
}

/// The headers of the host's own requests, and more of the client's.
fn headers(id: &str, more: &[(&str, &str)]) -> Headers {
    let own = [
        ("Host", "127.0.0.1:5000"),
        ("x-ms-invocation-id", id),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-Host", "app.example"),
        ("X-Forwarded-Proto", "https"),
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
    ];
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Headers(own.iter().chain(more).map(owned).collect())
}

/// A call of a tool.
fn call(name: &str, arguments: &Value) -> String {
    let params = json!({ "name": name, "arguments": arguments });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string()
}

async fn send(address: SocketAddr, path: &str, headers: Headers, body: String) -> Response {
    send_as(address, "POST", path, headers, body).await
}

async fn send_as(address: SocketAddr, method: &'static str, path: &str, headers: Headers, body: String) -> Response {
    let path = path.to_owned();
    let exchange = move || tests::http::exchange(address, method, &path, &headers, body.as_bytes());
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

async fn host() -> Host {
    Host::loaded(PROBE, &[], &["mcp", "WellKnown", "Echo"]).await
}

/// The status of the answer to an invocation.
async fn ended(host: &mut Host, id: &str) -> Status {
    let answer = host.answer().await;
    assert_eq!(answer.invocation_id, id);
    answer.result.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_routes_of_the_server_are_among_the_functions() {
    let mut host = host().await;
    host.say(Content::FunctionsMetadataRequest(FunctionsMetadataRequest::default())).await;
    let Content::FunctionMetadataResponse(metadata) = host.hear().await else { panic!("no metadata") };
    let bindings = |name: &str| {
        let function = metadata.function_metadata_results.iter().find(|function| function.name == name).unwrap();
        let bindings = function.raw_bindings.iter().map(|text| serde_json::from_str::<Value>(text).unwrap());
        bindings.collect::<Vec<_>>()
    };
    let mcp = bindings("mcp");
    assert_eq!(
        (&mcp[0]["type"], &mcp[0]["route"], &mcp[0]["authLevel"]),
        (&json!("httpTrigger"), &json!("mcp"), &json!("function"))
    );
    assert_eq!((&mcp[1]["type"], &mcp[1]["name"]), (&json!("http"), &json!("$return")));
    assert_eq!(bindings("WellKnown")[0]["authLevel"], "anonymous");
}

/// The request comes first, or the invocation does; the host has its answer when the client has.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_joined_with_its_invocation() {
    let mut host = host().await;
    for (at, request_first) in [true, false, true].into_iter().enumerate() {
        let id = format!("id-{at}");
        if !request_first {
            host.say(invoke(&id, "mcp", RpcHttp::default())).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let body = call("echo", &json!({ "text": format!("hello {at}") }));
        let response = tokio::spawn(send(host.http, "/mcp", headers(&id, &[]), body));
        if request_first {
            tokio::time::sleep(Duration::from_millis(50)).await;
            host.say(invoke(&id, "mcp", RpcHttp::default())).await;
        }
        assert_eq!(ended(&mut host, &id).await, Status::Success);
        let response = response.await.unwrap();
        assert!(response.status == 200 && response.body.contains(&format!("hello {at}")), "{response:?}");
    }
    // Many at once, in two orders.
    let ids: Vec<_> = (0..200).map(|at| format!("many-{at}")).collect();
    let responses: Vec<_> = ids
        .iter()
        .map(|id| tokio::spawn(send(host.http, "/mcp", headers(id, &[]), call("wait", &json!({ "millis": 50 })))))
        .collect();
    for id in ids.iter().rev() {
        host.say(invoke(id, "mcp", RpcHttp::default())).await;
    }
    for _ in &ids {
        assert_eq!(host.answer().await.result.unwrap().status(), Status::Success);
    }
    for response in responses {
        assert!(response.await.unwrap().body.contains("waited 50 ms"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_joined_is_refused_and_nothing_runs() {
    let mut host = host().await;
    let body = || call("count", &json!({}));
    // No id, several, one that a client has made up.
    let mut several = headers("a", &[]);
    several.0.push(("x-ms-invocation-id".to_owned(), "a".to_owned()));
    let none = Headers(headers("a", &[]).0.into_iter().filter(|(name, _)| name != "x-ms-invocation-id").collect());
    let start = Instant::now();
    for (headers, text) in [(several, "once"), (none, "once"), (headers("forged", &[]), "no invocation")] {
        let response = send(host.http, "/mcp", headers, body()).await;
        assert!(response.status == 403 && response.body.contains(text), "{response:?}");
    }
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    // The host's own id, whose request came with another one: the host is told.
    host.say(invoke("real", "mcp", RpcHttp::default())).await;
    assert_eq!(ended(&mut host, "real").await, Status::Failure);
    assert_eq!(send(host.http, "/mcp", headers("real", &[]), body()).await.status, 403);

    // Twice: while the first waits, while it is answered, and after it.
    let first = tokio::spawn(send(host.http, "/mcp", headers("one", &[]), call("wait", &json!({ "millis": 600 }))));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(send(host.http, "/mcp", headers("one", &[]), body()).await.status, 409);
    host.say(invoke("one", "mcp", RpcHttp::default())).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(send(host.http, "/mcp", headers("one", &[]), body()).await.status, 409);
    assert_eq!(first.await.unwrap().status, 200);
    assert_eq!(ended(&mut host, "one").await, Status::Success);
    assert_eq!(send(host.http, "/mcp", headers("one", &[]), body()).await.status, 403);

    // Another route's invocation, and paths that mean something else to others.
    for (at, (function, path)) in
        [("WellKnown", "/mcp"), ("mcp", "/Echo"), ("WellKnown", "/.well-known/..%5cmcp"), ("mcp", "/.well-known/x")]
            .into_iter()
            .enumerate()
    {
        let id = format!("path-{at}");
        let response = tokio::spawn(send(host.http, path, headers(&id, &[]), body()));
        host.say(invoke(&id, function, RpcHttp::default())).await;
        assert_eq!(response.await.unwrap().status, 404, "{path}");
        assert_eq!(ended(&mut host, &id).await, Status::Success);
    }
    // None of them has called the function.
    let response = tokio::spawn(send(host.http, "/mcp", headers("last", &[]), body()));
    host.say(invoke("last", "mcp", RpcHttp::default())).await;
    let response = response.await.unwrap();
    assert!(response.body.contains(r#""text":"1""#), "{response:?}");
}

/// `Host` is the worker's own address: a page of the public one is let in, a page of what a client says is not.
#[tokio::test(flavor = "multi_thread")]
async fn the_public_address_is_what_the_host_says() {
    let environment = [("WEBSITE_HOSTNAME", "app.example")];
    let mut host = Host::loaded(PROBE, &environment, &["mcp"]).await;
    for (at, (origin, status)) in [("https://app.example", 200), ("https://evil.example", 403)].into_iter().enumerate()
    {
        let id = format!("id-{at}");
        let mut headers = headers(&id, &[("Origin", origin)]);
        headers.0.insert(0, ("X-Forwarded-Host".to_owned(), "evil.example".to_owned()));
        let response = tokio::spawn(send(host.http, "/mcp", headers, call("echo", &json!({ "text": "x" }))));
        host.say(invoke(&id, "mcp", RpcHttp::default())).await;
        assert_eq!(response.await.unwrap().status, status, "{origin}");
        ended(&mut host, &id).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_stream_and_a_client_that_goes_away_cancels() {
    let mut host = host().await;
    let params =
        json!({ "name": "steps", "arguments": { "count": 3, "millis": 150 }, "_meta": { "progressToken": 1 } });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string();
    let open = |id: &'static str, address: SocketAddr| {
        let body = body.clone();
        tokio::task::spawn_blocking(move || {
            let mut connection = Connection::open(address).unwrap();
            connection.send("POST", "/mcp", &headers(id, &[]), body.as_bytes()).unwrap();
            connection
        })
    };
    // Events come while the call runs.
    let mut connection = open("a", host.http).await.unwrap();
    host.say(invoke("a", "mcp", RpcHttp::default())).await;
    let events = tokio::task::spawn_blocking(move || {
        let (mut events, start) = (Vec::new(), Instant::now());
        connection.receive_events(|event| events.push((start.elapsed(), event.to_owned()))).unwrap();
        events
    });
    let events = events.await.unwrap();
    assert!(events.len() == 4 && events[3].1.contains("3 steps"), "{events:?}");
    assert!(events[3].0 - events[0].0 > Duration::from_millis(200), "they come together: {events:?}");
    assert_eq!(ended(&mut host, "a").await, Status::Success);

    // The host cancels: the response is cut off, and the answer is there at once.
    let mut connection = open("b", host.http).await.unwrap();
    host.say(invoke("b", "mcp", RpcHttp::default())).await;
    let cut = tokio::task::spawn_blocking(move || {
        connection.head().unwrap();
        connection.chunk().unwrap();
        let mut rest = || connection.chunk();
        while let Ok(chunk) = rest() {
            assert!(chunk.is_some(), "the response ends as if it were whole");
        }
    });
    tokio::time::sleep(Duration::from_millis(250)).await;
    host.say(cancel("b")).await;
    assert_eq!(ended(&mut host, "b").await, Status::Cancelled);
    cut.await.unwrap();

    // The connection closes before the host says anything.
    let connection = open("c", host.http).await.unwrap();
    host.say(invoke("c", "mcp", RpcHttp::default())).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(connection);
    assert_eq!(ended(&mut host, "c").await, Status::Cancelled);
    host.say(cancel("c")).await;
    assert!(host.is_silent().await);
}

/// Terminated, requests under way are answered, and the host hears so.
#[tokio::test(flavor = "multi_thread")]
async fn at_the_end_requests_are_answered() {
    let mut host = host().await;
    let response = tokio::spawn(send(host.http, "/mcp", headers("a", &[]), call("wait", &json!({ "millis": 400 }))));
    host.say(invoke("a", "mcp", RpcHttp::default())).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    host.say(Content::WorkerTerminate(WorkerTerminate { grace_period: None })).await;
    assert!(response.await.unwrap().body.contains("waited 400 ms"));
    assert_eq!(ended(&mut host, "a").await, Status::Success);
    assert_eq!(host.app.ended().0.code(), Some(0));
}

/// A host that does not know the capability sends the whole request, as recorded (`http: POST json` of bindings.jsonl).
#[tokio::test(flavor = "multi_thread")]
async fn requests_come_as_data_from_other_hosts() {
    let mut host = host().await;
    let value = |text: &str| NullableString { string: Some(nullable_string::String::Value(text.to_owned())) };
    let request = |method: &str, path: &str, body: &str| {
        let headers = [
            ("host", "localhost:7071"),
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
            ("content-length", "40"),
            ("x-ms-invocation-id", "forged"),
        ];
        RpcHttp {
            method: method.to_owned(),
            url: format!("http://localhost:7071{path}"),
            body: Some(Box::new(Data::Bytes(body.to_owned().into()).into())),
            nullable_headers: headers.map(|(name, text)| (name.to_owned(), value(text))).into(),
            ..RpcHttp::default()
        }
    };
    let echo = call("echo", &json!({ "text": "h\u{e9}" }));
    for (at, (function, method, path, body, status, text)) in [
        ("mcp", "POST", "/mcp", echo.as_str(), "200", "h\u{e9}"),
        ("mcp", "POST", "/mcp", "{", "400", "Parse error"),
        ("mcp", "GET", "/mcp", "", "405", "streams"),
        ("WellKnown", "GET", "/.well-known/oauth-protected-resource", "", "404", "x-functions-key"),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("id-{at}");
        host.say(invoke(&id, function, request(method, path, body))).await;
        let answer = host.answer().await;
        assert_eq!((&answer.invocation_id, answer.result.unwrap().status()), (&id, Status::Success));
        let Some(Data::Http(response)) = answer.return_value.and_then(|value| value.data) else {
            panic!("no response")
        };
        assert_eq!(response.status_code, status, "{path}: {response:?}");
        let Some(Data::Bytes(body)) = response.body.and_then(|body| body.data) else { panic!("no body") };
        assert!(String::from_utf8(body.to_vec()).unwrap().contains(text), "{body:?}");
    }
    // It may be cancelled as all others.
    host.say(invoke("slow", "mcp", request("POST", "/mcp", &call("wait", &json!({ "millis": 60_000 }))))).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    host.say(cancel("slow")).await;
    assert_eq!(ended(&mut host, "slow").await, Status::Cancelled);
}
