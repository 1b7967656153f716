//! The model becomes tokens: a constant for each parameter, a function that calls the user's function, and the entry in the table of
//! all functions.
//!
//! The generated code stands in the middle of a user's module, so it depends on nothing there:
//!
//! * Every path is absolute and comes from [`CratePath`]. A `mod std`, a `struct Box` or a function `Ok` in the module
//!   changes nothing.
//! * Every token has the hygiene of this crate (`Span::mixed_site`). So its locals are its own, and lints of the user's crate ignore
//!   them. Items have no hygiene, so their names begin with `__mcp_trigger` or `__MCP_TRIGGER`.
//! * Every token has the *location* of its subject, mostly the type of a parameter. So an unfit type is an error at the type.
//! * Each type is asked for a trait in one place only. A second place would report the same mistake a second time.

mod call;
mod entry;
mod params;
mod paths;
mod view;

use crate::model::FunctionModel;
use crate::view::ViewPage;
use params::ParamCode;
use paths::{CratePath, option};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::LitStr;
use view::ViewCode;

/// The registration of a function. `page` is the view of an MCP App.
pub(crate) fn expand(model: &FunctionModel, page: Option<&ViewPage>) -> TokenStream {
    let site = Span::mixed_site();
    let krate = CratePath(model.options.crate_path.as_ref());
    let private = krate.at(site);
    let attributes = &model.user_function.attributes;
    let params = params::all(model, &krate);
    let specs = params.iter().map(|ParamCode { spec, .. }| spec);
    let call = call::function(model, &params, &krate);
    let view = model.app().zip(page).map(|(app, page)| ViewCode::new(model, app, page, &krate));
    let (tool_meta, view) = view.map(|view| (view.tool_meta, view.registration)).unzip();
    let meta = option(tool_meta.or_else(|| model.options.meta.as_ref().map(LitStr::value)));
    let entry = entry::entry(model, &params, &meta, &krate);
    // Deprecating a function for its clients should not be a warning here.
    quote_spanned! {site=>
        #(#attributes)*
        #[allow(deprecated)]
        const _: () = {
            #(#specs)*
            #call
            static __MCP_TRIGGER_POLLS: #private::PollHistory = #private::PollHistory::new();
            static __MCP_TRIGGER_FUNCTION: #private::Function = #entry;
            #private::inventory::submit! { #private::Registration(&__MCP_TRIGGER_FUNCTION) }
            #view
        };
    }
}
