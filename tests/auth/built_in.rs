//! An app that App Service authentication protects: it serves nobody while that is switched off, except on a developer's machine, and
//! nobody who has not signed in.

use crate::program::{call, handler};

const BUILT_IN: (&str, &str) = ("GUARDED_BUILT_IN", "1");
const IN_AZURE: (&str, &str) = ("WEBSITE_HOSTNAME", "app.example");

fn settings(more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    [&[BUILT_IN], more].concat().into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

#[test]
fn nobody_is_served_without_it() {
    for off in [&[IN_AZURE][..], &[IN_AZURE, ("WEBSITE_AUTH_ENABLED", "False")], &[]] {
        let program = handler(&settings(off));
        let refused = program.call("/mcp", "who", &[]);
        assert!(refused.status == 503 && refused.body.contains("authentication is not set up"), "{refused:?}");
        let trigger = serde_json::json!({ "name": "who", "arguments": {} });
        assert_eq!(program.app.invoke("Who", &trigger).status, 503);
        assert_eq!(program.request("GET", "/", &[], b"").status, 200, "the host sees that it runs");
        let (_, _, log) = {
            program.app.signal("TERM");
            program.app.ended()
        };
        assert!(log.contains("WEBSITE_AUTH_ENABLED") && log.contains("Settings > Authentication"), "{log}");
    }
}

#[test]
fn callers_are_those_whom_it_names() {
    let program = handler(&settings(&[IN_AZURE, ("WEBSITE_AUTH_ENABLED", "True")]));
    let named = [("X-MS-CLIENT-PRINCIPAL-ID", "jane".to_owned()), ("X-MS-CLIENT-PRINCIPAL-IDP", "aad".to_owned())];
    assert!(program.post("/mcp", &named, &call("who")).body.contains("aad jane"));
    // App Service may let requests without a caller through; the app does not.
    let list = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let refused = program.post("/mcp", &[], &list);
    assert_eq!((refused.status, refused.headers.get("WWW-Authenticate")), (401, Some("Bearer")));
    assert_eq!(program.post("/mcp", &named, &list).status, 200);
    let trigger = serde_json::json!({ "name": "ask", "arguments": {} });
    let denied = program.app.invoke("Ask", &trigger);
    assert!(denied.body.contains("not signed in"), "{}", denied.body);
}

#[test]
fn on_a_developers_machine_it_serves() {
    let program = handler(&settings(&[("WEBSITE_HOSTNAME", "localhost:7071")]));
    assert_eq!(program.call("/mcp", "who", &[]).status, 200);
}
