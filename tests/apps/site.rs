//! The host's page, and behind it the app's endpoint: in one origin, for no MCP server answers other ones.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use tests::http::exchange;
use tests::recording::{Headers, Response};

/// Serves as long as the test runs.
pub(super) fn start(app: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A browser opens connections that it may never use.
            std::thread::spawn(move || answer(stream, app));
        }
    });
    address
}

/// Answers one request, and closes the connection.
fn answer(stream: TcpStream, app: SocketAddr) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let mut words = line.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(()) };
    let path = target.split('?').next().unwrap_or_default();
    let headers = headers(&mut stream)?;
    let length = headers.get("Content-Length").and_then(|length| length.parse().ok()).unwrap_or_default();
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;

    let response = match path {
        "/" => file("text/html; charset=utf-8", include_str!("host.html")),
        "/host.js" => file("text/javascript; charset=utf-8", include_str!("host.js")),
        path if path.starts_with("/runtime/webhooks/mcp") => forwarded(app, method, path, &headers, &body),
        _ => Response { status: 404, ..Response::default() },
    };
    let mut head = format!("HTTP/1.1 {} -\r\nContent-Length: {}\r\n", response.status, response.body.len());
    for (name, value) in response.headers.0 {
        head += &format!("{name}: {value}\r\n");
    }
    let reply = head + "Connection: close\r\n\r\n" + &response.body;
    stream.get_mut().write_all(reply.as_bytes())
}

fn headers(from: &mut impl BufRead) -> io::Result<Headers> {
    let mut headers = Headers::default();
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else { return Ok(headers) };
        headers.0.push((name.to_owned(), value.trim().to_owned()));
    }
}

fn file(content_type: &str, text: &str) -> Response {
    let headers = Headers(vec![("Content-Type".to_owned(), content_type.to_owned())]);
    Response { status: 200, headers, body: text.to_owned() }
}

/// The app's answer. It gets the browser's headers, so that it decides as it would without this stop on the way.
fn forwarded(app: SocketAddr, method: &str, path: &str, headers: &Headers, body: &[u8]) -> Response {
    let of_the_connection = ["Host", "Connection", "Content-Length"];
    let is_kept =
        |(name, _): &&(String, String)| !of_the_connection.iter().any(|other| name.eq_ignore_ascii_case(other));
    let mut sent = vec![("Host".to_owned(), app.to_string())];
    sent.extend(headers.0.iter().filter(is_kept).cloned());
    let mut response = exchange(app, method, path, &Headers(sent), body);
    let of_the_message = ["Content-Type", "Mcp-Session-Id"];
    response.headers.0.retain(|(name, _)| of_the_message.iter().any(|kept| name.eq_ignore_ascii_case(kept)));
    response
}
