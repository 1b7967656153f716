//! [`HandlerProcess`]: the custom handler of an app folder, started and asked as the Functions host does it.

mod calls;
mod child;
mod client;
mod launch;
mod spelling;
mod supervisor;

use crate::app_folder::{AppError, AppFolder, NotRun};
use crate::http_trigger::{Forward, RequestBody};
use crate::invoker::{InvokeError, Invoker};
use calls::HandlerCalls;
use host_protocol::{FunctionResult, Invocation};
use hyper::body::Incoming;
use hyper::{Request, Response};
use launch::Launch;
use mcp_trigger_core::task;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use supervisor::{HandlerState, Supervisor, SupervisorCommand};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

/// Invokes functions in the custom handler of an app folder, and keeps the handler running.
///
/// The bytes of its requests are those of the Functions host. A handler that ends with a code other than 0 is started again, on the
/// same port, while calls wait. After three such ends in half an hour, or after code 0, it stays ended. Dropping a `HandlerProcess`
/// kills the handler and all processes that the handler started.
///
/// ```no_run
/// use local_host::{AppFolder, HandlerProcess};
/// use std::path::Path;
/// use std::sync::Arc;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let app = AppFolder::read(Path::new("my-app"), std::env::vars_os())?;
/// let process = Arc::new(HandlerProcess::start(&app).await?);
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:7071").await?;
/// app.local_host(process).serve(listener, std::future::pending()).await?;
/// # Ok(())
/// # }
/// ```
pub struct HandlerProcess {
    address: SocketAddr,
    calls: HandlerCalls,
    supervisor: JoinHandle<()>,
}

impl HandlerProcess {
    /// Starts the handler of an app, and waits until it answers.
    ///
    /// # Errors
    ///
    /// If the handler does not start or does not answer: what, why, and what to do.
    pub async fn start(app: &AppFolder) -> Result<Self, AppError> {
        let mut triggers = BTreeMap::new();
        for (name, file) in app.functions() {
            triggers.extend(file.trigger().map(|trigger| (name.clone(), trigger.name.clone())));
        }
        if app.functions().is_empty() {
            let mut message = format!(
                "there is no function in {} that can be run, so the Functions host would not start the handler; a function is a \
                 folder with a function.json",
                app.root().display()
            );
            for NotRun { function, reason } in app.not_run() {
                message += &format!("\n  {function}: {reason}");
            }
            return Err(AppError::new(message));
        }
        let launch = Launch::new(app).await?;
        let address = launch.address();
        let (commands, receiver) = mpsc::unbounded_channel();
        let mut supervisor = Supervisor::new(launch, receiver);
        let state = supervisor.state();
        let child = supervisor.first_start().await?;
        let long = Arc::new(Semaphore::new(task::long_at_once()));
        let calls = HandlerCalls { triggers, timeout: app.configuration.function_timeout, state, commands, long };
        Ok(HandlerProcess { address, calls, supervisor: task::spawn(supervisor.run(child)) })
    }

    /// The address of the handler.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the handler has crashed too often to be started again, and gives the reason.
    pub async fn gave_up(&self) -> String {
        let mut state = self.calls.state.clone();
        let given_up = state.wait_for(|state| matches!(state, HandlerState::Ended { gave_up: true, .. })).await;
        match given_up.as_deref() {
            Ok(HandlerState::Ended { reason, .. }) => reason.to_string(),
            _ => std::future::pending().await,
        }
    }

    /// Starts the handler anew, even one that has ended for good. Calls under way may finish within 5 s, others wait; event streams
    /// that have begun end. This does not count as a crash.
    pub fn restart(&self, reason: impl Into<String>) {
        let _ = self.calls.commands.send(SupervisorCommand::Restart { start: None, reason: reason.into() });
    }

    /// Ends the handler, and waits for its end.
    pub async fn stop(&self) {
        let (stopped, is_stopped) = oneshot::channel();
        if self.calls.commands.send(SupervisorCommand::Stop(stopped)).is_ok() {
            let _ = is_stopped.await;
        }
    }
}

#[async_trait::async_trait]
impl Invoker for HandlerProcess {
    async fn invoke(&self, invocation: Invocation) -> Result<FunctionResult, InvokeError> {
        self.calls.run(invocation).await
    }
}

#[async_trait::async_trait]
impl Forward for HandlerProcess {
    async fn forward(&self, function: &str, request: Request<RequestBody>) -> Result<Response<Incoming>, InvokeError> {
        self.calls.forward(function, request).await
    }
}

impl Drop for HandlerProcess {
    fn drop(&mut self) {
        self.supervisor.abort();
    }
}
