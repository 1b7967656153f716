//! The parameters of a function, and where each gets its value from.

mod binding;
mod types;

use crate::attr::{ArgOptions, read_arg, read_binding};
use crate::description::Description;
use crate::diag::Diagnostics;
use crate::kind::FunctionKind;
use crate::model::{Argument, Param, ParamKind};
use crate::syntax::plain_name;
use syn::{Attribute, FnArg, PatType, Signature};

/// Reads the parameters, and takes the attributes of this crate off them, since the compiler does not know them.
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

/// Reports `#[cfg]` on a parameter. A macro cannot evaluate the condition, so it cannot know the schema.
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

/// Reads a parameter by its attributes, or else by its type. With `#[arg]` a parameter is an argument, whatever its type is called.
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
        return binding::read(input, read_binding(binding, diagnostics)?, diagnostics);
    }
    let options = match (arg, types::known(&input.ty)) {
        (Some(arg), _) => read_arg(kind, arg, diagnostics),
        (None, None) => ArgOptions::default(),
        (None, Some(known)) => return diagnostics.take(known),
    };
    argument(kind, input, options, attributes, diagnostics)
}

/// The attribute with one of these names. Reports all but the first.
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
    options: ArgOptions,
    attributes: &[Attribute],
    diagnostics: &mut Diagnostics,
) -> Option<ParamKind> {
    if !types::check_owned(kind.arguments(), &input.ty, diagnostics)
        || kind != FunctionKind::Tool && !types::check_not_a_list(kind.arguments(), &input.ty, diagnostics)
    {
        return None;
    }
    let (name, name_span) = match (&options.rename, plain_name(&input.pat)) {
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
        diagnostics.push(syn::Error::new(name_span, "the name of an argument cannot be empty"));
    }
    let description = options.description.unwrap_or_else(|| Description::from_comments(attributes));
    let ArgOptions { title, default, complete, header, lenient, .. } = options;
    let lenient = lenient.filter(|lenient| lenient.value);
    if let Some(key) = &lenient {
        types::check_not_text(&input.ty, key, diagnostics);
    }
    let lenient = lenient.is_some();
    Some(ParamKind::Argument(Argument { name, name_span, title, description, default, complete, header, lenient }))
}
