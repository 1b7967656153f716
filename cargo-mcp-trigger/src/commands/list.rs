//! `list`: what a server has.

use super::arguments::{Schema, marked};
use crate::client::{Client, ServerOptions};
use crate::error::Error;
use crate::output::{self, ASIDE, HEADLINE, NAME};
use anstyle::Style;
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Lists the tools, resources and prompts of a server.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo mcp-trigger list
  cargo mcp-trigger list --json | jq '.tools[].name'
  cargo mcp-trigger list --url my-app.azurewebsites.net --key \"$KEY\"")]
pub(crate) struct List {
    /// Prints the lists as the server sends them, as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerOptions,
}

impl List {
    /// Lists.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let mut client = Client::connect(&self.server)?;
        let tools = client.list("tools/list", "tools")?;
        let resources = client.list("resources/list", "resources")?;
        let templates = client.list("resources/templates/list", "resourceTemplates")?;
        let prompts = client.list("prompts/list", "prompts")?;
        let (info, revision) = (&client.server["serverInfo"], &client.server["protocolVersion"]);
        if self.json {
            output::print_json(&json!({
                "url": client.address(), "serverInfo": info, "protocolVersion": revision, "tools": tools, "resources": resources,
                "resourceTemplates": templates, "prompts": prompts,
            }));
            return Ok(ExitCode::SUCCESS);
        }
        let (name, version) = (text(info, "name"), text(info, "version"));
        let revision = output::foreign(revision.as_str().unwrap_or_default());
        output::print(format!(
            "{} {}",
            output::styled(HEADLINE, format!("{name} {version}")),
            output::styled(ASIDE, format!("{} ({revision})", client.address()))
        ));
        let is_empty = [&tools, &resources, &templates, &prompts].iter().all(|list| list.is_empty());
        print("Tools", tools.iter().map(|tool| [text(tool, "name"), parameters(tool), about(tool)]));
        let found = |entry: &Value, address| [text(entry, address), text(entry, "mimeType"), about(entry)];
        print("Resources", resources.iter().map(|resource| found(resource, "uri")));
        print("Resource templates", templates.iter().map(|template| found(template, "uriTemplate")));
        print("Prompts", prompts.iter().map(|prompt| [text(prompt, "name"), prompt_arguments(prompt), about(prompt)]));
        if is_empty {
            output::print("\nThe server has no functions.");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(headline: &str, rows: impl Iterator<Item = [String; 3]>) {
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        let table = output::table(&rows, [NAME, Style::new(), ASIDE]);
        output::print(format!("\n{}\n{table}", output::styled(HEADLINE, headline)));
    }
}

fn text(entry: &Value, member: &str) -> String {
    output::foreign(entry[member].as_str().unwrap_or_default()).replace(['\n', '\t'], " ")
}

/// The first line of the description, else the title.
fn about(entry: &Value) -> String {
    let words = [&entry["description"], &entry["title"]].into_iter().find_map(Value::as_str).unwrap_or_default();
    output::foreign(words.lines().next().unwrap_or_default())
}

/// The arguments of a tool: `name, list?`.
fn parameters(tool: &Value) -> String {
    let schema = Schema::new(&tool["inputSchema"]);
    let names = schema.properties().into_iter().map(|(name, _)| marked(name, schema.requires(name)));
    names.collect::<Vec<_>>().join(", ")
}

fn prompt_arguments(prompt: &Value) -> String {
    let arguments = prompt["arguments"].as_array().into_iter().flatten();
    let names = arguments.map(|argument| marked(&text(argument, "name"), argument["required"] == true));
    names.collect::<Vec<_>>().join(", ")
}
