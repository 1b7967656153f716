//! Traces and metrics (feature `otel`), as a collector and Application Insights get them.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod collector;

use collector::{Collector, Span};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tests::http::exchange;
use tests::mcp::Client;
use tests::process::{App, invocation};

const LAYERED: &str = env!("CARGO_BIN_EXE_layered");

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0be902b7-01";
const PARENT_SPAN: &str = PARENT.split_at(36).1.split_at(16).0;
const OTHER_TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const OTHER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// The variables that choose a place, without those of the machine.
const VARIABLES: [&str; 6] = [
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "HTTP_PROXY",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_RESOURCE_ATTRIBUTES",
    "http_proxy",
    "WEBSITE_SITE_NAME",
];

fn command(environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(LAYERED);
    for name in VARIABLES {
        command.env_remove(name);
    }
    command.env("NO_LAYERS", "1").envs(environment.iter().copied());
    command
}

fn local_host(environment: &[(&str, &str)]) -> App {
    App::local_host(command(environment))
}

fn endpoint(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// Ends an app, which sends what it has not sent yet; what it wrote to its log.
fn end(app: App) -> String {
    app.signal("INT");
    let (status, stdout, stderr) = app.ended();
    assert_eq!(status.code(), Some(0), "{stderr}");
    stdout + &stderr
}

fn find<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name} in {spans:#?}"))
}

#[test]
fn a_call_continues_the_trace_of_its_message_and_is_the_parent_of_the_functions_spans() {
    let collector = Collector::start();
    let app =
        local_host(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint(collector.address)), ("OTEL_SERVICE_NAME", "tea")]);
    let client = Client::stateless(app.address);
    let meta = json!({ "traceparent": PARENT, "tracestate": "rojo=1", "baggage": "user=ann" });
    client
        .request(&json!("one"), "tools/call", json!({ "name": "echo", "arguments": { "text": "hi" }, "_meta": meta }))
        .last();
    let log = end(app);
    assert!(!log.contains("otel") && log.contains("look_up{length=2}: layered: echo: looked up"), "{log}");

    let (spans, points) = collector.otlp();
    let call = find(&spans, "tools/call echo");
    assert_eq!((&*call.trace, &*call.parent, call.kind), (TRACE, PARENT_SPAN, 2));
    let mut attributes = call.attributes.clone();
    assert!(attributes["faas.invocation_id"].take().as_str().is_some_and(|id| id.len() == 36), "{call:?}");
    let of_metric = json!({
        "mcp.method.name": "tools/call",
        "mcp.protocol.version": "2026-07-28",
        "mcp_trigger.endpoint": "/mcp",
        "mcp_trigger.outcome": "succeeded",
        "gen_ai.tool.name": "echo",
        "gen_ai.operation.name": "execute_tool",
        "network.transport": "tcp",
        "network.protocol.name": "http",
    });
    for (name, value) in of_metric.as_object().unwrap() {
        assert_eq!(attributes[name], *value, "{name}");
    }
    assert_eq!((&attributes["jsonrpc.request.id"], &call.status.0), (&json!("one"), &0));
    assert_eq!((&call.service["service.name"], &call.service["service.version"]), (&json!("tea"), &json!("2.1")));

    let inside = find(&spans, "look_up");
    assert_eq!(
        (&inside.trace, &inside.parent, &*inside.events),
        (&call.trace, &call.id, &["looked up".to_owned()][..])
    );

    let [point] = points.as_slice() else { panic!("{points:#?}") };
    assert_eq!(point["name"], "mcp.server.operation.duration");
    assert_eq!((&point["unit"], &point["count"], &point["attributes"]), (&json!("s"), &json!(1), &of_metric));
    assert_eq!(point["bounds"].as_array().unwrap().len(), 14);
}

