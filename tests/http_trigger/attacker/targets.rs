//! Other ways to write the path of a function.

use super::heads::looks_like_the_host;
use super::{attack_all, invocations, request};

/// Each `{}` is a function, `{port}` the handler's.
const TARGETS: [&str; 56] = [
    "/{}",
    "//{}",
    "/{}/",
    "/./{}",
    "/.//{}",
    "/{}?x=1",
    "/{}#x",
    "/{};x=1",
    "/{}%00",
    "/{}%20",
    "/{}%2f",
    "/%2f{}",
    "/mcp/../{}",
    "/mcp//../{}",
    "/mcp/..//{}",
    "/mcp/./../{}",
    "/mcp/x/../../{}",
    "/mcp/../../{}",
    "/mcp/%2e%2e/{}",
    "/mcp/.%2e/{}",
    "/mcp/%2E%2E/{}",
    "/mcp/..%2f{}",
    "/mcp/..%2F{}",
    "/mcp%2f..%2f{}",
    "/mcp/%2e%2e%2f{}",
    "/mcp/..%252f{}",
    "/mcp/%252e%252e/{}",
    "/mcp/%252e%252e%252f{}",
    "/mcp/..\\{}",
    "/mcp\\..\\{}",
    "\\{}",
    "/mcp/..%5c{}",
    "/mcp/..%5C{}",
    "/mcp%5c..%5c{}",
    "/mcp/%2e%2e%5c{}",
    "/mcp/..%255c{}",
    "/mcp/..;/{}",
    "/mcp;/../{}",
    "/mcp/;/../{}",
    "/mcp/..%c0%af{}",
    "/mcp/%u002e%u002e/{}",
    "/mcp/..%00/{}",
    "/mcp/%0d%0aX:%20y/../{}",
    "/MCP/../{}",
    "/.well-known/../{}",
    "/.well-known/%2e%2e/{}",
    "/.well-known/..%5c{}",
    "/.WELL-KNOWN/..%2f{}",
    "/admin/../{}",
    "/runtime/../{}",
    "http://127.0.0.1:{port}/{}",
    "http://localhost/{}",
    "http://localhost/mcp/../{}",
    "https://x@127.0.0.1:{port}/{}",
    "//127.0.0.1:{port}/{}",
    "{}",
];

#[test]
fn no_spelling_of_a_path_reaches_a_function() {
    attack_all(|behind| {
        let port = behind.handler.address.port();
        let mut requests = Vec::new();
        for host in ["localhost".to_owned(), behind.handler.address.to_string()] {
            for (function, body) in invocations() {
                for target in TARGETS {
                    let target = target.replace("{port}", &port.to_string()).replace("{}", function);
                    requests.push(request("POST", &target, &looks_like_the_host(&host), &body));
                    // The same in another case, and with all of the name encoded.
                    requests.push(request("POST", &target.to_lowercase(), &looks_like_the_host(&host), &body));
                    let encoded: String = function.bytes().map(|byte| format!("%{byte:02X}")).collect();
                    let encoded = target.replace(function, &encoded);
                    requests.push(request("POST", &encoded, &looks_like_the_host(&host), &body));
                }
            }
        }
        requests
    });
}

#[test]
fn no_method_reaches_a_function() {
    attack_all(|behind| {
        let host = behind.handler.address.to_string();
        let (function, body) = &invocations()[0];
        let methods = ["GET", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "TRACE", "CONNECT", "post", "PROPFIND", "X"];
        let targets = [format!("/{function}"), format!("/mcp/../{function}"), format!("/mcp/..%5c{function}")];
        let of = |method: &&str| {
            let mut headers = looks_like_the_host(&host);
            headers.push(("X-HTTP-Method-Override", "POST".to_owned()));
            targets.iter().map(|target| request(method, target, &headers, body)).collect::<Vec<_>>()
        };
        methods.iter().flat_map(of).collect()
    });
}
