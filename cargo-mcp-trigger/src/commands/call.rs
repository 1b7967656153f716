//! `call`: calls a tool of a server.

use super::arguments::{self, Schema};
use super::content;
use crate::client::{Client, ServerOptions};
use crate::error::Error;
use crate::output;
use clap::Args;
use serde_json::{Map, Value, json};
use std::process::ExitCode;

/// Calls a tool and prints its result.
///
/// Arguments are typed by the schema of the tool: `n=3` is a number where a number is wanted, and a text elsewhere. A list is given as
/// `list=a list=b`, a property of an object as `person.name=Ann`; JSON does as well. The exit code is 1 if the tool answers with an
/// error.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo mcp-trigger call hello name=Ann
  cargo mcp-trigger call greet person.name=Ann language=norwegian
  cargo mcp-trigger call add --args '{\"numbers\": [1, 2]}' --json
  cargo mcp-trigger call hello name=Ann --url my-app.azurewebsites.net --key \"$KEY\"")]
pub(crate) struct Call {
    /// The name of the tool
    name: String,
    /// The arguments
    #[arg(value_name = "KEY=VALUE")]
    pairs: Vec<String>,
    /// All arguments as a JSON object; `-` reads it from standard input, `@FILE` from a file
    #[arg(long, value_name = "JSON", conflicts_with = "pairs")]
    args: Option<String>,
    /// Prints the whole result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerOptions,
}

impl Call {
    /// Calls.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let given = self.args.as_deref().map(arguments::from_json).transpose()?;
        for pair in &self.pairs {
            arguments::split(pair)?;
        }
        let mut client = Client::connect(&self.server)?;
        let arguments = self.arguments(&client.list("tools/list", "tools")?, given)?;
        let token = json!({ "progressToken": 1 });
        let params = json!({ "name": self.name, "arguments": arguments, "_meta": token });
        let result = client.request("tools/call", params)?;
        let has_failed = result["isError"] == true;
        match self.json {
            true => output::print_json(&result),
            false => output::print(result_text(&result).trim_end()),
        }
        if has_failed {
            output::complain(&Error::new(format!("the tool `{}` answered with an error", self.name)));
        }
        Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    /// The arguments for the tool, which is one of these.
    fn arguments(&self, tools: &[Value], given: Option<Map<String, Value>>) -> Result<Map<String, Value>, Error> {
        let tool = arguments::named(&self.name, tools, "tool")?;
        match given {
            Some(arguments) => Ok(arguments),
            None => arguments::from_pairs(&self.name, &self.pairs, Schema::new(&tool["inputSchema"])),
        }
    }
}

/// A result for people: all blocks, or the structured content if there are none.
fn result_text(result: &Value) -> String {
    let blocks: Vec<_> = result["content"].as_array().into_iter().flatten().map(content::block_text).collect();
    match (&*blocks, &result["structuredContent"]) {
        ([], Value::Null) => String::new(),
        ([], structured) => content::pretty(structured),
        (blocks, _) => blocks.join("\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_shown_with_all_its_blocks() {
        let result = json!({ "content": [
            { "type": "text", "text": "one\n" }, { "type": "image", "data": "AAAA", "mimeType": "image/png" }
        ], "structuredContent": { "a": 1 } });
        assert_eq!(result_text(&result), "one\n\n[image/png, 3 bytes; --json has them]");
        assert_eq!(result_text(&json!({ "content": [], "structuredContent": { "a": 1 } })), "{\n  \"a\": 1\n}");
        assert_eq!(result_text(&json!({ "content": [] })), "");
    }

    #[test]
    fn an_unknown_tool_is_told_with_those_there_are() {
        let call =
            Call { name: "helo".to_owned(), pairs: vec![], args: None, json: false, server: ServerOptions::default() };
        let message = call.arguments(&[json!({ "name": "hello" })], None).unwrap_err().to_string();
        assert_eq!(message, "the server has no tool `helo`; is `hello` meant?\n  next: name one of these: hello");
        assert!(call.arguments(&[], None).unwrap_err().to_string().contains("no tools at all"));
    }
}
