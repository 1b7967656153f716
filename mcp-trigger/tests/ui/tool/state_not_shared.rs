#![allow(unused)]

use mcp_trigger::{State, mcp_tool};
use std::cell::Cell;

#[mcp_tool]
fn count(State(counter): State<Cell<u64>>) {}

fn main() {}
