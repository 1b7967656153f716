//! What belongs to a signed-in caller: sessions and states of calls. The caller is a provider and an id, where the platform's
//! authentication is on.

use super::PROBE;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tests::mcp::{Answer, Client};
use tests::process::App;

const AUTHENTICATION: (&str, &str) = ("WEBSITE_AUTH_ENABLED", "True");

type Headers = Vec<(&'static str, String)>;

/// The headers of an id at a provider.
fn signed_in(provider: &str, id: &str) -> Headers {
    vec![("X-MS-CLIENT-PRINCIPAL-ID", id.to_owned()), ("X-MS-CLIENT-PRINCIPAL-IDP", provider.to_owned())]
}

/// The same in the header that holds the claims, without the others.
fn by_claims(provider: &str, id: &str) -> Headers {
    let claims = json!({ "auth_typ": provider, "claims": [{ "typ": "sub", "val": id }] });
    vec![("X-MS-CLIENT-PRINCIPAL", BASE64_STANDARD.encode(claims.to_string()))]
}

fn post(client: &Client, caller: &Headers, message: &Value) -> Answer {
    let mut headers = vec![("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];
    if client.revision == "2026-07-28" {
        headers.extend([("Mcp-Method", "tools/call"), ("Mcp-Name", "ask_all")]);
    }
    headers.extend(caller.iter().map(|(name, value)| (*name, value.as_str())));
    client.open("POST", &headers, message.to_string().as_bytes())
}

/// Begins a session as a caller.
fn begin(app: &App, caller: &Headers) -> Client {
    let mut client = Client { server: app.address, revision: "2025-11-25", session: None };
    let client_info = json!({ "name": "test", "version": "1" });
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client_info });
    let message = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
    client.session = post(&client, caller, &message).whole().headers.get("Mcp-Session-Id").map(str::to_owned);
    assert!(client.session.is_some());
    client
}

/// The status of a request in a session.
fn ping(client: &Client, caller: &Headers) -> u16 {
    post(client, caller, &json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" })).whole().status
}

fn app(environment: &[(&str, &str)]) -> App {
    App::handler(PROBE, &[&[("PROBE_SESSIONS", "100")], environment].concat())
}

#[test]
fn a_session_is_of_one_id_at_one_provider() {
    let app = app(&[AUTHENTICATION]);
    let callers = [
        signed_in("google", "1234"),
        signed_in("facebook", "1234"),
        signed_in("google", "123"),
        by_claims("google", "5"),
        by_claims("facebook", "5"),
        Vec::new(),
    ];
    for (owner, caller) in callers.iter().enumerate() {
        let session = begin(&app, caller);
        for (other, caller) in callers.iter().enumerate() {
            let expected = if owner == other { 200 } else { 404 };
            assert_eq!(ping(&session, caller), expected, "{other} in the session of {owner}");
        }
    }
}

#[test]
fn an_identity_that_cannot_be_read_is_none() {
    let app = app(&[AUTHENTICATION]);
    let ann = signed_in("aad", "ann");
    let session = begin(&app, &ann);
    let twice = [ann.clone(), signed_in("aad", "bob")].concat();
    assert_eq!(ping(&session, &twice), 404);
    assert_eq!(ping(&session, &vec![("X-MS-CLIENT-PRINCIPAL", "???".to_owned())]), 404);
    assert_eq!(ping(&session, &ann), 200);
}

/// Without the platform's authentication any client may write the headers.
#[test]
fn a_header_that_is_not_trusted_is_no_identity() {
    let app = app(&[]);
    let session = begin(&app, &signed_in("aad", "ann"));
    for caller in [signed_in("aad", "ann"), signed_in("aad", "bob"), Vec::new()] {
        assert_eq!(ping(&session, &caller), 200, "{caller:?}");
    }
}

#[test]
fn the_state_of_a_call_is_of_one_id_at_one_provider() {
    let app = app(&[AUTHENTICATION]);
    let client = Client::stateless(app.address);
    let call = |caller: &Headers, state: Option<&Value>| {
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": { "elicitation": {}, "sampling": {}, "roots": {} },
        });
        let mut params = json!({ "name": "ask_all", "_meta": meta });
        if let Some(state) = state {
            params["requestState"] = state.clone();
        }
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        serde_json::from_str::<Value>(&post(&client, caller, &message).whole().body).unwrap()
    };
    let callers = [signed_in("google", "1234"), signed_in("facebook", "1234"), by_claims("google", "5"), Vec::new()];
    for (owner, caller) in callers.iter().enumerate() {
        let asked = call(caller, None);
        let state = &asked["result"]["requestState"];
        assert!(state.is_string(), "{asked}");
        for (other, caller) in callers.iter().enumerate() {
            let answer = call(caller, Some(state));
            assert_eq!(answer.get("error").is_some(), owner != other, "{other} with the state of {owner}: {answer}");
        }
    }
}
