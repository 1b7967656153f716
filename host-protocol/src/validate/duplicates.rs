//! Two functions that declare the same tool, resource or prompt: the host does not start.

use std::collections::HashMap;

use super::{FunctionProblem, Report};
use crate::function_json::{Binding, FunctionJson, PROMPT_TRIGGER, RESOURCE_TRIGGER, TOOL_TRIGGER};
use crate::uri::UriTemplate;

pub(super) fn check(functions: &[(String, FunctionJson)], problems: &mut Vec<FunctionProblem>) {
    let mut declared: HashMap<(&str, String), (&str, String)> = HashMap::new();
    for (function, file) in functions {
        let trigger = file.bindings.iter().position(Binding::is_trigger);
        let Some((at, thing)) = trigger.and_then(|at| Some((at, Thing::of(&file.bindings[at])?))) else { continue };
        let key = (thing.noun, thing.key);
        if let Some((other, as_name)) = declared.get(&key) {
            let mut report = Report { function, binding: Some(at), problems };
            let Thing { noun, member, name, .. } = thing;
            let fault = format!("the {noun} `{name}` is also declared by the function {other}, as `{as_name}`");
            report.host_down(member, fault, thing.mend);
        } else {
            declared.insert(key, (function, thing.name));
        }
    }
}

/// The tool, resource or prompt that a trigger declares.
struct Thing {
    noun: &'static str,
    member: &'static str,
    name: String,
    /// Equal for two declarations that the extension takes for the same.
    key: String,
    mend: &'static str,
}

impl Thing {
    fn of(trigger: &Binding) -> Option<Self> {
        let text = |member| trigger.text(member).ok().flatten();
        let named = |noun, member, name: String| {
            let mend = "give one of the two another name";
            Self { noun, member, key: name.to_lowercase(), name, mend }
        };
        if trigger.is(TOOL_TRIGGER) {
            Some(named("tool", "toolName", text("toolName")?))
        } else if trigger.is(PROMPT_TRIGGER) {
            Some(named("prompt", "promptName", text("promptName")?))
        } else if trigger.is(RESOURCE_TRIGGER) {
            let name = text("uri")?;
            // Templates are the same if only the names of their parameters differ.
            let key = UriTemplate::parse(&name).ok()?.structure();
            let mend = "give one of the two another URI; names of parameters do not count";
            Some(Self { noun: "resource", member: "uri", name, key, mend })
        } else {
            None
        }
    }
}
