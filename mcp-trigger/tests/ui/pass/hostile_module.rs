//! Nothing of what the generated code uses is looked up beside the function.

#![deny(warnings, missing_docs, unreachable_pub, unused, unused_qualifications, unused_results, single_use_lifetimes)]
#![deny(elided_lifetimes_in_paths, missing_debug_implementations, let_underscore_drop, trivial_casts)]
#![forbid(unsafe_code)]
#![allow(dead_code, non_upper_case_globals, unused_imports, unused_macros)]

use mcp_trigger::{mcp_prompt as prompt, mcp_resource as resource, mcp_tool as tool};

mod core {}
mod std {}
mod alloc {}
mod mcp_trigger_macros {}
mod inventory {}
mod serde {}
mod schemars {}

struct Box;
struct Pin;
struct Future;
struct Duration;
struct String;
struct Call;
struct Binding;
struct Access;
struct View;
struct Kind;
struct Run;
enum Option {
    None,
    Some,
}
enum Result {
    Ok,
    Err,
}
use Option::{None, Some};
use Result::{Err, Ok};

trait Into {
    fn into(&self) {}
    fn context(&self) {}
    fn argument(&self) {}
    fn with_default(&self) {}
    fn into_outcome(&self) {}
    fn clone(&self) {}
    fn open(&self) {}
    fn write(&self) {}
    fn principal(&self) {}
    fn uri_parameter(&self) {}
    fn text_argument(&self) {}
    fn with_title(&self) {}
    fn with_header(&self) {}
    fn lenient(&self) {}
    fn completed_by(&self) {}
    fn complete(&self) {}
}
impl<T> Into for T {}

const result: u8 = 1;
const param_0: u8 = 1;
const ARG_0: u8 = 2;

macro_rules! file {
    () => {
        compile_error!("mine")
    };
}
macro_rules! line {
    () => {
        compile_error!("mine")
    };
}
macro_rules! include_bytes {
    ($($anything:tt)*) => {
        compile_error!("mine")
    };
}
macro_rules! concat {
    ($($anything:tt)*) => {
        compile_error!("mine")
    };
}

/// Before.
#[doc = include_str!("../README.md")]
#[tool(title = "All", read_only, timeout = "1s", meta = "{}", icons("https://example.com/icon.png"))]
#[allow(unused_variables)]
async fn call(
    #[arg(default = "text")] text: ::std::string::String,
    #[arg(default = ARG_0, header = "Number", lenient)] number: u8,
    cx: &::mcp_trigger::Context,
    state: ::mcp_trigger::State<u8>,
) -> ::core::result::Result<::std::string::String, ::mcp_trigger::ToolError> {
    ::core::result::Result::Ok(text)
}

#[tool(roles("admin"), app(view = "Cargo.toml", title = "View", permissions(camera)))]
#[allow(unused_variables)]
fn seen(
    caller: ::mcp_trigger::Principal,
    #[input(blob, path = "snippets/a.txt")] blob: ::std::string::String,
    #[output(blob, path = "snippets/a.txt")] out: ::mcp_trigger::Output<::std::string::String>,
    #[output(binding(type = "table", table_name = "rows"))] row: ::mcp_trigger::Output<::std::string::String>,
) {
}

#[resource("users://{id}", size = 1, percent_decode, cache = "1s")]
#[allow(unused_variables)]
async fn user(
    #[arg(complete = numbers)] id: u8,
    caller: ::core::option::Option<::mcp_trigger::Principal>,
) -> ::core::option::Option<::std::string::String> {
    ::core::option::Option::None
}

async fn numbers(_: &::mcp_trigger::Completion<'_>) -> [::std::string::String; 0] {
    []
}

#[prompt]
#[allow(unused_variables)]
fn review(
    #[arg(title = "Text", default = "text", complete = ["text"])] text: ::std::string::String,
    #[arg(default = ARG_0)] number: u8,
) -> ::std::string::String {
    text
}

fn main() {}
