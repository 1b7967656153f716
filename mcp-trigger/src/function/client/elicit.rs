//! Asking the user (specification 2025-06-18 and later: `client/elicitation`).

use super::{AskError, Expected, Question, members, params};
use crate::function::BoxFuture;
use crate::function::context::Context;
use crate::function::params::read_by_schema;
use crate::function::schema::{self, Checker};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::fmt::Display;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;

/// The result of a question to the user (MCP: `ElicitResult`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elicited<T> {
    /// The user filled in the form: `accept`.
    Accepted(T),
    /// The user declined: `decline`.
    Declined,
    /// The user closed the question without an answer: `cancel`.
    Cancelled,
}

impl<T> Elicited<T> {
    /// The answer, if the user accepted.
    pub fn accepted(self) -> Option<T> {
        match self {
            Elicited::Accepted(answer) => Some(answer),
            Elicited::Declined | Elicited::Cancelled => None,
        }
    }

    /// The action of the user, in MCP's word: `accept`, `decline` or `cancel`.
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

    /// Sets the JSON Schema of the answer, instead of that of `T`: an object of texts, numbers, booleans and choices.
    ///
    /// The answer is checked before the function gets it; [`DynamicTool::input_schema`](crate::DynamicTool::input_schema) lists the
    /// keywords and formats that are checked. A field that is `null` counts as left out where the schema does not allow `null`. An
    /// answer that does not fit is an error of the protocol since MCP 2026-07-28, and an [invalid
    /// answer](AskError::is_invalid_answer) in the revisions before.
    pub fn schema(mut self, schema: Value) -> Self {
        self.schema = Some(schema);
        self
    }

    /// Sets the key of the question. Default: its number in the call. A function that does not always ask the same questions in the
    /// same order has to set keys, since the client sends its answers by key (since MCP 2026-07-28).
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
                return Err(AskError::no_form());
            }
            let params = params(&json!({ "message": message, "requestedSchema": schema }))?;
            let checker = Arc::new(Checker::new(schema));
            let question = Question {
                key,
                method: "elicitation/create",
                params,
                capability: ("elicitation", Some("form")),
                expected: Expected {
                    schema: Some(Arc::clone(&checker)),
                    read: |result, schema| read::<T>(result, schema).map(drop),
                },
            };
            read(&context.ask(question).await?, Some(&checker)).map_err(|_| AskError::unreadable())
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

/// The answer in a result.
///
/// # Errors
///
/// If the result is not an answer, or not of the form that was asked for.
fn read<T: DeserializeOwned>(result: &RawValue, schema: Option<&Checker>) -> Result<Elicited<T>, String> {
    let result = members(result)?;
    let action = result.string("action");
    match action.as_deref() {
        Some("accept") => {
            let wrong = |why: &dyn Display| format!("has `content` that was not asked for: {why}");
            let given = result.get("content").map_or("{}", RawValue::get);
            let mended = schema.map_or(Ok(None), |schema| schema.read(given)).map_err(|why| wrong(&why))?;
            let content = mended.as_deref().unwrap_or(given);
            let read = read_by_schema(content, schema.map_or(&Value::Bool(true), Checker::schema));
            read.map(Elicited::Accepted).map_err(|misread| wrong(&misread.of_arguments()))
        }
        Some("decline") => Ok(Elicited::Declined),
        Some("cancel") => Ok(Elicited::Cancelled),
        _ => Err("needs an `action` that is `accept`, `decline` or `cancel`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize, JsonSchema)]
    struct Seats {
        count: u8,
        near: Option<i64>,
    }

    fn answer(content: &str) -> Option<Elicited<Seats>> {
        let result = format!(r#"{{"action":"accept","content":{content}}}"#);
        let schema = Checker::new(schema::of_all_arguments(schema::argument::<Seats>));
        read(&RawValue::from_string(result).unwrap(), Some(&schema)).ok()
    }

    /// Forms in browsers give floats.
    #[test]
    fn integers_may_be_written_as_floats() {
        let seats = Elicited::Accepted(Seats { count: 5, near: Some(9_007_199_254_740_993) });
        assert_eq!(answer(r#"{"count":5.0,"near":9007199254740993.0}"#), Some(seats));
        assert_eq!(answer(r#"{"count":5.5}"#), None);
        assert_eq!(answer(r#"{"count":"5"}"#), None);
    }
}
