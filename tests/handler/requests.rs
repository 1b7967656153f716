//! Requests, one by one.

use super::{PROBE, call};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::http::{Connection, exchange};
use tests::process::{App, invocation, tool_result};
use tests::recording::Response;

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_default()
}

fn logs(reply: &Response) -> Vec<String> {
    let body: Value = serde_json::from_str(&reply.body).unwrap();
    let lines = body["Logs"].as_array().cloned().unwrap_or_default();
    lines.iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_tool_answers_with_an_envelope() {
    let app = App::handler(PROBE, &[]);
    let reply = app.invoke("Echo", &call("echo", json!({ "text": "é 2026-01-02T03:04:05Z" })));
    assert_eq!(reply.headers.get("Content-Type"), Some("application/json"));
    assert_eq!(tool_result(&reply), json!({ "content": [{ "type": "text", "text": "é 2026-01-02T03:04:05Z" }] }));

    let told = tool_result(&app.invoke("Tell", &call("tell", json!({}))));
    assert_eq!(
        told["structuredContent"],
        json!({
            "invocation": "7b3f1a52-0000-4000-8000-000000000000",
            "session": "abc|def",
            "transport": "http-streamable",
            "agent": "test",
        })
    );
    assert_eq!(serde_json::from_str::<Value>(text(&told)).unwrap(), told["structuredContent"]);
}

#[test]
fn wrong_arguments_are_told_to_the_model() {
    let app = App::handler(PROBE, &[]);
    let result = tool_result(&app.invoke("Wait", &call("wait", json!({ "millis": "soon" }))));
    assert_eq!(result["isError"], true);
    assert_eq!(text(&result), "argument `millis`: expected an integer, not a string");
    let result = tool_result(&app.invoke("Wait", &call("wait", json!({}))));
    assert_eq!(text(&result), "argument `millis` is missing");
}

#[test]
fn failures_are_results() {
    let app = App::handler(PROBE, &[]);
    let reply = app.invoke("Fail", &call("fail", json!({})));
    assert_eq!(
        tool_result(&reply),
        json!({ "content": [{ "type": "text", "text": "no such city" }], "isError": true })
    );

    let reply = app.invoke("FailInPrivate", &call("fail_in_private", json!({})));
    assert_eq!(text(&tool_result(&reply)), "An error occurred invoking 'fail_in_private'.");
    assert_eq!(logs(&reply), ["ERROR: fail_in_private failed: password is hunter2"]);

    let reply = app.invoke("TooSlow", &call("too_slow", json!({})));
    assert_eq!(text(&tool_result(&reply)), "too_slow took longer than 0.05 s and was stopped");
}

#[test]
fn a_panic_is_a_result_and_the_process_lives_on() {
    let mut app = App::handler(PROBE, &[]);
    for function in ["Panic", "PanicLater"] {
        let reply = app.invoke(function, &call("panic", json!({})));
        let result = tool_result(&reply);
        assert_eq!(result["isError"], true);
        assert!(!text(&result).contains("secret"), "{result}");
        assert!(logs(&reply)[0].contains("panicked: the secret of the panic"), "{reply:?}");
    }
    assert_eq!(text(&tool_result(&app.invoke("Count", &call("count", json!({}))))), "1");
    assert!(app.is_running());
    app.signal("KILL");
    let (_, _, stderr) = app.ended();
    assert!(stderr.contains("the secret of the panic"), "{stderr}");
}

#[test]
fn what_a_call_logs_travels_with_its_reply() {
    let app = App::handler(PROBE, &[]);
    let reply = app.invoke("Log", &call("log", json!({})));
    assert_eq!(logs(&reply), ["from the context", "WARN: take care", "from tracing answer=42"]);
}

#[test]
fn twenty_calls_run_at_the_same_time() {
    let app = App::handler(PROBE, &[]);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let result = tool_result(&app.invoke("Wait", &call("wait", json!({ "millis": 300 }))));
                assert_eq!(text(&result), "waited 300 ms");
            });
        }
    });
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}: one after the other it is 6 s", start.elapsed());
}