#[test]
fn failures_have_their_kind() {
    let collector = Collector::start();
    let app = local_host(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint(collector.address))]);
    let client = Client::initialize(app.address, "2025-11-25", &json!({}));
    for tool in ["fail", "panic", "too_slow"] {
        client.say(tool, json!({}));
    }
    client.request(&json!(1), "resources/read", json!({ "uri": "notes://0" })).last();
    client.request(&json!(2), "prompts/get", json!({ "name": "summarize" })).last();
    let reference = json!({ "type": "ref/resource", "uri": "notes://{id}" });
    let argument = json!({ "name": "id", "value": "4" });
    client.request(&json!(3), "completion/complete", json!({ "ref": reference, "argument": argument })).last();
    end(app);
    let (spans, points) = collector.otlp();
    for (name, kind, code, message) in [
        ("tools/call fail", json!("tool_error"), Value::Null, "no such city"),
        ("tools/call panic", json!("panic"), Value::Null, "it panicked: on purpose"),
        ("tools/call too_slow", json!("timeout"), Value::Null, "too_slow took longer than 0.05 s and was stopped"),
        ("resources/read", json!("-32603"), json!("-32603"), "there is no note 0"),
        ("prompts/get summarize", json!("-32602"), json!("-32602"), "argument `topic` is missing"),
        ("completion/complete", Value::Null, Value::Null, ""),
    ] {
        let span = find(&spans, name);
        assert_eq!(
            (&span.attributes["error.type"], &span.attributes["rpc.response.status_code"]),
            (&kind, &code),
            "{name}"
        );
        let status = if kind.is_null() { 0 } else { 2 };
        assert_eq!((span.status.0, &*span.status.1), (status, message), "{name}");
        assert_eq!(span.attributes["mcp.session.id"], json!(client.session), "{name}");
    }
    assert_eq!(find(&spans, "resources/read").attributes["mcp.resource.uri"], "notes://0");
    assert!(find(&spans, "tools/call fail").events.iter().any(|event| event == "about to fail"));
    assert_eq!(points.len(), 6, "{points:#?}");
    assert!(points.iter().all(|point| point["attributes"].get("mcp.resource.uri").is_none()), "it has too many values");
}

#[test]
fn a_call_that_its_client_gives_up_is_unfinished() {
    let collector = Collector::start();
    let app =
        local_host(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &format!("{}/v1/traces", endpoint(collector.address)))]);
    let client = Client::initialize(app.address, "2025-11-25", &json!({}));
    // The time limit is longer than the client waits.
    let calling = std::thread::spawn({
        let client = client.clone();
        move || client.call("slow", "wait_long", json!({})).stream().rest()
    });
    let start = Instant::now();
    while client.say("waiting", json!({})) != "1" {
        assert!(start.elapsed() < Duration::from_secs(10));
    }
    client.notify("notifications/cancelled", &json!({ "requestId": "slow" }));
    calling.join().unwrap();
    end(app);
    let (spans, points) = collector.otlp();
    assert_eq!(find(&spans, "tools/call wait_long").attributes["mcp_trigger.outcome"], "unfinished");
    assert_eq!(points, [Value::Null; 0], "there is no place for metrics");
}

#[test]
fn an_invocation_continues_the_trace_of_the_functions_host() {
    let collector = Collector::start();
    let app = App::handler_of(command(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint(collector.address))]));
    let mut headers = app.host_headers();
    headers.0.extend(
        [("traceparent", PARENT), ("tracestate", "a=1"), ("baggage", "b=2")].map(|(n, v)| (n.to_owned(), v.to_owned())),
    );
    let transport = json!({ "name": "http-streamable", "properties": { "headers": {
        "traceparent": OTHER, "MCP-Protocol-Version": "2025-06-18",
    } } });
    let trigger = json!({ "name": "echo", "arguments": { "text": "hi" }, "transport": transport });
    let reply = exchange(app.address, "POST", "/Echo", &headers, invocation(&trigger).as_bytes());
    assert_eq!(reply.status, 200, "{}", reply.body);
    // A request that the host hands on to /mcp: the client's message has another trace.
    let client = Client::stateless(app.address);
    let meta = json!({ "traceparent": OTHER, "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} });
    let message =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "fail", "_meta": meta } });
    let forwarded = [
        ("Content-Type", "application/json"),
        ("Accept", "application/json"),
        ("Mcp-Method", "tools/call"),
        ("Mcp-Name", "fail"),
        ("traceparent", PARENT),
    ];
    client.open("POST", &forwarded, message.to_string().as_bytes()).whole();
    app.signal("TERM");
    let (_, stdout, stderr) = app.ended();

    let (spans, _) = collector.otlp();
    assert!(spans.len() >= 3, "{spans:#?} {stdout} {stderr}");
    let call = find(&spans, "tools/call echo");
    assert_eq!((&*call.trace, &*call.parent), (TRACE, PARENT_SPAN));
    assert_eq!(call.attributes["faas.invocation_id"], "7b3f1a52-0000-4000-8000-000000000000");
    assert_eq!(call.attributes["mcp_trigger.endpoint"], "/runtime/webhooks/mcp");
    assert_eq!(call.attributes["mcp.protocol.version"], "2025-06-18");
    assert_eq!(find(&spans, "look_up").trace, TRACE);
    let of_client = find(&spans, "tools/call fail");
    assert_eq!((&*of_client.trace, &*of_client.links), (OTHER_TRACE, &[TRACE.to_owned()][..]));
}

