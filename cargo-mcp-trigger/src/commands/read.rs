//! `read`: reads a resource of a server.

use super::content;
use crate::client::{Client, ServerOptions};
use crate::error::Error;
use crate::output;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Reads a resource and prints it.
///
/// Text is printed as it is. Bytes go to a file or to another program, and to a terminal only their number.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo mcp-trigger read products://1
  cargo mcp-trigger read images://logo --output logo.png
  cargo mcp-trigger read products://1 --url my-app.azurewebsites.net --key \"$KEY\"")]
pub(crate) struct Read {
    /// The URI of the resource, also one that a template makes
    uri: String,
    /// Writes the contents to a file
    #[arg(short, long, value_name = "FILE", conflicts_with = "json")]
    output: Option<PathBuf>,
    /// Prints the whole result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerOptions,
}

impl Read {
    /// Reads.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let mut client = Client::connect(&self.server)?;
        let result = client.request("resources/read", json!({ "uri": self.uri })).map_err(|error| {
            Error::from(error).next("compare the URI: `cargo mcp-trigger list` shows resources and templates")
        })?;
        if self.json {
            output::print_json(&result);
            return Ok(ExitCode::SUCCESS);
        }
        let contents: Vec<_> = result["contents"].as_array().into_iter().flatten().collect();
        if let Some(file) = &self.output {
            let bytes: Vec<u8> = contents.into_iter().flat_map(bytes).collect();
            std::fs::write(file, &bytes)
                .map_err(|error| Error::new(format!("cannot write {}", file.display())).why(error))?;
            output::note(format!("{} bytes in {}", bytes.len(), file.display()));
            return Ok(ExitCode::SUCCESS);
        }
        for content in contents {
            if output::is_terminal() {
                output::print(match content["text"].as_str() {
                    Some(text) => output::foreign(text.trim_end_matches('\n')),
                    None => format!("{}\n--output FILE writes them to a file", content::bytes_text(content, "blob")),
                });
            } else {
                // A closed output, as behind `| head`, is not an error.
                let _ = std::io::stdout().write_all(&bytes(content));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The bytes of a content of a resource.
fn bytes(content: &Value) -> Vec<u8> {
    match content["text"].as_str() {
        Some(text) => text.into(),
        None => STANDARD.decode(content["blob"].as_str().unwrap_or_default()).unwrap_or_default(),
    }
}
