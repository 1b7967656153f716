//! What stands in the attributes: `key`, `key = value` and `key(…)`, separated by commas.

mod arg;
mod icon;
mod keys;
mod tool;

pub(crate) use arg::ArgAttr;
pub(crate) use icon::Icon;
pub(crate) use tool::{Hints, ToolAttr};

use crate::diag::Diagnostics;
use crate::doc::Text;
use keys::Keys;
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Ident, Lit, LitBool, LitStr, Path, Token, token};

/// One of them.
struct Entry {
    key: Ident,
    value: Value,
}

enum Value {
    Nothing,
    Is(Expr),
    List(TokenStream),
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Lit) {
            return Err(input.error("expected a key first: `key = …`"));
        }
        let key = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            let equals = input.parse::<Token![=]>()?;
            if input.is_empty() || input.peek(Token![,]) {
                return Err(syn::Error::new_spanned(equals, format!("expected a value after `{key} =`")));
            }
            Value::Is(input.parse()?)
        } else if input.peek(token::Paren) {
            let list;
            syn::parenthesized!(list in input);
            Value::List(list.parse()?)
        } else if input.is_empty() || input.peek(Token![,]) {
            Value::Nothing
        } else {
            return Err(input.error(format!("expected `=` or `,` after `{key}`")));
        };
        Ok(Entry { key, value })
    }
}

/// The entries of an attribute. What is wrong is reported and left out, and reading goes on behind the next comma.
fn entries(tokens: TokenStream, keys: &Keys, diagnostics: &mut Diagnostics) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match entry_and_comma(input) {
                Err(error) => {
                    diagnostics.push(error);
                    skip_past_comma(input)?;
                }
                Ok(entry) if !keys.knows(&entry.key) => diagnostics.push(keys.unknown(&entry.key)),
                Ok(entry) if found.iter().any(|earlier| earlier.key == entry.key) => {
                    diagnostics.error(&entry.key, format!("`{}` is given twice; keep one", entry.key));
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

fn entry_and_comma(input: ParseStream<'_>) -> syn::Result<Entry> {
    let entry = input.parse()?;
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(entry)
}

fn skip_past_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

impl Entry {
    /// `key = "text"`
    fn string(self, diagnostics: &mut Diagnostics) -> Option<LitStr> {
        match literal(&self.value) {
            Some(Lit::Str(string)) => Some(string.clone()),
            _ => self.expected("a string literal", " = \"…\"", diagnostics),
        }
    }

    /// `key = "text"`, or a macro that the compiler turns into one: `include_str!("…")`.
    fn text(self, diagnostics: &mut Diagnostics) -> Option<Text> {
        let text = match &self.value {
            Value::Is(expression) => Text::from_expression(expression),
            _ => None,
        };
        text.or_else(|| self.expected("a string literal or `include_str!(…)`", " = \"…\"", diagnostics))
    }

    /// `key`, `key = true` or `key = false`
    fn flag(self, diagnostics: &mut Diagnostics) -> Option<LitBool> {
        match (&self.value, literal(&self.value)) {
            (Value::Nothing, _) => Some(LitBool::new(true, self.key.span())),
            (_, Some(Lit::Bool(flag))) => Some(flag.clone()),
            _ => self.expected("nothing, `true` or `false`", " = true", diagnostics),
        }
    }

    /// `key = a::path`
    fn path(self, diagnostics: &mut Diagnostics) -> Option<Path> {
        match self.value {
            Value::Is(Expr::Path(path)) if path.qself.is_none() => Some(path.path),
            _ => self.expected("a path", " = ::a::path", diagnostics),
        }
    }

    /// `key = expression`
    fn expression(self, diagnostics: &mut Diagnostics) -> Option<Expr> {
        match self.value {
            Value::Is(expression) => Some(expression),
            _ => self.expected("an expression", " = …", diagnostics),
        }
    }

    /// `key(…)`
    fn list(self, form: &str, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
        match self.value {
            Value::List(tokens) => Some(tokens),
            _ => self.expected("a list", form, diagnostics),
        }
    }

    fn expected<T>(&self, what: &str, form: &str, diagnostics: &mut Diagnostics) -> Option<T> {
        let key = &self.key;
        let message = format!("`{key}` takes {what}: `{key}{form}`");
        match &self.value {
            Value::Is(expression) => diagnostics.error(expression, message),
            Value::Nothing | Value::List(_) => diagnostics.error(key, message),
        }
        None
    }
}

fn literal(value: &Value) -> Option<&Lit> {
    match value {
        Value::Is(expression) => match ungroup(expression) {
            Expr::Lit(literal) => Some(&literal.lit),
            _ => None,
        },
        Value::Nothing | Value::List(_) => None,
    }
}

/// The expression inside the groups that `macro_rules` leaves around what it was given.
pub(crate) fn ungroup(mut expression: &Expr) -> &Expr {
    while let Expr::Group(group) = expression {
        expression = &group.expr;
    }
    expression
}
