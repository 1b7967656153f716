//! A response that is sent piece by piece while the client reads it.

use bytes::Bytes;
use mcp_trigger_core::accounts::{Account, Charge};
use mcp_trigger_core::http::Body;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{SetOnce, mpsc};

/// A connection to a client that reads events. The response ends when the last reference is dropped.
pub(in crate::server) struct Connection {
    pieces: mpsc::Sender<Bytes>,
    ended: SetOnce<()>,
    /// The account of the client, which pays for what waits to be read.
    account: Arc<Account>,
    /// The charge of a stream that belongs to no request.
    _stream: Option<Charge>,
}

/// How many pieces wait for a slow client before the sender waits too.
const PIECES: usize = 16;
/// How long the sender waits for a client that reads nothing. Then the client counts as gone.
const PATIENCE: Duration = Duration::from_secs(60);
/// The interval of keep-alive comments in an idle stream. Azure's load balancers close an idle connection after 230 s.
pub(in crate::server) const KEEP_ALIVE: Duration = Duration::from_secs(15);

impl Connection {
    /// A connection, and the body of its response. `first` is sent at once, unless it is empty.
    pub(in crate::server) fn open(
        first: impl Into<Bytes>,
        account: &Arc<Account>,
        stream: Option<Charge>,
    ) -> (Arc<Self>, Body) {
        let (pieces, body) = Body::stream(PIECES);
        let first = first.into();
        if !first.is_empty() {
            // There is room: it is the first.
            let _ = pieces.try_send(first);
        }
        let account = Arc::clone(account);
        (Arc::new(Connection { pieces, ended: SetOnce::new(), account, _stream: stream }), body)
    }

    /// Sends a piece; `false` if the client is gone, or leaves so much unread that the connection ends.
    pub(in crate::server) async fn send(&self, piece: impl Into<Bytes>) -> bool {
        let piece = match self.account.hold_long(piece.into()) {
            Ok(piece) => piece,
            Err(full) => {
                tracing::debug!("a stream is ended: {full}");
                self.end();
                return false;
            }
        };
        let piece = match self.pieces.try_send(piece) {
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

    /// Sends a comment, unless other pieces wait.
    pub(in crate::server) fn keep_alive(&self) {
        let _ = self.pieces.try_send(Bytes::from_static(b":\n\n"));
    }

    /// Ends the connection.
    pub(in crate::server) fn end(&self) {
        let _ = self.ended.set(());
    }

    /// Whether the client is gone, or the connection was ended.
    pub(in crate::server) fn is_gone(&self) -> bool {
        self.pieces.is_closed() || self.ended.initialized()
    }

    /// Waits until the client is gone, or the connection is ended.
    pub(in crate::server) async fn gone(&self) {
        tokio::select! {
            () = self.pieces.closed() => {}
            _ = self.ended.wait() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::limits::account;
    use http_body_util::BodyExt as _;
    use tokio::time::Instant;

    #[tokio::test]
    async fn a_client_reads_what_is_sent_until_nobody_holds_the_connection() {
        let (connection, body) = Connection::open("a", &account(), None);
        assert!(connection.send("b").await);
        connection.keep_alive();
        drop(connection);
        assert_eq!(body.collect().await.unwrap().to_bytes(), "ab:\n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_nothing_for_long_is_gone() {
        let (connection, _body) = Connection::open("", &account(), None);
        for _ in 0..PIECES {
            assert!(connection.send("x").await);
        }
        connection.keep_alive();
        let start = Instant::now();
        assert!(!connection.send("x").await && connection.is_gone());
        assert!(start.elapsed() >= PATIENCE);
        assert!(!connection.send("x").await && start.elapsed() < 2 * PATIENCE, "it is not waited for again");
        connection.gone().await;
    }

    #[tokio::test]
    async fn nobody_waits_for_a_client_that_another_connection_has() {
        let (connection, _body) = Connection::open("", &account(), None);
        for _ in 0..PIECES {
            assert!(connection.send("x").await);
        }
        let other = Arc::clone(&connection);
        let sending = tokio::spawn(async move { other.send("x").await });
        tokio::task::yield_now().await;
        connection.end();
        assert!(!sending.await.unwrap());
    }

    #[tokio::test]
    async fn a_client_that_goes_is_noticed() {
        let (connection, body) = Connection::open("", &account(), None);
        assert!(!connection.is_gone());
        drop(body);
        connection.gone().await;
        assert!(connection.is_gone() && !connection.send("x").await);
    }
}
