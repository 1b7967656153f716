//! `prompt`: gets a prompt of a server.

use super::{arguments, content};
use crate::client::{Client, ServerOptions};
use crate::error::Error;
use crate::output::{self, ASIDE, HEADLINE, NAME};
use clap::Args;
use serde_json::{Map, Value, json};
use std::process::ExitCode;

/// Gets a prompt and prints its messages.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo mcp-trigger prompt advertise id=1 audience=students
  cargo mcp-trigger prompt advertise id=1 --json
  cargo mcp-trigger prompt advertise id=1 --url my-app.azurewebsites.net --key \"$KEY\"")]
pub(crate) struct Prompt {
    /// The name of the prompt
    name: String,
    /// The arguments; all of them are texts
    #[arg(value_name = "KEY=VALUE")]
    pairs: Vec<String>,
    /// Prints the whole result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerOptions,
}

impl Prompt {
    /// Gets the prompt.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let pairs = self.pairs.iter().map(|pair| arguments::split(pair)).collect::<Result<Vec<_>, _>>()?;
        let mut client = Client::connect(&self.server)?;
        let arguments = self.arguments(&client.list("prompts/list", "prompts")?, &pairs)?;
        let result = client.request("prompts/get", json!({ "name": self.name, "arguments": arguments }))?;
        if self.json {
            output::print_json(&result);
            return Ok(ExitCode::SUCCESS);
        }
        for message in result["messages"].as_array().into_iter().flatten() {
            let role = output::foreign(message["role"].as_str().unwrap_or_default());
            output::print(format!(
                "{}\n{}\n",
                output::styled(HEADLINE, format!("{role}:")),
                content::block_text(&message["content"]).trim_end()
            ));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The arguments for the prompt, which is one of these.
    fn arguments(&self, prompts: &[Value], pairs: &[(&str, &str)]) -> Result<Map<String, Value>, Error> {
        let name = |entry: &'_ Value| entry["name"].as_str().unwrap_or_default().to_owned();
        let prompt = arguments::named(&self.name, prompts, "prompt")?;
        let known: Vec<_> = prompt["arguments"].as_array().into_iter().flatten().collect();
        let wrong = |what: String| Error::usage(what).next(listed(&self.name, &known));
        let mut arguments = Map::new();
        for (key, text) in pairs {
            if !known.iter().any(|argument| argument["name"] == *key) {
                return Err(wrong(format!("`{}` has no argument `{key}`", self.name)));
            }
            if arguments.insert((*key).to_owned(), (*text).into()).is_some() {
                return Err(wrong(format!("`{key}` was given before")));
            }
        }
        let is_missing = |argument: &&&Value| argument["required"] == true && !arguments.contains_key(&name(argument));
        let missing: Vec<_> = known.iter().filter(is_missing).map(|argument| format!("`{}`", name(argument))).collect();
        if !missing.is_empty() {
            return Err(wrong(format!("`{}` needs {}", self.name, missing.join(", "))));
        }
        Ok(arguments)
    }
}

/// All arguments of a prompt, for a message.
fn listed(prompt: &str, known: &[&Value]) -> String {
    let text = |argument: &'_ Value, member: &str| argument[member].as_str().unwrap_or_default().to_owned();
    let name = |argument: &Value| arguments::marked(&text(argument, "name"), argument["required"] == true);
    let row = |argument: &&Value| [name(argument), output::foreign(&text(argument, "description"))];
    let rows: Vec<_> = known.iter().map(row).collect();
    match rows.is_empty() {
        true => format!("`{prompt}` takes no arguments"),
        false => format!("the arguments of `{prompt}` are (? is optional)\n{}", output::table(&rows, [NAME, ASIDE])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_compared_with_those_of_the_prompt() {
        let prompts = [json!({ "name": "sum", "arguments": [{ "name": "a", "required": true }, { "name": "b" }] })];
        let prompt =
            |name: &str| Prompt { name: name.to_owned(), pairs: vec![], json: false, server: ServerOptions::default() };
        let read = |name: &str, pairs: &[(&str, &str)]| {
            prompt(name).arguments(&prompts, pairs).map(Value::Object).map_err(|error| error.to_string())
        };
        assert_eq!(read("sum", &[("a", "1")]), Ok(json!({ "a": "1" })));
        assert!(read("sum", &[]).unwrap_err().starts_with("`sum` needs `a`"));
        assert!(read("sum", &[("a", ""), ("c", "")]).unwrap_err().starts_with("`sum` has no argument `c`"));
        assert!(read("sum", &[("a", ""), ("a", "")]).unwrap_err().starts_with("`a` was given before"));
        assert!(read("sun", &[]).unwrap_err().contains("is `sum` meant?"));
    }
}
