//! Names: of tools, resources and prompts for clients, of functions for the host.

use crate::diag::Diagnostics;
use crate::kind::FunctionKind;
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Ident, LitStr};

/// MCP: "Tool names SHOULD be between 1 and 128 characters", of which clients let these pass.
pub(crate) fn tool_name(given: Option<&LitStr>, ident: &Ident, diagnostics: &mut Diagnostics) -> Option<String> {
    const RULE: &str = "tool names are 1 to 128 of the characters `A-Z a-z 0-9 _ - .`";
    let name = Name::new(given, ident);
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mistake = match name.text.chars().find(|c| !allowed(*c)) {
        Some(wrong) => format!("has the character `{}`", wrong.escape_debug()),
        None if name.text.is_empty() => "is empty".to_owned(),
        None if name.text.len() > 128 => format!("has {} characters", name.text.len()),
        None => return Some(name.text),
    };
    diagnostics.push(name.refuse("the tool name", &mistake, RULE, "name"));
    None
}

/// What clients show and look up; the host takes any text.
pub(crate) fn name(
    kind: FunctionKind,
    given: Option<&LitStr>,
    ident: &Ident,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let name = Name::new(given, ident);
    if name.text.trim().is_empty() {
        diagnostics.push(syn::Error::new(name.span, format!("the name of a {} cannot be empty", kind.noun())));
        return None;
    }
    Some(name.text)
}

/// The host: folders of other names are skipped without a word, and the runtime has routes of its own under two of them.
pub(crate) fn function_name(
    given: Option<&LitStr>,
    ident: &Ident,
    has_view: bool,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    const RULE: &str =
        "the name of an Azure function starts with a letter and goes on with up to 127 of `A-Z a-z 0-9 _ -`";
    const RULE_OF_VIEWS: &str = "the view is a function with the same name and `-view`, which may have 128";
    const TAKEN: [&str; 3] = ["host", "mcp", "WellKnown"];
    let name = Name::new(given, ident);
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let mistake = match name.text.chars().next() {
        None => "is empty".to_owned(),
        Some(first) if allowed(first) && !first.is_ascii_alphabetic() => format!("starts with `{first}`"),
        Some(_) => match name.text.chars().find(|c| !allowed(*c)) {
            Some(wrong) => format!("has the character `{}`", wrong.escape_debug()),
            None if name.text.len() > 128 => format!("has {} characters", name.text.len()),
            None if has_view && name.text.len() + "-view".len() > 128 => {
                let mistake = format!("has {} characters", name.text.len());
                diagnostics.push(name.refuse("the function name", &mistake, RULE_OF_VIEWS, "function"));
                return None;
            }
            None if TAKEN.iter().any(|taken| name.text.eq_ignore_ascii_case(taken)) => {
                let rule = "the host and this crate have functions `host`, `mcp` and `WellKnown` of their own";
                diagnostics.push(name.refuse("the function name", "is taken", rule, "function"));
                return None;
            }
            None => return Some(name.text),
        },
    };
    diagnostics.push(name.refuse("the function name", &mistake, RULE, "function"));
    None
}

/// A name that was given, or that of the Rust function.
struct Name {
    text: String,
    span: Span,
    is_given: bool,
}

impl Name {
    fn new(given: Option<&LitStr>, ident: &Ident) -> Self {
        match given {
            Some(literal) => Name { text: literal.value(), span: literal.span(), is_given: true },
            None => Name { text: ident.unraw().to_string(), span: ident.span(), is_given: false },
        }
    }

    fn refuse(&self, what: &str, mistake: &str, rule: &str, key: &str) -> syn::Error {
        let remedy = if self.is_given { String::new() } else { format!("; set `{key} = \"…\"`") };
        syn::Error::new(self.span, format!("{what} `{}` {mistake}: {rule}{remedy}", self.text))
    }
}
