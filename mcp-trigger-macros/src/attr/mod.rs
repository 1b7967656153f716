//! What stands in the attributes: `key`, `key = value` and `key(…)`, separated by commas.

mod app;
mod arg;
mod binding;
mod common;
mod icon;
mod keys;
mod prompt;
mod resource;
mod tool;

pub(crate) use app::App;
pub(crate) use arg::ArgAttr;
pub(crate) use binding::{Binding, camel_case};
pub(crate) use common::{Access, Common};
pub(crate) use icon::Icon;
pub(crate) use prompt::PromptAttr;
pub(crate) use resource::ResourceAttr;
pub(crate) use tool::{Hints, Task, ToolAttr};

use crate::diag::Diagnostics;
use crate::doc::Text;
use keys::Keys;
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, Lit, LitBool, LitInt, LitStr, Path, Token, token};

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
            return Err(input.error("expected a key first: `key = …` or `key(…)`"));
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

/// The entries of an attribute that knows its keys.
fn entries(tokens: TokenStream, keys: &Keys, diagnostics: &mut Diagnostics) -> Vec<Entry> {
    keys.only(any_entries(tokens, diagnostics), diagnostics)
}

/// The entries of a list with whatever keys. What is wrong is reported and left out, and reading goes on behind the next comma.
fn any_entries(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
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

fn given_twice(key: impl std::fmt::Display) -> String {
    format!("`{key}` is given twice; keep one")
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

    /// `key = 3`
    fn integer(self, diagnostics: &mut Diagnostics) -> Option<LitInt> {
        match literal(&self.value) {
            Some(Lit::Int(number)) if number.base10_parse::<u64>().is_ok() => Some(number.clone()),
            _ => self.expected("a whole number from 0 on", " = 1024", diagnostics),
        }
    }

    /// `key("one", "two")`
    fn strings(self, form: &str, diagnostics: &mut Diagnostics) -> Option<Vec<LitStr>> {
        self.items("a list of strings", form, diagnostics)
    }

    /// `key(one, two)`, with names that are known.
    fn names(self, known: &Keys, form: &str, diagnostics: &mut Diagnostics) -> Option<Vec<Ident>> {
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

    /// Nobody lists nothing on purpose, so that is a mistake.
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
