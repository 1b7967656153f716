//! `#[arg(rename = "…", title = "…", default = …, description = "…", complete = …, header = "…", lenient)]`

use super::entry::{AttributeEntry, entries};
use super::keys::KnownKeys;
use crate::description::Description;
use crate::diag::Diagnostics;
use crate::kind::FunctionKind;
use syn::{Attribute, Expr, LitBool, LitStr, Meta};

/// The options of `#[arg]`. `param` makes an argument of them.
#[derive(Default)]
pub(crate) struct ArgOptions {
    pub(crate) rename: Option<LitStr>,
    pub(crate) title: Option<LitStr>,
    pub(crate) default: Option<Expr>,
    pub(crate) description: Option<Description>,
    pub(crate) complete: Option<Expr>,
    pub(crate) header: Option<LitStr>,
    pub(crate) lenient: Option<LitBool>,
}

pub(super) const KEYS: KnownKeys = KnownKeys {
    attribute: "#[arg]",
    own: &["rename", "title", "default", "description", "complete", "header", "lenient"],
    shared: &[],
    aliases: &[("name", "rename"), ("doc", "description"), ("completion", "complete")],
};

/// Reads `#[arg]`. Each kind of function has some of its options only; the others are reported.
pub(crate) fn read_arg(kind: FunctionKind, attribute: &Attribute, diagnostics: &mut Diagnostics) -> ArgOptions {
    let mut options = ArgOptions::default();
    let tokens = match &attribute.meta {
        Meta::Path(_) => return options,
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(_) => {
            diagnostics.error(attribute, "expected `#[arg]` or `#[arg(rename = \"…\", description = \"…\")]`");
            return options;
        }
    };
    for entry in entries(tokens, &KEYS, diagnostics) {
        match entry.key.to_string().as_str() {
            "title" if kind != FunctionKind::Prompt => {
                let message = "only the arguments of prompts have a `title`; say it in the comment on the parameter";
                diagnostics.error(&entry.key, message);
            }
            "default" if kind == FunctionKind::Resource => {
                let message = "a parameter of an address always has a value, and needs no default";
                diagnostics.error(&entry.key, message);
            }
            "complete" if kind == FunctionKind::Tool => {
                let message = "only the arguments of prompts and the parameters of resources are completed, as people type \
                               them; those of tools are written by models";
                diagnostics.error(&entry.key, message);
            }
            "header" if kind != FunctionKind::Tool => {
                diagnostics.error(&entry.key, "only the arguments of tools are repeated in headers");
            }
            "lenient" if kind != FunctionKind::Tool => {
                let message = "only the arguments of tools are `lenient`; those of prompts and the parameters of addresses are \
                               always text, from which numbers and booleans are read";
                diagnostics.error(&entry.key, message);
            }
            "rename" => options.rename = entry.string(diagnostics),
            "title" => options.title = entry.string(diagnostics),
            "default" => options.default = entry.expression(diagnostics),
            "complete" => options.complete = entry.expression(diagnostics),
            "header" => options.header = header(entry, diagnostics),
            "lenient" => options.lenient = entry.flag(diagnostics),
            // The only key that is left: `description`.
            _ => options.description = entry.text(diagnostics),
        }
    }
    options
}

/// The part of a header's name after `Mcp-Param-`, which has to be a token (RFC 9110 §5.6.2).
fn header(entry: AttributeEntry, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    let name = entry.string(diagnostics)?;
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.value().is_empty() || !name.value().chars().all(is_token) {
        let message = "the name of a header is made of letters, digits and `-`: with `header = \"Region\"` clients repeat the \
                       argument as `Mcp-Param-Region`";
        diagnostics.error(&name, message);
    }
    Some(name)
}
