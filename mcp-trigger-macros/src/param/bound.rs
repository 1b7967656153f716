//! A parameter with a binding: `#[input(…)]`, or `#[output(…)]` with its `Output<T>`.

use super::types::{check_owned, inner, known, last_segment};
use super::{NamedBinding, ParamKind, plain_name};
use crate::attr::{Binding, camel_case};
use crate::diag::Diagnostics;
use crate::syntax::{spelled, ungroup};
use proc_macro2::Span;
use syn::{PatType, Type};

/// What a parameter with this binding is.
pub(super) fn read(input: &PatType, binding: Binding, diagnostics: &mut Diagnostics) -> Option<ParamKind> {
    let (name, named_at) = match (&binding.name, plain_name(&input.pat)) {
        (Some(name), _) => (name.value(), name.span()),
        (None, Some((name, span))) => (camel_case(&name), span),
        (None, None) => {
            let message =
                "a binding needs a name: write a plain name for the parameter, or `name = \"…\"` in the attribute";
            diagnostics.error(&input.pat, message);
            return None;
        }
    };
    check_name(&name, named_at, diagnostics);
    let ty = &*input.ty;
    if matches!(ungroup(ty), Type::Reference(_))
        && let Some(Err(mistake)) = known(ty)
    {
        diagnostics.push(mistake);
        return None;
    }
    let is_output = binding.is_output;
    let named = NamedBinding { name, named_at, binding };
    let output = last_segment(ty).filter(|segment| segment.ident == "Output").and_then(inner);
    match (is_output, output) {
        (false, None) => check_owned("inputs", ty, diagnostics).then_some(ParamKind::Input(named)),
        (true, Some(inner)) => Some(ParamKind::Output(named, inner.clone())),
        (true, None) => {
            let message = format!("an output is a place to put something into: write `Output<{}>`", spelled(ty));
            diagnostics.error(ty, message);
            None
        }
        (false, Some(inner)) => {
            let message = format!("an input is there when the function starts: write `{}`", spelled(inner));
            diagnostics.error(ty, message);
            None
        }
    }
}

/// The host leaves out a function with a binding whose name breaks its rule.
fn check_name(name: &str, named_at: Span, diagnostics: &mut Diagnostics) {
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= 128
        && name.chars().all(|c| c.is_ascii_alphanumeric());
    let mistake = if !is_name {
        format!(
            "`{name}` cannot name a binding: the host wants a letter, then up to 127 letters and digits; set `name = \"…\"`"
        )
    } else if ["toolTrigger", "resourceTrigger", "promptTrigger"].iter().any(|taken| name.eq_ignore_ascii_case(taken)) {
        format!("`{name}` is the name of the trigger; set `name = \"…\"`")
    } else {
        return;
    };
    diagnostics.push(syn::Error::new(named_at, mistake));
}
