//! MCP's content blocks and the result of a tool (specification: `server/tools`, "Tool Result").

mod block;
mod resource;
mod result;

pub use block::{Annotations, Body, ContentBlock, Role};
pub use resource::{EmbeddedResource, ResourceBody, ResourceLink};
pub use result::{Meta, ToolResult};
