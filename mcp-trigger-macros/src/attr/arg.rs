//! `#[arg(rename = "…", title = "…", default = …, description = "…", complete = …, header = "…", lenient)]`

use super::{Entry, Keys, entries};
use crate::diag::Diagnostics;
use crate::doc::Text;
use crate::kind::FunctionKind;
use syn::{Attribute, Expr, LitBool, LitStr, Meta};

/// What was said about a parameter.
#[derive(Default)]
pub(crate) struct ArgAttr {
    pub(crate) rename: Option<LitStr>,
    pub(crate) title: Option<LitStr>,
    pub(crate) default: Option<Expr>,
    pub(crate) description: Option<Text>,
    /// What completes it.
    pub(crate) complete: Option<Expr>,
    /// The header that repeats it.
    pub(crate) header: Option<LitStr>,
    /// Whether numbers and booleans may be text.
    pub(crate) lenient: Option<LitBool>,
}

const KEYS: Keys = Keys {
    attribute: "#[arg]",
    own: &["rename", "title", "default", "description", "complete", "header", "lenient"],
    shared: &[],
    aliases: &[("name", "rename"), ("doc", "description"), ("completion", "complete")],
};

impl ArgAttr {
    /// Reads it. What there is to say depends on what a client is told of an argument, and whether it can leave it out.
    pub(crate) fn read(kind: FunctionKind, attribute: &Attribute, diagnostics: &mut Diagnostics) -> Self {
        let mut attr = ArgAttr::default();
        let tokens = match &attribute.meta {
            Meta::Path(_) => return attr,
            Meta::List(list) => list.tokens.clone(),
            Meta::NameValue(_) => {
                diagnostics.error(attribute, "expected `#[arg]` or `#[arg(rename = \"…\", description = \"…\")]`");
                return attr;
            }
        };
        for entry in entries(tokens, &KEYS, diagnostics) {
            match entry.key.to_string().as_str() {
                "title" if kind != FunctionKind::Prompt => {
                    let message =
                        "only the arguments of prompts have a `title`; say it in the comment on the parameter";
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
                "rename" => attr.rename = entry.string(diagnostics),
                "title" => attr.title = entry.string(diagnostics),
                "default" => attr.default = entry.expression(diagnostics),
                "complete" => attr.complete = entry.expression(diagnostics),
                "header" => attr.header = header(entry, diagnostics),
                "lenient" => attr.lenient = entry.flag(diagnostics),
                _ => attr.description = entry.text(diagnostics),
            }
        }
        attr
    }
}

/// The end of a header's name, after `Mcp-Param-`: a token (RFC 9110 §5.6.2).
fn header(entry: Entry, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    let name = entry.string(diagnostics)?;
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.value().is_empty() || !name.value().chars().all(is_token) {
        let message = "the name of a header is made of letters, digits and `-`: with `header = \"Region\"` clients repeat the \
                       argument as `Mcp-Param-Region`";
        diagnostics.error(&name, message);
    }
    Some(name)
}
