//! Apps as processes: the custom handler and the local host, as a user or the Functions host starts them.

use crate::http::{Connection, exchange};
use crate::recording::{Headers, Response};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A running app, ended when dropped.
#[derive(Debug)]
pub struct App {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    output: Option<[JoinHandle<String>; 2]>,
}

/// A port that was free a moment ago, as the Functions host chooses one.
///
/// # Panics
///
/// When there is none.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// `cargo run` of a sample. It is built beforehand, once, so that nobody waits for the compiler where an app has to answer.
///
/// On Unix cargo does not wait for the program that it runs: it becomes it. Whatever is done to the process, like a signal,
/// is done to the app, and nothing is left over when it is killed.
///
/// # Panics
///
/// When it does not build.
pub fn sample(package: &str) -> Command {
    sample_with(package, "")
}

/// The same with cargo features, separated by commas.
///
/// # Panics
///
/// When it does not build.
pub fn sample_with(package: &str, features: &str) -> Command {
    static BUILT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let what = ["--quiet", "--package", package, "--features", features];
    if !built.contains(&what.join(" ")) {
        let status = cargo(&["build"]).args(what).status().expect("cargo runs");
        assert!(status.success(), "the sample {package} builds");
        built.insert(what.join(" "));
    }
    let mut command = cargo(&["run"]);
    command.args(what).arg("--");
    command
}

/// The release build of a sample, for benchmarks, which are release builds themselves.
///
/// # Panics
///
/// When it does not build.
pub fn released(package: &str) -> PathBuf {
    let status = cargo(&["build", "--release", "--quiet", "--package", package]).status().expect("cargo runs");
    assert!(status.success(), "the sample {package} builds");
    let bench = std::env::current_exe().expect("this program");
    let folder = bench.parent().and_then(Path::parent).expect("a target folder");
    folder.join(package)
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
    command
}

impl App {
    /// Starts a program as the Functions host starts its custom handler, and waits until it answers.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub fn handler(program: &str, environment: &[(&str, &str)]) -> Self {
        let port = free_port();
        let app = App::handler_at(program, environment, port);
        app.wait_until_ready();
        app
    }

    /// The same, without waiting.
    ///
    /// # Panics
    ///
    /// When the program cannot be started.
    pub fn handler_at(program: &str, environment: &[(&str, &str)], port: u16) -> Self {
        let mut command = Command::new(program);
        command.env("FUNCTIONS_CUSTOMHANDLER_PORT", port.to_string()).envs(environment.iter().copied());
        App::spawn(command, SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    }

    /// Starts a command as the Functions host starts its custom handler, and waits until it answers.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub fn handler_of(mut command: Command) -> Self {
        let port = free_port();
        command.env("FUNCTIONS_CUSTOMHANDLER_PORT", port.to_string());
        let app = App::spawn(command, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        app.wait_until_ready();
        app
    }

    /// Starts a program as its own local host, and waits for its address.
    ///
    /// # Panics
    ///
    /// When it does not come.
    pub fn local_host(mut command: Command) -> Self {
        command.args(["--port", "0"]).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut said = String::new();
        let address = loop {
            let start = said.len();
            assert!(stdout.read_line(&mut said).expect("output") > 0, "no address in {said:?}");
            let address = said[start..].split("http://").nth(1).and_then(|rest| rest.split('/').next());
            if let Some(address) = address.and_then(|address| address.parse().ok()) {
                break address;
            }
        };
        let stdout = std::thread::spawn(move || read_all(stdout, said));
        let stderr = child.stderr.take().expect("a pipe");
        let stderr = std::thread::spawn(move || read_all(stderr, String::new()));
        App { child, address, output: Some([stdout, stderr]) }
    }

    /// Starts a program that will listen at an address.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn spawn(mut command: Command, address: SocketAddr) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let (stdout, stderr) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
        let output = [
            std::thread::spawn(|| read_all(stdout, String::new())),
            std::thread::spawn(|| read_all(stderr, String::new())),
        ];
        App { child, address, output: Some(output) }
    }

    /// Waits until the app listens, whether or not it answers.
    ///
    /// # Panics
    ///
    /// When it does not within ten seconds.
    pub fn wait_until_open(&self) {
        let start = Instant::now();
        while Connection::open(self.address).is_err() {
            assert!(start.elapsed() < Duration::from_secs(10), "the app does not listen");
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    /// Waits until the app answers `GET /`, as the Functions host does.
    ///
    /// # Panics
    ///
    /// When it does not within ten seconds.
    pub fn wait_until_ready(&self) {
        self.wait_until_open();
        let headers = Headers(vec![("Host".to_owned(), self.address.to_string())]);
        assert_eq!(exchange(self.address, "GET", "/", &headers, b"").status, 200);
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, by its name.
    ///
    /// # Panics
    ///
    /// When that fails.
    pub fn signal(&self, name: &str) {
        // The shell's own: a small system has no program of that name.
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.id())]).status();
        assert!(sent.expect("the shell runs").success(), "the signal goes out");
    }

    /// Whether it still runs.
    ///
    /// # Panics
    ///
    /// When that cannot be told.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }

    /// Waits for its end: how it ended, and what it wrote to standard output and standard error.
    ///
    /// # Panics
    ///
    /// When it does not end within ten seconds.
    pub fn ended(mut self) -> (ExitStatus, String, String) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status;
            }
            assert!(start.elapsed() < Duration::from_secs(10), "the app does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        let [stdout, stderr] =
            self.output.take().expect("only taken here").map(|output| output.join().expect("output"));
        (status, stdout, stderr)
    }

    /// Calls a function as the Functions host does, with this trigger value.
    ///
    /// # Panics
    ///
    /// When no response comes.
    pub fn invoke(&self, function: &str, trigger: &serde_json::Value) -> Response {
        exchange(self.address, "POST", &format!("/{function}"), &self.host_headers(), invocation(trigger).as_bytes())
    }

    /// The headers of the Functions host's own requests.
    pub fn host_headers(&self) -> Headers {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Headers(vec![
            header("Host", &self.address.to_string()),
            header("X-Azure-Functions-HostVersion", "4.1037.0.0"),
            header("X-Azure-Functions-InvocationId", "7b3f1a52-0000-4000-8000-000000000000"),
            header("User-Agent", "Azure-Functions-Host/4.1037.0.0"),
            header("Content-Type", "application/json; charset=utf-8"),
        ])
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The body of an invocation with this trigger value.
pub fn invocation(trigger: &serde_json::Value) -> String {
    let once = serde_json::Value::String(trigger.to_string());
    serde_json::json!({ "Data": { "toolTrigger": once.to_string() }, "Metadata": {} }).to_string()
}

/// The tool result in the reply to an invocation.
///
/// # Panics
///
/// When there is none.
pub fn tool_result(reply: &Response) -> serde_json::Value {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let body: serde_json::Value = serde_json::from_str(&reply.body).expect("a JSON reply");
    let envelope: serde_json::Value =
        serde_json::from_str(body["ReturnValue"].as_str().expect("a string")).expect("an envelope");
    assert_eq!(envelope["type"], "call_tool_result");
    serde_json::from_str(envelope["content"].as_str().expect("a string")).expect("a result")
}

fn read_all(mut from: impl Read, mut text: String) -> String {
    let mut bytes = Vec::new();
    let _ = from.read_to_end(&mut bytes);
    text.push_str(&String::from_utf8_lossy(&bytes));
    text
}
