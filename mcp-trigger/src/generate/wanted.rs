//! The functions of the app, and warnings about missing details.

use super::one_sided;
use super::plan::{Draft, Source};
use super::self_hosted::Form;
use crate::function::{Function, Kind, Resource, VIEW_MIME_TYPE};
use crate::registry::{compatibility, function_json};
use crate::server;
use host_protocol::FunctionJson;

/// All functions with their function.json; none in the self-hosted form.
pub(super) fn functions(draft: &mut Draft, source: &Source<'_>) -> Vec<(String, FunctionJson)> {
    let registry = source.registry;
    let mut functions = function_json::of_app(registry, source.states).unwrap_or_else(|problems| {
        problems.iter().for_each(|problem| draft.refuse(problem));
        Vec::new()
    });
    registry.functions().for_each(|function| advise(draft, function));
    for warning in compatibility::warnings(registry) {
        draft.warn(format!("{}: {warning}", warning.function.location));
    }
    if registry.functions().next().is_none() {
        draft.warn(
            "the program has no functions; if they are in a package of their own, name it in the code, \
             with `use my_tools as _;` for example: a dependency that only Cargo.toml names is not linked"
                .to_owned(),
        );
    }
    if source.form == Form::SelfHosted {
        return Vec::new();
    }
    for function in registry.functions() {
        if let Some(advice) = one_sided(function) {
            draft.warn(format!("{}: {advice}", function.location));
        }
    }
    // The worker names them itself.
    if source.form == Form::Native {
        return Vec::new();
    }
    functions.extend(server::routed(source.level).map(|(name, file)| (name.to_owned(), file)));
    functions
}

/// Details that people and models need to know of a resource or a prompt. Clients accept functions without them: refusals are
/// reported by `compatibility`.
fn advise(draft: &mut Draft, function: &Function) {
    let reader = match function.kind {
        Kind::Tool(_) => return,
        // The tool names its view, so users do not choose it.
        Kind::Resource(Resource { mime_type: Some(VIEW_MIME_TYPE), .. }) => return,
        Kind::Resource(_) => "clients choose resources",
        Kind::Prompt(_) => "people choose prompts",
    };
    if function.description.trim().is_empty() {
        let (location, name) = (function.location, function.client_name());
        draft.warn(format!("{location}: `{name}` has no description, by which {reader}; write a doc comment, or say it with `description`"));
    }
}
