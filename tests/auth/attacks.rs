//! Tokens and headers that are not what they should be, one row each: at every endpoint of every form.

use crate::issuer::{Issuer, Key};
use crate::program::{AUDIENCE, Program, bearer, claims, handler, host, now, serve, settings};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac_sha256::HMAC;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

/// A request, and what becomes of it.
struct Row {
    name: &'static str,
    headers: Vec<(&'static str, String)>,
    status: u16,
    /// A part of the challenge, else of the body.
    says: &'static str,
}

/// All rows, for tokens of an issuer that are signed by its key.
fn rows(issuer: &Issuer, key: &Key, rsa: &Key) -> Vec<Row> {
    let valid = claims(issuer);
    let with = |name: &str, value: Value| {
        let mut claims = valid.clone();
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = valid.clone();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    let header = |name: &str, value: Value| {
        let mut header = key.header();
        header[name] = value;
        key.sign(&header, &valid.to_string())
    };
    let hmac = |secret: &[u8]| {
        let head = json!({ "alg": "HS256", "typ": "at+jwt", "kid": key.id });
        let message = format!("{}.{}", BASE64.encode(head.to_string()), BASE64.encode(valid.to_string()));
        format!("{message}.{}", BASE64.encode(HMAC::mac(message.as_bytes(), secret)))
    };
    let unsigned = |algorithm: &str| {
        let head = json!({ "alg": algorithm, "kid": key.id });
        format!("{}.{}.", BASE64.encode(head.to_string()), BASE64.encode(valid.to_string()))
    };
    let good = key.token(&valid);
    let parts: Vec<_> = good.split('.').collect();
    let public = key.public();
    let point = [&public["x"], &public["y"]].map(|part| BASE64.decode(part.as_str().unwrap()).unwrap()).concat();
    let stranger = Key::new(&key.id, Algorithm::ES256);
    const INVALID: &str = "error=\"invalid_token\"";
    const JANE: &str = "jane [reader] [notes,more]";

    let mut rows = Vec::new();
    let mut row =
        |name, headers: Vec<(&'static str, String)>, status, says| rows.push(Row { name, headers, status, says });
    // What is let in.
    row("a valid token", vec![bearer(&good)], 200, JANE);
    row("the same once more", vec![bearer(&good)], 200, JANE);
    row("RS256", vec![bearer(rsa.token(&valid))], 200, JANE);
    row("one of several audiences", vec![bearer(key.token(&with("aud", json!(["x", AUDIENCE]))))], 200, JANE);
    row("another audience of ours", vec![bearer(key.token(&with("aud", json!("other-of-ours"))))], 200, JANE);
    row("a scheme in lower case", vec![("authorization", format!("bearer {good}"))], 200, JANE);
    row("no type", vec![bearer(key.sign(&json!({ "alg": "ES256", "kid": key.id }), &valid.to_string()))], 200, JANE);
    row("expired within the clock skew", vec![bearer(key.token(&with("exp", json!(now() - 30))))], 200, JANE);
    row("not valid yet within the clock skew", vec![bearer(key.token(&with("nbf", json!(now() + 30))))], 200, JANE);
    // Requests without a token.
    row("no token", vec![], 401, "resource_metadata=");
    row("another scheme", vec![("Authorization", "Basic amFuZTo=".to_owned())], 401, "scope=\"notes\"");
    row("a key instead", vec![("x-functions-key", "secret".to_owned())], 401, "Bearer ");
    row("a cookie instead", vec![("Cookie", format!("access_token={good}"))], 401, "Bearer ");
    row("a forged identity", vec![("X-MS-CLIENT-PRINCIPAL-ID", "jane".to_owned())], 401, "Bearer ");
    row("an empty token", vec![("Authorization", "Bearer ".to_owned())], 400, "invalid_request");
    row("two headers", vec![bearer(&good), bearer(&good)], 400, "invalid_request");
    row(
        "a good header and a bad one",
        vec![bearer(&good), ("Authorization", "Basic x".to_owned())],
        400,
        "invalid_request",
    );
    row(
        "two tokens in one header",
        vec![("Authorization", format!("Bearer {good}, Bearer {good}"))],
        400,
        "invalid_request",
    );
    row("two tokens with a blank", vec![("Authorization", format!("Bearer {good} {good}"))], 400, "invalid_request");
    row("letters that no token has", vec![("Authorization", "Bearer a\"b".to_owned())], 400, "invalid_request");
    // Tokens that are no tokens.
    row("a word", vec![bearer("word")], 401, INVALID);
    row("two parts", vec![bearer("a.b")], 401, INVALID);
    row("five parts, encrypted", vec![bearer("a.b.c.d.e")], 401, INVALID);
    row("too long", vec![bearer("a".repeat(17_000))], 401, INVALID);
    row(
        "a nested token",
        vec![bearer(key.sign(&json!({ "alg": "ES256", "kid": key.id, "cty": "JWT" }), &format!("\"{good}\"")))],
        401,
        INVALID,
    );
    row("claims that are a list", vec![bearer(key.sign(&key.header(), "[]"))], 401, INVALID);
    row("claims that are no JSON", vec![bearer(key.sign(&key.header(), "{"))], 401, INVALID);
    row(
        "an issuer twice",
        vec![bearer(
            key.sign(&key.header(), &valid.to_string().replacen('{', "{\"iss\":\"https://evil.example\",", 1)),
        )],
        401,
        INVALID,
    );
    row(
        "an audience twice",
        vec![bearer(key.sign(
            &key.header(),
            &with("aud", json!("x")).to_string().replacen('{', "{\"aud\":\"https://app.example/mcp\",", 1),
        ))],
        401,
        INVALID,
    );
    // Signatures and algorithms.
    row("no signature", vec![bearer(format!("{}.{}.", parts[0], parts[1]))], 401, INVALID);
    row("half a signature", vec![bearer(&good[..good.len() - 20])], 401, INVALID);
    row("another's signature", vec![bearer(stranger.token(&valid))], 401, INVALID);
    row(
        "another's claims",
        vec![bearer(format!("{}.{}.{}", parts[0], BASE64.encode(with("sub", json!("bob")).to_string()), parts[2]))],
        401,
        INVALID,
    );
    row("the algorithm none", vec![bearer(unsigned("none"))], 401, INVALID);
    row("the algorithm None", vec![bearer(unsigned("None"))], 401, INVALID);
    row("the algorithm nOnE", vec![bearer(unsigned("nOnE"))], 401, INVALID);
    row("the algorithm of nothing", vec![bearer(unsigned(""))], 401, INVALID);
    row("HS256 with the public key as JSON", vec![bearer(hmac(public.to_string().as_bytes()))], 401, INVALID);
    row("HS256 with the public point", vec![bearer(hmac(&point))], 401, INVALID);
    let spki = key.public_der();
    row("HS256 with the public key as DER", vec![bearer(hmac(&spki))], 401, INVALID);
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        base64::prelude::BASE64_STANDARD.encode(&spki)
    );
    row("HS256 with the public key as PEM", vec![bearer(hmac(pem.as_bytes()))], 401, INVALID);
    row(
        "HS256 with the public key as PEM without its last line break",
        vec![bearer(hmac(pem.trim_end().as_bytes()))],
        401,
        INVALID,
    );
    row("HS256 with nothing", vec![bearer(hmac(b""))], 401, INVALID);
    row("an algorithm that the key has not", vec![bearer(header("alg", json!("ES384")))], 401, INVALID);
    row("RSA with the key of a curve", vec![bearer(header("alg", json!("RS256")))], 401, INVALID);
    row("an algorithm in lower case", vec![bearer(header("alg", json!("es256")))], 401, INVALID);
    row("an algorithm that is a number", vec![bearer(header("alg", json!(1)))], 401, INVALID);
    row("a critical extension", vec![bearer(header("crit", json!(["exp"])))], 401, INVALID);
    row("an unencoded payload", vec![bearer(header("b64", json!(false)))], 401, INVALID);
    row("a compressed payload", vec![bearer(header("zip", json!("DEF")))], 401, INVALID);
    row("another type", vec![bearer(header("typ", json!("dpop+jwt")))], 401, INVALID);
    // Keys.
    row("an unknown key", vec![bearer(header("kid", json!("other")))], 401, INVALID);
    let nameless = |key: &Key| {
        let head = json!({ "alg": format!("{:?}", key.algorithm), "typ": "at+jwt" });
        key.sign(&head, &valid.to_string())
    };
    row("no key id, and keys of several kinds", vec![bearer(nameless(key))], 200, JANE);
    row("no key id, and the key of a stranger", vec![bearer(nameless(&stranger))], 401, INVALID);
    row("an empty key id", vec![bearer(header("kid", json!("")))], 401, INVALID);
    row("a key id that is a path", vec![bearer(header("kid", json!("../../etc/passwd")))], 401, INVALID);
    let own = |name: &str, value: Value| {
        let mut header = stranger.header();
        header[name] = value;
        stranger.sign(&header, &valid.to_string())
    };
    row("its own key in the header", vec![bearer(own("jwk", stranger.public()))], 401, INVALID);
    row(
        "an address of keys in the header",
        vec![bearer(own("jku", json!(format!("{}/evil", issuer.origin))))],
        401,
        INVALID,
    );
    row(
        "an address of a certificate",
        vec![bearer(own("x5u", json!(format!("{}/evil", issuer.origin))))],
        401,
        INVALID,
    );
    // Audience and issuer.
    row("no audience", vec![bearer(key.token(&without("aud")))], 401, INVALID);
    row("an empty audience", vec![bearer(key.token(&with("aud", json!(""))))], 401, INVALID);
    row("no audiences", vec![bearer(key.token(&with("aud", json!([]))))], 401, INVALID);
    row("another audience", vec![bearer(key.token(&with("aud", json!("https://other.example"))))], 401, INVALID);
    row(
        "the beginning of an audience",
        vec![bearer(key.token(&with("aud", json!("https://app.example"))))],
        401,
        INVALID,
    );
    row("an audience with more", vec![bearer(key.token(&with("aud", json!(format!("{AUDIENCE}/x")))))], 401, INVALID);
    row(
        "an audience in another case",
        vec![bearer(key.token(&with("aud", json!(AUDIENCE.to_uppercase()))))],
        401,
        INVALID,
    );
    row("an audience that is a number", vec![bearer(key.token(&with("aud", json!(1))))], 401, INVALID);
    row("no issuer", vec![bearer(key.token(&without("iss")))], 401, INVALID);
    row("another issuer", vec![bearer(key.token(&with("iss", json!("https://evil.example"))))], 401, INVALID);
    row(
        "an issuer to be asked",
        vec![bearer(key.token(&with("iss", json!(format!("{}/evil", issuer.origin)))))],
        401,
        INVALID,
    );
    row("an issuer with a slash", vec![bearer(key.token(&with("iss", json!(issuer.address() + "/"))))], 401, INVALID);
    row(
        "an issuer in another case",
        vec![bearer(key.token(&with("iss", json!(issuer.address().to_uppercase()))))],
        401,
        INVALID,
    );
    row("a list of issuers", vec![bearer(key.token(&with("iss", json!([issuer.address()]))))], 401, INVALID);
    // Times.
    row("expired", vec![bearer(key.token(&with("exp", json!(now() - 90))))], 401, "expired");
    row("no end", vec![bearer(key.token(&without("exp")))], 401, INVALID);
    row("an end that is text", vec![bearer(key.token(&with("exp", json!((now() + 600).to_string()))))], 401, INVALID);
    row("an end before all time", vec![bearer(key.token(&with("exp", json!(-1))))], 401, INVALID);
    row("an end between two seconds", vec![bearer(key.token(&with("exp", json!(now() as f64 + 600.5))))], 200, JANE);
    row(
        "an end in the past between two seconds",
        vec![bearer(key.token(&with("exp", json!(now() as f64 - 90.5))))],
        401,
        INVALID,
    );
    row("an end after all time", vec![bearer(key.token(&with("exp", json!(1e300))))], 401, INVALID);
    row("an end in 300 billion years", vec![bearer(key.token(&with("exp", json!(u64::MAX))))], 200, JANE);
    row("an end that is true", vec![bearer(key.token(&with("exp", json!(true))))], 401, INVALID);
    row("an end that is null", vec![bearer(key.token(&with("exp", Value::Null)))], 401, INVALID);
    row("not valid yet", vec![bearer(key.token(&with("nbf", json!(now() + 90))))], 401, "not valid yet");
    // Who and what for.
    row("nobody", vec![bearer(key.token(&without("sub")))], 401, INVALID);
    row("an empty name", vec![bearer(key.token(&with("sub", json!(""))))], 401, INVALID);
    row("a name with a line break", vec![bearer(key.token(&with("sub", json!("a\r\nX: y"))))], 401, INVALID);
    row("an ID token", vec![bearer(key.token(&with("nonce", json!("n"))))], 401, "ID token");
    row("no scope", vec![bearer(key.token(&without("scope")))], 403, "error=\"insufficient_scope\"");
    row("another scope", vec![bearer(key.token(&with("scope", json!("notesx note NOTES"))))], 403, "scope=\"notes\"");
    row(
        "an app without a scope",
        vec![bearer(key.token(&{
            let mut claims = without("scope");
            claims["oid"] = json!("jane");
            claims["idtyp"] = json!("app");
            claims
        }))],
        403,
        "insufficient_scope",
    );
    // Forged identities beside a valid token.
    let forged = |name: &'static str, value: &str| vec![bearer(&good), (name, value.to_owned())];
    row("another's id", forged("X-MS-CLIENT-PRINCIPAL-ID", "admin"), 200, JANE);
    row("another's id in lower case", forged("x-ms-client-principal-id", "admin"), 200, JANE);
    row("another's provider", forged("X-Ms-Client-Principal-Idp", "aad"), 200, JANE);
    row(
        "another's claims in a header",
        forged(
            "X-MS-CLIENT-PRINCIPAL",
            "eyJhdXRoX3R5cCI6ImFhZCIsImNsYWltcyI6W3sidHlwIjoicm9sZXMiLCJ2YWwiOiJtYW5hZ2VyIn1dfQ==",
        ),
        200,
        JANE,
    );
    row("another's token", forged("X-MS-TOKEN-AAD-ACCESS-TOKEN", "x"), 200, JANE);
    row("a header that begins alike", forged("X-MS-CLIENT-PRINCIPAL-X", "forged"), 200, "app=false\"");
    rows
}

/// Sends all rows to all endpoints, and tells all that did not get what they should.
fn attack(program: &Program, issuer: &Issuer, key: &Key, rsa: &Key) {
    let mut wrong = Vec::new();
    let rows = rows(issuer, key, rsa);
    assert!(rows.len() >= 60);
    for endpoint in program.endpoints {
        for Row { name, headers, status, says } in &rows {
            let response = program.call(endpoint, "who", headers);
            let challenge = response.headers.get("WWW-Authenticate").unwrap_or_default().to_owned();
            let said = if *status == 200 { &response.body } else { &challenge };
            if response.status != *status || !said.contains(says) || (*status == 200) != challenge.is_empty() {
                wrong.push(format!("{endpoint}, {name}: {} {challenge} {}", response.status, response.body));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        issuer.count("/evil") + issuer.count("/evil/.well-known/openid-configuration"),
        0,
        "no token leads anywhere"
    );
}

fn cast() -> (Issuer, Key, Key) {
    let (key, rsa) = (Key::new("one", Algorithm::ES256), Key::new("two", Algorithm::RS256));
    (Issuer::start(&[&key, &rsa]), key, rsa)
}

#[test]
fn at_the_custom_handler() {
    let (issuer, key, rsa) = cast();
    attack(&handler(&settings(&issuer)), &issuer, &key, &rsa);
}

#[test]
fn at_the_program_by_itself() {
    let (issuer, key, rsa) = cast();
    attack(&serve(&settings(&issuer)), &issuer, &key, &rsa);
}

#[test]
fn at_the_local_host() {
    let (issuer, key, rsa) = cast();
    attack(&host(&settings(&issuer)), &issuer, &key, &rsa);
}

/// Nothing but a header is read for a token, and every method and every message needs one.
#[test]
fn every_request_needs_a_token_in_its_header() {
    let (issuer, key, _) = cast();
    let token = key.token(&claims(&issuer));
    for program in [handler(&settings(&issuer)), serve(&settings(&issuer))] {
        for endpoint in program.endpoints {
            let status =
                |method: &str, path: &str, body: &str| program.request(method, path, &[], body.as_bytes()).status;
            let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
            for path in [
                format!("{endpoint}?access_token={token}"),
                format!("{endpoint}?code={token}"),
                format!("{endpoint}/"),
                endpoint.to_uppercase(),
            ] {
                assert_eq!(status("POST", &path, list), 401, "{path}");
            }
            for method in ["GET", "DELETE", "PUT", "OPTIONS"] {
                assert_eq!(status(method, endpoint, ""), 401, "{method} {endpoint}");
            }
            for body in [
                format!("[{list}]"),
                format!("access_token={token}"),
                r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.to_owned(),
                r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#.to_owned(),
                r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#.to_owned(),
                String::new(),
            ] {
                assert_eq!(status("POST", endpoint, &body), 401, "{body}");
            }
        }
        for path in ["//mcp", "/x/../mcp", "/%6dcp", "/mcp%2f"] {
            let status = program.call(path, "who", &[]).status;
            assert!([400, 401, 404].contains(&status), "{path}: {status}");
        }
    }
    let program = serve(&settings(&issuer));
    let status = |method, path| program.request(method, path, &[], b"").status;
    assert_eq!(
        (status("GET", "/runtime/webhooks/mcp/sse"), status("POST", "/runtime/webhooks/mcp/message")),
        (401, 401)
    );
    assert_eq!(status("GET", "/admin/host/status"), 401);
}

/// Roles decide, whatever a client says of itself.
#[test]
fn a_role_comes_from_the_token() {
    let (issuer, key, _) = cast();
    let mut manager = claims(&issuer);
    manager["roles"] = json!(["reader", "manager"]);
    for program in [handler(&settings(&issuer)), serve(&settings(&issuer))] {
        for endpoint in program.endpoints {
            let answer = program.call(endpoint, "close", &[bearer(key.token(&claims(&issuer)))]).body;
            assert!(answer.contains("lacks the role") || answer.contains("role"), "{answer}");
            assert!(!answer.contains("closed"), "{answer}");
            assert!(program.call(endpoint, "close", &[bearer(key.token(&manager))]).body.contains("closed"));
        }
    }
}
