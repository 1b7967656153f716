//! [`Session`]: one app from its first build to its end.

use super::Start;
use super::banner::Ready;
use super::host::Host;
use super::lines::{Label, Reload};
use super::program::Program;
use super::sources::Sources;
use crate::app::App;
use crate::build;
use crate::error::Error;
use crate::folder::{Description, Form};
use crate::generated::Generator;
use crate::output::{self, ASIDE, BAD, NAME, WARNING};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::sync::{Mutex, watch};

/// One build at a time: cargo would wait for the other, and their lines would mix.
static BUILDING: Mutex<()> = Mutex::const_new(());

/// The wish that sessions end: how often it was said.
#[derive(Clone)]
pub(super) struct Stop(watch::Receiver<u32>);

/// Tells sessions to end.
pub(super) struct Interrupt(watch::Sender<u32>);

impl Interrupt {
    pub(super) fn is_wanted(&self) -> bool {
        *self.0.borrow() > 0
    }

    pub(super) fn next(&self) {
        self.0.send_modify(|count| *count += 1);
    }
}

impl Stop {
    pub(super) fn new() -> (Interrupt, Self) {
        let (sender, receiver) = watch::channel(0);
        (Interrupt(sender), Stop(receiver))
    }

    /// Waits until it was said so often.
    async fn said(&mut self, times: u32) {
        if self.0.wait_for(|count| *count >= times).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// One app.
pub(super) struct Session {
    options: Start,
    app: App,
    port: Option<u16>,
    label: Label,
    program: Program,
    reload: Reload,
}

impl Session {
    pub(super) fn new(options: Start, app: App, port: Option<u16>, label: Label) -> Self {
        let program = Program::of(&app);
        Session { options, app, port, label, program, reload: Reload::default() }
    }

    /// Runs the app until it is to stop. A build that fails is tried again when a source changes.
    ///
    /// # Errors
    ///
    /// If the app cannot be run at all.
    pub(super) async fn run(mut self, mut stop: Stop) -> Result<ExitCode, Error> {
        let mut sources = Sources::of(&self.app);
        let mut host = None;
        loop {
            let renewed = tokio::select! {
                renewed = self.renew(&mut sources) => renewed,
                code = ended(&mut host) => return code,
                () = stop.said(1) => break,
            };
            match renewed {
                Ok(is_new) if host.is_some() && !is_new => {
                    self.reload.end();
                    self.label.note("nothing has changed for the app");
                }
                Ok(_) if host.is_none() => host = Some(self.start()?),
                Ok(_) => {}
                Err(error) => {
                    self.reload.end();
                    self.complain(&error);
                    self.label.note(match host {
                        Some(_) => "The app goes on as it was; it is built again when a source changes.",
                        None => "It is tried again when a source changes; Ctrl-C stops it.",
                    });
                }
            }
            let changed = tokio::select! {
                changed = sources.changed() => changed,
                code = ended(&mut host) => return code,
                () = stop.said(1) => break,
            };
            self.reload.begin();
            self.tell(&changed);
            if changed.iter().any(|file| file.ends_with("Cargo.toml")) {
                self.find_again(&mut sources);
            }
        }
        let Some(mut host) = host else { return Ok(ExitCode::SUCCESS) };
        host.end();
        tokio::select! {
            _ = host.ended() => {}
            () = stop.said(2) => host.kill().await,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn start(&self) -> Result<Host, Error> {
        let ready = Ready { package: self.app.package.clone(), label: self.label.clone(), json: self.options.json };
        let options = (&self.options.host, self.port);
        Host::start(&self.app, self.program.path(), options, ready, self.reload.clone())
    }

    /// Builds the app, writes its files, and puts the program in its place. `false` if nothing was to be done.
    async fn renew(&self, sources: &mut Sources) -> Result<bool, Error> {
        let building = BUILDING.lock().await;
        let built = self.build().await?;
        drop(building);
        sources.add_read_for(&built);
        let has_written = self.generate(&built).await?;
        Ok(self.program.install(&built)? || has_written)
    }

    async fn build(&self) -> Result<PathBuf, Error> {
        let mut cargo = Command::from(self.options.build.command("build", &self.app));
        let mut child = cargo.kill_on_drop(true).spawn().map_err(build::not_started)?;
        let mut built = None;
        if let Some(stdout) = child.stdout.take() {
            let mut lines = BufReader::new(stdout).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                built = build::program_of(&line, &self.app).or(built);
            }
        }
        let status = child.wait().await.map_err(build::not_started)?;
        built.filter(|_| status.success()).ok_or_else(|| build::not_built(&self.app))
    }

    /// Writes the files by which the Functions host knows the app. `false` if all were up to date.
    async fn generate(&self, built: &Path) -> Result<bool, Error> {
        let (program, app, wants_self_hosted) = (built.to_owned(), self.app.clone(), self.options.self_hosted);
        let writing = tokio::task::spawn_blocking(move || {
            let form = if wants_self_hosted { Form::SelfHosted } else { Description::form_of(&app.root) };
            Generator { program: &program, app: &app }.write(form)
        });
        let written = writing.await.unwrap_or_else(|error| Err(Error::new("cannot write the files").why(error)));
        let (changes, warnings) = written?;
        changes.iter().for_each(|change| self.label.note(&output::styled(ASIDE, output::foreign(change))));
        for warning in warnings {
            self.label.note(&format!("{} {}", output::styled(WARNING, "warning:"), output::foreign(&warning)));
        }
        Ok(!changes.is_empty())
    }

    /// Finds the app anew, with the packages that it depends on now.
    fn find_again(&mut self, sources: &mut Sources) {
        let place = &self.options.place;
        // What is wrong with a Cargo.toml, the build tells.
        let Ok(mut apps) = place.find(std::slice::from_ref(&self.app.package)) else { return };
        let app = apps.remove(0);
        if app.bin == self.app.bin && app.target == self.app.target {
            sources.follow(&app);
            self.app = app;
        } else {
            self.label.note("The program has another name or folder now: Ctrl-C, and start it again.");
        }
    }

    fn tell(&self, changed: &[PathBuf]) {
        let first =
            changed.first().map(|file| file.strip_prefix(&self.app.workspace).unwrap_or(file).display().to_string());
        let more = match changed.len() {
            0 | 1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        self.label.note(&format!("{}{more} changed", output::styled(NAME, first.unwrap_or_default())));
    }

    fn complain(&self, error: &Error) {
        self.label.note(&format!("{} {error}", output::styled(BAD, "error:")));
    }
}

/// Waits for the end of a host that was not to end, and gives its exit code. The host has told why.
async fn ended(host: &mut Option<Host>) -> Result<ExitCode, Error> {
    let Some(host) = host else { return std::future::pending().await };
    let status = host.ended().await.map_err(|error| Error::new("the local host is lost").why(error))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).filter(|code| *code != 0);
    match code {
        Some(code) => Ok(ExitCode::from(code)),
        None => Err(Error::new("the local host ended").why(status).next("start it again")),
    }
}
