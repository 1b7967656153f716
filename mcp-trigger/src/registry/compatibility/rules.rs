//! The rules: what is refused, by which clients, and what to do instead.
//!
//! Each rule is based on a client that refused a tool, reported in the issues named. "Gemini" means function declarations with
//! `parameters`, as most programs fill them in; "OpenAI" the function calls of its API; "OpenAI (strict)" those with `strict:
//! true`.

use crate::function::schema::{self, each};
use serde_json::{Map, Value};

/// A rule: a property of a tool that some clients refuse.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its name in `list --json`.
    pub(crate) id: &'static str,
    pub(crate) clients: &'static [&'static str],
    /// The effect at those clients, to be followed by "by" and their names.
    pub(crate) effect: &'static str,
    /// The problem, to follow the name of the tool.
    pub(crate) fault: &'static str,
    /// The advice.
    pub(crate) advice: &'static str,
    /// The arguments that are concerned, an empty list if it is the tool as a whole; `None` if nothing is wrong.
    pub(super) find: fn(&Listed<'_>) -> Option<Vec<String>>,
}

/// A tool as clients see it in the list.
pub(super) struct Listed<'a> {
    pub(super) name: &'a str,
    pub(super) description: &'a str,
    /// The schema of its arguments.
    pub(super) input: &'a Value,
    /// Which one it is in the list, from 1.
    pub(super) number: usize,
}

/// microsoft/vscode#258890, openai: "array too long. Expected an array with maximum length 128".
const MOST_TOOLS: usize = 128;

pub(super) static RULES: [Rule; 13] = [
    Rule {
        // modelcontextprotocol/go-sdk#169, openai/codex#8174.
        id: "tool-name",
        clients: &["Claude", "OpenAI"],
        effect: "refused",
        fault: "its name is not made of up to 64 letters, digits, `_` and `-`",
        advice: "give it another `name`",
        find: |tool| whole(!is_name(tool.name)),
    },
    Rule {
        // microsoft/vscode#243909: "will throw a 400 at you if you present a tool without a description".
        id: "description",
        clients: &["VS Code"],
        effect: "refused",
        fault: "it has no description",
        advice: "write a doc comment, or set `description`; models choose tools by it",
        find: |tool| whole(tool.description.trim().is_empty()),
    },
    Rule {
        id: "tool-count",
        clients: &["VS Code", "OpenAI"],
        effect: "refused",
        fault: "it is the 129th tool of the app, and more than 128 are too many",
        advice: "make several apps of it, or one tool of several",
        find: |tool| whole(tool.number == MOST_TOOLS + 1),
    },
    Rule {
        // anthropics/claude-code#79418; with dots roychri/mcp-server-asana#16.
        id: "argument-name",
        clients: &["Claude"],
        effect: "refused",
        fault: "names of arguments are not made of up to 64 letters, digits, `_` and `-`",
        advice: "rename them, with `#[arg(rename = \"…\")]` or `#[serde(rename = \"…\")]`",
        find: |tool| arguments(tool, |name, _| !is_name(name)),
    },
    Rule {
        // makenotion/notion-mcp-server#340.
        id: "root-union",
        clients: &["Claude", "OpenAI"],
        effect: "refused",
        fault: "the schema of all its arguments has alternatives (`anyOf` or `oneOf`) at the root",
        advice: "list the properties of all alternatives as optional ones",
        find: |tool| whole(["anyOf", "oneOf"].iter().any(|keyword| tool.input.get(keyword).is_some())),
    },
    Rule {
        // ablative-io/aion#82: such arguments are sent as strings.
        id: "any",
        clients: &["Claude Code"],
        effect: "sent as strings",
        fault: "arguments may be anything",
        advice: "give them a type that says more",
        find: |tool| arguments(tool, |_, schema| is_untyped(schema)),
    },
    Rule {
        // nanbingxyz/5ire#218: "Proto field is not repeating, cannot start list".
        id: "type-list",
        clients: &["Gemini"],
        effect: "refused",
        fault: "schemas of arguments have a list of types",
        advice: "write one type, or `anyOf` with a schema for each",
        find: |tool| schemas(tool, |schema| schema.get("type").is_some_and(Value::is_array)),
    },
    Rule {
        // router-for-me/CLIProxyAPI#2142; OpenAI's guide to structured outputs.
        id: "unique-items",
        clients: &["Gemini", "OpenAI (strict)"],
        effect: "refused",
        fault: "schemas of arguments have `uniqueItems`",
        advice: "say it in the description, and drop what is there twice",
        find: |tool| schemas(tool, |schema| schema.contains_key("uniqueItems")),
    },
    Rule {
        // tailcallhq/forgecode#3426, zendev-sh/goai#108; vercel-labs/json-render#180.
        id: "property-names",
        clients: &["Gemini", "OpenAI (strict)"],
        effect: "refused",
        fault: "schemas of arguments have `propertyNames` or `patternProperties`",
        advice: "take a list of structs with a name and a value",
        find: |tool| {
            schemas(tool, |schema| ["propertyNames", "patternProperties"].iter().any(|word| schema.contains_key(*word)))
        },
    },
    Rule {
        // karthink/gptel#806, promptfoo/promptfoo#6902; OpenAI's guide to structured outputs: "must always be set to false".
        id: "open-object",
        clients: &["Gemini", "OpenAI (strict)"],
        effect: "refused",
        fault: "arguments are objects whose members have any names",
        advice: "take a struct, or a list of structs with a name and a value",
        find: |tool| schemas(tool, is_open).or_else(|| whole(tool.input.as_object().is_some_and(has_open_members))),
    },
    Rule {
        // pydantic/pydantic-ai#1598, google/adk-python#3870; microsoft-foundry/new-foundry-portal#23.
        id: "recursion",
        clients: &["Gemini", "Foundry"],
        effect: "refused",
        fault: "schemas of arguments contain themselves",
        advice: "take as many levels as are needed, each with a type of its own, or the JSON text of the whole",
        find: |tool| arguments(tool, |_, schema| schema::contains_itself(tool.input, schema)),
    },
    Rule {
        // microsoft/vscode#246119, digitalocean-labs/mcp-digitalocean#265.
        id: "items",
        clients: &["VS Code", "OpenAI"],
        effect: "refused",
        fault: "schemas of arrays do not say what their `items` are",
        advice: "add `items`",
        find: |tool| schemas(tool, |schema| has_type(schema, "array") && !schema.contains_key("items")),
    },
    Rule {
        // nanbingxyz/5ire#218: "enum: only allowed for STRING type".
        id: "enum",
        clients: &["Gemini"],
        effect: "refused",
        fault: "schemas of arguments have an `enum` of other values than strings",
        advice: "choose among strings, or set `minimum` and `maximum`",
        find: |tool| {
            let is_other = |choices: &Value| choices.as_array().is_some_and(|all| !all.iter().all(Value::is_string));
            schemas(tool, |schema| schema.get("enum").is_some_and(is_other))
        },
    },
];

