//! Bodies: reads the bodies of requests, and sends the bodies of responses.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;

/// The limits of a body that [`read_body`] reads.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The greatest length of the body, in bytes.
    pub bytes: usize,
    /// The longest pause between two pieces of the body. `None` allows any pause. The time of the whole body is not limited.
    pub pause: Option<Duration>,
}

/// The error of [`read_body`].
#[derive(Debug)]
pub enum BodyError {
    /// The body is longer than [`Limits::bytes`].
    TooLarge,
    /// The connection ended before the body did.
    Incomplete,
    /// The client paused for longer than [`Limits::pause`].
    Stalled,
}

/// Reads a body to its end. A body that comes in one piece, as most do, is not copied.
///
/// # Errors
///
/// If the body exceeds a limit, or if the connection ends before the body does.
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

/// Reads the next piece of a body. A timer is made only for a piece that has not arrived yet: every timer counts on a counter that
/// all threads share.
async fn next_frame(body: &mut Incoming, pause: Option<Duration>) -> Result<Option<Frame<Bytes>>, BodyError> {
    let next = async |body: &mut Incoming| body.frame().await.transpose().map_err(|_| BodyError::Incomplete);
    let Some(pause) = pause else { return next(body).await };
    // hyper fetches a piece in the same task, after the first poll: the second poll shows whether the piece has arrived.
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
    /// The whole body, sent with `Content-Length`. `None` is an empty body, or one that has been sent.
    Sized(Option<Bytes>),
    /// The whole body, sent with `Transfer-Encoding: chunked`. `None` is a body that has been sent.
    Chunked(Option<Bytes>),
    /// A body that is sent piece by piece, until all senders are dropped. The receiver is dropped when the client disconnects.
    Stream(mpsc::Receiver<Bytes>),
    /// The body of another server's response, passed on piece by piece. The connection to that server closes when the client
    /// disconnects. The box keeps all other responses small.
    Incoming(Box<Incoming>),
}

/// The longest piece of a body that hyper gets at once, in bytes. hyper copies pieces into a buffer of the connection, and asks for
/// no more when the buffer holds 400 KiB. A long body in one piece would stay in that buffer as long as the connection.
const PIECE: usize = 64 * 1024;

impl Default for Body {
    fn default() -> Self {
        Body::Sized(None)
    }
}

impl Body {
    /// Makes a body that is sent with `Content-Length`.
    pub fn sized(bytes: impl Into<Bytes>) -> Self {
        Body::Sized(Some(bytes.into()).filter(|bytes| !bytes.is_empty()))
    }

    /// Makes a body that is sent with `Transfer-Encoding: chunked`, as the Functions host sends most bodies.
    pub fn chunked(bytes: impl Into<Bytes>) -> Self {
        Body::Chunked(Some(bytes.into()))
    }

    /// Makes a body that is sent while it is written: each piece given to the sender goes to the client at once. At most `waiting`
    /// pieces wait for a client that reads slowly.
    ///
    /// # Panics
    ///
    /// If `waiting` is 0.
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
