//! Protected resource metadata, challenges, browsers, and what decides the public address.

use crate::issuer::{Issuer, Key};
use crate::program::{handler, host, serve, settings};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

const ROOT: &str = "/.well-known/oauth-protected-resource";

fn issuer() -> Issuer {
    Issuer::start(&[&Key::new("one", Algorithm::ES256)])
}

#[test]
fn a_challenge_leads_to_the_metadata_of_its_endpoint() {
    let issuer = issuer();
    for program in [handler(&settings(&issuer)), serve(&settings(&issuer)), host(&settings(&issuer))] {
        for endpoint in program.endpoints {
            let challenge = program.call(endpoint, "who", &[]).headers.get("WWW-Authenticate").unwrap().to_owned();
            let address = challenge.split("resource_metadata=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            let origin = format!("http://{}", program.app.address);
            assert_eq!(address, format!("{origin}{ROOT}{endpoint}"));
            for (path, resource) in
                [(format!("{ROOT}{endpoint}"), format!("{origin}{endpoint}")), (ROOT.to_owned(), origin)]
            {
                let metadata = program.request("GET", &path, &[], b"");
                let document: Value = serde_json::from_str(&metadata.body).unwrap();
                let expected = json!({
                    "resource": resource, "authorization_servers": [issuer.address()],
                    "bearer_methods_supported": ["header"], "scopes_supported": ["notes"]
                });
                assert_eq!((metadata.status, document), (200, expected), "{path}");
                assert_eq!(metadata.headers.get("Access-Control-Allow-Origin"), Some("*"));
            }
        }
        assert_eq!(program.request("POST", ROOT, &[], b"").status, 405);
    }
}

#[test]
fn a_hostile_host_stands_nowhere() {
    let issuer = issuer();
    let evil = "evil.example";
    let program = handler(&settings(&issuer));
    for headers in [
        vec![("Host", evil.to_owned())],
        vec![("X-Forwarded-Host", evil.to_owned()), ("X-Forwarded-Proto", "https".to_owned())],
        vec![("X-Original-Host", evil.to_owned())],
        vec![("Forwarded", format!("host={evil}"))],
    ] {
        let refused = program.call("/mcp", "who", &headers);
        assert_eq!(refused.status, 401);
        let metadata = program.request("GET", &format!("{ROOT}/mcp"), &headers, b"");
        for response in [refused, metadata] {
            assert!(!format!("{response:?}").contains(evil), "{response:?}");
        }
    }
    let told = [settings(&issuer), vec![("WEBSITE_HOSTNAME", "app.example".to_owned())]].concat();
    let program = handler(&told);
    let metadata = program.request("GET", &format!("{ROOT}/mcp"), &[("Host", evil.to_owned())], b"").body;
    assert!(metadata.contains(r#""resource":"https://app.example/mcp""#), "{metadata}");
}

#[test]
fn a_proxy_is_believed_when_it_is_told() {
    let issuer = issuer();
    let headers =
        [("X-Forwarded-Host", "a.example, app.example".to_owned()), ("X-Forwarded-Proto", "https".to_owned())];
    let trusting = [settings(&issuer), vec![("MCP_TRIGGER_AUTH_TRUST_FORWARDED", "true".to_owned())]].concat();
    let metadata = handler(&trusting).request("GET", &format!("{ROOT}/mcp"), &headers, b"").body;
    assert!(metadata.contains(r#""resource":"https://app.example/mcp""#), "{metadata}");
    let told =
        [settings(&issuer), vec![("MCP_TRIGGER_AUTH_RESOURCE", "https://own.example/x/mcp".to_owned())]].concat();
    let program = handler(&told);
    let metadata = program.request("GET", &format!("{ROOT}/mcp"), &headers, b"").body;
    assert!(metadata.contains(r#""resource":"https://own.example/x/mcp""#), "{metadata}");
    let challenge = program.call("/mcp", "who", &[]).headers.get("WWW-Authenticate").unwrap().to_owned();
    assert!(challenge.contains("\"https://own.example/.well-known/"), "{challenge}");
}

/// A browser asks without a token whether it may send one, and learns nothing else.
#[test]
fn a_preflight_needs_no_token() {
    let issuer = issuer();
    let program = serve(&settings(&issuer));
    let preflight = |origin: &str| {
        let headers = [("Origin", origin.to_owned()), ("Access-Control-Request-Method", "POST".to_owned())];
        program.request("OPTIONS", "/mcp", &headers, b"")
    };
    let answer = preflight("http://localhost:6274");
    assert!(answer.status == 204 && answer.body.is_empty(), "{answer:?}");
    assert!(answer.headers.get("Access-Control-Allow-Headers").unwrap().to_lowercase().contains("authorization"));
    assert_eq!(preflight("https://evil.example").status, 403);
    // The page reads the challenge.
    let refused = program.call("/mcp", "who", &[("Origin", "http://localhost:6274".to_owned())]);
    assert_eq!(refused.status, 401);
    let exposed = refused.headers.get("Access-Control-Expose-Headers").unwrap_or_default().to_lowercase();
    assert!(exposed.contains("www-authenticate"), "{exposed}");
}
