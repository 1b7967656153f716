//! Clients that behave well: one calls a quick tool all the time, another does all that a client may.

use crate::attacker::{Answer, Connection, Message, RUNTIME, call, initialize, text};
use crate::program::{Form, NEIGHBOUR, Program};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The running neighbours of an attack.
pub(crate) struct Neighbours {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    server: SocketAddr,
    form: Form,
    is_over: AtomicBool,
    /// How many rounds each neighbour has finished.
    rounds: [AtomicUsize; 2],
    report: Mutex<Report>,
}

/// How the neighbours fared.
#[derive(Default)]
pub(crate) struct Report {
    quick: Vec<Duration>,
    others: Vec<Duration>,
    /// What was not answered as it should be.
    pub(crate) lost: Vec<String>,
    /// How many calls were made from the attacker's address, and how many of them were refused.
    pub(crate) beside: usize,
    pub(crate) refused: usize,
}

impl Report {
    /// How many quick calls there were.
    pub(crate) fn count(&self) -> usize {
        self.quick.len()
    }

    /// The time in which so many of 100 quick calls were answered.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let mut times = self.quick.clone();
        times.sort_unstable();
        times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
    }

    /// The longest of the quick calls.
    pub(crate) fn longest(&self) -> Duration {
        self.quick.iter().max().copied().unwrap_or_default()
    }

    /// The longest of all other requests.
    pub(crate) fn others_longest(&self) -> Duration {
        self.others.iter().max().copied().unwrap_or_default()
    }
}

impl Neighbours {
    /// Starts them.
    pub(crate) fn of(program: &Program) -> Self {
        let shared = Arc::new(Shared {
            server: program.app.address,
            form: program.form,
            is_over: AtomicBool::new(false),
            rounds: Default::default(),
            report: Mutex::default(),
        });
        let neighbours: [fn(&Shared); 2] = [call_all_the_time, do_all_there_is];
        let threads = neighbours.map(|neighbour| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || neighbour(&shared))
        });
        Neighbours { shared, threads: threads.into() }
    }

    /// Waits until each has done all that it does, once more from now on.
    #[track_caller]
    pub(crate) fn go_on(&self) {
        let rounds = || [0, 1].map(|neighbour| self.shared.rounds[neighbour].load(Ordering::Relaxed));
        let (before, start) = (rounds(), Instant::now());
        // The round under way may have begun before.
        while rounds()[1] < before[1] + 2 || rounds()[0] < before[0] + 10 {
            assert!(start.elapsed() < Duration::from_secs(300), "the neighbours are stuck");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Ends them; how they fared.
    pub(crate) fn part(self) -> Report {
        self.shared.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
        std::mem::take(&mut self.shared.report.lock().unwrap())
    }
}

/// A client with its connection, which it opens anew when it is lost.
struct Client<'a> {
    shared: &'a Shared,
    from: Ipv4Addr,
    connection: Option<Connection>,
}

impl<'a> Client<'a> {
    /// The neighbour, at an address of its own.
    fn new(shared: &'a Shared) -> Self {
        Client { shared, from: NEIGHBOUR, connection: None }
    }

    /// A message in the name of the neighbour. All clients have the address of the host where there is one.
    fn signed(&self, message: Message) -> Message {
        match self.shared.form {
            Form::CustomHandler | Form::Host => {
                message.with("X-MS-CLIENT-PRINCIPAL-ID", "neighbour").with("X-MS-CLIENT-PRINCIPAL-IDP", "aad")
            }
            Form::ByHand => message,
        }
    }

    /// Sends a message; the answer, and how long it took.
    fn time(&mut self, message: &Message) -> (std::io::Result<Answer>, Duration) {
        let start = Instant::now();
        let open = self.connection.take().map_or_else(|| Connection::open(self.from, self.shared.server), Ok);
        let answer = open.and_then(|mut connection| {
            let answer = connection.exchange(message)?;
            self.connection = (answer.header("Connection") != Some("close")).then_some(connection);
            Ok(answer)
        });
        (answer, start.elapsed())
    }

