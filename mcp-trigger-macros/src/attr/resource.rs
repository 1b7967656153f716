//! The options of `#[mcp_resource]`: the address, then the entries.

use super::common;
use super::entry::{AttributeEntry, entries};
use super::keys::KnownKeys;
use crate::diag::Diagnostics;
use crate::model::{CacheOptions, CommonOptions, ResourceOptions};
use crate::template;
use proc_macro2::{Span, TokenStream};
use std::time::Duration;
use syn::parse::{ParseStream, Parser};
use syn::{LitStr, Token};

pub(super) const KEYS: KnownKeys = KnownKeys {
    attribute: "#[mcp_resource]",
    own: &["mime_type", "size", "percent_decode", "cache", "cache_scope"],
    shared: common::KEYS,
    aliases: &[("doc", "description"), ("resource_name", "name"), ("content_type", "mime_type"), ("ttl", "cache")],
};

const NO_ADDRESS: &str = "the address of a resource comes first, as a string without a key: \
     `#[mcp_resource(\"docs://readme\")]`, or with parameters `#[mcp_resource(\"users://{id}/profile\")]`";

pub(super) fn read(tokens: TokenStream, common: &mut CommonOptions, diagnostics: &mut Diagnostics) -> ResourceOptions {
    let mut options = ResourceOptions {
        uri: LitStr::new("", Span::call_site()),
        uri_parameters: None,
        mime_type: None,
        size: None,
        percent_decode: false,
        cache: None,
    };
    let Some((uri, rest)) = diagnostics.take(split(tokens)) else { return options };
    match template::parse(&uri.value()) {
        Ok(parameters) => options.uri_parameters = Some(parameters),
        Err(mistake) => diagnostics.error(&uri, mistake),
    }
    options.uri = uri;
    let (mut lifetime, mut scope) = (None, None);
    for entry in entries(rest, &KEYS, diagnostics) {
        match entry.key.to_string().as_str() {
            "mime_type" => options.mime_type = entry.string(diagnostics),
            "size" => options.size = entry.integer(diagnostics),
            "percent_decode" => options.percent_decode = entry.flag(diagnostics).is_some_and(|flag| flag.value),
            "cache" => lifetime = common::duration(entry, "how long contents may be kept", diagnostics),
            "cache_scope" => scope = cache_scope(entry, diagnostics),
            _ => common::read(entry, common, diagnostics),
        }
    }
    options.cache = cache(lifetime, scope, common, diagnostics);
    options
}

/// The address and the entries after it.
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

fn cache_scope(entry: AttributeEntry, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    let scope = entry.string(diagnostics)?;
    if !matches!(scope.value().as_str(), "private" | "public") {
        diagnostics.error(&scope, "contents are kept for everybody, `\"public\"`, or for whoever asked, `\"private\"`");
    }
    Some(scope)
}

/// `cache` and `cache_scope` together. Contents that only some callers may read must not be public.
fn cache(
    lifetime: Option<Duration>,
    scope: Option<LitStr>,
    common: &CommonOptions,
    diagnostics: &mut Diagnostics,
) -> Option<CacheOptions> {
    let is_public = scope.as_ref().is_some_and(|scope| scope.value() == "public");
    match (lifetime, scope) {
        (None, Some(scope)) => diagnostics.error(scope, "say how long as well: `cache = \"60s\"`"),
        (Some(_), Some(scope)) if is_public && common.access.is_some() => {
            let message = "what was read by one is given to everybody then, whatever `roles` and `scopes` say; keep it \
                           `\"private\"`";
            diagnostics.error(scope, message);
        }
        _ => {}
    }
    lifetime.map(|lifetime| CacheOptions { lifetime, is_public })
}
