//! `list`: the functions of the program.

use super::listing::{self, arguments};
use super::output;
use super::usage::Usage;
use crate::app::{App, Error};
use crate::function::params::StateType;
use crate::function::{Function, Kind};
use crate::generate::one_sided;
use crate::registry::Registry;
use crate::registry::compatibility::{self, Warning};
use crate::registry::function_json::{self, Schemas};
use crate::server::Unserved;
use lexopt::{Arg, Parser};
use serde_json::Value;
use std::process::ExitCode;

pub(super) const USAGE: Usage = Usage {
    command: "list",
    arguments: " [--json]",
    summary: "Lists the functions",
    options: &["json", "help"],
    details: "
  --json  JSON with all details of each function, its schemas and warnings

A warning names a property of a function that some clients refuse, and the clients.
",
};

/// `list`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
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
        check(&registry, &app.known_states)?;
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
            let json = format!("{:#}\n", Value::from_iter(entries.iter().map(listing::describe)));
            return Ok(output::printable_json(json));
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
        let mut text = output::columns(&[heading].into_iter().chain(rows).collect::<Vec<_>>(), "");
        text += &not_at_mcp("Not at /mcp", &entries, Entry::unserved);
        text += &not_at_mcp("Not at /mcp behind the Functions host", &entries, Entry::unserved_in_azure);
        Ok(text)
    }
}

/// The functions that are not at `/mcp`, each with the reason.
fn not_at_mcp(heading: &str, entries: &[Entry], why: impl Fn(&Entry) -> Option<Unserved>) -> String {
    let row = |entry: &Entry| Some([entry.function.client_name().to_owned(), why(entry)?.to_string()]);
    let rows: Vec<_> = entries.iter().filter_map(row).collect();
    if rows.is_empty() { String::new() } else { format!("\n{heading}:\n{}", output::columns(&rows, "  ")) }
}

/// Fails if `generate` would refuse the functions.
fn check(registry: &Registry, states: &[StateType]) -> Result<(), Error> {
    let files = function_json::of_app(registry, states).map_err(Error::Functions)?;
    let problems = function_json::host_problems(registry, &files);
    if problems.is_empty() { Ok(()) } else { Err(Error::Functions(problems)) }
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

    /// Why the function is not at `/mcp`, wherever the program runs.
    pub(super) fn unserved(&self) -> Option<Unserved> {
        Unserved::anywhere(self.function)
    }

    /// Why it is not at `/mcp` behind the Functions host, though it is when the program is run by hand.
    pub(super) fn unserved_in_azure(&self) -> Option<Unserved> {
        if self.unserved().is_some() { None } else { Unserved::hosted(self.function) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::tool_with;
    use crate::function::bindings::Binding;
    use crate::function::params::{PropertySpec, arg_spec};
    use crate::function::{Hints, Icon, Tool};
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
    fn what_generate_refuses_is_not_listed() {
        static AGAIN: Function = tool_with("HELLO", "Other", "Says hello.", SPECS);
        static FORBIDDEN: Function = tool_with("x", "1-x", "Has a name that no host takes.", SPECS);
        let check = |functions: &[&'static Function]| check(&Registry::new(functions.iter().copied()), &[]);
        assert!(check(&[&TOOL]).is_ok());
        let message = check(&[&TOOL, &AGAIN]).unwrap_err().to_string();
        assert!(message.contains("the tool name `HELLO` is used"), "{message}");
        assert!(check(&[&FORBIDDEN]).unwrap_err().to_string().contains("src/main.rs:7: 1-x"));
    }

    #[test]
    fn a_table() {
        let text = List { json: false }.text(&Registry::new([&TOOL].into_iter())).unwrap();
        insta::assert_snapshot!(text, @r"
        KIND  NAME   FUNCTION  ARGUMENTS                        PLACE
        tool  hello  Hello     name: string, stars?: integer[]  src/main.rs:7
        ");
    }

    #[test]
    fn what_is_not_at_mcp_is_said() {
        const FILE: Binding = Binding { name: "file", kind: "blob", is_output: true, properties: r#"{"path":"a/b"}"# };
        const DOCUMENT: Binding = Binding { name: "document", kind: "cosmosDB", ..FILE };
        static AUDIT: Function =
            Function { bindings: &[FILE, DOCUMENT], ..tool_with("audit", "Audit", "Writes down.", &[]) };
        static SAVE: Function = Function { bindings: &[FILE], ..tool_with("save", "Save", "Saves.", &[]) };
        let registry = Registry::new([&AUDIT, &SAVE].into_iter());
        let text = List { json: false }.text(&registry).unwrap();
        let (_, notes) = text.split_once("\n\n").unwrap();
        let reason = "its binding `document` is of the type `cosmosDB`, which only the Functions host runs";
        assert!(notes.starts_with(&format!("Not at /mcp:\n  audit  {reason}\n")), "{notes}");
        let without_client = cfg!(not(feature = "azure-storage"));
        assert_eq!(notes.contains("\nNot at /mcp behind the Functions host:\n  save  its bindings"), without_client);
        assert_eq!(notes.contains("--features azure-storage"), without_client, "{notes}");

        let list: Value = serde_json::from_str(&List { json: true }.text(&registry).unwrap()).unwrap();
        assert_eq!(list[0]["notAtMcp"], reason);
        assert_eq!(list[0].get("notAtMcpHosted"), None);
        assert_eq!(list[1].get("notAtMcp"), None);
        assert_eq!(list[1]["notAtMcpHosted"].is_string(), without_client);
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
