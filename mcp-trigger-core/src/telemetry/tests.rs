//! Lines of calls and of the process, from `tracing` to the log and to replies.

use super::*;
use std::io;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;

/// A process log that is kept.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        lock(&self.0).write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Written {
    /// The lines so far, without their times.
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(std::mem::take(&mut *lock(&self.0))).unwrap();
        text.lines()
            .map(|line| {
                let (time, rest) = line.split_at("2026-07-28T12:30:00.250Z ".len());
                assert!(time.starts_with("20") && time.as_bytes()[10] == b'T' && time.ends_with("Z "), "{line}");
                rest.to_owned()
            })
            .collect()
    }
}

/// The process log as `init` sets it up, with these levels.
fn process_log(levels: &str) -> (Written, tracing::subscriber::DefaultGuard) {
    let written = Written::default();
    let lines = tracing_subscriber::fmt::layer().event_format(LineFormat).with_ansi(false).with_writer(written.clone());
    let subscriber = tracing_subscriber::registry().with(levels.parse::<Targets>().unwrap()).with(lines);
    (written, tracing::subscriber::set_default(subscriber))
}

fn log_of_call(destination: Destination) -> CallLog {
    let source = Source { name: "hello".into(), target: "my_app::greetings" };
    CallLog::new(source, "7b3f".to_owned(), destination)
}

#[test]
fn lines_of_a_call_are_logged_as_they_come_with_their_own_target_and_the_call() {
    let (written, _guard) = process_log("warn,my_app=debug,mcp_trigger=info");
    let log = log_of_call(Destination::Process);
    log.log(Level::DEBUG, "asked");
    assert_eq!(written.lines(), ["DEBUG [7b3f] my_app::greetings: hello: asked"], "at once");
    within(&log, || {
        let span = tracing::info_span!("query", city = "Oslo");
        let _span = span.enter();
        tracing::info!(rows = 2, "found");
        tracing::debug!("hidden");
        tracing::warn!(target: "db", "slow");
    });
    tracing::info!("outside");
    log.failed("no such city");
    let ours = module_path!();
    assert_eq!(
        written.lines(),
        [
            format!(" INFO [7b3f] query{{city=\"Oslo\"}}: {ours}: hello: found rows=2"),
            " WARN [7b3f] query{city=\"Oslo\"}: db: hello: slow".to_owned(),
            format!(" INFO {ours}: outside"),
            "ERROR [7b3f] my_app::greetings: hello: failed: no such city".to_owned(),
        ]
    );
    assert_eq!(log.take(), []);
}

#[test]
fn lines_that_travel_with_the_reply_are_shown_nowhere_else() {
    let (written, _guard) = process_log("info");
    let log = log_of_call(Destination::Reply);
    within(&log, || {
        log.log(Level::INFO, "from the context");
        log.log(Level::DEBUG, "hidden");
        tracing::warn!(city = "Oslo", "slow");
    });
    log.failed("ERROR: \u{1b}[2J\nforged");
    assert_eq!(written.lines(), Vec::<String>::new());
    let lines: Vec<_> = log.take().iter().map(LogLine::to_string).collect();
    let failed = r"ERROR: hello failed: ERROR: \u{1b}[2J\nforged";
    assert_eq!(lines, ["from the context", "WARN: slow city=\"Oslo\"", failed]);
    log.log(Level::INFO, "after the reply");
    assert_eq!(written.lines(), [" INFO [7b3f] my_app::greetings: hello: after the reply"]);
}

#[derive(Debug, Default)]
struct Sent(Mutex<Vec<(String, LogLine)>>, AtomicBool);

impl LineSink for Sent {
    fn is_open(&self) -> bool {
        !self.1.load(Ordering::Relaxed)
    }

    fn take(&self, invocation: &str, line: LogLine) {
        lock(&self.0).push((invocation.to_owned(), line));
    }
}

