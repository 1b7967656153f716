//! One start of the handler: the port, the process, and the wait until it answers.

use super::child::{Child, HandlerExit};
use super::client::HandlerClient;
use super::spelling::HeaderSpelling;
use crate::app_folder::{self, AppError, AppFolder, HandlerCommand, HandlerDescription};
use crate::settings::Settings;
use host_protocol::app_folder::{EXECUTABLE_VARIABLE, ROOT_VARIABLE};
use mcp_trigger_core::ids;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{MAIN_SEPARATOR, Path};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// The pause between two questions whether a starting handler answers.
const POLL: Duration = Duration::from_millis(25);
/// The longest time for which an ended handler may still hold the port.
const PORT_PATIENCE: Duration = Duration::from_secs(2);

/// The parts of each start. All starts have the same port (ground-truth.md §4).
pub(super) struct Launch {
    description: HandlerDescription,
    settings: Settings,
    root: std::path::PathBuf,
    port: u16,
    patience: Duration,
    spelling: HeaderSpelling,
}

/// Why a start failed.
pub(super) struct StartFailure {
    pub(super) reason: String,
    /// The exit of the handler, if it ended.
    pub(super) exit: Option<HandlerExit>,
}

impl StartFailure {
    fn new(reason: String) -> Self {
        StartFailure { reason, exit: None }
    }
}

impl Launch {
    /// Chooses the port.
    ///
    /// # Errors
    ///
    /// If the port of host.json is taken, or no port is free.
    pub(super) async fn new(app: &AppFolder) -> Result<Self, AppError> {
        let configuration = &app.configuration;
        let port = free_port(configuration.port.unwrap_or(0)).map_err(|error| {
            AppError::new(match configuration.port {
                Some(port) => format!(
                    "{}: {port} cannot be used: {error}; end the process that uses it, or remove the member to have a free port",
                    app_folder::place("customHandler.port", &app.settings)
                ),
                None => format!("there is no free port for the handler: {error}"),
            })
        })?;
        Ok(Launch {
            description: configuration.description.clone(),
            settings: app.settings.clone(),
            root: app.root().to_owned(),
            port,
            patience: configuration.initialization_timeout,
            spelling: HeaderSpelling::of_functions_host().await,
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The command as it is now: a file may come and go between two starts.
    pub(super) fn command(&self, own: &[(String, String)]) -> HandlerCommand {
        let known = |name: &str| own.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        HandlerCommand::new(&self.description, &self.root, &|name| self.settings.get(name).or_else(|| known(name)))
    }

    /// Starts the handler and waits until it answers.
    pub(super) async fn start(&self) -> Result<(Child, HandlerClient), StartFailure> {
        self.wait_for_port().await?;
        let own = self.own_variables();
        let command = self.command(&own);
        let environment = self.settings.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        // The host's own come last, and win.
        let own = own.into_iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let child = Child::start(&command, environment.chain(own), self.description.stderr_is_errors);
        let mut child = child.map_err(|error| StartFailure::new(self.explain(&command, &error)))?;
        tracing::debug!("started {command:?}");

        let client = HandlerClient::new(self.address(), self.spelling.clone());
        let answers = async {
            while !client.is_ready().await {
                sleep(POLL).await;
            }
        };
        tokio::select! {
            // What answers may be somebody else who was faster at the port; then the handler has just ended.
            biased;
            exit = child.ended() => {
                let reason = format!(
                    "the handler ended before it answered ({}): {}{}\nIt has to run until it is killed",
                    exit.how(),
                    shown(&command),
                    exit.last_words(),
                );
                Err(StartFailure { reason, exit: Some(exit) })
            }
            ready = timeout(self.patience, answers) => match ready {
                Ok(()) => Ok((child, client)),
                Err(_) => {
                    child.end().await;
                    Err(StartFailure::new(format!(
                        "the handler does not answer `GET /` on {} after {:?}: {}\nIt has to listen on 127.0.0.1 and the port \
                         in FUNCTIONS_CUSTOMHANDLER_PORT, and to answer; any status will do. \
                         (customHandler.initializationTimeout in host.json gives it more time)",
                        self.address(),
                        self.patience,
                        shown(&command),
                    )))
                }
            },
        }
    }

    /// The variables of the handler beside the environment of the host: those of the host (ground-truth.md §4).
    fn own_variables(&self) -> Vec<(String, String)> {
        let (port, id) = (self.port.to_string(), ids::guid());
        let root = self.root.display().to_string();
        let own = [
            ("FUNCTIONS_CUSTOMHANDLER_PORT", &port),
            ("FUNCTIONS_HTTPWORKER_PORT", &port),
            ("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", &id),
            ("FUNCTIONS_HTTPWORKER_ID", &id),
            (ROOT_VARIABLE, &root),
        ];
        own.map(|(name, value)| (name.to_owned(), value.clone())).into()
    }

    async fn wait_for_port(&self) -> Result<(), StartFailure> {
        let free = async {
            while free_port(self.port).is_err() {
                sleep(POLL).await;
            }
        };
        timeout(PORT_PATIENCE, free).await.map_err(|_| {
            StartFailure::new(format!(
                "the port {} of the handler is used by another process, so the handler cannot be started on it; end that process",
                self.port
            ))
        })
    }

    /// The message for a command that the operating system does not start: why, and what to do.
    fn explain(&self, command: &HandlerCommand, error: &io::Error) -> String {
        let HandlerCommand { program, folder, .. } = command;
        let said = &self.description.executable;
        let member = "customHandler.description.defaultExecutablePath";
        let set_by = app_folder::set_by(member, &self.settings);
        if !folder.is_dir() {
            return format!(
                "cannot start the handler in {}: there is no such folder; create it, or change \
                 customHandler.description.workingDirectory in host.json",
                folder.display()
            );
        }
        let shown = program.display();
        match error.kind() {
            ErrorKind::NotFound if program.is_file() => format!(
                "cannot start the handler {shown}: what its first line (`#!…`) names is not there, or it was built for another system"
            ),
            ErrorKind::NotFound => {
                let path = if is_name(program) { ", nor is it a program in PATH" } else { "" };
                let mend = match set_by {
                    Some(variable) => format!("or change {variable}, which wins over {member} in host.json"),
                    None => format!(
                        "change {member} in host.json, or name what was built in the variable {EXECUTABLE_VARIABLE}, which wins over it"
                    ),
                };
                format!(
                    "cannot start the handler: there is no file `{said}` in {}{path}; build the app and copy it there, {mend}",
                    self.root.display()
                )
            }
            ErrorKind::PermissionDenied => {
                format!("cannot start the handler {shown}: it is not executable; make it so with `chmod +x {shown}`")
            }
            _ => format!(
                "cannot start the handler {shown}: {error}; {} names it",
                app_folder::place(member, &self.settings)
            ),
        }
    }
}

fn is_name(program: &Path) -> bool {
    !program.to_string_lossy().contains(['/', MAIN_SEPARATOR])
}

fn shown(command: &HandlerCommand) -> String {
    let arguments: String = command.arguments.iter().map(|argument| format!(" {argument}")).collect();
    format!("`{}{arguments}` in {}", command.program.display(), command.folder.display())
}

/// A free port: the given one, unless it is 0.
fn free_port(port: u16) -> io::Result<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))?.local_addr().map(|address| address.port())
}
