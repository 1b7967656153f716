//! `generate`: the files by which the Functions host knows the app.
//!
//! | file | what of it |
//! |---|---|
//! | `<Function>/function.json` | all of it; it carries a mark, and a file without the mark belongs to another program |
//! | `host.json` | the members that the app needs; everything else stays as it is, comments too |
//! | `local.settings.json`, `.funcignore` | made once, then the user's |
//!
//! The self-hosted form has no functions, and host.json leads all requests to the app. What belongs to the other form only, and was
//! generated, goes.
//!
//! First everything is planned and checked, and only then is something written: a mistake in one function.json may take
//! down the whole host (ground-truth.md §3).

pub(crate) mod check;
mod endpoints;
mod executable;
mod folder;
mod funcignore;
mod functions;
mod host_json;
mod links;
mod local_settings;
mod native;
mod owner;
mod plan;
mod root;
mod self_hosted;
#[cfg(test)]
pub(crate) mod tests;
mod wanted;
pub(crate) mod write;

pub(crate) use endpoints::one_sided;
pub(crate) use executable::Executable;
pub(crate) use native::EXECUTABLE_SETTING as NATIVE_EXECUTABLE_SETTING;
pub(crate) use plan::{Action, Change, Plan};
pub(crate) use root::Root;
pub(crate) use self_hosted::Form;

use crate::app::{App, Authentication, Error};
use folder::Folder;
use plan::Source;
use std::path::PathBuf;

/// The options of the command line.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// The folder of the app.
    pub(crate) root: Option<PathBuf>,
    /// The name of the executable in the package.
    pub(crate) bin: Option<String>,
    /// The wanted form. Default: the form of the folder.
    pub(crate) form: Option<Form>,
}

/// Plans the changes of the app's files, without writing.
///
/// # Errors
///
/// If the folder cannot be found or read, or the files would not work.
pub(crate) fn plan(app: &App, options: &Options) -> Result<(Root, Plan), Error> {
    let root = Root::find(options.root.as_deref())?;
    let folder = Folder::read(&root)?;
    let source = Source {
        registry: &app.registry(),
        states: &app.known_states,
        server: app.server.as_ref(),
        instructions: app.instructions.as_deref(),
        bin: options.bin.as_deref(),
        executable: &Executable::current(root.path())?,
        form: options.form.unwrap_or_else(|| Form::of_folder(&folder)),
        is_own_package: root.is_package(),
        level: app.mcp.level,
        is_built_in: app.authentication == Some(Authentication::BuiltIn),
    };
    match plan::plan(&source, &folder) {
        Ok(plan) => Ok((root, plan)),
        Err(problems) => Err(Error::Refused { root: root.to_string(), problems }),
    }
}
