//! Invocations of functions in the handler. While the handler starts, they wait.

use super::client::{HandlerClient, HandlerReply, NoReply};
use super::supervisor::{HandlerState, SupervisorCommand};
use crate::http_trigger::RequestBody;
use crate::invoker::InvokeError;
use crate::recorded_host::INVOCATION_ID;
use bytes::Bytes;
use host_protocol::invocation::SystemBindingData;
use host_protocol::reply::InvalidReply;
use host_protocol::{FunctionResult, Invocation};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response};
use mcp_trigger_core::{ids, task};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::timeout;

/// The time in which the end of a handler that takes no connections is noticed.
const NOTICE: Duration = Duration::from_secs(1);
/// The longest time until the end of a handler is noticed once its connections are closed.
const NOTICE_OF_END: Duration = Duration::from_millis(200);

/// Calls functions.
pub(super) struct HandlerCalls {
    /// The names of the triggers, by function.
    pub(super) triggers: BTreeMap<String, String>,
    pub(super) timeout: Option<Duration>,
    pub(super) state: watch::Receiver<HandlerState>,
    pub(super) commands: mpsc::UnboundedSender<SupervisorCommand>,
    /// The turns of long invocations.
    pub(super) long: Arc<Semaphore>,
}

/// The body of a long invocation, whose turn ends when the body was sent.
struct LongBody {
    body: String,
    _turn: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for LongBody {
    fn as_ref(&self) -> &[u8] {
        self.body.as_bytes()
    }
}

/// The progress of a call.
#[derive(Default)]
struct CallProgress {
    /// Whether the invocation is long, and waits for its turn.
    waits_for_turn: bool,
    /// The number of the start whose handler got the request.
    asked: Option<u64>,
    /// The reason why there will be no answer.
    never: Option<String>,
}

/// The log line of a call, in the words of Core Tools.
struct ExecutionLog {
    function: String,
    id: String,
    start: Instant,
}

impl ExecutionLog {
    fn begin(function: &str, id: &str) -> Self {
        tracing::debug!(target: "host", "Executing 'Functions.{function}' (Id={id})");
        ExecutionLog { function: function.to_owned(), id: id.to_owned(), start: Instant::now() }
    }

    fn end(self, succeeded: bool) {
        let ExecutionLog { function, id, start } = self;
        let outcome = if succeeded { "Succeeded" } else { "Failed" };
        let duration = start.elapsed().as_millis();
        tracing::info!(target: "host", "Executed 'Functions.{function}' ({outcome}, Id={id}, Duration={duration}ms)");
    }
}

impl HandlerCalls {
    /// Runs a function.
    pub(super) async fn run(&self, invocation: Invocation) -> Result<FunctionResult, InvokeError> {
        let executed = ExecutionLog::begin(&invocation.function, &invocation.id);
        let result = self.invoke(invocation).await;
        executed.end(result.is_ok());
        result
    }

    async fn invoke(&self, invocation: Invocation) -> Result<FunctionResult, InvokeError> {
        let Some(trigger) = self.triggers.get(&*invocation.function) else {
            return Err(InvokeError::new(format!("there is no function {}", invocation.function)));
        };
        let (id, function) = (invocation.id.clone(), invocation.function.clone());
        let mut progress = CallProgress::default();
        let answer = async {
            let body = self.encode(invocation, trigger, &mut progress).await?;
            self.answer(&function, &id, body, &mut progress).await
        };
        let Some(limit) = self.timeout else { return answer.await };
        match timeout(limit, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(self.too_late(&function, limit, progress)),
        }
    }

    /// Encodes an invocation. A long one takes a thread for a while, and a multiple of its memory until the handler has read it: only a
    /// few at once are encoded and sent.
    async fn encode(
        &self,
        invocation: Invocation,
        trigger: &str,
        progress: &mut CallProgress,
    ) -> Result<Full<Bytes>, InvokeError> {
        let system = SystemBindingData::new(SystemTime::now(), ids::guid());
        let failed = |error: &dyn std::fmt::Display| InvokeError::new(error.to_string());
        if invocation.size() <= task::LONG {
            return invocation.encode(trigger, &system).map(Full::from).map_err(|error| failed(&error));
        }
        progress.waits_for_turn = true;
        let turn = Arc::clone(&self.long).acquire_owned().await.map_err(|error| failed(&error))?;
        progress.waits_for_turn = false;
        let trigger = trigger.to_owned();
        let body =
            task::blocking(move || invocation.encode(&trigger, &system)).await.map_err(|error| failed(&error))?;
        let body = body.map_err(|error| failed(&error))?;
        Ok(Full::from(Bytes::from_owner(LongBody { body, _turn: turn })))
    }

    async fn answer(
        &self,
        function: &str,
        id: &str,
        body: Full<Bytes>,
        progress: &mut CallProgress,
    ) -> Result<FunctionResult, InvokeError> {
        let reply = self.ask(function, id, body, progress).await?;
        match Self::decode(reply).await? {
            Err(InvalidReply::NeverAnswered { reason: why, .. }) => {
                tracing::error!("{function}: {why}");
                progress.never = Some(why);
                std::future::pending().await
            }
            result => result.map_err(|error| InvokeError::new(error.to_string())),
        }
    }

    /// Decodes a reply. A long one is left to a thread that may block, and ends its turn there.
    async fn decode(reply: HandlerReply) -> Result<Result<FunctionResult, InvalidReply>, InvokeError> {
        let is_long = reply.body.len() > task::LONG;
        let decode = move || {
            let HandlerReply { status, content_type, body, turn: _turn } = reply;
            FunctionResult::decode(status, content_type.as_deref(), &body)
        };
        if !is_long {
            return Ok(decode());
        }
        task::blocking(decode).await.map_err(|error| InvokeError::new(error.to_string()))
    }

