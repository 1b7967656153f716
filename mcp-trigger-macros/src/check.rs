//! The rules that no stage sees alone, one function each.

use crate::attr::Hints;
use crate::diag::Diagnostics;
use crate::param::{Param, ParamKind};
use crate::syntax::ungroup;
use proc_macro2::Span;
use quote::ToTokens;
use std::collections::HashSet;
use syn::ext::IdentExt;
use syn::{FnArg, GenericParam, Ident, LitStr, ReturnType, Safety, Signature, Type};

/// A host calls a function by its name, with JSON: whatever needs more from its caller cannot be called.
pub(crate) fn signature(signature: &Signature, diagnostics: &mut Diagnostics) {
    let mut refuse = |tokens: &dyn ToTokens, what: &str| {
        let tokens = tokens.to_token_stream();
        let message = format!("{what} functions cannot be tools because the host calls them by name with JSON");
        diagnostics.error(tokens, message);
    };
    if let Some(token) = &signature.constness {
        refuse(token, "`const`");
    }
    if let Safety::Unsafe(token) = &signature.safety {
        refuse(token, "`unsafe`");
    }
    if let Some(abi) = &signature.abi {
        refuse(abi, "`extern`");
    }
    if let Some(variadic) = &signature.variadic {
        refuse(&variadic.dots, "variadic");
    }
    let generics = &signature.generics;
    if generics.params.iter().all(|param| matches!(param, GenericParam::Lifetime(_))) {
        if !generics.params.is_empty() {
            let message = "a tool needs no lifetimes: arguments are owned, and `&Context` gets along without";
            diagnostics.error(&generics.params, message);
        }
    } else {
        refuse(&generics.params, "generic");
    }
    receiver(signature, diagnostics);
    main(signature, diagnostics);
    output(signature, diagnostics);
}

fn receiver(signature: &Signature, diagnostics: &mut Diagnostics) {
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        let message = "`#[mcp_tool]` goes on free functions; keep shared data in `State<T>`";
        diagnostics.error(receiver, message);
    }
}

fn main(signature: &Signature, diagnostics: &mut Diagnostics) {
    if signature.ident == "main" {
        let message = "`main` starts the app and cannot be a tool of it; put `#[mcp_tool]` on a function of its own";
        diagnostics.error(&signature.ident, message);
    }
}

/// The output schema is that of the type.
fn output(signature: &Signature, diagnostics: &mut Diagnostics) {
    if let ReturnType::Type(_, ty) = &signature.output
        && let Type::ImplTrait(_) = ungroup(ty)
    {
        diagnostics.error(ty, "a tool's result needs a type with a name, of which a schema can be made");
    }
}

/// One context, and the arguments either one by one or all at once, each name once.
pub(crate) fn params(params: &[Param], diagnostics: &mut Diagnostics) {
    let mut has_context = false;
    let mut has_all = false;
    let mut names = HashSet::new();
    for param in params {
        match &param.kind {
            ParamKind::Context => {
                if has_context {
                    diagnostics.error(&param.ty, "there is one `&Context` a call, and this function has it already");
                }
                has_context = true;
            }
            ParamKind::All(_) => {
                if has_all {
                    let message = "`Args` holds all arguments; put the fields of both into one struct";
                    diagnostics.error(&param.ty, message);
                } else if !names.is_empty() {
                    diagnostics.error(&param.ty, MIXED);
                }
                has_all = true;
            }
            ParamKind::Argument(argument) => {
                if has_all && names.is_empty() {
                    diagnostics.error(&param.ty, MIXED);
                }
                if !names.insert(argument.name.as_str()) {
                    let message =
                        format!("there is an argument `{}` already; the names are JSON properties", argument.name);
                    diagnostics.push(syn::Error::new(argument.named_at, message));
                }
            }
            ParamKind::State(_) => {}
        }
    }
}

const MIXED: &str = "arguments come either one by one or all together as `Args`; make this a field of the struct in `Args`, or \
                     write its fields as parameters";

/// What a tool does to its world it does not do if it changes nothing.
pub(crate) fn hints(hints: &Hints, diagnostics: &mut Diagnostics) {
    if let (Some(read_only), Some(destructive)) = (&hints.read_only, &hints.destructive)
        && read_only.value
        && destructive.value
    {
        diagnostics.error(destructive, "a tool that is `read_only` cannot be `destructive`");
    }
}

/// MCP: "Tool names SHOULD be between 1 and 128 characters", of which clients let these pass.
pub(crate) fn tool_name(given: Option<&LitStr>, ident: &Ident, diagnostics: &mut Diagnostics) -> Option<String> {
    const RULE: &str = "tool names are 1 to 128 of the characters `A-Z a-z 0-9 _ - .`";
    let name = Name::new(given, ident);
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mistake = match name.text.chars().find(|c| !allowed(*c)) {
        Some(wrong) => format!("has the character `{}`", wrong.escape_debug()),
        None if name.text.is_empty() => "is empty".to_owned(),
        None if name.text.len() > 128 => format!("has {} characters", name.text.len()),
        None => return Some(name.text),
    };
    diagnostics.push(name.refuse("the tool name", &mistake, RULE, "name"));
    None
}

/// The host: folders of other names are skipped without a word, and the runtime has routes of its own under two of them.
pub(crate) fn function_name(given: Option<&LitStr>, ident: &Ident, diagnostics: &mut Diagnostics) -> Option<String> {
    const RULE: &str =
        "the name of an Azure function starts with a letter and goes on with up to 127 of `A-Z a-z 0-9 _ -`";
    const TAKEN: [&str; 3] = ["host", "mcp", "WellKnown"];
    let name = Name::new(given, ident);
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let mistake = match name.text.chars().next() {
        None => "is empty".to_owned(),
        Some(first) if allowed(first) && !first.is_ascii_alphabetic() => format!("starts with `{first}`"),
        Some(_) => match name.text.chars().find(|c| !allowed(*c)) {
            Some(wrong) => format!("has the character `{}`", wrong.escape_debug()),
            None if name.text.len() > 128 => format!("has {} characters", name.text.len()),
            None if TAKEN.iter().any(|taken| name.text.eq_ignore_ascii_case(taken)) => {
                let rule = "the host and this crate have functions `host`, `mcp` and `WellKnown` of their own";
                diagnostics.push(name.refuse("the function name", "is taken", rule, "function"));
                return None;
            }
            None => return Some(name.text),
        },
    };
    diagnostics.push(name.refuse("the function name", &mistake, RULE, "function"));
    None
}

/// A name that was given, or that of the Rust function.
struct Name {
    text: String,
    span: Span,
    is_given: bool,
}

impl Name {
    fn new(given: Option<&LitStr>, ident: &Ident) -> Self {
        match given {
            Some(literal) => Name { text: literal.value(), span: literal.span(), is_given: true },
            None => Name { text: ident.unraw().to_string(), span: ident.span(), is_given: false },
        }
    }

    fn refuse(&self, what: &str, mistake: &str, rule: &str, key: &str) -> syn::Error {
        let remedy = if self.is_given { String::new() } else { format!("; set `{key} = \"…\"`") };
        syn::Error::new(self.span, format!("{what} `{}` {mistake}: {rule}{remedy}", self.text))
    }
}
