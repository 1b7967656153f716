//! The annotated function: its attributes and its signature. The body is not parsed: the compiler reports mistakes there, and the body
//! may use syntax that `syn` does not know yet.

mod types;

pub(crate) use types::{
    generic_argument, last_segment, option_inner, place, plain_name, spelled, ungroup, ungroup_expr,
};

use crate::kind::FunctionKind;
use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Signature, Token, Visibility};

/// A function with a body.
pub(crate) struct FunctionItem {
    pub(crate) attributes: Vec<Attribute>,
    visibility: Visibility,
    pub(crate) signature: Signature,
    body: TokenStream,
}

/// Parses the item under an attribute.
pub(crate) fn parse(kind: FunctionKind, item: TokenStream) -> syn::Result<FunctionItem> {
    let attribute = kind.attribute();
    let parser = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        refuse_other_items(attribute, input)?;
        let signature: Signature = input.parse()?;
        if input.peek(Token![;]) {
            let message =
                format!("`{attribute}` expects a function with a body; a trait's methods cannot be called by a host");
            return Err(syn::Error::new_spanned(&signature.ident, message));
        }
        Ok(FunctionItem { attributes, visibility, signature, body: input.parse()? })
    };
    parser.parse2(item)
}

fn refuse_other_items(attribute: &str, input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    let Ok(keyword) = ahead.call(Ident::parse_any) else {
        return Err(input.error(format!("`{attribute}` expects a function")));
    };
    let advice = match keyword.to_string().as_str() {
        "impl" => {
            ": methods have no `self` to be called with, so write free functions and keep shared data in `State<T>`"
        }
        "trait" => ": put it on a free function that calls the trait's method",
        "struct" | "enum" | "union" | "mod" | "use" | "static" | "type" => "",
        // `const fn` is a function; `read` refuses it.
        "const" if !ahead.peek(Token![fn]) && !ahead.peek(Token![async]) && !ahead.peek(Token![unsafe]) => "",
        _ => return Ok(()),
    };
    Err(syn::Error::new(keyword.span(), format!("`{attribute}` expects a function, not `{keyword}`{advice}")))
}

impl ToTokens for FunctionItem {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attributes);
        self.visibility.to_tokens(tokens);
        self.signature.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}
