//! `--auth test-user`: the test identity provider of the local host.

use crate::browser::{self, Browser};
use crate::callback::Callback;
use crate::client::{Client, Discovered, metadata_addresses};
use crate::program::{ENDPOINTS, Program, host, is_required, serve};
use crate::web::{click, get, send};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

const USERS: [&str; 13] = [
    "--auth",
    "test-user",
    "Ada",
    "--role",
    "manager",
    "--auth",
    "test-user",
    "Bob",
    "--auth",
    "test-agent",
    "nightly",
    "--role",
    "Caller",
];

/// Signs a user in at an endpoint.
fn signed_in(program: &Program, endpoint: &str, user: &str) -> Client {
    let mut client = Client::new(program.url(endpoint));
    let discovered = client.discover();
    client.sign_in(&discovered, |page| click(page, user)).unwrap();
    let again = client.initialize();
    assert_eq!(again.status, 200, "{again:?}");
    client
}

#[test]
fn users_sign_in_by_a_click_at_both_endpoints() {
    for program in [serve(&USERS, &[]), host(&USERS)] {
        for endpoint in ENDPOINTS {
            let ada = signed_in(&program, endpoint, "Ada");
            let id = "00000000-0000-0000-0000-000000000001";
            assert_eq!(ada.call("who"), format!("aad {id} [manager] [user_impersonation] app=false"), "{endpoint}");
            assert_eq!(ada.call("close"), "closed");
            let bob = signed_in(&program, endpoint, "Bob");
            assert!(bob.call("who").contains("000000000002 [] "), "{endpoint}");
            assert!(bob.call("close").contains("manager"), "{}", bob.call("close"));
            // What is for one endpoint is for the other: they are one server, as one registration of Entra ID is.
            for other in ENDPOINTS {
                let there = Client { token: ada.token.clone(), ..Client::new(program.url(other)) };
                assert_eq!(there.initialize().status, 200);
            }
        }
    }
}

/// The page as browsers see it: its policy lets the form through, and nobody's scripts.
#[test]
fn a_browser_shows_the_page_and_a_click_is_enough() {
    let Some(chromium) = browser::program() else {
        assert!(!is_required("REQUIRE_CHROMIUM"), "there is no Chromium");
        return tests::say("SKIPPED: there is no Chromium");
    };
    let program = serve(&USERS, &[]);
    let (mut browser, callback) = (Browser::start(&chromium, "built-in"), Callback::listen());
    let mut client = Client { redirect: callback.address(), ..Client::new(program.url("/mcp")) };
    let signed_in = client.sign_in(&client.discover(), |page| {
        browser.open(page);
        browser.wait_until("document.querySelectorAll('button').length === 2");
        let style = browser.evaluate("getComputedStyle(document.querySelector('main')).borderRadius");
        assert_eq!(style, "12px", "the policy lets the style through");
        let narrow = browser.evaluate("document.documentElement.scrollWidth <= innerWidth");
        assert_eq!(narrow, true, "nothing is wider than the window");
        browser.screenshot(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("sign-in.png"));
        browser.evaluate("setTimeout(() => document.querySelectorAll('button')[1].click())");
        callback.wait()
    });
    assert_eq!(signed_in, Ok(()));
    assert!(client.call("who").contains("000000000002"));
}

#[test]
fn agents_have_tokens_of_their_own() {
    for program in [serve(&USERS, &[]), host(&USERS)] {
        for endpoint in ENDPOINTS {
            let mut agent = Client::new(program.url(endpoint));
            let discovered = agent.discover();
            agent.sign_in_as_agent(&discovered, "nightly", "test-secret");
            assert_eq!(agent.call("who"), "aad 00000000-0000-0000-0001-000000000001 [Caller] [] app=true");
        }
    }
}

#[test]
fn metadata_is_where_clients_look() {
    let program = serve(&["--auth", "test-user"], &[]);
    let Discovered { resource, server, scope } = Client::new(program.url("/mcp")).discover();
    let issuer = resource["authorization_servers"][0].as_str().unwrap();
    for address in metadata_addresses(issuer) {
        assert_eq!(serde_json::from_str::<Value>(&get(&address).body).unwrap(), server, "{address}");
    }
    assert_eq!(scope, None, "the app asks for none");
    // A client may know the machine by its name.
    let by_name = program.url("/mcp").replace("127.0.0.1", "localhost");
    let mut client = Client::new(by_name);
    let discovered = client.discover();
    client.sign_in(&discovered, |page| click(page, "test-user")).unwrap();
    assert!(client.call("who").contains("[user_impersonation]"));
}

