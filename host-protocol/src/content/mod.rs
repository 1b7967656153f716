//! MCP's content blocks and the result of a tool (specification: `server/tools`, "Tool Result").

mod block;
mod extension;
mod meta;
mod read;
mod resource;
mod result;

pub use block::{Annotations, Body, ContentBlock, Role};
pub use extension::AsExtension;
pub use meta::Meta;
pub use read::Unreadable;
pub use resource::{EmbeddedResource, ResourceBody, ResourceLink};
pub use result::ToolResult;
