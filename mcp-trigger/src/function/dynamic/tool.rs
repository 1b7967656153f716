//! Tools without a macro.

use super::details::{Details, setters};
use super::{Registered, Runs, leak_run};
use crate::function::context::Context;
use crate::function::params::{AllArguments, Args, all_arguments};
use crate::function::result::{IntoToolResult, tool_result};
use crate::function::schema::{self, Checker, SchemaSource};
use crate::function::{Arguments, Call, Hints, Kind, TaskSupport, Tool, ToolFuture};
use host_protocol::{ToolResult, name};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::marker::PhantomData;
use std::panic::Location;

/// A tool without a macro, for [`App::tool`](crate::App::tool).
///
/// The arguments come as one value: a struct, as with [`Args`], whose schema is that of the tool; or a `serde_json::Map<String,
/// Value>`, which takes any object, with a schema from [`input_schema`](DynamicTool::input_schema).
///
/// ```
/// use mcp_trigger::{DynamicTool, Json, ToolError};
/// use mcp_trigger::schemars::{self, JsonSchema};
/// use serde::{Deserialize, Serialize};
/// use serde_json::{Map, Value, json};
///
/// #[derive(Deserialize, JsonSchema)]
/// struct Query {
///     text: String,
///     limit: Option<u32>,
/// }
///
/// #[derive(Serialize, JsonSchema)]
/// struct Hits {
///     titles: Vec<String>,
/// }
///
/// let search = DynamicTool::new("search", |query: Query| async move {
///     if query.text.is_empty() {
///         return Err(ToolError::new("say what to look for"));
///     }
///     Ok(Json(Hits { titles: vec![] }))
/// })
/// .description("Searches the notes.")
/// .read_only(true);
///
/// let echo = DynamicTool::new("echo", |arguments: Map<String, Value>| async move { format!("{arguments:?}") })
///     .input_schema(json!({ "type": "object", "properties": { "what": { "type": "string" } }, "required": ["what"] }));
/// # let _ = (search, echo);
/// ```
#[must_use = "a tool does nothing until an app has it"]
pub struct DynamicTool {
    pub(super) details: Details,
    hints: Hints,
    arguments: SchemaSource,
    output: Option<SchemaSource>,
    task: TaskSupport,
    runs: Box<dyn Runs<ToolResult, Given>>,
}

setters!(DynamicTool);

/// The code of a [`DynamicTool`], as a type. Unlike a closure it gets the [`Context`] of the call.
///
/// ```
/// use mcp_trigger::dynamic::ToolHandler;
/// use mcp_trigger::{Context, DynamicTool, ToolError};
/// use serde_json::{Map, Value};
///
/// /// A tool of another server.
/// struct Remote {
///     name: String,
/// }
///
/// impl ToolHandler for Remote {
///     type Arguments = Map<String, Value>;
///     type Output = Result<String, ToolError>;
///
///     async fn call(&self, arguments: Map<String, Value>, cx: &Context) -> Result<String, ToolError> {
///         cx.info(format_args!("asking for {}", self.name));
///         Ok(format!("{} arguments", arguments.len()))
///     }
/// }
///
/// let tool = DynamicTool::from_handler("remote", Remote { name: "remote".to_owned() });
/// # let _ = tool;
/// ```
pub trait ToolHandler: Send + Sync + 'static {
    /// All arguments as one value. The schema of this type is the default schema of the tool.
    type Arguments: DeserializeOwned + JsonSchema + Send + 'static;
    /// The result of the tool. A [`Json`](crate::Json) sets the output schema.
    type Output: IntoToolResult;

    /// Answers a call.
    fn call(&self, arguments: Self::Arguments, context: &Context) -> impl Future<Output = Self::Output> + Send;
}

impl DynamicTool {
    /// A tool that runs a closure. `name` has 1 to 128 of `A-Z a-z 0-9 _ - .`.
    #[track_caller]
    pub fn new<A, F, R>(name: impl Into<String>, call: F) -> Self
    where
        A: DeserializeOwned + JsonSchema + Send + 'static,
        F: Fn(A) -> R + Send + Sync + 'static,
        R: Future<Output: IntoToolResult> + Send + 'static,
    {
        DynamicTool::from_handler(name, Closure(call, PhantomData))
    }

    /// A tool that runs a [`ToolHandler`].
    #[track_caller]
    pub fn from_handler<H: ToolHandler>(name: impl Into<String>, handler: H) -> Self {
        let AllArguments { schema, .. } = all_arguments::<H::Arguments>();
        DynamicTool {
            details: Details::new::<H>(name.into(), Location::caller()),
            hints: Hints::default(),
            arguments: schema,
            output: tool_result::<H::Output>().output_schema,
            task: TaskSupport::default(),
            runs: Box::new(Handled(handler)),
        }
    }

