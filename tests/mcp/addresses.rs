//! One notion of the same address: RFC 3986 §6.2.2, wherever a client or a function names a resource.

use crate::probe;
use crate::wire::{self, HANDSHAKE_REVISIONS, request};
use serde_json::{Value, json};
use tests::mcp::{Client, Stream};
use tests::process::App;

const REVISION: &str = "2025-11-25";

/// The text of a resource, and the address that its contents name.
fn read(app: &App, revision: &str, uri: &str) -> (String, String) {
    let result = wire::result(&request(app.address, revision, "resources/read", json!({ "uri": uri })));
    let contents = &result["contents"][0];
    let text = |member: &str| contents[member].as_str().unwrap_or_default().to_owned();
    (text("text"), text("uri"))
}

#[test]
fn resources_are_read_in_every_form_of_their_address() {
    let app = probe(&[]);
    let cases = [
        ("raw://café/menu", "coffee"),
        ("raw://caf%C3%A9/menu", "coffee"),
        ("RAW://CAF%c3%a9/./%6Denu", "coffee"),
        ("raw://my%20caf%C3%A9/cr%c3%aape", "cr%c3%aape"),
        ("raw://my café/crêpe", "crêpe"),
        ("raw://My%20Café/Crêpe", "Crêpe"),
        ("raw://decoded/caf%C3%A9/cr%c3%aape", "crêpe"),
        ("raw://decoded/café/a%2Fb", "a/b"),
        ("raw://returns", "returned"),
        ("raw://returns/", "returned"),
        ("Raw://Returns", "returned"),
        ("raw://Elsewhere/", "Elsewhere"),
    ];
    for (uri, text) in cases {
        assert_eq!(
            read(&app, REVISION, uri),
            (text.to_owned(), uri.to_owned()),
            "the contents name what was asked for"
        );
    }
    for revision in HANDSHAKE_REVISIONS {
        assert_eq!(read(&app, revision, "raw://caf%C3%A9/menu").0, "coffee", "{revision}");
    }
    for uri in ["raw://café/Menu", "raw://café/menu/", "raw://café/menu?", "raw://cafe/menu", "caf%C3%A9/menu", ""] {
        let response = request(app.address, REVISION, "resources/read", json!({ "uri": uri }));
        assert_eq!(wire::error(&response).1, -32002, "{uri}");
    }
}

/// The next message that says that a resource has changed: its address.
fn changed(stream: &mut Stream) -> Value {
    let message = stream.message();
    assert_eq!(message["method"], "notifications/resources/updated", "{message}");
    message["params"]["uri"].clone()
}

#[test]
fn subscriptions_of_sessions_hear_of_every_form() {
    let app = probe(&[]);
    let client = Client::initialize(app.address, REVISION, &json!({}));
    let mut stream = client.get(None).stream();
    let subscribed = "RAW://My%20Café/Crêpe";
    let ask = |method: &str, uri: &str| client.request(&json!(1), method, json!({ "uri": uri })).last();
    assert_eq!(ask("resources/subscribe", subscribed)["result"], json!({}));
    // The same one again: no second notification.
    assert_eq!(ask("resources/subscribe", "raw://my café/Crêpe")["result"], json!({}));
    for uri in ["raw://my café/crêpe", "raw://my caf%c3%a9/Cr%C3%AApe", "raw://returns"] {
        client.say("change", json!({ "what": uri }));
        client.say("change", json!({ "what": "tools" }));
        if uri.contains("Cr") {
            // The client knows the address as it wrote it.
            assert_eq!(changed(&mut stream), subscribed);
        }
        assert_eq!(stream.message()["method"], "notifications/tools/list_changed", "{uri}");
    }
    assert_eq!(ask("resources/unsubscribe", "raw://my%20caf%C3%A9/Crêpe")["result"], json!({}));
    client.say("change", json!({ "what": subscribed }));
    client.say("change", json!({ "what": "tools" }));
    assert_eq!(stream.message()["method"], "notifications/tools/list_changed");
}

#[test]
fn subscriptions_without_sessions_hear_of_every_form() {
    let app = probe(&[]);
    let client = Client::stateless(app.address);
    let filter = json!({ "resourceSubscriptions": ["raw://Returns/", "raw://caf%C3%A9/menu"] });
    let mut stream = client.request(&json!(1), "subscriptions/listen", json!({ "notifications": filter })).stream();
    assert_eq!(stream.message()["params"]["notifications"], filter);
    client.say("change", json!({ "what": "raw://returns" }));
    assert_eq!(changed(&mut stream), "raw://Returns/");
    client.say("change", json!({ "what": "RAW://café/menu" }));
    assert_eq!(changed(&mut stream), "raw://caf%C3%A9/menu");
}

#[test]
fn templates_are_completed_in_every_form() {
    let app = probe(&[]);
    for uri in ["raw://my café/{dish}", "RAW://my%20caf%C3%A9/%7Bdish%7D", "raw://my%20café/x"] {
        let params =
            json!({ "ref": { "type": "ref/resource", "uri": uri }, "argument": { "name": "dish", "value": "c" } });
        let result = wire::result(&request(app.address, REVISION, "completion/complete", params));
        assert_eq!(result["completion"]["values"], json!(["crêpe"]), "{uri}");
    }
}

/// The local endpoint does what the extension does: letter by letter, in whatever case.
#[test]
fn the_extensions_endpoint_compares_letters() {
    let app = probe(&[]);
    let read = |uri: &str| {
        let body =
            json!({ "jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": { "uri": uri } }).to_string();
        let path = "/runtime/webhooks/mcp";
        let body = tests::http::exchange(app.address, "POST", path, &wire::headers(&[]), body.as_bytes()).body;
        body.contains("coffee") || body.contains("returned")
    };
    for uri in ["raw://café/menu", "RAW://CAFÉ/MENU", "raw://returns"] {
        assert!(read(uri), "{uri}");
    }
    for uri in ["raw://caf%C3%A9/menu", "raw://café/./menu", "raw://returns/"] {
        assert!(!read(uri), "{uri}");
    }
}

/// A header may not carry every letter; the address in it is that of the body all the same.
#[test]
fn stateless_clients_read_encoded_addresses() {
    let app = probe(&[]);
    assert_eq!(read(&app, wire::STATELESS, "raw://caf%C3%A9/menu").0, "coffee");
    assert_eq!(read(&app, wire::STATELESS, "raw://returns/").0, "returned");
}
