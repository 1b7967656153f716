//! Bodies: reading those of requests, and sending those of responses.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// Why a body could not be read.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// It is longer than allowed.
    TooLarge,
    /// The client stopped in the middle.
    Incomplete,
}

/// Reads a body of at most `limit` bytes. One that comes in one piece, as most do, is not copied.
pub(crate) async fn read_body(mut body: Incoming, limit: usize) -> Result<Bytes, BodyError> {
    if body.size_hint().lower() > limit as u64 {
        return Err(BodyError::TooLarge);
    }
    let mut first = Bytes::new();
    let mut rest = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Incomplete)?.into_data() else { continue };
        if first.is_empty() {
            first = data;
        } else {
            rest.extend_from_slice(&data);
        }
        if first.len() + rest.len() > limit {
            return Err(BodyError::TooLarge);
        }
    }
    if rest.is_empty() { Ok(first) } else { Ok([&first[..], &rest].concat().into()) }
}

/// The body of a response.
#[derive(Debug)]
pub(crate) enum Body {
    /// All of it, its length told beforehand.
    Sized(Option<Bytes>),
    /// All of it, sent with `Transfer-Encoding: chunked`.
    Chunked(Option<Bytes>),
    /// Piece by piece, until all senders are gone. When the client is gone, so is the receiver.
    Stream(mpsc::Receiver<Bytes>),
    /// That of somebody else's response, passed on piece by piece. When the client is gone, so is the connection to them. In a
    /// box, so that all other responses stay as small as they are.
    Incoming(Box<Incoming>),
}

impl Default for Body {
    fn default() -> Self {
        Body::Sized(None)
    }
}

impl Body {
    /// A body whose length is told beforehand.
    pub(crate) fn sized(bytes: impl Into<Bytes>) -> Self {
        Body::Sized(Some(bytes.into()).filter(|bytes| !bytes.is_empty()))
    }

    /// A body that is sent with `Transfer-Encoding: chunked`, as the host sends most of its own.
    pub(crate) fn chunked(bytes: impl Into<Bytes>) -> Self {
        Body::Chunked(Some(bytes.into()))
    }

    /// A body that is sent while it is made: what is sent to the sender goes to the client at once. No more than `waiting` pieces
    /// wait for a client that reads slowly.
    pub(crate) fn stream(waiting: usize) -> (mpsc::Sender<Bytes>, Self) {
        let (sender, receiver) = mpsc::channel(waiting);
        (sender, Body::Stream(receiver))
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let bytes = match &mut *self {
            Body::Sized(bytes) | Body::Chunked(bytes) => Poll::Ready(bytes.take()),
            Body::Stream(receiver) => receiver.poll_recv(cx),
            Body::Incoming(body) => return Pin::new(&mut **body).poll_frame(cx),
        };
        bytes.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Body::Sized(bytes) | Body::Chunked(bytes) => bytes.is_none(),
            Body::Stream(_) => false,
            Body::Incoming(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Sized(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Body::Chunked(_) | Body::Stream(_) => SizeHint::default(),
            Body::Incoming(body) => body.size_hint(),
        }
    }
}
