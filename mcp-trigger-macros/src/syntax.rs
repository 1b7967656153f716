//! The annotated function. Only its signature is parsed: a mistake in the body is the compiler's to tell, and a body that
//! `syn` does not know yet is none.

use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Signature, Token, Type, Visibility};

/// A function with a body.
pub(crate) struct HandlerFn {
    pub(crate) attributes: Vec<Attribute>,
    visibility: Visibility,
    pub(crate) signature: Signature,
    body: TokenStream,
}

/// Parses the item under a macro, which is named in the messages.
pub(crate) fn parse(macro_name: &'static str, item: TokenStream) -> syn::Result<HandlerFn> {
    let parser = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        refuse_other_items(macro_name, input)?;
        let signature: Signature = input.parse()?;
        if input.peek(Token![;]) {
            let message =
                format!("`{macro_name}` expects a function with a body; a trait's methods cannot be called by a host");
            return Err(syn::Error::new_spanned(&signature.ident, message));
        }
        Ok(HandlerFn { attributes, visibility, signature, body: input.parse()? })
    };
    parser.parse2(item)
}

fn refuse_other_items(macro_name: &str, input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    let Ok(keyword) = ahead.call(Ident::parse_any) else {
        return Err(input.error(format!("`{macro_name}` expects a function")));
    };
    let advice = match keyword.to_string().as_str() {
        "impl" => {
            ": methods have no `self` to be called with, so write free functions and keep shared data in `State<T>`"
        }
        "trait" => ": put it on a free function that calls the trait's method",
        "struct" | "enum" | "union" | "mod" | "use" | "static" | "type" => "",
        // `const fn` is a function, and another rule's concern.
        "const" if !ahead.peek(Token![fn]) && !ahead.peek(Token![async]) && !ahead.peek(Token![unsafe]) => "",
        _ => return Ok(()),
    };
    Err(syn::Error::new(keyword.span(), format!("`{macro_name}` expects a function, not `{keyword}`{advice}")))
}

impl ToTokens for HandlerFn {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attributes);
        self.visibility.to_tokens(tokens);
        self.signature.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}

/// The type inside the groups that `macro_rules` leaves around what it was given, and inside parentheses.
pub(crate) fn ungroup(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

/// A name or a type, as a reader would write it.
pub(crate) fn spelled(tokens: impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let mut spelled = String::with_capacity(text.len());
    for (position, character) in text.char_indices() {
        // Between tokens stand blanks; those that nobody writes go, `&mut T` and `dyn Trait` keep theirs.
        let before = text[..position].chars().next_back();
        let after = text[position + character.len_utf8()..].chars().next();
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if character != ' ' || is_word(before) && is_word(after) || matches!(before, Some(',' | ';')) {
            spelled.push(character);
        }
    }
    spelled
}
