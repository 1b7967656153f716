//! The metadata of a tool.

use super::Run;
use crate::function::params::PropertySpec;
use crate::function::schema::SchemaSource;
use host_protocol::ToolResult;

/// The metadata of a tool.
#[derive(Debug)]
pub struct Tool {
    /// The name that clients call.
    pub name: &'static str,
    /// Hints for clients.
    pub hints: Hints,
    /// The parameters that are arguments.
    pub arguments: Arguments,
    /// The schema of the structured content.
    pub output_schema: Option<SchemaSource>,
    /// Whether its calls become tasks.
    pub task: TaskSupport,
    /// Calls the function.
    pub run: Run<ToolResult>,
}

/// Whether and when calls of a tool become tasks: see [`tasks`](crate::tasks).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaskSupport {
    /// Never.
    #[default]
    Never,
    /// At once, if the client has tasks: `#[mcp_tool(task)]`.
    Optional,
    /// At once, and only clients that have tasks may call: `#[mcp_tool(task = "required")]`.
    Required,
    /// When the function calls `Context::begin_task`, if the client has tasks: `#[mcp_tool(task = "later")]`.
    Later,
}

/// How a function takes its arguments.
#[derive(Clone, Copy, Debug)]
pub enum Arguments {
    /// One parameter per property.
    Properties(&'static [PropertySpec]),
    /// One value for all.
    All(SchemaSource),
}

impl Arguments {
    /// Whether a parameter says that clients repeat it in a header. A type that takes all arguments may have such fields as well.
    pub(crate) fn has_headers(&self) -> bool {
        matches!(self, Arguments::Properties(properties) if properties.iter().any(|property| property.header.is_some()))
    }
}

/// MCP's tool annotations (specification: `ToolAnnotations`); `None` leaves a hint out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// The tool does not modify its environment.
    pub read_only: Option<bool>,
    /// The tool may delete or overwrite data.
    pub destructive: Option<bool>,
    /// A second call with the same arguments has no further effect.
    pub idempotent: Option<bool>,
    /// The tool reaches an open set of other systems, the web for example.
    pub open_world: Option<bool>,
}
