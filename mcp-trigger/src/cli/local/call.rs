//! `call`: runs one tool, without a server.

use super::in_process::InProcess;
use super::usage::{Usage, most_similar};
use super::{output, storage};
use crate::app::{App, Error};
use crate::function::Function;
use crate::registry::function_json;
use crate::registry::{Addresses, Registry};
use host_protocol::invocation::{Caller, Headers, ToolInvocationContext, Transport, Trigger};
use host_protocol::{Invocation, ToolResult};
use lexopt::{Arg, Parser};
use local_host::{LocalHost, Settings};
use mcp_trigger_core::files;
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

pub(super) const USAGE: Usage = Usage {
    command: "call",
    arguments: " TOOL [--args JSON] [--json] [--storage DIR]",
    summary: "Calls a tool and prints its result",
    options: &["args", "json", "storage", "help"],
    details: "
  --args JSON    The arguments, a JSON object; `-` reads it from the standard input, `@FILE` from a file
  --json         The whole result, as JSON
  --storage DIR  Where blobs and queue messages of bindings are files, as with `serve`

The `Values` of local.settings.json in the app's folder are variables of the program, as with `serve`. Log lines go to
stderr. The exit code is 1 if the tool failed.
",
};

/// `call`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(super) tool: String,
    pub(super) arguments: String,
    pub(super) json: bool,
    /// Where blobs and messages are kept.
    pub(super) storage: Option<PathBuf>,
}

impl Call {
    /// Its options; `None` if help is wanted.
    pub(super) fn read(parser: &mut Parser) -> Result<Option<Self>, Error> {
        let (mut tool, mut arguments, mut json, mut storage) = (None, "{}".to_owned(), false, None);
        while let Some(argument) = USAGE.next(parser)? {
            match argument {
                Arg::Value(name) if tool.is_none() => tool = Some(name.to_string_lossy().into_owned()),
                Arg::Long("args") => arguments = USAGE.value(parser, "--args", "a JSON object, `-` or `@FILE`")?,
                Arg::Long("json") => json = true,
                Arg::Long("storage") => storage = Some(USAGE.value(parser, "--storage", "a folder")?),
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                other => return Err(USAGE.unexpected(other)),
            }
        }
        let tool = tool.ok_or_else(|| USAGE.error("`call` wants the name of a tool"))?;
        Ok(Some(Call { tool, arguments, json, storage }))
    }

