//! What the host says on the stream, and the answers.

use super::calls::{CallLimits, Calls};
use super::functions::{LANGUAGE, Loaded, metadata};
use super::requests::HttpWay;
use super::stream::Outgoing;
use crate::hosted::HostedApp;
use crate::invoke::Functions;
use bytes::Bytes;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::{
    self, Duration as Grace, Frames, FunctionEnvironmentReloadRequest, FunctionEnvironmentReloadResponse,
    FunctionLoadResponseCollection, StatusResult, StreamingMessage, WorkerInitResponse, WorkerMetadata,
    WorkerStatusResponse, WorkerWarmupResponse, function_environment_reload_response,
};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use mcp_trigger_core::task;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The conversation with the host.
pub(super) struct Conversation {
    functions: Arc<Functions>,
    outgoing: Outgoing,
    calls: Calls,
    http: HttpWay,
    loaded: Loaded,
}

/// How a conversation ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The host has ended the worker, and all calls are answered.
    Done,
    /// The host has ended the worker, and calls took longer than it waits.
    CallsLeft,
    /// The stream is lost, and why.
    Lost(String),
    /// The process was told to end, with this code.
    Told(u8),
}

impl Conversation {
    pub(super) fn new(functions: Arc<Functions>, outgoing: Outgoing, limits: CallLimits, http: HttpWay) -> Self {
        let calls = Calls::new(Arc::clone(&functions), outgoing.clone(), limits, http.clone());
        Conversation { functions, outgoing, calls, http, loaded: Loaded::default() }
    }

    /// Answers the host until it ends the worker, the stream ends, or `ended` gives a code to end with.
    pub(super) async fn serve(
        mut self,
        incoming: Incoming,
        message_limit: usize,
        ended: impl Future<Output = u8>,
    ) -> End {
        let mut incoming = Messages { body: incoming, frames: Frames::new(message_limit) };
        let mut ended = std::pin::pin!(ended);
        loop {
            match incoming.received().await {
                Ok(Some(StreamingMessage { content: Some(Content::WorkerTerminate(end)), .. })) => {
                    return self.end(end.grace_period, incoming).await;
                }
                Ok(Some(message)) => self.answer(message),
                Ok(None) => tokio::select! {
                    received = incoming.receive() => if let Err(why) = received {
                        return End::Lost(why);
                    },
                    code = &mut ended => {
                        self.end(None, incoming).await;
                        return End::Told(code);
                    }
                },
                Err(why) => return End::Lost(why),
            }
        }
    }

    /// Gives running calls the time that the host waits for them. It may still cancel them.
    async fn end(mut self, grace: Option<Grace>, mut incoming: Messages) -> End {
        HostedApp::begin_end();
        let deadline = Instant::now() + time_of(grace);
        let (calls, outgoing, mcp) = (self.calls.clone(), self.outgoing.clone(), Arc::clone(&self.http.mcp));
        mcp.end();
        let mut listening = std::pin::pin!(async {
            loop {
                match incoming.next().await {
                    Ok(message) => self.answer(message),
                    Err(why) => return why,
                }
            }
        });
        tokio::select! {
            biased;
            () = async { tokio::join!(calls.done(), mcp.ended()); } => {}
            why = &mut listening => return End::Lost(why),
            () = tokio::time::sleep_until(deadline) => return End::CallsLeft,
        }
        // The host ends its direction when it has read this one. Else the last answers might not have left the process.
        outgoing.end();
        let _ = tokio::time::timeout_at(deadline.min(Instant::now() + LAST_ANSWERS), listening).await;
        End::Done
    }

    /// Answers a message. What is not known asks for no answer.
    fn answer(&mut self, message: StreamingMessage) {
        let StreamingMessage { request_id, content } = message;
        let Some(content) = content else { return };
        let answer = match content {
            Content::InvocationRequest(request) => {
                let function = self.loaded.get(&request.function_id);
                return self.calls.start(function, request);
            }
            Content::InvocationCancel(cancel) => return self.calls.cancel(cancel.invocation_id),
            Content::WorkerInitRequest(_) => Content::WorkerInitResponse(WorkerInitResponse {
                worker_version: VERSION.to_owned(),
                capabilities: capabilities(&self.http),
                result: Some(StatusResult::success()),
                worker_metadata: Some(worker_metadata()),
            }),
            Content::FunctionsMetadataRequest(_) => {
                Content::FunctionMetadataResponse(metadata(&self.functions.registry, self.http.mcp.level))
            }
            Content::FunctionLoadRequest(request) => {
                Content::FunctionLoadResponse(self.loaded.load(&self.functions.registry, request))
            }
            Content::FunctionLoadRequestCollection(all) => {
                let requests = all.function_load_requests.into_iter();
                let responses = requests.map(|request| self.loaded.load(&self.functions.registry, request)).collect();
                Content::FunctionLoadResponseCollection(FunctionLoadResponseCollection {
                    function_load_responses: responses,
                })
            }
            Content::WorkerStatusRequest(_) => Content::WorkerStatusResponse(WorkerStatusResponse {}),
            Content::WorkerWarmupRequest(_) => {
                Content::WorkerWarmupResponse(WorkerWarmupResponse { result: Some(StatusResult::success()) })
            }
            Content::FunctionEnvironmentReloadRequest(request) => {
                Content::FunctionEnvironmentReloadResponse(reloaded(&request, &self.http))
            }
            _ => return,
        };
        let answer = StreamingMessage { request_id, content: Some(answer) };
        if let Err(error) = self.outgoing.send_now(&answer) {
            tracing::error!("an answer to the Functions host cannot be sent: {error}");
        }
    }
}

