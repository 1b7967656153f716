//! The view of an MCP App: a resource of its own, and what the tool says of it.

use super::{Root, function::access, option};
use crate::attr::App;
use crate::diag::Diagnostics;
use crate::json::{Object, quoted};
use crate::model::{Function, Kind};
use crate::view;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use std::path::Path;

/// What a view adds to the code of its tool.
pub(super) struct ViewCode {
    /// `_meta` of the tool: what the author wrote, and where the view is.
    pub(super) tool_meta: String,
    /// The resource.
    pub(super) registration: TokenStream,
}

/// The view of a function, if it has one. The names are those that the official models give them (C#: `ui://<tool>/view`,
/// `<tool>_view`).
pub(super) fn of(function: &Function, root: &Root<'_>, diagnostics: &mut Diagnostics) -> Option<ViewCode> {
    let Kind::Tool { name, app: Some(app), .. } = &function.kind else { return None };
    let page = page(app, diagnostics)?;
    let uri = format!("ui://{name}/view");

    let mut ui = Object::default();
    ui.push("resourceUri", quoted(&uri));
    ui.push("visibility", app.visibility.clone());
    let mut meta = Object::default();
    meta.push_members(&function.meta.as_ref().map(syn::LitStr::value).unwrap_or_default());
    meta.push("ui", ui.to_string());
    Some(ViewCode { tool_meta: meta.to_string(), registration: registration(function, app, &uri, &page, root) })
}

/// The page with all that belongs to it. The macro's own view of the file system is that of the crate being compiled.
fn page(app: &App, diagnostics: &mut Diagnostics) -> Option<view::View> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    match view::inline(Path::new(&package), &app.view.value()) {
        Ok(page) => Some(page),
        Err(mistakes) => {
            for mistake in mistakes {
                diagnostics.error(&app.view, mistake);
            }
            None
        }
    }
}

fn registration(function: &Function, app: &App, uri: &str, page: &view::View, root: &Root<'_>) -> TokenStream {
    let site = Span::mixed_site();
    let private = root.at(site);
    let Kind::Tool { name, .. } = &function.kind else { return TokenStream::new() };
    let function_name = format!("{}-view", function.name);
    let resource_name = format!("{name}_view");
    let title = option(app.title.as_ref());
    let access = access(function, root);
    let html = &page.html;
    let mut meta = Object::default();
    if !app.contents.is_empty() {
        meta.push("ui", app.contents.to_string());
    }
    let meta = if meta.is_empty() { String::new() } else { meta.to_string() };
    // Named here, the files are watched by cargo: when one changes, the view is made anew.
    let files = page.files.iter().map(|file| file.to_string_lossy().into_owned());
    quote_spanned! {site=>
        #(const _: &[u8] = ::core::include_bytes!(#files);)*
        static __MCP_TRIGGER_VIEW: #private::View = #private::View { html: #html, meta: #meta };
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
            location: #private::Location { file: ::core::file!(), line: ::core::line!() },
            kind: #private::Kind::Resource(#private::Resource {
                uri: #uri,
                name: #resource_name,
                mime_type: ::core::option::Option::Some(#private::VIEW_MIME_TYPE),
                size: ::core::option::Option::None,
                percent_decode: false,
                run: #private::Run(&__mcp_trigger_view),
            }),
        };
        #private::inventory::submit! { #private::Registration(&__MCP_TRIGGER_VIEW_FUNCTION) }
    }
}
