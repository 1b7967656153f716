//! The whole expansion, as it is meant to be: `tests/expand/`. After a change write the files anew with
//! `EXPAND=overwrite cargo test -p mcp-trigger-macros`, and read the difference.

use crate::{diag::Diagnostics, expand, model::Tool, syntax};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::{env, fs, path::Path};

fn expansion(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let mut function = syntax::parse("#[mcp_tool]", item).unwrap();
    let tool = Tool::read(arguments, &mut function, &mut diagnostics).unwrap();
    assert!(diagnostics.is_empty(), "{}", diagnostics.into_compile_errors());
    let mut output = function.into_token_stream();
    output.extend(expand::tool(&tool));
    output
}

#[test]
fn a_tool_expands_to_this() {
    let output = expansion(
        quote!(title = "Save", idempotent, timeout = "30s"),
        quote! {
            /// Saves a snippet.
            #[tracing::instrument]
            pub async fn save(
                /// Its name
                #[arg(rename = "snippetname")]
                name: String,
                #[arg(default = 3)] stars: u8,
                cx: &Context,
                State(db): State<Db>,
            ) -> Result<Json<Saved>, ToolError> {
                a body of any kind
            }
        },
    );
    // The body is not Rust, and not looked at; the printer has to be spared it.
    let printable = output.to_string().replace("a body of any kind", "body ()");
    let actual = prettyplease::unparse(&syn::parse_file(&printable).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand/save.rs");
    if env::var_os("EXPAND").is_some_and(|value| value == "overwrite") {
        fs::write(&path, &actual).unwrap();
    }
    assert_eq!(actual, fs::read_to_string(&path).unwrap_or_default());
}

#[test]
fn a_given_path_is_the_only_one() {
    let output = expansion(
        quote!(crate = facade::tools, icons("https://example.com/a.png"), timeout = "1s"),
        quote!(
            async fn f(a: u8, #[arg(default = "x")] b: String, c: &Context, d: State<u8>) -> Args<u8> {}
        ),
    );
    assert!(contains(output.clone(), "facade"));
    assert!(!contains(output, "mcp_trigger"));
}

fn contains(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => contains(group.stream(), name),
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
