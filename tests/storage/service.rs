//! What an app with an identity talks to in Azure: the service that gives tokens, and a storage account that takes them.
//!
//! | path | what it is |
//! |---|---|
//! | `/token` | the platform's identity service ("REST endpoint reference" in the documentation of App Service) |
//! | `/blobs/…`, `/queues/…` | the services of an account: as much as a client needs to read and write |
//! | `/refused/…` | an account where the identity has no role |

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

const TOKEN: &str = "t0ken";

/// What was asked of it.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    /// By `container/name`, as written in the path.
    pub(crate) blobs: BTreeMap<String, String>,
    /// The texts of messages, as they came.
    pub(crate) messages: Vec<String>,
    /// The queries of requests for tokens.
    pub(crate) tokens: Vec<String>,
    /// How many requests came without what they need.
    pub(crate) refused: usize,
}

#[derive(Default)]
struct State {
    seen: Seen,
    /// The containers and queues that were made.
    made: BTreeSet<String>,
}

/// It, until it is dropped.
pub(crate) struct Service {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Service {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (address, state) = (listener.local_addr().unwrap(), Arc::<Mutex<State>>::default());
        let of_server = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&of_server);
                let service = service_fn(move |request| respond(Arc::clone(&state), request));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Service { address, state }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Seen {
        self.state.lock().unwrap().seen.clone()
    }
}

async fn respond(state: Arc<Mutex<State>>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = String::from_utf8(body.collect().await.unwrap().to_bytes().into()).unwrap();
    let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let mut state = state.lock().unwrap();
    if path == "/token" {
        if header("x-identity-header") != Some("s3cret") {
            state.seen.refused += 1;
            return Ok(plain(StatusCode::BAD_REQUEST, ""));
        }
        state.seen.tokens.push(query.to_owned());
        let token =
            format!(r#"{{"access_token":"{TOKEN}","expires_on":"4102444800","resource":"r","token_type":"Bearer"}}"#);
        return Ok(typed("application/json", StatusCode::OK, token));
    }
    if header("authorization") != Some(&format!("Bearer {TOKEN}")) || header("x-ms-version").is_none() {
        state.seen.refused += 1;
        return Ok(plain(StatusCode::UNAUTHORIZED, ""));
    }
    if let Some(name) = path.strip_prefix("/blobs/") {
        return Ok(blob(&mut state, &head.method, name, query, body));
    }
    if let Some(name) = path.strip_prefix("/queues/") {
        return Ok(queue(&mut state, &head.method, name, &body));
    }
    Ok(failed(StatusCode::FORBIDDEN, "AuthorizationPermissionMismatch"))
}

fn blob(state: &mut State, method: &Method, name: &str, query: &str, body: String) -> Response<Full<Bytes>> {
    let container = name.split('/').next().unwrap_or_default().to_owned();
    match *method {
        Method::PUT if query.contains("restype=container") => {
            state.made.insert(container);
            plain(StatusCode::CREATED, "")
        }
        Method::PUT if !state.made.contains(&container) => failed(StatusCode::NOT_FOUND, "ContainerNotFound"),
        Method::PUT => {
            state.seen.blobs.insert(name.to_owned(), body);
            plain(StatusCode::CREATED, "")
        }
        _ => match state.seen.blobs.get(name) {
            None => failed(StatusCode::NOT_FOUND, "BlobNotFound"),
            Some(content) => {
                let mut response = plain(StatusCode::PARTIAL_CONTENT, content);
                let range = format!("bytes 0-{}/{}", content.len() - 1, content.len());
                response.headers_mut().insert("content-range", range.parse().unwrap());
                response
            }
        },
    }
}

fn queue(state: &mut State, method: &Method, name: &str, body: &str) -> Response<Full<Bytes>> {
    let queue = name.split('/').next().unwrap_or_default().to_owned();
    match *method {
        Method::PUT => {
            state.made.insert(queue);
            plain(StatusCode::CREATED, "")
        }
        _ if !state.made.contains(&queue) => failed(StatusCode::NOT_FOUND, "QueueNotFound"),
        _ => {
            let text = body.split("<MessageText>").nth(1).and_then(|rest| rest.split('<').next());
            state.seen.messages.extend(text.map(str::to_owned));
            let message = "<QueueMessagesList><QueueMessage><MessageId>1</MessageId><InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT\
                           </InsertionTime><ExpirationTime>Fri, 09 Jan 2026 03:04:05 GMT</ExpirationTime><PopReceipt>p</PopReceipt>\
                           <TimeNextVisible>Fri, 02 Jan 2026 03:04:05 GMT</TimeNextVisible></QueueMessage></QueueMessagesList>";
            typed("application/xml", StatusCode::CREATED, message.to_owned())
        }
    }
}

fn failed(status: StatusCode, code: &str) -> Response<Full<Bytes>> {
    let mut response =
        typed("application/xml", status, format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>"));
    response.headers_mut().insert("x-ms-error-code", code.parse().unwrap());
    response
}

fn plain(status: StatusCode, body: &str) -> Response<Full<Bytes>> {
    typed("application/octet-stream", status, body.to_owned())
}

fn typed(content_type: &str, status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert("content-type", content_type.parse().unwrap());
    headers.insert("etag", "\"1\"".parse().unwrap());
    headers.insert("last-modified", "Fri, 02 Jan 2026 03:04:05 GMT".parse().unwrap());
    response
}
