//! `host`: the app in a folder, its custom handler in a process of its own, as under the Functions host.

use super::banner::Banner;
use super::listen::{self, Ended, Listen, SetUp, options_help};
use super::output;
use super::sign_in::TestSignIn;
use super::usage::Usage;
use crate::app::Error;
use crate::function::principal::Trust;
use crate::generate::Root;
use crate::hosted::Interruption;
use crate::server;
use lexopt::{Arg, Parser};
use local_host::{AppError, AppFolder, FolderChange, FolderWatch, HandlerProcess, Settings};
use mcp_trigger_core::accounts::{Accounts, ProcessLimits};
use mcp_trigger_core::{ids, task};
use std::cell::Cell;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;

pub(super) const USAGE: Usage = Usage {
    command: "host",
    arguments: " [--root DIR] [--port PORT] [--address IP] [--storage DIR] [--auth [keys|entra|test-user [NAME]|test-agent [NAME]]] [--role ROLE] [--scope SCOPE] [--keys FILE] [--show-key] [--open] [--watch] [--until-eof] [--json]",
    summary: "Runs the app in a folder as the Functions host does: host.json, function.json, a process of its own",
    options: &["root", "port", "address", "storage", "auth", "role", "scope", "keys", "show-key", "open", "watch", "until-eof", "json", "help"],
    details: concat!(
        "
  --root DIR        The folder of the app. Default: as with `generate`. The custom handler that host.json names is
                    started, in whatever language it is written",
        options_help!(),
        "  --watch           Restarts the handler when its executable, host.json, local.settings.json or a function.json changes;
                    calls wait meanwhile
  --until-eof       Stops when standard input ends, too: a program that starts this one by a pipe leaves nothing behind

Needed are the files that `generate` writes, and the executable. Ctrl-C stops it.
"
    ),
};

/// `host`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Host {
    pub(crate) root: Option<PathBuf>,
    /// Whether changes of the app are followed.
    pub(crate) watch: bool,
    /// Whether the end of standard input is that of the command.
    pub(crate) until_eof: bool,
    pub(crate) listen: Listen,
}

impl Host {
    /// Its options; `None` if help is wanted.
    pub(super) fn read(parser: &mut Parser) -> Result<Option<Self>, Error> {
        let mut host = Host::default();
        while let Some(option) = USAGE.next_option(parser)? {
            match &*option {
                "help" => return Ok(None),
                "root" => host.root = Some(USAGE.value(parser, "--root", "a folder")?),
                "watch" => host.watch = true,
                "until-eof" => host.until_eof = true,
                name if host.listen.take(name, &USAGE, parser)? => {}
                name => return Err(USAGE.unexpected(Arg::Long(name))),
            }
        }
        Ok(Some(host))
    }

    /// Runs the app until it is interrupted, or its handler crashes too often.
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        ids::check()?;
        let root = Root::find(self.root.as_deref())?;
        let settings = Settings::of_folder(Some(root.path()), std::env::vars_os()).map_err(Error::Environment)?;
        let interruption = Interruption::new();
        let mut interruption = if self.until_eof { interruption.or_end_of_input() } else { interruption };
        let (listener, address) = self.listen.bind(&settings)?;
        // Kept through all changes: who has signed in stays so.
        let sign_in = self.listen.test_sign_in(address, None, &settings)?;
        // Kept through all changes: who calls meanwhile waits in its queue.
        let listener = listener.into_std().map_err(|error| listen::failed(&address.to_string(), error))?;
        let session = Session { options: &self, root, listener, address, sign_in, announced: Cell::new(false) };
        let mut app = tokio::select! {
            app = session.read() => app.map_err(failed)?,
            () = interruption.wait() => return Ok(ExitCode::SUCCESS),
        };
        loop {
            match session.round(&app, &mut interruption).await? {
                Next::Changed(changed) => app = *changed,
                Next::End(code) => return Ok(code),
            }
        }
    }
}

/// One run of the command, through all changes of the app.
struct Session<'a> {
    options: &'a Host,
    root: Root,
    listener: std::net::TcpListener,
    address: SocketAddr,
    sign_in: Option<TestSignIn>,
    /// Whether the banner was printed already.
    announced: Cell<bool>,
}

/// The reason why a run of the app ended.
enum Next {
    Changed(Box<AppFolder>),
    End(ExitCode),
}

