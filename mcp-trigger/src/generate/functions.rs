//! The functions' folders: which to write, which to remove, and which are not ours.

use super::folder::{Existing, Folder};
use super::plan::{Action, Draft, Source};
use super::self_hosted::Form;
use crate::registry::Registry;
use crate::server;
use host_protocol::FunctionJson;
use host_protocol::function_json::HTTP_TRIGGER;
use host_protocol::http_trigger::check_routes;
use host_protocol::validate::{self, Severity};

pub(super) fn plan(draft: &mut Draft, source: &Source<'_>, folder: &Folder, wanted: &[(String, FunctionJson)]) {
    let mut renamed = Vec::new();
    for (name, file) in wanted {
        renamed.extend(place(draft, folder, name, file));
    }
    let is_wanted = |name: &str| wanted.iter().any(|(wanted, _)| wanted == name);
    for function in folder.functions.iter().filter(|function| !is_wanted(&function.name)) {
        if !function.is_ours() {
            // The self-hosted form has refused it already.
            if source.form != Form::SelfHosted {
                check_foreign(draft, source.registry, function);
            }
        } else if !renamed.contains(&function.name.as_str()) {
            draft.change(&path(&function.name), Action::Remove { old: function.text.clone() });
        }
    }
    // Names that are used twice have been told with their places in the code; the host's view of them adds nothing.
    if !draft.is_refused() {
        validate(draft, source.registry, folder, wanted);
    }
}

fn path(function: &str) -> String {
    format!("{function}/function.json")
}

/// Plans one function.json, and returns the folder that is renamed for it.
fn place<'a>(draft: &mut Draft, folder: &'a Folder, name: &str, file: &FunctionJson) -> Option<&'a str> {
    let text = file.to_text();
    let exact = folder.function(name);
    if exact.is_some_and(|existing| !existing.is_ours()) {
        draft.refuse(format!(
            "{} was not generated, so it is not overwritten; remove it, or rename the function with `function = \"…\"`",
            path(name)
        ));
        return None;
    }
    let mut old = None;
    for other in folder.folders.iter().filter(|other| *other != name && other.eq_ignore_ascii_case(name)) {
        match folder.function(other).filter(|existing| existing.is_ours()) {
            None => draft.refuse(format!(
                "the folder {other} and the one of the function {name} differ in case only: on Windows and macOS they are \
                 the same folder; rename one of them"
            )),
            // If the folder exists in both cases, the other one is merely stale.
            Some(existing) if old.is_none() && !folder.folders.iter().any(|folder| folder == name) => {
                draft.change(name, Action::RenameFolder { from: other.clone() });
                old = Some(existing);
            }
            Some(_) => {}
        }
    }
    draft.file(&path(name), old.or(exact).map(|existing| existing.text.as_str()), text);
    old.map(|existing| existing.name.as_str())
}

/// A function of the user's own.
fn check_foreign(draft: &mut Draft, registry: &Registry, function: &Existing) {
    let Existing { name, .. } = function;
    let file = match &function.file {
        Ok(file) => file,
        // A host may read it all the same, and what its route is cannot be told.
        Err(error) if function.text.to_ascii_lowercase().contains(&HTTP_TRIGGER.to_ascii_lowercase()) => {
            return draft.refuse(format!("{}: {error}", path(name)));
        }
        Err(error) => return draft.warn(format!("{name}: {error}")),
    };
    let called: Vec<_> = registry.functions().map(|function| function.name).chain([server::FUNCTION]).collect();
    match check_routes(name, file, "", &called) {
        Err(open) => draft.refuse(format!("{}: {open}", path(name))),
        Ok(()) => draft.warn(format!(
            "{} was not generated and is none of this program's functions, so calls of it will fail",
            path(name)
        )),
    }
}

/// The mistakes for which a host would refuse all functions together.
fn validate(draft: &mut Draft, registry: &Registry, folder: &Folder, wanted: &[(String, FunctionJson)]) {
    let foreign = folder.functions.iter().filter(|function| !function.is_ours());
    let foreign = foreign.filter_map(|function| Some((function.name.clone(), function.file.clone().ok()?)));
    let mut functions: Vec<_> = wanted.iter().cloned().chain(foreign).collect();
    functions.sort_unstable_by_key(|(name, _)| name.to_ascii_lowercase());
    for problem in validate::functions(&functions) {
        let is_ours = wanted.iter().any(|(name, _)| *name == problem.function);
        let message = match registry.by_name(&problem.function) {
            Some(function) => format!("{}: {problem}", function.location),
            None => problem.to_string(),
        };
        match problem.severity {
            Severity::HostDown => draft.refuse(message),
            // A function that the host would not list is not written.
            Severity::FunctionInError if is_ours => draft.refuse(message),
            Severity::FunctionInError | Severity::Warning => draft.warn(message),
        }
    }
}