/// The app names an issuer that nobody reaches, and a scope.
#[test]
fn test_users_take_the_place_of_the_issuer_of_the_app_and_have_its_scopes() {
    let settings = [
        ("WEBSITE_AUTH_OPENID_ISSUER", "https://login.example/tenant"),
        ("WEBSITE_AUTH_CLIENT_ID", "app"),
        ("WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES", "api://app/notes"),
    ];
    let options = [
        "--auth",
        "test-user",
        "Ada",
        "--auth",
        "test-user",
        "Bob",
        "--scope",
        "other",
        "--auth",
        "test-agent",
        "none",
    ];
    let program = serve(&options, &settings);
    for endpoint in ENDPOINTS {
        let discovered = Client::new(program.url(endpoint)).discover();
        let wanted = program.url("/notes");
        assert_eq!(
            (discovered.scope.as_ref(), &discovered.resource["scopes_supported"]),
            (Some(&wanted), &json!([wanted]))
        );
        assert!(signed_in(&program, endpoint, "Ada").call("who").contains("[notes]"));
        let mut bob = Client::new(program.url(endpoint));
        assert_eq!(bob.sign_in(&discovered, |page| click(page, "Bob")), Err("access_denied".to_owned()));
        // Without the scope in the request he has a token, but not the scope.
        bob.sign_in(&Discovered { scope: None, ..discovered }, |page| click(page, "Bob")).unwrap();
        let refused = bob.initialize();
        assert_eq!(refused.status, 403);
        assert!(refused.headers.get("WWW-Authenticate").unwrap().contains("insufficient_scope"), "{refused:?}");
        // As with Entra ID, an agent needs a role where users need a scope.
        let mut agent = Client::new(program.url(endpoint));
        let discovered = agent.discover();
        agent.sign_in_as_agent(&discovered, "none", "test-secret");
        assert_eq!(agent.initialize().status, 403);
    }
}

/// MCP Inspector is such a page.
#[test]
fn a_page_of_this_machine_signs_in_and_one_of_another_does_not() {
    let program = serve(&["--auth", "test-user"], &[]);
    let Discovered { server, .. } = Client::new(program.url("/mcp")).discover();
    let (here, elsewhere) = (("Origin", "http://localhost:6274"), ("Origin", "https://evil.example"));
    let addresses = [
        (program.url("/.well-known/oauth-protected-resource/mcp"), "GET"),
        (metadata_addresses(server["issuer"].as_str().unwrap())[0].clone(), "GET"),
        (server["registration_endpoint"].as_str().unwrap().to_owned(), "POST"),
        (server["token_endpoint"].as_str().unwrap().to_owned(), "POST"),
    ];
    for (address, method) in addresses {
        let asked =
            [("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", "mcp-protocol-version")];
        let allowed = send("OPTIONS", &address, &[&[here], &asked[..]].concat(), "");
        assert_eq!((allowed.status, allowed.headers.get("Access-Control-Allow-Origin")), (204, Some("*")), "{address}");
        assert!(allowed.headers.get("Access-Control-Allow-Headers").unwrap().contains('*'));
        assert_eq!(send(method, &address, &[here], "").headers.get("Access-Control-Allow-Origin"), Some("*"));
        for method in ["OPTIONS", method] {
            let refused = send(method, &address, &[&[elsewhere], &asked[..]].concat(), "");
            assert_eq!((refused.status, refused.headers.get("Access-Control-Allow-Origin")), (403, None), "{address}");
        }
    }
}

#[test]
fn who_has_signed_in_stays_so_when_the_app_changes() {
    let program = host(&[&USERS[..], &["--watch"]].concat());
    let ada = signed_in(&program, "/runtime/webhooks/mcp", "Ada");
    let file = program.folder.path().join("Who/function.json");
    let function = fs::read_to_string(&file).unwrap();
    fs::write(&file, function.replace("Says who calls.", "Tells who calls.")).unwrap();
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let start = Instant::now();
    // With another gate or provider it would be refused.
    loop {
        let answer = ada.post(&list);
        assert_eq!(answer.status, 200, "{answer:?}");
        if answer.body.contains("Tells who calls.") {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "the change is not seen: {answer:?}");
        thread::sleep(Duration::from_millis(50));
    }
    assert!(ada.call("who").contains("[manager]"));
    assert!(signed_in(&program, "/mcp", "Bob").call("who").contains("000000000002"));
}
