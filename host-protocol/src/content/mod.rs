//! What MCP's functions answer: content blocks, and the results of tools, resources and prompts (specification: `server/tools`,
//! `server/resources`, `server/prompts`).

mod block;
mod extension;
mod meta;
mod prompt;
mod read;
mod resource;
mod result;

pub use block::{Annotations, Body, ContentBlock, Role};
pub use extension::AsExtension;
pub use meta::Meta;
pub use prompt::{PromptMessage, PromptResult};
pub use read::Unreadable;
pub use resource::{ResourceBody, ResourceContents, ResourceLink};
pub use result::ToolResult;
