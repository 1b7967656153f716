//! The way of a user, from nothing to a package: `new`, `start`, a call with the official TypeScript SDK, a change that is reloaded,
//! `package`, and the same call to what was packed.
//!
//! `tests/clients/install` installs the SDK. Without it this is skipped, and says so; with `REQUIRE_SDKS=1` it fails then.

use crate::apps::{Apps, target};
use crate::{root, text};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use zip::ZipArchive;

/// A server that runs until it is dropped.
struct Running {
    child: Child,
    url: String,
}

impl Running {
    /// Starts a program that prints a line of JSON when it is ready, as `start --json` and `host --json` do.
    fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut ready = lines.map_while(Result::ok).filter_map(|line| serde_json::from_str::<Value>(&line).ok());
        let address = ready.next().and_then(|ready| ready["address"].as_str().map(str::to_owned));
        let address = address.unwrap_or_else(|| panic!("not ready: {:?}", child.wait()));
        Running { child, url: format!("http://{address}") }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The official client; nothing if it is not there and that is no failure.
struct Client(PathBuf);

impl Client {
    fn installed() -> Option<Self> {
        let node = root().join("tests/clients/typescript/node_modules/.bin/node");
        let is_there = node.exists();
        let required = std::env::var_os("REQUIRE_SDKS").is_some_and(|value| value != "0");
        assert!(
            is_there || !required,
            "REQUIRE_SDKS is set, but there is no {}: run tests/clients/install",
            node.display()
        );
        if !is_there {
            eprintln!("SKIPPED: no app was called, for there is no TypeScript SDK (tests/clients/install brings it)");
        }
        is_there.then_some(Client(node))
    }

    /// Calls a tool, and returns the text of the result.
    fn call(&self, url: &str, tool: &str, arguments: &str) -> String {
        let script = root().join("tests/clients/typescript/call.mjs");
        let output = Command::new(&self.0).arg(script).args([url, tool, arguments]).output().unwrap();
        assert!(output.status.success(), "{tool} at {url}: {}", text(&output.stderr));
        text(&output.stdout).trim_end().to_owned()
    }
}

/// Another command of `cargo mcp-trigger` in the folder of an app.
fn tool(app: &Path, arguments: &[&str]) -> Command {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_cargo-mcp-trigger"));
    tool.args(arguments).arg("--offline").current_dir(app);
    tool.env_remove("CARGO_MANIFEST_DIR").env("CARGO_TARGET_DIR", target()).env("CARGO_INCREMENTAL", "0");
    tool
}

/// A call, and what its reply has.
#[derive(Clone, Copy)]
struct Call {
    path: &'static str,
    tool: &'static str,
    arguments: &'static str,
    reply: &'static str,
}

const GREETING: Call =
    Call { path: "/runtime/webhooks/mcp", tool: "hello", arguments: r#"{"name": "Ann"}"#, reply: "Hello, Ann!" };

impl Client {
    /// Makes an app, starts it, packs it, and runs what was packed, with the same call. Between that its `main.rs` is changed, if it is
    /// said how, and another reply is expected then.
    fn go(&self, name: &str, options: &[&str], call: Call, change: Option<[&str; 2]>) {
        let apps = Apps::new();
        let app = apps.add(name, options);
        let storage = apps.folder().join("storage").to_str().unwrap().to_owned();
        let reply = |server: &Running| self.call(&format!("{}{}", server.url, call.path), call.tool, call.arguments);
        let server = Running::start(&mut tool(&app, &["start", "--json", "--port", "0", "--storage", &storage]));
        let mut expected = call.reply.to_owned();
        let first = reply(&server);
        assert!(first.contains(&expected), "{name}: {first}");

        if let Some([old, new]) = change {
            let main = app.join("src/main.rs");
            fs::write(&main, fs::read_to_string(&main).unwrap().replace(old, new)).unwrap();
            expected = expected.replace(old, new);
            let deadline = Instant::now() + Duration::from_secs(300);
            while reply(&server) != expected {
                assert!(Instant::now() < deadline, "{name} was not reloaded");
            }
        }
        drop(server);

        let package = apps.folder().join("app.zip");
        let pack = ["package", "--profile", "dev", "--glibc", "2.99", "--output", package.to_str().unwrap()];
        let output = tool(&app, &pack).output().unwrap();
        assert!(output.status.success(), "{name}: {}", text(&output.stderr));
        let unpacked = apps.folder().join("unpacked");
        ZipArchive::new(File::open(package).unwrap()).unwrap().extract(&unpacked).unwrap();
        assert!(!unpacked.join("local.settings.json").exists() && !unpacked.join("src").exists(), "{name}");

        // The host is that of the app on this machine; what it runs is the packed program.
        let mut host = Command::new(target().join("debug").join(name));
        host.args(["host", "--json", "--port", "0", "--storage", &storage, "--root"]).arg(&unpacked);
        let last = reply(&Running::start(host.current_dir(&unpacked)));
        assert!(last.contains(&expected), "{name} as it was packed: {last}");
    }
}

#[test]
fn an_app_with_functions_goes_all_the_way() {
    if let Some(client) = Client::installed() {
        client.go("functions", &[], GREETING, Some(["Hello, ", "Good morning, "]));
    }
}

#[test]
fn a_self_hosted_app_goes_all_the_way() {
    if let Some(client) = Client::installed() {
        let call = Call { path: "/mcp", ..GREETING };
        client.go("own-server", &["--self-hosted"], call, Some(["Hello, ", "Good morning, "]));
    }
}

#[test]
fn samples_go_all_the_way() {
    let Some(client) = Client::installed() else { return };
    for (sample, tool, arguments, reply) in [
        ("hello", "languages", "{}", "English, Norwegian, Rust"),
        ("snippets", "save_snippet", r#"{"snippetname": "a", "snippet": "b"}"#, "Saved `a`."),
        ("weather", "get_weather", r#"{"location": "Oslo"}"#, r#""location":"Oslo""#),
        ("tickets", "list_tickets", "{}", r#"{"tickets":[]}"#),
    ] {
        let call = Call { path: GREETING.path, tool, arguments, reply };
        client.go(&format!("{sample}-app"), &["--sample", sample], call, None);
    }
}