    /// Makes a quick call, which `is_right` recognizes.
    fn quick(&mut self, what: &str, message: &Message, is_right: impl Fn(&Answer) -> bool) {
        let (answer, time) = self.time(message);
        let mut report = self.shared.report.lock().unwrap();
        report.quick.push(time);
        if !answer.as_ref().is_ok_and(&is_right) {
            report.lost.push(format!("{what}, after {time:?}: {answer:?}"));
        }
    }

    /// Makes a quick call for one who shares an address with the attacker. It may be refused now and then: with the attacker it has
    /// used up its part.
    fn beside(&mut self, message: &Message) {
        let (answer, time) = self.time(message);
        let mut report = self.shared.report.lock().unwrap();
        report.quick.push(time);
        report.beside += 1;
        match answer {
            Ok(answer) if is_hello(&answer) => {}
            Ok(answer) if answer.status == 503 && answer.header("Retry-After").is_some() => report.refused += 1,
            answer => report.lost.push(format!("a call from the attacker's address, after {time:?}: {answer:?}")),
        }
    }

    /// Makes another request, and gives its answer if it is right.
    fn other(&mut self, what: &str, message: Message, is_right: impl Fn(&Answer) -> bool) -> Option<Answer> {
        let message = self.signed(message);
        let (answer, time) = self.time(&message);
        let mut report = self.shared.report.lock().unwrap();
        report.others.push(time);
        if !answer.as_ref().is_ok_and(&is_right) {
            report.lost.push(format!("{what}, after {time:?}: {answer:?}"));
            return None;
        }
        answer.ok()
    }

