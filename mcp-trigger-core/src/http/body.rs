//! Bodies: reads the bodies of requests, and sends the bodies of responses.

use super::Refusal;
use crate::accounts::{Account, Charge, Full, Resource, SHORT};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

/// The limits of a body that [`read_body`] reads.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The greatest length of the body, in bytes.
    pub bytes: usize,
    /// The longest pause between two pieces of the body. `None` allows any time. With a pause the whole body is limited too: it has
    /// 30 s and a second for each KiB, and [`BODY_TIMEOUT`] at most.
    pub pause: Option<Duration>,
}

/// The time in which a body has to arrive, whatever its length: 5 min.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// The time before the rate of a body counts.
const GRACE: Duration = Duration::from_secs(30);
/// The least rate of a body, in bytes per second.
const LEAST_RATE: usize = 1024;

/// The error of [`read_body`].
#[derive(Debug)]
pub enum BodyError {
    /// The body is longer than [`Limits::bytes`].
    TooLarge,
    /// The connection ended before the body did.
    Incomplete,
    /// The client paused for longer than [`Limits::pause`], or is too slow.
    Stalled,
    /// The caller has no memory left for the body.
    Full(Full),
}

/// Reads a body to its end. A body that comes in one piece, as most do, is not copied.
///
/// A body that is longer than [`SHORT`] is charged to the caller's `account` as it arrives, and for as long as somebody holds a part of
/// it. Without an account the body is not charged.
///
/// # Errors
///
/// If the body exceeds a limit, or if the connection ends before the body does.
pub async fn read_body(
    mut body: Incoming,
    limits: Limits,
    account: impl FnOnce() -> Option<Arc<Account>>,
) -> Result<Bytes, BodyError> {
    if body.size_hint().lower() > limits.bytes as u64 {
        return Err(too_large(limits));
    }
    let first = match arrived(&mut body).await {
        None => Bytes::new(),
        Some(piece) => match data_of(piece)? {
            None => return Ok(Bytes::new()),
            Some(first) if body.is_end_stream() && first.len() <= SHORT.min(limits.bytes) => return Ok(first),
            Some(first) => first,
        },
    };
    let mut arriving = Arriving::new(limits, account());
    arriving.push(first, body.size_hint())?;
    // In a box: short bodies have no room for it in their futures.
    Box::pin(arriving.read_rest(body)).await
}

fn too_large(limits: Limits) -> BodyError {
    Refusal::Length.log(format_args!("a body is refused: it is longer than {} bytes", limits.bytes));
    BodyError::TooLarge
}

fn stalled() -> BodyError {
    Refusal::Slowness.log("a body is refused: it came too slowly");
    BodyError::Stalled
}

type Piece = Option<hyper::Result<Frame<Bytes>>>;