/// Whether something is wrong with the tool as a whole.
fn whole(is_wrong: bool) -> Option<Vec<String>> {
    is_wrong.then(Vec::new)
}

fn some(arguments: Vec<String>) -> Option<Vec<String>> {
    Some(arguments).filter(|arguments| !arguments.is_empty())
}

/// The arguments that a test finds something wrong with.
fn arguments(tool: &Listed<'_>, is_wrong: impl Fn(&str, &Value) -> bool) -> Option<Vec<String>> {
    let all = tool.input["properties"].as_object().into_iter().flatten();
    some(all.filter(|(name, schema)| is_wrong(name, schema)).map(|(name, _)| name.clone()).collect())
}

/// The arguments with a schema somewhere inside that a test finds something wrong with.
fn schemas(tool: &Listed<'_>, is_wrong: impl Fn(&Map<String, Value>) -> bool) -> Option<Vec<String>> {
    arguments(tool, |_, schema| {
        let mut found = false;
        each(tool.input, schema, &mut |schema| found |= is_wrong(schema));
        found
    })
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

/// Whether a schema lets everything pass.
fn is_untyped(schema: &Value) -> bool {
    const SAY_NOTHING: [&str; 6] = ["title", "description", "default", "examples", "deprecated", "$comment"];
    match schema {
        Value::Object(keywords) => keywords.keys().all(|keyword| SAY_NOTHING.contains(&keyword.as_str())),
        other => *other == Value::Bool(true),
    }
}

fn has_type(schema: &Map<String, Value>, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::Array(names)) => names.iter().any(|known| known == name),
        known => known.is_some_and(|known| known == name),
    }
}

fn has_open_members(schema: &Map<String, Value>) -> bool {
    schema.get("additionalProperties").is_some_and(|others| *others != Value::Bool(false))
}

/// An object of which no member is known is open too, unless it has to be empty.
fn is_open(schema: &Map<String, Value>) -> bool {
    let says_nothing =
        ["properties", "additionalProperties", "propertyNames", "patternProperties", "anyOf", "oneOf", "allOf", "$ref"];
    has_open_members(schema)
        || (has_type(schema, "object") && !says_nothing.iter().any(|keyword| schema.contains_key(*keyword)))
}
