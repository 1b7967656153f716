//! The supervisor of the handler: starts it, waits for its end, and starts it anew as the Functions host does
//! (ground-truth.md §4).

use super::child::{Child, HandlerExit};
use super::client::HandlerClient;
use super::launch::Launch;
use crate::app_folder::AppError;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

/// The state of the handler.
#[derive(Clone)]
pub(super) enum HandlerState {
    /// The handler starts; calls wait.
    Starting,
    /// The handler answers. The number tells one start from another. Who calls holds on to `under_way` until the reply.
    Ready { client: Arc<HandlerClient>, start: u64, under_way: watch::Receiver<()> },
    /// The handler is to be restarted when the calls under way have their replies; others wait.
    Leaving { start: u64 },
    /// The handler is not started any more. All calls fail with the reason.
    Ended { reason: Arc<str>, gave_up: bool },
}

impl HandlerState {
    /// Whether the handler still runs since the start of that number.
    pub(super) fn is(&self, number: u64) -> bool {
        matches!(self, HandlerState::Ready { start, .. } | HandlerState::Leaving { start } if *start == number)
    }
}

/// A command to the supervisor.
pub(super) enum SupervisorCommand {
    /// Start the handler anew, which does not count as a crash. With a number: at once, and only if the handler still runs since
    /// that start. Without one: calls under way may finish.
    Restart { start: Option<u64>, reason: String },
    /// End the handler.
    Stop(oneshot::Sender<()>),
}

/// The number of crashes after which the host gives up.
const CRASHES: u32 = 3;
/// The time without a crash after which crashes are counted anew.
const FORGOTTEN: Duration = Duration::from_secs(30 * 60);
/// The time that calls under way have when the handler is restarted by wish.
const PATIENCE: Duration = Duration::from_secs(5);
/// The exit code of a handler that asks for a restart. It does not count as a crash.
const WANTS_RESTART: i32 = 200;

/// Keeps a handler running.
pub(super) struct Supervisor {
    launch: Launch,
    state: watch::Sender<HandlerState>,
    commands: mpsc::UnboundedReceiver<SupervisorCommand>,
    start: u64,
    /// Closed when no call of this start is under way any more.
    under_way: watch::Sender<()>,
    crashes: u32,
    last_crash: Option<Instant>,
}

/// The next step of the supervisor.
enum Next {
    /// Restart the handler; `gently` if calls under way may finish.
    Restart {
        gently: bool,
    },
    End {
        reason: String,
        gave_up: bool,
    },
    Stop(Option<oneshot::Sender<()>>),
}

impl Supervisor {
    pub(super) fn new(launch: Launch, commands: mpsc::UnboundedReceiver<SupervisorCommand>) -> Self {
        let (state, _) = watch::channel(HandlerState::Starting);
        let (under_way, _) = watch::channel(());
        Supervisor { launch, state, commands, start: 0, under_way, crashes: 0, last_crash: None }
    }

    pub(super) fn state(&self) -> watch::Receiver<HandlerState> {
        self.state.subscribe()
    }

    /// Starts the handler for the first time.
    ///
    /// # Errors
    ///
    /// If the handler does not come up. The host would try again; at the first start the error is more useful.
    pub(super) async fn first_start(&mut self) -> Result<Child, AppError> {
        let (child, client) = self.launch.start().await.map_err(|failure| AppError::new(failure.reason))?;
        self.ready(client);
        Ok(child)
    }

    /// Keeps it running until it is to stop.
    pub(super) async fn run(mut self, child: Child) {
        let mut next = self.watch(child).await;
        loop {
            next = match next {
                Next::Restart { .. } => {
                    self.state.send_replace(HandlerState::Starting);
                    self.restart().await
                }
                Next::End { reason, gave_up } => {
                    complain(&reason);
                    self.state.send_replace(HandlerState::Ended { reason: reason.into(), gave_up });
                    self.wait_in_the_end().await
                }
                Next::Stop(stopped) => {
                    if let Some(stopped) = stopped {
                        let _ = stopped.send(());
                    }
                    return;
                }
            };
        }
    }

