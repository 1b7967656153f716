//! The options of `#[mcp_tool]`.

use super::entry::{AttributeEntry, EntryValue, entries, literal};
use super::keys::KnownKeys;
use super::{app, common};
use crate::diag::Diagnostics;
use crate::json;
use crate::model::{CommonOptions, TaskOption, ToolHints, ToolOptions};
use proc_macro2::TokenStream;
use syn::Lit;

pub(super) const KEYS: KnownKeys = KnownKeys {
    attribute: "#[mcp_tool]",
    own: &["read_only", "destructive", "idempotent", "open_world", "app", "task"],
    shared: common::KEYS,
    aliases: &[("doc", "description"), ("tool", "name"), ("annotations", "read_only")],
};

pub(super) fn read(tokens: TokenStream, common: &mut CommonOptions, diagnostics: &mut Diagnostics) -> ToolOptions {
    let mut options = ToolOptions::default();
    let hints = &mut options.hints;
    for entry in entries(tokens, &KEYS, diagnostics) {
        match entry.key.to_string().as_str() {
            "read_only" => hints.read_only = entry.flag(diagnostics),
            "destructive" => hints.destructive = entry.flag(diagnostics),
            "idempotent" => hints.idempotent = entry.flag(diagnostics),
            "open_world" => hints.open_world = entry.flag(diagnostics),
            "task" => options.task = task(entry, diagnostics),
            "app" => options.app = app::read(entry, diagnostics),
            _ => common::read(entry, common, diagnostics),
        }
    }
    check_hints(&options.hints, diagnostics);
    check_meta(&options, common, diagnostics);
    options
}

/// `task`, `task = "required"` or `task = "later"`
fn task(entry: AttributeEntry, diagnostics: &mut Diagnostics) -> Option<TaskOption> {
    let support = match (&entry.value, literal(&entry.value)) {
        (EntryValue::Nothing, _) => "Optional",
        (_, Some(Lit::Str(word))) if word.value() == "required" => "Required",
        (_, Some(Lit::Str(word))) if word.value() == "later" => "Later",
        _ => return entry.expected("nothing, `\"required\"` or `\"later\"`", " = \"required\"", diagnostics),
    };
    Some(TaskOption { key: entry.key, support })
}

fn check_hints(hints: &ToolHints, diagnostics: &mut Diagnostics) {
    if let (Some(read_only), Some(destructive)) = (&hints.read_only, &hints.destructive)
        && read_only.value
        && destructive.value
    {
        diagnostics.error(destructive, "a tool that is `read_only` cannot be `destructive`");
    }
}

/// Reports a member `ui` in `meta` of a tool with a view: `app(…)` writes this member.
fn check_meta(options: &ToolOptions, common: &CommonOptions, diagnostics: &mut Diagnostics) {
    if let (Some(_), Some(meta)) = (&options.app, &common.meta)
        && json::check_object(&meta.value()).is_ok_and(|names| names.iter().any(|name| name == "ui"))
    {
        diagnostics.error(meta, "the member `ui` of `meta` is written by `app(…)`; keep one of the two");
    }
}
