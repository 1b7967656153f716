//! The view of an MCP App: a resource of its own, and what the tool says of it.

use super::{Root, function::access, option};
use crate::json::{Object, quoted};
use crate::model::{Function, Kind};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::LitStr;

/// What a view adds to the code of its tool.
pub(super) struct ViewCode {
    /// `_meta` of the tool: what the author wrote, and where the view is.
    pub(super) tool_meta: String,
    /// The resource.
    pub(super) registration: TokenStream,
}

/// The view of a function, if it has one. Its address and its name are those that the official models give it (C#:
/// `ui://<tool>/view`, `<tool>_view`).
pub(super) fn of(function: &Function, root: &Root<'_>) -> Option<ViewCode> {
    let Kind::Tool { name, app: Some(app), .. } = &function.kind else { return None };
    let (app, page) = &**app;
    let uri = format!("ui://{name}/view");

    let mut ui = Object::default();
    ui.push("resourceUri", quoted(&uri));
    ui.push("visibility", app.visibility.clone());
    let mut tool_meta = Object::default();
    tool_meta.push_members(&function.meta.as_ref().map(LitStr::value).unwrap_or_default());
    tool_meta.push("ui", ui.to_string());

    let site = Span::mixed_site();
    let private = root.at(site);
    let function_name = format!("{}-view", function.name);
    let resource_name = format!("{name}_view");
    let title = option(app.title.as_ref());
    let access = access(function, root);
    let html = &page.html;
    let meta = if app.meta.is_empty() { String::new() } else { app.meta.to_string() };
    // Named here, the files are watched by cargo: when one changes, the view is made anew.
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
    Some(ViewCode { tool_meta: tool_meta.to_string(), registration })
}
