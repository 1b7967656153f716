//! Tests of an app: functions are called as a client would call them, in the test's process and without a server.
//!
//! ```standalone_crate
//! use mcp_trigger::testing::{self, TestApp};
//! use mcp_trigger::{App, Output, Principal, State, mcp_tool};
//!
//! #[derive(Clone)]
//! struct Limit(usize);
//!
//! /// Saves a snippet.
//! #[mcp_tool(roles("writer"))]
//! fn save_snippet(
//!     name: String,
//!     snippet: String,
//!     State(limit): State<Limit>,
//!     #[output(blob, path = "snippets/{mcptoolargs.name}.txt")] file: Output<String>,
//! ) -> Result<String, String> {
//!     if snippet.len() > limit.0 {
//!         return Err(format!("{name} is too long"));
//!     }
//!     file.set(snippet);
//!     Ok(format!("saved {name}"))
//! }
//!
//! # /*
//! #[test]
//! # */
//! fn snippets_are_saved_as_they_are() {
//!     testing::block_on(async {
//!         let app = TestApp::new(App::new().state(Limit(100))).await.unwrap();
//!         let ann = Principal::new("ann").with_role("writer");
//!         let save = || app.tool("save_snippet").argument("name", "hi");
//!
//!         let reply = save().argument("snippet", "fn main() {}").principal(ann.clone()).call().await;
//!         assert_eq!(reply.text(), "saved hi");
//!         assert_eq!(reply.output_text("file").as_deref(), Some("fn main() {}"));
//!
//!         let reply = save().argument("snippet", "x".repeat(101)).principal(ann).call().await;
//!         assert!(reply.is_error());
//!         assert_eq!(reply.text(), "hi is too long");
//!
//!         let reply = save().argument("snippet", "").call().await;
//!         assert!(reply.is_error(), "only writers may save");
//!     });
//! }
//! # snippets_are_saved_as_they_are();
//! ```
//!
//! The app has all functions that are linked into the test, and those that were added to the `App`. An integration test, in
//! `tests/`, links only the crates that it names: `use my_tools as _;`.
//!
//! A mistake of the test, such as an unknown name of a tool, is a panic with a message.

mod bindings;
mod call;
#[cfg(feature = "local")]
mod files;
mod reply;

pub use bindings::InputValue;
pub use call::Call;
pub use reply::Reply;

use crate::app::{self, App};
use crate::content::{PromptResult, ResourceContents, ToolResult};
use crate::function::{Function, Kind, Prompt, Resource, Tool};
use crate::invoke::Functions;
use crate::registry::Addresses;
use crate::registry::function_json::{Schemas, of_functions, schemas};
use mcp_trigger_core::telemetry::{self, Console};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// An app that is ready to be called.
pub struct TestApp {
    functions: Arc<Functions>,
    /// The app without its states, from which the files are generated.
    outline: App,
}

impl TestApp {
    /// Sets the app up, its states included.
    ///
    /// # Errors
    ///
    /// If the app would not start, by itself or under the Functions host.
    pub async fn new(mut app: App) -> Result<Self, StartError> {
        // A test has its own thread, and may have put something there.
        app.blocking_threads = None;
        // Else the lines that a call logs with `tracing` are lost.
        telemetry::init(Console::Stderr).map_err(|error| StartError(error.into()))?;
        let outline = app.outline();
        let (functions, setup) = app.prepare().map_err(StartError)?;
        // `generate` would refuse these functions.
        of_functions(&functions.registry).map_err(|problems| StartError(app::Error::Functions(problems)))?;
        setup.await.map_err(StartError)?;
        Ok(TestApp { functions, outline })
    }

    /// The names of the tools, in the order of their functions' names.
    pub fn tools(&self) -> Vec<&str> {
        self.tool_functions().map(|(_, tool)| tool.name).collect()
    }

    /// The URIs of the resources and templates.
    pub fn resources(&self) -> Vec<&str> {
        self.resource_functions().map(|(_, resource)| resource.uri).collect()
    }

    /// The names of the prompts.
    pub fn prompts(&self) -> Vec<&str> {
        self.prompt_functions().map(|(_, prompt)| prompt.name).collect()
    }

    /// The JSON Schema of a tool's arguments, as clients get it.
    ///
    /// # Panics
    ///
    /// If there is no such tool, or its type has no schema that a host would take.
    #[track_caller]
    pub fn input_schema(&self, tool: &str) -> Value {
        self.schemas(tool).input
    }

