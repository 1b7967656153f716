//! Asking the user (specification 2025-06-18 and later: `client/elicitation`).

use super::{AskError, Question, params};
use crate::context::Context;
use crate::function::BoxFuture;
use crate::schema;
use host_protocol::json::RawObject;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::future::IntoFuture;
use std::marker::PhantomData;

/// What became of a question to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elicited<T> {
    /// The user answered.
    Accepted(T),
    /// The user said no.
    Declined,
    /// The user went away without a word.
    Cancelled,
}

impl<T> Elicited<T> {
    /// The answer, if there is one.
    pub fn accepted(self) -> Option<T> {
        match self {
            Elicited::Accepted(answer) => Some(answer),
            Elicited::Declined | Elicited::Cancelled => None,
        }
    }

    /// What the user did, in MCP's word: `accept`, `decline` or `cancel`.
    pub fn action(&self) -> &'static str {
        match self {
            Elicited::Accepted(_) => "accept",
            Elicited::Declined => "decline",
            Elicited::Cancelled => "cancel",
        }
    }
}

/// A question to the user, as [`Context::elicit`] makes it; `.await` asks it.
#[must_use = "a question is asked by `.await`"]
pub struct Elicitation<'a, T> {
    context: &'a Context,
    message: String,
    schema: Option<Value>,
    key: Option<String>,
    answer: PhantomData<fn() -> T>,
}

impl<'a, T> Elicitation<'a, T> {
    pub(crate) fn new(context: &'a Context, message: String) -> Self {
        Elicitation { context, message, schema: None, key: None, answer: PhantomData }
    }

    /// Asks for what this JSON Schema says, instead of what `T` says: an object of texts, numbers, booleans and choices.
    pub fn schema(mut self, schema: Value) -> Self {
        self.schema = Some(schema);
        self
    }

    /// Names the question, in revisions that send it as part of a result: its number if nothing is said. A function that does not
    /// always ask the same questions in the same order has to name them.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }
}

impl<'a, T: DeserializeOwned + JsonSchema + Send + 'a> IntoFuture for Elicitation<'a, T> {
    type Output = Result<Elicited<T>, AskError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Elicitation { context, message, schema, key, .. } = self;
        Box::pin(async move {
            let schema = schema.unwrap_or_else(|| schema::of_all_arguments(schema::argument::<T>));
            if !is_form(&schema) {
                return Err(AskError::NoForm);
            }
            let question = Question {
                key,
                method: "elicitation/create",
                params: params(&json!({ "message": message, "requestedSchema": schema }))?,
                capability: ("elicitation", Some("form")),
                accepts: |result| read::<T>(result).is_some(),
            };
            read(&context.ask(question).await?).ok_or(AskError::Unreadable)
        })
    }
}

/// Whether a client can show a schema as a form: one level of texts, numbers, booleans and choices.
fn is_form(schema: &Value) -> bool {
    let is_field = |field: &Value| match field["type"].as_str() {
        Some("string" | "number" | "integer" | "boolean") => true,
        Some("array") => field["items"].get("enum").or(field["items"].get("anyOf")).is_some(),
        _ => field.get("enum").or(field.get("oneOf")).is_some(),
    };
    schema["type"] == "object" && schema["properties"].as_object().is_some_and(|fields| fields.values().all(is_field))
}

/// The answer in a result; `None` if it is not one.
fn read<T: DeserializeOwned>(result: &RawValue) -> Option<Elicited<T>> {
    let result = RawObject::parse(result.get()).ok()?;
    let action: String = serde_json::from_str(result.get("action")?.get()).ok()?;
    match action.as_str() {
        "accept" => {
            let content = result.get("content").map_or("{}", RawValue::get);
            serde_json::from_str(content).ok().map(Elicited::Accepted)
        }
        "decline" => Some(Elicited::Declined),
        "cancel" => Some(Elicited::Cancelled),
        _ => None,
    }
}
