//! The recorded handler as a process: it is asked over HTTP, and what it is asked is compared byte for byte, the head too.
//!
//! The process passes its connections on to a server in the test, which so sees what the local host has sent.

use local_host::{AppFolder, HandlerProcess};
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use tests::folder::TempFolder;
use tests::recording::{Exchange, folder};

/// A running handler.
pub(crate) struct Handler {
    pub(crate) process: HandlerProcess,
    server: Arc<Server>,
    _folder: TempFolder,
}

/// What the process passes its connections to.
#[derive(Default)]
struct Server {
    expected: Mutex<Option<Exchange>>,
    mistakes: Mutex<Vec<String>>,
}

impl Handler {
    /// Starts the handler of a recorded app, with these variables.
    pub(crate) async fn start(app: &str, variables: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let relay = listener.local_addr().unwrap().port().to_string();
        let server = Arc::new(Server::default());
        let serving = Arc::clone(&server);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = Arc::clone(&serving);
                std::thread::spawn(move || server.serve(&stream));
            }
        });

        let folder = recorded_app(app);
        let executable = "AzureFunctionsJobHost__customHandler__description__defaultExecutablePath";
        let own = [("FAULTY_RELAY", relay.as_str()), (executable, env!("CARGO_BIN_EXE_faulty"))];
        let variables = own.iter().chain(variables).map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let app = AppFolder::read(folder.path(), variables.chain(std::env::vars_os())).unwrap();
        Handler { process: HandlerProcess::start(&app).await.unwrap(), server, _folder: folder }
    }

    /// What it will be asked, and answer.
    pub(crate) fn expect(&self, exchange: Exchange) {
        *self.server.expected.lock().unwrap() = Some(exchange);
    }

    /// What was not as recorded since the last time.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        std::mem::take(&mut *self.server.mistakes.lock().unwrap())
    }
}

/// A recorded app in a folder of its own, for its host.json names a program that is not there.
fn recorded_app(app: &str) -> TempFolder {
    let recorded = folder().join(app);
    let folder = TempFolder::new();
    folder.write("host.json", &std::fs::read_to_string(recorded.join("host.json")).unwrap());
    folder.copy_functions(&recorded);
    folder
}

impl Server {
    fn serve(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        while let Some((head, body)) = read(&mut reader)? {
            if head[0] == "GET / HTTP/1.1" {
                // All that the host sends when it asks whether the handler is ready (ground-truth.md §4).
                let bare = head.len() == 2 && head[1].starts_with("Host: 127.0.0.1:") && body.is_empty();
                self.note((!bare).then(|| format!("asked whether it is ready with {head:?}")));
                (&mut &*stream).write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?;
                continue;
            }
            let Some(Exchange { request, response }) = self.expected.lock().unwrap().take() else {
                self.note(Some(format!("was asked {head:?}, the recorded handler was not")));
                return Ok(());
            };
            let mut expected = vec![format!("{} {} HTTP/1.1", request.method, request.path)];
            expected.extend(request.headers.0.iter().map(|(name, value)| format!("{name}: {value}")));
            let asked: Vec<_> = head.iter().map(|line| with_placeholders(line, body.len())).collect();
            self.note((asked != expected).then(|| format!("asked with {head:?}, recorded was {expected:?}")));
            let body = without_system(&body);
            self.note((body != request.body).then(|| format!("asked\n  {body}\nthe host asked\n  {}", request.body)));
            let length = response.body.len();
            let mut head = format!("HTTP/1.1 {} Recorded\r\n", response.status);
            if response.status != 204 {
                head += &format!("Content-Length: {length}\r\n");
            }
            let headers = response.headers.0.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("Content-Length"));
            head.extend(headers.map(|(name, value)| format!("{name}: {value}\r\n")));
            (&mut &*stream).write_all(format!("{head}\r\n{}", response.body).as_bytes())?;
        }
        Ok(())
    }

    fn note(&self, mistake: Option<String>) {
        self.mistakes.lock().unwrap().extend(mistake);
    }
}

/// The lines of a head and the body, as they came; nothing at the end.
fn read(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<(Vec<String>, String)>> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.strip_suffix("\r\n").ok_or_else(|| io::Error::other("a line of HTTP ends with CR and LF"))?;
        if line.is_empty() {
            break;
        }
        head.push(line.to_owned());
    }
    let length = head.iter().find_map(|line| line.strip_prefix("Content-Length: ")?.parse().ok()).unwrap_or(0);
    let mut body = String::new();
    reader.take(length).read_to_string(&mut body)?;
    Ok(Some((head, body)))
}

/// A line of a head as the recordings have it, if its values have the right shape.
fn with_placeholders(line: &str, length: usize) -> String {
    let Some((name, value)) = line.split_once(": ") else { return line.to_owned() };
    let value = match name {
        "Host" if value.parse().is_ok_and(|address: SocketAddr| address.ip().is_loopback()) => "127.0.0.1:{port}",
        "X-Azure-Functions-InvocationId" if is_guid(value) => "{guid}",
        "Content-Length" if value == length.to_string() => "{length}",
        other => return format!("{name}: {}", if other == "Host" { "" } else { value }),
    };
    format!("{name}: {value}")
}

fn is_guid(text: &str) -> bool {
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|b| matches!(b, b'-' | b'0'..=b'9' | b'a'..=b'f'))
}

/// The body as the recordings have it: the time and the id in `sys` are new with each.
fn without_system(body: &str) -> String {
    let mut parsed: serde_json::Value = serde_json::from_str(body).unwrap();
    let system = parsed["Metadata"]["sys"].take();
    let mut text = body.to_owned();
    for (member, placeholder) in [("UtcNow", "{now}"), ("RandGuid", "{guid}")] {
        let value = system[member].as_str().unwrap();
        text = text.replacen(&format!("\"{member}\":\"{value}\""), &format!("\"{member}\":\"{placeholder}\""), 1);
    }
    text
}
