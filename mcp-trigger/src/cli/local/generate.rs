//! `generate`: writes the files by which the Functions host knows the app, or shows what is different.

use super::output;
use super::usage::Usage;
use crate::app::{App, Error};
use crate::generate::{self, Action, Change, Form, Options, Plan, Root};
use lexopt::{Arg, Parser};
use std::path::PathBuf;
use std::process::ExitCode;

pub(super) const USAGE: Usage = Usage {
    command: "generate",
    arguments: " [--check] [--self-hosted | --native] [--root FOLDER] [--bin NAME]",
    summary: "Writes function.json files and host.json for the Functions host",
    options: &["check", "native", "self-hosted", "root", "bin", "help"],
    details: "
  --check        Write nothing; show what is different, and exit with 1 if something is
  --self-hosted  No functions: the Functions host hands all requests on to the app, which serves /mcp and nothing else. Without
                 it an app that was generated so gets functions again; `--check` takes the app in the form that it has
  --native       No function.json files: the Functions host starts the app as a gRPC language worker (preview), which needs the cargo
                 feature `worker`. For a host of one's own, worker/worker.config.json comes
  --root FOLDER  The folder of host.json. Default: the package that `cargo run` runs, else the current folder
  --bin NAME     The name of the executable in the package, such as `handler` or `bin/handler`

Only what changed is written, and only what was generated is removed. Comments in host.json stay.
",
};

/// `generate`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Generate {
    pub(crate) check: bool,
    pub(crate) self_hosted: bool,
    pub(crate) native: bool,
    pub(crate) root: Option<PathBuf>,
    pub(crate) bin: Option<String>,
}

impl Generate {
    /// Its options; `None` if help is wanted.
    pub(super) fn read(parser: &mut Parser) -> Result<Option<Self>, Error> {
        let mut generate = Generate::default();
        while let Some(argument) = USAGE.next(parser)? {
            match argument {
                Arg::Long("check") => generate.check = true,
                Arg::Long("self-hosted") => generate.self_hosted = true,
                Arg::Long("native") => generate.native = true,
                Arg::Long("root") => generate.root = Some(USAGE.value(parser, "--root", "a folder")?),
                Arg::Long("bin") => generate.bin = Some(read_bin(&USAGE, parser)?),
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                other => return Err(USAGE.unexpected(other)),
            }
        }
        Ok(Some(generate))
    }

    /// Writes or checks.
    pub(super) fn run(self, app: &App) -> Result<ExitCode, Error> {
        let Generate { check, self_hosted, native, root, bin } = self;
        let form = form(&USAGE, self_hosted, native)?.or((!check).then_some(Form::Functions));
        let (root, plan) = generate::plan(app, &Options { root, bin, form })?;
        warn(&plan);
        if !check {
            write(&root, &plan)?;
            return Ok(ExitCode::SUCCESS);
        }
        let changes: Vec<_> = generate::check::minded(&plan.changes).collect();
        for change in &changes {
            output::print(&generate::check::diff(&root, change));
        }
        if changes.is_empty() {
            output::print(&summary(plan.unchanged));
            return Ok(ExitCode::SUCCESS);
        }
        let are = if changes.len() == 1 { "is" } else { "are" };
        let count = files(changes.len());
        output::complain(&format!(
            "{count} in {root} {are} not up to date; run `{} generate`",
            crate::identity::program()
        ));
        Ok(ExitCode::FAILURE)
    }
}

/// The form that options ask for.
///
/// # Errors
///
/// If they ask for two forms, or for one that the program cannot have.
pub(super) fn form(usage: &Usage, self_hosted: bool, native: bool) -> Result<Option<Form>, Error> {
    match (self_hosted, native) {
        (true, true) => Err(usage.error("`--self-hosted` and `--native` are two forms; choose one")),
        (true, false) => Ok(Some(Form::SelfHosted)),
        (false, true) if cfg!(feature = "worker") => Ok(Some(Form::Native)),
        (false, true) => Err(Error::Environment(
            "`--native` wants a language worker, and this program was built without the feature `worker` of mcp-trigger; add it in \
             Cargo.toml"
                .to_owned(),
        )),
        (false, false) => Ok(None),
    }
}

/// The name of the executable in the package.
pub(super) fn read_bin(usage: &Usage, parser: &mut Parser) -> Result<String, Error> {
    let bin: String = usage.value(parser, "--bin", "the name of a file in the package")?;
    if bin.is_empty() || bin.starts_with(['/', '.']) || bin.contains(['\\', ':']) {
        // `func` makes the entry of exactly this name executable, and no other.
        return Err(usage.error(&format!(
            "`--bin` wants the name of a file in the package, such as `handler` or `bin/handler`, and `{bin}` is none"
        )));
    }
    Ok(bin)
}

pub(super) fn warn(plan: &Plan) {
    plan.warnings.iter().for_each(|warning| output::complain(&format!("warning: {warning}")));
}

/// Makes the changes, and tells each as it is made.
pub(super) fn write(root: &Root, plan: &Plan) -> Result<(), Error> {
    for change in &plan.changes {
        generate::write::apply(root, change)?;
        output::print(&tell(root, change));
    }
    if plan.unchanged > 0 {
        output::print(&summary(plan.unchanged));
    }
    Ok(())
}

fn tell(root: &Root, Change { path, action }: &Change) -> String {
    let path = root.show(path);
    match action {
        Action::Create { .. } => format!("created  {path}\n"),
        Action::Replace { .. } => format!("changed  {path}\n"),
        Action::Remove { .. } => format!("removed  {path}\n"),
        Action::RenameFolder { from } => format!("renamed  {} to {path}\n", root.show(from)),
    }
}

fn summary(unchanged: usize) -> String {
    format!("{} up to date\n", files(unchanged))
}

fn files(count: usize) -> String {
    format!("{count} {}", if count == 1 { "file" } else { "files" })
}