#[test]
fn lines_for_a_sink_are_sent_as_they_come_and_after_the_call_are_lines_of_the_process() {
    let (written, _guard) = process_log("info");
    let sink = Arc::new(Sent::default());
    let log = log_of_call(Destination::Sink(Arc::<Sent>::clone(&sink)));
    log.log(Level::INFO, "from the context");
    within(&log, || tracing::warn!(target: "db", city = "Oslo", "slow\nforged"));
    let line = |level, target, text: &str| ("7b3f".to_owned(), LogLine { level, target, text: text.to_owned() });
    let lines = [
        line(Level::INFO, "my_app::greetings", "from the context"),
        line(Level::WARN, "db", r#"slow\nforged city="Oslo""#),
    ];
    assert_eq!(*lock(&sink.0), lines);
    assert_eq!((written.lines(), log.take()), (Vec::new(), Vec::new()));
    log.log(Level::INFO, "after the answer");
    let cancelled = log_of_call(Destination::Sink(Arc::<Sent>::clone(&sink)));
    sink.1.store(true, Ordering::Relaxed);
    cancelled.log(Level::INFO, "after the cancel");
    let lines =
        ["after the answer", "after the cancel"].map(|line| format!(" INFO [7b3f] my_app::greetings: hello: {line}"));
    assert_eq!(written.lines(), lines);
    assert_eq!(lock(&sink.0).len(), 2);
}

#[test]
fn an_event_is_one_line_whatever_is_in_it() {
    let (written, _guard) = process_log("info");
    let (name, method) = ("x\n2026-01-01T00:00:00.000Z ERROR forged", "a\u{1b}[31m\r\u{85}\u{2028}");
    tracing::info!(%method, target_of = name, "no tool {name}");
    log_of_call(Destination::Process).log(Level::INFO, name);
    let escaped = name.replace('\n', "\\n");
    assert_eq!(
        written.lines(),
        [
            format!(
                " INFO {}: no tool {escaped} method=a\\u{{1b}}[31m\\r\\u{{85}}\\u{{2028}} target_of=\"{escaped}\"",
                module_path!()
            ),
            format!(" INFO [7b3f] my_app::greetings: hello: {escaped}"),
        ]
    );
}

#[test]
fn a_long_line_is_cut_wherever_it_goes() {
    let (written, _guard) = process_log("info");
    let long = "x\0".repeat(1_500_000);
    tracing::info!(argument = long, "called");
    log_of_call(Destination::Process).log(Level::INFO, &long);
    let reply = log_of_call(Destination::Reply);
    reply.log(Level::INFO, &long);
    within(&reply, || tracing::info!("{long}"));
    let lines: Vec<_> = written.lines().into_iter().chain(reply.take().into_iter().map(|line| line.text)).collect();
    assert_eq!(lines.len(), 4);
    for line in lines {
        assert!(line.len() < LINE_LIMIT + 30 && line.ends_with(" bytes more)"), "{} bytes", line.len());
    }
}

#[tokio::test(start_paused = true)]
async fn what_happens_all_the_time_is_counted() {
    static REFUSED: NowAndThen = NowAndThen::new("requests were refused");
    let (written, _guard) = process_log("info");
    let pass = async |seconds| tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
    for _ in 0..1000 {
        REFUSED.warn("no\nkey");
    }
    assert_eq!(written.lines(), [r" WARN mcp_trigger::refused: no\nkey"]);
    pass(11).await;
    assert_eq!(written.lines(), [" WARN mcp_trigger::refused: 999 more requests were refused in 10 s"]);
    REFUSED.warn("no key");
    pass(20).await;
    assert_eq!(written.lines(), [" WARN mcp_trigger::refused: 1 more requests were refused in 10 s"]);
    REFUSED.warn("a first one again");
    assert_eq!(written.lines(), [" WARN mcp_trigger::refused: a first one again"]);
}

#[test]
fn each_line_of_another_process_has_the_call_and_no_level_of_its_own() {
    let (written, _guard) = process_log("info");
    CallLog::of_invocation("Hello", "7b3f", "handler").log_lines(Level::INFO, "ERROR: no\n  at main\r\n");
    let lines = ["ERROR: no", "  at main"].map(|line| format!(" INFO [7b3f] handler: Hello: {line}"));
    assert_eq!(written.lines(), lines);
}

/// A subscriber of the app's own knows nothing of this crate.
#[test]
fn a_subscriber_of_the_app_is_told_of_the_call_in_fields() {
    let written = Written::default();
    let subscriber = tracing_subscriber::fmt().with_writer(written.clone()).with_ansi(false).without_time();
    let _guard = tracing::subscriber::set_default(subscriber.finish());
    log_of_call(Destination::Process).log(Level::WARN, "slow");
    let text = String::from_utf8(lock(&written.0).clone()).unwrap();
    assert_eq!(text, " WARN my_app::greetings: slow function=\"hello\" invocation=\"7b3f\"\n");
}
