//! The attribute macros of `mcp-trigger`. Use them through that crate, which has their documentation: its examples could not be
//! compiled here.
//!
//! An attribute and its function pass through these stages, in this order. A stage imports earlier ones only.
//!
//! | stage | from → to |
//! |---|---|
//! | `syntax` | tokens → the function: its signature is parsed, its body is not |
//! | `read` | attribute and function → `model`: `attr` reads the options, `param` the parameters |
//! | `check` | the model → mistakes that several parts make together: a template parameter that the function lacks |
//! | `view` | the page of an MCP App and its files → one text |
//! | `expand` | model and page → tokens |
//!
//! A stage reports mistakes to `diag` and goes on, so that the author sees all mistakes at once. The other modules are for several
//! stages: `kind` (tool, resource or prompt), `description`, `template` (URI templates), `csp` and `json`.

// rustdoc would append comments here to the documentation at the re-exports in `mcp-trigger`.
#![allow(missing_docs)]
// `csp` has parts that only the stage `view` uses.
#![cfg_attr(not(feature = "views"), allow(dead_code))]

mod attr;
mod check;
mod csp;
mod description;
mod diag;
mod expand;
mod json;
mod kind;
mod model;
mod param;
mod read;
mod syntax;
mod template;
#[cfg(test)]
mod tests;
mod view;

use diag::Diagnostics;
use kind::FunctionKind;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

#[proc_macro_attribute]
pub fn mcp_tool(options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_attribute(FunctionKind::Tool, options.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn mcp_resource(options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_attribute(FunctionKind::Resource, options.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn mcp_prompt(options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_attribute(FunctionKind::Prompt, options.into(), item.into()).into()
}

/// The function as it was written, followed by its registration, or by its mistakes as compile errors. The function stays
/// in both cases: without it, each of its callers would be one more error.
fn expand_attribute(kind: FunctionKind, options: TokenStream, item: TokenStream) -> TokenStream {
    let mut function = match syntax::parse(kind, item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = error.to_compile_error();
            return quote!(#item #error);
        }
    };
    let mut diagnostics = Diagnostics::default();
    let model = read::read(kind, options, &mut function, &mut diagnostics);
    check::check(&model, &mut diagnostics);
    let view = view::read(&model, &mut diagnostics);
    let mut output = function.into_token_stream();
    if diagnostics.is_empty() {
        output.extend(expand::expand(&model, view.as_ref()));
    }
    output.extend(diagnostics.into_compile_errors());
    output
}