    /// Sends the request until the handler has got it.
    async fn ask(
        &self,
        function: &str,
        id: &str,
        mut body: Full<Bytes>,
        progress: &mut CallProgress,
    ) -> Result<HandlerReply, InvokeError> {
        loop {
            let (client, start, _under_way) = self.ready().await?;
            progress.asked = Some(start);
            let reply = tokio::select! {
                biased;
                reply = client.invoke(function, id, body) => reply,
                () = self.over(start) => {
                    return Err(InvokeError::new("the handler ended before it replied; the log says why"));
                }
            };
            match reply {
                Ok(reply) => return Ok(reply),
                Err(NoReply::Broken(why)) => {
                    // If that was its end, whoever calls again is to wait for the next start.
                    let ended = timeout(NOTICE_OF_END, self.over(start)).await.is_ok();
                    let what = if ended { "the handler ended before it replied" } else { "no reply from the handler" };
                    return Err(InvokeError::new(format!("{what}: {why}")));
                }
                // It has just ended, and nobody has noticed. If it has not, it takes no connections.
                Err(NoReply::NotSent { why, body: unsent }) => {
                    timeout(NOTICE, self.over(start)).await.map_err(|_| InvokeError::new(why))?;
                    body = unsent;
                }
            }
        }
    }

    /// Forwards a request. The call ends with the head of the response.
    pub(super) async fn forward(
        &self,
        function: &str,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, InvokeError> {
        let id = request.headers().get(INVOCATION_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
        let executed = ExecutionLog::begin(function, id);
        let response = self.hand_on(function, request).await;
        executed.end(response.is_ok());
        response
    }

    async fn hand_on(&self, function: &str, request: Request<RequestBody>) -> Result<Response<Incoming>, InvokeError> {
        let mut progress = CallProgress::default();
        let response = async {
            let (mut connection, start, _under_way) = loop {
                let (client, start, under_way) = self.ready().await?;
                match client.connect().await {
                    Ok(connection) => break (connection, start, under_way),
                    Err(error) => {
                        let error = |_| InvokeError::new(format!("cannot connect to the handler: {error}"));
                        timeout(NOTICE, self.over(start)).await.map_err(error)?;
                    }
                }
            };
            progress.asked = Some(start);
            tokio::select! {
                biased;
                response = connection.send_request(request) => {
                    response.map_err(|error| InvokeError::new(format!("no response from the handler: {error}")))
                }
                () = self.over(start) => Err(InvokeError::new("the handler ended before it replied; the log says why")),
            }
        };
        let Some(limit) = self.timeout else { return response.await };
        match timeout(limit, response).await {
            Ok(response) => response,
            Err(_) => Err(self.too_late(function, limit, progress)),
        }
    }

    /// Waits until the handler answers. Gives the number of its start, and what to hold on to until the reply.
    async fn ready(&self) -> Result<(Arc<HandlerClient>, u64, watch::Receiver<()>), InvokeError> {
        let mut state = self.state.clone();
        let is_passing = |state: &HandlerState| matches!(state, HandlerState::Starting | HandlerState::Leaving { .. });
        let ready = state.wait_for(|state| !is_passing(state)).await;
        match ready.as_deref() {
            Ok(HandlerState::Ready { client, start, under_way }) => Ok((Arc::clone(client), *start, under_way.clone())),
            Ok(HandlerState::Ended { reason, .. }) => Err(InvokeError::new(reason.to_string())),
            _ => Err(InvokeError::new("the handler has been stopped")),
        }
    }

    /// Waits until a start is over, however it came to it.
    async fn over(&self, start: u64) {
        let mut state = self.state.clone();
        let _ = state.wait_for(|state| !state.is(start)).await;
    }

    /// The host cannot end a single call, only the process (ground-truth.md §4).
    fn too_late(&self, function: &str, limit: Duration, progress: CallProgress) -> InvokeError {
        let mut late = format!("no answer within {limit:?}, the functionTimeout of host.json");
        if let Some(why) = progress.never {
            late += &format!(": {why}");
        }
        if progress.waits_for_turn {
            late += ": other long invocations were sent, and the handler did not read them";
        } else if progress.asked.is_none() {
            late += ": the handler was starting all the time";
        } else {
            let reason = format!("{function}: {late}. The handler is restarted, and every other call in it fails");
            let _ = self.commands.send(SupervisorCommand::Restart { start: progress.asked, reason });
        }
        InvokeError::new(late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use host_protocol::invocation::{LazyCaller, ToolInvocationContext, Trigger};
    use serde_json::value::RawValue;

    #[tokio::test(start_paused = true)]
    async fn an_invocation_that_is_too_late_says_what_it_waited_for() {
        let (_state, state) = watch::channel(HandlerState::Starting);
        let (commands, _commands) = mpsc::unbounded_channel();
        let triggers = BTreeMap::from([("Save".to_owned(), "context".to_owned())]);
        let (timeout, long) = (Some(Duration::from_secs(1)), Arc::new(Semaphore::new(0)));
        let calls = HandlerCalls { triggers, timeout, state, commands, long };
        let late = async |length| {
            let text = RawValue::from_string(format!(r#"{{"text":"{}"}}"#, "x".repeat(length))).unwrap();
            let trigger = ToolInvocationContext::new("save", Some(text), LazyCaller::default());
            calls.run(Invocation::new("1", "Save", Trigger::Tool(trigger))).await.unwrap_err().to_string()
        };
        assert!(late(1).await.ends_with(": the handler was starting all the time"));
        assert!(
            late(task::LONG).await.ends_with(": other long invocations were sent, and the handler did not read them")
        );
    }
}
