//! `publish`: the package to a function app in Azure, by the tool that is there.

mod connect;
mod step;

use super::package::{self, Package};
use crate::app::{App, AppOptions};
use crate::child;
use crate::error::Error;
use crate::folder::Description;
use crate::output::{self, ASIDE, HEADLINE, NAME, styled};
use clap::{Args, ValueEnum};
use connect::{Connection, Remote};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use step::Step;

/// Publishes the app to a function app in Azure, with Core Tools, the Azure CLI or azd.
///
/// Without `--yes` nothing is done: the commands are printed as they can be pasted. They are the same that run with it. Afterwards come
/// the addresses of the server, an entry for .vscode/mcp.json, and where its key is.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo mcp-trigger publish my-app                      prints what func would be told
  cargo mcp-trigger publish my-app --yes                publishes with Core Tools
  cargo mcp-trigger publish my-app -g my-group --yes    publishes the zip with the Azure CLI
  cargo mcp-trigger publish --with azd --yes            `azd deploy`, to the app that `azd up` made")]
pub(crate) struct Publish {
    /// The name of the function app in Azure. With azd, its environment knows it
    #[arg(value_name = "FUNCTION_APP")]
    name: Option<String>,
    #[command(flatten)]
    app: AppOptions,
    /// The resource group of the function app, which the Azure CLI wants to know
    #[arg(short = 'g', long, value_name = "NAME")]
    resource_group: Option<String>,
    /// The tool that publishes. Default: az with a resource group, azd without the name of a function app, else func
    #[arg(long, value_enum, value_name = "TOOL")]
    with: Option<Tool>,
    /// Runs the commands
    #[arg(short, long, visible_alias = "run")]
    yes: bool,
    /// Prints the commands and the connection as JSON
    #[arg(long)]
    json: bool,
}

/// A tool that publishes function apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tool {
    /// Azure Functions Core Tools
    Func,
    /// The Azure CLI
    Az,
    /// The Azure Developer CLI
    Azd,
}

impl Tool {
    fn program(self) -> &'static str {
        match self {
            Tool::Func => "func",
            Tool::Az => "az",
            Tool::Azd => "azd",
        }
    }

    /// How to have it.
    fn installation(self) -> &'static str {
        match self {
            Tool::Func => child::FUNC_INSTALLATION,
            Tool::Az => child::AZ_INSTALLATION,
            Tool::Azd => child::AZD_INSTALLATION,
        }
    }
}

