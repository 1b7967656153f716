//! Warnings about tools that MCP allows and some clients refuse: shown by `list` and `generate`, and at the start of the app.
//!
//! `schema::normalize` writes derived schemas so that as many clients as possible accept them. The rest is up to the developer: one
//! warning for each function and [`Rule`]. The rules of the Functions host for function.json are in `host_protocol::validate`.

mod rules;
#[cfg(test)]
mod tests;

pub(crate) use rules::Rule;

use crate::function::{Function, Kind};
use crate::registry::Registry;
use crate::registry::function_json;
use rules::{Listed, RULES};
use serde_json::{Value, json};
use std::fmt;

/// A warning about a tool that some clients refuse.
#[derive(Debug)]
pub(crate) struct Warning {
    pub(crate) function: &'static Function,
    pub(crate) rule: &'static Rule,
    /// The arguments concerned; empty if the warning is about the tool as a whole.
    arguments: Vec<String>,
}

/// All warnings about the tools of an app, in the order of the tools.
pub(crate) fn warnings(registry: &Registry) -> Vec<Warning> {
    registry.tools().enumerate().flat_map(|(at, function)| of_tool(function, at + 1)).collect()
}

/// The warnings about a tool, which is the `number`th of its app. A tool whose schema is a mistake has none: the app does not start.
pub(crate) fn of_tool(function: &'static Function, number: usize) -> Vec<Warning> {
    let Kind::Tool(tool) = &function.kind else { return Vec::new() };
    let Ok(schemas) = function_json::schemas(function, tool) else { return Vec::new() };
    let listed = Listed { name: tool.name, description: function.description, input: &schemas.input, number };
    let found = RULES.iter().filter_map(|rule| Some((rule, (rule.find)(&listed)?)));
    found.map(|(rule, arguments)| Warning { function, rule, arguments }).collect()
}

impl Warning {
    /// The same as data, for `list --json`.
    pub(crate) fn to_json(&self) -> Value {
        let Rule { id, clients, advice, .. } = self.rule;
        json!({ "rule": id, "clients": clients, "arguments": self.arguments, "message": self.to_string(), "advice": advice })
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rule { clients, effect, fault, advice, .. } = self.rule;
        write!(f, "the tool `{}`: {fault}", self.function.client_name())?;
        if !self.arguments.is_empty() {
            // A generated tool may have hundreds.
            let shown: Vec<String> = self.arguments.iter().take(5).map(|argument| format!("`{argument}`")).collect();
            let more = if self.arguments.len() > shown.len() { ", …" } else { "" };
            write!(f, " ({}{more})", shown.join(", "))?;
        }
        write!(f, "; {effect} by {}: {advice}", clients.join(" and "))
    }
}
