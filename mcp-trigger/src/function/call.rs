//! One call of a function: values of its parameters, and its outputs.

use super::Parameter;
use crate::function::bindings::{InputSpec, Output, OutputSpec};
use crate::function::completion::Completion;
use crate::function::context::Context;
use crate::function::error::FunctionError;
use crate::function::params::{AllArguments, ArgSpec, Args, State, StateSpec, States, TextSpec};
use crate::function::principal::Principal;
use crate::function::schema::{Checker, Mismatch};
use host_protocol::invocation::Input;
use host_protocol::json::RawObject;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// One call of a function: where its parameters get their values, and its outputs leave theirs.
pub struct Call<'a> {
    context: &'a Context,
    text: Option<&'a str>,
    arguments: RawObject<'a>,
    parameters: &'a [Parameter],
    inputs: &'a [(String, Input)],
    states: &'a States,
    outputs: Mutex<Vec<(String, Box<RawValue>)>>,
}

impl<'a> Call<'a> {
    /// A call with these arguments, a JSON object, and these values of a template's parameters.
    ///
    /// # Errors
    ///
    /// If the arguments are not a JSON object.
    pub(crate) fn new(
        context: &'a Context,
        arguments: Option<&'a str>,
        parameters: &'a [Parameter],
        inputs: &'a [(String, Input)],
        states: &'a States,
    ) -> Result<Self, FunctionError> {
        let text = arguments.filter(|text| *text != "null");
        let arguments = match text {
            Some(text) => RawObject::parse(text)
                .map_err(|_| FunctionError::new("the arguments have to be a JSON object").of_arguments())?,
            None => RawObject::default(),
        };
        Ok(Call { context, text, arguments, parameters, inputs, states, outputs: Mutex::default() })
    }

    /// An argument of a tool.
    ///
    /// # Errors
    ///
    /// If the argument is missing, or does not fit its type.
    pub fn argument<T>(&self, spec: &ArgSpec<T>) -> Result<T, FunctionError> {
        spec.take(self.arguments.get(spec.property.name()).map(RawValue::get)).map_err(FunctionError::of_arguments)
    }

    /// All arguments of a tool in one.
    ///
    /// # Errors
    ///
    /// If the arguments do not fit the type.
    pub fn all_arguments<T>(&self, spec: &AllArguments<T>) -> Result<Args<T>, FunctionError> {
        spec.take(self.text).map(Args).map_err(FunctionError::of_arguments)
    }

    /// All arguments of a tool in one, checked against a schema that does not come from the type.
    ///
    /// # Errors
    ///
    /// If the arguments do not fit the schema or the type.
    pub(crate) fn checked_arguments<T>(
        &self,
        spec: &AllArguments<T>,
        schema: &Checker,
    ) -> Result<Args<T>, FunctionError> {
        let wrong = |mismatch: Mismatch| FunctionError::new(mismatch.of_arguments()).of_arguments();
        let mended = schema.read(self.text.unwrap_or("{}")).map_err(wrong)?;
        let text = mended.as_deref().or(self.text);
        spec.take_by_schema(text, schema.schema()).map(Args).map_err(FunctionError::of_arguments)
    }

    /// An argument of a prompt, which is text on the wire.
    ///
    /// # Errors
    ///
    /// If the argument is missing, or does not fit its type.
    pub fn text_argument<T>(&self, spec: &TextSpec<T>) -> Result<T, FunctionError> {
        spec.take_json(self.arguments.get(spec.property.name).map(RawValue::get)).map_err(FunctionError::of_arguments)
    }

    /// Whether these arguments are there, for functions whose types do not say it. `null` is no value, as for the extension.
    ///
    /// # Errors
    ///
    /// If an argument is missing.
    pub(crate) fn require(&self, names: &[String]) -> Result<(), FunctionError> {
        let is_missing = |name: &&String| self.arguments.get(name).is_none_or(|value| value.get() == "null");
        names
            .iter()
            .find(is_missing)
            .map_or(Ok(()), |name| Err(FunctionError::new(format!("argument `{name}` is missing")).of_arguments()))
    }

    /// The arguments of a prompt as text, without those that are `null`. As with [`text_argument`](Call::text_argument) a
    /// number is as good as its text.
    ///
    /// # Errors
    ///
    /// If the text of an argument cannot be read.
    pub(crate) fn text_arguments(&self) -> Result<HashMap<String, String>, FunctionError> {
        let text = |json: &str| if json.starts_with('"') { serde_json::from_str(json) } else { Ok(json.to_owned()) };
        let given = self.arguments.iter().filter(|(_, json)| json.get() != "null");
        given.map(|(name, json)| Ok((name.to_owned(), text(json.get())?))).collect()
    }

    /// The values of a template's parameters, all of `names` among them.
    ///
    /// # Errors
    ///
    /// If one is missing: the address is not one of the template's.
    pub(crate) fn uri_parameters(&self, names: &[String]) -> Result<HashMap<String, String>, FunctionError> {
        let parameters: HashMap<String, String> = self.parameters.iter().cloned().collect();
        match names.iter().find(|name| !parameters.contains_key(*name)) {
            None => Ok(parameters),
            Some(name) => Err(FunctionError::new(format!("argument `{name}` is missing")).of_arguments()),
        }
    }

    /// The value of a template's parameter.
    ///
    /// # Errors
    ///
    /// If the value does not fit its type.
    pub fn uri_parameter<T>(&self, spec: &TextSpec<T>) -> Result<T, FunctionError> {
        let named = self.parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case(spec.property.name));
        spec.take(named.map(|(_, value)| value.as_str())).map_err(FunctionError::of_arguments)
    }

    /// The completion that the call asks for. The text so far is the first of the parameters.
    pub(crate) fn completion(&self) -> Completion<'a> {
        Completion::new(self.parameters, self.context, self.states)
    }

    /// The context of the call.
    pub fn context(&self) -> &'a Context {
        self.context
    }

    /// The caller.
    ///
    /// # Errors
    ///
    /// If the caller has not signed in.
    pub fn principal(&self) -> Result<Principal, FunctionError> {
        Ok(Principal::required(self.context.principal())?)
    }

    /// The caller, if the caller has signed in.
    pub fn optional_principal(&self) -> Option<Principal> {
        self.context.principal().cloned()
    }

    /// A state of the app.
    ///
    /// # Errors
    ///
    /// If the app has no state of that type.
    pub fn state<T>(&self, spec: &StateSpec<T>) -> Result<State<T>, FunctionError> {
        spec.take(self.states)
    }

    /// The value of an input binding.
    ///
    /// # Errors
    ///
    /// If there is no value, or it does not fit the type.
    pub fn input<T>(&self, spec: &InputSpec<T>) -> Result<T, FunctionError> {
        spec.take(self.inputs.iter().find(|(name, _)| name == spec.name()).map(|(_, input)| input))
    }

    /// Adds the value of an output binding to the reply, if the function set one.
    ///
    /// # Errors
    ///
    /// If the value cannot be written for the host.
    pub fn write<T>(&self, spec: &OutputSpec<T>, output: Output<T>) -> Result<(), FunctionError> {
        if let Some(value) = spec.write(output)? {
            self.outputs.lock().unwrap_or_else(PoisonError::into_inner).push((spec.name().to_owned(), value));
        }
        Ok(())
    }

    /// The values of the output bindings.
    pub(crate) fn into_outputs(self) -> Vec<(String, Box<RawValue>)> {
        self.outputs.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
