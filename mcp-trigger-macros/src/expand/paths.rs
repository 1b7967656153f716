//! Paths and places in the generated code.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Path;

/// The path of the crate `mcp_trigger`. Default: `::mcp_trigger`.
pub(super) struct CratePath<'a>(pub(super) Option<&'a Path>);

impl CratePath<'_> {
    /// The path of the module for generated code, with every token at one place. The compiler reports errors about a path at its
    /// first token.
    pub(super) fn at(&self, span: Span) -> TokenStream {
        let span = hygienic(span);
        match self.0 {
            None => quote_spanned!(span=> ::mcp_trigger::__private),
            Some(path) => {
                let path = relocated(path.to_token_stream(), span);
                quote_spanned!(span=> #path::__private)
            }
        }
    }
}

/// An `Option` in the generated code.
pub(super) fn option(value: Option<impl ToTokens>) -> TokenStream {
    let site = Span::mixed_site();
    match value {
        Some(value) => quote_spanned!(site=> ::core::option::Option::Some(#value)),
        None => quote_spanned!(site=> ::core::option::Option::None),
    }
}

/// A place in the user's source, with the names of this crate.
pub(super) fn hygienic(span: Span) -> Span {
    span.resolved_at(Span::mixed_site())
}

/// The user's tokens at another place, with the same meaning: `$crate` stays the same crate.
fn relocated(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                token = Group::new(group.delimiter(), relocated(group.stream(), span)).into();
            }
            token.set_span(token.span().located_at(span));
            token
        })
        .collect()
}
