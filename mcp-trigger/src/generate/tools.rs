//! The functions that the app has, and what their tools leave to be desired.

use super::plan::{Draft, Source};
use crate::function_json;
use crate::tool::Tool;
use host_protocol::FunctionJson;
use host_protocol::function_json::forwarded_route;
use serde_json::Value;

/// The functions that bring `/mcp` and `/.well-known` to the handler, with their routes (ground-truth.md §6). They exist
/// from the first deployment on, so that the server at `/mcp` can come without new files.
const ROUTED: [(&str, &str); 2] = [("mcp", "mcp/{*path}"), ("WellKnown", ".well-known/{*path}")];

/// All functions with their function.json.
pub(super) fn functions(draft: &mut Draft, source: &Source<'_>) -> Vec<(String, FunctionJson)> {
    let registry = source.registry;
    for problem in registry.problems(source.states) {
        draft.refuse(problem);
    }
    let mut functions = function_json::of_tools(registry).unwrap_or_else(|problems| {
        problems.iter().for_each(|problem| draft.refuse(problem));
        Vec::new()
    });
    registry.tools().for_each(|tool| advise(draft, tool));
    if registry.tools().next().is_none() {
        draft.warn(
            "the program has no functions; if they are in a package of their own, name it in the code, \
             with `use my_tools as _;` for example: a dependency that only Cargo.toml names is not linked"
                .to_owned(),
        );
    }
    functions.extend(ROUTED.map(|(name, route)| (name.to_owned(), forwarded_route(route))));
    functions
}

/// What models would need to know of a tool.
fn advise(draft: &mut Draft, tool: &Tool) {
    let Tool { name, location, .. } = tool;
    if tool.description.trim().is_empty() {
        draft.warn(format!(
            "{location}: `{name}` has no description, by which models choose tools; write a doc comment"
        ));
    }
    let Ok(schemas) = function_json::schemas(tool) else { return };
    for (argument, schema) in schemas.input["properties"].as_object().into_iter().flatten() {
        if is_untyped(schema) {
            draft.warn(format!(
                "{location}: the argument `{argument}` of `{name}` may be anything, and clients send such arguments \
                 as strings; give it a type that says more"
            ));
        }
    }
}

/// Whether a schema lets everything pass.
fn is_untyped(schema: &Value) -> bool {
    const SAY_NOTHING: [&str; 6] = ["title", "description", "default", "examples", "deprecated", "$comment"];
    match schema {
        Value::Object(keywords) => keywords.keys().all(|keyword| SAY_NOTHING.contains(&keyword.as_str())),
        other => *other == Value::Bool(true),
    }
}
