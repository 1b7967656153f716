//! The rules that no stage sees alone, one function each.

mod names;
mod places;

pub(crate) use names::{function_name, name, tool_name};
pub(crate) use places::{app, expressions, template};

use crate::attr::{Hints, ResourceAttr};
use crate::diag::Diagnostics;
use crate::kind::FunctionKind;
use crate::model::{Contents, Kind};
use crate::param::{NamedBinding, Param, ParamKind};
use crate::syntax::ungroup;
use quote::ToTokens;
use std::collections::HashSet;
use std::time::Duration;
use syn::{FnArg, GenericParam, ReturnType, Safety, Signature, Type};

/// A host calls a function by its name, with JSON: whatever needs more from its caller cannot be called.
pub(crate) fn signature(kind: FunctionKind, signature: &Signature, diagnostics: &mut Diagnostics) {
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
    receiver(kind, signature, diagnostics);
    main(kind, signature, diagnostics);
    output(kind, signature, diagnostics);
}

fn receiver(kind: FunctionKind, signature: &Signature, diagnostics: &mut Diagnostics) {
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        let message = format!("`{}` goes on free functions; keep shared data in `State<T>`", kind.attribute());
        diagnostics.error(receiver, message);
    }
}

fn main(kind: FunctionKind, signature: &Signature, diagnostics: &mut Diagnostics) {
    if signature.ident == "main" {
        let (noun, attribute) = (kind.noun(), kind.attribute());
        let message =
            format!("`main` starts the app and cannot be a {noun} of it; put `{attribute}` on a function of its own");
        diagnostics.error(&signature.ident, message);
    }
}

/// The output schema is that of the type, and what a resource is follows from it.
fn output(kind: FunctionKind, signature: &Signature, diagnostics: &mut Diagnostics) {
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

/// One context, and the arguments either one by one or all at once, each name once.
pub(crate) fn params(kind: FunctionKind, params: &[Param], diagnostics: &mut Diagnostics) {
    let mut has_context = false;
    let mut has_all = false;
    let mut names = HashSet::new();
    let mut headers = HashSet::new();
    let mut bindings = HashSet::new();
    for param in params {
        match &param.kind {
            ParamKind::Context => {
                if has_context {
                    diagnostics.error(&param.ty, "there is one `&Context` a call, and this function has it already");
                }
                has_context = true;
            }
            ParamKind::All(_) => {
                if kind != FunctionKind::Tool {
                    let noun = kind.noun();
                    let message = format!(
                        "only tools take `Args`; write the parameters of a {noun} one by one, as text has no fields"
                    );
                    diagnostics.error(&param.ty, message);
                } else if has_all {
                    let message = "`Args` holds all arguments; put the fields of both into one struct";
                    diagnostics.error(&param.ty, message);
                } else if !names.is_empty() {
                    diagnostics.error(&param.ty, MIXED);
                }
                has_all = true;
            }
            ParamKind::Argument(argument) => {
                if has_all && names.is_empty() {
                    diagnostics.error(&param.ty, MIXED);
                }
                if !names.insert(argument.name.as_str()) {
                    let message = format!(
                        "there is an argument `{}` already; call this one something else, with `#[arg(rename = \"…\")]`",
                        argument.name
                    );
                    diagnostics.push(syn::Error::new(argument.named_at, message));
                }
                if let Some(header) = &argument.header
                    && !headers.insert(header.value().to_ascii_lowercase())
                {
                    let message = format!(
                        "there is a header `Mcp-Param-{}` already, and case makes no difference; choose another name",
                        header.value()
                    );
                    diagnostics.error(header, message);
                }
            }
            ParamKind::Input(NamedBinding { name, named_at, .. })
            | ParamKind::Output(NamedBinding { name, named_at, .. }, _) => {
                if !bindings.insert(name.to_ascii_lowercase()) {
                    let message = format!(
                        "there is a binding `{name}` already, and case makes no difference; set `name = \"…\"`"
                    );
                    diagnostics.push(syn::Error::new(*named_at, message));
                }
            }
            ParamKind::State(_) | ParamKind::Principal | ParamKind::OptionalPrincipal => {}
        }
    }
}

const MIXED: &str = "arguments come either one by one or all together as `Args`; make this a field of the struct in `Args`, or \
                     write its fields as parameters";

/// How long the contents of a resource may be kept, and whether for everybody. What only some may read is kept for nobody else.
pub(crate) fn cache(attr: &ResourceAttr, diagnostics: &mut Diagnostics) -> Option<(Duration, bool)> {
    let ResourceAttr { cache, cache_scope, common, .. } = attr;
    let is_public = cache_scope.as_ref().is_some_and(|scope| scope.value() == "public");
    match (cache, cache_scope) {
        (None, Some(scope)) => diagnostics.error(scope, "say how long as well: `cache = \"60s\"`"),
        (Some(_), Some(scope)) if is_public && common.access.is_some() => {
            let message = "what was read by one is given to everybody then, whatever `roles` and `scopes` say; keep it \
                           `\"private\"`";
            diagnostics.error(scope, message);
        }
        _ => {}
    }
    cache.map(|lifetime| (lifetime, is_public))
}

/// What depends on who calls is not kept for everybody.
pub(crate) fn shared(contents: &Contents, params: &[Param], diagnostics: &mut Diagnostics) {
    let is_caller = |param: &&Param| matches!(param.kind, ParamKind::Principal | ParamKind::OptionalPrincipal);
    if let (Some((_, true)), Some(caller)) = (contents.cache, params.iter().find(is_caller)) {
        let message =
            "what was read by one caller is given to everybody with `cache_scope = \"public\"`; keep it private";
        diagnostics.error(&caller.ty, message);
    }
}

/// What a tool does to its world it does not do if it changes nothing.
pub(crate) fn hints(hints: &Hints, diagnostics: &mut Diagnostics) {
    if let (Some(read_only), Some(destructive)) = (&hints.read_only, &hints.destructive)
        && read_only.value
        && destructive.value
    {
        diagnostics.error(destructive, "a tool that is `read_only` cannot be `destructive`");
    }
}

/// A task runs where the app itself answers, so what only the host reads and stores is not there; and a function that says when it
/// becomes one has to be able to.
pub(crate) fn task(kind: &Kind, params: &[Param], diagnostics: &mut Diagnostics) {
    let Kind::Tool { task: Some(task), .. } = kind else { return };
    let has = |is: fn(&ParamKind) -> bool| params.iter().any(|param| is(&param.kind));
    let of_host = params.iter().find_map(|param| match &param.kind {
        ParamKind::Input(NamedBinding { binding, .. }) | ParamKind::Output(NamedBinding { binding, .. }, _) => {
            Some(binding).filter(|binding| !binding.is_of_storage())
        }
        _ => None,
    });
    if let Some(binding) = of_host {
        let kind = &binding.kind;
        let message = format!(
            "a tool with a binding of the type `{kind}` cannot be a task: only the Functions host runs it, and has no tasks"
        );
        diagnostics.error(&task.key, message);
    }
    if task.support == "Later" && !has(|kind| matches!(kind, ParamKind::Context)) {
        let message = "a tool that becomes a task later has to say when: give it a parameter `cx: &Context`, and call \
                       `cx.begin_task().await?`";
        diagnostics.error(&task.key, message);
    }
}
