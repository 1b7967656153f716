//! `completion/complete`: completions of an argument of a prompt, or of a parameter of a resource template.

use super::Answering;
use super::failure::failed;
use super::prepared_call::PreparedCall;
use crate::function::completion::{Completions, beginning_with};
use crate::function::{Function, Outcome, Parameter};
use crate::server::message::Error;
use crate::server::revision::request::{Request, required_text, text};
use crate::server::session::Session;
use crate::server::{McpServer, tasks};
use host_protocol::json::RawObject;
use std::borrow::Cow;
use std::sync::Arc;

impl McpServer {
    /// Starts `completion/complete`. An argument without a completer is completed with its choices.
    pub(super) fn start_completion(
        self: &Arc<Self>,
        request: &Request<'_>,
        session: Option<Arc<Session>>,
    ) -> Result<Answering, Error> {
        let given = &request.params;
        let function = self.completed(&object(given, "ref")?)?;
        let argument = object(given, "argument")?;
        let name = required(&argument, "argument.name", "name")?;
        let typed = required(&argument, "argument.value", "value")?;
        let property = function.text_arguments().iter().find(|property| property.name == name);
        let property = property.ok_or_else(|| Error::unknown("argument", &name))?;
        let Some(completer) = &property.completer else {
            let chosen = beginning_with(&typed, (property.choices)());
            return Ok(Answering::Done(Ok(self.results(request.revision).completion(chosen.into()))));
        };
        let mut parameters = vec![(name, typed)];
        parameters.extend(others(given));
        let task = tasks::possible(function, request);
        let call = PreparedCall::new(self, function, request, None, session, task)?;
        Ok(Answering::Pending(call.start(completer, parameters, |results, outcome: Outcome<Completions>| {
            outcome.map(|completions| results.completion(completions)).map_err(|error| failed(&error))
        })))
    }

    /// The function of the argument: a prompt, or a resource template, named by itself or by an address that matches it.
    fn completed(&self, reference: &RawObject<'_>) -> Result<&'static Function, Error> {
        let (member, kind) = match text(reference, "type").as_deref() {
            Some("ref/prompt") => ("name", "prompt"),
            Some("ref/resource") => ("uri", "resource"),
            _ => return Err(Error::invalid_params("`ref.type` has to be `ref/prompt` or `ref/resource`")),
        };
        let name = required(reference, &format!("ref.{member}"), member)?;
        let found = if kind == "prompt" { self.catalog.prompt(&name) } else { self.catalog.template(&name) };
        found.filter(|function| self.bindings.serve(function)).ok_or_else(|| Error::unknown(kind, &name))
    }
}

/// The other arguments that the client sent (since 2025-06-18). A value that is not text counts as its JSON.
fn others(given: &RawObject<'_>) -> Vec<Parameter> {
    let inside = |object: &RawObject<'_>, name: &str| object.get(name).map(|inner| inner.get().to_owned());
    let context = inside(given, "context").unwrap_or_default();
    let arguments = RawObject::parse(&context).ok().and_then(|context| inside(&context, "arguments"));
    let arguments = arguments.unwrap_or_default();
    let arguments = RawObject::parse(&arguments).unwrap_or_default();
    let text = |json: &str| serde_json::from_str(json).unwrap_or_else(|_| json.to_owned());
    arguments.iter().map(|(name, json)| (name.to_owned(), text(json.get()))).collect()
}

fn object<'a>(given: &RawObject<'a>, name: &str) -> Result<RawObject<'a>, Error> {
    let object = given.get(name).and_then(|object| RawObject::parse(object.get()).ok());
    object.ok_or_else(|| Error::invalid_params(format!("`{name}` has to be an object")))
}

fn required(object: &RawObject<'_>, place: &str, name: &str) -> Result<String, Error> {
    required_text(object, name, place).map(Cow::into_owned)
}
