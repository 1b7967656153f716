//! Bodies: reading those of requests, and sending those of responses.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;

/// What the body of a request has to keep to.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may be, in bytes.
    pub bytes: usize,
    /// How long it may pause. All of it may take as long as it likes.
    pub pause: Option<Duration>,
}

/// Why a body could not be read.
#[derive(Debug)]
pub enum BodyError {
    /// It is longer than allowed.
    TooLarge,
    /// The client stopped in the middle.
    Incomplete,
    /// The client paused for too long.
    Stalled,
}

/// Reads a body. One that comes in one piece, as most do, is not copied.
pub async fn read_body(mut body: Incoming, limits: Limits) -> Result<Bytes, BodyError> {
    let limit = limits.bytes;
    if body.size_hint().lower() > limit as u64 {
        return Err(BodyError::TooLarge);
    }
    let mut first = Bytes::new();
    let mut rest = Vec::new();
    while let Some(frame) = next_frame(&mut body, limits.pause).await? {
        let Ok(data) = frame.into_data() else { continue };
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

/// The next piece of a body. Only one that has not come yet is waited for with a timer: a timer for each, though never looked at,
/// is a counter that all threads share.
async fn next_frame(body: &mut Incoming, pause: Option<Duration>) -> Result<Option<Frame<Bytes>>, BodyError> {
    let next = async |body: &mut Incoming| body.frame().await.transpose().map_err(|_| BodyError::Incomplete);
    let Some(pause) = pause else { return next(body).await };
    // hyper fetches a piece when somebody has asked for it, in the same task: whether it is there shows the second time.
    let mut asked = false;
    let at_once = std::future::poll_fn(|cx| match Pin::new(&mut *body).poll_frame(cx) {
        Poll::Ready(frame) => Poll::Ready(Some(frame)),
        Poll::Pending if asked => Poll::Ready(None),
        Poll::Pending => {
            asked = true;
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    });
    match at_once.await {
        Some(frame) => frame.transpose().map_err(|_| BodyError::Incomplete),
        None => tokio::time::timeout(pause, next(body)).await.unwrap_or(Err(BodyError::Stalled)),
    }
}

/// The body of a response.
#[derive(Debug)]
pub enum Body {
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

/// How much of a body is handed to hyper at once. It copies what it sends into a buffer that stays as long as its connection, and
/// stops when that holds 400 KiB: a long body in one piece would stay as well.
const PIECE: usize = 64 * 1024;

impl Default for Body {
    fn default() -> Self {
        Body::Sized(None)
    }
}

impl Body {
    /// A body whose length is told beforehand.
    pub fn sized(bytes: impl Into<Bytes>) -> Self {
        Body::Sized(Some(bytes.into()).filter(|bytes| !bytes.is_empty()))
    }

    /// A body that is sent with `Transfer-Encoding: chunked`, as the host sends most of its own.
    pub fn chunked(bytes: impl Into<Bytes>) -> Self {
        Body::Chunked(Some(bytes.into()))
    }

    /// A body that is sent while it is made: what is sent to the sender goes to the client at once. No more than `waiting` pieces
    /// wait for a client that reads slowly.
    pub fn stream(waiting: usize) -> (mpsc::Sender<Bytes>, Self) {
        let (sender, receiver) = mpsc::channel(waiting);
        (sender, Body::Stream(receiver))
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let bytes = match &mut *self {
            Body::Sized(Some(bytes)) | Body::Chunked(Some(bytes)) if bytes.len() > PIECE => {
                Poll::Ready(Some(bytes.split_to(PIECE)))
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_long_body_is_sent_in_pieces() {
        let text: String = ('a'..='z').cycle().take(5 * PIECE / 2).collect();
        for mut body in [Body::sized(text.clone()), Body::chunked(text.clone())] {
            let mut pieces = Vec::new();
            while let Some(frame) = body.frame().await {
                pieces.push(frame.unwrap().into_data().unwrap());
            }
            assert!(body.is_end_stream());
            assert_eq!(pieces.iter().map(Bytes::len).collect::<Vec<_>>(), [PIECE, PIECE, PIECE / 2]);
            assert_eq!(pieces.concat(), text.as_bytes());
        }
        let mut body = Body::sized(text.clone());
        body.frame().await;
        assert_eq!(body.size_hint().exact(), Some((text.len() - PIECE) as u64));
    }
}
