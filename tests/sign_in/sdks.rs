//! The official SDKs' own sign-in, at the test identity provider: Rust, and both generations of TypeScript and Python
//! (`tests/clients/typescript/sign_in.mjs`, `tests/clients/python/sign_in.py`). `tests/clients/install` brings the latter.

use crate::program::{ENDPOINTS, Program, host, is_required, serve};
use crate::web::{click, query};
use rmcp::ServiceExt as _;
use rmcp::model::CallToolRequestParams;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::auth::{AuthClient, AuthorizationRequest, ClientCredentialsConfig, OAuthState};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use std::path::Path;
use std::process::Command;

const OPTIONS: [&str; 10] =
    ["--auth", "test-user", "Ada", "--role", "manager", "--auth", "test-agent", "nightly", "--role", "Caller"];
const ADA: &str = "aad 00000000-0000-0000-0000-000000000001 [manager] [user_impersonation] app=false";
const NIGHTLY: &str = "aad 00000000-0000-0000-0001-000000000001 [Caller] [] app=true";

fn programs() -> [Program; 2] {
    [serve(&OPTIONS, &[]), host(&OPTIONS)]
}

/// What `who` says to a client of the Rust SDK that has signed in.
async fn who(endpoint: &str, state: OAuthState) -> String {
    let http = AuthClient::new(reqwest::Client::default(), state.into_authorization_manager().unwrap());
    let config = StreamableHttpClientTransportConfig::with_uri(endpoint);
    let client = ().serve(StreamableHttpClientTransport::with_client(http, config)).await.unwrap();
    let result = client.call_tool(CallToolRequestParams::new("who")).await.unwrap();
    client.cancel().await.unwrap();
    result.content[0].as_text().unwrap().text.clone()
}

#[tokio::test]
async fn rust() {
    for program in programs() {
        for endpoint in ENDPOINTS.map(|path| program.url(path)) {
            let mut user = OAuthState::new(&endpoint, None).await.unwrap();
            let request = AuthorizationRequest::new("http://127.0.0.1:33418/").with_client_name("Rust");
            user.start_authorization(request).await.unwrap();
            let page = user.get_authorization_url().await.unwrap();
            assert_eq!(query(&page, "resource").as_deref(), Some(endpoint.as_str()));
            let back = tokio::task::spawn_blocking(move || click(&page, "Ada")).await.unwrap();
            user.handle_callback_url(&back).await.unwrap();
            assert_eq!(who(&endpoint, user).await, ADA, "{endpoint}");

            let mut agent = OAuthState::new(&endpoint, None).await.unwrap();
            let credentials = ClientCredentialsConfig::ClientSecret {
                client_id: "nightly".to_owned(),
                client_secret: "test-secret".to_owned(),
                scopes: Vec::new(),
                resource: Some(endpoint.clone()),
            };
            agent.authenticate_client_credentials(credentials).await.unwrap();
            assert_eq!(who(&endpoint, agent).await, NIGHTLY, "{endpoint}");
        }
    }
}

#[test]
fn typescript() {
    check(|_| "typescript/node_modules/.bin/node".to_owned(), "typescript/sign_in.mjs");
}

#[test]
fn python() {
    check(|generation| format!("python/.venv/v{generation}/bin/python"), "python/sign_in.py");
}

/// Runs a script with both generations of its SDK. `program` says what runs it.
fn check(program: impl Fn(u8) -> String, script: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
    for server in programs() {
        let issuer = server.url("/test-sign-in/00000000-0000-0000-0000-00007e57e57e/v2.0");
        for generation in [1, 2] {
            let program = folder.join(program(generation));
            if !program.exists() {
                assert!(!is_required("REQUIRE_SDKS"), "there is no {}: run tests/clients/install", program.display());
                return tests::say(&format!("SKIPPED: {script} was not tried (tests/clients/install brings its SDK)"));
            }
            for endpoint in ENDPOINTS.map(|path| server.url(path)) {
                for (who, arguments) in
                    [(ADA, vec!["user", "Ada"]), (NIGHTLY, vec!["agent", "nightly", "test-secret", &issuer])]
                {
                    let mut command = Command::new(&program);
                    command.arg(folder.join(script)).args([&generation.to_string(), &endpoint]).args(&arguments);
                    let output = command.env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
                    let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
                    // What an SDK warns of is a failure, too.
                    assert_eq!(text, [format!("\"{who}\"\n"), String::new()], "{script} {generation} {endpoint}");
                }
            }
        }
    }
}
