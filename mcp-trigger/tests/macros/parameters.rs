//! The parameters of a function.

use crate::{arguments, function, tool};
use mcp_trigger::__private::Arguments;
use mcp_trigger::{Args, Context, State, mcp_tool};

#[mcp_tool]
fn every_kind(
    /// Its name,
    /// in two lines
    #[arg(rename = "snippetname")]
    name: String,
    State(count): State<u8>,
    mut r#type: Option<String>,
    /// Not this
    #[arg(default = 3, description = "but this")]
    stars: u8,
    cx: &Context,
    #[arg(default = "rust")] language: String,
    state: mcp_trigger::State<String>,
    #[allow(unused_variables)] ignored: bool,
) -> String {
    let _ = cx;
    r#type.get_or_insert_default().push_str(&name);
    format!("{}{stars}{count}{language}{}", r#type.unwrap_or_default(), state.0)
}

#[test]
fn arguments_are_told_from_the_rest() {
    let expected = [
        ("snippetname", "Its name,\nin two lines"),
        ("type", ""),
        ("stars", "but this"),
        ("language", ""),
        ("ignored", ""),
    ];
    assert_eq!(arguments("every_kind"), expected);
    assert_eq!(function("every_kind").states.len(), 2);
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Query {
    text: String,
}

#[mcp_tool]
async fn all_at_once(Args(Query { text }): Args<Query>, cx: &Context) -> String {
    let _ = cx;
    text
}

#[test]
fn args_is_all_of_them() {
    assert!(matches!(tool("all_at_once").arguments, Arguments::All(_)));
}

/// Names that are ours elsewhere.
mod theirs {
    #[derive(serde::Deserialize, schemars::JsonSchema)]
    pub struct Context(pub u8);
    #[derive(serde::Deserialize, schemars::JsonSchema)]
    pub struct State<T>(pub T);
    #[derive(serde::Deserialize, schemars::JsonSchema)]
    pub struct Args {
        pub limit: u8,
    }
}

#[mcp_tool]
fn ordinary(
    #[arg] context: theirs::Context,
    #[arg(rename = "state")] theirs::State(s): theirs::State<u8>,
    args: theirs::Args,
) -> u8 {
    context.0 + s + args.limit
}

#[test]
fn arg_makes_an_argument_of_anything() {
    assert_eq!(arguments("ordinary"), [("context", ""), ("state", ""), ("args", "")]);
    assert_eq!(ordinary(theirs::Context(1), theirs::State(2), theirs::Args { limit: 3 }), 6);
}

#[mcp_tool]
#[allow(clippy::many_single_char_names)]
fn nine(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8) -> u8 {
    a + b + c + d + e + f + g + h + i
}

#[test]
fn there_may_be_many() {
    assert_eq!(arguments("nine").len(), 9);
}

#[mcp_tool]
fn borrows(cx: &Context) -> &str {
    cx.name()
}

#[mcp_tool]
async fn borrows_later(cx: &Context) -> Result<Option<std::borrow::Cow<'_, str>>, String> {
    Ok(Some(cx.name().into()))
}

#[test]
fn results_may_borrow_from_the_context() {
    assert_eq!((tool("borrows").name, tool("borrows_later").name), ("borrows", "borrows_later"));
}
