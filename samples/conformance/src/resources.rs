//! Resources: text, bytes, a template, and one to subscribe to.

use crate::PIXEL;
use mcp_trigger::{Json, mcp_resource};
use serde::Serialize;

/// Text that never changes.
#[mcp_resource("test://static-text", function = "StaticText", mime_type = "text/plain")]
fn static_text() -> &'static str {
    "This is the content of the static text resource."
}

/// Bytes that never change.
#[mcp_resource("test://static-binary", function = "StaticBinary", mime_type = "image/png")]
fn static_binary() -> &'static [u8] {
    PIXEL
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    id: String,
    template_test: bool,
    data: String,
}

/// Data that tells the id that it was asked for.
#[mcp_resource("test://template/{id}/data", function = "TemplateData")]
fn template_data(id: String) -> Json<Data> {
    Json(Data { data: format!("Data for ID: {id}"), id, template_test: true })
}

/// Something to watch.
#[mcp_resource("test://watched-resource", function = "Watched", mime_type = "text/plain")]
fn watched_resource() -> &'static str {
    "Watched resource content"
}
