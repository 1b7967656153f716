//! What arguments can be completed with.

use crate::lists::introduction;
use crate::wire::{self, HANDSHAKE_REVISIONS, STATELESS, probe, request};
use serde_json::{Value, json};
use tests::process::App;

fn prompt(argument: &str, typed: &str) -> Value {
    json!({ "ref": { "type": "ref/prompt", "name": "about" }, "argument": { "name": argument, "value": typed } })
}

fn result(app: &App, revision: &str, params: Value) -> Value {
    wire::result(&request(app.address, revision, "completion/complete", params))
}

fn complete(app: &App, params: Value) -> Value {
    result(app, STATELESS, params)["completion"].clone()
}

/// The code and the message.
fn error(app: &App, revision: &str, params: Value) -> (i64, String) {
    let response = request(app.address, revision, "completion/complete", params);
    let message = wire::body(&response)["error"]["message"].as_str().unwrap_or_default().to_owned();
    (wire::error(&response).1, message)
}

#[test]
fn lists_enums_and_functions_complete() {
    let app = probe();
    let values = |argument, typed| complete(&app, prompt(argument, typed))["values"].clone();
    assert_eq!(values("language", "RU"), json!(["rust", "Ruby"]));
    assert_eq!(values("language", ""), json!(["rust", "Ruby", "python"]));
    assert_eq!(values("language", "x"), json!([]));
    assert_eq!(values("tone", "s"), json!(["strict"]));
    assert_eq!(values("free", "s"), json!([]));
    assert_eq!(values("package", "se"), json!(["se in nothing"]));
}

#[test]
fn other_arguments_are_told() {
    let app = probe();
    let with = |language: Value| {
        let mut params = prompt("package", "se");
        params["context"] = json!({ "arguments": { "language": language } });
        complete(&app, params)
    };
    assert_eq!(with(json!("rust")), json!({ "values": ["se in rust"], "total": 1, "hasMore": false }));
    assert_eq!(with(json!(5))["values"], json!(["se in 5"]));
    let many = with(json!("many"));
    assert_eq!((many["values"].as_array().unwrap().len(), &many["values"][99]), (100, &json!("se99")));
    assert_eq!((&many["total"], &many["hasMore"]), (&json!(250), &json!(true)));
    for context in [json!(null), json!({}), json!({ "arguments": null }), json!([])] {
        let mut params = prompt("package", "se");
        params["context"] = context;
        assert_eq!(complete(&app, params)["values"], json!(["se in nothing"]));
    }
}

#[test]
fn templates_are_known_by_themselves_and_by_their_addresses() {
    let app = probe();
    let of = |uri: &str, argument: &str| json!({ "ref": { "type": "ref/resource", "uri": uri }, "argument": { "name": argument, "value": "4" } });
    for uri in ["items://{shelf}/{number}", "items://a/1"] {
        assert_eq!(complete(&app, of(uri, "number"))["values"], json!(["40"]), "{uri}");
        assert_eq!(complete(&app, of(uri, "shelf"))["values"], json!([]), "{uri}");
    }
    for (uri, argument) in [("items://a", "number"), ("items://a/1", "colour"), ("docs://terms", "number")] {
        assert_eq!(error(&app, STATELESS, of(uri, argument)).0, -32602, "{uri} {argument}");
    }
}

#[test]
fn every_revision_completes() {
    let app = probe();
    for revision in HANDSHAKE_REVISIONS {
        let answer = result(&app, revision, prompt("language", "p"));
        assert_eq!(answer, json!({ "completion": { "values": ["python"], "total": 1, "hasMore": false } }));
    }
    let answer = result(&app, STATELESS, prompt("language", "p"));
    assert_eq!(answer["resultType"], "complete");
    for revision in HANDSHAKE_REVISIONS.into_iter().chain([STATELESS]) {
        let capabilities = &introduction(&app, revision)["capabilities"];
        assert_eq!(capabilities.get("completions").is_some(), revision != "2024-11-05", "{revision}: {capabilities}");
    }
}

#[test]
fn what_is_wrong_is_told() {
    let app = probe();
    let mut unknown = prompt("language", "");
    unknown["ref"]["name"] = "nobody".into();
    let mut kind = prompt("language", "");
    kind["ref"]["type"] = "ref/tool".into();
    let mut value = prompt("language", "");
    value["argument"]["value"] = 5.into();
    let no_argument = json!({ "ref": { "type": "ref/prompt", "name": "about" } });
    for params in [unknown, kind, value, no_argument, json!({}), prompt("colour", "")] {
        for revision in ["2024-11-05", STATELESS] {
            let (code, message) = error(&app, revision, params.clone());
            assert_eq!(code, -32602, "{params}: {message}");
        }
    }
    let failed = error(&app, STATELESS, prompt("package", "?"));
    assert_eq!(failed, (-32603, "there is no such package".to_owned()));
    let panicked = error(&app, STATELESS, prompt("package", "!"));
    assert_eq!(panicked, (-32603, "An error occurred.".to_owned()));
}
