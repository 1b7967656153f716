//! `host`: the app in a folder, its custom handler in a process of its own, as under the Functions host.

use super::banner::Banner;
use super::interruption::Interruption;
use super::listen::{Ended, Listen, SetUp, options_help};
use super::output;
use super::usage::Usage;
use crate::app::Error;
use crate::generate::Root;
use crate::local::process::{AppFolder, Process};
use lexopt::{Arg, Parser};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

pub(super) const USAGE: Usage = Usage {
    command: "host",
    arguments: " [--root DIR] [--port PORT] [--address IP] [--storage DIR] [--auth] [--keys FILE] [--json]",
    summary: "Runs the app in a folder as the Functions host does: host.json, function.json, a process of its own",
    options: &["root", "port", "address", "storage", "auth", "keys", "json", "help"],
    details: concat!(
        "
  --root DIR        The folder of the app; as with `generate` if nothing is said. Any custom handler will do, in any
                    language: what is started is what host.json names",
        options_help!(),
        "
Needed are the files that `generate` writes, and the executable. Ctrl-C stops it.
"
    ),
};

/// `host`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Host {
    pub(super) root: Option<PathBuf>,
    pub(super) listen: Listen,
}

impl Host {
    /// Its options; `None` if help is wanted.
    pub(super) fn read(parser: &mut Parser) -> Result<Option<Self>, Error> {
        let mut host = Host::default();
        while let Some(option) = USAGE.next_option(parser)? {
            match &*option {
                "help" => return Ok(None),
                "root" => host.root = Some(USAGE.value(parser, "--root", "a folder")?),
                name if host.listen.take(name, &USAGE, parser)? => {}
                name => return Err(USAGE.unexpected(Arg::Long(name))),
            }
        }
        Ok(Some(host))
    }

    /// Runs the app until it is interrupted, or its handler crashes too often.
    pub(super) async fn run(self) -> Result<ExitCode, Error> {
        let root = Root::find(self.root.as_deref())?;
        let listener = self.listen.bind().await?;
        let mut interruption = Interruption::new();
        let address = listener.local_addr().map_err(|error| self.listen.failed(error))?;
        // The address by which an app knows itself, in Azure too.
        let host_name = ("WEBSITE_HOSTNAME".into(), format!("localhost:{}", address.port()).into());
        let app = AppFolder::read(root.path(), std::env::vars_os().chain([host_name]));
        let app = app.map_err(|error| Error::Environment(error.to_string()))?;
        let process = tokio::select! {
            started = Process::start(&app) => started.map_err(|error| Error::Environment(error.to_string()))?,
            () = interruption.wait() => return Ok(ExitCode::SUCCESS),
        };
        let process = Arc::new(process);
        let setting = |name: &str| app.setting(name);
        let host = app.local_host(process.clone());
        let SetUp { host, storages, lock } = self.listen.set_up(host, Some(app.root()), &setting)?;
        let banner = Banner {
            address,
            name: app.name(),
            more: &[],
            storages: &storages,
            lock: lock.as_ref(),
            functions: app.functions(),
            not_run: app.not_run(),
            problems: app.warnings(),
        };
        let mut gave_up = None;
        let end = async { gave_up = Some(process.gave_up().await) };
        let ended = self.listen.serve(listener, host, &banner, &mut interruption, end).await;
        process.stop().await;
        if let (Ok(Ended::ByItself), Some(reason)) = (&ended, gave_up) {
            output::complain(&format!("error: {reason}"));
        }
        Ok(ended?.into())
    }
}
