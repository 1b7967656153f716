//! A whole sign-in, and what attackers and mistaken clients get.

use super::*;
use crate::{InvokeError, Invoker, LocalHost};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use hyper::header::{CONTENT_SECURITY_POLICY, LOCATION};
use mcp_trigger_core::http::Body;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const ISSUER: &str = "http://127.0.0.1:7071/test-sign-in/00000000-0000-0000-0000-00007e57e57e/v2.0";
const PROVIDER: &str = "/test-sign-in/00000000-0000-0000-0000-00007e57e57e/v2.0";
const MCP: &str = "http://127.0.0.1:7071/mcp";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"; // RFC 7636, appendix B
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT: &str = "http://127.0.0.1:4000/callback";

struct Test {
    provider: IdentityProvider,
    now: SystemTime,
    client: String,
}

impl Test {
    fn new() -> Self {
        let user = |name: &str, role: &str| TestUser {
            name: name.into(),
            roles: vec![role.into()],
            scopes: vec!["use".into(), "read".into()],
        };
        let users = vec![user("Ada", "Writer"), user("<b>Bob", "Reader")];
        let provider = IdentityProvider::new("127.0.0.1:7071".parse().unwrap(), users).unwrap();
        let mut test = Test { provider, now: UNIX_EPOCH + Duration::from_secs(1_800_000_000), client: String::new() };
        test.client = test.register("<script>alert(1)</script>", "http://127.0.0.1/callback").1["client_id"]
            .as_str()
            .unwrap()
            .into();
        test
    }