    /// The JSON Schema of a tool's structured content, if it has one.
    ///
    /// # Panics
    ///
    /// As [`input_schema`](TestApp::input_schema).
    #[track_caller]
    pub fn output_schema(&self, tool: &str) -> Option<Value> {
        self.schemas(tool).output
    }

    /// A call of a tool, by its name. The case does not matter.
    ///
    /// # Panics
    ///
    /// If there is no such tool.
    #[track_caller]
    pub fn tool(&self, name: &str) -> Call<'_, ToolResult> {
        let (function, tool) = self.find_tool(name);
        Call::new(self, function, &tool.run)
    }

    /// A read of a resource, by its address in any form, as at `/mcp`. A resource with exactly this address comes before a template
    /// that matches.
    ///
    /// # Panics
    ///
    /// If there is no resource at the address.
    #[track_caller]
    pub fn resource(&self, uri: &str) -> Call<'_, Option<ResourceContents>> {
        let addresses = Addresses::new(&self.functions.registry);
        let found = addresses.find(uri).unwrap_or_else(|| unknown("resource", uri, &self.resources()));
        Call::new(self, found.function, &found.resource.run).of_resource(found, uri)
    }

    /// A call of a prompt, by its name. The case does not matter.
    ///
    /// # Panics
    ///
    /// If there is no such prompt.
    #[track_caller]
    pub fn prompt(&self, name: &str) -> Call<'_, PromptResult> {
        let found = self.prompt_functions().find(|(_, prompt)| prompt.name.eq_ignore_ascii_case(name));
        let (function, prompt) = found.unwrap_or_else(|| unknown("prompt", name, &self.prompts()));
        Call::new(self, function, &prompt.run)
    }

    #[track_caller]
    fn find_tool(&self, name: &str) -> (&'static Function, &'static Tool) {
        let found = self.tool_functions().find(|(_, tool)| tool.name.eq_ignore_ascii_case(name));
        found.unwrap_or_else(|| unknown("tool", name, &self.tools()))
    }

    #[track_caller]
    fn schemas(&self, tool: &str) -> Schemas {
        let (function, tool) = self.find_tool(tool);
        schemas(function, tool).unwrap_or_else(|problem| panic!("{problem}"))
    }

    fn tool_functions(&self) -> impl Iterator<Item = (&'static Function, &'static Tool)> {
        self.functions.registry.functions().filter_map(|function| match &function.kind {
            Kind::Tool(tool) => Some((function, tool)),
            _ => None,
        })
    }

    fn resource_functions(&self) -> impl Iterator<Item = (&'static Function, &'static Resource)> {
        self.functions.registry.functions().filter_map(|function| match &function.kind {
            Kind::Resource(resource) => Some((function, resource)),
            _ => None,
        })
    }

    fn prompt_functions(&self) -> impl Iterator<Item = (&'static Function, &'static Prompt)> {
        self.functions.registry.functions().filter_map(|function| match &function.kind {
            Kind::Prompt(prompt) => Some((function, prompt)),
            _ => None,
        })
    }
}

impl fmt::Debug for TestApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tools, resources, prompts) = (self.tools(), self.resources(), self.prompts());
        let mut app = f.debug_struct("TestApp");
        app.field("tools", &tools).field("resources", &resources).field("prompts", &prompts).finish_non_exhaustive()
    }
}

/// Runs an `async` test without an attribute. `#[tokio::test]` works as well.
///
/// # Panics
///
/// If the runtime cannot be set up, or the test panics.
pub fn block_on<F: Future>(test: F) -> F::Output {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(test),
        Err(error) => panic!("cannot set up a runtime for the test: {error}"),
    }
}

/// Why an app does not start.
///
/// [`source`](std::error::Error::source) is the cause, such as the error of a state. `Debug` writes the message, so that `unwrap` shows it.
pub struct StartError(app::Error);

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

#[track_caller]
fn unknown(what: &str, name: &str, known: &[&str]) -> ! {
    let known: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
    match known.as_slice() {
        [] => panic!(
            "there is no {what} `{name}`, and no other: if the functions are in a package of their own, name it in the test, with `use my_tools as _;`"
        ),
        known => panic!("there is no {what} `{name}`, only {}", known.join(", ")),
    }
}
