//! The parameters of a function, and where each gets its value from.

use crate::attr::{ArgAttr, Binding, camel_case};
use crate::diag::Diagnostics;
use crate::doc::Text;
use crate::kind::FunctionKind;
use crate::syntax::{spelled, ungroup};
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Attribute, Expr, FnArg, GenericArgument, LitStr, Pat, PatType, PathArguments, PathSegment, Signature, Type,
    TypeReference,
};

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

/// What a parameter is. Types are known by their last name, as a macro sees no more; that it is really ours is then for the
/// compiler to check, and `#[arg]` says that it is not.
fn classify(
    kind: FunctionKind,
    input: &PatType,
    attributes: &[Attribute],
    diagnostics: &mut Diagnostics,
) -> Option<ParamKind> {
    let attr = ArgAttr::read(attributes, diagnostics);
    if let Some(binding) = Binding::read(attributes, diagnostics) {
        if attr.is_some() {
            diagnostics.error(&input.pat, "what a parameter is bound to is no argument: keep `#[arg]` or the binding");
        }
        return bound(input, binding?, diagnostics);
    }
    if attr.is_none()
        && let Some(known) = known(&input.ty)
    {
        return diagnostics.take(known);
    }
    if !is_owned(kind, &input.ty, diagnostics) {
        return None;
    }
    let attr = attr.unwrap_or_default();
    let (name, named_at) = match (&attr.rename, plain_name(&input.pat)) {
        (Some(rename), _) => (rename.value(), rename.span()),
        (None, Some(name)) => name,
        (None, None) => {
            let what = match kind {
                FunctionKind::Tool => "tool arguments must be plain names: the name is that of the JSON property",
                FunctionKind::Resource => "the parameters of a resource must be plain names: those in the address",
                FunctionKind::Prompt => "prompt arguments must be plain names: clients show them",
            };
            let remedy = "take the value apart in the body, or name it with `#[arg(rename = \"…\")]`";
            diagnostics.error(&input.pat, format!("{what}; {remedy}"));
            return None;
        }
    };
    if name.is_empty() {
        diagnostics.push(syn::Error::new(named_at, "the name of an argument cannot be empty"));
    }
    if let Some(title) = attr.title.as_ref().filter(|_| kind != FunctionKind::Prompt) {
        diagnostics.error(title, "only the arguments of prompts have titles; say it in the description");
    }
    let description = attr.description.unwrap_or_else(|| Text::from_comments(attributes));
    Some(ParamKind::Argument(Argument { name, named_at, title: attr.title, description, default: attr.default }))
}

fn plain_name(pattern: &Pat) -> Option<(String, Span)> {
    match pattern {
        Pat::Ident(pattern) if pattern.subpat.is_none() => {
            Some((pattern.ident.unraw().to_string(), pattern.ident.span()))
        }
        _ => None,
    }
}

/// A parameter with a binding. The host wants letters and digits in its name.
fn bound(input: &PatType, binding: Binding, diagnostics: &mut Diagnostics) -> Option<ParamKind> {
    const RULE: &str = "the name of a binding is a letter, then up to 127 letters and digits";
    let (name, named_at) = match (&binding.name, plain_name(&input.pat)) {
        (Some(name), _) => (name.value(), name.span()),
        (None, Some((name, span))) => (camel_case(&name), span),
        (None, None) => {
            diagnostics.error(&input.pat, "name the binding: a plain name for the parameter, or `name = \"…\"`");
            return None;
        }
    };
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= 128
        && name.chars().all(|c| c.is_ascii_alphanumeric());
    if !is_name {
        diagnostics
            .push(syn::Error::new(named_at, format!("`{name}` cannot name a binding: {RULE}; set `name = \"…\"`")));
    }
    if ["toolTrigger", "resourceTrigger", "promptTrigger"].iter().any(|taken| name.eq_ignore_ascii_case(taken)) {
        diagnostics.push(syn::Error::new(named_at, format!("`{name}` is the name of a trigger; set `name = \"…\"`")));
    }
    let is_output = binding.is_output;
    let named = NamedBinding { name, named_at, binding };
    let output = last_segment(&input.ty).filter(|segment| segment.ident == "Output").and_then(inner);
    match (is_output, output) {
        (false, None) => Some(ParamKind::Input(named)),
        (true, Some(inner)) => Some(ParamKind::Output(named, inner.clone())),
        (true, None) => {
            let message = format!("an output is a place to put something: write `Output<{}>`", spelled(&input.ty));
            diagnostics.error(&input.ty, message);
            None
        }
        (false, Some(inner)) => {
            diagnostics
                .error(&input.ty, format!("an input is there when the function starts: write `{}`", spelled(inner)));
            None
        }
    }
}

