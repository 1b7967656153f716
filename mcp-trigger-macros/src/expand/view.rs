//! The view of an MCP App: a resource of its own, and the link to it in the tool's `_meta`.

use super::entry::access;
use super::paths::{CratePath, option};
use crate::json::{JsonObject, camel_case, quoted, quoted_all};
use crate::model::{AppOptions, FunctionModel};
use crate::view::ViewPage;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::LitStr;

/// The code of a view.
pub(super) struct ViewCode {
    /// `_meta` of the tool: the members that the author wrote, and `ui` with the address of the view.
    pub(super) tool_meta: String,
    /// The registration of the resource.
    pub(super) registration: TokenStream,
}

impl ViewCode {
    /// The view has the address and the name that the official programming models give it (C#: `ui://<tool>/view`, `<tool>_view`).
    pub(super) fn new(model: &FunctionModel, app: &AppOptions, page: &ViewPage, krate: &CratePath<'_>) -> Self {
        let tool = &model.options.name.text;
        let uri = format!("ui://{tool}/view");

        let mut ui = JsonObject::default();
        ui.push("resourceUri", quoted(&uri));
        ui.push("visibility", visibility(app));
        let mut tool_meta = JsonObject::default();
        tool_meta.push_members(&model.options.meta.as_ref().map(LitStr::value).unwrap_or_default());
        tool_meta.push("ui", ui.to_string());

        let site = Span::mixed_site();
        let private = krate.at(site);
        let function_name = format!("{}-view", model.options.function_name.text);
        let resource_name = format!("{tool}_view");
        let title = option(app.title.as_ref());
        let access = access(model, krate);
        let html = &page.html;
        let meta = contents_meta(app);
        // Cargo watches the files that are included: when one changes, the app is compiled anew.
        let files = page.files.iter().map(|file| file.to_string_lossy().into_owned());
        let registration = quote_spanned! {site=>
            #(const _: &[u8] = ::core::include_bytes!(#files);)*
            static __MCP_TRIGGER_VIEW: #private::View = #private::View { html: #html, meta: #meta };
            static __MCP_TRIGGER_VIEW_POLLS: #private::PollHistory = #private::PollHistory::new();
            fn __mcp_trigger_view<'a>(_: &'a #private::Call<'a>) -> #private::ResourceFuture<'a> {
                #private::view_contents(&__MCP_TRIGGER_VIEW)
            }
            static __MCP_TRIGGER_VIEW_FUNCTION: #private::Function = #private::Function {
                name: #function_name,
                title: #title,
                description: "",
                meta: ::core::option::Option::None,
                icons: &[],
                timeout: ::core::option::Option::None,
                access: #access,
                states: &[],
                bindings: &[],
                location: #private::Location { file: ::core::file!(), line: ::core::line!(), module: ::core::module_path!() },
                kind: #private::Kind::Resource(#private::Resource {
                    uri: #uri,
                    name: #resource_name,
                    mime_type: ::core::option::Option::Some(#private::VIEW_MIME_TYPE),
                    size: ::core::option::Option::None,
                    parameters: &[],
                    percent_decode: false,
                    cache: ::core::option::Option::None,
                    run: #private::Run::new(&__mcp_trigger_view, &__MCP_TRIGGER_VIEW_POLLS),
                }),
            };
            #private::inventory::submit! { #private::Registration(&__MCP_TRIGGER_VIEW_FUNCTION) }
        };
        ViewCode { tool_meta: tool_meta.to_string(), registration }
    }
}

/// The member `visibility` of the tool's `_meta.ui`.
fn visibility(app: &AppOptions) -> String {
    match &app.visibility {
        Some(callers) => quoted_all(callers.iter().map(ToString::to_string)),
        None => quoted_all(["model", "app"]),
    }
}

/// `_meta` of the view's contents. Empty if no option sets a member.
fn contents_meta(app: &AppOptions) -> String {
    let mut permissions = JsonObject::default();
    for permission in &app.permissions {
        permissions.push(&camel_case(&permission.to_string()), "{}".to_owned());
    }
    let mut ui = JsonObject::default();
    ui.push_object("csp", app.csp.to_json());
    ui.push_object("permissions", permissions);
    if let Some(domain) = &app.domain {
        ui.push("domain", quoted(&domain.value()));
    }
    if let Some(border) = &app.prefers_border {
        ui.push("prefersBorder", border.value.to_string());
    }
    let mut meta = JsonObject::default();
    meta.push_object("ui", ui);
    if meta.is_empty() { String::new() } else { meta.to_string() }
}
