//! `new` and `init`: the files of a new app.

mod ask;
mod folder;

use crate::error::Error;
use crate::output::{self, ASIDE, HEADLINE, NAME, styled};
use crate::template::{self, Auth, Choice, Sample};
use clap::Args;
use folder::{Folder, Written};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Makes a new app: a package with a tool, its test, and all that VS Code and Azure need.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo mcp-trigger new my-tools
  cargo mcp-trigger new my-tools --self-hosted --auth built-in
  cargo mcp-trigger new my-tools --sample snippets --no-azure")]
pub(crate) struct New {
    /// The folder of the app, which is made; its name is that of the app
    folder: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

/// Adds what an app needs to a folder: a whole app, or what an existing package lacks.
///
/// A file that is there already is never changed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo mcp-trigger init
  cargo mcp-trigger init my-tools --no-azure")]
pub(crate) struct Init {
    /// The folder of the app
    #[arg(default_value = ".")]
    folder: PathBuf,
    #[command(flatten)]
    options: Options,
}

/// The options that both have.
#[derive(Debug, Args)]
struct Options {
    /// The name of the app. Default: the name of the folder
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Serves /mcp only: the app is its own MCP server, and has no Azure functions
    #[arg(long)]
    self_hosted: bool,
    /// What clients show to be let in. Default: keys; of the sample tickets: built-in
    #[arg(long, value_enum, value_name = "HOW")]
    auth: Option<Auth>,
    /// The program to begin with. Default: a small one
    #[arg(long, value_enum, value_name = "NAME")]
    sample: Option<Sample>,
    /// Leaves out what is for azd and GitHub: azure.yaml, infra/, .github/
    #[arg(long)]
    no_azure: bool,
    /// Takes mcp-trigger from a checkout of its repository. Default: from crates.io
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,
    /// Asks nothing. Without a terminal nothing is asked either
    #[arg(short, long)]
    yes: bool,
    /// Prints what was done as JSON
    #[arg(long)]
    json: bool,
}

impl New {
    /// Makes the app.
    ///
    /// # Errors
    ///
    /// If the folder has files, the name is not one of a package, or a file cannot be written.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let New { folder, mut options } = self;
        let asks = !options.yes && !options.json && ask::can_ask();
        let folder = match folder {
            Some(folder) => folder,
            None if asks => PathBuf::from(ask::text("Name of the app", "my-tools")?),
            None => {
                return Err(Error::usage("no name was given").next("name the app: `cargo mcp-trigger new my-tools`"));
            }
        };
        let entries = std::fs::read_dir(&folder).map(Iterator::count);
        if folder.is_file() || entries.is_ok_and(|entries| entries > 0) {
            let shown = folder.display();
            return Err(Error::new(format!("`{shown}` is there already, and not an empty folder"))
                .next(format!("choose another name, or add what is missing: `cargo mcp-trigger init {shown}`")));
        }
        if asks {
            options.ask()?;
        }
        options.make(&folder, true)
    }
}

impl Init {
    /// Adds what the folder lacks.
    ///
    /// # Errors
    ///
    /// If there is no such folder, the name is not one of a package, or a file cannot be written.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let Init { folder, mut options } = self;
        if !folder.is_dir() {
            let shown = folder.display();
            return Err(Error::new(format!("there is no folder `{shown}`"))
                .next(format!("make it with the app: `cargo mcp-trigger new {shown}`")));
        }
        if !options.yes && !options.json && ask::can_ask() && !folder.join("Cargo.toml").exists() {
            options.ask()?;
        }
        options.make(&folder, false)
    }
}

impl Options {
    /// Asks for what was not given.
    fn ask(&mut self) -> Result<(), Error> {
        if self.sample.is_none() {
            self.sample = ask::choose("The program to begin with", Some(("small", "Two tools")))?;
        }
        // The sample `tickets` is of use with sign-in only.
        if self.auth.is_none() && self.sample != Some(Sample::Tickets) {
            self.auth = ask::choose("What clients show to be let in", None)?;
        }
        Ok(())
    }

    fn choice(&self) -> Choice {
        // Its callers have scopes and roles, which come with a token only.
        let default = if self.sample == Some(Sample::Tickets) { Auth::BuiltIn } else { Auth::Keys };
        Choice {
            sample: self.sample,
            self_hosted: self.self_hosted,
            auth: self.auth.unwrap_or(default),
            azure: !self.no_azure,
        }
    }

    /// The place of mcp-trigger, as members of a table in TOML.
    fn library(&self) -> Result<String, Error> {
        let Some(path) = &self.path else {
            // Of a version such as 0.1.7 only the first two parts say what fits.
            let parts: Vec<_> = env!("CARGO_PKG_VERSION").split('.').take(2).collect();
            return Ok(format!("version = \"{}\"", parts.join(".")));
        };
        let candidates = [path.join("mcp-trigger"), path.clone()];
        let folder =
            candidates.iter().find(|folder| folder.join("src/lib.rs").exists() && folder.ends_with("mcp-trigger"));
        let folder = folder.and_then(|folder| folder.canonicalize().ok()).ok_or_else(|| {
            Error::new(format!("there is no mcp-trigger in `{}`", path.display()))
                .next("`--path` wants the root of a checkout of mcp-trigger's repository")
        })?;
        // Windows begins such a path with `\\?\`, which cargo does not take in a manifest.
        let shown = folder.display().to_string().trim_start_matches(r"\\?\").replace('\\', "/");
        Ok(format!("path = {shown:?}"))
    }

    fn make(self, path: &Path, is_new: bool) -> Result<ExitCode, Error> {
        let (choice, library) = (self.choice(), self.library()?);
        let folder = Folder::prepare(path, self.name.as_deref(), library)?;
        let written = folder.write(template::files(&choice, &folder.names)?)?;
        self.tell(path, is_new, &choice, &folder, &written);
        Ok(ExitCode::SUCCESS)
    }

    fn tell(&self, path: &Path, is_new: bool, choice: &Choice, folder: &Folder, written: &Written) {
        let next = next(path, choice);
        if self.json {
            return output::print_json(&json!({
                "name": folder.names.package,
                "folder": path,
                "created": written.created,
                "left": written.left,
                "notes": folder.notes(choice),
                "next": next.iter().map(|(command, _)| command).collect::<Vec<_>>(),
            }));
        }
        if !is_new {
            written.created.iter().for_each(|file| output::print(format!("created  {file}")));
            written.left.iter().for_each(|file| output::print(format!("left     {file}")));
        }
        let form = if choice.self_hosted { "a self-hosted MCP server" } else { "an MCP server" };
        output::progress("Created", format!("{form} `{}`, {} files", folder.names.package, written.created.len()));
        folder.notes(choice).iter().for_each(output::warn);
        let rows = next.map(|(command, what)| [command, what.to_owned()]);
        output::print(format!("\n{}\n{}", styled(HEADLINE, "Next"), output::table(&rows, [NAME, ASIDE])));
    }
}

/// The three next commands.
fn next(path: &Path, choice: &Choice) -> [(String, &'static str); 3] {
    let shown = path.display().to_string();
    let quoted = if shown.contains(' ') { format!("\"{shown}\"") } else { shown };
    let first = match path == Path::new(".") {
        true => ("cargo test".to_owned(), "the tests"),
        false => (format!("cd {quoted}"), ""),
    };
    let last = match choice.azure {
        true => ("azd up".to_owned(), "all of it in Azure"),
        false => ("cargo mcp-trigger package".to_owned(), "the app as Azure gets it"),
    };
    [first, ("cargo mcp-trigger start".to_owned(), "the server on this machine, built anew after each change"), last]
}
