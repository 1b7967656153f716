//! The attribute macros of `mcp-trigger`. Use them through that crate: there they are documented, so that the examples can
//! be compiled.
//!
//! An attribute and its function pass through these stages:
//!
//! | module | stage |
//! |---|---|
//! | `syntax` | tokens → the function, its body left alone |
//! | `attr` | the attribute's `key = value`s → typed values |
//! | `param`, `doc` | parameters and comments → what the caller has to know |
//! | `check`, `template` | what no stage sees alone: names, duplicates, signatures that no host can call |
//! | `model` | what all that comes to |
//! | `view` | the page of an MCP App → one text |
//! | `expand` | the model → tokens |
//!
//! Every stage reports into `diag` and goes on, so all mistakes are told at once.

// The documentation stands on the re-exports in `mcp-trigger`; comments here would be appended to it.
#![allow(missing_docs)]

mod attr;
mod check;
mod csp;
mod diag;
mod doc;
mod expand;
mod json;
mod kind;
mod model;
mod param;
mod syntax;
mod template;
mod view;

use diag::Diagnostics;
use kind::FunctionKind;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

#[proc_macro_attribute]
pub fn mcp_tool(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_function(FunctionKind::Tool, arguments.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn mcp_resource(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_function(FunctionKind::Resource, arguments.into(), item.into()).into()
}

#[proc_macro_attribute]
pub fn mcp_prompt(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_function(FunctionKind::Prompt, arguments.into(), item.into()).into()
}

/// The function as it was, and behind it either its registration or every mistake that was found. The function stays in any
/// case: without it each of its callers would be one more error.
fn expand_function(kind: FunctionKind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let mut function = match syntax::parse(kind.attribute(), item.clone()) {
        Ok(function) => function,
        Err(error) => {
            diagnostics.push(error);
            let errors = diagnostics.into_compile_errors();
            return quote!(#item #errors);
        }
    };
    let model = model::Function::read(kind, arguments, &mut function, &mut diagnostics);
    let registration = model.filter(|_| diagnostics.is_empty()).map(|model| expand::function(&model));
    let errors = diagnostics.into_compile_errors();
    let mut output = function.into_token_stream();
    output.extend(registration);
    output.extend(errors);
    output
}
