//! What the host says on the stream, and the answers.

use super::calls::Calls;
use super::functions::{LANGUAGE, Loaded, metadata};
use super::stream::Outgoing;
use crate::hosted::HostedApp;
use crate::invoke::Functions;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::{
    Duration as Grace, Frames, FunctionEnvironmentReloadRequest, FunctionEnvironmentReloadResponse,
    FunctionLoadResponseCollection, StatusResult, StreamingMessage, WorkerInitResponse, WorkerMetadata,
    WorkerStatusResponse, WorkerWarmupResponse, function_environment_reload_response,
};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The conversation with the host.
pub(super) struct Conversation {
    functions: Arc<Functions>,
    outgoing: Outgoing,
    calls: Calls,
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
}

impl Conversation {
    pub(super) fn new(functions: Arc<Functions>, outgoing: Outgoing) -> Self {
        let calls = Calls::new(Arc::clone(&functions), outgoing.clone());
        Conversation { functions, outgoing, calls, loaded: Loaded::default() }
    }

    /// Answers the host until it ends the worker, or the stream ends.
    pub(super) async fn serve(mut self, mut incoming: Incoming, message_limit: usize) -> End {
        let mut frames = Frames::new(message_limit);
        loop {
            loop {
                match frames.next_message() {
                    Ok(None) => break,
                    Ok(Some(StreamingMessage { content: Some(Content::WorkerTerminate(end)), .. })) => {
                        return self.end(end.grace_period, incoming, frames).await;
                    }
                    Ok(Some(message)) => self.answer(message).await,
                    Err(error) => return End::Lost(error.to_string()),
                }
            }
            if let Err(why) = receive(&mut incoming, &mut frames).await {
                return End::Lost(why);
            }
        }
    }

    /// Gives running calls the time that the host waits for them. It may still cancel them.
    async fn end(mut self, grace: Option<Grace>, mut incoming: Incoming, mut frames: Frames) -> End {
        HostedApp::begin_end();
        let calls = self.calls.clone();
        let listening = async {
            loop {
                while let Ok(Some(message)) = frames.next_message() {
                    self.answer(message).await;
                }
                if let Err(why) = receive(&mut incoming, &mut frames).await {
                    return why;
                }
            }
        };
        tokio::select! {
            () = calls.done() => End::Done,
            why = listening => End::Lost(why),
            () = tokio::time::sleep(time_of(grace)) => End::CallsLeft,
        }
    }

    /// Answers a message. What is not known asks for no answer.
    async fn answer(&mut self, message: StreamingMessage) {
        let StreamingMessage { request_id, content } = message;
        let Some(content) = content else { return };
        let answer = match content {
            Content::InvocationRequest(request) => {
                let function = self.loaded.get(&request.function_id);
                return self.calls.start(function, request).await;
            }
            Content::InvocationCancel(cancel) => return self.calls.cancel(cancel.invocation_id).await,
            Content::WorkerInitRequest(_) => Content::WorkerInitResponse(WorkerInitResponse {
                worker_version: VERSION.to_owned(),
                capabilities: capabilities(),
                result: Some(StatusResult::success()),
                worker_metadata: Some(worker_metadata()),
            }),
            Content::FunctionsMetadataRequest(_) => {
                Content::FunctionMetadataResponse(metadata(&self.functions.registry))
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
                Content::FunctionEnvironmentReloadResponse(reloaded(&request))
            }
            _ => return,
        };
        let answer = StreamingMessage { request_id, content: Some(answer) };
        if let Err(error) = self.outgoing.send(&answer).await {
            tracing::error!("an answer to the Functions host cannot be sent: {error}");
        }
    }
}

/// Receives the next piece of the stream.
async fn receive(incoming: &mut Incoming, frames: &mut Frames) -> Result<(), String> {
    match incoming.frame().await {
        Some(Ok(frame)) => {
            if let Some(piece) = frame.data_ref() {
                frames.push(piece);
            }
            Ok(())
        }
        Some(Err(error)) => Err(error.to_string()),
        None => Err(frames.end().err().map_or_else(|| "the host has closed it".to_owned(), |error| error.to_string())),
    }
}

/// A program cannot change its own environment safely, so the variables have to be there already: the platform's proxy starts the app
/// with them, and answers this message itself.
fn reloaded(request: &FunctionEnvironmentReloadRequest) -> FunctionEnvironmentReloadResponse {
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
        capabilities: capabilities(),
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

fn capabilities() -> BTreeMap<String, String> {
    const NAMES: [&str; 5] = [
        "HandlesInvocationCancelMessage",
        "HandlesWorkerTerminateMessage",
        "IncludeEmptyEntriesInMessagePayload",
        "TypedDataCollection",
        "WorkerStatus",
    ];
    NAMES.map(|name| (name.to_owned(), "true".to_owned())).into()
}

/// Default: what the host says in all recordings.
fn time_of(grace: Option<Grace>) -> Duration {
    let read = |grace: Grace| Some(Duration::new(grace.seconds.try_into().ok()?, grace.nanos.try_into().ok()?));
    grace.and_then(read).unwrap_or(Duration::from_secs(5))
}
