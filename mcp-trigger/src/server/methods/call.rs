//! Running one function for a request.

use crate::client::{AskError, Client};
use crate::function::{Function, Outcome, Run, TaskSupport};
use crate::invoke;
use crate::mcp::caller::caller;
use crate::server::McpServer;
use crate::server::error::Error;
use crate::server::exchange::Exchange;
use crate::server::outbox::Outbox;
use crate::server::peer::{Peer, WayBack};
use crate::server::reply::Answer;
use crate::server::request::{Request, members, principal_id, text};
use crate::server::rounds::Rounds;
use crate::server::session::Session;
use crate::server::state::{Stamp, State};
use crate::server::tasks::{self, TaskCall, Tasks};
use crate::telemetry;
use host_protocol::invocation::LazyCaller;
use serde_json::value::RawValue;
use std::sync::{Arc, Mutex};

/// A function that is about to run.
pub(super) struct Job<'a> {
    server: Arc<McpServer>,
    function: &'static Function,
    request: Request<'a>,
    peer: Peer,
    session: Option<Arc<Session>>,
}

impl<'a> Job<'a> {
    /// # Errors
    ///
    /// When the request brings a state that is not one of ours.
    pub(super) fn new(
        server: &Arc<McpServer>,
        function: &'static Function,
        request: Request<'a>,
        session: Option<Arc<Session>>,
        task: Result<(), AskError>,
    ) -> Result<Self, Error> {
        let outbox = Arc::new(Outbox::default());
        let way_back = match &session {
            _ if request.method == "completion/complete" => {
                WayBack::None("what completes an argument cannot ask the client anything: it would not wait")
            }
            _ if request.revision.is_stateless() => {
                let rounds = server.rounds(function, &request)?;
                match server.tasks.as_ref().filter(|_| task.is_ok()) {
                    Some(tasks) => WayBack::Task(server.task_call(tasks, function, &request, rounds, &outbox)),
                    None => WayBack::Rounds(rounds),
                }
            }
            _ if !request.streams => WayBack::None("the client does not read event streams, so it cannot be asked"),
            Some(session) => WayBack::Session(Arc::clone(session)),
            None => {
                WayBack::None("the client has no session here, so it cannot be asked; `App::sessions` gives it one")
            }
        };
        let peer = Peer {
            outbox,
            progress_token: request.meta.get("progressToken").map(ToOwned::to_owned),
            progress: Mutex::new(f64::NEG_INFINITY),
            log_level: request.sender.log_level,
            name: function.client_name(),
            way_back,
            task,
        };
        Ok(Job { server: Arc::clone(server), function, request, peer, session })
    }

    /// Runs it; `write` makes its outcome the answer.
    pub(super) fn start<T: Send>(
        self,
        run: &'static Run<T>,
        call: invoke::Request,
        write: impl FnOnce(Outcome<T>) -> Answer + Send + 'static,
    ) -> Exchange {
        let Job { server, function, request, peer, session } = self;
        let Request { revision, id, params, headers, sender, streams, .. } = request;
        let id = id.to_owned();
        let outbox = Arc::clone(&peer.outbox);
        let peer = Arc::new(peer);
        let call = invoke::Request {
            caller: LazyCaller::from_fn(move || caller(&headers, sender.client_info())),
            meta: params.get("_meta").map(ToOwned::to_owned),
            client: Some(Arc::clone(&peer) as Arc<dyn Client>),
            ..call
        };
        let in_session = session.clone().map(|session| (id.clone(), session));
        let work = async move {
            if let WayBack::Task(task) = &peer.way_back {
                let results = Arc::clone(server.results(revision));
                let running = async move { write(outcome(&server, function, run, call).await) };
                return Some(task.answer(Box::pin(running), &results).await);
            }
            let running = outcome(&server, function, run, call);
            match (&peer.way_back, in_session) {
                (WayBack::Rounds(rounds), _) => Some(match rounds.run(running).await {
                    Some(outcome) => write(outcome),
                    None => server.results(revision).with_members(&rounds.result()),
                }),
                (_, Some((id, session))) => session.run(&id, running).await.map(write),
                (_, None) => Some(write(running.await)),
            }
        };
        let (work, session) = (Box::pin(work), session.filter(|_| streams));
        Exchange { id, work, outbox, ends_with_client: revision.is_stateless(), streams, session }
    }
}

/// Runs a function, and writes its log lines to the console.
async fn outcome<T: Send>(
    server: &McpServer,
    function: &'static Function,
    run: &'static Run<T>,
    call: invoke::Request,
) -> Outcome<T> {
    let answer = server.functions.run(function, run, call).await;
    telemetry::write(function.name, &answer.logs);
    answer.outcome
}

impl McpServer {
    /// A call that becomes a task.
    fn task_call(
        &self,
        tasks: &Arc<Tasks>,
        function: &Function,
        request: &Request<'_>,
        rounds: Rounds,
        outbox: &Arc<Outbox>,
    ) -> TaskCall {
        TaskCall {
            tasks: Arc::clone(tasks),
            later: function.task_support() == TaskSupport::Later,
            rounds,
            owner: tasks::owner(&request.headers, self.functions.trust),
            time_limit: function.timeout.or(self.functions.timeout),
            capabilities: request.sender.capabilities.clone(),
            outbox: Arc::clone(outbox),
            moment: tasks::Moment::default(),
        }
    }

    /// The questions of a call, with the answers that it brings.
    fn rounds(&self, function: &Function, request: &Request<'_>) -> Result<Rounds, Error> {
        let given = &request.params;
        let caller = principal_id(&request.headers);
        let arguments = given.get("arguments").or_else(|| given.get("uri")).map(RawValue::get);
        let call = [&*request.method, function.name, arguments.unwrap_or_default(), caller.unwrap_or_default()];
        let stamp = Stamp { secret: Arc::clone(&self.secret), call: call.join("\n") };
        let state = match given.get("requestState") {
            None => None,
            Some(_) => {
                Some(text(given, "requestState").and_then(|state| State::open(&state, &stamp)).ok_or_else(|| {
                    Error::invalid_params(
                        "`requestState` is not what this call was given, or it is too old: call without it",
                    )
                })?)
            }
        };
        let responses = members(given.get("inputResponses"));
        Ok(Rounds::new(stamp, request.sender.capabilities.clone(), state, &responses))
    }
}
