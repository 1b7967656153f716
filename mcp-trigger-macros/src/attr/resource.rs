//! The arguments of `#[mcp_resource]`: the address, then what else there is to say.

use super::{Common, Entry, Keys, common, entries};
use crate::diag::Diagnostics;
use crate::template;
use proc_macro2::TokenStream;
use std::time::Duration;
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
    pub(crate) cache: Option<Duration>,
    pub(crate) cache_scope: Option<LitStr>,
}

const KEYS: Keys = Keys {
    attribute: "#[mcp_resource]",
    own: &["mime_type", "size", "percent_decode", "cache", "cache_scope"],
    shared: common::KEYS,
    aliases: &[("doc", "description"), ("resource_name", "name"), ("content_type", "mime_type"), ("ttl", "cache")],
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
                "cache" => attr.cache = common::duration_of(entry, "how long contents may be kept", diagnostics),
                "cache_scope" => attr.cache_scope = cache_scope(entry, diagnostics),
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

fn cache_scope(entry: Entry, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    let scope = entry.string(diagnostics)?;
    if !matches!(scope.value().as_str(), "private" | "public") {
        diagnostics.error(&scope, "contents are kept for everybody, `\"public\"`, or for whoever asked, `\"private\"`");
    }
    Some(scope)
}
