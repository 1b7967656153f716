//! The types of parameters: those that this crate knows by name, and those that an argument cannot have. Whether a type called
//! `State` is ours is checked by the compiler, on the expanded code.

use crate::diag::Diagnostics;
use crate::model::ParamKind;
use crate::syntax::{generic_argument, last_segment, option_inner, spelled, ungroup};
use syn::{GenericArgument, LitBool, PathArguments, Type, TypeReference};

/// The meaning of a type of this crate. `None` for all other types, which are those of arguments.
pub(super) fn known(ty: &Type) -> Option<syn::Result<ParamKind>> {
    let error = |message: &str| Some(Err(syn::Error::new_spanned(ty, message)));
    match ungroup(ty) {
        Type::Reference(reference) => {
            let segment = last_segment(&reference.elem)?;
            let is_mutable = reference.mutability.is_some();
            match segment.ident.to_string().as_str() {
                "Context" if !is_mutable && segment.arguments.is_none() => Some(Ok(ParamKind::Context)),
                "Context" if segment.arguments.is_none() => error("the context is only lent: write `&Context`"),
                name @ ("State" | "Args" | "Output") if generic_argument(segment).is_some() => {
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
            match (segment.ident.to_string().as_str(), generic_argument(segment)) {
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

/// Reports references and `impl Trait`: a parameter needs an owned type with a name. `what` names the parameters in the message.
pub(super) fn check_owned(what: &str, ty: &Type, diagnostics: &mut Diagnostics) -> bool {
    if let Type::ImplTrait(_) = ungroup(ty) {
        diagnostics.error(ty, format!("{what} need a type with a name, to be read as a value of it; name one"));
        return false;
    }
    let Some(reference) = borrowed(ty) else { return true };
    let owned = match ungroup(&reference.elem) {
        Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
        Type::Slice(slice) => format!("Vec<{}>", spelled(&slice.elem)),
        other => spelled(other),
    };
    diagnostics.error(reference, format!("{what} are owned: use `{owned}` instead of `{}`", spelled(reference)));
    false
}

/// Reports lists, maps and tuples as types of arguments that are sent as text.
pub(super) fn check_not_a_list(what: &str, ty: &Type, diagnostics: &mut Diagnostics) -> bool {
    let inner = option_inner(ty).unwrap_or(ty);
    let is_list = match ungroup(inner) {
        Type::Array(_) | Type::Slice(_) | Type::Tuple(_) => true,
        other => last_segment(other).is_some_and(|segment| {
            ["Vec", "HashMap", "HashSet", "BTreeMap", "BTreeSet"].iter().any(|list| segment.ident == list)
        }),
    };
    if is_list {
        let message =
            format!("{what} are text, which is no `{}`; take a `String` and read it in the body", spelled(inner));
        diagnostics.error(ty, message);
    }
    !is_list
}

/// Reports `lenient` on text.
pub(super) fn check_not_text(ty: &Type, lenient: &LitBool, diagnostics: &mut Diagnostics) {
    let inner = option_inner(ty).unwrap_or(ty);
    if last_segment(inner).is_some_and(|segment| ["String", "char"].iter().any(|text| segment.ident == text)) {
        let message = format!(
            "a `{}` takes text as it is; `lenient` is for numbers and booleans that clients may write as text",
            spelled(inner)
        );
        diagnostics.error(lenient, message);
    }
}

/// The first reference in a type: `&str` in `Option<&str>`.
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
