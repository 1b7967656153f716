//! A call that owns all it needs, so that it can go to another thread.

use crate::function::context::Context;
use crate::function::layer::{FunctionCall, FunctionOutput, Layers};
use crate::function::params::{NO_STATES, States};
use crate::function::{Call, Code, Outcome, Parameter};
use host_protocol::invocation::Input;
use mcp_trigger_core::lock::lock;
use mcp_trigger_core::mcp::json_text::JsonText;
use serde_json::value::RawValue;
use std::sync::{Arc, Mutex};

/// A call of a function, with all that it takes.
pub(super) struct OwnedCall {
    pub(super) context: Context,
    pub(super) arguments: Option<JsonText>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) inputs: Vec<(String, Input)>,
    pub(super) states: Option<Arc<States>>,
}

/// The outcome of a call, and the values of its output bindings.
pub(super) type Left<T> = (Outcome<T>, Vec<(String, Box<RawValue>)>);

impl OwnedCall {
    /// Runs the code of a function.
    pub(super) async fn run<T>(&self, code: &'static Code<T>) -> Left<T> {
        let arguments = self.arguments.as_ref().map(JsonText::get);
        let states = self.states.as_deref().unwrap_or(&NO_STATES);
        match Call::new(&self.context, arguments, &self.parameters, &self.inputs, states) {
            Ok(call) => (code(&call).await, call.into_outputs()),
            Err(error) => (Err(error), Vec::new()),
        }
    }

    /// Runs the layers around the code of a function.
    pub(super) async fn run_in_layers<T: FunctionOutput>(
        &self,
        layers: &Layers,
        uri: Option<&str>,
        admitted: Outcome<()>,
        code: &'static Code<T>,
    ) -> Left<T> {
        let outputs = Mutex::new(Vec::new());
        let function = async {
            admitted?;
            let (outcome, written) = self.run(code).await;
            if outcome.is_ok() {
                *lock(&outputs) = written;
            }
            outcome
        };
        let arguments = self.arguments.as_ref().map(JsonText::get);
        let call = FunctionCall { kind: T::KIND, context: &self.context, arguments, uri, parameters: &self.parameters };
        let outcome = layers.run(&call, Box::pin(function)).await;
        let outputs = std::mem::take(&mut *lock(&outputs));
        (outcome, outputs)
    }
}
