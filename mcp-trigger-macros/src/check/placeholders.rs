//! Names in braces, in the URI of a resource and in bindings: the function has to have parameters of these names.

use crate::diag::Diagnostics;
use crate::model::{Argument, FunctionModel, KindOptions, Param, ParamKind, ResourceOptions};
use crate::syntax::option_inner;
use crate::template::placeholders;
use syn::Type;

/// Reports a template whose parameters are not those of the function.
pub(super) fn check_template(resource: &ResourceOptions, params: &[Param], diagnostics: &mut Diagnostics) {
    let Some(wanted) = &resource.uri_parameters else { return };
    let wanted: Vec<_> = wanted.iter().map(String::as_str).collect();
    let given: Vec<_> = arguments(params).map(|(argument, _)| argument.name.as_str()).collect();
    let is_same = wanted.len() == given.len() && wanted.iter().all(|name| given.contains(name));
    if !is_same {
        let message = format!(
            "each `{{name}}` in the address is a parameter of the function, and each parameter stands in the address: the \
             address has {}, the function has {}",
            list(&wanted),
            list(&given)
        );
        diagnostics.error(&resource.uri, message);
    }
}

/// Reports binding expressions with a name that neither the function nor the host has: every call would fail.
pub(super) fn check_bindings(model: &FunctionModel, diagnostics: &mut Diagnostics) {
    let bindings = model.user_function.params.iter().filter_map(|param| param.kind.binding());
    for text in bindings.flat_map(|binding| &binding.options.texts) {
        let value = text.value();
        if value.matches('{').count() != value.matches('}').count() {
            diagnostics.error(text, "the braces do not pair up; what the host fills in is written `{…}`");
            continue;
        }
        for name in placeholders(&value).into_iter().filter(|name| !is_of_the_host(name)) {
            if let Err(mistake) = check_name(name, model) {
                diagnostics.error(text, mistake);
            }
        }
    }
}

/// Checks a name in braces that is not the host's.
fn check_name(name: &str, model: &FunctionModel) -> Result<(), String> {
    let params = &model.user_function.params;
    let prefix = match &model.kind_options {
        KindOptions::Tool(_) => "mcptoolargs.",
        KindOptions::Prompt => "mcppromptargs.",
        KindOptions::Resource(resource) => return check_uri_parameter(name, resource),
    };
    let known: Vec<_> = arguments(params).map(|(argument, _)| argument.name.as_str()).collect();
    let Some(argument) = name.strip_prefix(prefix) else {
        let meant = if known.contains(&name) { name } else { "name" };
        return Err(format!("the host knows no `{{{name}}}`; an argument is written `{{{prefix}{meant}}}`"));
    };
    match arguments(params).find(|(known, _)| known.name == argument) {
        Some((known, ty)) if known.default.is_some() || option_inner(ty).is_some() => Err(format!(
            "`{argument}` may be left out, and without it the host has nothing to fill in: the call would fail; make it a \
             required argument"
        )),
        Some(_) => Ok(()),
        // `T` of `Args<T>` may have any fields; `generate` checks them.
        None if params.iter().any(|param| matches!(param.kind, ParamKind::All(_))) => Ok(()),
        None => Err(format!("the function has no argument `{argument}`; it has {}", list(&known))),
    }
}

fn check_uri_parameter(name: &str, resource: &ResourceOptions) -> Result<(), String> {
    let Some(names) = &resource.uri_parameters else { return Ok(()) };
    if names.iter().any(|known| known == name) {
        return Ok(());
    }
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    Err(format!("the address has no `{{{name}}}` to fill in; it has {}", list(&names)))
}

/// Whether the host itself fills in this name.
fn is_of_the_host(name: &str) -> bool {
    let (name, _format) = name.split_once(':').unwrap_or((name, ""));
    let known =
        ["mcpsessionid", "mcpresourceuri", "rand-guid", "datetime", "sys.randguid", "sys.utcnow", "sys.methodname"];
    known.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The arguments, each with its type.
fn arguments(params: &[Param]) -> impl Iterator<Item = (&Argument, &Type)> {
    params.iter().filter_map(|param| match &param.kind {
        ParamKind::Argument(argument) => Some((argument, &param.ty)),
        _ => None,
    })
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