    fn ready(&mut self, client: HandlerClient) {
        self.start += 1;
        let under_way;
        (self.under_way, under_way) = watch::channel(());
        self.state.send_replace(HandlerState::Ready { client: Arc::new(client), start: self.start, under_way });
    }

    async fn restart(&mut self) -> Next {
        let started = tokio::select! {
            started = self.launch.start() => started,
            // What was starting is dropped, and so ended.
            next = next_command(&mut self.commands, None) => return next,
        };
        match started {
            Ok((child, client)) => {
                tracing::info!("the handler runs again");
                self.ready(client);
                self.watch(child).await
            }
            Err(failure) => match failure.exit {
                Some(exit) => self.after(&exit),
                None => self.crashed(failure.reason),
            },
        }
    }

    /// Waits for the end of a running handler, or for a command.
    async fn watch(&mut self, mut child: Child) -> Next {
        let mut next = tokio::select! {
            exit = child.ended() => return self.after(&exit),
            next = next_command(&mut self.commands, Some(self.start)) => next,
        };
        if matches!(next, Next::Restart { gently: true }) {
            self.state.send_replace(HandlerState::Leaving { start: self.start });
            tokio::select! {
                exit = child.ended() => return self.after(&exit),
                another = next_command(&mut self.commands, Some(self.start)) => next = another,
                _ = timeout(PATIENCE, self.under_way.closed()) => {}
            }
        }
        self.state.send_replace(HandlerState::Starting);
        child.end().await;
        next
    }

    /// Waits for a restart of an ended handler: its file may have changed.
    async fn wait_in_the_end(&mut self) -> Next {
        self.crashes = 0;
        next_command(&mut self.commands, None).await
    }

    fn after(&mut self, exit: &HandlerExit) -> Next {
        let (how, last_words) = (exit.how(), exit.last_words());
        match exit.code() {
            Some(0) => Next::End {
                reason: format!(
                    "the handler ended with {how}, and the Functions host never starts it again after that: every call fails until \
                     the app is restarted. A handler has to run until it is killed; to be started anew it has to end with another \
                     code{last_words}"
                ),
                gave_up: false,
            },
            Some(WANTS_RESTART) => {
                tracing::info!("the handler ended with {how}, which asks for a restart");
                Next::Restart { gently: false }
            }
            _ => self.crashed(format!("the handler ended ({how}){last_words}")),
        }
    }

    fn crashed(&mut self, how: String) -> Next {
        if self.last_crash.is_some_and(|last| last.elapsed() > FORGOTTEN) {
            self.crashes = 0;
        }
        self.crashes += 1;
        self.last_crash = Some(Instant::now());
        if self.crashes < CRASHES {
            complain(&format!("{how}\nIt is started again; calls wait. (crash {} of {CRASHES})", self.crashes));
            return Next::Restart { gently: false };
        }
        Next::End {
            reason: format!(
                "{how}\nThat was crash {CRASHES}, after which the Functions host shuts down, and so does this one"
            ),
            gave_up: true,
        }
    }
}

/// Logs an error and the last lines of the handler, an event for each line.
fn complain(text: &str) {
    text.lines().for_each(|line| tracing::error!("{line}"));
}

/// Waits for a command that applies while the start of that number runs.
async fn next_command(commands: &mut mpsc::UnboundedReceiver<SupervisorCommand>, running: Option<u64>) -> Next {
    loop {
        match commands.recv().await {
            Some(SupervisorCommand::Restart { start, reason }) if start.is_none() || start == running => {
                tracing::warn!("{reason}");
                return Next::Restart { gently: start.is_none() };
            }
            Some(SupervisorCommand::Restart { .. }) => {}
            Some(SupervisorCommand::Stop(stopped)) => return Next::Stop(Some(stopped)),
            None => return Next::Stop(None),
        }
    }
}
