//! HTTP connections: accepts them, limits heads and bodies, and lets requests finish at the end.

mod admitted;
mod body;
mod challenge;
mod client_stream;
mod loopback;
mod origins;
mod refusal;
mod rerun;

pub use admitted::Admitted;
pub use body::{BODY_TIMEOUT, Body, BodyError, Limits, WatchedBody, read_body};
pub use challenge::{Challenge, INSUFFICIENT_SCOPE};
pub use loopback::{is_local_authority, is_local_origin, is_loopback_host};
pub use origins::AllowedOrigins;
pub use refusal::Refusal;

use crate::accounts::{Accounts, Full, Owner, Resource};
use crate::telemetry::NowAndThen;
use bytes::Bytes;
use client_stream::ClientStream;
use hyper::body::Incoming;
use hyper::header::{
    ACCESS_CONTROL_REQUEST_METHOD, CONNECTION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, RETRY_AFTER,
};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use rerun::Rerun;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// A response of a [`Service`].
pub type Response = hyper::Response<Body>;

/// Answers the requests of [`serve`].
pub trait Service: Send + Sync + 'static {
    /// Answers a request, which came from an address.
    fn respond(&self, request: Request<Incoming>, from: IpAddr) -> impl Future<Output = Response> + Send;

    /// Ends the responses that would go on for ever. [`serve`] calls this method when it stops, before it waits for all responses
    /// under way. Default: does nothing.
    fn end(&self) {}
}

/// The default limit of a body, in bytes: 100 MiB, the limit of the Functions host.
pub const BODY_LIMIT: usize = 100 * 1024 * 1024;
/// The default time in which a client has to send the head of a request, and the default limit of a pause in a body: 30 s.
pub const RECEIVE_TIMEOUT: Duration = Duration::from_secs(30);
/// The greatest length of the head of a client's request, in bytes, as with the Functions host. It is the length of the buffers of a
/// connection too: hyper's own have about 400 KiB, which is much for each of many connections.
const HEAD_LIMIT: usize = 32 * 1024;
/// How long [`serve`] waits for the requests under way when it stops: 5 s.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// The other end of a connection.
pub enum Peer {
    /// The Functions host, over loopback. Its requests need no time limit, and its responses no title-case header names: both would
    /// cost time.
    Host,
    /// Any client.
    Client {
        /// The time in which the client has to send the head of a request.
        head_timeout: Duration,
        /// The accounts that connections are charged to, by their addresses.
        accounts: Arc<Accounts>,
    },
}

/// How many connections wait to be accepted: as many as Linux keeps by default. Of those beyond, the kernel of the client tries again after
/// a second.
const BACKLOG: u32 = 4096;

/// Listens at an address.
///
/// # Errors
///
/// If the program cannot listen there.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A program that starts anew finds its port free. On Windows the option has another meaning, and needs not be set.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves connections until the future `end` completes, then waits up to [`DRAIN_TIMEOUT`] for the requests under way.
///
/// hyper answers a head that is too long, or has more than 100 headers, with 431, and a malformed head with 400, and then closes
/// the connection. hyper reads no more of a body than the service reads.
pub async fn serve(listener: TcpListener, peer: Peer, service: Arc<impl Service>, end: impl Future<Output = ()>) {
    let mut server = hyper::server::conn::http1::Builder::new();
    // A reply is sent with one plain write: copying its small body costs less than a second buffer costs in the kernel.
    server.writev(false);
    let accounts = match peer {
        Peer::Host => {
            // Clients behind the host leave answers unread too.
            server.header_read_timeout(None).max_buf_size(2 * HEAD_LIMIT);
            None
        }
        Peer::Client { head_timeout, accounts } => {
            server.timer(TokioTimer::new()).header_read_timeout(head_timeout);
            server.max_header_size(HEAD_LIMIT).max_buf_size(HEAD_LIMIT).title_case_headers(true);
            Some(accounts)
        }
    };
    let mut connections = JoinSet::new();
    // Dropping the senders tells the connections to end. Each connection has its own channel: a shared one would be a lock in every
    // poll.
    let mut ends: Vec<oneshot::Sender<()>> = Vec::new();
    let mut end = std::pin::pin!(end);
    loop {
        let (stream, from) = tokio::select! {
            () = &mut end => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => (stream, address.ip().to_canonical()),
                Err(error) => {
                    // Mostly the process has no free file handles: the error passes when connections close.
                    NOT_ACCEPTED.warn(format_args!("cannot accept a connection: {error}"));
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let charge = accounts.as_ref().map(|accounts| accounts.owner(Owner::at(from)).take(Resource::Connections, 1));
        let charge = match charge.transpose() {
            Ok(charge) => charge,
            Err(full) => {
                NOT_TAKEN.warn(format_args!("a connection from {from} is refused: {full}"));
                continue;
            }
        };
        // Every request changes the reference count of the service. With a count for each connection, threads do not contend for
        // one.
        let service = Arc::new(Arc::clone(&service));
        let connection = server.serve_connection(
            TokioIo::new(ClientStream::new(stream, charge)),
            hyper::service::service_fn(move |request| {
                let service = Arc::clone(&service);
                async move {
                    Ok::<_, Infallible>(match has_several_hosts(request.headers()) {
                        false => service.respond(request, from).await,
                        true => refuse_hosts(from),
                    })
                }
            }),
        );
        let (sender, ended) = oneshot::channel();
        connections.spawn(Rerun::new(async move {
            let mut connection = std::pin::pin!(connection);
            tokio::select! {
                biased;
                ended = connection.as_mut() => {
                    // What else ends a connection is no fault, or was answered already.
                    if let Err(error) = ended && error.is_parse() {
                        Refusal::Malformed.log(format_args!("a request from {from} is malformed: {error}"));
                    }
                    return;
                }
                _ = ended => connection.as_mut().graceful_shutdown(),
            }
            let _ = connection.await;
        }));
        while connections.try_join_next().is_some() {}
        if ends.len() > 2 * connections.len() {
            ends.retain(|end| !end.is_closed());
        }
        ends.push(sender);
    }
    drop((listener, ends));
    service.end();
    let _ = tokio::time::timeout(DRAIN_TIMEOUT, async { while connections.join_next().await.is_some() {} }).await;
}

static NOT_ACCEPTED: NowAndThen = NowAndThen::new("connections that could not be accepted");
static NOT_TAKEN: NowAndThen = NowAndThen::new("connections beyond the limit");

/// Whether a request has several lines `Host`, of which other programs on its way may have read another one (RFC 9112, section 3.2).
fn has_several_hosts(headers: &HeaderMap) -> bool {
    headers.get_all(HOST).iter().nth(1).is_some()
}

fn refuse_hosts(from: IpAddr) -> Response {
    Refusal::Malformed.log(format_args!("a request from {from} has several lines `Host`"));
    closing(error(StatusCode::BAD_REQUEST, "a request has one line `Host`, and this one has several; send one"))
}

/// Whether a browser asks by a request, before it sends another one, whether it may (CORS preflight).
pub fn is_preflight<B>(request: &Request<B>) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Makes a response with a status and no body.
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::default());
    *response.status_mut() = status;
    response
}

