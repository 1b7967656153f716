//! `#[arg(rename = "…", title = "…", default = …, description = "…")]`

use super::{Keys, entries};
use crate::diag::Diagnostics;
use crate::doc::Text;
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
    known: &["rename", "title", "default", "description"],
    aliases: &[("name", "rename"), ("doc", "description")],
};

impl ArgAttr {
    /// Reads it, if there is one.
    pub(crate) fn read(attributes: &[Attribute], diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut attributes = attributes.iter().filter(|attribute| attribute.path().is_ident("arg"));
        let first = attributes.next()?;
        for second in attributes {
            diagnostics.error(second, "a parameter has one `#[arg]`; put all into the first");
        }
        let mut attr = ArgAttr::default();
        let tokens = match &first.meta {
            Meta::Path(_) => return Some(attr),
            Meta::List(list) => list.tokens.clone(),
            Meta::NameValue(_) => {
                diagnostics.error(first, "expected `#[arg]` or `#[arg(rename = \"…\", default = …)]`");
                return Some(attr);
            }
        };
        for entry in entries(tokens, &KEYS, diagnostics) {
            match entry.key.to_string().as_str() {
                "rename" => attr.rename = entry.string(diagnostics),
                "title" => attr.title = entry.string(diagnostics),
                "default" => attr.default = entry.expression(diagnostics),
                _ => attr.description = entry.text(diagnostics),
            }
        }
        Some(attr)
    }
}
