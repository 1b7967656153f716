//! An MCP client that signs in, step by step as the specification says (2025-11-25 and 2026-07-28: `basic/authorization`).

use crate::web::{form, get, post_form, query, send, split};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac_sha256::Hash;
use serde_json::{Value, json};
use tests::recording::Response;

/// Where the client waits for the browser, if the test looks at where the browser is sent itself. Nothing listens there.
const REDIRECT: &str = "http://127.0.0.1:33418/";

pub(crate) struct Client {
    pub(crate) endpoint: String,
    /// Where the client waits for the browser.
    pub(crate) redirect: String,
    pub(crate) token: Option<String>,
}

/// What a client knows after the refusal.
pub(crate) struct Discovered {
    /// The metadata of the protected resource.
    pub(crate) resource: Value,
    /// The metadata of the authorization server.
    pub(crate) server: Value,
    /// The scopes of the challenge.
    pub(crate) scope: Option<String>,
}

impl Client {
    pub(crate) fn new(endpoint: String) -> Self {
        Client { endpoint, redirect: REDIRECT.to_owned(), token: None }
    }

    /// Sends a message, with the token if there is one.
    pub(crate) fn post(&self, message: &Value) -> Response {
        let bearer = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers = vec![("Accept", "application/json, text/event-stream"), ("Content-Type", "application/json")];
        headers.extend(bearer.as_ref().map(|bearer| ("Authorization", bearer.as_str())));
        send("POST", &self.endpoint, &headers, &message.to_string())
    }

    pub(crate) fn initialize(&self) -> Response {
        self.post(&json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "tests", "version": "1" }
        }}))
    }

    /// The text of a tool's result.
    pub(crate) fn call(&self, tool: &str) -> String {
        let params = json!({ "name": tool, "arguments": {} });
        let answer = self.post(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }));
        assert_eq!(answer.status, 200, "{answer:?}");
        let message = answer.body.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or(&answer.body);
        let message: Value = serde_json::from_str(message).unwrap();
        message["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{message}")).to_owned()
    }

    /// Begins without a token, and follows the refusal to the metadata of the resource and of its authorization server.
    pub(crate) fn discover(&self) -> Discovered {
        let refused = self.initialize();
        assert_eq!(refused.status, 401, "{refused:?}");
        let challenge = refused.headers.get("WWW-Authenticate").unwrap();
        let parameter = |name: &str| {
            let rest = challenge.split_once(&format!("{name}=\""))?.1;
            rest.split('"').next().map(str::to_owned)
        };
        let resource = get(&parameter("resource_metadata").unwrap());
        let resource: Value = serde_json::from_str(&resource.body).unwrap();
        // Clients refuse a resource that is not the address they have.
        assert_eq!(resource["resource"], json!(self.endpoint));
        let issuer = resource["authorization_servers"][0].as_str().unwrap();
        let server = metadata_addresses(issuer).iter().map(|address| get(address)).find(|answer| answer.status == 200);
        let server: Value = serde_json::from_str(&server.unwrap().body).unwrap();
        assert_eq!(server["issuer"], json!(issuer));
        assert!(server["code_challenge_methods_supported"].as_array().unwrap().contains(&json!("S256")));
        Discovered { resource, server, scope: parameter("scope") }
    }

    /// Signs in; `browser` follows the address of the page to the address at which the client waits.
    pub(crate) fn sign_in(
        &mut self,
        discovered: &Discovered,
        browser: impl FnOnce(&str) -> String,
    ) -> Result<(), String> {
        let Discovered { resource, server, scope } = discovered;
        let address = |name: &str| server[name].as_str().unwrap_or_else(|| panic!("{name} in {server}"));
        let registration = json!({
            "client_name": "A client of tests", "redirect_uris": [self.redirect], "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"], "token_endpoint_auth_method": "none", "application_type": "native",
        });
        let json = [("Content-Type", "application/json")];
        let registered = send("POST", address("registration_endpoint"), &json, &registration.to_string());
        assert_eq!(registered.status, 201, "{registered:?}");
        let registered: Value = serde_json::from_str(&registered.body).unwrap();
        let id = registered["client_id"].as_str().unwrap();

        let (verifier, state) = (secret(), secret());
        let challenge = BASE64.encode(Hash::hash(verifier.as_bytes()));
        let resource = resource["resource"].as_str().unwrap();
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", id),
            ("redirect_uri", &self.redirect),
            ("state", &state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("resource", resource),
        ];
        fields.extend(scope.as_deref().map(|scope| ("scope", scope)));
        let back = browser(&format!("{}?{}", address("authorization_endpoint"), form(&fields)));
        assert!(back.starts_with(&self.redirect), "{back}");
        assert_eq!(query(&back, "state"), Some(state));
        assert_eq!(query(&back, "iss").as_deref(), server["issuer"].as_str());
        let Some(code) = query(&back, "code") else { return Err(query(&back, "error").unwrap()) };
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &self.redirect),
            ("client_id", id),
            ("code_verifier", &verifier),
            ("resource", resource),
        ];
        self.take(&post_form(address("token_endpoint"), &fields, &[]));
        Ok(())
    }

    /// Has a token as a program without a user.
    pub(crate) fn sign_in_as_agent(&mut self, discovered: &Discovered, id: &str, secret: &str) {
        let resource = discovered.resource["resource"].as_str().unwrap();
        let mut fields = vec![("grant_type", "client_credentials"), ("resource", resource)];
        fields.extend([("client_id", id), ("client_secret", secret)]);
        fields.extend(discovered.scope.as_deref().map(|scope| ("scope", scope)));
        self.take(&post_form(discovered.server["token_endpoint"].as_str().unwrap(), &fields, &[]));
    }

    fn take(&mut self, answer: &Response) {
        assert_eq!(answer.status, 200, "{answer:?}");
        let answer: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(answer["token_type"], "Bearer");
        self.token = answer["access_token"].as_str().map(str::to_owned);
    }
}

/// Where the metadata of an issuer may be, in the order in which clients look: RFC 8414, then OpenID Connect in two forms.
pub(crate) fn metadata_addresses(issuer: &str) -> [String; 3] {
    let (authority, path) = split(issuer);
    let path = path.trim_end_matches('/');
    [
        format!("http://{authority}/.well-known/oauth-authorization-server{path}"),
        format!("http://{authority}/.well-known/openid-configuration{path}"),
        format!("http://{authority}{path}/.well-known/openid-configuration"),
    ]
}

/// A random text of 43 letters.
fn secret() -> String {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    BASE64.encode(bytes)
}
