//! `list`: the functions of the program.

use super::listing::{self, arguments};
use super::output;
use super::usage::Usage;
use crate::app::{App, Error};
use crate::compatibility::{self, Warning};
use crate::function::{Function, Kind};
use crate::function_json::{self, Schemas};
use crate::registry::{Registry, one_sided};
use lexopt::{Arg, Parser};
use serde_json::Value;
use std::process::ExitCode;

pub(super) const USAGE: Usage = Usage {
    command: "list",
    arguments: " [--json]",
    summary: "Lists the functions",
    options: &["json", "help"],
    details: "
  --json  All that is known of each, with its schemas, and with what some clients refuse

What some clients refuse is told as warnings, with the names of the clients.
",
};

/// `list`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    json: bool,
}

impl List {
    /// Its options; `None` if help is wanted.
    pub(super) fn read(parser: &mut Parser) -> Result<Option<Self>, Error> {
        let mut list = List::default();
        while let Some(argument) = USAGE.next(parser)? {
            match argument {
                Arg::Long("json") => list.json = true,
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                other => return Err(USAGE.unexpected(other)),
            }
        }
        Ok(Some(list))
    }

    /// Lists.
    pub(super) fn run(self, app: &App) -> Result<ExitCode, Error> {
        let registry = app.registry();
        output::print(&self.text(&registry)?);
        for function in registry.functions() {
            if let Some(advice) = one_sided(function) {
                output::complain(&format!("warning: {}: {advice}", function.location));
            }
        }
        if !self.json {
            for warning in compatibility::warnings(&registry) {
                output::complain(&format!("warning: {}: {warning}", warning.function.location));
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn text(&self, registry: &Registry) -> Result<String, Error> {
        let mut entries: Vec<_> = registry.functions().map(Entry::new).collect::<Result<_, _>>()?;
        if self.json {
            for warning in compatibility::warnings(registry) {
                let entry = entries.iter_mut().find(|entry| std::ptr::eq(entry.function, warning.function));
                if let Some(entry) = entry {
                    entry.warnings.push(warning);
                }
            }
            return Ok(format!("{:#}\n", Value::from_iter(entries.iter().map(listing::describe))));
        }
        let heading = ["KIND", "NAME", "FUNCTION", "ARGUMENTS", "PLACE"].map(str::to_owned);
        let rows = entries.iter().map(|entry| {
            let Entry { function, .. } = entry;
            let name = match &function.kind {
                Kind::Resource(resource) => resource.uri,
                _ => function.client_name(),
            };
            let place = function.location.to_string();
            [function.kind.noun().to_owned(), name.to_owned(), function.name.to_owned(), arguments(entry), place]
        });
        Ok(output::columns(&[heading].into_iter().chain(rows).collect::<Vec<_>>(), ""))
    }
}

/// A function, with its schemas if it is a tool.
pub(super) struct Entry {
    pub(super) function: &'static Function,
    pub(super) schemas: Option<Schemas>,
    pub(super) warnings: Vec<Warning>,
}

impl Entry {
    fn new(function: &'static Function) -> Result<Self, Error> {
        let schemas = function.as_tool().map(|tool| function_json::schemas(function, tool)).transpose();
        Ok(Entry {
            function,
            warnings: Vec::new(),
            schemas: schemas.map_err(|problem| Error::Functions(vec![problem]))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function::{Hints, Icon, Tool};
    use crate::generate::tests::tool_with;
    use crate::params::{PropertySpec, arg_spec};
    use serde_json::json;

    static SPECS: &[PropertySpec] =
        &[arg_spec::<String>("name", "").property, arg_spec::<Option<Vec<u8>>>("stars", "").property];
    static TOOL: Function = {
        let function = tool_with("hello", "Hello", "Says hello.", SPECS);
        let Kind::Tool(tool) = function.kind else { panic!() };
        Function {
            meta: Some(r#"{"cost":3}"#),
            icons: &[Icon { src: "https://example.com/i.png", mime_type: Some("image/png"), sizes: &[], theme: None }],
            kind: Kind::Tool(Tool { hints: Hints { read_only: Some(true), ..tool.hints }, ..tool }),
            ..tool_with("hello", "Hello", "Says hello.", SPECS)
        }
    };

    #[test]
    fn a_table() {
        let text = List { json: false }.text(&Registry::new([&TOOL].into_iter())).unwrap();
        insta::assert_snapshot!(text, @r"
        KIND  NAME   FUNCTION  ARGUMENTS                        PLACE
        tool  hello  Hello     name: string, stars?: integer[]  src/main.rs:7
        ");
    }

    #[test]
    fn json_has_everything() {
        let text = List { json: true }.text(&Registry::new([&TOOL].into_iter())).unwrap();
        let list: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(list[0]["annotations"], json!({ "readOnlyHint": true }));
        assert_eq!(list[0]["_meta"], json!({ "cost": 3 }));
        assert_eq!(list[0]["icons"][0]["mimeType"], "image/png");
        assert_eq!(list[0]["inputSchema"]["required"], json!(["name"]));
        assert_eq!(list[0]["location"], json!({ "file": "src/main.rs", "line": 7 }));
        assert_eq!(list[0].get("outputSchema"), None);
    }
}
