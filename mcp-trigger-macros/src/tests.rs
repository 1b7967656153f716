//! Whole expansions, compared with the files in `tests/expand/`. After a change write them anew with
//! `EXPAND=overwrite cargo test -p mcp-trigger-macros`, and read the difference.

use crate::expand_attribute;
use crate::kind::FunctionKind;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use std::{env, fs, path::Path};

/// Compares an expansion with a file.
fn compare(output: &TokenStream, file: &str) {
    // The macro does not parse the body, but the printer does.
    let printable = output.to_string().replace("a body of any kind", "body ()");
    // The paths of a view's files begin with this folder.
    let printable = printable.replace(env!("CARGO_MANIFEST_DIR"), "/package");
    let actual = prettyplease::unparse(&syn::parse_file(&printable).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand").join(file);
    if env::var_os("EXPAND").is_some_and(|value| value == "overwrite") {
        fs::write(&path, &actual).unwrap();
    }
    assert_eq!(actual, fs::read_to_string(&path).unwrap_or_default());
}

#[test]
fn a_tool_expands_to_this() {
    let output = expand_attribute(
        FunctionKind::Tool,
        quote!(title = "Save", idempotent, timeout = "30s", roles("writer")),
        quote! {
            /// Saves a snippet.
            #[tracing::instrument]
            pub async fn save(
                /// Its name
                #[arg(rename = "snippetname")]
                name: String,
                #[arg(default = 3, lenient)] stars: u8,
                #[output(blob, path = "snippets/{mcptoolargs.snippetname}.txt")] file: Output<String>,
                cx: &Context,
                State(db): State<Db>,
            ) -> Result<Json<Saved>, ToolError> {
                a body of any kind
            }
        },
    );
    compare(&output, "save.rs");
}

#[test]
fn a_resource_expands_to_this() {
    let output = expand_attribute(
        FunctionKind::Resource,
        quote!("users://{id}/profile", percent_decode, size = 12),
        quote! {
            /// Who somebody is.
            async fn profile(id: u64, caller: Option<Principal>) -> Result<Json<Profile>, ResourceError> {}
        },
    );
    compare(&output, "profile.rs");
}

#[test]
fn a_prompt_expands_to_this() {
    let output = expand_attribute(
        FunctionKind::Prompt,
        quote!(name = "code-review", icons("https://example.com/a.png")),
        quote! {
            /// Reviews code.
            fn review(
                /** The code */
                #[arg(title = "Code")]
                code: String,
                #[arg(complete = focuses)] focus: Option<String>,
            ) -> String {
            }
        },
    );
    compare(&output, "review.rs");
}

#[test]
fn a_tool_with_a_view_expands_to_this() {
    let output = expand_attribute(
        FunctionKind::Tool,
        quote!(
            roles("reader"),
            meta = "{\"a\": 1}",
            app(
                view = "tests/expand/weather.html",
                title = "Weather",
                csp(connect("https://api.example.com"), base_uri("https://example.com")),
                permissions(clipboard_write, camera),
                domain = "weather.example",
                prefers_border,
                visibility(model)
            )
        ),
        quote!(
            fn weather() {}
        ),
    );
    compare(&output, "weather.rs");
}

#[test]
fn a_given_path_is_the_only_one() {
    let parameters = quote!(
        a: u8,
        #[arg(default = "x")] b: String,
        c: &Context,
        d: State<u8>,
        e: Principal,
        f: Option<Principal>,
        #[input(blob, path = "snippets/a.txt")] g: String,
        #[output(queue, queue_name = "notes")] h: Output<String>
    );
    let common = quote!(crate = facade::tools, icons("https://example.com/a.png"), timeout = "1s", roles("admin"));
    for (kind, arguments, parameters) in [
        (FunctionKind::Tool, quote!(#common, app(view = "tests/expand/weather.html", title = "W")), parameters.clone()),
        (FunctionKind::Prompt, common.clone(), parameters),
        (FunctionKind::Resource, quote!("a://{a}", #common), quote!(a: u8)),
    ] {
        let output = expand_attribute(kind, arguments, quote!(async fn f(#parameters) -> String {}));
        assert!(contains(output.clone(), "facade"), "{output}");
        assert!(!contains(output.clone(), "mcp_trigger"), "{output}");
    }
}

fn contains(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => contains(group.stream(), name),
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
