//! The kinds of functions, and the words for each in messages.

/// The attribute of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FunctionKind {
    Tool,
    Resource,
    Prompt,
}

impl FunctionKind {
    /// The attribute as it is written in the source.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            FunctionKind::Tool => "#[mcp_tool]",
            FunctionKind::Resource => "#[mcp_resource]",
            FunctionKind::Prompt => "#[mcp_prompt]",
        }
    }

    /// The values that a caller sends.
    pub(crate) fn arguments(self) -> &'static str {
        match self {
            FunctionKind::Tool => "tool arguments",
            FunctionKind::Resource => "the parameters of a resource",
            FunctionKind::Prompt => "prompt arguments",
        }
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            FunctionKind::Tool => "tool",
            FunctionKind::Resource => "resource",
            FunctionKind::Prompt => "prompt",
        }
    }
}
