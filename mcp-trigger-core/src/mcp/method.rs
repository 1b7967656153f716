//! The MCP methods that clients call.

/// A method of any revision of MCP, or of the tasks extension (specification: `schema`; SEP-2663).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `initialize`.
    Initialize,
    /// `ping`.
    Ping,
    /// `server/discover`.
    ServerDiscover,
    /// `logging/setLevel`.
    LoggingSetLevel,
    /// `completion/complete`.
    CompletionComplete,
    /// `tools/list`.
    ToolsList,
    /// `tools/call`.
    ToolsCall,
    /// `prompts/list`.
    PromptsList,
    /// `prompts/get`.
    PromptsGet,
    /// `resources/list`.
    ResourcesList,
    /// `resources/templates/list`.
    ResourceTemplatesList,
    /// `resources/read`.
    ResourcesRead,
    /// `resources/subscribe`.
    ResourcesSubscribe,
    /// `resources/unsubscribe`.
    ResourcesUnsubscribe,
    /// `subscriptions/listen`.
    SubscriptionsListen,
    /// `tasks/get`.
    TasksGet,
    /// `tasks/update`.
    TasksUpdate,
    /// `tasks/cancel`.
    TasksCancel,
}

impl Method {
    /// The method with a name, such as `tools/call`. `None` if MCP has no such method.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "initialize" => Method::Initialize,
            "ping" => Method::Ping,
            "server/discover" => Method::ServerDiscover,
            "logging/setLevel" => Method::LoggingSetLevel,
            "completion/complete" => Method::CompletionComplete,
            "tools/list" => Method::ToolsList,
            "tools/call" => Method::ToolsCall,
            "prompts/list" => Method::PromptsList,
            "prompts/get" => Method::PromptsGet,
            "resources/list" => Method::ResourcesList,
            "resources/templates/list" => Method::ResourceTemplatesList,
            "resources/read" => Method::ResourcesRead,
            "resources/subscribe" => Method::ResourcesSubscribe,
            "resources/unsubscribe" => Method::ResourcesUnsubscribe,
            "subscriptions/listen" => Method::SubscriptionsListen,
            "tasks/get" => Method::TasksGet,
            "tasks/update" => Method::TasksUpdate,
            "tasks/cancel" => Method::TasksCancel,
            _ => return None,
        })
    }

    /// The name of the method in a request, such as `tools/call`.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Initialize => "initialize",
            Method::Ping => "ping",
            Method::ServerDiscover => "server/discover",
            Method::LoggingSetLevel => "logging/setLevel",
            Method::CompletionComplete => "completion/complete",
            Method::ToolsList => "tools/list",
            Method::ToolsCall => "tools/call",
            Method::PromptsList => "prompts/list",
            Method::PromptsGet => "prompts/get",
            Method::ResourcesList => "resources/list",
            Method::ResourceTemplatesList => "resources/templates/list",
            Method::ResourcesRead => "resources/read",
            Method::ResourcesSubscribe => "resources/subscribe",
            Method::ResourcesUnsubscribe => "resources/unsubscribe",
            Method::SubscriptionsListen => "subscriptions/listen",
            Method::TasksGet => "tasks/get",
            Method::TasksUpdate => "tasks/update",
            Method::TasksCancel => "tasks/cancel",
        }
    }

    /// The name of the parameter that the header `Mcp-Name` repeats. `None` if the method has no such
    /// parameter (specification 2026-07-28: `basic/transports/streamable-http`; SEP-2663).
    pub fn name_parameter(self) -> Option<&'static str> {
        match self {
            Method::ToolsCall | Method::PromptsGet => Some("name"),
            Method::ResourcesRead => Some("uri"),
            Method::TasksGet | Method::TasksUpdate | Method::TasksCancel => Some("taskId"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_that_of_one_method() {
        let names = "initialize ping server/discover logging/setLevel completion/complete tools/list tools/call prompts/list prompts/get \
                     resources/list resources/templates/list resources/read resources/subscribe resources/unsubscribe \
                     subscriptions/listen tasks/get tasks/update tasks/cancel";
        for name in names.split_whitespace() {
            assert_eq!(Method::parse(name).map(Method::as_str), Some(name));
        }
        assert_eq!(Method::parse("Tools/call"), None);
    }
}
