//! Pages in browsers, and what these are told (CORS). The probe lets those of one origin in.

use crate::wire::{headers, post, probe};
use tests::http::exchange;
use tests::process::App;
use tests::recording::Response;

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
const INSPECTOR: &str = "https://inspector.example";
const EVIL: &str = "https://evil.example";

fn ask(app: &App, path: &str, origin: &str) -> Response {
    let asks = [
        ("Origin", origin),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "content-type,mcp-param-city,x-other"),
        ("Content-Type", ""),
        ("Accept", ""),
    ];
    exchange(app.address, "OPTIONS", path, &headers(&asks), b"")
}

#[test]
fn a_page_that_is_allowed_may_ask_and_read() {
    let probe = probe();
    for origin in [INSPECTOR, "http://localhost:6274"] {
        let answer = ask(&probe, "/mcp", origin);
        let header = |name| answer.headers.get(name).unwrap_or_default();
        assert_eq!((answer.status, header("Access-Control-Allow-Origin")), (204, origin));
        let allowed: Vec<_> = header("Access-Control-Allow-Headers").split(", ").collect();
        for name in [
            "content-type",
            "authorization",
            "mcp-session-id",
            "mcp-protocol-version",
            "last-event-id",
            "mcp-method",
            "mcp-name",
            "mcp-param-city",
        ] {
            assert!(allowed.contains(&name), "{name}");
        }
        assert!(!allowed.contains(&"x-other"));
        assert!(header("Access-Control-Allow-Methods").contains("DELETE"));

        let answer = post(probe.address, &[("Origin", origin)], PING);
        let header = |name| answer.headers.get(name).unwrap_or_default();
        assert_eq!((answer.status, header("Access-Control-Allow-Origin"), header("Vary")), (200, origin, "Origin"));
        assert_eq!(header("Access-Control-Expose-Headers"), "Mcp-Session-Id, WWW-Authenticate");
        let refused = post(probe.address, &[("Origin", origin)], "{");
        assert_eq!((refused.status, refused.headers.get("Access-Control-Allow-Origin")), (400, Some(origin)));
    }
}

#[test]
fn no_other_page_hears_anything() {
    let probe = probe();
    for answer in [ask(&probe, "/mcp", EVIL), post(probe.address, &[("Origin", EVIL)], PING)] {
        assert_eq!((answer.status, answer.headers.get("Access-Control-Allow-Origin")), (403, None));
    }
    let answer = post(probe.address, &[], PING);
    assert!(!answer.headers.0.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("access-control")));
}

/// The endpoint of the MCP extension is as the host has it.
#[test]
fn what_is_allowed_is_allowed_at_the_apps_own_server_only() {
    let probe = probe();
    assert_eq!(ask(&probe, "/runtime/webhooks/mcp", INSPECTOR).status, 403);
    assert_eq!(ask(&probe, "/", INSPECTOR).status, 403);
}
