//! Where lines go: to standard output and standard error.
//!
//! A thread for each writes them. So a call costs no system call for its line, and none waits for somebody who reads slowly or not
//! at all: a program that starts an app, and looks at its first line only, would stop it otherwise.

use crate::lock::lock;
use std::io::{self, Write};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How many bytes wait for a reader. What comes after that is lost.
const LIMIT: usize = 1024 * 1024;
/// How long lines are collected after others were written, so that many of them are one piece.
const PAUSE: Duration = Duration::from_millis(1);
/// How long the end of the program waits for a reader.
const LAST_WORDS: Duration = Duration::from_secs(1);

static STDOUT: Output = Output::new(|| Box::new(io::stdout()));
static STDERR: Output = Output::new(|| Box::new(io::stderr()));

/// Standard output for all lines but those of this level and above, which go to standard error.
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

/// Waits until all lines are written that were logged so far, but not for long.
pub fn flush() {
    STDOUT.flush(LAST_WORDS);
    STDERR.flush(LAST_WORDS);
}

/// One of the two.
pub(super) struct Output {
    sink: fn() -> Box<dyn Write>,
    state: Mutex<State>,
    /// Told when there is something to write.
    filled: Condvar,
    /// Told when all is written.
    written: Condvar,
}

struct State {
    /// What is to be written, whole lines.
    text: Vec<u8>,
    /// How many lines did not fit.
    lost: usize,
    thread: Thread,
}

/// What the thread does that writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Thread {
    /// There is none yet.
    None,
    /// It waits to be told of the next line.
    Waits,
    /// It writes, or looks again in a moment.
    Writes,
}

impl Output {
    const fn new(sink: fn() -> Box<dyn Write>) -> Self {
        let state = State { text: Vec::new(), lost: 0, thread: Thread::None };
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
            Thread::Writes => {}
            Thread::Waits => {
                state.thread = Thread::Writes;
                self.filled.notify_one();
            }
            Thread::None => {
                let thread = std::thread::Builder::new().name("log".to_owned()).spawn(|| self.run());
                if thread.is_ok() {
                    state.thread = Thread::Writes;
                } else {
                    // Without a thread everybody writes for themselves.
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
            // Nobody reads any more, or nobody ever will: that is no reason to stop.
            let _ = sink.write_all(&text);
            if lost > 0 {
                let _ = writeln!(sink, "{lost} lines of the log are missing here: nobody read them in time");
            }
            let _ = sink.flush();
            std::thread::sleep(PAUSE);
        }
    }

    /// Waits for something to write.
    fn next(&self) -> (Vec<u8>, usize) {
        let mut state = lock(&self.state);
        while state.text.is_empty() {
            state.thread = Thread::Waits;
            self.written.notify_all();
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.thread = Thread::Writes;
        (std::mem::take(&mut state.text), std::mem::take(&mut state.lost))
    }

    fn flush(&self, limit: Duration) {
        let state = lock(&self.state);
        let writes = |state: &mut State| state.thread == Thread::Writes;
        // Whether or not it came to that, this is the end.
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

    /// Somebody who reads nothing while another has the lock.
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
