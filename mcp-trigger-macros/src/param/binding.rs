//! A parameter with a binding: `#[input(…)]`, or `#[output(…)]` with its `Output<T>`.

use super::types::{check_owned, known};
use crate::diag::Diagnostics;
use crate::json::camel_case;
use crate::model::{BindingOptions, ParamBinding, ParamKind};
use crate::syntax::{generic_argument, last_segment, plain_name, spelled, ungroup};
use proc_macro2::Span;
use syn::{PatType, Type};

/// Reads a parameter that has these options.
pub(super) fn read(input: &PatType, options: BindingOptions, diagnostics: &mut Diagnostics) -> Option<ParamKind> {
    let (name, name_span) = match (&options.name, plain_name(&input.pat)) {
        (Some(name), _) => (name.value(), name.span()),
        (None, Some((name, span))) => (camel_case(&name), span),
        (None, None) => {
            let message =
                "a binding needs a name: write a plain name for the parameter, or `name = \"…\"` in the attribute";
            diagnostics.error(&input.pat, message);
            return None;
        }
    };
    check_name(&name, name_span, diagnostics);
    let ty = &*input.ty;
    if matches!(ungroup(ty), Type::Reference(_))
        && let Some(Err(mistake)) = known(ty)
    {
        diagnostics.push(mistake);
        return None;
    }
    let is_output = options.is_output;
    let binding = ParamBinding { name, name_span, options };
    let output = last_segment(ty).filter(|segment| segment.ident == "Output").and_then(generic_argument);
    match (is_output, output) {
        (false, None) => check_owned("inputs", ty, diagnostics).then_some(ParamKind::Input(binding)),
        (true, Some(inner)) => Some(ParamKind::Output(binding, inner.clone())),
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

/// Reports names with which the Functions host does not load the function.
fn check_name(name: &str, name_span: Span, diagnostics: &mut Diagnostics) {
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
    diagnostics.push(syn::Error::new(name_span, mistake));
}
