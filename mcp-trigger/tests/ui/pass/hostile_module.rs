//! Nothing of what the generated code uses is looked up beside the function.

#![deny(warnings, missing_docs, unreachable_pub, unused, unused_qualifications, unused_results, single_use_lifetimes)]
#![deny(elided_lifetimes_in_paths, missing_debug_implementations, let_underscore_drop, trivial_casts)]
#![forbid(unsafe_code)]
#![allow(dead_code, non_upper_case_globals, unused_imports, unused_macros)]

use mcp_trigger::mcp_tool as tool;

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
    #[arg(default = ARG_0)] number: u8,
    cx: &::mcp_trigger::Context,
    state: ::mcp_trigger::State<u8>,
) -> ::core::result::Result<::std::string::String, ::mcp_trigger::ToolError> {
    ::core::result::Result::Ok(text)
}

fn main() {}
