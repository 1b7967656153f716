//! Running one function for a request.

use crate::function::client::{AskError, Client};
use crate::function::context::Origin;
use crate::function::{BoxFuture, Function, Kind, Outcome, Parameter, Run, TaskSupport};
use crate::invoke;
use crate::server::McpServer;
use crate::server::asking::{AskMode, InputRounds, RequestState, RunningClient, StateScope, TaskCall, TaskStart};
use crate::server::message::{Answer, Error};
use crate::server::methods::PendingAnswer;
use crate::server::revision::request::{Request, members, principal_id, text};
use crate::server::revision::{Results, Revision};
use crate::server::session::Session;
use crate::server::tasks::{self, Tasks};
use crate::server::transport::Outbox;
use host_protocol::invocation::{LazyCaller, ReadCaller};
use hyper::HeaderMap;
use mcp_trigger_core::mcp::json_text::JsonText;
use mcp_trigger_core::mcp::method::Method;
use mcp_trigger_core::storage::bindings::Bindings;
use serde_json::value::RawValue;
use std::pin::pin;
use std::sync::{Arc, Mutex};

/// A function that is about to run.
pub(super) struct PreparedCall {
    server: Arc<McpServer>,
    function: &'static Function,
    id: JsonText,
    revision: Revision,
    streams: bool,
    peer: Arc<RunningClient>,
    session: Option<Arc<Session>>,
    /// What is read before it and stored after it.
    bindings: Option<Arc<Bindings>>,
}

impl PreparedCall {
    /// `given` is what the function is called with: its arguments, or the address of a resource.
    ///
    /// # Errors
    ///
    /// When the request brings a state that is not one of ours.
    pub(super) fn new(
        server: &Arc<McpServer>,
        function: &'static Function,
        request: &Request<'_>,
        given: Option<&RawValue>,
        session: Option<Arc<Session>>,
        task: Result<(), AskError>,
    ) -> Result<Self, Error> {
        let ask_mode = match &session {
            _ if request.method == Method::CompletionComplete => {
                AskMode::None("what completes an argument cannot ask the client anything: it would not wait")
            }
            _ if request.revision.is_stateless() => {
                let rounds = server.rounds(function, given, request)?;
                match server.tasks.as_ref().filter(|_| task.is_ok()) {
                    Some(tasks) => AskMode::Task(server.task_call(tasks, function, request, rounds)),
                    None => AskMode::InputRounds(rounds),
                }
            }
            _ if !request.streams => AskMode::None("the client does not read event streams, so it cannot be asked"),
            Some(session) => AskMode::Session(Arc::clone(session)),
            None => AskMode::None(
                "the client has no session here, so it cannot be asked; `McpOptions::sessions` gives it one",
            ),
        };
        let part = |json: &RawValue| request.part(json);
        let peer = Arc::new(RunningClient {
            received: Arc::clone(request.received),
            meta: request.params.get("_meta").map(part),
            given: given.map(part),
            sender: request.sender.clone(),
            outbox: Outbox::default(),
            progress_token: request.progress_token.map(part),
            progress: Mutex::new(f64::NEG_INFINITY),
            name: function.client_name(),
            ask_mode,
            task,
        });
        let (server, id) = (Arc::clone(server), request.part(request.id));
        Ok(PreparedCall {
            server,
            function,
            id,
            revision: request.revision,
            streams: request.streams,
            peer,
            session,
            bindings: None,
        })
    }

    /// The same with bindings.
    pub(super) fn with_bindings(self, bindings: Option<&Arc<Bindings>>) -> Self {
        PreparedCall { bindings: bindings.map(Arc::clone), ..self }
    }

    /// Runs it; `write` makes its outcome the answer.
    pub(super) fn start<T: Send + 'static>(
        self,
        run: &'static Run<T>,
        parameters: Vec<Parameter>,
        write: impl FnOnce(&Results, Outcome<T>) -> Answer + Send + 'static,
    ) -> PendingAnswer {
        let PreparedCall { server, function, id, revision, streams, peer, session, bindings } = self;
        let reader = streams.then(|| Arc::clone(&peer));
        let in_session = session.clone().map(|session| (id.clone(), session));
        let prepared = FunctionCall { function, run, parameters, bindings };
        let work = async move {
            let results = server.results(revision);
            if let AskMode::Task(task) = &peer.ask_mode {
                let (of_task, caller) = (Arc::clone(&server), Arc::clone(&peer));
                let running = on_its_own(of_task, prepared, caller, revision, write);
                let scope = scope(&server, function, &peer);
                return Some(task.answer(running, results, scope, &peer.outbox).await);
            }
            // Pinned here, so that no other future has a copy of its own.
            let running = pin!(prepared.outcome(&server, &peer));
            match (&peer.ask_mode, in_session) {
                (AskMode::InputRounds(rounds), _) => Some(match rounds.run(running).await {
                    Some(outcome) => write(results, outcome),
                    None => rounds.result(scope(&server, function, &peer)).map(|members| results.finish(members)),
                }),
                (_, Some((id, session))) => session.run(id.get(), running).await.map(|outcome| write(results, outcome)),
                (_, None) => Some(write(results, running.await)),
            }
        };
        let (work, session) = (Box::pin(work), session.filter(|_| streams));
        PendingAnswer { id, work, peer: reader, ends_with_client: revision.is_stateless(), session }
    }
}

