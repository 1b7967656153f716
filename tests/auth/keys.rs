//! The keys of an issuer: rotation, an issuer that does not answer, and documents that lead elsewhere.

use crate::issuer::{Issuer, Key, PATH};
use crate::program::{bearer, claims, handler, settings};
use jsonwebtoken::Algorithm;
use serde_json::json;
use std::time::{Duration, Instant};
use tests::http::Connection;
use tests::recording::Headers;

const OPENID: &str = "/tenant/.well-known/openid-configuration";

#[test]
fn a_new_key_is_fetched_and_a_flood_of_unknown_ones_is_not() {
    let (old, new) = (Key::new("old", Algorithm::ES256), Key::new("new", Algorithm::ES384));
    let issuer = Issuer::start(&[&old]);
    let program = handler(&settings(&issuer));
    let status = |key: &Key| program.call("/mcp", "who", &[bearer(key.token(&claims(&issuer)))]).status;
    assert_eq!(status(&old), 200);
    issuer.publish(&[&old, &new]);
    for number in 0..50 {
        assert_eq!(status(&Key::new(&format!("unknown{number}"), Algorithm::ES256)), 401);
    }
    assert_eq!(issuer.count("/keys"), 1, "no client makes the server ask");
    // After the least interval.
    let start = Instant::now();
    while status(&new) != 200 {
        assert!(start.elapsed() < Duration::from_secs(15));
        std::thread::sleep(Duration::from_millis(500));
    }
    assert_eq!((issuer.count("/keys"), status(&old)), (2, 200));
}

#[test]
fn an_issuer_that_does_not_answer_lets_nobody_in() {
    let key = Key::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&key]);
    let good = issuer.site.lock().unwrap().pages.clone();
    let evil = Issuer::start(&[&key]);
    let metadata = |name: &str, value: &str| {
        let mut metadata = json!({ "issuer": issuer.address(), "jwks_uri": format!("{}/keys", issuer.origin) });
        metadata[name] = json!(value);
        metadata.to_string()
    };
    let redirect = |to: &str| (302, vec![("Location".to_owned(), format!("{}{to}", evil.origin))], String::new());
    let ok = |body: String| (200, Vec::new(), body);
    for (name, path, page) in [
        ("an error", OPENID, (500, Vec::new(), String::new())),
        ("no JSON", OPENID, ok("<html>".to_owned())),
        ("a document that is too long", OPENID, ok(format!("{}{}", " ".repeat(600_000), metadata("x", "y")))),
        ("metadata of another issuer", OPENID, ok(metadata("issuer", "https://other.example"))),
        ("keys at another host", OPENID, ok(metadata("jwks_uri", &format!("{}/keys", evil.origin)))),
        ("keys at a file", OPENID, ok(metadata("jwks_uri", "file:///etc/passwd"))),
        ("keys at an address of the cloud", OPENID, ok(metadata("jwks_uri", "http://169.254.169.254/keys"))),
        ("no keys", OPENID, ok(metadata("jwks_uri", ""))),
        ("metadata that redirect", OPENID, redirect(OPENID)),
        ("keys that redirect", "/keys", redirect("/keys")),
        ("keys that are no JSON", "/keys", ok("[".to_owned())),
        ("keys that are missing", "/keys", (404, Vec::new(), String::new())),
    ] {
        issuer.site.lock().unwrap().pages.clone_from(&good);
        issuer.site.lock().unwrap().pages.insert(path.to_owned(), page);
        let program = handler(&settings(&issuer));
        let answer = program.call("/mcp", "who", &[bearer(key.token(&claims(&issuer)))]);
        assert_eq!((answer.status, answer.headers.get("Retry-After")), (503, Some("5")), "{name}: {}", answer.body);
        assert_eq!(answer.headers.get("WWW-Authenticate"), None, "{name}");
    }
    assert_eq!(evil.site.lock().unwrap().asked, Vec::<String>::new(), "nothing leads to another host");
}

#[test]
fn a_slow_issuer_holds_only_those_who_need_it() {
    let key = Key::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&key]);
    issuer.site.lock().unwrap().pause = Duration::from_secs(60);
    let program = handler(&settings(&issuer));
    let start = Instant::now();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| program.call("/mcp", "who", &[bearer(key.token(&claims(&issuer)))]).status);
        std::thread::sleep(Duration::from_millis(200));
        let quick = Instant::now();
        assert_eq!(program.call("/mcp", "who", &[]).status, 401);
        assert!(quick.elapsed() < Duration::from_secs(1));
        assert_eq!(waiting.join().unwrap(), 503);
    });
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

/// Else anybody could keep the keys from being known.
#[test]
fn a_client_that_hangs_up_is_no_failure_of_the_issuer() {
    let key = Key::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&key]);
    issuer.site.lock().unwrap().pause = Duration::from_millis(300);
    let program = handler(&settings(&issuer));
    let unknown = Key::new("unknown", Algorithm::ES256).token(&claims(&issuer));
    for _ in 0..5 {
        let mut connection = Connection::open(program.app.address).unwrap();
        let host = program.app.address.to_string();
        let headers =
            [("Host", host.as_str()), ("Authorization", &format!("Bearer {unknown}")), ("Content-Length", "0")];
        let headers = Headers(headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        connection.send("POST", "/mcp", &headers, b"").unwrap();
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(program.call("/mcp", "who", &[bearer(key.token(&claims(&issuer)))]).status, 200);
    assert_eq!(issuer.count("/keys"), 1);
}

#[test]
fn all_forms_of_metadata_are_found() {
    let key = Key::new("one", Algorithm::ES256);
    for place in ["/.well-known/oauth-authorization-server/tenant", "/.well-known/openid-configuration/tenant", OPENID]
    {
        let issuer = Issuer::start(&[&key]);
        let mut site = issuer.site.lock().unwrap();
        let page = site.pages.remove(OPENID).unwrap();
        site.pages.insert(place.to_owned(), page);
        drop(site);
        let program = handler(&settings(&issuer));
        assert_eq!(program.call("/mcp", "who", &[bearer(key.token(&claims(&issuer)))]).status, 200, "{place}");
        assert!(issuer.address().ends_with(PATH));
    }
}