    /// A request for the metadata.
    fn request(&self) -> SignInRequest<'static> {
        SignInRequest {
            method: &Method::GET,
            path: "/.well-known/oauth-authorization-server/test-sign-in/00000000-0000-0000-0000-00007e57e57e/v2.0",
            query: "",
            body: b"",
            host: "localhost:7071",
            origin: None,
            authorization: None,
            is_forwarded: false,
            now: self.now,
        }
    }

    fn send(&self, method: Method, path: &str, query: &str, body: &str, origin: Option<&str>) -> (u16, String, String) {
        let (path, host) = (&*format!("{PROVIDER}{path}"), "127.0.0.1:7071");
        let (method, body) = (&method, body.as_bytes());
        read(
            self.provider.respond(SignInRequest { method, path, query, body, host, origin, ..self.request() }).unwrap(),
        )
    }

    fn register(&self, name: &str, redirect: &str) -> (u16, Value) {
        let body = json!({ "client_name": name, "redirect_uris": [redirect] }).to_string();
        let (status, body, _) = self.send(Method::POST, "/register", "", &body, None);
        (status, serde_json::from_str(&body).unwrap())
    }

    /// The page for a query, in which one parameter is another, or is left out.
    fn page(&self, (name, value): (&str, Option<&str>)) -> (u16, String, String) {
        let mut fields = vec![
            ("client_id", &*self.client),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("state", "s&t"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("resource", MCP),
        ];
        fields.retain(|(known, _)| *known != name);
        fields.extend(value.map(|value| (name, value)));
        self.send(Method::GET, "/authorize", &form(&fields), "", None)
    }

    fn ticket(&self) -> String {
        let (status, page, _) = self.page(("", None));
        assert_eq!(status, 200, "{page}");
        let (_, rest) = page.split_once("name=\"ticket\" value=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    }

    fn click(&self, ticket: &str, origin: Option<&str>) -> (u16, String, String) {
        self.send(Method::POST, "/authorize", "", &form(&[("ticket", ticket), ("user", "0")]), origin)
    }

    fn code(&self) -> String {
        let (status, _, location) = self.click(&self.ticket(), Some("http://127.0.0.1:7071"));
        assert_eq!(status, 303);
        let (address, query) = location.split_once('?').unwrap();
        assert_eq!(address, REDIRECT);
        let query = fields(query.as_bytes()).unwrap();
        assert_eq!((field(&query, "state"), field(&query, "iss")), (Some("s&t"), Some(ISSUER)));
        field(&query, "code").unwrap().to_owned()
    }

    /// The token for a code, with one parameter changed.
    fn token(&self, code: &str, changed: (&str, &str)) -> (u16, Value) {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", VERIFIER),
            ("redirect_uri", REDIRECT),
            ("client_id", &self.client),
            ("resource", MCP),
        ];
        fields.retain(|(known, _)| *known != changed.0);
        fields.push(changed);
        self.post_token(&fields)
    }

    fn post_token(&self, fields: &[(&str, &str)]) -> (u16, Value) {
        let (status, body, _) = self.send(Method::POST, "/token", "", &form(fields), None);
        (status, serde_json::from_str(&body).unwrap())
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn read(response: Response) -> (u16, String, String) {
    let location = response.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let Body::Sized(bytes) = response.into_body() else { panic!("a stream") };
    (status, String::from_utf8(bytes.unwrap_or_default().to_vec()).unwrap(), location.unwrap_or_default())
}

#[test]
fn a_sign_in_gives_a_token_that_the_published_key_signed() {
    let test = Test::new();
    let (status, answer) = test.token(&test.code(), ("x", ""));
    assert_eq!(status, 200, "{answer}");
    let parts: Vec<&str> = answer["access_token"].as_str().unwrap().split('.').collect();
    let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
    let keys: Value = serde_json::from_str(&test.send(Method::GET, "/keys", "", "", None).1).unwrap();
    let key = &keys["keys"][0];
    let point = [vec![4], decode(key["x"].as_str().unwrap()), decode(key["y"].as_str().unwrap())].concat();
    let text = format!("{}.{}", parts[0], parts[1]);
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(text.as_bytes(), &decode(parts[2])).unwrap();
    let header: Value = serde_json::from_slice(&decode(parts[0])).unwrap();
    assert_eq!((&header["alg"], &header["kid"]), (&json!("ES256"), &key["kid"]));
    let claims: Value = serde_json::from_slice(&decode(parts[1])).unwrap();
    assert_ne!(claims["sub"], claims["oid"], "an application's");
    let shown = ["iss", "aud", "name", "roles", "scp", "azp", "exp"].map(|name| claims[name].clone());
    let expected = [
        json!(ISSUER),
        json!(MCP),
        json!("Ada"),
        json!(["Writer"]),
        json!("use read"),
        json!(test.client),
        json!(1_800_003_600),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn metadata_is_at_all_three_addresses() {
    let test = Test::new();
    for path in [
        format!("/.well-known/oauth-authorization-server{PROVIDER}"),
        format!("/.well-known/openid-configuration{PROVIDER}"),
        format!("{PROVIDER}/.well-known/openid-configuration"),
    ] {
        let request = SignInRequest { path: &path, ..test.request() };
        let metadata: Value = serde_json::from_str(&read(test.provider.respond(request).unwrap()).1).unwrap();
        assert_eq!(
            (&metadata["issuer"], &metadata["code_challenge_methods_supported"]),
            (&json!(ISSUER), &json!(["S256"]))
        );
        for hostile in
            [SignInRequest { host: "evil.example", ..request }, SignInRequest { is_forwarded: true, ..request }]
        {
            assert_eq!(test.provider.respond(hostile).unwrap().status(), 403);
        }
    }
}

/// Clients in browsers read what they need, and no page reads the page on which users sign in.
#[test]
fn pages_read_what_clients_need() {
    let test = Test::new();
    let origin = |method: &Method, part: &str| {
        let path = format!("{PROVIDER}{part}");
        let answer = test.provider.respond(SignInRequest { method, path: &path, ..test.request() });
        answer.and_then(|answer| answer.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).cloned())
    };
    let all = Some(HeaderValue::from_static("*"));
    for (method, part) in
        [(Method::GET, CONFIGURATION), (Method::GET, "/keys"), (Method::POST, "/register"), (Method::POST, "/token")]
    {
        assert_eq!((origin(&method, part), origin(&Method::OPTIONS, part)), (all.clone(), all.clone()), "{part}");
    }
    for method in [Method::GET, Method::POST, Method::OPTIONS] {
        assert_eq!(origin(&method, "/authorize"), None, "{method}");
    }
    let (method, path) = (&Method::OPTIONS, &*format!("{PROVIDER}/token"));
    let answer = test.provider.respond(SignInRequest { method, path, ..test.request() }).unwrap();
    assert_eq!(answer.headers()[ACCESS_CONTROL_ALLOW_HEADERS], "authorization, *");
}

#[test]
fn a_code_is_for_one_time_one_minute_and_one_client() {
    let mut test = Test::new();
    let code = test.code();
    assert_eq!(test.token(&code, ("x", "")).0, 200);
    assert_eq!(test.token(&code, ("x", "")).1["error"], "invalid_grant");
    let other = test.register("Other", REDIRECT).1["client_id"].as_str().unwrap().to_owned();
    for (changed, error) in [
        (("code_verifier", "wrongwrongwrongwrongwrongwrongwrongwrongwrong"), "invalid_grant"),
        (("code_verifier", CHALLENGE), "invalid_grant"),
        (("code_verifier", ""), "invalid_grant"),
        (("redirect_uri", "http://127.0.0.1:4001/callback"), "invalid_grant"),
        (("client_id", &*other), "invalid_grant"),
        (("resource", "http://127.0.0.1:7071/other"), "invalid_target"),
        (("grant_type", "password"), "unsupported_grant_type"),
    ] {
        assert_eq!(test.token(&test.code(), changed).1["error"], error, "{changed:?}");
    }
    let (code, late) = (test.code(), test.code());
    test.now += Duration::from_secs(59);
    assert_eq!(test.token(&code, ("x", "")).0, 200);
    test.now += Duration::from_secs(1);
    assert_eq!(test.token(&late, ("x", "")).1["error"], "invalid_grant");
}

#[test]
fn a_wrong_verifier_uses_the_code_up() {
    let test = Test::new();
    let code = test.code();
    assert_eq!(test.token(&code, ("code_verifier", CHALLENGE)).0, 400);
    assert_eq!(test.token(&code, ("x", "")).0, 400);
}

/// Clients such as VS Code keep their ids.
#[test]
fn a_client_is_known_when_the_provider_starts_anew() {
    let (mut test, other) = (Test::new(), Test::new());
    test.provider = other.provider;
    assert_eq!(test.token(&test.code(), ("x", "")).0, 200);
    let made_up = |json: &str| BASE64_URL_SAFE_NO_PAD.encode(json);
    assert_eq!(test.page(("client_id", Some(&made_up(r#"["x",["http://127.0.0.1/callback"]]"#)))).0, 200);
    for json in [r#"["x",[]]"#, r#"["x",["http://127.0.0.1/callback","javascript:alert(1)"]]"#, "[]", ""] {
        assert_eq!(test.page(("client_id", Some(&made_up(json)))).0, 400, "{json}");
    }
}

#[test]
fn refresh_tokens_rotate() {
    let test = Test::new();
    let first = test.token(&test.code(), ("x", "")).1["refresh_token"].as_str().unwrap().to_owned();
    let refresh = |token: &str| {
        test.post_token(&[("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", &test.client)])
    };
    let (status, answer) = refresh(&first);
    assert_eq!(status, 200);
    let second = answer["refresh_token"].as_str().unwrap();
    assert_ne!(first, second);
    assert_eq!(refresh(second).0, 200);
    assert_eq!(refresh(second).0, 400);
}

#[test]
fn an_agent_has_a_token_of_an_application_for_its_secret() {
    let mut test = Test::new();
    let agent = TestAgent { id: "agent".into(), secret: "s3cret".into(), roles: vec!["Caller".into()] };
    test.provider = test.provider.agents(vec![agent]);
    let ask = |id, secret, resource| {
        let grant = ("grant_type", "client_credentials");
        test.post_token(&[grant, ("client_id", id), ("client_secret", secret), ("resource", resource)])
    };
    let (status, answer) = ask("agent", "s3cret", MCP);
    assert_eq!(status, 200, "{answer}");
    let payload = answer["access_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
    let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    assert_eq!((&claims["idtyp"], &claims["roles"], &claims["aud"]), (&json!("app"), &json!(["Caller"]), &json!(MCP)));
    assert!(claims.get("scp").is_none() && claims.get("name").is_none() && answer.get("refresh_token").is_none());
    let body = form(&[("grant_type", "client_credentials"), ("scope", &format!("{MCP}/.default"))]);
    let basic = |text: &str| {
        let header = format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(text));
        let (method, path) = (&Method::POST, &*format!("{PROVIDER}/token"));
        let (authorization, body) = (Some(&*header), body.as_bytes());
        let request = SignInRequest { method, path, body, authorization, ..test.request() };
        test.provider.respond(request).unwrap().status().as_u16()
    };
    assert_eq!(["agent:s3cret", "agent:s3cre", "agent:", ":", "agent"].map(basic), [200, 400, 400, 400, 400]);
    for (id, secret) in [("agent", ""), ("agent", "s3cre"), ("agent", "S3cret"), ("", ""), (&*test.client, "")] {
        assert_eq!(ask(id, secret, MCP).1["error"], "invalid_client", "{id} {secret}");
    }
    assert_eq!(ask("agent", "s3cret", "http://127.0.0.1:7071/other").1["error"], "invalid_target");
}

#[test]
fn nothing_is_redirected_to_an_address_that_is_not_registered() {
    let test = Test::new();
    for redirect in [
        "https://evil.example/callback",
        "http://127.0.0.1:4000/callback/..",
        "http://127.0.0.1:4000@evil.example/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://localhost:4000/callback",
        "http://127.0.0.1:4000/callback?x",
        "",
    ] {
        let (status, _, location) = test.page(("redirect_uri", Some(redirect)));
        assert_eq!((status, &*location), (400, ""), "{redirect}");
    }
    assert_eq!(test.page(("client_id", Some("unknown"))).0, 400);
    for redirect in
        ["javascript:alert(1)", "data://x", "http://evil.example/", "https://a@b/", "https://a/#b", "x\ny://"]
    {
        assert_eq!(test.register("x", redirect).1["error"], "invalid_redirect_uri", "{redirect}");
    }
    for redirect in ["com.example.app:/callback", "vscode://x.y/callback", "http://localhost:3000", "http://[::1]/x"] {
        assert_eq!(test.register("x", redirect).1["redirect_uris"][0], redirect);
    }
}

#[test]
fn requests_without_s256_or_of_another_resource_go_back_with_an_error() {
    let test = Test::new();
    for (changed, error) in [
        (("code_challenge_method", Some("plain")), "invalid_request"),
        (("code_challenge_method", None), "invalid_request"),
        (("code_challenge", None), "invalid_request"),
        (("resource", None), "invalid_target"),
        (("resource", Some("http://127.0.0.1:7071/other")), "invalid_target"),
        (("resource", Some("http://127.0.0.1:7072/mcp")), "invalid_target"),
        (("resource", Some("https://127.0.0.1:7071/mcp")), "invalid_target"),
        (("response_type", Some("token")), "unsupported_response_type"),
    ] {
        let (status, _, location) = test.page(changed);
        assert_eq!(status, 303);
        assert!(
            location.starts_with(&format!("{REDIRECT}?error={error}&error_description=")),
            "{changed:?}: {location}"
        );
        assert!(location.contains("&iss=http") && location.ends_with("&state=s%26t"), "{location}");
    }
}

#[test]
fn only_the_page_sends_its_form_and_only_once() {
    let test = Test::new();
    let ticket = test.ticket();
    for origin in [None, Some("null"), Some("https://evil.example"), Some("http://127.0.0.1:9999")] {
        assert_eq!(test.click(&ticket, origin).0, 403, "{origin:?}");
    }
    assert_eq!(test.click("forged", Some("http://127.0.0.1:7071")).0, 400);
    assert_eq!(test.click(&ticket, Some("http://127.0.0.1:7071")).0, 303);
    assert_eq!(test.click(&ticket, Some("http://127.0.0.1:7071")).0, 400);
}

#[test]
fn names_are_text_on_the_page() {
    let test = Test::new();
    let (_, page, _) = test.page(("", None));
    assert!(page.contains("&lt;script&gt;alert(1)") && page.contains("Sign in as &lt;b&gt;Bob"), "{page}");
    assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    let grant = Grant {
        client: Client::of_id(&test.client).unwrap(),
        redirect: String::new(),
        state: None,
        challenge: String::new(),
        resource: String::new(),
        scopes: None,
    };
    let response = page::page("", &grant, &[]);
    let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[test]
fn what_is_kept_is_bounded() {
    let test = Test::new();
    assert_eq!(test.send(Method::POST, "/register", "", &"x".repeat(LONGEST + 1), None).0, 413);
    let first = test.ticket();
    (0..MOST).for_each(|_| drop(test.ticket()));
    assert_eq!(test.provider.state().sign_ins.len(), MOST);
    assert_eq!(test.click(&first, Some("http://127.0.0.1:7071")).0, 400);
    let long = format!("http://127.0.0.1/{}", "x".repeat(4000));
    assert_eq!(test.register("x", &long).1["error"], "invalid_client_metadata");
}

/// Has no functions to invoke.
struct Nothing;

#[async_trait::async_trait]
impl Invoker for Nothing {
    async fn invoke(&self, _: host_protocol::Invocation) -> Result<host_protocol::FunctionResult, InvokeError> {
        unreachable!("there is no function")
    }
}

/// What a host with a provider answers to a request.
async fn ask(request: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let provider = IdentityProvider::new(address, vec![]).unwrap();
    let host = LocalHost::new([], Arc::new(Nothing)).identity_provider(Arc::new(provider));
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    tokio::select! {
        answer = exchange => answer,
        ended = host.serve(listener, std::future::pending()) => panic!("the host ended: {ended:?}"),
    }
}

#[tokio::test]
async fn a_host_serves_it_beside_the_endpoint() {
    let get = |path: &str, host: &str| format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    for path in [
        format!("/.well-known/oauth-authorization-server{PROVIDER}"),
        format!("{PROVIDER}/.well-known/openid-configuration"),
    ] {
        let answer = ask(&get(&path, "localhost")).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("/v2.0/token"), "{answer}");
    }
    let keys = format!("{PROVIDER}/keys");
    assert!(ask(&get(&keys, "evil.example")).await.starts_with("HTTP/1.1 403"));
    assert!(ask(&get(&keys, "localhost\r\nOrigin: https://evil.example")).await.starts_with("HTTP/1.1 403"));
    assert!(ask(&get(&keys, "localhost\r\nX-Forwarded-For: 192.0.2.1")).await.starts_with("HTTP/1.1 403"));
    assert!(ask(&get(&keys, "localhost\r\nOrigin: http://localhost:6274")).await.starts_with("HTTP/1.1 200"));
    assert!(ask(&get(&format!("{PROVIDER}/nothing"), "localhost")).await.starts_with("HTTP/1.1 404"));
    let head = format!("POST {PROVIDER}/register HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    let body = r#"{"redirect_uris":["http://127.0.0.1/"]}"#;
    let answer = ask(&format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).await;
    assert!(answer.starts_with("HTTP/1.1 201") && answer.contains("client_id"), "{answer}");
    assert!(ask(&format!("{head}Content-Length: 99999\r\n\r\n")).await.starts_with("HTTP/1.1 413"));
}

#[tokio::test]
async fn a_host_off_loopback_refuses_to_serve_it() {
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let provider = IdentityProvider::new("127.0.0.1:7071".parse().unwrap(), vec![]).unwrap();
    let host = LocalHost::new([], Arc::new(Nothing)).identity_provider(Arc::new(provider));
    let error = host.serve(listener, std::future::ready(())).await.unwrap_err();
    assert!(error.to_string().contains("signs in whoever clicks"), "{error}");
}

#[test]
fn it_is_on_loopback_only() {
    for address in ["0.0.0.0:7071", "192.168.0.1:7071", "127.0.0.2:7071", "[::]:7071"] {
        let error = IdentityProvider::new(address.parse().unwrap(), vec![]).unwrap_err().to_string();
        assert!(error.contains("signs in whoever clicks"), "{error}");
    }
    let at = |address: &str| IdentityProvider::new(address.parse().unwrap(), vec![]).unwrap();
    assert_eq!(at("[::1]:7071").authority(), "http://[::1]:7071/test-sign-in");
    assert_eq!(at("127.0.0.1:80").resources()[..2], ["http://127.0.0.1", "http://127.0.0.1/mcp"]);
}

#[test]
fn a_resource_is_known_by_the_addresses_of_the_metadata() {
    let test = Test::new();
    for resource in [
        "http://127.0.0.1:7071",
        "http://127.0.0.1:7071/",
        "http://127.0.0.1:7071/mcp/",
        "http://localhost:7071/mcp",
        "http://localhost:7071/runtime/webhooks/mcp",
    ] {
        assert_eq!(test.page(("resource", Some(resource))).0, 200, "{resource}");
    }
}

#[test]
fn scopes_are_those_that_are_asked_for_and_that_the_user_has() {
    let test = Test::new();
    let asked = |scope: &str| {
        let (_, page, _) = test.page(("scope", Some(scope)));
        let ticket = page.split_once("name=\"ticket\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
        let location = test.click(&ticket, Some("http://127.0.0.1:7071")).2;
        let query = fields(location.split_once('?').unwrap().1.as_bytes()).unwrap();
        let Some(code) = field(&query, "code") else { return field(&query, "error").unwrap().to_owned() };
        let answer = test.token(code, ("x", "")).1;
        let claims = answer["access_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
        let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        format!("{}|{}", answer["scope"].as_str().unwrap(), claims["scp"].as_str().unwrap())
    };
    assert_eq!(asked(""), "use read|use read");
    assert_eq!(asked("openid offline_access"), "use read|use read");
    assert_eq!(asked("read write openid"), "read|read");
    assert_eq!(asked("http://127.0.0.1:7071/use"), "http://127.0.0.1:7071/use|use");
    assert_eq!(asked("http://127.0.0.1:7071/.default"), "use read|use read");
    assert_eq!(asked("write"), "access_denied");
}

#[test]
fn a_secret_that_is_used_twice_ends_the_sign_in() {
    let test = Test::new();
    let refresh = |token: &Value| {
        let token = token.as_str().unwrap();
        test.post_token(&[("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", &test.client)])
    };
    let (code, other) = (test.code(), test.token(&test.code(), ("x", "")).1["refresh_token"].clone());
    let first = test.token(&code, ("x", "")).1["refresh_token"].clone();
    assert_eq!(test.token(&code, ("x", "")).1["error"], "invalid_grant");
    assert_eq!(refresh(&first).1["error"], "invalid_grant");
    let second = refresh(&other).1["refresh_token"].clone();
    assert_eq!(refresh(&other).1["error"], "invalid_grant");
    assert_eq!(refresh(&second).1["error"], "invalid_grant");
}
