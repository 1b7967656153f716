//! The parameters of a function, and where each gets its value from.

use crate::attr::ArgAttr;
use crate::diag::Diagnostics;
use crate::doc::Text;
use crate::syntax::{spelled, ungroup};
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Attribute, Expr, FnArg, GenericArgument, Pat, PatType, PathArguments, PathSegment, Signature, Type, TypeReference,
};

/// A parameter.
pub(crate) struct Param {
    pub(crate) kind: ParamKind,
    /// The type as written; the whole of it is the place of a mistake.
    pub(crate) ty: Type,
}

pub(crate) enum ParamKind {
    /// A property of the arguments.
    Argument(Argument),
    /// `Args<T>`: all arguments as one `T`.
    All(Type),
    /// `State<T>`
    State(Type),
    /// `&Context`
    Context,
}

/// A property of the arguments.
pub(crate) struct Argument {
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) named_at: Span,
    pub(crate) description: Text,
    pub(crate) default: Option<Expr>,
}

/// Reads the parameters, and takes those attributes off that only this macro understands.
pub(crate) fn read(signature: &mut Signature, diagnostics: &mut Diagnostics) -> Vec<Param> {
    let mut params = Vec::new();
    for input in &mut signature.inputs {
        let FnArg::Typed(input) = input else { continue };
        let (ours, theirs) = input.attrs.drain(..).partition(is_ours);
        input.attrs = theirs;
        refuse_conditions(&input.attrs, diagnostics);
        if let Some(kind) = classify(input, &ours, diagnostics) {
            params.push(Param { kind, ty: (*input.ty).clone() });
        }
    }
    params
}

fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("arg") || attribute.path().is_ident("doc")
}

/// The macro cannot know whether the condition holds, and a schema that may be wrong is worse than none.
fn refuse_conditions(attributes: &[Attribute], diagnostics: &mut Diagnostics) {
    for attribute in attributes.iter().filter(|a| a.path().is_ident("cfg") || a.path().is_ident("cfg_attr")) {
        let message = "a tool has the same parameters in every build; put `#[cfg]` on the function and write it twice";
        diagnostics.error(attribute, message);
    }
}

/// What a parameter is. Types are known by their last name, as a macro sees no more; that it is really ours is then for the
/// compiler to check, and `#[arg]` says that it is not.
fn classify(input: &PatType, attributes: &[Attribute], diagnostics: &mut Diagnostics) -> Option<ParamKind> {
    let attr = ArgAttr::read(attributes, diagnostics);
    if attr.is_none()
        && let Some(known) = known(&input.ty)
    {
        return diagnostics.take(known);
    }
    if !is_owned(&input.ty, diagnostics) {
        return None;
    }
    let attr = attr.unwrap_or_default();
    let (name, named_at) = match (&attr.rename, &*input.pat) {
        (Some(rename), _) => (rename.value(), rename.span()),
        (None, Pat::Ident(pattern)) if pattern.subpat.is_none() => {
            (pattern.ident.unraw().to_string(), pattern.ident.span())
        }
        (None, pattern) => {
            let message = "tool arguments must be plain names: the name is that of the JSON property; \
                           take the value apart in the body, or name it with `#[arg(rename = \"…\")]`";
            diagnostics.error(pattern, message);
            return None;
        }
    };
    if name.is_empty() {
        diagnostics.push(syn::Error::new(named_at, "the name of an argument cannot be empty"));
    }
    let description = attr.description.unwrap_or_else(|| Text::from_comments(attributes));
    Some(ParamKind::Argument(Argument { name, named_at, description, default: attr.default }))
}

/// The types that are no arguments.
fn known(ty: &Type) -> Option<syn::Result<ParamKind>> {
    match ungroup(ty) {
        Type::Reference(reference) => {
            let segment = last_segment(&reference.elem)?;
            let is_mutable = reference.mutability.is_some();
            match segment.ident.to_string().as_str() {
                "Context" if !is_mutable && segment.arguments.is_none() => Some(Ok(ParamKind::Context)),
                "Context" if segment.arguments.is_none() => {
                    Some(Err(syn::Error::new_spanned(ty, "the context is only lent: write `&Context`")))
                }
                name @ ("State" | "Args") if inner(segment).is_some() => {
                    let by_value = spelled(&reference.elem);
                    let message = format!("`{name}` is handed over, not lent: write `{by_value}`");
                    Some(Err(syn::Error::new_spanned(ty, message)))
                }
                _ => None,
            }
        }
        path => {
            let segment = last_segment(path)?;
            match (segment.ident.to_string().as_str(), inner(segment)) {
                ("State", Some(inner)) => Some(Ok(ParamKind::State(inner.clone()))),
                ("Args", Some(inner)) => Some(Ok(ParamKind::All(inner.clone()))),
                ("Context", None) if segment.arguments.is_none() => {
                    let message = "the context is only lent: write `&Context`, or `#[arg]` before the parameter if this is \
                                   a type of your own";
                    Some(Err(syn::Error::new_spanned(ty, message)))
                }
                _ => None,
            }
        }
    }
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

/// Arguments are read from JSON, into values that nobody else keeps.
fn is_owned(ty: &Type, diagnostics: &mut Diagnostics) -> bool {
    if let Type::ImplTrait(_) = ungroup(ty) {
        diagnostics.error(ty, "a tool argument needs a type of its own, to be read from JSON; name it");
        return false;
    }
    let Some(reference) = borrowed(ty) else { return true };
    let owned = match ungroup(&reference.elem) {
        Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
        Type::Slice(slice) => format!("Vec<{}>", spelled(&slice.elem)),
        other => spelled(other),
    };
    let message = format!("tool arguments are owned: use `{owned}` instead of `{}`", spelled(reference));
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
