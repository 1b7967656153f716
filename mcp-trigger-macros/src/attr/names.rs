//! The two names of a function: for clients, and for the Functions host.

use crate::diag::Diagnostics;
use crate::kind::FunctionKind;
use crate::model::{CommonOptions, NameOption};
use syn::ext::IdentExt;
use syn::{Ident, LitStr};

pub(super) fn default_name(ident: &Ident) -> NameOption {
    NameOption { text: ident.unraw().to_string(), span: ident.span(), is_given: false }
}

pub(super) fn given_name(literal: LitStr) -> NameOption {
    NameOption { text: literal.value(), span: literal.span(), is_given: true }
}

/// Reports names that no client or no host takes.
pub(super) fn check(kind: FunctionKind, options: &CommonOptions, has_view: bool, diagnostics: &mut Diagnostics) {
    match kind {
        FunctionKind::Tool => check_tool_name(&options.name, diagnostics),
        FunctionKind::Resource | FunctionKind::Prompt => check_name(kind, &options.name, diagnostics),
    }
    check_function_name(&options.function_name, has_view, diagnostics);
}

/// MCP: "Tool names SHOULD be between 1 and 128 characters". Clients take the characters of `RULE` only.
fn check_tool_name(name: &NameOption, diagnostics: &mut Diagnostics) {
    const RULE: &str = "tool names are 1 to 128 of the characters `A-Z a-z 0-9 _ - .`";
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mistake = match name.text.chars().find(|c| !allowed(*c)) {
        Some(wrong) => has_character(wrong),
        None if name.text.is_empty() => "is empty".to_owned(),
        None if name.text.len() > MAX_LENGTH => has_length(name),
        None => return,
    };
    diagnostics.push(refuse(name, "the tool name", &mistake, RULE, "name"));
}

/// Clients show the name and look it up. The host takes any text.
fn check_name(kind: FunctionKind, name: &NameOption, diagnostics: &mut Diagnostics) {
    if name.text.trim().is_empty() {
        diagnostics.push(syn::Error::new(name.span, format!("the name of a {} cannot be empty", kind.noun())));
    }
}

/// The Functions host silently skips folders with other names. The host and this crate have functions with the names in `TAKEN`.
fn check_function_name(name: &NameOption, has_view: bool, diagnostics: &mut Diagnostics) {
    const RULE: &str =
        "the name of an Azure function starts with a letter and goes on with up to 127 of `A-Z a-z 0-9 _ -`";
    const RULE_OF_VIEWS: &str = "the view is a function with the same name and `-view`, which may have 128";
    const RULE_OF_TAKEN: &str = "the host and this crate have functions `host`, `mcp` and `WellKnown` of their own";
    const TAKEN: [&str; 3] = ["host", "mcp", "WellKnown"];
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let wrong = name.text.chars().find(|c| !allowed(*c));
    let (mistake, rule) = match (name.text.chars().next(), wrong) {
        (None, _) => ("is empty".to_owned(), RULE),
        (Some(first), _) if allowed(first) && !first.is_ascii_alphabetic() => (format!("starts with `{first}`"), RULE),
        (_, Some(wrong)) => (has_character(wrong), RULE),
        _ if name.text.len() > MAX_LENGTH => (has_length(name), RULE),
        _ if has_view && name.text.len() + "-view".len() > MAX_LENGTH => (has_length(name), RULE_OF_VIEWS),
        _ if TAKEN.iter().any(|taken| name.text.eq_ignore_ascii_case(taken)) => ("is taken".to_owned(), RULE_OF_TAKEN),
        _ => return,
    };
    diagnostics.push(refuse(name, "the function name", &mistake, rule, "function"));
}

const MAX_LENGTH: usize = 128;

fn has_character(wrong: char) -> String {
    format!("has the character `{}`", wrong.escape_debug())
}

fn has_length(name: &NameOption) -> String {
    format!("has {} characters", name.text.len())
}

/// `key` is the option that sets the name.
fn refuse(name: &NameOption, what: &str, mistake: &str, rule: &str, key: &str) -> syn::Error {
    let remedy = if name.is_given { String::new() } else { format!("; set `{key} = \"…\"`") };
    syn::Error::new(name.span, format!("{what} `{}` {mistake}: {rule}{remedy}", name.text))
}
