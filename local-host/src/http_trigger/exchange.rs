//! The requests and responses of HTTP functions, from and to those of hyper.

use bytes::Bytes;
use host_protocol::http_trigger::{HttpResponse, RequestPath};
use host_protocol::invocation::{ClaimsIdentity, HttpRequest, Query};
use hyper::StatusCode;
use hyper::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use mcp_trigger_core::http::{Body, Response};
use mcp_trigger_core::mcp::caller::spelled;

/// Whether a request says that it has a body, and how long it is.
pub(super) fn has_content(headers: &HeaderMap) -> bool {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.is_some_and(|length| length.trim().parse::<u64>().is_ok_and(|length| length > 0))
}

/// The request as the function sees it.
pub(super) fn request(
    head: &Parts,
    path: &RequestPath,
    parameters: Vec<(String, Option<String>)>,
    identity: ClaimsIdentity,
    body: Option<Bytes>,
) -> HttpRequest {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let host = head.headers.get(HOST).map(text).unwrap_or_default();
    let query = head.uri.query().unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    let all = |name| head.headers.get_all(name).iter().map(text).collect();
    let mut request = HttpRequest::new(head.method.as_str(), format!("http://{host}{path}{mark}{query}"));
    request.query = Query::parse(query);
    request.headers = head.headers.keys().map(|name| (spelled(name), all(name))).collect();
    request.parameters = parameters;
    request.identities = vec![identity];
    request.body = body.map(Vec::from);
    request
}

/// The HTTP response of a function's result. Only an empty body comes with its length, as from the host.
///
/// # Errors
///
/// If the status or a header cannot be sent: which one, and why.
pub(super) fn response(response: HttpResponse) -> Result<Response, String> {
    let HttpResponse { status, headers, body, .. } = response;
    let mut response = Response::new(if body.is_empty() { Body::default() } else { Body::chunked(body) });
    *response.status_mut() = StatusCode::from_u16(status).map_err(|error| format!("its status {status}: {error}"))?;
    for (name, value) in headers {
        let header = HeaderName::try_from(&name).map_err(|error| error.to_string());
        let header = header.and_then(|name| Ok((name, HeaderValue::try_from(value).map_err(|it| it.to_string())?)));
        let (header, value) = header.map_err(|error| format!("its header `{name}`: {error}"))?;
        response.headers_mut().append(header, value);
    }
    Ok(response)
}
