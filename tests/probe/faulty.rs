//! A custom handler that does what a handler should not. Which function is called says what; `FAULTY_START` how it starts.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::exit;
use std::time::Duration;

fn main() {
    let setting = |name| std::env::var(name).unwrap_or_default();
    let port: u16 = setting("FUNCTIONS_CUSTOMHANDLER_PORT").parse().expect("a port");
    let start = setting("FAULTY_START");
    println!("starting {start}");
    if let Ok(lines) = std::env::var("FAULTY_LINES") {
        println!("\nLanguageWorkerConsoleLog{lines} for the host\n");
        eprintln!("{lines} elsewhere\n\n");
    }
    match start.as_str() {
        "crash" => {
            eprintln!("no database at db:5432");
            exit(7);
        }
        "end" => exit(0),
        "silent" => std::thread::sleep(Duration::from_secs(60)),
        // The first start is fine, all others crash.
        "once" => {
            let mark = std::path::Path::new("started");
            if mark.exists() {
                exit(7);
            }
            std::fs::write(mark, "").expect("a mark");
        }
        _ => {}
    }
    #[cfg(unix)]
    std::thread::spawn(end_with_parent);
    let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port");
    for stream in listener.incoming().flatten() {
        let relay = setting("FAULTY_RELAY").parse().ok();
        std::thread::spawn(move || match relay {
            Some(port) => relay_to(port, stream),
            None => drop(serve(&stream)),
        });
    }
}

/// Ends when the host is gone: one that a failed test has killed cannot end its handler any more.
#[cfg(unix)]
fn end_with_parent() {
    let parent = std::os::unix::process::parent_id();
    while std::os::unix::process::parent_id() == parent {
        std::thread::sleep(Duration::from_millis(200));
    }
    exit(3);
}

/// Passes a connection on to a server in the test.
fn relay_to(port: u16, stream: TcpStream) {
    let server = TcpStream::connect(("127.0.0.1", port)).expect("the test's server");
    let copy = |mut from: TcpStream, mut to: TcpStream| {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    };
    let (from, to) = (stream.try_clone().expect("a stream"), server.try_clone().expect("a stream"));
    let back = std::thread::spawn(move || copy(server, stream));
    copy(from, to);
    let _ = back.join();
}

/// Answers the requests of a connection.
fn serve(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(function) = read_request(&mut reader)? {
        match function.as_str() {
            "/Wait" => std::thread::sleep(Duration::from_millis(300)),
            "/Hang" => std::thread::sleep(Duration::from_secs(60)),
            "/Mark" => {
                std::thread::sleep(Duration::from_millis(300));
                std::fs::write("marked", "")?;
            }
            "/Late" => std::thread::sleep(Duration::from_millis(1500)),
            _ => {}
        }
        let write = |text: &str| (&mut &*stream).write_all(text.as_bytes());
        match function.as_str() {
            "/Garbage" => return write("this is not HTTP\r\n\r\n"),
            "/CloseMidReply" => {
                return write(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"Return",
                );
            }
            "/NoReply" => return Ok(()),
            "/Empty" => write("HTTP/1.1 204 No Content\r\n\r\n")?,
            "/Crash" => exit(9),
            "/AskForRestart" => exit(200),
            "/End" => exit(0),
            _ => {
                let value = match std::env::var("FAULTY_SHOW") {
                    Ok(names) => show(&names),
                    Err(_) => std::env::var("FAULTY_VALUE").unwrap_or_else(|_| std::process::id().to_string()),
                };
                let body = format!("{{\"ReturnValue\":\"{value}\"}}");
                let length = body.len();
                write(&format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
                ))?;
                // Closed without a word, as servers do with connections that nobody has used for a while.
                if function == "/CloseAfterReply" {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// Variables and their values.
fn show(names: &str) -> String {
    let show = |name: &str| match std::env::var(name) {
        Ok(value) => format!("{name}=`{value}` "),
        Err(_) => format!("no {name} "),
    };
    names.split(',').map(show).collect()
}

/// The path of the next request; its body is passed over.
fn read_request(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<String>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    io::copy(&mut reader.take(length), &mut io::sink())?;
    Ok(Some(path))
}
