//! A response that is sent piece by piece, for as long as somebody reads it.

use crate::http::Body;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, SetOnce, mpsc};

/// The way to a client that reads a stream of events. The response ends when nobody holds it any more.
pub(super) struct Connection {
    pieces: mpsc::Sender<Bytes>,
    ended: SetOnce<()>,
    /// Its place among the streams that may be open at once, if it needs one.
    _place: Option<OwnedSemaphorePermit>,
}

/// How many pieces wait for a client that reads slowly, before whoever sends them waits for it as well.
const PIECES: usize = 16;
/// How long a client may read nothing while they do. Then it counts as gone.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a stream in which nothing happens shows that it is alive. Load balancers of Azure give up after 230 seconds.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(15);

impl Connection {
    /// A connection, and the body of the response that it sends; `first` is sent at once, if there is something.
    pub(super) fn open(first: impl Into<Bytes>, place: Option<OwnedSemaphorePermit>) -> (Arc<Self>, Body) {
        let (pieces, body) = Body::stream(PIECES);
        let first = first.into();
        if !first.is_empty() {
            // There is room: it is the first.
            let _ = pieces.try_send(first);
        }
        (Arc::new(Connection { pieces, ended: SetOnce::new(), _place: place }), body)
    }

    /// Sends a piece; `false` if it does not reach the client.
    pub(super) async fn send(&self, piece: impl Into<Bytes>) -> bool {
        let piece = match self.pieces.try_send(piece.into()) {
            Ok(()) => return true,
            Err(mpsc::error::TrySendError::Closed(_)) => return false,
            Err(mpsc::error::TrySendError::Full(piece)) => piece,
        };
        let sent = tokio::select! {
            sent = tokio::time::timeout(PATIENCE, self.pieces.send(piece)) => matches!(sent, Ok(Ok(()))),
            _ = self.ended.wait() => false,
        };
        if !sent {
            self.end();
        }
        sent
    }

    /// Sends something that means nothing, unless more waits to be sent.
    pub(super) fn keep_alive(&self) {
        let _ = self.pieces.try_send(Bytes::from_static(b":\n\n"));
    }

    /// Ends it: another takes its place, or there is nothing to say any more.
    pub(super) fn end(&self) {
        let _ = self.ended.set(());
    }

    /// Whether the client has gone, or the connection was ended.
    pub(super) fn is_gone(&self) -> bool {
        self.pieces.is_closed() || self.ended.initialized()
    }

    /// Waits until it is.
    pub(super) async fn gone(&self) {
        tokio::select! {
            () = self.pieces.closed() => {}
            _ = self.ended.wait() => {}
        }
    }
}
