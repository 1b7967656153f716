//! What a caller may do: lists without the functions of other roles, and challenges that ask for a scope.

use crate::belongings::entra;
use crate::issuer::{Issuer, Key};
use crate::program::{Program, bearer, call, claims, handler, host, now, serve, settings};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use tests::recording::Response;

const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

fn cast() -> (Issuer, Key) {
    let key = Key::new("one", Algorithm::ES256);
    (Issuer::start(&[&key]), key)
}

/// A token with these roles and scopes.
fn token(issuer: &Issuer, key: &Key, roles: Value, scopes: &str) -> String {
    let mut claims = claims(issuer);
    claims["roles"] = roles;
    claims["scope"] = json!(scopes);
    key.token(&claims)
}

/// The names in a list, with the scope of its cache.
fn names(program: &Program, token: &str, list: &str) -> (String, String) {
    let answer = program.post_stateless(token, "{}", (&format!("{list}/list"), ""), json!({}));
    let entries = answer["result"][list].as_array().unwrap_or_else(|| panic!("{answer}"));
    let names: Vec<_> = entries.iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    (names.join(" "), answer["result"]["cacheScope"].as_str().unwrap().to_owned())
}

#[test]
fn lists_leave_out_the_functions_of_other_roles() {
    let (issuer, key) = cast();
    let reader = token(&issuer, &key, json!(["reader"]), "notes");
    let manager = token(&issuer, &key, json!(["manager"]), "notes");
    let private = |names: &str| (names.to_owned(), "private".to_owned());
    for program in [handler(&settings(&issuer)), serve(&settings(&issuer))] {
        // The scope of `publish` is for the client to ask for: with the name it can.
        assert_eq!(names(&program, &reader, "tools"), private("ask echo exchange publish who"));
        assert_eq!(names(&program, &manager, "tools"), private("ask close echo exchange publish who"));
        assert_eq!(
            names(&program, &reader, "tools"),
            private("ask echo exchange publish who"),
            "nothing is left of the other"
        );
        assert_eq!(names(&program, &reader, "prompts"), private(""));
        assert_eq!(names(&program, &manager, "prompts"), private("audit"));
        assert_eq!(names(&program, &reader, "resources").1, "public", "it is the same for all");
    }
}

/// The challenge of a call, which has to be one for a scope.
#[track_caller]
fn challenged(response: &Response) -> String {
    assert_eq!(response.status, 403, "{response:?}");
    let answer: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!((&answer["id"], answer["error"].is_object()), (&json!(1), true), "{answer}");
    response.headers.get("WWW-Authenticate").unwrap().to_owned()
}

#[test]
fn a_token_that_lacks_a_scope_is_challenged_for_it() {
    let (issuer, key) = cast();
    let few = token(&issuer, &key, json!([]), "notes");
    let more = token(&issuer, &key, json!([]), "notes publish");
    for program in [handler(&settings(&issuer)), serve(&settings(&issuer)), host(&settings(&issuer))] {
        let challenge = challenged(&program.call("/mcp", "publish", &[bearer(&few)]));
        let description = "error_description=\"the caller lacks the scope `publish`: sign in again and grant it\"";
        assert!(challenge.starts_with(&format!("Bearer error=\"insufficient_scope\", {description}")), "{challenge}");
        assert!(challenge.contains("scope=\"notes publish\""), "{challenge}");
        let metadata =
            format!("resource_metadata=\"http://{}/.well-known/oauth-protected-resource/mcp\"", program.app.address);
        assert!(challenge.contains(&metadata), "{challenge}");
        assert!(program.call("/mcp", "publish", &[bearer(&more)]).body.contains("published"));
        // In a batch there is no status of one message.
        let batch = json!([call("publish"), call("who")]);
        let headers = [bearer(&few), ("MCP-Protocol-Version", "2025-03-26".to_owned())];
        let answers = program.post("/mcp", &headers, &batch);
        assert_eq!((answers.status, answers.headers.get("WWW-Authenticate")), (200, None));
        assert!(answers.body.contains("lacks the scope") && answers.body.contains("jane"), "{}", answers.body);
        // The extension has no challenges of functions: the model reads the reason.
        if let Some(runtime) = program.endpoints.get(1) {
            let answer = program.call(runtime, "publish", &[bearer(&few)]);
            assert_eq!(answer.status, 200);
            assert!(answer.body.contains("lacks the scope"), "{}", answer.body);
        }
    }
}

/// A program without a user has no scopes, and nobody to ask for one: it reads the reason.
#[test]
fn an_app_is_not_challenged_for_a_scope() {
    let (issuer, key) = cast();
    entra(&issuer, TENANT);
    let program = handler(&[("GUARDED_ENTRA", issuer.origin.clone()), ("GUARDED_TENANT", TENANT.to_owned())]);
    let agent = key.token(&json!({
        "iss": format!("{}/{TENANT}/v2.0", issuer.origin), "aud": "api://app", "tid": TENANT, "oid": "agent", "sub": "agent",
        "azp": "agent-app", "idtyp": "app", "exp": now() + 600, "roles": ["manager"]
    }));
    let answer = program.call("/mcp", "publish", &[bearer(agent)]);
    assert!(answer.status == 200 && answer.body.contains("lacks the scope"), "{answer:?}");
}

/// Another role cannot be asked for: the function's own words are the answer.
#[test]
fn a_role_comes_before_a_scope() {
    let (issuer, key) = cast();
    let program = handler(&settings(&issuer));
    let get = json!({ "jsonrpc": "2.0", "id": 1, "method": "prompts/get", "params": { "name": "audit" } });
    let status =
        |roles: Value, scopes: &str| program.post("/mcp", &[bearer(token(&issuer, &key, roles, scopes))], &get).status;
    assert_eq!(status(json!(["reader"]), "notes"), 200);
    assert_eq!(status(json!(["manager"]), "notes"), 403);
    assert_eq!(status(json!(["manager"]), "notes publish"), 200);
}
