//! The default mode: a request is an invocation, and a result a response.

use super::handler::start;
use super::{Site, function, runtime};
use host_protocol::invocation::Trigger;
use host_protocol::{FunctionJson, FunctionResult, Invocation};
use local_host::{Forwarding, InvokeError, Invoker, Keys, LocalHost};
use mcp_trigger::storage::Memory;
use std::sync::Arc;

/// Answers with what the body of the request says, the text of a handler's reply; without one with what it was told.
struct Reply;

#[async_trait::async_trait]
impl Invoker for Reply {
    async fn invoke(&self, invocation: Invocation) -> Result<FunctionResult, InvokeError> {
        let Trigger::Http(request) = &invocation.trigger else { panic!("an HTTP trigger") };
        let reply = request.body.clone().unwrap_or_else(|| {
            let parameters: Vec<_> =
                request.parameters.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
            let told = format!("{} {} {}", invocation.function, request.url, parameters.join(" "));
            serde_json::json!({ "Outputs": { "res": { "body": told } } }).to_string().into_bytes()
        });
        FunctionResult::decode(200, Some("application/json"), &reply)
            .map_err(|error| InvokeError::new(error.to_string()))
    }
}

fn site(functions: Vec<(String, FunctionJson)>, prepare: impl FnOnce(LocalHost) -> LocalHost) -> Site {
    Site::start(runtime(), prepare(LocalHost::new(functions, Arc::new(Reply))))
}

const OPEN: &str = r#""authLevel":"anonymous""#;