    /// Sets the JSON Schema of the arguments, the schema of an object. It is listed as it is.
    ///
    /// Calls whose arguments do not fit the schema do not reach the tool: the model gets the name of the wrong argument and the
    /// reason. The schema is read as JSON Schema 2020-12, with these rules:
    ///
    /// * `5.0` is an integer, and equal to `5`. Where the schema wants an integer the tool gets `5`.
    /// * Where the schema allows an object or an array and no string, the JSON text of one is read. Where it does not allow `null`, a
    ///   member that is `null` counts as left out. The tool gets what was meant.
    /// * `format` is looked at for `date`, `time`, `date-time`, `duration`, `email`, `uri`, `uuid`, `ipv4` and `ipv6`; other formats let
    ///   every text pass.
    /// * `pattern` and `patternProperties` are looked at if [regex-lite](https://docs.rs/regex-lite) can read the expression, which is so
    ///   for all without look-around, back-references and `\p{…}`; others let every text pass.
    /// * Not looked at: `unevaluatedItems`, `$dynamicRef`, `$anchor`, a `$ref` to anything outside of this schema, the `content…`
    ///   keywords, and what only older drafts know (`dependencies`, `additionalItems`, a list as `items`).
    /// * A value that is nested more than 127 levels deep does not fit.
    pub fn input_schema(mut self, schema: Value) -> Self {
        if let Some(schema) = self.given("input", schema) {
            self.arguments = schema;
        }
        self
    }

    /// Sets the JSON Schema of the structured content that the tool returns, the schema of an object.
    pub fn output_schema(mut self, schema: Value) -> Self {
        self.output = self.given("output", schema);
        self
    }

    /// Hints to clients whether the tool does not modify its environment (MCP: `readOnlyHint`).
    pub fn read_only(mut self, hint: bool) -> Self {
        self.hints.read_only = Some(hint);
        self
    }

    /// Hints to clients whether the tool may delete or overwrite data (MCP: `destructiveHint`).
    pub fn destructive(mut self, hint: bool) -> Self {
        self.hints.destructive = Some(hint);
        self
    }

    /// Hints to clients whether a second call with the same arguments has no further effect (MCP: `idempotentHint`).
    pub fn idempotent(mut self, hint: bool) -> Self {
        self.hints.idempotent = Some(hint);
        self
    }

    /// Hints to clients whether the tool reaches an open set of other systems, the web for example (MCP: `openWorldHint`).
    pub fn open_world(mut self, hint: bool) -> Self {
        self.hints.open_world = Some(hint);
        self
    }

    /// Sets whether calls become [tasks](crate::tasks).
    pub fn task(mut self, support: TaskSupport) -> Self {
        self.task = support;
        self
    }

    /// Drops a schema that is not of an object, since the host would not start with it.
    fn given(&mut self, which: &str, schema: Value) -> Option<SchemaSource> {
        if schema::is_object_schema(&schema) {
            if let (Err(mistake), "input") = (schema::mirrored(&schema), which) {
                self.details.mistakes.push(mistake);
            }
            return Some(SchemaSource::Given(Box::leak(Box::new(schema))));
        }
        self.details.mistakes.push(format!(
            "its {which} schema is not that of an object: the host wants `\"type\": \"object\"` at the root, `properties` that \
             are an object and `required` that is an array"
        ));
        None
    }

    pub(crate) fn register(self) -> Registered {
        let DynamicTool { mut details, hints, arguments, output, task, runs } = self;
        if let Err(error) = name::tool(&details.name) {
            details.mistakes.push(error.to_string());
        }
        if hints.read_only == Some(true) && hints.destructive == Some(true) {
            details.mistakes.push("a tool that is `read_only` cannot be `destructive`".to_owned());
        }
        details.register(|name| {
            let given = match arguments {
                SchemaSource::Given(schema) => Some(Checker::new(schema.clone())),
                SchemaSource::Type(_) => None,
            };
            let arguments = Arguments::All(arguments);
            Kind::Tool(Tool { name, hints, arguments, output_schema: output, task, run: leak_run(runs, given) })
        })
    }
}

/// The schema of the arguments, if it was given; a type reads its own.
type Given = Option<Checker>;

struct Handled<H>(H);

impl<H: ToolHandler> Runs<ToolResult, Given> for Handled<H> {
    fn run<'a>(&'a self, call: &'a Call<'a>, given: &'a Given) -> ToolFuture<'a> {
        Box::pin(async move {
            let spec = all_arguments::<H::Arguments>();
            let Args(arguments) = match given {
                Some(schema) => call.checked_arguments(&spec, schema)?,
                None => call.all_arguments(&spec)?,
            };
            self.0.call(arguments, call.context()).await.into_tool_result()
        })
    }
}

struct Closure<F, A>(F, PhantomData<fn(A)>);

impl<A, F, R> ToolHandler for Closure<F, A>
where
    A: DeserializeOwned + JsonSchema + Send + 'static,
    F: Fn(A) -> R + Send + Sync + 'static,
    R: Future<Output: IntoToolResult> + Send + 'static,
{
    type Arguments = A;
    type Output = R::Output;

    fn call(&self, arguments: A, _: &Context) -> impl Future<Output = R::Output> + Send {
        (self.0)(arguments)
    }
}
