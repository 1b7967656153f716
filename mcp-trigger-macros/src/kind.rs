//! The kinds of functions, and what each is called in messages.

/// What a function is to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FunctionKind {
    Tool,
    Resource,
    Prompt,
}

impl FunctionKind {
    /// The macro, as it is written in the source.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            FunctionKind::Tool => "#[mcp_tool]",
            FunctionKind::Resource => "#[mcp_resource]",
            FunctionKind::Prompt => "#[mcp_prompt]",
        }
    }

    /// What comes from the caller.
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
