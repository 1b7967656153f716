//! Tokens for other services in the name of a caller, of an issuer that answers as Entra ID does.

use crate::belongings::entra;
use crate::issuer::{Issuer, Key};
use crate::program::{Program, bearer, handler, now};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use std::time::Duration;
use tests::folder::TempFolder;

const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const GRAPH: &str = "https://graph.microsoft.com/User.Read";

/// The tenant, a key, and a place for answers to token requests.
fn cast() -> (Issuer, Key, String) {
    let key = Key::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&key]);
    entra(&issuer, TENANT);
    (issuer, key, format!("/{TENANT}/oauth2/v2.0/token"))
}

/// A token of a user of the tenant.
fn user(issuer: &Issuer, key: &Key, name: &str) -> String {
    key.token(&json!({
        "iss": format!("{}/{TENANT}/v2.0", issuer.origin), "aud": "api://app", "tid": TENANT, "oid": name, "sub": name,
        "azp": "inspector", "scp": "notes", "exp": now() + 600
    }))
}

/// The settings of the app, with one more.
fn app(issuer: &Issuer, credential: &[(&'static str, String)]) -> Program {
    let own = [
        ("GUARDED_ENTRA", issuer.origin.clone()),
        ("GUARDED_TENANT", TENANT.to_owned()),
        ("WEBSITE_AUTH_OPENID_ISSUER", format!("{}/{TENANT}/v2.0", issuer.origin)),
        ("WEBSITE_AUTH_CLIENT_ID", "the-app".to_owned()),
    ];
    handler(&[&own, credential].concat())
}

fn exchange(program: &Program, token: &str, scope: &str) -> String {
    let params = json!({ "name": "exchange", "arguments": { "scope": scope } });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let answer = program.post("/mcp", &[bearer(token)], &message).body;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// The last form that the issuer got.
fn form(issuer: &Issuer) -> Vec<(String, String)> {
    let form = issuer.site.lock().unwrap().forms.last().unwrap().clone();
    let decode =
        |text: &str| percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    form.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (decode(name), decode(value))).collect()
}

fn value(form: &[(String, String)], name: &str) -> String {
    form.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}: {form:?}")).1.clone()
}

#[test]
fn a_token_is_exchanged_and_kept_for_its_caller() {
    let (issuer, key, place) = cast();
    let program = app(&issuer, &[("MICROSOFT_PROVIDER_AUTHENTICATION_SECRET", "s3cret".to_owned())]);
    let [jane, bob] = ["jane", "bob"].map(|name| user(&issuer, &key, name));
    issuer.set(&place, 200, r#"{"access_token":"graph-of-jane","expires_in":3600,"token_type":"Bearer"}"#);
    assert_eq!(exchange(&program, &jane, GRAPH), "graph-of-jane");
    let sent = form(&issuer);
    assert_eq!(value(&sent, "grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
    assert_eq!(value(&sent, "requested_token_use"), "on_behalf_of");
    assert_eq!(value(&sent, "assertion"), jane);
    assert_eq!(value(&sent, "scope"), GRAPH);
    assert_eq!((value(&sent, "client_id"), value(&sent, "client_secret")), ("the-app".to_owned(), "s3cret".to_owned()));
    // Each caller and each scope has its own, and nobody asks twice.
    issuer.set(&place, 200, r#"{"access_token":"graph-of-bob","expires_in":3600}"#);
    assert_eq!(exchange(&program, &jane, GRAPH), "graph-of-jane");
    assert_eq!(exchange(&program, &bob, GRAPH), "graph-of-bob");
    issuer.set(&place, 200, r#"{"access_token":"mail-of-jane","expires_in":299}"#);
    assert_eq!(exchange(&program, &jane, "api://mail/Read api://mail/Write"), "mail-of-jane");
    assert_eq!(issuer.count(&place), 3);
    // What ends within five minutes is not kept.
    issuer.set(&place, 200, r#"{"access_token":"later-mail-of-jane","expires_in":3600}"#);
    assert_eq!(exchange(&program, &jane, "api://mail/Read api://mail/Write"), "later-mail-of-jane");
}

#[test]
fn refusals_say_what_helps_and_no_secret() {
    let (issuer, key, place) = cast();
    let program = app(&issuer, &[("MICROSOFT_PROVIDER_AUTHENTICATION_SECRET", "s3cret".to_owned())]);
    let jane = user(&issuer, &key, "jane");
    let refuse = |status, error: &str, description: &str| {
        issuer.set(&place, status, &json!({ "error": error, "error_description": description }).to_string());
        let said = exchange(&program, &jane, GRAPH);
        assert!(!said.contains("s3cret") && !said.contains(&jane), "{said}");
        said
    };
    assert!(refuse(400, "invalid_grant", "AADSTS65001: not consented").contains("has to consent (AADSTS65001)"));
    assert!(refuse(400, "interaction_required", "AADSTS50076: mfa").contains("sign in again"));
    assert!(refuse(401, "invalid_client", "AADSTS7000215: wrong").contains("its log says why"));
    assert!(refuse(503, "temporarily_unavailable", "AADSTS90033: later").contains("try again later"));
    // Half an answer, a redirect to somebody else, and nobody there.
    issuer.set(&place, 200, r#"{"access_token":"#);
    assert!(exchange(&program, &jane, GRAPH).contains("try again later"));
    let elsewhere = vec![("Location".to_owned(), format!("{}/evil", issuer.origin))];
    issuer.site.lock().unwrap().pages.insert(place.clone(), (307, elsewhere, String::new()));
    exchange(&program, &jane, GRAPH);
    assert_eq!(issuer.count("/evil"), 0);
    program.app.signal("TERM");
    let (_, stdout, stderr) = program.app.ended();
    let log = stdout + &stderr;
    assert!(log.contains("AADSTS7000215") && !log.contains("s3cret") && !log.contains(&jane), "{log}");
}

#[test]
fn a_managed_identity_vouches_for_the_app() {
    let (issuer, key, place) = cast();
    issuer.set("/identity", 200, &json!({ "access_token": "vouched", "expires_on": (now() + 3600).to_string(), "resource": "x", "token_type": "Bearer" }).to_string());
    let program = app(
        &issuer,
        &[
            ("IDENTITY_ENDPOINT", format!("{}/identity", issuer.origin)),
            ("IDENTITY_HEADER", "x".to_owned()),
            ("OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID", "the-identity".to_owned()),
            ("MICROSOFT_PROVIDER_AUTHENTICATION_SECRET", "s3cret".to_owned()),
        ],
    );
    issuer.set(&place, 200, r#"{"access_token":"graph","expires_in":3600}"#);
    assert_eq!(exchange(&program, &user(&issuer, &key, "jane"), GRAPH), "graph");
    let sent = form(&issuer);
    assert_eq!(value(&sent, "client_assertion"), "vouched");
    assert_eq!(value(&sent, "client_assertion_type"), "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    assert!(!sent.iter().any(|(name, _)| name == "client_secret"), "{sent:?}");
    let asked = issuer.site.lock().unwrap().asked.clone();
    let asked = asked.iter().find(|path| path.starts_with("/identity")).unwrap();
    assert!(asked.contains("client_id=the-identity") && asked.contains("AzureADTokenExchange"), "{asked}");
}

#[test]
fn a_certificate_vouches_for_the_app() {
    let (issuer, key, place) = cast();
    let folder = TempFolder::new();
    let rsa = Key::new("certificate", Algorithm::PS256);
    // Only its bytes count here.
    let certificate = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    folder.write("app.pem", &(rsa.private_pem() + certificate));
    let file = folder.path().join("app.pem").display().to_string();
    let program = app(&issuer, &[("MCP_TRIGGER_AUTH_CERTIFICATE", file)]);
    issuer.set(&place, 200, r#"{"access_token":"graph","expires_in":3600}"#);
    assert_eq!(exchange(&program, &user(&issuer, &key, "jane"), GRAPH), "graph");
    let assertion = value(&form(&issuer), "client_assertion");
    let header: Value = serde_json::from_slice(&BASE64.decode(assertion.split('.').next().unwrap()).unwrap()).unwrap();
    // The SHA-256 of `hello`.
    assert_eq!(header["x5t#S256"], "LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ", "{header}");
    let mut validation = jsonwebtoken::Validation::new(Algorithm::PS256);
    validation.set_audience(&[format!("{}{place}", issuer.origin)]);
    let public: jsonwebtoken::jwk::Jwk = serde_json::from_value(rsa.public()).unwrap();
    let public = jsonwebtoken::DecodingKey::from_jwk(&public).unwrap();
    let claims = jsonwebtoken::decode::<Value>(&assertion, &public, &validation).unwrap().claims;
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!("the-app"), &json!("the-app")));
}

#[test]
fn without_a_credential_the_log_says_what_is_missing() {
    let (issuer, key, place) = cast();
    let program = app(&issuer, &[]);
    let said = exchange(&program, &user(&issuer, &key, "jane"), GRAPH);
    assert_eq!(said, "the app is not set up to act in the name of its callers; its log says why");
    std::thread::sleep(Duration::from_millis(50));
    program.app.signal("TERM");
    let (_, stdout, stderr) = program.app.ended();
    let log = stdout + &stderr;
    assert!(log.contains("OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID"), "{log}");
    assert_eq!(issuer.count(&place), 0);
}
