//! What belongs to the caller of a token, and is nobody else's: sessions, states of calls, tasks. And who is let in by name.

use crate::issuer::{Issuer, Key};
use crate::program::{Program, bearer, claims, handler, now, serve, settings, token_of};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use tests::http::exchange;
use tests::recording::Headers;

fn cast() -> (Issuer, Key) {
    let key = Key::new("one", Algorithm::ES256);
    (Issuer::start(&[&key]), key)
}

fn initialize(program: &Program, token: &str) -> String {
    let client_info = json!({ "name": "test", "version": "1" });
    let params =
        json!({ "protocolVersion": "2025-11-25", "capabilities": { "elicitation": {} }, "clientInfo": client_info });
    let message = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
    let begun = program.post("/mcp", &[bearer(token)], &message);
    begun.headers.get("Mcp-Session-Id").unwrap().to_owned()
}

#[test]
fn a_session_is_of_the_caller_of_its_token() {
    let (issuer, key) = cast();
    let [jane, bob] = ["jane", "bob"].map(|name| token_of(&issuer, &key, name));
    for program in [handler(&settings(&issuer)), serve(&settings(&issuer))] {
        let session = initialize(&program, &jane);
        let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
        let status =
            |token: &str| program.post("/mcp", &[bearer(token), ("Mcp-Session-Id", session.clone())], &ping).status;
        assert_eq!((status(&jane), status(&bob)), (200, 404));
        // A later token of the same caller goes on.
        let mut later = claims(&issuer);
        later["exp"] = json!(now() + 900);
        assert_eq!(status(&key.token(&later)), 200);
        let session_alone = program.post("/mcp", &[("Mcp-Session-Id", session.clone())], &ping);
        assert_eq!(session_alone.status, 401, "a session is no token");
        for method in ["GET", "DELETE"] {
            let headers = [bearer(&bob), ("Mcp-Session-Id", session.clone())];
            assert_eq!(program.request(method, "/mcp", &headers, b"").status, 404, "{method}");
        }
        assert_eq!(status(&jane), 200, "nobody else has ended it");
    }
}

/// What a client of 2026-07-28 can do.
const ASKS: &str = r#"{"elicitation":{}}"#;
const HAS_TASKS: &str = r#"{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}"#;

impl Program {
    /// Sends a message of 2026-07-28, with a token. `name` is what the header `Mcp-Name` repeats.
    pub(crate) fn post_stateless(
        &self,
        token: &str,
        capabilities: &str,
        (method, name): (&str, &str),
        mut params: Value,
    ) -> Value {
        let headers = [
            ("MCP-Protocol-Version", "2026-07-28"),
            ("Mcp-Method", method),
            ("Mcp-Name", name),
            ("Authorization", &format!("Bearer {token}")),
            ("Host", &self.app.address.to_string()),
            ("Accept", "application/json, text/event-stream"),
            ("Content-Type", "application/json"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": serde_json::from_str::<Value>(capabilities).unwrap(),
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" }
        });
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let response = exchange(self.app.address, "POST", "/mcp", &Headers(headers.into()), message.as_bytes());
        serde_json::from_str(&response.body).unwrap_or_else(|_| panic!("{response:?}"))
    }
}

#[test]
fn the_state_of_a_call_is_of_the_caller_of_its_token() {
    let (issuer, key) = cast();
    let [jane, bob] = ["jane", "bob"].map(|name| token_of(&issuer, &key, name));
    let program = handler(&settings(&issuer));
    let asked = program.post_stateless(&jane, ASKS, CALL, json!({ "name": "ask", "arguments": {} }));
    let state = asked["result"]["requestState"].as_str().unwrap_or_else(|| panic!("{asked}")).to_owned();
    let (question, _) = asked["result"]["inputRequests"].as_object().unwrap().iter().next().unwrap();
    let more = json!({ "name": "ask", "arguments": {}, "requestState": state, "inputResponses": { question: { "action": "accept", "content": { "name": "me" } } } });
    let taken = program.post_stateless(&bob, ASKS, CALL, more.clone());
    assert!(taken["error"].is_object() && !taken.to_string().contains("\"me\""), "{taken}");
    let answered = program.post_stateless(&jane, ASKS, CALL, more);
    assert_eq!(answered["result"]["content"][0]["text"], "me", "{answered}");
}

