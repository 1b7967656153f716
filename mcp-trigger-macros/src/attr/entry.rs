//! The syntax of all attributes: entries `key`, `key = value` and `key(…)`, separated by commas.

use super::keys::KnownKeys;
use crate::description::Description;
use crate::diag::Diagnostics;
use crate::syntax::ungroup_expr;
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, Lit, LitBool, LitInt, LitStr, Path, Token, token};

/// An entry of an attribute.
pub(super) struct AttributeEntry {
    pub(super) key: Ident,
    pub(super) value: EntryValue,
}

pub(super) enum EntryValue {
    /// `key`.
    Nothing,
    /// `key = expression`.
    Is(Expr),
    /// `key(…)`.
    List(TokenStream),
}

impl Parse for AttributeEntry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Lit) {
            return Err(input.error("expected a key first: `key = …` or `key(…)`"));
        }
        let key = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            let equals = input.parse::<Token![=]>()?;
            if input.is_empty() || input.peek(Token![,]) {
                return Err(syn::Error::new_spanned(equals, format!("expected a value after `{key} =`")));
            }
            EntryValue::Is(input.parse()?)
        } else if input.peek(token::Paren) {
            let list;
            syn::parenthesized!(list in input);
            EntryValue::List(list.parse()?)
        } else if input.is_empty() || input.peek(Token![,]) {
            EntryValue::Nothing
        } else {
            return Err(input.error(format!("expected `=` or `,` after `{key}`")));
        };
        Ok(AttributeEntry { key, value })
    }
}

/// The entries with these keys. Reports all others.
pub(super) fn entries(tokens: TokenStream, keys: &KnownKeys, diagnostics: &mut Diagnostics) -> Vec<AttributeEntry> {
    known_entries(any_entries(tokens, diagnostics), keys, diagnostics)
}

pub(super) fn known_entries(
    mut entries: Vec<AttributeEntry>,
    keys: &KnownKeys,
    diagnostics: &mut Diagnostics,
) -> Vec<AttributeEntry> {
    entries.retain(|entry| keys.check(&entry.key, diagnostics));
    entries
}

/// The entries with any key. A mistake is reported, and reading goes on after the next comma.
pub(super) fn any_entries(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Vec<AttributeEntry> {
    let mut found: Vec<AttributeEntry> = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match entry_and_comma(input) {
                Err(error) => {
                    diagnostics.push(error);
                    skip_past_comma(input)?;
                }
                Ok(entry) if found.iter().any(|earlier| earlier.key == entry.key) => {
                    diagnostics.error(&entry.key, given_twice(&entry.key));
                }
                Ok(entry) => found.push(entry),
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        diagnostics.push(error);
    }
    found
}

pub(super) fn given_twice(key: impl std::fmt::Display) -> String {
    format!("`{key}` is given twice; keep one")
}

pub(super) fn entry_and_comma(input: ParseStream<'_>) -> syn::Result<AttributeEntry> {
    let entry = input.parse()?;
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(entry)
}

pub(super) fn skip_past_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

impl AttributeEntry {
    /// `key = "text"`
    pub(super) fn string(self, diagnostics: &mut Diagnostics) -> Option<LitStr> {
        match literal(&self.value) {
            Some(Lit::Str(string)) => Some(string.clone()),
            _ => self.expected("a string literal", " = \"…\"", diagnostics),
        }
    }

    /// `key = "text"` or `key = include_str!("…")`
    pub(super) fn text(self, diagnostics: &mut Diagnostics) -> Option<Description> {
        let text = match &self.value {
            EntryValue::Is(expression) => Description::from_expression(expression),
            _ => None,
        };
        text.or_else(|| self.expected("a string literal or `include_str!(…)`", " = \"…\"", diagnostics))
    }

    /// `key`, `key = true` or `key = false`
    pub(super) fn flag(self, diagnostics: &mut Diagnostics) -> Option<LitBool> {
        match (&self.value, literal(&self.value)) {
            (EntryValue::Nothing, _) => Some(LitBool::new(true, self.key.span())),
            (_, Some(Lit::Bool(flag))) => Some(flag.clone()),
            _ => self.expected("nothing, `true` or `false`", " = true", diagnostics),
        }
    }

    /// `key = 3`
    pub(super) fn integer(self, diagnostics: &mut Diagnostics) -> Option<LitInt> {
        match literal(&self.value) {
            Some(Lit::Int(number)) if number.base10_parse::<u64>().is_ok() => Some(number.clone()),
            _ => self.expected("a whole number from 0 on", " = 1024", diagnostics),
        }
    }

    /// `key("one", "two")`
    pub(super) fn strings(self, form: &str, diagnostics: &mut Diagnostics) -> Option<Vec<LitStr>> {
        self.items("a list of strings", form, diagnostics)
    }

    /// `key(one, two)` with these names. Reports all others.
    pub(super) fn names(self, known: &KnownKeys, form: &str, diagnostics: &mut Diagnostics) -> Option<Vec<Ident>> {
        let mut names: Vec<Ident> = Vec::new();
        for name in self.items("a list of names", form, diagnostics)? {
            if names.contains(&name) {
                diagnostics.error(&name, given_twice(&name));
            } else if known.check(&name, diagnostics) {
                names.push(name);
            }
        }
        Some(names)
    }

    /// Parses the items of `key(…)`. An empty list is a mistake, which is reported.
    fn items<T: Parse>(self, what: &str, form: &str, diagnostics: &mut Diagnostics) -> Option<Vec<T>> {
        let key = self.key.clone();
        let tokens = self.list(form, diagnostics)?;
        if tokens.is_empty() {
            diagnostics.error(&key, format!("`{key}` is empty: name at least one, as in `{key}{form}`"));
            return None;
        }
        let items = Punctuated::<T, Token![,]>::parse_terminated.parse2(tokens);
        let items =
            items.map_err(|error| syn::Error::new(error.span(), format!("`{key}` takes {what}: `{key}{form}`")));
        diagnostics.take(items).map(|items| items.into_iter().collect())
    }

    /// The path of `key = a::path`.
    pub(super) fn path(self, diagnostics: &mut Diagnostics) -> Option<Path> {
        match self.value {
            EntryValue::Is(Expr::Path(path)) if path.qself.is_none() => Some(path.path),
            _ => self.expected("a path", " = ::a::path", diagnostics),
        }
    }

    /// The expression of `key = expression`.
    pub(super) fn expression(self, diagnostics: &mut Diagnostics) -> Option<Expr> {
        match self.value {
            EntryValue::Is(expression) => Some(expression),
            _ => self.expected("an expression", " = …", diagnostics),
        }
    }

    /// The list of `key(…)`. `form` shows in the message how to write the list.
    pub(super) fn list(self, form: &str, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
        match self.value {
            EntryValue::List(tokens) => Some(tokens),
            _ => self.expected("a list", form, diagnostics),
        }
    }

    pub(super) fn expected<T>(&self, what: &str, form: &str, diagnostics: &mut Diagnostics) -> Option<T> {
        let key = &self.key;
        let message = format!("`{key}` takes {what}: `{key}{form}`");
        match &self.value {
            EntryValue::Is(expression) => diagnostics.error(expression, message),
            EntryValue::Nothing | EntryValue::List(_) => diagnostics.error(key, message),
        }
        None
    }
}

/// The literal, if the value is one.
pub(super) fn literal(value: &EntryValue) -> Option<&Lit> {
    match value {
        EntryValue::Is(expression) => match ungroup_expr(expression) {
            Expr::Lit(literal) => Some(&literal.lit),
            _ => None,
        },
        EntryValue::Nothing | EntryValue::List(_) => None,
    }
}