/// A function with all that it is run with.
struct FunctionCall<T: 'static> {
    function: &'static Function,
    run: &'static Run<T>,
    parameters: Vec<Parameter>,
    bindings: Option<Arc<Bindings>>,
}

/// Runs a function for a task. In a function of its own, so that other calls have no room for it in theirs.
fn on_its_own<T: Send + 'static>(
    server: Arc<McpServer>,
    prepared: FunctionCall<T>,
    peer: Arc<RunningClient>,
    revision: Revision,
    write: impl FnOnce(&Results, Outcome<T>) -> Answer + Send + 'static,
) -> BoxFuture<'static, Answer> {
    Box::pin(async move {
        let outcome = prepared.outcome(&server, &peer).await;
        write(server.results(revision), outcome)
    })
}

impl<T: Send + 'static> FunctionCall<T> {
    /// Runs the function.
    async fn outcome(self, server: &McpServer, peer: &Arc<RunningClient>) -> Outcome<T> {
        let FunctionCall { function, run, parameters, bindings } = self;
        let origin = Origin {
            caller: LazyCaller::from_reader(Arc::clone(peer) as Arc<dyn ReadCaller>),
            client: Some(Arc::clone(peer) as Arc<dyn Client>),
            ..Origin::default()
        };
        let arguments = match function.kind {
            Kind::Resource(_) => None,
            Kind::Tool(_) | Kind::Prompt(_) => peer.given.clone(),
        };
        let call = invoke::Request { origin, arguments, parameters, ..invoke::Request::default() };
        let answer = match bindings {
            None => server.functions.run(function, run, call).await,
            // In a box: other calls have no room for it in their futures.
            Some(bindings) => Box::pin(server.run_bound(&bindings, function, run, call, peer)).await,
        };
        answer.outcome
    }
}

/// What the state of a call belongs to.
fn scope<'a>(server: &'a McpServer, function: &'a Function, peer: &'a RunningClient) -> StateScope<'a> {
    let given = peer.given.as_ref().map(JsonText::get);
    server.scope(function, given, &peer.received.headers)
}

impl McpServer {
    /// A call that becomes a task.
    fn task_call(
        &self,
        tasks: &Arc<Tasks>,
        function: &Function,
        request: &Request<'_>,
        rounds: InputRounds,
    ) -> TaskCall {
        TaskCall {
            tasks: Arc::clone(tasks),
            later: function.task_support() == TaskSupport::Later,
            rounds,
            owner: tasks::owner(request.headers(), self.functions.trust),
            time_limit: function.timeout.or(self.functions.timeout),
            capabilities: request.sender.capabilities.clone(),
            moment: TaskStart::default(),
        }
    }

    /// The questions of a call, with the answers that it brings.
    fn rounds(
        &self,
        function: &Function,
        given: Option<&RawValue>,
        request: &Request<'_>,
    ) -> Result<InputRounds, Error> {
        let state = match request.params.get("requestState") {
            None => None,
            Some(_) => {
                let scope = self.scope(function, given.map(RawValue::get), request.headers());
                let state = text(&request.params, "requestState").and_then(|state| RequestState::open(&state, scope));
                Some(state.ok_or_else(|| {
                    Error::invalid_params(
                        "`requestState` is not what this call was given, or it is too old: call without it",
                    )
                })?)
            }
        };
        let responses = request.params.get("inputResponses").filter(|responses| responses.get() != "null");
        if responses.is_some_and(|responses| !responses.get().starts_with('{')) {
            return Err(Error::invalid_params("`inputResponses` has to be an object with an answer under each key"));
        }
        let responses = members(responses);
        Ok(InputRounds::new(request.sender.capabilities.clone(), state, &responses))
    }

    fn scope<'a>(&'a self, function: &'a Function, given: Option<&'a str>, headers: &'a HeaderMap) -> StateScope<'a> {
        StateScope {
            secret: &self.secret,
            function: function.name,
            given: given.unwrap_or_default(),
            caller: principal_id(headers).unwrap_or_default(),
        }
    }
}