#[test]
fn a_task_is_of_the_caller_of_its_token() {
    let (issuer, key) = cast();
    let [jane, bob] = ["jane", "bob"].map(|name| token_of(&issuer, &key, name));
    let program = handler(&settings(&issuer));
    let made = program.post_stateless(&jane, HAS_TASKS, CALL, json!({ "name": "ask", "arguments": {} }));
    let id = made["result"]["taskId"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let send =
        |token: &str, method: &str| program.post_stateless(token, HAS_TASKS, (method, &id), json!({ "taskId": id }));
    for method in ["tasks/get", "tasks/cancel", "tasks/update"] {
        let answer = send(&bob, method);
        assert!(answer["error"].is_object() && !answer.to_string().contains("working"), "{method}: {answer}");
    }
    assert_eq!(send(&jane, "tasks/get")["result"]["taskId"], *id, "it is there yet");
}

#[test]
fn who_is_let_in_can_be_named() {
    let (issuer, key) = cast();
    let status = |setting: (&'static str, &str), claims: &Value| {
        let program = handler(&[settings(&issuer), vec![(setting.0, setting.1.to_owned())]].concat());
        let answer = program.call("/mcp", "who", &[bearer(key.token(claims))]);
        assert_eq!(answer.headers.get("WWW-Authenticate"), None, "another sign-in would not help");
        answer.status
    };
    let valid = claims(&issuer);
    let mut tenant = valid.clone();
    tenant["tid"] = json!("contoso");
    assert_eq!(status(("MCP_TRIGGER_AUTH_CLIENTS", "other,inspector"), &valid), 200);
    assert_eq!(status(("MCP_TRIGGER_AUTH_CLIENTS", "inspector2"), &valid), 403);
    assert_eq!(status(("MCP_TRIGGER_AUTH_IDENTITIES", "jane"), &valid), 200);
    assert_eq!(status(("MCP_TRIGGER_AUTH_IDENTITIES", "jan"), &valid), 403);
    assert_eq!(status(("WEBSITE_AUTH_AAD_ALLOWED_TENANTS", "contoso"), &tenant), 200);
    assert_eq!(status(("WEBSITE_AUTH_AAD_ALLOWED_TENANTS", "contoso"), &valid), 403);
}

const CALL: (&str, &str) = ("tools/call", "ask");
const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

/// Gives an issuer the addresses of a tenant of Entra ID.
pub(crate) fn entra(issuer: &Issuer, tenant: &str) {
    let place = format!("/{tenant}/v2.0");
    let metadata =
        json!({ "issuer": format!("{}{place}", issuer.origin), "jwks_uri": format!("{}/keys", issuer.origin) });
    issuer.set(&format!("{place}/.well-known/openid-configuration"), 200, &metadata.to_string());
}

/// The managed identity of an agent calls on its own behalf: without scopes, with a role or by name.
#[test]
fn an_app_of_entra_calls_on_its_own_behalf() {
    let (issuer, key) = cast();
    entra(&issuer, TENANT);
    let place = format!("/{TENANT}/v2.0");
    let app = json!({
        "iss": format!("{}{place}", issuer.origin), "aud": "api://app", "tid": TENANT, "oid": "agent", "sub": "agent",
        "azp": "agent-app", "idtyp": "app", "exp": now() + 600, "roles": ["manager"]
    });
    let with = |name: &str, value: Value| {
        let mut claims = app.clone();
        claims[name] = value;
        claims
    };
    let entra = [("GUARDED_ENTRA", issuer.origin.clone()), ("GUARDED_TENANT", TENANT.to_owned())];
    let program = handler(&entra);
    let who = |program: &Program, claims: &Value| program.call("/mcp", "who", &[bearer(key.token(claims))]);
    assert!(who(&program, &app).body.contains("aad agent [manager] [] app=true"), "{}", who(&program, &app).body);
    assert_eq!(who(&program, &with("roles", json!([]))).status, 403);
    assert_eq!(who(&program, &with("tid", json!("72f988bf-86f1-41af-91ab-000000000000"))).status, 401);
    // A user must not escape the scopes by a role.
    let user = json!({ "sub": "pairwise", "oid": "jane", "idtyp": "user", "roles": ["manager"] });
    let user: Value = app.as_object().unwrap().clone().into_iter().chain(user.as_object().unwrap().clone()).collect();
    assert_eq!(who(&program, &user).status, 401, "that is an ID token");
    let mut user = user;
    user["scp"] = json!("other");
    assert_eq!(who(&program, &user).status, 403);
    user["scp"] = json!("notes");
    assert!(who(&program, &user).body.contains("aad jane [manager] [notes] app=false"));
    let named = handler(&[entra.to_vec(), vec![("GUARDED_CLIENT", "agent-app".to_owned())]].concat());
    assert_eq!(who(&named, &with("roles", json!([]))).status, 200);
    assert_eq!(who(&named, &with("azp", json!("other"))).status, 403);
}