#[test]
fn what_is_wrong_with_a_request_is_said() {
    let app = App::handler(PROBE, &[]);
    let post = |path: &str, body: &[u8]| exchange(app.address, "POST", path, &app.host_headers(), body);
    for (reply, status, words) in [
        (post("/Count", b"{oops"), 400, "not an invocation"),
        (post("/Count", b"[1]"), 400, "not an invocation"),
        (post("/Count", b"\xff"), 400, "not an invocation"),
        (post("/Count", br#"{"Data":{"other":"1"}}"#), 400, "`Data` has no `toolTrigger`"),
        (post("/Count", br#"{"Data":{"toolTrigger":"\"x\""}}"#), 400, "in the trigger's value"),
        (post("/Count", &vec![b' '; 1_000_001]), 413, "longer than 1000000 bytes"),
        (post("/Nothing", b"{}"), 404, "/Nothing"),
        (exchange(app.address, "GET", "/Count", &app.host_headers(), b""), 404, "/Count"),
    ] {
        assert_eq!(reply.status, status, "{reply:?}");
        let body: Value = serde_json::from_str(&reply.body).unwrap();
        assert!(body["error"].as_str().unwrap().contains(words), "{reply:?}");
    }
    assert_eq!(text(&tool_result(&app.invoke("Count", &call("count", json!({}))))), "1", "none of them ran");
}

/// A forwarded request carries the caller's `Host`; nothing else tells it from an invocation (ground-truth.md §6).
#[test]
fn a_request_that_is_not_certainly_the_hosts_runs_nothing() {
    let app = App::handler(PROBE, &[]);
    let body = invocation(&call("count", json!({})));
    let with = |name: &str, value: Option<&str>| {
        let mut headers = app.host_headers();
        headers.0.retain(|(known, _)| known != name);
        headers.0.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        headers
    };
    let port = app.address.port();
    let mut two_hosts = app.host_headers();
    two_hosts.0.push(("Host".to_owned(), "app.example".to_owned()));
    for headers in [
        with("Host", Some("app.azurewebsites.net")),
        with("Host", Some(&format!("localhost:{port}"))),
        with("Host", Some("127.0.0.1")),
        with("Host", Some(&format!("127.0.0.1:{}", port.wrapping_add(1)))),
        with("Host", Some(&format!("127.0.0.1:{port}.evil.example"))),
        with("X-Azure-Functions-InvocationId", None),
        with("User-Agent", Some("curl/8 Azure-Functions-Host/4.1037.0.0")),
        with("User-Agent", None),
        with("Content-Type", Some("text/plain")),
        two_hosts,
    ] {
        let reply = exchange(app.address, "POST", "/Count", &headers, body.as_bytes());
        assert!(matches!(reply.status, 400 | 403), "{headers:?}: {reply:?}");
    }
    for path in
        ["/Count?x=1", "/count", "//Count", "/Count/", "/%43ount", "/./Count", "/mcp/../Count", "/mcp/..%2fCount"]
    {
        let reply = exchange(app.address, "POST", path, &app.host_headers(), body.as_bytes());
        assert!(matches!(reply.status, 403 | 404 | 501), "{path}: {reply:?}");
    }
    for target in [format!("http://127.0.0.1:{port}/Count"), format!("127.0.0.1:{port}"), "*".to_owned()] {
        let reply = exchange(app.address, "POST", &target, &app.host_headers(), body.as_bytes());
        assert!(matches!(reply.status, 400 | 403 | 404), "{target}: {reply:?}");
    }
    assert_eq!(text(&tool_result(&app.invoke("Count", &call("count", json!({}))))), "1", "none of them ran");
}

#[test]
fn a_client_that_goes_away_disturbs_nobody() {
    let mut app = App::handler(PROBE, &[]);
    for cut in [10, 200] {
        let mut connection = Connection::open(app.address).unwrap();
        let body = invocation(&call("wait", json!({ "millis": 200 })));
        let mut headers = app.host_headers();
        headers.0.push(("Content-Length".to_owned(), body.len().to_string()));
        connection.send("POST", "/Wait", &headers, &body.as_bytes()[..cut.min(body.len())]).unwrap();
    }
    assert_eq!(text(&tool_result(&app.invoke("Count", &call("count", json!({}))))), "1");
    assert!(app.is_running());
}

#[test]
fn chunked_bodies_and_kept_connections_work() {
    let app = App::handler(PROBE, &[]);
    let mut connection = Connection::open(app.address).unwrap();
    let mut headers = app.host_headers();
    headers.0.push(("Transfer-Encoding".to_owned(), "chunked".to_owned()));
    let body = invocation(&call("count", json!({})));
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    for expected in ["1", "2"] {
        connection.send("POST", "/Count", &headers, chunked.as_bytes()).unwrap();
        assert_eq!(text(&tool_result(&connection.receive().unwrap())), expected);
    }
}

/// ground-truth.md §12: with `"telemetryMode": "OpenTelemetry"` in host.json.
#[test]
fn a_call_with_the_hosts_own_trace_is_a_call() {
    let app = App::handler(PROBE, &[]);
    let mut connection = Connection::open(app.address).unwrap();
    let mut headers = app.host_headers();
    let trace = [
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("tracestate", "a=b"),
        ("baggage", "c=d"),
        ("Transfer-Encoding", "chunked"),
    ];
    headers.0.extend(trace.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let body = invocation(&call("count", json!({})));
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    connection.send("POST", "/Count", &headers, chunked.as_bytes()).unwrap();
    assert_eq!(text(&tool_result(&connection.receive().unwrap())), "1");
}
