//! The plan of `generate`: computed from the functions and the present files, without writing.

use super::folder::Folder;
use super::self_hosted::Form;
use super::{Executable, funcignore, functions, host_json, links, local_settings, native, owner, wanted};
use crate::function::params::StateType;
use crate::identity::ServerInfo;
use crate::registry::Registry;
use host_protocol::app_folder::HOST_JSON;
use host_protocol::function_json::AuthLevel;

/// The input for the files.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) registry: &'a Registry,
    pub(super) states: &'a [StateType],
    pub(super) server: Option<&'a ServerInfo>,
    pub(super) instructions: Option<&'a str>,
    pub(super) bin: Option<&'a str>,
    pub(super) executable: &'a Executable,
    pub(super) form: Form,
    /// Whether the folder is the package that `cargo run` runs.
    pub(super) is_own_package: bool,
    /// The access level of the app's own server.
    pub(super) level: AuthLevel,
    /// Whether App Service authentication lets clients in, and no key does.
    pub(super) is_built_in: bool,
}

/// The planned changes, with warnings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// In the order in which it is to be done.
    pub(crate) changes: Vec<Change>,
    /// How many files are as they should be.
    pub(crate) unchanged: usize,
    /// Warnings about settings that may not be intended.
    pub(crate) warnings: Vec<String>,
}

/// A change of one file or folder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// The file, from the root, with forward slashes.
    pub(crate) path: String,
    pub(crate) action: Action,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Create {
        text: String,
    },
    Replace {
        old: String,
        text: String,
    },
    /// The file, and its folder if nothing else is in it.
    Remove {
        old: String,
    },
    /// The folder gets the name in `path`. The two names differ in case only: where case makes no difference, a new file
    /// would be the old one, and removing the old one would remove the new.
    RenameFolder {
        from: String,
    },
}

/// A plan in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    changes: Vec<Change>,
    pub(super) unchanged: usize,
    warnings: Vec<String>,
    problems: Vec<String>,
}

impl Draft {
    /// Plans that a file has this text.
    pub(super) fn file(&mut self, path: &str, old: Option<&str>, text: String) {
        let action = match old {
            None => Action::Create { text },
            // git may have given a file the line ends of Windows.
            Some(old) if old == text || old.replace("\r\n", "\n") == text => return self.unchanged += 1,
            Some(old) => Action::Replace { old: old.to_owned(), text },
        };
        self.change(path, action);
    }

    pub(super) fn change(&mut self, path: &str, action: Action) {
        self.changes.push(Change { path: path.to_owned(), action });
    }

    pub(super) fn changes(&self) -> &[Change] {
        &self.changes
    }

    pub(super) fn warn(&mut self, message: String) {
        self.warnings.push(message);
    }

    /// Something is so wrong that nothing may be written.
    pub(super) fn refuse(&mut self, problem: impl ToString) {
        self.problems.push(problem.to_string());
    }

    pub(super) fn is_refused(&self) -> bool {
        !self.problems.is_empty()
    }

    fn finish(self) -> Result<Plan, Vec<String>> {
        if self.is_refused() {
            return Err(self.problems);
        }
        Ok(Plan { changes: self.changes, unchanged: self.unchanged, warnings: self.warnings })
    }
}

/// Plans the files of an app.
///
/// # Errors
///
/// All that would keep the files from working, and all that is not ours to overwrite.
pub(super) fn plan(source: &Source<'_>, folder: &Folder) -> Result<Plan, Vec<String>> {
    let mut draft = Draft::default();
    owner::check(&mut draft, source, folder);
    let wanted = wanted::functions(&mut draft, source);
    functions::plan(&mut draft, source, folder, &wanted);
    let executable = host_json::plan(&mut draft, source, folder, &wanted);
    native::plan_config(&mut draft, folder, source.form == Form::Native);
    local_settings::plan(&mut draft, source, folder);
    let needed = wanted.iter().map(|(name, _)| name.as_str()).chain([HOST_JSON]).chain(executable.split('/').take(1));
    funcignore::plan(&mut draft, folder, needed);
    links::check(&mut draft, folder);
    draft.finish()
}
