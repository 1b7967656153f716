//! Mistakes that several parts of a function make together.

mod params;
mod placeholders;

use crate::diag::Diagnostics;
use crate::model::{
    CacheOptions, FunctionModel, KindOptions, Param, ParamKind, ResourceOptions, TaskOption, ToolOptions,
};

pub(crate) fn check(model: &FunctionModel, diagnostics: &mut Diagnostics) {
    let so_far = diagnostics.count();
    params::check(model, diagnostics);
    // A parameter with a mistake may be the one that seems to be missing.
    if !model.user_function.is_understood || diagnostics.count() > so_far {
        return;
    }
    let params = &model.user_function.params;
    match &model.kind_options {
        KindOptions::Resource(resource) => {
            placeholders::check_template(resource, params, diagnostics);
            check_cache(resource, params, diagnostics);
        }
        KindOptions::Tool(ToolOptions { task: Some(task), .. }) => check_task(task, params, diagnostics),
        KindOptions::Tool(_) | KindOptions::Prompt => {}
    }
    placeholders::check_bindings(model, diagnostics);
}

/// Contents that depend on the caller must not be public.
fn check_cache(resource: &ResourceOptions, params: &[Param], diagnostics: &mut Diagnostics) {
    let is_caller = |param: &&Param| matches!(param.kind, ParamKind::Principal | ParamKind::OptionalPrincipal);
    if let (Some(CacheOptions { is_public: true, .. }), Some(caller)) = (&resource.cache, params.iter().find(is_caller))
    {
        let message =
            "what was read by one caller is given to everybody with `cache_scope = \"public\"`; keep it private";
        diagnostics.error(&caller.ty, message);
    }
}

/// Tasks run at `/mcp` only, where the app runs bindings of storage and no others. A call that becomes a task later needs a context.
fn check_task(task: &TaskOption, params: &[Param], diagnostics: &mut Diagnostics) {
    let bindings = params.iter().filter_map(|param| param.kind.binding());
    if let Some(binding) = bindings.map(|binding| &binding.options).find(|options| !options.is_of_storage()) {
        let message = format!(
            "a tool with a binding of the type `{}` cannot be a task: only the Functions host runs it, and has no tasks",
            binding.binding_type
        );
        diagnostics.error(&task.key, message);
    }
    if task.support == "Later" && !params.iter().any(|param| matches!(param.kind, ParamKind::Context)) {
        let message = "a tool that becomes a task later has to say when: give it a parameter `cx: &Context`, and call \
                       `cx.begin_task().await?`";
        diagnostics.error(&task.key, message);
    }
}