#[test]
fn application_insights_gets_requests_with_their_outcome() {
    let collector = Collector::start();
    let connection = format!(
        "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=http://{}/;",
        collector.address
    );
    let app = local_host(&[("APPLICATIONINSIGHTS_CONNECTION_STRING", &connection), ("WEBSITE_SITE_NAME", "my-app")]);
    let client = Client::stateless(app.address);
    client.say("echo", json!({ "text": "hi" }));
    client.say("fail", json!({}));
    end(app);
    let items = collector.items();
    let of_kind = |kind: &str| items.iter().filter(|item| item["data"]["baseType"] == kind).collect::<Vec<_>>();
    let requests = of_kind("RequestData");
    let data = |name: &str| {
        let request = requests.iter().find(|request| request["data"]["baseData"]["name"] == name);
        request.unwrap_or_else(|| panic!("no {name} in {items:#?}"))
    };
    let (echo, fail) = (data("tools/call echo"), data("tools/call fail"));
    assert_eq!(
        (&echo["data"]["baseData"]["success"], &fail["data"]["baseData"]["success"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(echo["data"]["baseData"]["properties"]["gen_ai.tool.name"], "echo");
    assert_eq!(echo["tags"]["ai.cloud.role"], "my-app");
    assert_eq!(echo["iKey"], "00000000-0000-0000-0000-000000000001");
    let dependency = of_kind("RemoteDependencyData");
    assert_eq!(dependency[0]["data"]["baseData"]["name"], "look_up", "{items:#?}");
    assert_eq!(dependency[0]["tags"]["ai.operation.id"], echo["tags"]["ai.operation.id"]);
    let metrics = of_kind("MetricData");
    assert!(
        metrics.iter().any(|item| item["data"]["baseData"]["metrics"][0]["name"] == "mcp.server.operation.duration")
    );
}

#[test]
fn over_standard_input_and_output_nothing_else_is_written() {
    let collector = Collector::start();
    let mut command = command(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint(collector.address))]);
    command.arg("stdio").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let line = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "echo", "arguments": { "text": "hi" } } });
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), format!("{line}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["result"]["content"][0]["text"], "hi");
    let (spans, _) = collector.otlp();
    let attributes = &find(&spans, "tools/call echo").attributes;
    assert_eq!(
        (&attributes["mcp_trigger.endpoint"], &attributes["network.transport"]),
        (&json!("stdio"), &json!("pipe"))
    );
    assert_eq!(attributes.get("network.protocol.name"), None);
}

#[test]
fn a_place_that_nobody_answers_at_holds_up_no_call_and_no_end() {
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    // It takes connections, and never answers.
    let app = local_host(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint(nowhere.local_addr().unwrap()))]);
    let client = Client::stateless(app.address);
    let start = Instant::now();
    for _ in 0..100 {
        assert_eq!(client.say("echo", json!({ "text": "hi" })), "hi");
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    end(app);
    assert!(start.elapsed() < Duration::from_secs(9), "{:?}", start.elapsed());
}

#[test]
fn what_cannot_be_used_is_a_warning_and_the_app_runs() {
    for (environment, told) in [
        (
            [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")],
            "http/protobuf",
        ),
        ([("APPLICATIONINSIGHTS_CONNECTION_STRING", "x"), ("A", "")], "no traces and metrics are sent"),
    ] {
        let app = local_host(&environment);
        assert_eq!(Client::stateless(app.address).say("echo", json!({ "text": "hi" })), "hi");
        let log = end(app);
        assert!(log.contains("WARN") && log.contains(told), "{log}");
    }
}

#[test]
fn nothing_is_sent_if_the_environment_says_so() {
    let collector = Collector::start();
    let app =
        local_host(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint(collector.address)), ("OTEL_SDK_DISABLED", "true")]);
    Client::stateless(app.address).say("echo", json!({ "text": "hi" }));
    end(app);
    let (spans, points) = collector.otlp();
    assert!(spans.is_empty() && points.is_empty());
}
