//! Its start and its end.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tests::http::Connection;
use tests::process::{App, sample};

#[test]
fn ctrl_c_ends_it_in_good_order() {
    let app = App::local_host(sample("hello"));
    let address = app.address;
    app.signal("INT");
    let (status, _, stderr) = app.ended();
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert!(Connection::open(address).is_err(), "the port is free again");
}

/// The first thing that goes wrong for most users: the app still runs in another terminal.
#[test]
fn a_busy_port_is_told_with_the_way_out() {
    let busy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = busy.local_addr().unwrap().port().to_string();
    let mut command = sample("hello");
    command.args(["--port", &port]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
    // Ends it if it has not ended by itself; its code is none then.
    let _ = child.kill();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code != 0), "{:?}: {stderr}", output.status);
    assert!(stderr.contains(&port) && stderr.contains("--port"), "{stderr}");
}
