//! What stands between braces in addresses and paths, against what the function has.

use crate::attr::App;
use crate::diag::Diagnostics;
use crate::json;
use crate::kind::FunctionKind;
use crate::model::Kind;
use crate::param::{NamedBinding, Param, ParamKind};
use crate::template;
use syn::LitStr;

/// The parameters of a template are those of the function.
pub(crate) fn template(uri: &LitStr, params: &[Param], diagnostics: &mut Diagnostics) {
    let address = uri.value();
    let (wanted, given) = (template::names(&address), arguments(params));
    let is_same = wanted.len() == given.len() && wanted.iter().all(|name| given.contains(name));
    if !is_same {
        let message = format!(
            "the address and the function do not have the same parameters: the address has {}, the function has {}",
            list(&wanted),
            list(&given)
        );
        diagnostics.error(uri, message);
    }
    for param in params {
        if let ParamKind::Argument(argument) = &param.kind
            && let Some(default) = &argument.default
        {
            diagnostics.error(default, "a parameter of an address always has a value, and needs no default");
        }
    }
}

/// Binding expressions ask for what the function really has: any other makes every call fail.
pub(crate) fn expressions(
    kind: FunctionKind,
    function: Option<&Kind>,
    params: &[Param],
    diagnostics: &mut Diagnostics,
) {
    // `Args` may have any fields; `generate` knows them.
    let takes_all = params.iter().any(|param| matches!(param.kind, ParamKind::All(_)));
    let given = arguments(params);
    let prefix = match kind {
        FunctionKind::Tool => "mcptoolargs.",
        FunctionKind::Prompt => "mcppromptargs.",
        FunctionKind::Resource => "",
    };
    let address = match function {
        Some(Kind::Resource { uri, .. }) => uri.value(),
        _ => String::new(),
    };
    for param in params {
        let (ParamKind::Input(NamedBinding { binding, .. }) | ParamKind::Output(NamedBinding { binding, .. }, _)) =
            &param.kind
        else {
            continue;
        };
        for text in &binding.texts {
            let value = text.value();
            for name in template::names(&value) {
                let mistake = match name.strip_prefix(prefix) {
                    Some(argument) if kind != FunctionKind::Resource => {
                        let is_known = takes_all || given.contains(&argument);
                        (!is_known).then(|| format!("the function has no argument `{argument}`, only {}", list(&given)))
                    }
                    _ if is_of_the_host(name) || template::names(&address).contains(&name) => None,
                    _ if kind == FunctionKind::Resource => Some(format!(
                        "the address has no parameter `{{{name}}}`, only {}",
                        list(&template::names(&address))
                    )),
                    _ if given.contains(&name) => Some(format!("an argument is written `{{{prefix}{name}}}`")),
                    _ => Some(format!("the host knows no `{{{name}}}`; an argument is written `{{{prefix}name}}`")),
                };
                if let Some(mistake) = mistake {
                    diagnostics.error(text, mistake);
                }
            }
        }
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

/// The names of the arguments.
fn arguments(params: &[Param]) -> Vec<&str> {
    let arguments = params.iter().filter_map(|param| match &param.kind {
        ParamKind::Argument(argument) => Some(argument.name.as_str()),
        _ => None,
    });
    arguments.collect()
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
