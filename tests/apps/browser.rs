//! Chromium without a window, driven over its DevTools protocol: JSON, each message ended by a zero byte, on two pipes.

use serde_json::{Value, json};
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running browser with one page; ended when dropped.
pub(super) struct Browser {
    process: Child,
    requests: ChildStdin,
    messages: Receiver<Value>,
    last_id: u64,
    /// Events nobody has waited for yet.
    events: Vec<Value>,
    /// The session of the page.
    page: String,
    profile: PathBuf,
}

/// The browser's program, if there is one.
pub(super) fn program() -> Option<PathBuf> {
    let folders: Vec<_> = env::split_paths(&env::var_os("PATH")?).collect();
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|program| program.is_file())
}

impl Browser {
    /// Starts it, with a profile of its own.
    pub(super) fn start(program: &Path, name: &str) -> Self {
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("chromium-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&profile);
        fs::create_dir_all(&profile).unwrap();
        // Chromium reads descriptor 3 and writes to 4, which only a shell can give it without `unsafe`.
        let mut process = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#])
            .arg(program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe"])
            // A frame in a sandbox is then a target of its own, with a session.
            .arg("--enable-features=IsolateSandboxedIframes")
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let requests = process.stdin.take().unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let (sender, messages) = mpsc::channel();
        std::thread::spawn(move || {
            for message in stdout.split(0).map_while(Result::ok) {
                let message = serde_json::from_slice(&message).expect("DevTools speak JSON");
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let (events, page) = (Vec::new(), String::new());
        let mut browser = Browser { process, requests, messages, last_id: 0, events, page, profile };
        browser.open_page();
        browser
    }

    fn open_page(&mut self) {
        let target = self.ask("", "Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
        let session = self.ask("", "Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        self.page = session["sessionId"].as_str().unwrap().to_owned();
        self.page("Page.enable", json!({}));
        let attach = json!({ "autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true });
        self.page("Target.setAutoAttach", attach);
        let size = json!({ "width": 480, "height": 480, "deviceScaleFactor": 2, "mobile": false });
        self.page("Emulation.setDeviceMetricsOverride", size);
        self.page("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
    }

    /// Goes to an address.
    pub(super) fn open(&mut self, address: &str) {
        self.events.clear();
        self.page("Page.navigate", json!({ "url": address }));
    }

    /// The session of the one frame in the page, with all that it has complained of reported as events.
    pub(super) fn frame(&mut self) -> String {
        let attached = self.event("Target.attachedToTarget", |params| params["targetInfo"]["type"] == "iframe");
        let frame = attached["sessionId"].as_str().unwrap().to_owned();
        self.ask(&frame, "Log.enable", json!({}));
        self.ask(&frame, "Runtime.enable", json!({}));
        frame
    }

    /// What the console of a session would show in red.
    pub(super) fn complaints(&self) -> Vec<&Value> {
        let is_complaint = |event: &&Value| match event["method"].as_str() {
            Some("Log.entryAdded") => event["params"]["entry"]["level"] == "error",
            Some("Runtime.exceptionThrown") => true,
            Some("Runtime.consoleAPICalled") => event["params"]["type"] == "error",
            _ => false,
        };
        self.events.iter().filter(is_complaint).collect()
    }

    /// The value of a JavaScript expression in the page.
    pub(super) fn evaluate(&mut self, expression: &str) -> Value {
        self.evaluate_in(&self.page.clone(), expression)
    }

    /// The value of a JavaScript expression in a session.
    pub(super) fn evaluate_in(&mut self, session: &str, expression: &str) -> Value {
        let parameters = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.ask(session, "Runtime.evaluate", parameters);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression in the page is true.
    pub(super) fn wait_until(&mut self, expression: &str) {
        self.wait_until_in(&self.page.clone(), expression);
    }

    /// Waits until an expression in a session is true.
    pub(super) fn wait_until_in(&mut self, session: &str, expression: &str) {
        let start = Instant::now();
        while self.evaluate_in(session, expression) != true {
            let page = "`${document.title}: ${document.body.textContent}`";
            assert!(start.elapsed() < PATIENCE, "never {expression}: {}", self.evaluate(page));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses a key, and lets it go.
    pub(super) fn press(&mut self, key: &str, code: u32) {
        let text = if key == "Enter" { "\r" } else { "" };
        let press = json!({ "type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text });
        self.page("Input.dispatchKeyEvent", press);
        let release = json!({ "type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code });
        self.page("Input.dispatchKeyEvent", release);
    }

    /// Writes what the page looks like, as PNG.
    pub(super) fn screenshot(&mut self, file: &Path) {
        use base64::Engine as _;
        let picture = self.page("Page.captureScreenshot", json!({ "format": "png" }));
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }

    fn page(&mut self, method: &str, parameters: Value) -> Value {
        self.ask(&self.page.clone(), method, parameters)
    }

    fn ask(&mut self, session: &str, method: &str, parameters: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        let mut request = json!({ "id": id, "method": method, "params": parameters });
        if !session.is_empty() {
            request["sessionId"] = session.into();
        }
        self.requests.write_all(format!("{request}\0").as_bytes()).expect("the browser runs");
        loop {
            let message = self.receive(method);
            if message["id"] == id {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    /// Waits for an event, if it has not come yet.
    fn event(&mut self, method: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let found = self.events.iter().find(|event| event["method"] == method && is_it(&event["params"]));
            if let Some(event) = found {
                return event["params"].clone();
            }
            let message = self.receive(method);
            self.events.push(message);
        }
    }

    fn receive(&self, wanted: &str) -> Value {
        self.messages.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("waiting for {wanted}: {error}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked, it waits for its processes; killed, it leaves them behind, writing into the profile for a moment.
        let _ = self.requests.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let start = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}
