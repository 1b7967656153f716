#![allow(unused)]

use mcp_trigger::{Json, Output, mcp_tool};

#[mcp_tool]
fn alone(#[input(binding)] row: String) {}

#[mcp_tool]
fn value(#[input(binding = "table")] row: String) {}

#[mcp_tool]
fn no_type(#[input(binding(table_name = "rows"))] row: String) {}

#[mcp_tool]
fn empty_type(#[input(binding(type = ""))] row: String) {}

#[mcp_tool]
fn trigger(#[input(binding(type = "mcpToolTrigger"))] row: String) {}

#[mcp_tool]
fn blob(#[output(binding(type = "Blob", path = "snippets/a.txt"))] file: Output<String>) {}

#[mcp_tool]
fn outside(#[output(binding(type = "cosmosDB"), database_name = "shop", container_name = "orders")] row: Output<String>) {}

#[mcp_tool]
fn known(#[input(binding(type = "table", direction = "in", data_type = "binary"))] row: String) {}

#[mcp_tool]
fn values(#[input(binding(type = table, take = limit(), filter("a"), partition_key = 'a'))] row: String) {}

#[mcp_tool]
fn twice(#[input(binding(type = "table", table_name = "a", tableName = "b"))] row: String) {}

fn main() {}
