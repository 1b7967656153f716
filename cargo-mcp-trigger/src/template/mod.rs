//! Templates: the files of a new app.
//!
//! They are plain files, in folders of `templates/` that are laid over one another: `all`; `functions` or `self-hosted`; `keys` or
//! `open`; a program (`app`, or one of `samples`); `azure`. In the names of files `.template` is left out: cargo packs no folder with a
//! Cargo.toml, and git would follow a .gitignore.

mod content;
#[cfg(test)]
mod tests;

use crate::error::Error;
use clap::ValueEnum;
use include_dir::{Dir, include_dir};

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// A program to begin with, from the samples of mcp-trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sample {
    /// Tools with all kinds of arguments
    Hello,
    /// Tools that keep texts as blobs
    Snippets,
    /// A tool with a view: an MCP App
    Weather,
    /// A database, callers with scopes and roles, and queues
    Tickets,
}

/// The proof by which clients are let in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Auth {
    /// A key of the function app
    #[default]
    Keys,
    /// A token: App Service signs callers in with Entra ID
    BuiltIn,
    /// Nothing: the tools are for everybody
    None,
}

/// The parts that an app is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    /// Default: a small program.
    pub(crate) sample: Option<Sample>,
    pub(crate) self_hosted: bool,
    pub(crate) auth: Auth,
    /// Whether there are files for `azd` and GitHub.
    pub(crate) azure: bool,
}

/// The names of an app, for templates.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// The name of the package.
    pub(crate) package: String,
    /// The name of the program.
    pub(crate) bin: String,
    /// The program that `cargo build` makes, seen from the folder of the app.
    pub(crate) built: String,
    /// Where mcp-trigger comes from, as members of a table in TOML: `version = "0.1"`.
    pub(crate) library: String,
    /// Whether the workspace of the app is the app's own. Another workspace has profiles of its own.
    pub(crate) is_own_workspace: bool,
}

/// A file of a new app.
#[derive(Debug)]
pub(crate) struct File {
    /// Its path in the folder of the app, with forward slashes.
    pub(crate) path: String,
    pub(crate) contents: Vec<u8>,
}

impl File {
    /// Whether the file is part of the program, and not of what is around it.
    pub(crate) fn is_of_program(&self) -> bool {
        self.path == "Cargo.toml" || ["src/", "ui/"].iter().any(|folder| self.path.starts_with(folder))
    }
}

impl Sample {
    fn folder(sample: Option<Sample>) -> &'static str {
        match sample {
            None => "app",
            Some(Sample::Hello) => "samples/hello",
            Some(Sample::Snippets) => "samples/snippets",
            Some(Sample::Weather) => "samples/weather",
            Some(Sample::Tickets) => "samples/tickets",
        }
    }

    /// The folders that `generate` makes for its functions, which the executable in the package cannot be called.
    fn functions(sample: Option<Sample>) -> &'static [&'static str] {
        match sample {
            None => &["add", "hello"],
            Some(Sample::Hello) => &["Greet", "Hello", "Languages"],
            Some(Sample::Snippets) => &["GetSnippet", "HelloTool", "SaveSnippet"],
            Some(Sample::Weather) => &["GetWeather"],
            Some(Sample::Tickets) => &["CloseTicket", "CreateTicket", "ListTickets", "RemoveClosed"],
        }
    }

    /// The scopes of its tools, and of the Entra app, separated by commas.
    fn scopes(sample: Option<Sample>) -> &'static str {
        match sample {
            Some(Sample::Tickets) => "user_impersonation,tickets.write",
            _ => "user_impersonation",
        }
    }

    /// Whether it has bindings for a storage account.
    fn uses_storage(sample: Option<Sample>) -> bool {
        matches!(sample, Some(Sample::Snippets | Sample::Tickets))
    }
}

/// The files of an app.
///
/// # Errors
///
/// If a template is broken, which its tests exclude.
pub(crate) fn files(choice: &Choice, names: &Names) -> Result<Vec<File>, Error> {
    let form = if choice.self_hosted { "self-hosted" } else { "functions" };
    let clients = if choice.auth == Auth::Keys { "keys" } else { "open" };
    let layers =
        ["all", form, clients, Sample::folder(choice.sample)].into_iter().chain(choice.azure.then_some("azure"));
    let mut files = Vec::new();
    for layer in layers {
        let folder = TEMPLATES.get_dir(layer).ok_or_else(|| Error::new(format!("there is no template `{layer}`")))?;
        for file in all(folder) {
            let path = file.path().strip_prefix(layer).unwrap_or(file.path()).to_string_lossy().replace('\\', "/");
            let path = path.replace(".template", "");
            let contents = content::render(&path, file.contents(), choice, names)?;
            files.push(File { path, contents });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// All files below a folder.
fn all<'a>(folder: &'a Dir<'a>) -> Vec<&'a include_dir::File<'a>> {
    folder.files().chain(folder.dirs().flat_map(all)).collect()
}
