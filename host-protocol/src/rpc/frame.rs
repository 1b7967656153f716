//! Messages in the bytes of a gRPC stream: a flag, the length in four bytes, the message.

use super::StreamingMessage;
use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use prost::Message as _;
use thiserror::Error;

/// The bytes before a message.
const HEAD: usize = 5;

/// The largest piece that is reserved for a message before its bytes have come.
const RESERVED: usize = 64 * 1024;

/// The bytes of a stream are not messages.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A message is compressed, which nobody has agreed on.
    #[error("a message is marked as compressed; the host should send messages as they are")]
    Compressed,
    /// A message is longer than the limit.
    #[error("a message has {length} bytes, and the limit is {limit}")]
    #[non_exhaustive]
    TooLong {
        /// The length of the message, in bytes.
        length: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// A message is not protobuf.
    #[error("a message cannot be read: {0}")]
    Invalid(#[from] prost::DecodeError),
    /// The stream ended inside of a message.
    #[error("the stream ended inside of a message")]
    Incomplete,
}

/// Writes a message with its head.
///
/// # Errors
///
/// If the message is longer than `limit` bytes.
pub fn encode(message: &StreamingMessage, limit: usize) -> Result<Bytes, FrameError> {
    let size = encoded_len(message, limit)?;
    let mut frame = BytesMut::with_capacity(HEAD + message.encoded_len());
    frame.put_u8(0);
    frame.put_u32(size);
    message.encode_raw(&mut frame);
    Ok(frame.freeze())
}

/// Reads a message without its head. Byte strings of the message are parts of `frame`, not copies.
///
/// # Errors
///
/// If the bytes are not a message.
pub fn decode(frame: Bytes) -> Result<StreamingMessage, FrameError> {
    Ok(StreamingMessage::decode(frame)?)
}

/// The length of a message without its head, in bytes.
///
/// # Errors
///
/// If the message is longer than `limit` bytes.
pub fn encoded_len(message: &StreamingMessage, limit: usize) -> Result<u32, FrameError> {
    let length = message.encoded_len();
    u32::try_from(length).ok().filter(|_| length <= limit).ok_or(FrameError::TooLong { length, limit })
}

/// Reads messages from the pieces of a stream.
#[derive(Debug)]
pub struct Frames {
    received: BytesMut,
    limit: usize,
}

impl Frames {
    /// A reader that refuses messages of more than `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Frames { received: BytesMut::new(), limit }
    }

    /// Adds the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        self.received.extend_from_slice(piece);
    }

    /// The next message, if it is complete, as its bytes: [`decode`] reads them.
    ///
    /// # Errors
    ///
    /// If the bytes are not those of a message, or the message is too long. The stream cannot be read any further.
    pub fn next_frame(&mut self) -> Result<Option<Bytes>, FrameError> {
        let Some((head, _)) = self.received.split_first_chunk::<HEAD>() else { return Ok(None) };
        let [flag, length @ ..] = *head;
        if flag != 0 {
            return Err(FrameError::Compressed);
        }
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > self.limit {
            return Err(FrameError::TooLong { length, limit: self.limit });
        }
        let missing = length.saturating_add(HEAD).saturating_sub(self.received.len());
        if missing > 0 {
            self.received.reserve(missing.min(RESERVED));
            return Ok(None);
        }
        self.received.advance(HEAD);
        Ok(Some(self.received.split_to(length).freeze()))
    }

    /// The next message, if it is complete. A message with unknown content has none.
    ///
    /// # Errors
    ///
    /// If the bytes are not a message, or the message is too long. The stream cannot be read any further.
    pub fn next_message(&mut self) -> Result<Option<StreamingMessage>, FrameError> {
        self.next_frame()?.map(decode).transpose()
    }

    /// Checks that the stream ended after a message.
    ///
    /// # Errors
    ///
    /// If it ended inside of one.
    pub fn end(&self) -> Result<(), FrameError> {
        if self.received.is_empty() { Ok(()) } else { Err(FrameError::Incomplete) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::streaming_message::Content;
    use super::super::{StartStream, WorkerStatusRequest};
    use super::*;

    const LIMIT: usize = 1024;

    fn start(id: &str) -> StreamingMessage {
        Content::StartStream(StartStream { worker_id: id.to_owned() }).into()
    }

    #[test]
    fn messages_arrive_in_pieces_of_any_size() {
        let sent = [start("a"), Content::WorkerStatusRequest(WorkerStatusRequest {}).into(), start(&"b".repeat(900))];
        let bytes: Vec<u8> = sent.iter().flat_map(|message| encode(message, LIMIT).unwrap()).collect();
        for size in [1, 2, 5, 7, bytes.len()] {
            let (mut frames, mut read) = (Frames::new(LIMIT), Vec::new());
            for piece in bytes.chunks(size) {
                frames.push(piece);
                while let Some(message) = frames.next_message().unwrap() {
                    read.push(message);
                }
            }
            assert_eq!(read, sent, "pieces of {size}");
            assert!(frames.end().is_ok());
        }
    }

    #[test]
    fn the_bytes_are_those_of_the_protocol() {
        assert_eq!(&encode(&start("w"), LIMIT).unwrap()[..], b"\0\0\0\0\x06\xa2\x01\x03\x12\x01w");
    }

    #[test]
    fn a_message_that_is_too_long_is_refused_at_its_head() {
        let mut frames = Frames::new(LIMIT);
        frames.push(&[0, 0, 0, 4, 1]);
        assert!(matches!(frames.next_message(), Err(FrameError::TooLong { length: 1025, limit: LIMIT })));
        assert!(matches!(encode(&start(&"x".repeat(2000)), LIMIT), Err(FrameError::TooLong { .. })));
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let mut frames = Frames::new(LIMIT);
        frames.push(&[1, 0, 0, 0, 0]);
        assert!(matches!(frames.next_message(), Err(FrameError::Compressed)));
        let mut frames = Frames::new(LIMIT);
        frames.push(&[0, 0, 0, 0, 2, 0xa2, 0x01]);
        assert!(matches!(frames.next_message(), Err(FrameError::Invalid(_))));
        let mut frames = Frames::new(LIMIT);
        frames.push(&[0, 0]);
        assert!(frames.next_message().unwrap().is_none());
        assert!(matches!(frames.end(), Err(FrameError::Incomplete)));
    }

    #[test]
    fn unknown_content_is_no_error() {
        // Field 99 with three bytes.
        let mut frames = Frames::new(LIMIT);
        frames.push(&[0, 0, 0, 0, 6, 0x9a, 0x06, 3, 1, 2, 3]);
        assert_eq!(frames.next_message().unwrap().unwrap().content, None);
    }
}
