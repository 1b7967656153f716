//! The arguments of `#[mcp_resource]`: the address, then what else there is to say.

use super::{Common, Keys, common, entries};
use crate::diag::Diagnostics;
use crate::template;
use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
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
    own: &["mime_type", "size", "percent_decode"],
    shared: common::KEYS,
    aliases: &[("doc", "description"), ("resource_name", "name"), ("content_type", "mime_type")],
};

const NO_ADDRESS: &str = "the address of a resource comes first, as a string without a key: \
     `#[mcp_resource(\"docs://readme\")]`, or with parameters `#[mcp_resource(\"users://{id}/profile\")]`";

impl ResourceAttr {
    pub(crate) fn read(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut attr = ResourceAttr::default();
        let Some((uri, rest)) = diagnostics.take(split(tokens)) else { return attr };
        match template::check(&uri.value()) {
            Ok(()) => attr.uri = Some(uri),
            Err(mistake) => diagnostics.error(&uri, mistake),
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

/// The address, and what follows it.
fn split(tokens: TokenStream) -> syn::Result<(LitStr, TokenStream)> {
    let parser = |input: ParseStream<'_>| {
        let uri = input.parse().map_err(|error| syn::Error::new(error.span(), NO_ADDRESS))?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((uri, input.parse()?))
    };
    parser.parse2(tokens)
}
