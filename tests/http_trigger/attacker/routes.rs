//! Paths that a host turns into others: ground-truth.md §12.

use super::super::behind::{Behind, FORWARDINGS, call};
use super::super::{generated, with_free_parameters};
use super::heads::looks_like_nobody;
use super::{PATIENCE, attack, invocations, request, send};
use host_protocol::FunctionJson;
use host_protocol::function_json::AuthLevel;
use host_protocol::function_json::{HTTP_TRIGGER, forwarded_route};
use local_host::Forwarding;
use tests::folder::TempFolder;

/// Ways to step back over the last part of a path, to what follows. `{}` is a function.
const STEPS: [&str; 22] = [
    "..\\{}",
    "..%5c{}",
    "..%5C{}",
    "%2e%2e\\{}",
    "%2e%2e%5c{}",
    ".%2E%5c{}",
    "..\\/{}",
    "..%5c%2f{}",
    "x\\..\\..\\{}",
    "x%5c..%5c..%5c{}",
    "\\..\\..\\{}",
    "%5c..%5c..%5c{}",
    ".\\..\\{}",
    "..%255c{}",
    "%252e%252e%5c{}",
    "%252e%252e/{}",
    "..%5c{}%3f",
    "..%5c{}%23",
    "..%5c{}%5c.",
    "..%5c.%5c{}",
    "..%2f..%5c{}",
    "..;%5c{}",
];

/// The parts of a route up to where something could be put, with nothing in the places of parameters and with something.
fn bases(file: &FunctionJson) -> Vec<String> {
    let Some(trigger) = file.trigger().filter(|trigger| trigger.is(HTTP_TRIGGER)) else { return Vec::new() };
    let route = trigger.text("route").unwrap().unwrap();
    let mut bases = vec![String::new()];
    for part in route.split('/') {
        let part = if part.starts_with('{') { "x" } else { part };
        bases.push(format!("{}/{part}", bases.last().unwrap()));
    }
    bases
}

/// Every function, behind every route, in every spelling.
fn requests(behind: &Behind, functions: &[(String, FunctionJson)]) -> Vec<Vec<u8>> {
    let (_, body) = &invocations()[0];
    let headers = looks_like_nobody(&behind.handler.address.to_string());
    let is_called = |file: &FunctionJson| file.trigger().is_some_and(|trigger| !trigger.is(HTTP_TRIGGER));
    let called: Vec<_> = functions.iter().filter(|(_, file)| is_called(file)).map(|(name, _)| name).collect();
    assert!(called.iter().any(|name| *name == "Count") && called.len() > 10, "{called:?}");
    let mut requests = Vec::new();
    for base in functions.iter().flat_map(|(_, file)| bases(file)) {
        let depth = base.matches('/').count();
        for step in STEPS {
            for name in &called {
                // Back to the root, over all parts before.
                let (back, rest) = step.split_at(step.find("{}").unwrap());
                let target = format!("{base}/{}{}", back.repeat(depth.max(1)), rest.replace("{}", name));
                requests.push(request("POST", &target, &headers, body));
                // Written into the last part itself.
                requests.push(request("POST", &format!("{base}{}", step.replace("{}", name)), &headers, body));
            }
        }
    }
    requests
}

#[test]
fn no_generated_route_brings_a_call_of_any_function() {
    for forwarding in FORWARDINGS {
        let functions = generated();
        let behind = Behind::of(functions.clone(), forwarding, None, &[], &[]);
        attack(&behind, &requests(&behind, &functions), PATIENCE);
    }
}

/// The attack itself works where a parameter is free: else the test above could not fail.
#[test]
fn a_free_parameter_would_bring_one() {
    for (forwarding, arrives) in FORWARDINGS.into_iter().zip([true, false]) {
        let behind = Behind::of(with_free_parameters(), forwarding, None, &[], &[]);
        assert_eq!(send_forged(&behind, "/.well-known/..%5cCount").contains("ReturnValue"), arrives, "{forwarding:?}");
        assert_eq!(behind.runs(), u64::from(arrives));
    }
}

fn send_forged(behind: &Behind, target: &str) -> String {
    let headers = looks_like_nobody(&behind.handler.address.to_string());
    send(behind.site.address, &request("POST", target, &headers, &invocations()[0].1), PATIENCE)
}

/// A folder that an older version wrote, or somebody edited: the handler calls nothing, and says which route it is.
#[test]
fn while_a_route_is_open_nothing_is_called() {
    for (function, route, level) in [
        ("WellKnown", ".well-known/{*path}", AuthLevel::Anonymous),
        ("mcp", "mcp/{*path}", AuthLevel::Function),
        ("Web", "web/{page}", AuthLevel::Anonymous),
        ("Web", "{x:alpha}", AuthLevel::Admin),
        ("Web", "count", AuthLevel::Function),
    ] {
        let folder = TempFolder::new();
        folder.write("host.json", r#"{"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}"#);
        folder.write(&format!("{function}/function.json"), &forwarded_route(route, level).to_text());
        let root = [("FUNCTIONS_APP_ROOT_PATH", folder.path().to_str().unwrap())];
        let behind = Behind::of(with_free_parameters(), Forwarding::Buffered, None, &[], &root);

        for target in ["/.well-known/..%5cCount", "/.well-known/..%5cmcp"] {
            let refusal = send_forged(&behind, target);
            assert!(refusal.starts_with("HTTP/1.1 503") && refusal.contains(route), "{refusal}");
        }
        let refusal = behind.handler.invoke("Count", &serde_json::json!({ "name": "count", "arguments": {} }));
        assert_eq!(refusal.status, 503, "the host's own calls look the same");
        assert!(refusal.body.contains("probe generate"), "{refusal:?}");
        assert_eq!(behind.post(&[], &call("count", &serde_json::json!({}))).status, 503, "/mcp is open the same way");
        assert_eq!(behind.runs(), 0);

        let Behind { site, handler } = behind;
        drop(site);
        handler.signal("TERM");
        let (_, _, log) = handler.ended();
        let lines =
            log.lines().filter(|line| line.contains(&format!("{function}/function.json")) && line.contains(route));
        assert_eq!(lines.count(), 1, "{log}");
    }
}

/// The handler that finds nothing wrong goes on as ever.
#[test]
fn a_closed_folder_is_called() {
    let folder = TempFolder::new();
    for (name, file) in generated() {
        folder.write(&format!("{name}/function.json"), &file.to_text());
    }
    let root = [("FUNCTIONS_APP_ROOT_PATH", folder.path().to_str().unwrap())];
    let behind = Behind::of(generated(), Forwarding::Buffered, None, &[], &root);
    assert_eq!(behind.handler.invoke("Count", &serde_json::json!({ "name": "count", "arguments": {} })).status, 200);
    assert_eq!(behind.post(&[], &call("count", &serde_json::json!({}))).status, 200);
}
