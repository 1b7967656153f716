//! The folders that a client works in (specification: `client/roots`).

use super::{AskError, Expected, Question, members, params};
use crate::function::BoxFuture;
use crate::function::context::Context;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::future::IntoFuture;

/// A folder that a client works in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Root {
    /// The address of the folder: `file://…`.
    pub uri: String,
    /// The name of the folder for people.
    pub name: Option<String>,
}

/// A question for the client's folders, as [`Context::roots`] makes it; `.await` asks it.
#[must_use = "a question is asked by `.await`"]
pub struct RootsRequest<'a> {
    context: &'a Context,
    key: Option<String>,
}

impl<'a> RootsRequest<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        RootsRequest { context, key: None }
    }

    /// Names the question: see [`Elicitation::key`](super::Elicitation::key).
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }
}

impl<'a> IntoFuture for RootsRequest<'a> {
    type Output = Result<Vec<Root>, AskError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let RootsRequest { context, key } = self;
        Box::pin(async move {
            let question = Question {
                key,
                method: "roots/list",
                params: params(&json!({}))?,
                capability: ("roots", None),
                expected: Expected { schema: None, read: |result, _| read(result).map(drop) },
            };
            read(&context.ask(question).await?).map_err(|_| AskError::unreadable())
        })
    }
}

fn read(result: &RawValue) -> Result<Vec<Root>, String> {
    let members = members(result)?;
    let roots = members.get("roots").ok_or("has no `roots`")?;
    serde_json::from_str(roots.get()).map_err(|error| format!("has `roots` that cannot be read: {error}"))
}
