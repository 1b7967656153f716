//! An identity provider that others have written (npm `oidc-provider`), which knows nothing of this program, and a browser.
//!
//! `tests/sign_in/install` and `tests/clients/install` bring what is needed. Without it, or without Chromium, the tests are skipped, and say
//! so; with `REQUIRE_SDKS=1` and `REQUIRE_CHROMIUM=1` they fail then.

use crate::browser::{self, Browser};
use crate::callback::Callback;
use crate::client::{Client, metadata_addresses};
use crate::program::{ENDPOINTS, Program, is_required, node, serve_at};
use crate::web::get;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tests::process::free_port;

/// The provider, ended when dropped.
struct Provider {
    process: Child,
    issuer: String,
}

impl Provider {
    fn start() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sign_in/provider");
        let node = node()?;
        if !folder.join("node_modules/oidc-provider").exists() {
            assert!(!is_required("REQUIRE_SDKS"), "there is no oidc-provider: run tests/sign_in/install");
            tests::say("SKIPPED: there is no oidc-provider (tests/sign_in/install brings it)");
            return None;
        }
        let port = free_port();
        let mut command = Command::new(node);
        command.arg(folder.join("provider.mjs")).arg(port.to_string()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "ready");
        Some(Provider { process, issuer: format!("http://127.0.0.1:{port}/tenant") })
    }

    /// The program with the settings that name the provider: validated by the app, or by the local host before it.
    fn programs(&self) -> [Program; 2] {
        [false, true].map(|is_host| {
            let port = free_port();
            let audiences = ENDPOINTS.map(|path| format!("http://127.0.0.1:{port}{path}")).join(",");
            let settings = [
                ("WEBSITE_AUTH_OPENID_ISSUER", self.issuer.as_str()),
                ("MCP_TRIGGER_AUTH_AUDIENCES", &audiences),
                ("WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES", "notes"),
            ];
            serve_at(port, is_host, &settings)
        })
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_user_signs_in_with_a_password_in_a_browser() {
    let Some(provider) = Provider::start() else { return };
    let Some(chromium) = browser::program() else {
        assert!(!is_required("REQUIRE_CHROMIUM"), "there is no Chromium");
        return tests::say("SKIPPED: there is no Chromium");
    };
    for program in provider.programs() {
        for endpoint in ENDPOINTS {
            // A new profile: nobody is signed in already.
            let mut browser = Browser::start(&chromium, "provider");
            let callback = Callback::listen();
            let mut client = Client { redirect: callback.address(), ..Client::new(program.url(endpoint)) };
            let discovered = client.discover();
            assert_eq!(discovered.server["issuer"], provider.issuer);
            assert_eq!(discovered.scope.as_deref(), Some("notes"));
            let signed_in = client.sign_in(&discovered, |page| {
                browser.open(page);
                browser.wait_until("document.querySelector('[name=login]') !== null");
                browser.evaluate(
                    "document.querySelector('[name=login]').value = 'ada';
                     document.querySelector('[name=password]').value = 'secret';
                     setTimeout(() => document.querySelector('[type=submit]').click())",
                );
                browser.wait_until("document.querySelector('[name=prompt][value=consent]') !== null");
                browser.evaluate("setTimeout(() => document.querySelector('[type=submit]').click())");
                callback.wait()
            });
            assert_eq!(signed_in, Ok(()));
            let who = client.call("who");
            assert_eq!(who, format!("{} ada [] [notes] app=false", provider.issuer), "{endpoint}");
        }
    }
}

#[test]
fn an_agent_has_a_token_for_its_secret() {
    let Some(provider) = Provider::start() else { return };
    let found = metadata_addresses(&provider.issuer).map(|address| get(&address).status);
    assert_eq!(found, [404, 404, 200], "the last of the forms");
    for program in provider.programs() {
        for endpoint in ENDPOINTS {
            let mut agent = Client::new(program.url(endpoint));
            let discovered = agent.discover();
            agent.sign_in_as_agent(&discovered, "nightly", "a secret of tests");
            // What makes a caller an app, Entra ID alone says.
            assert_eq!(agent.call("who"), format!("{} nightly [] [notes] app=false", provider.issuer), "{endpoint}");
        }
    }
}
