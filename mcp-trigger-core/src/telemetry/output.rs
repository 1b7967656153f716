//! Writes lines to standard output and standard error.
//!
//! Each stream has a thread that writes. So logging a line costs a call no system call, and no call waits for a slow reader:
//! otherwise a program that starts an app, and reads only its first line, would block the app.

use crate::lock::lock;
use std::io::{self, Write};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// The most bytes that wait for a reader. Further lines are lost.
const LIMIT: usize = 1024 * 1024;
/// How long lines are collected after a write, so that many lines are written at once.
const PAUSE: Duration = Duration::from_millis(1);
/// How long [`flush`] waits for each stream.
const LAST_WORDS: Duration = Duration::from_secs(1);

static STDOUT: Output = Output::new(|| Box::new(io::stdout()));
static STDERR: Output = Output::new(|| Box::new(io::stderr()));

/// Sends lines of this level and more severe ones to standard error, other lines to standard output.
pub(super) struct Streams(pub(super) Level);

impl MakeWriter<'_> for Streams {
    type Writer = &'static Output;

    fn make_writer(&self) -> Self::Writer {
        &STDOUT
    }

    fn make_writer_for(&self, metadata: &Metadata<'_>) -> Self::Writer {
        if *metadata.level() <= self.0 { &STDERR } else { &STDOUT }
    }
}

/// Waits until all lines logged so far are written, at most 1 s for each of stdout and stderr.
pub(super) fn flush() {
    STDOUT.flush(LAST_WORDS);
    STDERR.flush(LAST_WORDS);
}

/// Standard output or standard error, with the lines that wait for its thread.
pub(super) struct Output {
    sink: fn() -> Box<dyn Write>,
    state: Mutex<OutputState>,
    /// Notified when lines wait to be written.
    filled: Condvar,
    /// Notified when all lines are written.
    written: Condvar,
}

/// The lines of an [`Output`] that wait for its thread.
struct OutputState {
    /// The lines to write, each whole.
    text: Vec<u8>,
    /// How many lines were lost since the last write.
    lost: usize,
    thread: WriterThread,
}

/// The state of the thread that writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WriterThread {
    /// The thread was not started.
    NotStarted,
    /// The thread waits for a line.
    Waiting,
    /// The thread writes, or collects lines.
    Writing,
}

impl Output {
    const fn new(sink: fn() -> Box<dyn Write>) -> Self {
        let state = OutputState { text: Vec::new(), lost: 0, thread: WriterThread::NotStarted };
        Output { sink, state: Mutex::new(state), filled: Condvar::new(), written: Condvar::new() }
    }

    fn push(&'static self, line: &[u8]) {
        let mut state = lock(&self.state);
        if state.text.len() + line.len() > LIMIT {
            state.lost += 1;
            return;
        }
        state.text.extend_from_slice(line);
        match state.thread {
            WriterThread::Writing => {}
            WriterThread::Waiting => {
                state.thread = WriterThread::Writing;
                self.filled.notify_one();
            }
            WriterThread::NotStarted => {
                let thread = std::thread::Builder::new().name("log".to_owned()).spawn(|| self.run());
                if thread.is_ok() {
                    state.thread = WriterThread::Writing;
                } else {
                    // Without the thread, the caller writes the line.
                    let text = std::mem::take(&mut state.text);
                    let _ = (self.sink)().write_all(&text);
                }
            }
        }
    }

    fn run(&self) {
        let mut sink = (self.sink)();
        loop {
            let (text, lost) = self.next();
            // The error of a closed stream is ignored: the app goes on without its log.
            let _ = sink.write_all(&text);
            if lost > 0 {
                let _ = writeln!(sink, "{lost} lines of the log are missing here: the log was not read fast enough");
            }
            let _ = sink.flush();
            std::thread::sleep(PAUSE);
        }
    }

    /// Waits for lines, and takes them with the number of lost lines.
    fn next(&self) -> (Vec<u8>, usize) {
        let mut state = lock(&self.state);
        while state.text.is_empty() {
            state.thread = WriterThread::Waiting;
            self.written.notify_all();
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.thread = WriterThread::Writing;
        (std::mem::take(&mut state.text), std::mem::take(&mut state.lost))
    }

    fn flush(&self, limit: Duration) {
        let state = lock(&self.state);
        let writes = |state: &mut OutputState| state.thread == WriterThread::Writing;
        // The result does not matter: after the limit, lines that are left are given up.
        drop(self.written.wait_timeout_while(state, limit, writes));
    }
}

impl Write for &'static Output {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static READ: Mutex<Vec<u8>> = Mutex::new(Vec::new());
    static READER: Mutex<()> = Mutex::new(());

    /// A sink that blocks while another thread holds the lock `READER`.
    struct Slow;

    impl Write for Slow {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            let _reads = lock(&READER);
            lock(&READ).extend_from_slice(text);
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nobody_waits_for_a_reader_and_what_is_lost_is_told() {
        static OUTPUT: Output = Output::new(|| Box::new(Slow));
        let line = [&[b'x'; 1023][..], b"\n"].concat();
        let stopped = lock(&READER);
        for _ in 0..3 * LIMIT / line.len() {
            OUTPUT.push(&line);
        }
        assert!(lock(&OUTPUT.state).text.len() <= LIMIT);
        drop(stopped);
        OUTPUT.flush(Duration::from_secs(60));
        let read = String::from_utf8(std::mem::take(&mut *lock(&READ))).unwrap();
        // The thread may take the first lines at any time, so there may be more than one such place.
        let missing = read.lines().filter_map(|line| line.split_once(" lines of the log are missing"));
        let lost: usize = missing.map(|(count, _)| count.parse::<usize>().unwrap()).sum();
        assert!(lost > 0);
        assert_eq!(read.lines().filter(|line| line.starts_with('x')).count() + lost, 3 * LIMIT / line.len());
        OUTPUT.push(b"the next\n");
        OUTPUT.flush(Duration::from_secs(60));
        assert_eq!(*lock(&READ), b"the next\n");
    }
}
