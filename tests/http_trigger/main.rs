//! Functions with an HTTP trigger in the local host: routes, keys, invocations, and requests that go on to a handler.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod attacker;
mod behind;
mod buffered;
mod handler;
mod invoked;
mod own_server;
mod streamed;

use host_protocol::FunctionJson;
use host_protocol::function_json::AuthLevel;
use host_protocol::function_json::forwarded_route;
use local_host::LocalHost;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use tests::folder::TempFolder;
use tests::http::exchange;
use tests::recording::{Headers, Response};
use tokio::runtime::Runtime;

/// A local host, and what it needs to run.
struct Site {
    address: SocketAddr,
    /// Everything ends with it.
    _runtime: Runtime,
}

impl Site {
    fn start(runtime: Runtime, host: LocalHost) -> Self {
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(host.serve(listener, std::future::pending()));
        Site { address, _runtime: runtime }
    }

    fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        exchange(self.address, method, path, &with_host(headers), body)
    }

    fn status(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
        self.request(method, path, headers, b"").status
    }
}

fn with_host(headers: &[(&str, &str)]) -> Headers {
    let host = [("Host", "localhost:7071")];
    let all = host.iter().chain(headers).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Headers(all.collect())
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// What `generate` writes for an app.
fn generated() -> Vec<(String, FunctionJson)> {
    static FILES: OnceLock<Vec<(String, FunctionJson)>> = OnceLock::new();
    let write = || {
        let folder = TempFolder::new();
        let mut probe = Command::new(env!("CARGO_BIN_EXE_probe"));
        probe.args(["generate", "--bin", "probe", "--root"]).arg(folder.path());
        let output = probe.env_remove("FUNCTIONS_CUSTOMHANDLER_PORT").output().unwrap();
        assert!(output.status.success(), "{output:?}");
        functions(folder.path())
    };
    FILES.get_or_init(write).clone()
}

/// The functions of a folder, in the order of their names.
fn functions(folder: &Path) -> Vec<(String, FunctionJson)> {
    let mut functions: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .filter_map(|entry| {
            let text = std::fs::read_to_string(entry.path().join("function.json")).ok()?;
            Some((entry.file_name().into_string().unwrap(), FunctionJson::parse(&text).unwrap()))
        })
        .collect();
    functions.sort_by(|(a, _), (b, _)| a.cmp(b));
    functions
}

/// The routes of folders that older versions wrote, which the recordings of forwarding have as well; and a tool beside them.
fn with_free_parameters() -> Vec<(String, FunctionJson)> {
    let tool = r#"{"bindings":[{"type":"mcpToolTrigger","name":"toolTrigger","toolName":"hello","description":"x"}]}"#;
    vec![
        ("HelloTool".to_owned(), FunctionJson::parse(tool).unwrap()),
        ("mcp".to_owned(), forwarded_route("mcp/{*path}", AuthLevel::Function)),
        ("WellKnown".to_owned(), forwarded_route(".well-known/{*path}", AuthLevel::Anonymous)),
    ]
}

/// A function with the members of its HTTP trigger, and an output `res`.
fn function(name: &str, trigger: &str) -> (String, FunctionJson) {
    let text = format!(
        r#"{{"bindings":[{{"type":"httpTrigger","name":"req",{trigger}}},{{"type":"http","direction":"out","name":"res"}}]}}"#
    );
    (name.to_owned(), FunctionJson::parse(&text).unwrap())
}
