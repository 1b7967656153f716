//! From an attribute and its function to their model. This stage drives `attr` and `param`, and refuses signatures that no host can
//! call.

use crate::attr;
use crate::diag::Diagnostics;
use crate::kind::FunctionKind;
use crate::model::{FunctionModel, UserFunction};
use crate::param;
use crate::syntax::{FunctionItem, ungroup};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, FnArg, GenericParam, ReturnType, Safety, Signature, Type};

/// Reads the options, then the signature, then the parameters. Takes the attributes of this crate off the parameters.
pub(crate) fn read(
    kind: FunctionKind,
    options: TokenStream,
    item: &mut FunctionItem,
    diagnostics: &mut Diagnostics,
) -> FunctionModel {
    let (options, kind_options) = attr::read(kind, options, item, diagnostics);
    check_signature(kind, &item.signature, diagnostics);
    let so_far = diagnostics.count();
    let params = param::read(kind, &mut item.signature, diagnostics);
    let user_function = UserFunction {
        ident: item.signature.ident.clone(),
        is_async: item.signature.asyncness.is_some(),
        params,
        is_understood: diagnostics.count() == so_far,
        output: item.signature.output.clone(),
        attributes: item.attributes.iter().filter(|attribute| is_repeated(attribute)).cloned().collect(),
    };
    FunctionModel { options, kind_options, user_function }
}

/// A function that `#[cfg]` removes must not be registered, and a lint that it allows is allowed for its registration too.
fn is_repeated(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") || attribute.path().is_ident("allow")
}

/// Reports signatures that need more from a caller than JSON.
fn check_signature(kind: FunctionKind, signature: &Signature, diagnostics: &mut Diagnostics) {
    let noun = kind.noun();
    let mut refuse = |tokens: &dyn ToTokens, what: &str| {
        let tokens = tokens.to_token_stream();
        let message = format!("{what} functions cannot be {noun}s because the host calls them by name with JSON");
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
            let message = "needs no lifetimes: arguments are owned, and `&Context` gets along without";
            diagnostics.error(&generics.params, format!("a {noun} {message}"));
        }
    } else {
        refuse(&generics.params, "generic");
    }
    check_receiver(kind, signature, diagnostics);
    check_name(kind, signature, diagnostics);
    check_output(kind, signature, diagnostics);
}

fn check_receiver(kind: FunctionKind, signature: &Signature, diagnostics: &mut Diagnostics) {
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        let message = format!("`{}` goes on free functions; keep shared data in `State<T>`", kind.attribute());
        diagnostics.error(receiver, message);
    }
}

fn check_name(kind: FunctionKind, signature: &Signature, diagnostics: &mut Diagnostics) {
    if signature.ident == "main" {
        let (noun, attribute) = (kind.noun(), kind.attribute());
        let message =
            format!("`main` starts the app and cannot be a {noun} of it; put `{attribute}` on a function of its own");
        diagnostics.error(&signature.ident, message);
    }
}

/// The return type has to be named: a tool's output schema and a resource's MIME type follow from it.
fn check_output(kind: FunctionKind, signature: &Signature, diagnostics: &mut Diagnostics) {
    let message = match kind {
        FunctionKind::Tool => "a tool's result needs a type with a name, of which a schema can be made",
        FunctionKind::Resource => "a resource's contents need a type with a name, from which follows what they are",
        FunctionKind::Prompt => "a prompt's result needs a type with a name, which is asked how to become messages",
    };
    match &signature.output {
        ReturnType::Type(_, ty) if matches!(ungroup(ty), Type::ImplTrait(_)) => diagnostics.error(ty, message),
        ReturnType::Default if kind != FunctionKind::Tool => {
            let message =
                format!("a {} has to return something: its result is all that a client gets of it", kind.noun());
            diagnostics.error(&signature.ident, message);
        }
        _ => {}
    }
}
