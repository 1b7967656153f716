//! The parameters of a function, and where each gets its value from.

mod bound;
mod types;

pub(crate) use types::{is_option, place};

use crate::attr::{ArgAttr, Binding};
use crate::diag::Diagnostics;
use crate::doc::Text;
use crate::kind::FunctionKind;
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Attribute, Expr, FnArg, LitStr, Pat, PatType, Signature, Type};

/// A parameter.
pub(crate) struct Param {
    pub(crate) kind: ParamKind,
    /// The type as written; the whole of it is the place of a mistake.
    pub(crate) ty: Type,
}

pub(crate) enum ParamKind {
    /// A property of the arguments, or a parameter of a resource's template.
    Argument(Argument),
    /// `Args<T>`: all arguments as one `T`.
    All(Type),
    /// `State<T>`
    State(Type),
    /// `&Context`
    Context,
    /// `Principal`
    Principal,
    /// `Option<Principal>`
    OptionalPrincipal,
    /// `#[input(…)]`
    Input(NamedBinding),
    /// `#[output(…)]` with its `Output<T>`
    Output(NamedBinding, Type),
}

/// A property of the arguments.
pub(crate) struct Argument {
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) named_at: Span,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Text,
    pub(crate) default: Option<Expr>,
    pub(crate) complete: Option<Expr>,
    pub(crate) header: Option<LitStr>,
    /// Whether numbers and booleans may be text.
    pub(crate) lenient: bool,
}

/// A binding with its name.
pub(crate) struct NamedBinding {
    pub(crate) name: String,
    pub(crate) named_at: Span,
    pub(crate) binding: Binding,
}

/// Reads the parameters, and takes those attributes off that only this macro understands.
pub(crate) fn read(kind: FunctionKind, signature: &mut Signature, diagnostics: &mut Diagnostics) -> Vec<Param> {
    let mut params = Vec::new();
    for input in &mut signature.inputs {
        let FnArg::Typed(input) = input else { continue };
        let (ours, theirs) = input.attrs.drain(..).partition(is_ours);
        input.attrs = theirs;
        refuse_conditions(kind, &input.attrs, diagnostics);
        if let Some(kind) = classify(kind, input, &ours, diagnostics) {
            params.push(Param { kind, ty: (*input.ty).clone() });
        }
    }
    params
}

fn is_ours(attribute: &Attribute) -> bool {
    ["arg", "doc", "input", "output"].iter().any(|name| attribute.path().is_ident(name))
}

/// The macro cannot know whether the condition holds, and a schema that may be wrong is worse than none.
fn refuse_conditions(kind: FunctionKind, attributes: &[Attribute], diagnostics: &mut Diagnostics) {
    for attribute in attributes.iter().filter(|a| a.path().is_ident("cfg") || a.path().is_ident("cfg_attr")) {
        diagnostics.error(
            attribute,
            format!(
                "a {} has the same parameters in every build; put `#[cfg]` on the function and write it twice",
                kind.noun()
            ),
        );
    }
}

/// What a parameter is, by its attributes or else its type. `#[arg]` says that a type with one of our names is not ours.
fn classify(
    kind: FunctionKind,
    input: &PatType,
    attributes: &[Attribute],
    diagnostics: &mut Diagnostics,
) -> Option<ParamKind> {
    const ONE_ARG: &str = "a parameter has one `#[arg]`; put all into the first";
    const ONE_BINDING: &str = "a parameter has one `#[input]` or `#[output]`; write a parameter for each binding";
    let arg = single(attributes, &["arg"], ONE_ARG, diagnostics);
    if let Some(binding) = single(attributes, &["input", "output"], ONE_BINDING, diagnostics) {
        if arg.is_some() {
            diagnostics
                .error(arg, "what is bound to something is no argument of the caller's; take out one of the two");
        }
        return bound::read(input, Binding::read(binding, diagnostics)?, diagnostics);
    }
    match arg {
        None => match types::known(&input.ty) {
            Some(known) => diagnostics.take(known),
            None => argument(kind, input, ArgAttr::default(), attributes, diagnostics),
        },
        Some(arg) => {
            let attr = ArgAttr::read(kind, arg, diagnostics);
            argument(kind, input, attr, attributes, diagnostics)
        }
    }
}

/// The attribute with one of these names. Another one is a mistake.
fn single<'a>(
    attributes: &'a [Attribute],
    names: &[&str],
    message: &str,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Attribute> {
    let is_named = |attribute: &&Attribute| names.iter().any(|name| attribute.path().is_ident(name));
    let mut found = attributes.iter().filter(is_named);
    let first = found.next();
    found.for_each(|second| diagnostics.error(second, message));
    first
}

fn argument(
    kind: FunctionKind,
    input: &PatType,
    attr: ArgAttr,
    attributes: &[Attribute],
    diagnostics: &mut Diagnostics,
) -> Option<ParamKind> {
    if !types::check_owned(kind.arguments(), &input.ty, diagnostics)
        || kind != FunctionKind::Tool && !types::check_not_a_list(kind.arguments(), &input.ty, diagnostics)
    {
        return None;
    }
    let (name, named_at) = match (&attr.rename, plain_name(&input.pat)) {
        (Some(rename), _) => (rename.value(), rename.span()),
        (None, Some(name)) => name,
        (None, None) => {
            let why = match kind {
                FunctionKind::Tool => "the name is that of the JSON property",
                FunctionKind::Resource => "those in the address",
                FunctionKind::Prompt => "clients show them",
            };
            let remedy = "take the value apart in the body, or name it with `#[arg(rename = \"…\")]`";
            diagnostics.error(&input.pat, format!("{} must be plain names: {why}; {remedy}", kind.arguments()));
            return None;
        }
    };
    if name.is_empty() {
        diagnostics.push(syn::Error::new(named_at, "the name of an argument cannot be empty"));
    }
    let description = attr.description.unwrap_or_else(|| Text::from_comments(attributes));
    let ArgAttr { title, default, complete, header, lenient, .. } = attr;
    let lenient = lenient.filter(|lenient| lenient.value);
    if let Some(key) = &lenient {
        types::check_not_text(&input.ty, key, diagnostics);
    }
    let lenient = lenient.is_some();
    Some(ParamKind::Argument(Argument { name, named_at, title, description, default, complete, header, lenient }))
}

fn plain_name(pattern: &Pat) -> Option<(String, Span)> {
    match pattern {
        Pat::Ident(pattern) if pattern.subpat.is_none() => {
            Some((pattern.ident.unraw().to_string(), pattern.ident.span()))
        }
        _ => None,
    }
}
