//! The connection of a client, which has to read what it asked for, and whose buffers are accounted.

use super::refusal::Refusal;
use crate::accounts::{Charge, SHORT};
use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// A connection that fails when its client does not read: an answer that waits for a client takes memory. So does a long request,
/// even if it has no end: its connection counts as [`LONG_CONNECTION`] from then on.
pub(super) struct ClientStream {
    stream: TcpStream,
    /// The write that waits for the client.
    waiting: Option<Waiting>,
    /// How many bytes have come since the last answer.
    received: usize,
    /// The charge of the connection. `None` for connections that are not counted.
    charge: Option<Charge>,
}

struct Waiting {
    /// When the client has to have read [`LEAST`].
    until: Pin<Box<Sleep>>,
    read: usize,
}

/// How long a client may take to read [`LEAST`] bytes.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many bytes a client has to read in [`PATIENCE`].
const LEAST: usize = 16 * 1024;

/// The number of connections that one counts as whose buffers have grown: with a request of more than [`SHORT`], they take about 60 KiB
/// instead of 16.
const LONG_CONNECTION: usize = 4;

impl ClientStream {
    pub(super) fn new(stream: TcpStream, charge: Option<Charge>) -> Self {
        // Without TCP_NODELAY a reply in two packets waits 40 ms for the client's delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        ClientStream { stream, waiting: None, received: 0, charge }
    }

    /// Counts what has come of a request.
    fn received(&mut self, bytes: usize) -> Result<()> {
        self.received += bytes;
        let Some(charge) = self.charge.as_mut().filter(|charge| charge.amount() < LONG_CONNECTION) else {
            return Ok(());
        };
        if self.received <= SHORT {
            return Ok(());
        }
        charge.grow(LONG_CONNECTION - charge.amount()).map_err(|full| {
            Refusal::Limit.log(format_args!("a connection with a long request is closed: {full}"));
            Error::other(full)
        })
    }

    /// Waits for the client to read. A timer is made only here: most writes need none.
    fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let new = || Waiting { until: Box::pin(sleep(PATIENCE)), read: 0 };
        ready!(self.waiting.get_or_insert_with(new).until.as_mut().poll(cx));
        Poll::Ready(Error::new(ErrorKind::TimedOut, "the client did not read its answer"))
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        Poll::Ready(self.received(buffer.filled().len() - before))
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let Poll::Ready(written) = Pin::new(&mut self.stream).poll_write(cx, bytes)? else {
            return self.poll_waiting(cx).map(Err);
        };
        self.received = 0;
        if let Some(waiting) = &mut self.waiting {
            waiting.read += written;
            if waiting.read >= LEAST {
                self.waiting = None;
            }
        }
        Poll::Ready(Ok(written))
    }

    /// hyper flushes when all is written.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.waiting = None;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{Accounts, Owner, ProcessLimits, Resource};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    async fn pair() -> (ClientStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (ClientStream::new(listener.accept().await.unwrap().0, None), client)
    }

    #[tokio::test]
    async fn a_long_request_counts_as_several_connections() {
        let accounts = Accounts::new(ProcessLimits { connections: 32, ..ProcessLimits::default() });
        let account = accounts.owner(Owner::at(std::net::Ipv4Addr::LOCALHOST.into()));
        let take = || account.take(Resource::Connections, 1).unwrap();
        let (mut server, mut client) = pair().await;
        server.charge = Some(take());
        let mut buffer = vec![0; SHORT];
        client.write_all(&buffer).await.unwrap();
        server.read_exact(&mut buffer).await.unwrap();
        server.write_all(b"answered").await.unwrap();
        client.write_all(&buffer).await.unwrap();
        server.read_exact(&mut buffer).await.unwrap();
        assert_eq!(accounts.held(Resource::Connections), 1, "two short requests");
        client.write_all(b"more").await.unwrap();
        server.read_exact(&mut buffer[..4]).await.unwrap();
        assert_eq!(accounts.held(Resource::Connections), LONG_CONNECTION);
        drop(server);

        let _others: Vec<_> = (0..15).map(|_| take()).collect();
        let (mut server, mut client) = pair().await;
        server.charge = Some(take());
        client.write_all(&buffer).await.unwrap();
        server.read_exact(&mut buffer).await.unwrap();
        client.write_all(b"more").await.unwrap();
        assert!(server.read(&mut buffer).await.is_err());
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_is_given_up() {
        let (mut server, _client) = pair().await;
        tokio::time::pause();
        let start = tokio::time::Instant::now();
        let error = server.write_all(&vec![0; 64 * 1024 * 1024]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(start.elapsed() >= PATIENCE);
    }

    #[tokio::test]
    async fn a_client_that_reads_slowly_gets_all() {
        let (mut server, mut client) = pair().await;
        let all = 32 * 1024 * 1024;
        let writing = tokio::spawn(async move { server.write_all(&vec![0; all]).await });
        let (mut read, mut buffer) = (0, vec![0; 1024 * 1024]);
        while read < all {
            read += client.read(&mut buffer).await.unwrap();
        }
        writing.await.unwrap().unwrap();
    }
}