impl Publish {
    /// Prints the commands, or runs them.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        self.name.as_deref().map_or(Ok(()), check_name)?;
        let app = self.app.find()?;
        let place = Place::new(&app);
        let tool = match (self.with, &self.name, &self.resource_group) {
            (Some(tool), ..) => tool,
            (None, None, _) if place.project.is_none() => return Err(unnamed()),
            (None, None, _) => Tool::Azd,
            (None, Some(_), Some(_)) => Tool::Az,
            (None, Some(_), None) => Tool::Func,
        };
        let steps = self.steps(tool, &app, &place)?;
        // Files that are not written yet are no reason against a look at the commands.
        let description = Description::read(&app.root);
        if self.yes {
            self.publish(tool, &app, &steps)?;
        } else if child::find(tool.program()).is_none() {
            output::warn(format!("`{}` is not installed: {}", tool.program(), tool.installation()));
        }
        let remote = self.remote(tool, &place);
        // After the run they are those that were packed.
        let description = if self.yes { Description::read(&app.root) } else { description };
        let description = description.ok().filter(|description| !description.endpoints.is_empty());
        let connection = description.map(|description| Connection { server: &app.package, description, remote });
        if self.json {
            let commands: Vec<_> = steps.iter().map(ToString::to_string).collect();
            let connection = connection.as_ref().map(Connection::to_json);
            output::print_json(&json!({ "published": self.yes, "commands": commands, "connection": connection }));
            return Ok(ExitCode::SUCCESS);
        }
        if !self.yes {
            let lines: Vec<_> = steps.iter().map(|step| format!("  {}", styled(NAME, step))).collect();
            let note = styled(ASIDE, "Nothing was done. `--yes` runs these commands:");
            output::print(format!("{note}\n\n{}", lines.join("\n")));
        }
        match connection {
            Some(connection) => output::print(format!("\n{}", connection.text())),
            None => output::print(format!(
                "\n{}",
                styled(
                    HEADLINE,
                    "The addresses of the server are known when `cargo mcp-trigger package` has written its files."
                )
            )),
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The commands that publish the app.
    fn steps(&self, tool: Tool, app: &App, place: &Place) -> Result<Vec<Step>, Error> {
        let name = || self.name.clone().ok_or_else(unnamed);
        let mut package = Step::new(place.current.clone(), "cargo", ["mcp-trigger", "package"]);
        package.arguments.extend([app.package.clone()]);
        if let Some(manifest) = &self.app.place.manifest_path {
            package.arguments.extend(["--manifest-path".to_owned(), manifest.display().to_string()]);
        }
        if let Some(bin) = &self.app.place.bin {
            package.arguments.extend(["--bin".to_owned(), bin.clone()]);
        }
        Ok(match tool {
            Tool::Func => {
                let name = name()?;
                package.arguments.extend(["--output".to_owned(), package::shown(&place.folder)]);
                let mut func = Step::new(place.folder.clone(), "func", ["azure", "functionapp", "publish"]);
                func.arguments.push(name);
                // The folder has no local.settings.json that would tell.
                func.variables.push(("FUNCTIONS_WORKER_RUNTIME", "custom"));
                vec![package, func]
            }
            Tool::Az => {
                let name = name()?;
                let group = self.resource_group.clone().ok_or_else(|| {
                    Error::usage("the Azure CLI wants to know the resource group of the function app").next(format!(
                        "`--resource-group NAME`; `az functionapp list --query \"[?name=='{name}'].resourceGroup\" -o tsv` tells it"
                    ))
                })?;
                let zip = package::shown(&place.zip);
                let mut az =
                    Step::new(place.current.clone(), "az", ["functionapp", "deployment", "source", "config-zip"]);
                az.arguments.extend(["-g".to_owned(), group, "-n".to_owned(), name, "--src".to_owned(), zip]);
                vec![package, az]
            }
            Tool::Azd => {
                let project = place.project.clone().ok_or_else(|| {
                    Error::usage("azd finds no project")
                        .why(format!("there is no azure.yaml in {} or above", app.root.display()))
                        .next("name a function app: `cargo mcp-trigger publish FUNCTION_APP`")
                })?;
                // The hooks of azure.yaml make the package.
                vec![Step::new(project, "azd", ["deploy", "--no-prompt"])]
            }
        })
    }

    fn publish(&self, tool: Tool, app: &App, steps: &[Step]) -> Result<(), Error> {
        if child::find(tool.program()).is_none() {
            return Err(Error::new(format!("`{}` is not installed", tool.program())).next(tool.installation()));
        }
        for step in steps {
            if step.program == "cargo" {
                let output = (tool == Tool::Func).then(|| Place::new(app).folder);
                let report = Package::of(app, self.app.place.clone(), output).pack(app)?;
                output::progress("Packed", report.line());
            } else {
                step.run(self.json)?;
            }
        }
        Ok(())
    }

    /// The function app, as far as it is known. After a publication, the tools are asked for its host name.
    fn remote(&self, tool: Tool, place: &Place) -> Remote {
        let mut remote = Remote { name: self.name.clone(), group: self.resource_group.clone(), host: None };
        match tool {
            Tool::Azd => remote.add_environment(&place.values(self.yes)),
            Tool::Az | Tool::Func if self.yes => {}
            Tool::Az | Tool::Func => return remote,
        }
        if remote.host.is_none() && self.yes {
            remote.ask_for_host();
        }
        remote
    }
}

/// Azure's function apps have no other names.
fn check_name(name: &str) -> Result<(), Error> {
    if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-') {
        return Ok(());
    }
    Err(Error::usage(format!("`{name}` cannot be the name of a function app"))
        .why("only letters, digits and `-` are allowed")
        .next("give the name without a domain, as in `my-app` for my-app.azurewebsites.net"))
}

fn unnamed() -> Error {
    Error::usage("no function app is named")
        .next("`cargo mcp-trigger publish FUNCTION_APP`; `azd up` makes one for a project of azd")
}

/// The folders and files of a publication.
struct Place {
    /// Where the user is.
    current: PathBuf,
    zip: PathBuf,
    /// The package as a folder.
    folder: PathBuf,
    /// The folder of azure.yaml.
    project: Option<PathBuf>,
}

impl Place {
    fn new(app: &App) -> Self {
        let zip = package::default_output(app);
        let project = app.root.ancestors().find(|folder| folder.join("azure.yaml").is_file());
        Place {
            current: std::env::current_dir().unwrap_or_default(),
            folder: zip.with_extension(""),
            zip,
            project: project.map(Path::to_owned),
        }
    }

    /// The values of azd's environment, if it was published by azd.
    fn values(&self, was_published: bool) -> String {
        let Some(project) = self.project.as_ref().filter(|_| was_published) else { return String::new() };
        let Some(azd) = child::find("azd") else { return String::new() };
        let mut azd = std::process::Command::new(azd);
        let output = child::capture(azd.args(["env", "get-values"]).current_dir(project), child::SHORT);
        output.map(|output| output.stdout).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
