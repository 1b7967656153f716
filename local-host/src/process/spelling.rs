//! The spelling of header names in requests of the Functions host.
//!
//! Header names are case-insensitive, and hyper sends them in lower case. Handlers that look for
//! `X-Azure-Functions-InvocationId` alone work under the Functions host, so they have to work here.

use hyper::http::Extensions;
use hyper::http::request::Builder;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::sync::Mutex;
use tokio::io::AsyncWriteExt as _;

const HEAD: &[u8] =
    b"GET / HTTP/1.1\r\nHost: x\r\nX-Azure-Functions-HostVersion: x\r\nX-Azure-Functions-InvocationId: x\r\n\
    User-Agent: x\r\nContent-Type: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// The spelling of all headers of a request. hyper keeps the spelling of a request that it has read, in a form that only
/// hyper can make, and sends requests with it. So this is made by reading a request.
#[derive(Clone, Default)]
pub(super) struct HeaderSpelling(Extensions);

impl HeaderSpelling {
    /// The spelling of the Functions host. If hyper stops to keep spellings, names are in lower case.
    pub(super) async fn of_functions_host() -> Self {
        let (mut client, server) = tokio::io::duplex(1024);
        let spelling = Mutex::new(Extensions::new());
        let keep = service_fn(async |request: Request<hyper::body::Incoming>| {
            if let Ok(mut spelling) = spelling.lock() {
                *spelling = request.extensions().clone();
            }
            Ok::<_, Infallible>(Response::new(String::new()))
        });
        let mut connection = hyper::server::conn::http1::Builder::new();
        let connection = connection.preserve_header_case(true).serve_connection(TokioIo::new(server), keep);
        if client.write_all(HEAD).await.is_ok() {
            let _ = connection.await;
        }
        HeaderSpelling(spelling.into_inner().unwrap_or_default())
    }

    /// Gives a request this spelling.
    pub(super) fn put_on(&self, mut request: Builder) -> Builder {
        if let Some(extensions) = request.extensions_mut() {
            extensions.extend(self.0.clone());
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::Empty;
    use tokio::io::AsyncReadExt as _;

    #[tokio::test]
    async fn names_go_out_as_the_functions_host_spells_them() {
        let (client, mut server) = tokio::io::duplex(1024);
        let handshake = hyper::client::conn::http1::handshake(TokioIo::new(client)).await;
        let (mut sender, connection) = handshake.unwrap();
        tokio::spawn(connection);
        let spelling = HeaderSpelling::of_functions_host().await;
        let request =
            spelling.put_on(Request::get("/")).header("x-azure-functions-invocationid", "1").header("host", "h");
        tokio::spawn(sender.send_request(request.body(Empty::<&[u8]>::new()).unwrap()));
        let mut head = [0; 128];
        let length = server.read(&mut head).await.unwrap();
        let head = String::from_utf8_lossy(&head[..length]);
        assert_eq!(head, "GET / HTTP/1.1\r\nX-Azure-Functions-InvocationId: 1\r\nHost: h\r\n\r\n");
    }
}