    /// Calls.
    pub(super) async fn run(self, app: App, settings: &Settings) -> Result<ExitCode, Error> {
        settings.notes().iter().for_each(|note| output::complain(&format!("warning: {note}")));
        if let Some(summary) = settings.summary() {
            output::complain(&format!("settings: {summary}"));
        }
        let (functions, setup) = app.prepare()?;
        let function = find(&functions.registry, &self.tool)?;
        let arguments = read_arguments(&self.arguments)?;
        setup.await?;

        let caller = Caller::new(None, None, Transport::new("unknown", None, Headers::default()));
        let trigger = ToolInvocationContext::new(function.client_name(), Some(arguments), caller);
        let invocation = Invocation::new(mcp_trigger_core::ids::guid(), function.name, Trigger::Tool(trigger));
        let files = function_json::of_functions(&functions.registry).map_err(Error::Functions)?;
        let host =
            LocalHost::with_settings(files, Arc::new(InProcess(Arc::clone(&functions))), &|name| settings.get(name));
        let (host, _) = storage::set_up(host, self.storage, settings)?;
        let result = host.invoke(invocation).await.ok_or(Error::Call)?;
        let result = result.into_tool_result(true).unwrap_or_else(|error| ToolResult::error(error.to_string()));
        output::print(&if self.json { pretty(&result) } else { text(&result) });
        Ok(if result.is_error == Some(true) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// The tool of that name, or behind a function of that name.
fn find(registry: &Registry, name: &str) -> Result<&'static Function, Error> {
    let by_function = || registry.by_name(name).filter(|function| function.as_tool().is_some());
    registry.by_tool_name(name).or_else(by_function).ok_or_else(|| {
        let by_name = || registry.functions().find(|function| is_called(function, name));
        if let Some(other) = Addresses::new(registry).template(name).or_else(by_name) {
            let kind = other.kind.noun();
            return Error::Usage(format!(
                "`{name}` is a {kind}, and `call` runs tools only: ask for it with an MCP client"
            ));
        }
        let names: Vec<_> = registry.tools().map(Function::client_name).collect();
        let similar = most_similar(name, names.iter().copied());
        let hint = similar.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
        let all = if names.is_empty() {
            "the program has none".to_owned()
        } else {
            format!("the tools are: {}", names.join(", "))
        };
        Error::Usage(format!("there is no tool `{name}`{hint}\n  {all}"))
    })
}

/// Whether a name is that of a function, or the one that clients know.
fn is_called(function: &Function, name: &str) -> bool {
    function.name.eq_ignore_ascii_case(name) || function.client_name() == name
}

/// The arguments: from the command line, a file or standard input.
fn read_arguments(given: &str) -> Result<Box<RawValue>, Error> {
    let text = match given.strip_prefix('@') {
        Some(file) => {
            let failed = |source| Error::File { path: file.to_owned(), source };
            let text = files::read_text(file.as_ref()).map_err(|error| failed(error.source))?;
            text.ok_or_else(|| failed(ErrorKind::NotFound.into()))?
        }
        None if given == "-" => std::io::read_to_string(std::io::stdin())
            .map_err(|error| Error::File { path: "standard input".to_owned(), source: error })?,
        None => given.to_owned(),
    };
    let wrong = |why: String| {
        let hint =
            "write it in single quotes, as in --args '{\"name\": \"Ada\"}', or put it into a file and give @FILE";
        Error::Usage(format!("the arguments have to be a JSON object, and {why}; {hint}"))
    };
    let json = RawValue::from_string(text.trim().to_owned())
        .map_err(|error| wrong(format!("`{text}` is not JSON: {error}")))?;
    if json.get().starts_with('{') { Ok(json) } else { Err(wrong(format!("`{}` is none", json.get()))) }
}

/// A result for people: text blocks as text, other blocks as JSON. Structured content is shown if there is no text.
fn text(result: &ToolResult) -> String {
    let mut text = String::new();
    for block in &result.content {
        match block.as_text() {
            Some(block) => {
                text += block;
                text += if block.ends_with('\n') { "" } else { "\n" };
            }
            None => text += &pretty(block),
        }
    }
    if let Some(structured) = &result.structured_content
        && !result.content.iter().any(|block| block.as_text().is_some())
    {
        text += &pretty(structured);
    }
    text
}

/// Read anew first: JSON text inside would stay as it is.
fn pretty(value: &impl Serialize) -> String {
    // Through its text: a number that is not a double already, such as a priority, would get additional digits.
    match serde_json::to_string(value).and_then(|text| serde_json::from_str::<Value>(&text)) {
        Ok(value) => output::printable_json(format!("{value:#}\n")),
        Err(error) => format!("the result cannot be shown: {error}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ContentBlock;
    use crate::content::Annotations;
    use crate::fixtures::{A_VIEW, HELLO};

    #[test]
    fn an_unknown_tool_is_told_with_those_there_are() {
        let registry = Registry::new([&HELLO].into_iter());
        assert_eq!(find(&registry, "HELLO").unwrap().name, "Hello");
        let message = find(&registry, "helo").unwrap_err().to_string();
        assert_eq!(message, "there is no tool `helo`; did you mean `hello`?\n  the tools are: hello");
    }

    #[test]
    fn what_is_no_tool_is_told_as_what_it_is() {
        let registry = Registry::new([&A_VIEW].into_iter());
        for name in ["hello_view", "Hello-view", "ui://hello/view"] {
            let message = find(&registry, name).unwrap_err().to_string();
            let expected = format!("`{name}` is a resource, and `call` runs tools only: ask for it with an MCP client");
            assert_eq!(message, expected);
        }
    }

    #[test]
    fn arguments_come_from_anywhere_and_are_an_object() {
        assert_eq!(read_arguments(" {\"a\": 1.0}\n").unwrap().get(), "{\"a\": 1.0}");
        for wrong in ["", "[]", "name=Ada", "{", "{'a': 1}"] {
            let error = read_arguments(wrong).unwrap_err();
            assert!(error.exit_code() == 2 && error.to_string().contains("JSON object"), "{error}");
        }
        let error = read_arguments("@no/such.json").unwrap_err().to_string();
        assert!(error.starts_with("no/such.json: "), "{error}");
        let folder = crate::fixtures::TestFolder::new();
        folder.write("a.json", "{\"b\": 2}\n");
        let file = format!("@{}", folder.path().join("a.json").display());
        assert_eq!(read_arguments(&file).unwrap().get(), "{\"b\": 2}");
    }

    #[test]
    fn what_is_text_is_shown_as_text() {
        let structured = ToolResult::structured(&serde_json::json!({ "a": 1 })).unwrap();
        assert_eq!(text(&structured), "{\"a\":1}\n");
        let mut alone = structured;
        alone.content.clear();
        assert_eq!(text(&alone), "{\n  \"a\": 1\n}\n");
        let blocks = ToolResult::from(vec![ContentBlock::text("hi\n"), ContentBlock::image([0], "image/png")]);
        let shown = text(&blocks);
        assert!(shown.starts_with("hi\n{\n") && shown.contains("\"type\": \"image\""), "{shown}");
    }

    #[test]
    fn numbers_are_shown_as_they_were_written() {
        let weight = Annotations::default().with_priority(0.2);
        let shown = pretty(&ContentBlock::text("hi").with_annotations(weight));
        assert!(shown.contains("\"priority\": 0.2\n"), "{shown}");
    }
}