#[test]
fn a_function_is_found_by_its_name_or_its_route() {
    let functions = vec![
        function("Plain", OPEN),
        function("Users", &format!(r#"{OPEN},"route":"users/{{id:int}}/{{what?}}","methods":["get"]"#)),
        function("Rest", &format!(r#"{OPEN},"route":"users/{{*rest}}""#)),
    ];
    let site = site(functions, |host| host);
    let body = |path: &str| site.request("GET", path, &[], b"").body;
    assert_eq!(body("/api/plain/?a=%20b"), "Plain http://localhost:7071/api/plain/?a=%20b ");
    assert_eq!(body("/api/users/7"), r#"Users http://localhost:7071/api/users/7 id=Some("7") what=None"#);
    assert_eq!(body("/API/users/x%20y/z"), r#"Rest http://localhost:7071/API/users/x%20y/z rest=Some("x y/z")"#);
    assert!(site.request("DELETE", "/api/users/7", &[], b"").body.starts_with("Rest "));
    for path in ["/plain", "/api", "/api/plain/x", "/api/%2e%2e/plain"] {
        assert_eq!(site.status("GET", path, &[]), 404, "{path}");
    }
}

#[test]
fn the_prefix_is_the_apps() {
    for (prefix, path) in [("", "/Plain"), ("v1/web", "/v1/web/Plain"), ("/x/", "/x/Plain")] {
        let site = site(vec![function("Plain", OPEN)], |host| host.route_prefix(prefix));
        assert_eq!(site.status("GET", path, &[]), 200, "{path}");
        assert_eq!(site.status("GET", "/api/Plain", &[]), 404);
    }
}

#[test]
fn a_result_is_a_response() {
    let site = site(vec![function("F", OPEN)], |host| host);
    let post = |reply: &str| site.request("POST", "/api/F", &[], reply.as_bytes());
    let response =
        post(r#"{"Outputs":{"res":{"statusCode":404,"body":"no","headers":{"Content-Type":"text/html","X-A":1}}}}"#);
    assert_eq!((response.status, response.body.as_str()), (404, "no"));
    assert_eq!(response.headers.get("Content-Type"), Some("text/html; charset=utf-8"));
    assert_eq!(response.headers.get("X-A"), Some("1"));
    let empty = post("{}");
    assert_eq!((empty.status, empty.headers.get("Content-Length")), (200, Some("0")));
    for reply in [
        r#"{"Outputs":{"res":"text"}}"#,
        r#"{"Outputs":{"res":{"headers":{"a b":"c"}}}}"#,
        r#"{"Outputs":{"res":{"headers":{"a":"b\nc"}}}}"#,
        r#"{"Outputs":{"res":{"statusCode":100}}}"#,
        "garbage",
    ] {
        let failed = post(reply);
        assert_eq!((failed.status, failed.body.as_str()), (500, ""), "{reply}");
    }
}

#[test]
fn keys_open_functions() {
    let functions = vec![
        function("Open", OPEN),
        function("Closed", r#""authLevel":"function""#),
        function("Masters", r#""authLevel":"admin""#),
    ];
    let keys = Keys::new("master", "host", "system").with_function("Closed", "own").with_function("Open", "other");
    let site = site(functions, |host| host.keys(keys));
    for (key, open, closed, masters) in [
        ("", 200, 401, 401),
        ("wrong", 200, 401, 401),
        ("host", 200, 200, 401),
        ("own", 200, 200, 401),
        ("other", 200, 401, 401),
        ("system", 200, 401, 401),
        ("master", 200, 200, 200),
    ] {
        let status = |path| site.status("GET", path, &[("x-functions-key", key)]);
        assert_eq!(
            (status("/api/open"), status("/api/Closed"), status("/api/masters")),
            (open, closed, masters),
            "{key}"
        );
    }
    assert_eq!(site.status("GET", "/api/closed?CODE=own", &[]), 200);
    let refused = site.request("GET", "/api/closed", &[], b"");
    assert_eq!((refused.headers.get("WWW-Authenticate"), refused.body.as_str()), (None, ""));
    assert_eq!(site.status("GET", "/api/nothing", &[]), 404, "a key is not asked for what is not there");
}

#[test]
fn without_keys_everything_is_open() {
    let site = site(vec![function("Masters", r#""authLevel":"admin""#)], |host| host);
    assert_eq!(site.status("GET", "/api/masters", &[]), 200);
}

/// With a binding more than the two, a function is invoked whatever the app forwards.
#[test]
fn a_function_with_other_bindings_stores_and_answers() {
    let text = r#"{"bindings":[
        {"type":"httpTrigger","name":"req","authLevel":"anonymous","route":"save/{id}"},
        {"type":"http","direction":"out","name":"res"},
        {"type":"blob","direction":"out","name":"file","path":"saved/{id}-{Query.v}-{note}.txt","dataType":"binary"}]}"#;
    let storage = Arc::new(Memory::default());
    let function = ("Save".to_owned(), FunctionJson::parse(text).unwrap());
    let site = site(vec![function], |host| host.storage(Arc::clone(&storage) as Arc<_>));
    let reply = r#"{"note":"n","Outputs":{"file":"content","res":{"statusCode":201,"body":"saved"}}}"#;
    let response = site.request("POST", "/api/save/7?v=2", &[], reply.as_bytes());
    assert_eq!((response.status, response.body.as_str()), (201, "saved"));
    assert_eq!(storage.blob("saved/7-2-n.txt").unwrap(), "content");
}

#[test]
fn a_body_in_chunks_is_not_read_and_a_long_one_refused() {
    let site = site(vec![function("F", OPEN)], |host| host.body_limit(10));
    let chunked = site.request("POST", "/api/F", &[("Transfer-Encoding", "chunked")], b"2\r\n{}\r\n0\r\n\r\n");
    assert!(chunked.body.starts_with("F "), "{chunked:?}");
    assert_eq!(site.request("POST", "/api/F", &[], b"{         }").status, 413);
}

/// What cannot be served is left out, and the rest works.
#[test]
fn a_function_in_error_is_not_there() {
    let functions = vec![
        function("Bad", &format!(r#"{OPEN},"route":"a/{{b""#)),
        function("Own", &format!(r#"{OPEN},"route":"admin/x""#)),
        function("Good", OPEN),
    ];
    let (site, _handler) = start(functions, Forwarding::Buffered, "api");
    assert_eq!(site.status("GET", "/api/good", &[]), 200);
    assert_eq!([site.status("GET", "/api/a/1", &[]), site.status("GET", "/api/admin/x", &[])], [404, 404]);
}
