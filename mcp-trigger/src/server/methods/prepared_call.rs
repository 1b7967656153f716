//! A call of a function, prepared from a request, and its way to an outcome.

use crate::function::client::{AskError, Client};
use crate::function::context::Origin;
use crate::function::layer::FunctionOutput;
use crate::function::{BoxFuture, Function, Kind, Outcome, Parameter, PollHistory, Run, TaskSupport};
use crate::invoke;
use crate::server::McpServer;
use crate::server::asking::{AskMode, InputRounds, RequestState, RunningClient, StateScope, TaskCall, TaskStart};
use crate::server::message::{Answer, Error};
use crate::server::methods::PendingAnswer;
use crate::server::revision::request::{Request, RequestHead, members};
use crate::server::revision::{Identity, Results, Revision};
use crate::server::session::Session;
use crate::server::tasks::Tasks;
use crate::server::transport::Outbox;
use host_protocol::invocation::{LazyCaller, ReadCaller};
use mcp_trigger_core::accounts::Account;
use mcp_trigger_core::mcp::json_text::JsonText;
use mcp_trigger_core::mcp::method::Method;
use mcp_trigger_core::storage::bindings::Bindings;
use serde_json::value::RawValue;
use std::pin::pin;
use std::sync::{Arc, Mutex};

/// A call that has not begun.
pub(super) struct PreparedCall {
    server: Arc<McpServer>,
    function: &'static Function,
    id: JsonText,
    revision: Revision,
    streams: bool,
    client: Arc<RunningClient>,
    session: Option<Arc<Session>>,
    /// The bindings that are read before the call and stored after it.
    bindings: Option<Arc<Bindings>>,
}

impl PreparedCall {
    /// Prepares a call. `given` is the arguments, or the address of a resource.
    ///
    /// # Errors
    ///
    /// If the request has a `requestState` of another call, or `inputResponses` that are not an object.
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
        let id = request.part(request.id);
        let client = Arc::new(RunningClient {
            #[cfg(feature = "otel")]
            id: id.clone(),
            #[cfg(feature = "otel")]
            revision: request.revision,
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
        Ok(PreparedCall {
            server: Arc::clone(server),
            function,
            id,
            revision: request.revision,
            streams: request.streams,
            client,
            session,
            bindings: None,
        })
    }

    /// Adds the bindings of the function.
    pub(super) fn with_bindings(self, bindings: Option<&Arc<Bindings>>) -> Self {
        PreparedCall { bindings: bindings.map(Arc::clone), ..self }
    }

    /// Starts the call; `write` makes the answer of its outcome.
    pub(super) fn start<T: FunctionOutput>(
        self,
        run: &'static Run<T>,
        parameters: Vec<Parameter>,
        write: impl FnOnce(&Results, Outcome<T>) -> Answer + Send + 'static,
    ) -> PendingAnswer {
        let PreparedCall { server, function, id, revision, streams, client, session, bindings } = self;
        let reader = streams.then(|| Arc::clone(&client));
        let is_stdio = client.received.head.is_stdio;
        let is_immediate = run.history.is_some_and(PollHistory::is_immediate);
        let account = (!is_immediate).then(|| match &session {
            Some(session) => Arc::clone(&session.account),
            None => server.account(&client.received.head),
        });
        let in_session = session.clone().map(|session| (id.clone(), session));
        let prepared = FunctionCall { function, run, parameters, bindings, account };
        let work = async move {
            let results = server.results(revision);
            if let AskMode::Task(task) = &client.ask_mode {
                let (of_task, caller) = (Arc::clone(&server), Arc::clone(&client));
                let running = on_its_own(of_task, prepared, caller, revision, write);
                let scope = scope(&server, function, &client);
                return Some(task.answer(running, results, scope, &client.outbox).await);
            }
            // Pinned here, so that no other future has a copy of its own.
            let running = pin!(prepared.outcome(&server, &client));
            match (&client.ask_mode, in_session) {
                (AskMode::InputRounds(rounds), _) => Some(match rounds.run(running).await {
                    Some(outcome) => write(results, outcome),
                    None => rounds.result(scope(&server, function, &client)).map(|members| results.finish(members)),
                }),
                (_, Some((id, session))) => session.run(id.get(), running).await.map(|outcome| write(results, outcome)),
                (_, None) => Some(write(results, running.await)),
            }
        };
        // A stream of lines cannot be resumed.
        let is_resumed = streams && !is_stdio;
        let (work, session) = (Box::pin(work), session.filter(|_| is_resumed));
        PendingAnswer { id, work, client: reader, ends_with_client: revision.is_stateless(), is_immediate, session }
    }
}

/// A call of a Rust function, with its arguments.
struct FunctionCall<T: 'static> {
    function: &'static Function,
    run: &'static Run<T>,
    parameters: Vec<Parameter>,
    bindings: Option<Arc<Bindings>>,
    /// The account of the caller. `None` if the function is sure to need no thread.
    account: Option<Arc<Account>>,
}

