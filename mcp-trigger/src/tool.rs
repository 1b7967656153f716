//! A tool as the macro leaves it, and one call of it.

use crate::args::{AllArguments, ArgSpec, PropertySpec};
use crate::context::Context;
use crate::error::ToolError;
use crate::result::SchemaFn;
use crate::state::{State, StateSpec, StateType, States};
use host_protocol::ToolResult;
use host_protocol::json::RawObject;
use serde_json::value::RawValue;
use std::pin::Pin;
use std::time::Duration;

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a tool's function ends with.
pub type Outcome = Result<ToolResult, ToolError>;

/// Puts the future of a call on the heap. The single place where it has to be `Send`; the compiler shows the name.
pub fn the_future_of_a_tool_must_be_send<'a, F>(future: F) -> BoxFuture<'a, Outcome>
where
    F: Future<Output = Outcome> + Send + 'a,
{
    Box::pin(future)
}

/// One `#[mcp_tool]` function: constants and function pointers, so that registering it costs nothing at start.
#[derive(Debug)]
pub struct Tool {
    /// The name that clients call.
    pub name: &'static str,
    /// The name of the Azure function: its folder, and the path the host calls.
    pub function: &'static str,
    /// The name for people.
    pub title: Option<&'static str>,
    /// What it does, for the model; empty if nobody said.
    pub description: &'static str,
    /// Hints for clients.
    pub hints: Hints,
    /// `_meta` of the listing, as JSON text.
    pub meta: Option<&'static str>,
    /// Pictures of it.
    pub icons: &'static [Icon],
    /// How long one call may take; the app's limit if nothing is said.
    pub timeout: Option<Duration>,
    /// The parameters that are arguments.
    pub arguments: Arguments,
    /// The states that the function asks for.
    pub states: &'static [StateType],
    /// The schema of the structured content.
    pub output_schema: Option<SchemaFn>,
    /// Calls the function.
    pub call: for<'a> fn(&'a Call<'a>) -> BoxFuture<'a, Outcome>,
    /// Where it is written.
    pub location: Location,
}

/// How a function takes its arguments.
#[derive(Clone, Copy, Debug)]
pub enum Arguments {
    /// One parameter per property.
    Properties(&'static [PropertySpec]),
    /// One struct for all.
    All(SchemaFn),
}

/// MCP's tool annotations (specification: `ToolAnnotations`); `None` leaves a hint out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// The tool changes nothing.
    pub read_only: Option<bool>,
    /// What the tool changes may be lost for good.
    pub destructive: Option<bool>,
    /// A second call with the same arguments changes nothing more.
    pub idempotent: Option<bool>,
    /// The tool deals with a world that is not known beforehand, the web for example.
    pub open_world: Option<bool>,
}

/// A picture of a tool (specification 2025-11-25: `Icon`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon {
    /// Its address: `https:` or `data:`.
    pub src: &'static str,
    /// What it is, for example `image/png`.
    pub mime_type: Option<&'static str>,
    /// Its sizes, `48x48` or `any`.
    pub sizes: &'static [&'static str],
    /// `light` or `dark`.
    pub theme: Option<&'static str>,
}

/// Where in the source a function stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file, as the compiler names it.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
}

/// One call of a tool: where the function's parameters get their values.
pub struct Call<'a> {
    context: &'a Context,
    text: Option<&'a str>,
    arguments: RawObject<'a>,
    states: &'a States,
}

impl<'a> Call<'a> {
    /// A call with these arguments, a JSON object.
    ///
    /// # Errors
    ///
    /// When the arguments are not an object.
    pub(crate) fn new(
        context: &'a Context,
        arguments: Option<&'a RawValue>,
        states: &'a States,
    ) -> Result<Self, ToolError> {
        let text = arguments.map(RawValue::get).filter(|text| *text != "null");
        let arguments = match text {
            Some(text) => RawObject::parse(text).map_err(|_| "the arguments have to be a JSON object")?,
            None => RawObject::default(),
        };
        Ok(Call { context, text, arguments, states })
    }

    /// The value of a parameter.
    ///
    /// # Errors
    ///
    /// That it is missing or does not fit.
    pub fn argument<T>(&self, spec: &ArgSpec<T>) -> Result<T, ToolError> {
        spec.take(self.arguments.get(spec.property.name()).map(RawValue::get))
    }

    /// All arguments in one.
    ///
    /// # Errors
    ///
    /// That they do not fit.
    pub fn all_arguments<T>(&self, spec: &AllArguments<T>) -> Result<crate::Args<T>, ToolError> {
        spec.take(self.text).map(crate::Args)
    }

    /// The context of the call.
    pub fn context(&self) -> &'a Context {
        self.context
    }

    /// A state of the app.
    ///
    /// # Errors
    ///
    /// When the app has none of that type.
    pub fn state<T>(&self, spec: &StateSpec<T>) -> Result<State<T>, ToolError> {
        spec.take(self.states)
    }
}
