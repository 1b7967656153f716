//! MCP's content: content blocks, and the results of tools, resources and prompts (specification: `server/tools`,
//! `server/resources`, `server/prompts`).

mod block;
mod extension;
mod meta;
mod prompt;
mod read;
mod resource;
mod tool;

pub use block::{Annotations, ContentBlock, ContentBody, Role};
pub use extension::AsExtension;
pub use meta::Meta;
pub use prompt::{PromptMessage, PromptResult};
pub use read::InvalidResult;
pub use resource::{ResourceBody, ResourceContents, ResourceLink};
pub use tool::ToolResult;