/// The next piece, if it has arrived. hyper fetches a piece in the same task, after the first poll: the second poll shows whether the
/// piece has arrived.
async fn arrived(body: &mut Incoming) -> Option<Piece> {
    let mut asked = false;
    std::future::poll_fn(|cx| match Pin::new(&mut *body).poll_frame(cx) {
        Poll::Ready(frame) => Poll::Ready(Some(frame)),
        Poll::Pending if asked => Poll::Ready(None),
        Poll::Pending => {
            asked = true;
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await
}

/// The data of a piece; `None` at the end of the body. Trailers are no data.
fn data_of(piece: Piece) -> Result<Option<Bytes>, BodyError> {
    let frame = piece.transpose().map_err(|_| BodyError::Incomplete)?;
    Ok(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

/// A body that arrives piece by piece.
struct Arriving {
    limits: Limits,
    start: Instant,
    /// The first piece, which is all of most bodies.
    first: Bytes,
    /// All pieces, if there are several.
    all: Vec<u8>,
    charge: Option<Charge>,
}

impl Arriving {
    fn new(limits: Limits, account: Option<Arc<Account>>) -> Self {
        let charge = account.map(|account| Charge::none(&account, Resource::Memory));
        Arriving { limits, start: Instant::now(), first: Bytes::new(), all: Vec::new(), charge }
    }

    async fn read_rest(mut self, mut body: Incoming) -> Result<Bytes, BodyError> {
        loop {
            let piece = match arrived(&mut body).await {
                Some(piece) => piece,
                None => match self.time_left() {
                    None => body.frame().await,
                    Some(left) => timeout(left, body.frame()).await.map_err(|_| stalled())?,
                },
            };
            match data_of(piece)? {
                Some(data) => self.push(data, body.size_hint())?,
                None => return Ok(self.finish()),
            }
        }
    }

    fn len(&self) -> usize {
        self.first.len() + self.all.len()
    }

    /// How long the next piece may take.
    fn time_left(&self) -> Option<Duration> {
        let pause = self.limits.pause?;
        let seconds = u64::try_from(self.len() / LEAST_RATE).unwrap_or(u64::MAX);
        let in_all = GRACE.saturating_add(Duration::from_secs(seconds)).min(BODY_TIMEOUT);
        Some(pause.min(in_all.saturating_sub(self.start.elapsed())))
    }

    /// Adds a piece, after which `rest` is expected.
    fn push(&mut self, piece: Bytes, rest: SizeHint) -> Result<(), BodyError> {
        let length = self.len() + piece.len();
        if length > self.limits.bytes {
            return Err(too_large(self.limits));
        }
        // A connection has room for a short body, however it arrives: what others of its owner hold does not keep it out.
        if let Some(charge) = &mut self.charge
            && length > SHORT
        {
            charge.grow(length - charge.amount()).map_err(BodyError::Full)?;
        }
        if self.len() == 0 {
            self.first = piece;
            return Ok(());
        }
        // Room for twice as much as there is, but for no more than the client has announced.
        let rest = rest.exact().and_then(|rest| usize::try_from(rest).ok()).unwrap_or(usize::MAX);
        let room = length.saturating_add(length.min(rest));
        if self.all.capacity() < length {
            self.all.reserve_exact(room - self.all.len());
        }
        self.all.extend_from_slice(&std::mem::take(&mut self.first));
        self.all.extend_from_slice(&piece);
        Ok(())
    }

    fn finish(self) -> Bytes {
        let Arriving { first, mut all, charge, .. } = self;
        let body = if all.is_empty() {
            first
        } else {
            all.shrink_to_fit();
            all.into()
        };
        match charge {
            Some(charge) if charge.amount() > 0 => charge.hold(body),
            _ => body,
        }
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
    /// A body whose end is told, and which may be cut off.
    Watched(Box<WatchedBody>),
}

/// The longest piece of a body that hyper gets at once, in bytes. hyper copies pieces into a buffer of the connection, and asks for
/// no more when the buffer is full. A long body in one piece would stay in that buffer as long as the connection.
const PIECE: usize = 32 * 1024;

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

    /// Makes a body that is cut off when the other end of `cut` is dropped. `ended` is told, when the body is done with, whether the whole
    /// body was sent.
    #[must_use]
    pub fn watched(self, cut: oneshot::Receiver<Infallible>, ended: oneshot::Sender<bool>) -> Self {
        Body::Watched(Box::new(WatchedBody { body: self, cut, ended: Some(ended), is_over: false }))
    }
}

/// A body whose end is told, and which may be cut off: [`Body::watched`].
#[derive(Debug)]
pub struct WatchedBody {
    body: Body,
    cut: oneshot::Receiver<Infallible>,
    ended: Option<oneshot::Sender<bool>>,
    is_over: bool,
}

impl WatchedBody {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if Pin::new(&mut self.cut).poll(cx).is_ready() {
            return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
        }
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        self.is_over |= matches!(frame, Poll::Ready(None));
        frame
    }
}

impl Drop for WatchedBody {
    fn drop(&mut self) {
        if let Some(ended) = self.ended.take() {
            let _ = ended.send(self.is_over || self.body.is_end_stream());
        }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let bytes = match &mut *self {
            Body::Sized(Some(bytes)) | Body::Chunked(Some(bytes)) if bytes.len() > PIECE => {
                Poll::Ready(Some(bytes.split_to(PIECE)))
            }
            Body::Sized(bytes) | Body::Chunked(bytes) => Poll::Ready(bytes.take()),
            Body::Stream(receiver) => receiver.poll_recv(cx),
            Body::Incoming(body) => {
                return Pin::new(&mut **body)
                    .poll_frame(cx)
                    .map(|frame| frame.map(|frame| frame.map_err(io::Error::other)));
            }
            Body::Watched(body) => return body.poll_frame(cx),
        };
        bytes.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Body::Sized(bytes) | Body::Chunked(bytes) => bytes.is_none(),
            Body::Stream(_) => false,
            Body::Incoming(body) => body.is_end_stream(),
            Body::Watched(body) => body.body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Sized(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Body::Chunked(_) | Body::Stream(_) => SizeHint::default(),
            Body::Incoming(body) => body.size_hint(),
            Body::Watched(body) => body.body.size_hint(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{Accounts, Owner, ProcessLimits};

    /// A client sends the head and the body in two packets, and its neighbour holds all that their owner may hold.
    #[test]
    fn a_short_body_needs_no_memory_in_whatever_pieces_it_comes() {
        let accounts = Accounts::new(ProcessLimits { memory: 1_000, ..ProcessLimits::default() });
        let account = accounts.owner(Owner::Identity("ann".into()));
        let _held = account.take(Resource::Memory, 500).unwrap();
        let limits = Limits { bytes: 1_000_000, pause: None };
        let mut arriving = Arriving::new(limits, Some(account));
        let piece = || Bytes::from(vec![b'x'; SHORT / 2]);
        arriving.push(piece(), SizeHint::new()).unwrap();
        arriving.push(piece(), SizeHint::new()).unwrap();
        assert!(matches!(arriving.push(piece(), SizeHint::new()), Err(BodyError::Full(_))));
        assert_eq!(accounts.held(Resource::Memory), 500);
    }

    #[test]
    fn a_long_body_is_charged_whole() {
        let accounts = Accounts::new(ProcessLimits::default());
        let account = accounts.owner(Owner::Identity("ann".into()));
        let mut arriving = Arriving::new(Limits { bytes: 1_000_000, pause: None }, Some(account));
        for _ in 0..3 {
            arriving.push(Bytes::from(vec![b'x'; SHORT]), SizeHint::new()).unwrap();
        }
        let body = arriving.finish();
        assert_eq!((body.len(), accounts.held(Resource::Memory)), (3 * SHORT, 3 * SHORT));
        drop(body);
        assert_eq!(accounts.held(Resource::Memory), 0);
    }

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

    #[tokio::test]
    async fn a_watched_body_tells_its_end_and_may_be_cut_off() {
        let watched = |body: Body| {
            let ((keep, cut), (ended, is_ended)) = (oneshot::channel(), oneshot::channel());
            (keep, body.watched(cut, ended), is_ended)
        };
        for (body, pieces) in [(Body::default(), 0), (Body::sized("a"), 1), (Body::chunked("a"), 1)] {
            let (_keep, mut body, is_ended) = watched(body);
            for _ in 0..pieces {
                body.frame().await.unwrap().unwrap();
            }
            drop(body);
            assert!(is_ended.await.unwrap());
        }
        // Nobody has read it.
        let (_keep, body, is_ended) = watched(Body::sized("a"));
        drop(body);
        assert!(!is_ended.await.unwrap());
        // A stream: read to its end, and cut off.
        let (sender, body) = Body::stream(1);
        let (_keep, mut body, is_ended) = watched(body);
        drop(sender);
        assert!(body.frame().await.is_none());
        drop(body);
        assert!(is_ended.await.unwrap());
        let (_sender, body) = Body::stream(1);
        let (keep, mut body, is_ended) = watched(body);
        drop(keep);
        assert!(body.frame().await.unwrap().is_err());
        drop(body);
        assert!(!is_ended.await.unwrap());
    }
}
