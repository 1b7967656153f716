//! The arguments of `#[mcp_resource]`: the address, then what else there is to say.

use super::{Common, Keys, entries};
use crate::diag::Diagnostics;
use crate::template;
use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parser;
use syn::{LitInt, LitStr, Token};

/// What was said; defaults come later.
#[derive(Default)]
pub(crate) struct ResourceAttr {
    pub(crate) common: Common,
    /// The address or template, if it is one.
    pub(crate) uri: Option<LitStr>,
    pub(crate) mime_type: Option<LitStr>,
    pub(crate) size: Option<LitInt>,
    pub(crate) percent_decode: bool,
}

const KEYS: Keys = Keys {
    attribute: "#[mcp_resource]",
    known: &[
        "name",
        "function",
        "title",
        "description",
        "mime_type",
        "size",
        "percent_decode",
        "meta",
        "icons",
        "timeout",
        "roles",
        "scopes",
        "crate",
    ],
    aliases: &[("doc", "description"), ("resource_name", "name"), ("content_type", "mime_type")],
};

const FORM: &str =
    "`#[mcp_resource(\"docs://readme\")]`, or with parameters `#[mcp_resource(\"users://{id}/profile\")]`";

impl ResourceAttr {
    pub(crate) fn read(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut attr = ResourceAttr::default();
        let (uri, rest) = diagnostics.take(split(tokens)).unwrap_or_default();
        if let Some(uri) = uri {
            match template::check(&uri.value()) {
                Ok(()) => attr.uri = Some(uri),
                Err(mistake) => diagnostics.error(&uri, mistake),
            }
        }
        for entry in entries(rest, &KEYS, diagnostics) {
            match entry.key.to_string().as_str() {
                "mime_type" => attr.mime_type = entry.string(diagnostics),
                "size" => attr.size = entry.integer(diagnostics),
                "percent_decode" => attr.percent_decode = entry.flag(diagnostics).is_some_and(|flag| flag.value),
                _ => attr.common.take(entry, diagnostics),
            }
        }
        attr
    }
}

/// The address, which comes first and has no key, and what follows it.
fn split(tokens: TokenStream) -> syn::Result<(Option<LitStr>, TokenStream)> {
    let starts_with_literal = matches!(tokens.clone().into_iter().next(), Some(TokenTree::Literal(_)));
    if !starts_with_literal {
        let message = format!("a resource needs an address first: {FORM}");
        return Err(syn::Error::new_spanned(&tokens, message));
    }
    let parser = |input: syn::parse::ParseStream<'_>| {
        let uri =
            input.parse().map_err(|error| syn::Error::new(error.span(), format!("the address is a string: {FORM}")))?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((Some(uri), input.parse()?))
    };
    parser.parse2(tokens)
}
