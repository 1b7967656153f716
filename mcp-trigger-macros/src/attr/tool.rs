//! The arguments of `#[mcp_tool]`.

use super::{App, Common, Entry, Keys, Value, app, common, entries, literal};
use crate::diag::Diagnostics;
use proc_macro2::TokenStream;
use syn::{Ident, Lit, LitBool};

/// What was said; defaults come later.
#[derive(Default)]
pub(crate) struct ToolAttr {
    pub(crate) common: Common,
    pub(crate) hints: Hints,
    pub(crate) app: Option<App>,
    pub(crate) task: Option<Task>,
}

/// When calls become tasks.
#[derive(Clone)]
pub(crate) struct Task {
    pub(crate) key: Ident,
    /// As `TaskSupport` calls it.
    pub(crate) support: &'static str,
}

/// MCP's tool annotations.
#[derive(Default)]
pub(crate) struct Hints {
    pub(crate) read_only: Option<LitBool>,
    pub(crate) destructive: Option<LitBool>,
    pub(crate) idempotent: Option<LitBool>,
    pub(crate) open_world: Option<LitBool>,
}

const KEYS: Keys = Keys {
    attribute: "#[mcp_tool]",
    own: &["read_only", "destructive", "idempotent", "open_world", "app", "task"],
    shared: common::KEYS,
    aliases: &[("doc", "description"), ("tool", "name"), ("annotations", "read_only")],
};

impl ToolAttr {
    pub(crate) fn read(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut attr = ToolAttr::default();
        for entry in entries(tokens, &KEYS, diagnostics) {
            match entry.key.to_string().as_str() {
                "read_only" => attr.hints.read_only = entry.flag(diagnostics),
                "destructive" => attr.hints.destructive = entry.flag(diagnostics),
                "idempotent" => attr.hints.idempotent = entry.flag(diagnostics),
                "open_world" => attr.hints.open_world = entry.flag(diagnostics),
                "task" => attr.task = task(entry, diagnostics),
                "app" => attr.app = app::read(entry, diagnostics),
                _ => attr.common.take(entry, diagnostics),
            }
        }
        attr
    }
}

/// `task`, `task = "required"` or `task = "later"`
fn task(entry: Entry, diagnostics: &mut Diagnostics) -> Option<Task> {
    let support = match (&entry.value, literal(&entry.value)) {
        (Value::Nothing, _) => "Optional",
        (_, Some(Lit::Str(word))) if word.value() == "required" => "Required",
        (_, Some(Lit::Str(word))) if word.value() == "later" => "Later",
        _ => return entry.expected("nothing, `\"required\"` or `\"later\"`", " = \"required\"", diagnostics),
    };
    Some(Task { key: entry.key, support })
}