/// The types that are no arguments.
fn known(ty: &Type) -> Option<syn::Result<ParamKind>> {
    let error = |message: &str| Some(Err(syn::Error::new_spanned(ty, message)));
    match ungroup(ty) {
        Type::Reference(reference) => {
            let segment = last_segment(&reference.elem)?;
            let is_mutable = reference.mutability.is_some();
            match segment.ident.to_string().as_str() {
                "Context" if !is_mutable && segment.arguments.is_none() => Some(Ok(ParamKind::Context)),
                "Context" if segment.arguments.is_none() => error("the context is only lent: write `&Context`"),
                name @ ("State" | "Args" | "Output") if inner(segment).is_some() => {
                    let by_value = spelled(&reference.elem);
                    error(&format!("`{name}` is handed over, not lent: write `{by_value}`"))
                }
                "Principal" if segment.arguments.is_none() => {
                    error("`Principal` is handed over, not lent: write `Principal`, or `Option<Principal>`")
                }
                _ => None,
            }
        }
        path => {
            let segment = last_segment(path)?;
            match (segment.ident.to_string().as_str(), inner(segment)) {
                ("State", Some(inner)) => Some(Ok(ParamKind::State(inner.clone()))),
                ("Args", Some(inner)) => Some(Ok(ParamKind::All(inner.clone()))),
                ("Principal", None) if segment.arguments.is_none() => Some(Ok(ParamKind::Principal)),
                ("Option", Some(inner)) if is_principal(inner) => Some(Ok(ParamKind::OptionalPrincipal)),
                ("Output", Some(_)) => error(
                    "where does the output go? Write `#[output(blob, path = \"…\")]` or `#[output(queue, queue_name = \"…\")]` \
                     before the parameter, or `#[arg]` if this is a type of your own",
                ),
                ("Context", None) if segment.arguments.is_none() => error(
                    "the context is only lent: write `&Context`, or `#[arg]` before the parameter if this is a type of your own",
                ),
                _ => None,
            }
        }
    }
}

fn is_principal(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "Principal" && segment.arguments.is_none())
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ungroup(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

/// The `T` of `Name<T>`.
fn inner(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if arguments.args.len() == 1 => Some(inner),
        _ => None,
    }
}

/// Arguments are read from JSON or text, into values that nobody else keeps.
fn is_owned(kind: FunctionKind, ty: &Type, diagnostics: &mut Diagnostics) -> bool {
    let noun = kind.noun();
    if let Type::ImplTrait(_) = ungroup(ty) {
        let source = if kind == FunctionKind::Tool { "JSON" } else { "text" };
        diagnostics.error(ty, format!("a {noun} argument needs a type of its own, to be read from {source}; name it"));
        return false;
    }
    let Some(reference) = borrowed(ty) else { return true };
    let owned = match ungroup(&reference.elem) {
        Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
        Type::Slice(slice) => format!("Vec<{}>", spelled(&slice.elem)),
        other => spelled(other),
    };
    let message = format!("{noun} arguments are owned: use `{owned}` instead of `{}`", spelled(reference));
    diagnostics.error(reference, message);
    false
}

/// The first reference in a type, `Option<&str>` for example.
fn borrowed(ty: &Type) -> Option<&TypeReference> {
    match ungroup(ty) {
        Type::Reference(reference) => Some(reference),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(borrowed),
        Type::Array(array) => borrowed(&array.elem),
        Type::Path(path) => match &path.path.segments.last()?.arguments {
            PathArguments::AngleBracketed(arguments) => arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(inner) => borrowed(inner),
                _ => None,
            }),
            _ => None,
        },
        _ => None,
    }
}

/// The best single place for a type: on stable, spans of several tokens cannot be joined.
pub(crate) fn place(ty: &Type) -> Span {
    match ungroup(ty) {
        Type::Reference(reference) => place(&reference.elem),
        Type::Path(path) => path.path.segments.last().map_or_else(|| ty.span(), |segment| segment.ident.span()),
        other => other.span(),
    }
}