/// Adds `Connection: close` to a response: the connection closes after it, and the rest of the request is not read.
pub fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Adds `Retry-After` to the response for a caller that has to wait until it holds less.
pub fn retried(mut response: Response) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// Makes the response for a caller that holds too much: 503 with the reason.
pub fn overloaded(full: Full) -> Response {
    Refusal::Limit.log(format_args!("a request is refused: {full}"));
    retried(error(StatusCode::SERVICE_UNAVAILABLE, &full.to_string()))
}

/// Makes a response of plain text, with status 200.
pub fn text(body: &'static str) -> Response {
    let mut response = Response::new(Body::sized(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// Makes a response with a status and JSON text.
pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Body::sized(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Makes a response with a status and the JSON object `{"error": message}`.
pub fn error(status: StatusCode, message: &str) -> Response {
    json(status, serde_json::json!({ "error": message }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    struct Fine;

    impl Service for Fine {
        async fn respond(&self, _: Request<Incoming>, _: IpAddr) -> Response {
            empty(StatusCode::OK)
        }
    }

    /// A proxy before this server may have looked at the other line.
    #[tokio::test]
    async fn several_hosts_are_refused_whoever_asks() {
        let client = Peer::Client { head_timeout: RECEIVE_TIMEOUT, accounts: Accounts::new(Default::default()) };
        for peer in [Peer::Host, client] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let server = tokio::spawn(serve(listener, peer, Arc::new(Fine), std::future::pending()));
            for (hosts, status) in
                [("Host: a\r\n", "200"), ("Host: a\r\nhost: a\r\n", "400"), ("Host: a\r\nX: y\r\nHost: b\r\n", "400")]
            {
                let mut stream = TcpStream::connect(address).await.unwrap();
                let request = format!("GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
                stream.write_all(request.as_bytes()).await.unwrap();
                let mut response = String::new();
                stream.read_to_string(&mut response).await.unwrap();
                assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{hosts}: {response}");
            }
            server.abort();
        }
    }

    #[test]
    fn the_limits_are_documented() {
        let Ok(page) = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/limits.md")) else {
            return;
        };
        assert_eq!((HEAD_LIMIT, BODY_LIMIT), (32 * 1024, 100 * 1024 * 1024));
        assert_eq!((RECEIVE_TIMEOUT.as_secs(), BODY_TIMEOUT.as_secs()), (30, 5 * 60));
        for row in [
            "| head | 32 KiB",
            "| time for the head | 30 s",
            "| body at the runtime endpoint, invocations | 100 MiB",
            "| pause in a body | 30 s",
            "| time of a body | 5 min",
        ] {
            assert!(page.contains(row), "{row}");
        }
    }
}
