//! Requests that come as data, from hosts without the capability `HttpUri`: they go to the worker's own HTTP server as all others do, but
//! nothing streams.

use super::joins::Route;
use super::requests::{INVOCATION_ID, PUBLIC_HOST};
use bytes::Bytes;
use host_protocol::rpc::typed_data::Data;
use host_protocol::rpc::{RpcHttp, TypedData, nullable_string};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderName, HeaderValue, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use mcp_trigger_core::task;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// Sends the request of an invocation to the worker's own server, and gives the whole response, of at most `limit` bytes.
///
/// # Errors
///
/// If the request is not one of HTTP, or the response is too long.
pub(super) async fn forward(
    server: SocketAddr,
    id: &str,
    route: Route,
    request: RpcHttp,
    limit: usize,
) -> Result<RpcHttp, String> {
    if route == Route::Mcp && request.method == Method::GET.as_str() {
        return Ok(no_stream());
    }
    let request = request_of(id, request)?;
    let stream = tokio::net::TcpStream::connect(server).await.map_err(|error| error.to_string())?;
    let text = |error: hyper::Error| error.to_string();
    let shake = hyper::client::conn::http1::handshake(TokioIo::new(stream));
    let (mut sender, connection) = shake.await.map_err(text)?;
    // Its end is told by the response.
    task::spawn(async move { drop(connection.await) });
    let (head, body) = sender.send_request(request).await.map_err(text)?.into_parts();
    let body = Limited::new(body, limit).collect().await.map_err(|error| format!("the response is lost: {error}"))?;
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in head.headers.iter().filter(|(name, _)| !is_of_connection(name)) {
        let value = value.to_str().unwrap_or_default();
        let known = headers.entry(name.as_str().to_owned()).or_default();
        *known = if known.is_empty() { value.to_owned() } else { format!("{known}, {value}") };
    }
    Ok(response(head.status, headers, body.to_bytes()))
}

/// A stream of events would have no end.
fn no_stream() -> RpcHttp {
    let headers = BTreeMap::from([("allow".to_owned(), "POST, DELETE".to_owned())]);
    response(StatusCode::METHOD_NOT_ALLOWED, headers, Bytes::from_static(b"streams take a host that hands requests on"))
}

/// A response, which has a body always: one without is taken for data (ground-truth.md §11).
fn response(status: StatusCode, headers: BTreeMap<String, String>, body: Bytes) -> RpcHttp {
    let body = Some(Box::new(TypedData::from(Data::Bytes(body))));
    RpcHttp { status_code: status.as_str().to_owned(), headers, body, ..RpcHttp::default() }
}

fn request_of(id: &str, request: RpcHttp) -> Result<Request<Full<Bytes>>, String> {
    let RpcHttp { method, url, headers, body, raw_body, nullable_headers, .. } = request;
    let url: Uri = url.parse().map_err(|error| format!("the address of the request cannot be read: {error}"))?;
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let body = match raw_body.or(body).and_then(|body| body.data) {
        Some(Data::Bytes(bytes) | Data::Stream(bytes)) => bytes,
        Some(Data::String(text) | Data::Json(text)) => text.into(),
        _ => Bytes::new(),
    };
    let mut built = Request::new(Full::new(body));
    *built.method_mut() = method.parse().map_err(|_| "the method of the request cannot be read".to_owned())?;
    *built.uri_mut() = path.parse().map_err(|error| format!("the path of the request cannot be read: {error}"))?;
    let nullable = nullable_headers
        .into_iter()
        .filter_map(|(name, value)| value.string.map(|nullable_string::String::Value(value)| (name, value)));
    for (name, value) in headers.into_iter().chain(nullable) {
        let name: Result<HeaderName, _> = name.parse();
        // The host has read them, so what cannot be written is none of a client's.
        let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) else { continue };
        if !is_of_connection(&name) && name != INVOCATION_ID && name != PUBLIC_HOST {
            built.headers_mut().insert(name, value);
        }
    }
    // Here it is the client's own.
    if let Some(host) = built.headers().get(HOST).cloned() {
        built.headers_mut().insert(PUBLIC_HOST, host);
    }
    let id = HeaderValue::from_str(id).map_err(|_| "the id of the invocation cannot be a header".to_owned())?;
    built.headers_mut().insert(INVOCATION_ID, id);
    Ok(built)
}

/// Whether a header is about the connection, of which this is another one.
fn is_of_connection(name: &HeaderName) -> bool {
    [CONNECTION, CONTENT_LENGTH, EXPECT, TE, TRAILER, TRANSFER_ENCODING, UPGRADE].contains(name)
        || ["keep-alive", "proxy-connection"].contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use host_protocol::rpc::NullableString;

    #[test]
    fn a_request_is_that_of_the_client_with_the_id_of_the_host() {
        let value = |value: &str| NullableString { string: Some(nullable_string::String::Value(value.to_owned())) };
        let nullable = [
            ("host", "app.example"),
            ("content-length", "3"),
            ("x-ms-invocation-id", "forged"),
            ("x-forwarded-host", "evil.example"),
            ("accept", "application/json"),
        ];
        let request = RpcHttp {
            method: "POST".to_owned(),
            url: "http://localhost:7071/mcp?a=1&b=%20x".to_owned(),
            body: Some(Box::new(Data::Bytes("abc".into()).into())),
            nullable_headers: nullable.map(|(name, text)| (name.to_owned(), value(text))).into(),
            ..RpcHttp::default()
        };
        let request = request_of("real", request).unwrap();
        assert_eq!((request.method(), request.uri().to_string().as_str()), (&Method::POST, "/mcp?a=1&b=%20x"));
        let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("x-ms-invocation-id"), Some("real"));
        assert_eq!((header("host"), header("x-forwarded-host")), (Some("app.example"), Some("app.example")));
        assert_eq!((header("accept"), header("content-length")), (Some("application/json"), None));
        assert!(request_of("x", RpcHttp { method: "A B".to_owned(), ..RpcHttp::default() }).is_err());
    }
}
