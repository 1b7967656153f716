//! The attribute macros of `mcp-trigger`.

use proc_macro::TokenStream;

/// placeholder
#[proc_macro_attribute]
pub fn mcp_tool(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    item
}
