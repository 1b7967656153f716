//! Functions that are added to an app without a macro.

use super::App;
use crate::function::dynamic::{DynamicPrompt, DynamicResource, DynamicTool};

impl App {
    /// Adds a tool without a macro.
    ///
    /// ```no_run
    /// use mcp_trigger::{App, DynamicTool, ExitCode};
    /// use serde_json::{Map, Value, json};
    ///
    /// fn main() -> ExitCode {
    ///     let greeting = std::env::var("GREETING").unwrap_or_else(|_| "Hello".to_owned());
    ///     let greet = DynamicTool::new("greet", move |arguments: Map<String, Value>| {
    ///         let text = format!("{greeting}, {}!", arguments["name"]);
    ///         async move { text }
    ///     })
    ///     .description("Greets someone.")
    ///     .input_schema(json!({ "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] }));
    ///     App::new().tool(greet).run()
    /// }
    /// ```
    pub fn tool(mut self, tool: DynamicTool) -> Self {
        self.dynamic.add(tool.register());
        self
    }

    /// Adds several tools, those of a library for example.
    pub fn tools(self, tools: impl IntoIterator<Item = DynamicTool>) -> Self {
        tools.into_iter().fold(self, App::tool)
    }

    /// Adds a resource without a macro.
    pub fn resource(mut self, resource: DynamicResource) -> Self {
        self.dynamic.add(resource.register());
        self
    }

    /// Adds several resources.
    pub fn resources(self, resources: impl IntoIterator<Item = DynamicResource>) -> Self {
        resources.into_iter().fold(self, App::resource)
    }

    /// Adds a prompt without a macro.
    pub fn prompt(mut self, prompt: DynamicPrompt) -> Self {
        self.dynamic.add(prompt.register());
        self
    }

    /// Adds several prompts.
    pub fn prompts(self, prompts: impl IntoIterator<Item = DynamicPrompt>) -> Self {
        prompts.into_iter().fold(self, App::prompt)
    }
}