    fn begin_session(&mut self) -> Option<String> {
        let answer = self.other("initialize", initialize("2025-11-25", r#"{"elicitation":{}}"#), is_result)?;
        answer.header("Mcp-Session-Id").map(str::to_owned)
    }
}

fn is_result(answer: &Answer) -> bool {
    answer.status == 200 && answer.start.contains(r#""result":"#) && !answer.start.contains(r#""isError":true"#)
}

fn is_hello(answer: &Answer) -> bool {
    answer.status == 200 && answer.start.contains("hello")
}

/// Calls a quick tool, in each way that there is.
fn call_all_the_time(shared: &Shared) {
    let mut client = Client::new(shared);
    let echo = call("echo", r#""text":"hello""#);
    let Some(session) = client.begin_session() else { return };
    let mut calls = vec![
        ("a call", client.signed(Message::stateless_call("echo", r#""text":"hello""#, "{}"))),
        ("a call in a session", client.signed(Message::of("2025-11-25", echo.clone()).within(&session))),
    ];
    if shared.form.has_runtime() {
        calls.push(("a call at the runtime's endpoint", Message::to(RUNTIME, echo)));
    } else {
        // The Functions host's own, which comes on connections that it keeps.
        let trigger = json!({ "name": "echo", "arguments": { "text": "hello" } });
        calls.push(("an invocation", Message::invocation(shared.server, "Echo", &trigger)));
    }
    // Even at the attacker's own address, on a connection that is open already.
    let mut beside = Client { from: Ipv4Addr::LOCALHOST, ..Client::new(shared) };
    let unsigned = Message::stateless_call("echo", r#""text":"hello""#, "{}");
    for round in 0.. {
        if shared.is_over.load(Ordering::Relaxed) {
            break;
        }
        if round % 4 == 0 {
            client.connection = None;
        }
        for (what, message) in &calls {
            client.quick(what, message, is_hello);
        }
        beside.beside(&unsigned);
        shared.rounds[0].fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// Sends something long, begins and ends a session, subscribes, is asked, has a task, again and again.
fn do_all_there_is(shared: &Shared) {
    let mut client = Client::new(shared);
    while !shared.is_over.load(Ordering::Relaxed) {
        client.connection = None;
        let long = format!(r#""text":"hello{}""#, text(200_000));
        client.other("a long call", Message::stateless_call("echo", &long, "{}"), is_hello);
        if shared.form.has_runtime() {
            client.other("a long call at the runtime's endpoint", Message::to(RUNTIME, call("echo", &long)), is_hello);
        }
        session(&mut client);
        listen(&mut client);
        task(&mut client);
        shared.rounds[1].fetch_add(1, Ordering::Relaxed);
        for _ in 0..5 {
            if !shared.is_over.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

/// A session with a subscription and a question.
fn session(client: &mut Client<'_>) {
    let Some(session) = client.begin_session() else { return };
    let within = |message: Message| message.within(&session);
    let subscribe = Message::request("2025-11-25", "resources/subscribe", r#""uri":"note://a/b""#);
    client.other("a subscription", within(subscribe), is_result);
    // The question comes in the stream of the call, and the answer goes out beside it.
    let mut asking = Client::new(client.shared);
    let ask = client.signed(within(Message::of("2025-11-25", call("ask", ""))));
    let asked = asking.ask(&ask, |id| {
        let answer =
            format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"action":"accept","content":{{"name":"hello"}}}}}}"#);
        client.other("an answer", within(Message::of("2025-11-25", answer)), |answer| answer.status == 202);
    });
    if let Err(why) = asked {
        client.shared.report.lock().unwrap().lost.push(format!("a question: {why}"));
    }
    let delete = Message { method: "DELETE", ..within(Message::of("2025-11-25", "")) };
    client.other("the end of a session", delete, |answer| answer.status == 204);
}

impl Client<'_> {
    /// Calls a tool that asks, and answers.
    fn ask(&mut self, call: &Message, answer: impl FnOnce(&str)) -> Result<(), String> {
        let failed = |error: std::io::Error| error.to_string();
        let mut stream = Connection::open(NEIGHBOUR, self.shared.server).map_err(failed)?;
        stream.send(call).map_err(failed)?;
        let head = stream.receive_head().map_err(failed)?;
        if head.status != 200 {
            return Err(format!("{head:?}"));
        }
        let id = loop {
            let line = stream.line().map_err(failed)?;
            let message = line.strip_prefix("data: ").and_then(|data| serde_json::from_str(data).ok());
            let message: serde_json::Value = message.unwrap_or_default();
            if message["method"] == "elicitation/create" {
                break message["id"].to_string();
            }
            if message.get("result").is_some() || message.get("error").is_some() {
                return Err(line);
            }
        };
        answer(&id);
        loop {
            let line = stream.line().map_err(failed)?;
            if line.contains("hello: 0 bytes") {
                return Ok(());
            }
        }
    }
}

/// A subscription of 2026-07-28.
fn listen(client: &mut Client<'_>) {
    let params = r#""notifications":{"resourceSubscriptions":["note://a/b"]}"#;
    let listen = client.signed(Message::stateless("subscriptions/listen", "", params, "{}"));
    let opened = Connection::open(NEIGHBOUR, client.shared.server).and_then(|mut stream| {
        stream.send(&listen)?;
        let head = stream.receive_head()?;
        let is_open = head.status == 200 && head.header("Content-Type") == Some("text/event-stream");
        if is_open { Ok(()) } else { Err(std::io::Error::other(format!("{head:?}"))) }
    });
    if let Err(why) = opened {
        client.shared.report.lock().unwrap().lost.push(format!("listening: {why}"));
    }
}

/// The capabilities of a client that has tasks.
pub(crate) const TASKS: &str = r#"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#;

/// A task, until it has its result.
fn task(client: &mut Client<'_>) {
    let is_task = |answer: &Answer| is_result(answer) && answer.start.contains("taskId");
    let Some(task) = client.other("a task", Message::stateless_call("fill", r#""bytes":3"#, TASKS), is_task) else {
        return;
    };
    let task: serde_json::Value = serde_json::from_str(&task.start).unwrap();
    let id = task["result"]["taskId"].as_str().unwrap().to_owned();
    let start = Instant::now();
    loop {
        let get = Message::stateless("tasks/get", &id, &format!(r#""taskId":"{id}""#), TASKS);
        let Some(answer) = client.other("a look at a task", get, is_result) else { return };
        if answer.start.contains("xxx") {
            return;
        }
        if start.elapsed() > Duration::from_secs(20) {
            client.shared.report.lock().unwrap().lost.push(format!("a task: {answer:?}"));
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
