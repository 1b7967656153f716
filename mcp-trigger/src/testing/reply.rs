//! The reply to a call in a test.

use super::bindings::{decode, decode_messages};
use super::unknown;
use crate::content::{ContentBlock, PromptMessage, PromptResult, ResourceBody, ResourceContents, ToolResult};
use crate::function::Function;
use crate::function::bindings::Binding;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use mcp_trigger_core::telemetry::LogLine;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::fmt;

/// The answer to a [`Call`](super::Call). `T` is the result: [`ToolResult`] for a tool, [`ResourceContents`] for a resource,
/// [`PromptResult`] for a prompt.
pub struct Reply<T> {
    function: &'static Function,
    value: Option<T>,
    error: Option<String>,
    outputs: Vec<(String, Box<RawValue>)>,
    logs: Vec<String>,
}

impl<T: fmt::Debug> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("function", &self.function.name)
            .field("value", &self.value)
            .field("error", &self.error)
            .field("outputs", &self.outputs)
            .field("logs", &self.logs)
            .finish()
    }
}

impl<T> Reply<T> {
    pub(super) fn new(
        function: &'static Function,
        value: Option<T>,
        error: Option<String>,
        outputs: Vec<(String, Box<RawValue>)>,
        logs: Vec<LogLine>,
    ) -> Self {
        let logs = logs.iter().map(LogLine::to_string).collect();
        Reply { function, value, error, outputs, logs }
    }

    /// The whole result; `None` if the function failed without one, or there is no resource at the address.
    pub fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// The error as in the log, including a private message or the message of a panic; `None` if the function succeeded.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// The lines that the call logged, with `&Context` and with `tracing`.
    pub fn logs(&self) -> &[String] {
        &self.logs
    }

    /// The bytes that an `#[output]` stores, by the name of the binding; `None` if it stores nothing.
    ///
    /// # Panics
    ///
    /// If the function has no such output.
    #[track_caller]
    pub fn output_bytes(&self, name: &str) -> Option<Vec<u8>> {
        let (binding, value) = self.output(name);
        value.map(|value| decode(binding, value))
    }

    /// The text that an `#[output]` stores.
    ///
    /// # Panics
    ///
    /// If the value is not text, or the function has no such output.
    #[track_caller]
    pub fn output_text(&self, name: &str) -> Option<String> {
        self.output_bytes(name).map(|bytes| match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => panic!("the output `{name}` is not text in UTF-8: {error}"),
        })
    }

    /// The value that an `#[output]` stores as JSON.
    ///
    /// # Panics
    ///
    /// If the value is not JSON of this type, or the function has no such output.
    #[track_caller]
    pub fn output_json<J: DeserializeOwned>(&self, name: &str) -> Option<J> {
        self.output_bytes(name).map(|bytes| match serde_json::from_slice(&bytes) {
            Ok(value) => value,
            Err(error) => panic!("the output `{name}` is not the JSON it should be: {error}"),
        })
    }

    /// The messages that an `#[output]` sends, to a queue for example.
    ///
    /// # Panics
    ///
    /// If a message is not text, or the function has no such output.
    #[track_caller]
    pub fn output_messages(&self, name: &str) -> Vec<String> {
        let (binding, value) = self.output(name);
        let pieces = value.map(|value| decode_messages(binding, value)).unwrap_or_default();
        let text = |piece| match String::from_utf8(piece) {
            Ok(text) => text,
            Err(error) => panic!("a message of the output `{name}` is not text in UTF-8: {error}"),
        };
        pieces.into_iter().map(text).collect()
    }

    #[track_caller]
    fn output(&self, name: &str) -> (Binding, Option<&RawValue>) {
        let outputs = || self.function.bindings.iter().filter(|binding| binding.is_output);
        match outputs().find(|binding| binding.name == name) {
            Some(binding) => {
                (*binding, self.outputs.iter().find(|(known, _)| known == name).map(|(_, value)| &**value))
            }
            None => unknown("output", name, &outputs().map(|binding| binding.name).collect::<Vec<_>>()),
        }
    }

    #[track_caller]
    fn expect(&self) -> &T {
        let (noun, name) = (self.function.kind.noun(), self.function.client_name());
        match (&self.value, &self.error) {
            (Some(value), _) => value,
            (None, Some(error)) => panic!("the {noun} `{name}` failed: {error}"),
            (None, None) => panic!("the {noun} `{name}` has nothing there"),
        }
    }
}

impl Reply<ToolResult> {
    /// Whether the tool failed.
    pub fn is_error(&self) -> bool {
        self.value.as_ref().is_some_and(|result| result.is_error == Some(true))
    }

    /// The text that the model reads: that of all text blocks, each on lines of its own.
    pub fn text(&self) -> String {
        joined(self.content().iter())
    }

    /// All that the model reads.
    pub fn content(&self) -> &[ContentBlock] {
        self.value.as_ref().map(|result| result.content.as_slice()).unwrap_or_default()
    }

    /// The structured content.
    ///
    /// # Panics
    ///
    /// If there is no structured content, or it does not fit the type.
    #[track_caller]
    pub fn structured<S: DeserializeOwned>(&self) -> S {
        let Some(json) = self.value.as_ref().and_then(|result| result.structured_content.as_deref()) else {
            panic!("the result has no structured content, but the text: {}", self.text());
        };
        match serde_json::from_str(json.get()) {
            Ok(value) => value,
            Err(error) => panic!("the structured content {json} does not fit: {error}"),
        }
    }
}

impl Reply<ResourceContents> {
    /// The MIME type of the contents.
    ///
    /// # Panics
    ///
    /// If there are no contents.
    #[track_caller]
    pub fn mime_type(&self) -> Option<&str> {
        self.expect().mime_type.as_deref()
    }

    /// The contents as text.
    ///
    /// # Panics
    ///
    /// If there are no contents, or they are bytes.
    #[track_caller]
    pub fn text(&self) -> &str {
        match &self.expect().body {
            ResourceBody::Text(text) => text,
            ResourceBody::Blob(_) => panic!("the resource `{}` has bytes and no text", self.function.client_name()),
        }
    }

    /// The contents as bytes, be they text or not.
    ///
    /// # Panics
    ///
    /// If there are no contents, or their base64 is not valid.
    #[track_caller]
    pub fn bytes(&self) -> Vec<u8> {
        match &self.expect().body {
            ResourceBody::Text(text) => text.clone().into_bytes(),
            ResourceBody::Blob(base64) => BASE64_STANDARD
                .decode(base64)
                .unwrap_or_else(|error| panic!("`{}` is not base64: {error}", self.function.client_name())),
        }
    }

    /// The contents, read as JSON.
    ///
    /// # Panics
    ///
    /// If there are no contents, or they do not fit the type.
    #[track_caller]
    pub fn json<J: DeserializeOwned>(&self) -> J {
        let text = self.text();
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{text} is not the JSON it should be: {error}"))
    }
}

impl Reply<PromptResult> {
    /// The messages.
    ///
    /// # Panics
    ///
    /// If the prompt failed.
    #[track_caller]
    pub fn messages(&self) -> &[PromptMessage] {
        &self.expect().messages
    }

    /// The text of all messages that are text, each on lines of its own.
    ///
    /// # Panics
    ///
    /// If the prompt failed.
    #[track_caller]
    pub fn text(&self) -> String {
        joined(self.messages().iter().map(|message| &message.content))
    }
}

fn joined<'a>(blocks: impl Iterator<Item = &'a ContentBlock>) -> String {
    blocks.filter_map(ContentBlock::as_text).collect::<Vec<_>>().join("\n")
}
