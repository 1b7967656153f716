#![allow(unused)]

use mcp_trigger::{Principal, mcp_prompt};

/// All of them are told at once; what follows from one of them is not told.
#[mcp_prompt(name = "", roles(admin), read_only)]
fn review(code: &str, caller: &Principal, #[output(blob)] file: String) {}

fn caller(principal: Principal) {
    review("a", &principal, "b".to_owned());
}

fn main() {}
