//! The client of the handler: requests with the bytes of the Functions host, over kept connections.

use super::spelling::HeaderSpelling;
use crate::recorded_host::{AGENT, INVOCATION_ID, VERSION, VERSION_HEADER};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Body;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use hyper::http::Error as HttpError;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use mcp_trigger_core::http::{self, BodyError, Limits};
use mcp_trigger_core::lock::lock;
use mcp_trigger_core::task;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// The greatest number of idle connections that are kept for later requests.
const KEPT: usize = 128;

/// How long a long reply waits for its turn. Nobody waits longer for the silence of another.
const TURN: Duration = Duration::from_secs(2);

/// Sends requests to a handler.
pub(super) struct HandlerClient {
    address: SocketAddr,
    spelling: HeaderSpelling,
    kept: Mutex<Vec<Connection>>,
    /// The turns of long replies.
    long: Arc<Semaphore>,
}

type Connection = SendRequest<Full<Bytes>>;

/// The reply of a handler.
pub(super) struct HandlerReply {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) body: Bytes,
    /// The turn of a long reply, which ends when the reply was read.
    pub(super) turn: Option<OwnedSemaphorePermit>,
}

/// Why there is no reply.
#[derive(Debug)]
pub(super) enum NoReply {
    /// The handler has seen nothing of the request, whose body comes back.
    NotSent { why: String, body: Full<Bytes> },
    /// The handler may have run the function.
    Broken(String),
}

impl HandlerClient {
    pub(super) fn new(address: SocketAddr, spelling: HeaderSpelling) -> Self {
        let long = Arc::new(Semaphore::new(task::long_at_once()));
        HandlerClient { address, spelling, kept: Mutex::default(), long }
    }

    /// Whether the handler answers `GET /` with any status, which is all that the host asks for.
    pub(super) async fn is_ready(&self) -> bool {
        match self.request(Method::GET, "/").body(Full::default()) {
            Ok(request) => self.send(request).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Invokes a function.
    pub(super) async fn invoke(&self, function: &str, id: &str, body: Full<Bytes>) -> Result<HandlerReply, NoReply> {
        let request = self
            .request(Method::POST, &format!("/{function}"))
            .header(VERSION_HEADER, VERSION)
            .header(INVOCATION_ID, id)
            .header(USER_AGENT, AGENT)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"))
            .body(body);
        self.send(request.map_err(|error: HttpError| NoReply::Broken(error.to_string()))?).await
    }

    fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(HOST, self.address.to_string());
        self.spelling.put_on(request)
    }

    async fn send(&self, mut request: Request<Full<Bytes>>) -> Result<HandlerReply, NoReply> {
        // A kept connection may have been closed by the handler meanwhile. Then nothing of the request has gone out, and it is
        // sent anew; in all other cases the handler may have seen it, and functions are not run twice.
        while let Some(mut connection) = self.take_kept() {
            if connection.ready().await.is_err() {
                continue;
            }
            match connection.try_send_request(request).await {
                Ok(response) => return self.read(connection, response).await,
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(NoReply::Broken(broken(error.error()))),
                },
            }
        }
        let mut connection = match self.connect().await {
            Ok(connection) => connection,
            Err(error) => {
                let why = format!("cannot connect to the handler at {}: {error}", self.address);
                return Err(NoReply::NotSent { why, body: request.into_body() });
            }
        };
        match connection.try_send_request(request).await {
            Ok(response) => self.read(connection, response).await,
            Err(mut error) => match error.take_message() {
                Some(unsent) => Err(NoReply::NotSent { why: broken(error.error()), body: unsent.into_body() }),
                None => Err(NoReply::Broken(broken(error.error()))),
            },
        }
    }

    /// A new connection, for any kind of body.
    pub(super) async fn connect<B>(&self) -> std::io::Result<SendRequest<B>>
    where
        B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        let stream = TcpStream::connect(self.address).await?;
        // Head and body go out in two writes, mostly: without it the second would wait for an acknowledgement.
        stream.set_nodelay(true)?;
        let handshake = http1::Builder::new().handshake(TokioIo::new(stream)).await;
        let (connection, task) = handshake.map_err(std::io::Error::other)?;
        task::spawn(async move { task.await.unwrap_or(()) });
        Ok(connection)
    }

    async fn read(
        &self,
        connection: Connection,
        response: hyper::Response<hyper::body::Incoming>,
    ) -> Result<HandlerReply, NoReply> {
        let (head, body) = response.into_parts();
        // A reply that is known to be long. Others may be short, and their handler may take its time with them.
        let turn = match body.size_hint().exact() {
            Some(length) if length > task::LONG as u64 => {
                timeout(TURN, Arc::clone(&self.long).acquire_owned()).await.ok().and_then(Result::ok)
            }
            _ => None,
        };
        // As long as the call may take, so may its reply.
        let limits = Limits { bytes: http::BODY_LIMIT, pause: None };
        let body = http::read_body(body, limits, || None).await.map_err(|error| match error {
            BodyError::TooLarge => NoReply::Broken(format!("its reply is longer than {} bytes", http::BODY_LIMIT)),
            BodyError::Incomplete | BodyError::Stalled | BodyError::Full(_) => {
                NoReply::Broken("it closed the connection in the middle of its reply".to_owned())
            }
        })?;
        let mut kept = lock(&self.kept);
        if !connection.is_closed() && kept.len() < KEPT {
            kept.push(connection);
        }
        let content_type = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(HandlerReply { status: head.status.as_u16(), content_type, body, turn })
    }

    fn take_kept(&self) -> Option<Connection> {
        lock(&self.kept).pop()
    }
}

fn broken(error: &hyper::Error) -> String {
    if error.is_parse() {
        return format!("it answered with something else than HTTP ({error})");
    }
    format!("it closed the connection without a reply ({error})")
}
