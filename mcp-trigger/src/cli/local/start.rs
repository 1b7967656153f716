//! `start`: the app under the Functions host of this machine, `func start`.

use super::generate::{form, read_bin, warn, write};
use super::usage::Usage;
use crate::app::{App, Error};
use crate::generate::{self, Executable, NATIVE_EXECUTABLE_SETTING, Options, Root};
use crate::hosted::Interruption;
use crate::identity::program;
use host_protocol::app_folder::EXECUTABLE_VARIABLE;
use lexopt::{Arg, Parser};
use local_host::Settings;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::time::Duration;

pub(super) const USAGE: Usage = Usage {
    command: "start",
    arguments: " [--self-hosted | --native] [--root FOLDER] [--bin NAME] [-- ARGUMENTS OF func start]",
    summary: "Runs `generate`, then the app under the Functions host (`func start`)",
    options: &["native", "self-hosted", "root", "bin", "help"],
    details: "
  --self-hosted  As with `generate`; without it the app keeps the form that it has
  --native       As with `generate`
  --root FOLDER  As with `generate`
  --bin NAME     As with `generate`

Arguments after `--` go to `func start`, as in `start -- --port 7072 --verbose`.
",
};

/// The exit code after a signal: 128 + its number, as in shells.
const TERMINATED: u8 = 143;

/// `start`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Start {
    self_hosted: bool,
    native: bool,
    root: Option<PathBuf>,
    bin: Option<String>,
    /// The arguments for `func start`.
    func: Vec<OsString>,
}

impl Start {
    /// Its options; `None` if help is wanted.
    pub(super) fn read(parser: &mut Parser) -> Result<Option<Self>, Error> {
        let mut start = Start::default();
        loop {
            // The parser swallows a `--` and does not tell.
            if let Some(mut rest) = parser.try_raw_args()
                && rest.next_if(|argument| argument == "--").is_some()
            {
                start.func = rest.collect();
                return Ok(Some(start));
            }
            let Some(argument) = USAGE.next(parser)? else { return Ok(Some(start)) };
            match argument {
                Arg::Long("self-hosted") => start.self_hosted = true,
                Arg::Long("native") => start.native = true,
                Arg::Long("root") => start.root = Some(USAGE.value(parser, "--root", "a folder")?),
                Arg::Long("bin") => start.bin = Some(read_bin(&USAGE, parser)?),
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                other => return Err(USAGE.unexpected(other)),
            }
        }
    }

    /// Generates, and runs `func start` to its end.
    pub(super) async fn run(self, app: App) -> Result<ExitCode, Error> {
        let Start { self_hosted, native, root, bin, func } = self;
        let form = form(&USAGE, self_hosted, native)?;
        let (root, plan) = generate::plan(&app, &Options { root, bin, form })?;
        warn(&plan);
        write(&root, &plan)?;
        // Ctrl-C reaches `func` as well, which then ends; this process has to outlive it to tell its exit code.
        let mut interruption = Interruption::new();
        let mut child = spawn(&root, &func)?;
        let status = tokio::select! {
            status = ended(&mut child) => status,
            () = interruption.wait_for_termination() => {
                // Otherwise it would run on, without a process that could stop it.
                let _ = child.kill();
                let _ = child.wait();
                return Ok(ExitCode::from(TERMINATED));
            }
        };
        status.map(exit_code).map_err(|error| Error::Environment(format!("cannot wait for `func`: {error}")))
    }
}

fn spawn(root: &Root, arguments: &[OsString]) -> Result<Child, Error> {
    // The variable wins over local.settings.json, where the path may be an old one. Where it is not, there is nothing to say.
    let executable = Executable::path()?;
    let named = executable_of(root);
    let executable = Some(executable).filter(|executable| named.as_ref() != Some(executable));
    // npm installs a script on Windows, which is not found under its bare name.
    let names: &[&str] = if cfg!(windows) { &["func.exe", "func.cmd"] } else { &["func"] };
    for name in names {
        let mut func = Command::new(name);
        func.arg("start").args(arguments).current_dir(root.path());
        for variable in [EXECUTABLE_VARIABLE, NATIVE_EXECUTABLE_SETTING] {
            func.envs(executable.iter().map(|executable| (variable, executable)));
        }
        match func.spawn() {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Error::Environment(format!("cannot start `{name}`: {error}"))),
            Ok(child) => return Ok(child),
        }
    }
    let program = program();
    Err(Error::Environment(format!(
        "`func` is not installed, the Functions host for this machine (Azure Functions Core Tools); install it with one of\n  \
         npm install --global azure-functions-core-tools@4\n  \
         brew tap azure/functions && brew install azure-functions-core-tools@4\n  \
         winget install Microsoft.Azure.FunctionsCoreTools\n\
         Without it, `{program}` alone (as in plain `cargo run`) serves the same tools."
    )))
}

/// The executable that local.settings.json names for `func`, or the environment.
fn executable_of(root: &Root) -> Option<PathBuf> {
    let settings = Settings::of_folder(Some(root.path()), std::env::vars_os()).ok()?;
    root.path().join(settings.get(EXECUTABLE_VARIABLE)?).canonicalize().ok()
}

/// Waits for the end of a process, in a way that can be given up.
pub(super) async fn ended(child: &mut Child) -> io::Result<ExitStatus> {
    let mut look = tokio::time::interval(Duration::from_millis(50));
    loop {
        look.tick().await;
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
    }
}

pub(super) fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    #[cfg(unix)]
    let code = code.or_else(|| {
        let signal = std::os::unix::process::ExitStatusExt::signal(&status)?;
        u8::try_from(128 + signal).ok()
    });
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
