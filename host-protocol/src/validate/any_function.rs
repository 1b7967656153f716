//! The rules of the host itself, for functions of any kind.

use std::collections::HashSet;

use serde_json::Value;

use super::Report;
use crate::function_json::{Binding, DataType, Direction, FunctionJson};
use crate::json::jsonc;
use crate::name;

pub(super) fn check_function(report: &mut Report<'_>, file: &FunctionJson) {
    if let Err(error) = name::function(report.function) {
        report.in_error("", error, "rename the folder");
    }
    check_bindings(report, &file.bindings);
    if let Some(source) = jsonc::find(&file.other, "configurationSource")
        && !source.as_str().is_some_and(|source| source.eq_ignore_ascii_case("config"))
    {
        let fault = format!("`{source}` is no source of configuration that a custom handler can have");
        report.in_error("configurationSource", fault, "remove the member");
    }
}

fn check_bindings(report: &mut Report<'_>, bindings: &[Binding]) {
    if bindings.is_empty() {
        return report.in_error("bindings", "there is no binding", "declare a trigger");
    }
    match bindings.iter().filter(|binding| binding.is_trigger()).count() {
        0 => report.in_error("bindings", "no binding is a trigger", "add one whose type ends in `Trigger`"),
        1 => {}
        _ => report.in_error("bindings", "there is more than one trigger", "make one function of each"),
    }
    let mut names = HashSet::new();
    for binding in bindings.iter().filter(|binding| !binding.name.is_empty()) {
        if !names.insert(binding.name.to_ascii_lowercase()) {
            let fault = format!("two bindings have the name `{}`, ignoring case", binding.name);
            report.in_error("bindings", fault, "rename one");
        }
    }
}

pub(super) fn check_binding(report: &mut Report<'_>, binding: &Binding) {
    if binding.kind.is_empty() {
        // Looked for with its case, unlike most members.
        report.in_error("type", "there is no `type`", "say what the binding is, such as `mcpToolTrigger`");
    }
    if let Err(error) = name::binding(&binding.name) {
        report.in_error("name", error, "rename the binding");
    } else if binding.name == name::RETURN && binding.direction != Direction::Out {
        report.in_error("name", "`$return` is not an output", "give it the direction `out`, or another name");
    }
    if let Direction::Other(direction) = &binding.direction {
        report.in_error("direction", format!("`{direction}` is no direction"), "write `in`, `out` or `inout`");
    }
    if let Some(DataType::Other(kind)) = &binding.data_type {
        report.in_error("dataType", format!("`{kind}` is no data type"), "write `string`, `binary` or `stream`");
    }
    if let Some(cardinality) = binding.get("cardinality").filter(|value| !is_cardinality(value)) {
        report.in_error("cardinality", format!("`{cardinality}` is no cardinality"), "write `one` or `many`");
    }
}

fn is_cardinality(value: &Value) -> bool {
    let is = |text: &str| text.is_empty() || ["one", "many"].iter().any(|word| word.eq_ignore_ascii_case(text));
    value.is_null() || value.as_str().is_some_and(is)
}
