//! The words between the host and a language worker: protobuf messages on one gRPC stream, `FunctionRpc/EventStream`.
//!
//! The stream is a request and a response of HTTP/2, whose bodies hold messages with five bytes before each ([`encode`], [`Frames`]).

mod frame;
// Only what is used is documented, in the .proto file.
#[allow(missing_docs, clippy::all)]
#[rustfmt::skip]
mod messages;
mod values;

pub use frame::{FrameError, Frames, decode, encode, encoded_len};
pub use messages::*;

/// The path of the stream.
pub const EVENT_STREAM: &str = "/AzureFunctionsRpcMessages.FunctionRpc/EventStream";

impl StatusResult {
    /// Success.
    pub fn success() -> Self {
        StatusResult { status: status_result::Status::Success.into(), ..StatusResult::default() }
    }

    /// A failure, with its reason for the host's log.
    pub fn failure(reason: impl Into<String>) -> Self {
        let exception = RpcException { message: reason.into(), source: "worker".to_owned(), ..RpcException::default() };
        StatusResult { exception: Some(exception), ..StatusResult::default() }
    }

    /// A cancelled invocation.
    pub fn cancelled() -> Self {
        StatusResult { status: status_result::Status::Cancelled.into(), ..StatusResult::default() }
    }
}

impl From<typed_data::Data> for TypedData {
    fn from(data: typed_data::Data) -> Self {
        TypedData { data: Some(data) }
    }
}

impl From<streaming_message::Content> for StreamingMessage {
    fn from(content: streaming_message::Content) -> Self {
        StreamingMessage { request_id: String::new(), content: Some(content) }
    }
}
