//! The official Rust SDK of MCP. What it warns of is a failure too: it knows the specification better than an assertion does.

mod catalog;
mod hello;
mod mcp;
mod snippets;
mod tickets;

use hyper::header::{HeaderName, HeaderValue};
use rmcp::model::{CallToolRequestParams, CallToolResult, ErrorCode};
use rmcp::service::RunningService;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, Transport};
use rmcp::{ClientHandler, RoleClient, ServiceError, ServiceExt};
use serde_json::{Map, Value};
use std::fmt::Debug;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once};
use tests::process::{App, sample};
use tracing::Level;

pub(crate) type Client = RunningService<RoleClient, ()>;

/// A sample, and a client that has introduced itself.
async fn connect(package: &str) -> (App, Client) {
    let app = App::local_host(sample(package));
    let client = client(&app, None).await;
    (app, client)
}

/// A client that sends a header with each request.
pub(crate) async fn client(app: &App, header: Option<(&'static str, &str)>) -> Client {
    listen_to_warnings();
    ().serve(transport(app, header)).await.unwrap()
}

fn transport(app: &App, header: Option<(&'static str, &str)>) -> impl Transport<RoleClient> + use<> {
    let address = format!("http://{}/runtime/webhooks/mcp", app.address);
    let header = header.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()));
    let config = StreamableHttpClientTransportConfig::with_uri(address).custom_headers(header.into_iter().collect());
    StreamableHttpClientTransport::from_config(config)
}

/// A folder for blobs and messages, gone when dropped.
struct Storage(PathBuf);

impl Storage {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Storage(std::env::temp_dir().join(format!("mcp-trigger-clients-{}-{number}", std::process::id())))
    }

    /// A sample that keeps them there.
    fn of(&self, package: &str) -> Command {
        let mut command = sample(package);
        command.arg("--storage").arg(&self.0);
        command
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn call<H: ClientHandler>(
    client: &RunningService<RoleClient, H>,
    tool: &'static str,
    arguments: Value,
) -> Result<CallToolResult, ServiceError> {
    client.call_tool(CallToolRequestParams::new(tool).with_arguments(object(arguments))).await
}

fn object(arguments: Value) -> Map<String, Value> {
    let Value::Object(arguments) = arguments else { panic!("arguments are an object: {arguments}") };
    arguments
}

fn text(result: &CallToolResult) -> &str {
    let [block] = &result.content[..] else { panic!("one block: {result:?}") };
    &block.as_text().unwrap().text
}

/// The message of a JSON-RPC error "invalid params".
fn refusal<T: Debug>(result: Result<T, ServiceError>) -> String {
    error(ErrorCode::INVALID_PARAMS, result)
}

/// The message of a JSON-RPC error.
fn error<T: Debug>(code: ErrorCode, result: Result<T, ServiceError>) -> String {
    match result {
        Err(ServiceError::McpError(error)) if error.code == code => error.message.into_owned(),
        other => panic!("{other:?}"),
    }
}

/// Closes the session; nothing may have been worth a warning.
async fn end<H: ClientHandler>(client: RunningService<RoleClient, H>) {
    client.cancel().await.unwrap();
    let warnings = String::from_utf8(WARNINGS.lock().unwrap().clone()).unwrap();
    assert!(warnings.is_empty(), "{warnings}");
}

static WARNINGS: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Warnings;

impl io::Write for Warnings {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        WARNINGS.lock().unwrap().write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn listen_to_warnings() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt().with_max_level(Level::WARN).with_ansi(false).with_writer(|| Warnings).init();
    });
}
