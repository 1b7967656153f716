//! `#[arg(rename = "…", title = "…", default = …, description = "…")]`

use super::{Keys, entries};
use crate::diag::Diagnostics;
use crate::doc::Text;
use crate::kind::FunctionKind;
use syn::{Attribute, Expr, LitStr, Meta};

/// What was said about a parameter.
#[derive(Default)]
pub(crate) struct ArgAttr {
    pub(crate) rename: Option<LitStr>,
    pub(crate) title: Option<LitStr>,
    pub(crate) default: Option<Expr>,
    pub(crate) description: Option<Text>,
}

const KEYS: Keys = Keys {
    attribute: "#[arg]",
    own: &["rename", "title", "default", "description"],
    shared: &[],
    aliases: &[("name", "rename"), ("doc", "description")],
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
                "rename" => attr.rename = entry.string(diagnostics),
                "title" => attr.title = entry.string(diagnostics),
                "default" => attr.default = entry.expression(diagnostics),
                _ => attr.description = entry.text(diagnostics),
            }
        }
        attr
    }
}