impl Session<'_> {
    /// Reads the folder, on a thread that may block: signals end the command meanwhile.
    async fn read(&self) -> Result<AppFolder, AppError> {
        let root = self.root.path().to_owned();
        // The address by which an app knows itself, in Azure too.
        let host_name = ("WEBSITE_HOSTNAME".into(), format!("localhost:{}", self.address.port()).into());
        // What the gate of this host says of callers, the handler believes, as in Azure.
        let trust = self.options.listen.tokens.then(|| (Trust::SETTING.into(), "True".into()));
        let read = move || AppFolder::read(&root, std::env::vars_os().chain([host_name]).chain(trust));
        let read = task::blocking(read).await;
        read.unwrap_or_else(|error| Err(AppError::new(error.to_string())))
    }

    /// Starts the handler of an app, and answers until the app changes, or it is to end.
    async fn round(&self, app: &AppFolder, interruption: &mut Interruption) -> Result<Next, Error> {
        // From before the start: what changes meanwhile is not missed.
        let mut watch = self.options.watch.then(|| FolderWatch::new(app));
        let started = tokio::select! {
            started = HandlerProcess::start(app) => started,
            () = interruption.wait() => return Ok(Next::End(ExitCode::SUCCESS)),
        };
        match (started, &mut watch) {
            (Ok(process), watch) => self.serve(app, &process.into(), watch.as_mut(), interruption).await,
            (Err(error), None) => Err(failed(error)),
            (Err(error), Some(watch)) => {
                output::complain(&format!("error: {error}\nIt is tried again when a file changes."));
                let changed = async {
                    loop {
                        watch.changed().await;
                        match self.read().await {
                            Ok(app) => break app,
                            Err(error) => output::complain(&format!("error: {error}")),
                        }
                    }
                };
                tokio::select! {
                    app = changed => Ok(Next::Changed(app.into())),
                    () = interruption.wait() => Ok(Next::End(ExitCode::SUCCESS)),
                }
            }
        }
    }

    async fn serve(
        &self,
        app: &AppFolder,
        process: &Arc<HandlerProcess>,
        watch: Option<&mut FolderWatch>,
        interruption: &mut Interruption,
    ) -> Result<Next, Error> {
        let listen = &self.options.listen;
        // A connection of a client may have one to the handler.
        let limits = ProcessLimits::default().within_file_handles(2);
        let host = app.local_host(process.clone()).accounts(Accounts::new(limits));
        let SetUp { host, storages, gate } =
            listen.set_up(host, app.functions(), || app.opens_endpoint(), app.settings())?;
        let (host, tokens) = match &self.sign_in {
            Some(sign_in) => (sign_in.put_on(host), Some(Arc::clone(&sign_in.gate))),
            None => (host, listen.gate(app.settings())?),
        };
        let issuers = tokens.iter().flat_map(|tokens| tokens.issuers()).map(str::to_owned).collect();
        let host = match tokens {
            Some(tokens) => host.gate(tokens),
            None => host,
        };
        if listen.json && self.announced.get() {
            // For machines it is ready once.
            tracing::info!("the app runs again: the files that describe it have changed");
        } else {
            listen.announce(&Banner {
                address: self.address,
                name: app.name(),
                has_server: app.has_route_to(server::PATH),
                storages: &storages,
                gate: gate.as_ref(),
                issuers,
                sign_in: self.sign_in.as_ref(),
                shows_key: listen.shows_key(),
                functions: app.functions(),
                route_prefix: app.route_prefix(),
                not_at_mcp: &[],
                not_run: app.not_run(),
                problems: app.warnings(),
                settings: app.settings().summary(),
                refused_by_func: &app.refused_by_func(),
            });
        }
        self.announced.set(true);

        let listener = self.listener.try_clone().and_then(TcpListener::from_std);
        let listener = listener.map_err(|error| listen::failed(&self.address.to_string(), error))?;
        let mut next = None;
        let end = async {
            next = Some(match watch {
                Some(watch) => Next::Changed(self.changed(process, watch).await.into()),
                None => {
                    let reason = process.gave_up().await;
                    output::complain(&format!("error: {reason}"));
                    Next::End(ExitCode::FAILURE)
                }
            });
        };
        let ended = listen.serve((listener, self.address), host, interruption, end).await;
        process.stop().await;
        match (ended?, next) {
            (Ended::ByItself, Some(next)) => Ok(next),
            (ended, _) => Ok(Next::End(ended.into())),
        }
    }

    /// Restarts the handler when its executable changes, and waits until the files that describe the app have changed and can be
    /// read.
    async fn changed(&self, process: &HandlerProcess, watch: &mut FolderWatch) -> AppFolder {
        loop {
            match watch.changed().await {
                FolderChange::Executable => process.restart("the executable has changed"),
                FolderChange::Description => match self.read().await {
                    Ok(app) => return app,
                    Err(error) => output::complain(&format!("error: {error}\nWhat was there before goes on.")),
                },
            }
        }
    }
}

fn failed(error: AppError) -> Error {
    Error::Environment(error.to_string())
}
