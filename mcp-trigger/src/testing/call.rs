//! Calls of functions in a test.

use super::bindings::{InputValue, encode};
use super::{Reply, TestApp, unknown};
use crate::content::{PromptResult, ResourceContents, ToolResult};
use crate::function::context::Origin;
use crate::function::layer::FunctionOutput;
use crate::function::principal::Principal;
use crate::function::{Function, Resource, Run};
use crate::invoke::{self, Answer, Request};
use crate::registry::Found;
use host_protocol::FunctionResult;
use host_protocol::invocation::{Caller, ClientInfo, Headers, Transport};
use host_protocol::reply::ReturnValue;
use mcp_trigger_core::ids;
use mcp_trigger_core::telemetry::Destination;
use serde::Serialize;
use serde_json::{Map, Value};

/// A builder for a call of a function. `T` is the result: [`ToolResult`] for a tool, [`ResourceContents`] for a resource,
/// [`PromptResult`] for a prompt.
#[must_use = "nothing is called before `call`, `read` or `get`"]
pub struct Call<'a, T: 'static> {
    app: &'a TestApp,
    function: &'static Function,
    run: &'static Run<T>,
    /// The resource and its address, if the call reads a resource.
    resource: Option<(&'static Resource, String)>,
    arguments: Value,
    headers: Vec<(String, String)>,
    session_id: Option<String>,
    client_info: Option<ClientInfo>,
    request: Request,
}

impl<'a, T: FunctionOutput> Call<'a, T> {
    pub(super) fn new(app: &'a TestApp, function: &'static Function, run: &'static Run<T>) -> Self {
        Call {
            app,
            function,
            run,
            resource: None,
            arguments: Value::Object(Map::new()),
            headers: Vec::new(),
            session_id: None,
            client_info: None,
            request: Request::default(),
        }
    }

    /// Sets the caller. Headers neither set nor change it.
    pub fn principal(mut self, principal: Principal) -> Self {
        self.request.origin.principal = Some(principal);
        self
    }

    /// Adds a header of the client's request. Headers do not set the caller: use [`principal`](Call::principal).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the session of the client.
    pub fn session_id(mut self, id: impl Into<String>) -> Self {
        self.session_id = Some(id.into());
        self
    }

    /// Sets the name and the version of the client.
    pub fn client_info(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        let mut client = ClientInfo::default();
        (client.name, client.version) = (name.into(), version.into());
        self.client_info = Some(client);
        self
    }

    /// Sets the value of an `#[input]`, by the name of the binding. Default: no value, as for a blob that does not exist.
    ///
    /// # Panics
    ///
    /// If the function has no such input.
    #[track_caller]
    pub fn input(mut self, name: &str, value: impl Into<InputValue>) -> Self {
        let inputs = || self.function.bindings.iter().filter(|binding| !binding.is_output);
        let Some(binding) = inputs().find(|binding| binding.name == name) else {
            unknown("input", name, &inputs().map(|binding| binding.name).collect::<Vec<_>>());
        };
        let value = encode(*binding, value.into());
        self.request.inputs.push((name.to_owned(), value));
        self
    }

    #[track_caller]
    fn set_argument(&mut self, name: &str, value: Value) {
        match &mut self.arguments {
            Value::Object(arguments) => arguments.insert(name.to_owned(), value),
            other => panic!("an argument `{name}` cannot be added to arguments that are {other}"),
        };
    }

    async fn run(self) -> (Answer<T>, &'static Function) {
        let Call { app, function, run, arguments, headers, session_id, client_info, request, .. } = self;
        let headers: Headers = headers.into_iter().collect();
        let transport = Transport::new("http-streamable", session_id.clone(), headers);
        let caller = Caller::new(session_id, client_info, transport).into();
        let logs = Destination::Reply;
        let origin = Origin { id: ids::guid(), caller, logs, ..request.origin };
        let request = Request { origin, arguments: Some(arguments.to_string().into()), ..request };
        (app.functions.run(function, run, request).await, function)
    }
}

impl Call<'_, ToolResult> {
    /// Adds an argument.
    ///
    /// # Panics
    ///
    /// If it cannot be written as JSON.
    #[track_caller]
    pub fn argument(mut self, name: &str, value: impl Serialize) -> Self {
        self.set_argument(name, to_value(value));
        self
    }

    /// Sets all arguments, a struct or `json!({ … })`.
    ///
    /// # Panics
    ///
    /// If they cannot be written as JSON.
    #[track_caller]
    pub fn arguments(mut self, arguments: impl Serialize) -> Self {
        self.arguments = to_value(arguments);
        self
    }

    /// Calls the tool. An error of the tool is a result too: see [`Reply::is_error`].
    pub async fn call(self) -> Reply<ToolResult> {
        let (answer, function) = self.run().await;
        let error = answer.outcome.as_ref().err().map(ToString::to_string);
        let result = answer.outcome.unwrap_or_else(|error| error.into_tool_result(function.client_name()));
        Reply::new(function, Some(result), error, answer.outputs, answer.logs)
    }
}

impl Call<'_, Option<ResourceContents>> {
    pub(super) fn of_resource(mut self, found: Found, uri: &str) -> Self {
        self.request.parameters = invoke::decoded(found.resource, found.parameters);
        self.resource = Some((found.resource, uri.to_owned()));
        self.request.uri = Some(uri.to_owned());
        self
    }

    /// Reads the resource.
    pub async fn read(mut self) -> Reply<ResourceContents> {
        let resource = self.resource.take();
        let (Answer { outcome, outputs, logs }, function) = self.run().await;
        let (contents, error) = match outcome {
            Ok(contents) => (contents, None),
            Err(error) => (None, Some(error.to_string())),
        };
        let contents = match (contents, resource) {
            (Some(contents), Some((resource, uri))) => {
                let result = FunctionResult::new(ReturnValue::Resource(contents));
                result.into_resource_contents(&uri, resource.mime_type).unwrap_or_default()
            }
            (contents, _) => contents,
        };
        Reply::new(function, contents, error, outputs, logs)
    }
}

impl Call<'_, PromptResult> {
    /// Adds an argument.
    #[track_caller]
    pub fn argument(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set_argument(name, Value::String(value.into()));
        self
    }

    /// Asks for the prompt.
    pub async fn get(self) -> Reply<PromptResult> {
        let (Answer { outcome, outputs, logs }, function) = self.run().await;
        let (result, error) = match outcome {
            Ok(result) => (Some(result), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Reply::new(function, result, error, outputs, logs)
    }
}

#[track_caller]
fn to_value(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| panic!("an argument cannot be written as JSON: {error}"))
}
