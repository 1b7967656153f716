//! What stands between braces in addresses and paths, against what the function has.

use crate::attr::App;
use crate::diag::Diagnostics;
use crate::json;
use crate::model::Kind;
use crate::param::{Argument, NamedBinding, Param, ParamKind, is_option};
use crate::template;
use syn::{LitStr, Type};

/// The parameters of a template are those of the function.
pub(crate) fn template(uri: &LitStr, params: &[Param], diagnostics: &mut Diagnostics) {
    let address = uri.value();
    let wanted = template::names(&address);
    let given: Vec<_> = arguments(params).map(|(argument, _)| argument.name.as_str()).collect();
    let is_same = wanted.len() == given.len() && wanted.iter().all(|name| given.contains(name));
    if !is_same {
        let message = format!(
            "each `{{name}}` in the address is a parameter of the function, and each parameter stands in the address: the \
             address has {}, the function has {}",
            list(&wanted),
            list(&given)
        );
        diagnostics.error(uri, message);
    }
}

/// Binding expressions ask for what the function really has: any other makes every call fail.
pub(crate) fn expressions(kind: &Kind, params: &[Param], diagnostics: &mut Diagnostics) {
    for param in params {
        let (ParamKind::Input(NamedBinding { binding, .. }) | ParamKind::Output(NamedBinding { binding, .. }, _)) =
            &param.kind
        else {
            continue;
        };
        for text in &binding.texts {
            let value = text.value();
            if value.matches('{').count() != value.matches('}').count() {
                diagnostics.error(text, "the braces do not pair up; what the host fills in is written `{…}`");
                continue;
            }
            for name in template::names(&value).into_iter().filter(|name| !is_of_the_host(name)) {
                if let Err(mistake) = expression(kind, name, params) {
                    diagnostics.error(text, mistake);
                }
            }
        }
    }
}

/// Whether the host can fill in this name.
fn expression(kind: &Kind, name: &str, params: &[Param]) -> Result<(), String> {
    let prefix = match kind {
        Kind::Tool { .. } => "mcptoolargs.",
        Kind::Prompt { .. } => "mcppromptargs.",
        Kind::Resource { uri, .. } => {
            let address = uri.value();
            let names = template::names(&address);
            return match names.contains(&name) {
                true => Ok(()),
                false => Err(format!("the address has no `{{{name}}}` to fill in; it has {}", list(&names))),
            };
        }
    };
    let known: Vec<_> = arguments(params).map(|(argument, _)| argument.name.as_str()).collect();
    let Some(argument) = name.strip_prefix(prefix) else {
        let meant = if known.contains(&name) { name } else { "name" };
        return Err(format!("the host knows no `{{{name}}}`; an argument is written `{{{prefix}{meant}}}`"));
    };
    match arguments(params).find(|(known, _)| known.name == argument) {
        Some((known, ty)) if known.default.is_some() || is_option(ty) => Err(format!(
            "`{argument}` may be left out, and without it the host has nothing to fill in: the call would fail; make it a \
             required argument"
        )),
        Some(_) => Ok(()),
        // It may have any fields; `generate` knows them.
        None if params.iter().any(|param| matches!(param.kind, ParamKind::All(_))) => Ok(()),
        None => Err(format!("the function has no argument `{argument}`; it has {}", list(&known))),
    }
}

/// What the host itself puts into a binding expression.
fn is_of_the_host(name: &str) -> bool {
    let (name, _format) = name.split_once(':').unwrap_or((name, ""));
    let known =
        ["mcpsessionid", "mcpresourceuri", "rand-guid", "datetime", "sys.randguid", "sys.utcnow", "sys.methodname"];
    known.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The member `ui` of `_meta` is the app's.
pub(crate) fn app(app: Option<&App>, meta: Option<&LitStr>, diagnostics: &mut Diagnostics) {
    if let (Some(_), Some(meta)) = (app, meta)
        && json::check_object(&meta.value()).is_ok_and(|names| names.iter().any(|name| name == "ui"))
    {
        diagnostics.error(meta, "the member `ui` of `meta` is written by `app(…)`; keep one of the two");
    }
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
