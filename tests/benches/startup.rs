//! What the release build of `hello` costs before it does anything: its size, the time until it answers, the memory it idles in.
//!
//! `cargo bench --bench startup`.

use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};
use tests::http::exchange;
use tests::process::{App, free_port, released};
use tests::recording::Headers;

const RUNS: usize = 25;
/// The size that the binary should not exceed, in bytes.
const SIZE_BOUND: u64 = 4 * 1024 * 1024;

fn main() {
    let program = released("hello");
    let size = program.metadata().expect("the program").len();
    let mut times: Vec<Duration> = (0..RUNS).map(|_| time_to_first_answer(&program)).collect();
    times.sort();
    let app = App::handler(program.to_str().expect("a path in UTF-8"), &[]);
    std::thread::sleep(Duration::from_millis(500));

    println!("hello, release build, as custom handler");
    let verdict = if size <= SIZE_BOUND { "kept" } else { "missed" };
    println!("  size, stripped         {:.2} MiB; the bound of {} MiB is {verdict}", mib(size), mib(SIZE_BOUND));
    println!("  start to first answer  {:.1?} median, {:.1?} worst of {RUNS}", times[RUNS / 2], times[RUNS - 1]);
    println!("  memory, idle           {:.2} MiB resident", mib(resident(app.id())));
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}

/// From the start of the process to the end of its answer to the host's first question.
fn time_to_first_answer(program: &Path) -> Duration {
    let port = free_port();
    let start = Instant::now();
    let app = App::handler_at(program.to_str().expect("a path in UTF-8"), &[], port);
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        std::thread::yield_now();
    }
    let headers = Headers(vec![("Host".to_owned(), app.address.to_string())]);
    assert_eq!(exchange(app.address, "GET", "/", &headers, b"").status, 200);
    start.elapsed()
}

fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().map_or(0, |kib: u64| kib * 1024)
}
