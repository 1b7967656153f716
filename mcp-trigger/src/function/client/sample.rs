//! Asking the client's model (specification: `client/sampling`).

use super::{AskError, Expected, Question, members, params};
use crate::function::BoxFuture;
use crate::function::context::Context;
use host_protocol::ContentBlock;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::future::IntoFuture;

/// A question to the client's model, as [`Context::sample`] makes it; `.await` asks it.
#[must_use = "a question is asked by `.await`"]
pub struct Sampling<'a> {
    context: &'a Context,
    params: Map<String, Value>,
    key: Option<String>,
}

/// The answer of a model (MCP: `CreateMessageResult`).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sampled {
    /// The content, in most cases one text block.
    pub content: Vec<ContentBlock>,
    /// The model's name.
    pub model: String,
    /// The reason why the model stopped: `endTurn`, `maxTokens` or another word.
    pub stop_reason: Option<String>,
}

impl Sampled {
    /// The text of all text blocks, concatenated.
    pub fn text(&self) -> String {
        self.content.iter().filter_map(ContentBlock::as_text).collect()
    }
}

impl<'a> Sampling<'a> {
    pub(crate) fn new(context: &'a Context, prompt: String) -> Self {
        let message = json!({ "role": "user", "content": { "type": "text", "text": prompt } });
        let params = [("messages", json!([message])), ("maxTokens", json!(1024))];
        let params = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Sampling { context, params, key: None }
    }

    /// Limits the answer, in tokens. Default: 1024.
    pub fn max_tokens(self, tokens: u32) -> Self {
        self.param("maxTokens", tokens)
    }

    /// Sets the system prompt.
    pub fn system_prompt(self, prompt: impl Into<String>) -> Self {
        self.param("systemPrompt", prompt.into())
    }

    /// Sets the temperature of the model. Default: the client's choice.
    pub fn temperature(self, temperature: f64) -> Self {
        self.param("temperature", temperature)
    }

    /// Sets any member of MCP's `CreateMessageRequest` parameters, the `messages` too.
    pub fn param(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    /// Names the question: see [`Elicitation::key`](super::Elicitation::key).
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }
}

impl<'a> IntoFuture for Sampling<'a> {
    type Output = Result<Sampled, AskError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let Sampling { context, params: members, key } = self;
        Box::pin(async move {
            let question = Question {
                key,
                method: "sampling/createMessage",
                params: params(&Value::Object(members))?,
                capability: ("sampling", None),
                expected: Expected { schema: None, read: |result, _| read(result).map(drop) },
            };
            read(&context.ask(question).await?).map_err(|_| AskError::unreadable())
        })
    }
}

/// The answer in a result. Its content is a block, or since 2025-11-25 several.
///
/// # Errors
///
/// If the result is not an answer.
fn read(result: &RawValue) -> Result<Sampled, String> {
    let result = members(result)?;
    let text = |name| result.string(name).map(Cow::into_owned);
    let content = result.get("content").ok_or("has no `content`")?.get();
    let content = if content.starts_with('[') { content.to_owned() } else { format!("[{content}]") };
    Ok(Sampled {
        content: ContentBlock::read_list(&content)
            .map_err(|error| format!("has `content` that cannot be read: {error}"))?,
        model: text("model").ok_or("has no `model`")?,
        stop_reason: text("stopReason"),
    })
}