/// Calls a function for a task. Its future is boxed here, so that the futures of other calls do not contain it.
fn on_its_own<T: FunctionOutput>(
    server: Arc<McpServer>,
    prepared: FunctionCall<T>,
    client: Arc<RunningClient>,
    revision: Revision,
    write: impl FnOnce(&Results, Outcome<T>) -> Answer + Send + 'static,
) -> BoxFuture<'static, Answer> {
    Box::pin(async move {
        let outcome = prepared.outcome(&server, &client).await;
        write(server.results(revision), outcome)
    })
}

impl<T: FunctionOutput> FunctionCall<T> {
    /// Calls the function.
    async fn outcome(self, server: &McpServer, client: &Arc<RunningClient>) -> Outcome<T> {
        let FunctionCall { function, run, parameters, bindings, account } = self;
        let origin = Origin {
            caller: LazyCaller::from_reader(Arc::clone(client) as Arc<dyn ReadCaller>),
            client: Some(Arc::clone(client) as Arc<dyn Client>),
            principal: client.received.head.signed_in(server.trust).map(|caller| caller.principal.clone()),
            trust: Some(server.trust),
            ..Origin::default()
        };
        let (arguments, uri) = match function.kind {
            Kind::Resource(_) => {
                let uri = || serde_json::from_str(client.given.as_ref()?.get()).ok();
                (None, server.functions.seen_uri(uri))
            }
            Kind::Tool(_) | Kind::Prompt(_) => (client.given.clone(), None),
        };
        let call = invoke::Request { origin, arguments, uri, parameters, account, ..invoke::Request::default() };
        let answer = match bindings {
            None => server.functions.run(function, run, call).await,
            // In a box: other calls have no room for it in their futures.
            Some(bindings) => Box::pin(server.run_bound(&bindings, function, run, call, client)).await,
        };
        answer.outcome
    }
}

/// The scope of a call's request state.
fn scope<'a>(server: &'a McpServer, function: &'a Function, client: &'a RunningClient) -> StateScope<'a> {
    let given = client.given.as_ref().map(JsonText::get);
    server.scope(function, given, &client.received.head)
}

impl McpServer {
    /// The part of a call that can become a task.
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
            account: self.account(request.head()),
            owner: request.head().identity(self.trust).map(|identity| identity.as_str().to_owned()),
            time_limit: function.timeout.or(self.functions.timeout),
            capabilities: request.sender.capabilities.clone(),
            moment: TaskStart::default(),
        }
    }

    /// The input rounds of a call, with the answers that the request brings.
    ///
    /// # Errors
    ///
    /// If `requestState` belongs to another call or has expired, or `inputResponses` is not an object.
    fn rounds(
        &self,
        function: &Function,
        given: Option<&RawValue>,
        request: &Request<'_>,
    ) -> Result<InputRounds, Error> {
        let state = match request.params.get("requestState") {
            None => None,
            Some(_) => {
                let scope = self.scope(function, given.map(RawValue::get), request.head());
                let state = request.params.string("requestState").and_then(|state| RequestState::open(&state, scope));
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

    fn scope<'a>(&'a self, function: &'a Function, given: Option<&'a str>, head: &'a RequestHead) -> StateScope<'a> {
        StateScope {
            secret: &self.secret,
            function: function.name,
            given: given.unwrap_or_default(),
            caller: head.identity(self.trust).map(Identity::as_str).unwrap_or_default(),
        }
    }
}