/// The messages of the host.
struct Messages {
    body: Incoming,
    frames: Frames,
}

impl Messages {
    /// The next message.
    ///
    /// # Errors
    ///
    /// If the stream is lost.
    async fn next(&mut self) -> Result<StreamingMessage, String> {
        loop {
            if let Some(message) = self.received().await? {
                return Ok(message);
            }
            self.receive().await?;
        }
    }

    /// The next message, if it is there.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    async fn received(&mut self) -> Result<Option<StreamingMessage>, String> {
        match self.frames.next_frame().map_err(|error| error.to_string())? {
            Some(frame) => read(frame).await.map(Some),
            None => Ok(None),
        }
    }

    /// Receives the next piece of the stream. May be given up, and nothing is lost.
    ///
    /// # Errors
    ///
    /// If the stream is lost.
    async fn receive(&mut self) -> Result<(), String> {
        match self.body.frame().await {
            Some(Ok(frame)) => {
                if let Some(piece) = frame.data_ref() {
                    self.frames.push(piece);
                }
                Ok(())
            }
            Some(Err(error)) => Err(error.to_string()),
            None => {
                let why = self.frames.end().err();
                Err(why.map_or_else(|| "the host has closed it".to_owned(), |error| error.to_string()))
            }
        }
    }
}

/// Reads a message; a long one on a thread that may block. Later messages wait, for one may be the cancel of this call.
async fn read(frame: Bytes) -> Result<StreamingMessage, String> {
    if frame.len() <= task::LONG {
        return rpc::decode(frame).map_err(|error| error.to_string());
    }
    let read = task::blocking(move || rpc::decode(frame)).await.map_err(|error| error.to_string())?;
    read.map_err(|error| error.to_string())
}

/// A program cannot change its own environment safely, so the variables have to be there already: the platform's proxy starts the app
/// with them, and answers this message itself.
fn reloaded(request: &FunctionEnvironmentReloadRequest, http: &HttpWay) -> FunctionEnvironmentReloadResponse {
    let differs = |(name, value): &(&String, &String)| std::env::var(name).ok().as_ref() != Some(*value);
    // Values are secrets; a name is not.
    let result = match request.environment_variables.iter().find(differs) {
        None => StatusResult::success(),
        Some((name, _)) => StatusResult::failure(format!(
            "the variable {name} has another value in this process, and a running app cannot take over an environment; start it again"
        )),
    };
    FunctionEnvironmentReloadResponse {
        worker_metadata: Some(worker_metadata()),
        capabilities: capabilities(http),
        result: Some(result),
        capabilities_update_strategy: function_environment_reload_response::CapabilitiesUpdateStrategy::Replace.into(),
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn worker_metadata() -> WorkerMetadata {
    WorkerMetadata {
        runtime_name: LANGUAGE.to_owned(),
        runtime_version: VERSION.to_owned(),
        worker_version: VERSION.to_owned(),
        worker_bitness: if cfg!(target_pointer_width = "64") { "X64" } else { "X86" }.to_owned(),
        ..WorkerMetadata::default()
    }
}

fn capabilities(http: &HttpWay) -> BTreeMap<String, String> {
    const NAMES: [&str; 8] = [
        "HandlesInvocationCancelMessage",
        "HandlesWorkerTerminateMessage",
        "IncludeEmptyEntriesInMessagePayload",
        "RawHttpBodyBytes",
        "RpcHttpBodyOnly",
        "RpcHttpTriggerMetadataRemoved",
        "UseNullableValueDictionaryForHttp",
        "WorkerStatus",
    ];
    let mut capabilities = BTreeMap::from(NAMES.map(|name| (name.to_owned(), "true".to_owned())));
    capabilities.insert("HttpUri".to_owned(), format!("http://{}/", http.address));
    capabilities
}

/// How long the last answers may take to leave the process.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// The longest time that the host may wait for calls.
const LONGEST_GRACE: Duration = Duration::from_secs(60 * 60);

/// Default: what the host says in all recordings.
fn time_of(grace: Option<Grace>) -> Duration {
    let read = |grace: Grace| Some(Duration::new(grace.seconds.try_into().ok()?, grace.nanos.try_into().ok()?));
    grace.and_then(read).unwrap_or(Duration::from_secs(5)).min(LONGEST_GRACE)
}
