//! Types, expressions and patterns, as far as tokens tell of them. A macro knows the name of a type, not the type itself.

use proc_macro2::Span;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, GenericArgument, Pat, PathArguments, PathSegment, Type};

/// The type inside parentheses, and inside the groups that `macro_rules` puts around its arguments.
pub(crate) fn ungroup(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

/// The expression inside the groups that `macro_rules` puts around its arguments.
pub(crate) fn ungroup_expr(mut expression: &Expr) -> &Expr {
    while let Expr::Group(group) = expression {
        expression = &group.expr;
    }
    expression
}

/// The last segment of a path: `State<T>` of `mcp_trigger::State<T>`.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ungroup(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

/// The `T` of `Name<T>`.
pub(crate) fn generic_argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if arguments.args.len() == 1 => Some(inner),
        _ => None,
    }
}

/// The `T` of `Option<T>`.
pub(crate) fn option_inner(ty: &Type) -> Option<&Type> {
    last_segment(ty).filter(|segment| segment.ident == "Option").and_then(generic_argument)
}

/// The name and its place, if the pattern is a plain name.
pub(crate) fn plain_name(pattern: &Pat) -> Option<(String, Span)> {
    match pattern {
        Pat::Ident(pattern) if pattern.subpat.is_none() => {
            Some((pattern.ident.unraw().to_string(), pattern.ident.span()))
        }
        _ => None,
    }
}

/// The token of a type where an error about the type is shown. Stable Rust cannot join the spans of several tokens.
pub(crate) fn place(ty: &Type) -> Span {
    match ungroup(ty) {
        Type::Reference(reference) => place(&reference.elem),
        Type::Path(path) => path.path.segments.last().map_or_else(|| ty.span(), |segment| segment.ident.span()),
        other => other.span(),
    }
}

/// A name or a type as people write it.
pub(crate) fn spelled(tokens: impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let mut spelled = String::with_capacity(text.len());
    for (position, character) in text.char_indices() {
        // The tokens are separated by blanks. Only those in `&mut T`, `dyn Trait` and after `,` and `;` stay.
        let before = text[..position].chars().next_back();
        let after = text[position + character.len_utf8()..].chars().next();
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if character != ' ' || is_word(before) && is_word(after) || matches!(before, Some(',' | ';')) {
            spelled.push(character);
        }
    }
    spelled
}
