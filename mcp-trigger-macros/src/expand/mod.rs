//! The model becomes tokens.
//!
//! The code stands in the middle of somebody's module, so it takes nothing for granted there:
//!
//! * every path is absolute and comes from [`Root`]: a `mod std`, a `struct Box` or a function `Ok` beside it changes nothing;
//! * everything has the hygiene of this crate (`Span::mixed_site`), so that locals are its own, and lints of the user's crate
//!   pass over it; items, to which hygiene does not apply, have names that nobody else uses;
//! * it has the *location* of what it is about, mostly the type of a parameter: an unfit type is an error there;
//! * a type is asked for a trait in one place, once: a second place would be a second error for the same mistake.

mod function;
#[cfg(test)]
mod golden;
mod params;
mod view;

pub(crate) use function::function;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Path;

/// Where the generated code finds `mcp_trigger`.
struct Root<'a>(Option<&'a Path>);

impl Root<'_> {
    /// The path of what the macros use, every token of it at one place. The compiler takes the first token of a path for the
    /// place of an error.
    fn at(&self, span: Span) -> TokenStream {
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

fn option(value: Option<impl ToTokens>) -> TokenStream {
    let site = Span::mixed_site();
    match value {
        Some(value) => quote_spanned!(site=> ::core::option::Option::Some(#value)),
        None => quote_spanned!(site=> ::core::option::Option::None),
    }
}

/// A place in the user's source, with the names of this crate.
fn hygienic(span: Span) -> Span {
    span.resolved_at(Span::mixed_site())
}

/// The user's tokens at another place, meaning what they meant: `$crate` stays the crate that it was.
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
