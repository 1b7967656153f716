//! An invocation read from the body of the host's request.

use super::{
    HttpRequest, Input, Invocation, LazyCaller, PromptInvocationContext, ResourceInvocationContext,
    ToolInvocationContext, Trigger,
};
use crate::json::{Begun, JsonStr, RawObject, begin_unquoting_twice, unquote, unquote_twice};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer as _};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use thiserror::Error;

/// The trigger among the members of `Data`, and its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TriggerBinding<'a> {
    /// The name of the binding in function.json.
    pub name: &'a str,
    /// The kind of trigger.
    pub kind: TriggerKind,
}

impl<'a> TriggerBinding<'a> {
    /// The binding of a trigger, by its name in function.json.
    pub fn new(name: &'a str, kind: TriggerKind) -> Self {
        TriggerBinding { name, kind }
    }
}

/// The kinds of trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TriggerKind {
    /// `mcpToolTrigger`.
    Tool,
    /// `mcpResourceTrigger`.
    Resource,
    /// `mcpPromptTrigger`.
    Prompt,
    /// `httpTrigger`.
    Http,
    /// Another trigger.
    Other,
}

/// The body of a request is not an invocation.
#[derive(Clone, Debug, Error)]
#[error("the body is not an invocation: {source}")]
pub struct InvalidInvocation {
    source: Arc<serde_json::Error>,
}

impl Invocation {
    /// Reads the body of the host's request.
    ///
    /// Only `Data` is read: `Metadata` repeats it, with losses. Values may be encoded twice, as the host encodes them, or once, or not
    /// at all.
    ///
    /// # Errors
    ///
    /// If the body is not JSON, or `Data` has no such trigger.
    pub fn decode(
        id: impl Into<String>,
        function: impl Into<Cow<'static, str>>,
        binding: TriggerBinding<'_>,
        body: &[u8],
    ) -> Result<Self, InvalidInvocation> {
        let data = read_as_written_by_the_host(binding, body).map_or_else(|| read_data(binding, body), Ok);
        let Data { trigger, inputs } = data.map_err(|error| InvalidInvocation { source: error.into() })?;
        Ok(Invocation { id: id.into(), function: function.into(), trigger, inputs })
    }
}

#[cfg(feature = "rpc")]
impl Invocation {
    /// An invocation of values that have come one by one; `trigger` is the JSON of the trigger's value.
    pub(crate) fn of_values(
        id: impl Into<String>,
        function: impl Into<Cow<'static, str>>,
        binding: TriggerBinding<'_>,
        trigger: String,
        inputs: Vec<(String, Input)>,
    ) -> Result<Self, InvalidInvocation> {
        let trigger = read_trigger(binding.kind, trigger.into());
        let trigger = trigger.map_err(|error| InvalidInvocation { source: error.into() })?;
        Ok(Invocation { id: id.into(), function: function.into(), trigger, inputs })
    }
}

/// The content of the body.
struct Data {
    trigger: Trigger,
    inputs: Vec<(String, Input)>,
}

/// Reads the body for a function without inputs, exactly as the host writes it: `{"Data":{"toolTrigger":"…"},"Metadata":…`. Nearly
/// every invocation is of this form. Skipping `Metadata` would take longer than reading all the rest. `None` for any other form.
fn read_as_written_by_the_host(binding: TriggerBinding<'_>, body: &[u8]) -> Option<Data> {
    let value = body.strip_prefix(b"{\"Data\":{\"")?.strip_prefix(binding.name.as_bytes())?.strip_prefix(b"\":")?;
    let Begun { beginning, is_all, whole, rest } = begin_unquoting_twice(value)?;
    if matches!(binding.kind, TriggerKind::Http | TriggerKind::Other) || !rest.starts_with(b"},") {
        return None;
    }
    // Arguments are the first object in there. The caller, larger than all the rest, is read at the first access.
    let head = Head::read(&beginning).ok().filter(|head| is_all || head.is_complete())?;
    let trigger = trigger_of(binding.kind, head, || LazyCaller::from_quoted_twice(whole)).ok()?;
    Some(Data { trigger, inputs: Vec::new() })
}

/// Reads any body, with its members in any order.
fn read_data(binding: TriggerBinding<'_>, body: &[u8]) -> serde_json::Result<Data> {
    #[derive(Deserialize)]
    struct Body<'a> {
        #[serde(borrow, rename = "Data", alias = "data")]
        data: RawObject<'a>,
    }

    let body: Body<'_> = serde_json::from_slice(body)?;
    let (mut trigger, mut inputs) = (None, Vec::new());
    for (name, value) in body.data.iter() {
        if name != binding.name {
            inputs.push((name.to_owned(), Input::decode(value)));
        } else {
            let read = read_trigger(binding.kind, value.get().into());
            trigger = Some(read.map_err(|error| custom(format_args!("in the trigger's value: {error}")))?);
        }
    }
    let trigger = trigger.ok_or_else(|| custom(format_args!("`Data` has no `{}`", binding.name)))?;
    Ok(Data { trigger, inputs })
}

fn custom(message: impl fmt::Display) -> serde_json::Error {
    serde::de::Error::custom(message)
}

/// Reads the trigger's value: an object, encoded as a string any number of times.
fn read_trigger(kind: TriggerKind, mut text: Cow<'_, str>) -> serde_json::Result<Trigger> {
    if kind == TriggerKind::Other {
        return RawValue::from_string(text.into_owned()).map(Trigger::Other);
    }
    if let Some((inside, [])) = unquote_twice(text.as_bytes()) {
        text = inside.into();
    }
    while let Some(inside) = unquote(&text) {
        text = inside.into();
    }
    if kind == TriggerKind::Http {
        return HttpRequest::read(&text).map(|request| Trigger::Http(request.into()));
    }
    let head = Head::read(&text)?;
    trigger_of(kind, head, || LazyCaller::from_json(text.into_owned()))
}

/// Makes a trigger of the members that were read.
fn trigger_of(kind: TriggerKind, head: Head, caller: impl FnOnce() -> LazyCaller) -> serde_json::Result<Trigger> {
    let Head { name, uri, arguments } = head;
    let caller = caller();
    let required = |member: Option<String>, name| member.ok_or_else(|| serde::de::Error::missing_field(name));
    Ok(match kind {
        TriggerKind::Tool => Trigger::Tool(ToolInvocationContext { name: required(name, "name")?, arguments, caller }),
        TriggerKind::Prompt => {
            Trigger::Prompt(PromptInvocationContext { name: required(name, "name")?, arguments, caller })
        }
        TriggerKind::Resource | TriggerKind::Http | TriggerKind::Other => {
            Trigger::Resource(ResourceInvocationContext { uri: required(uri, "uri")?, caller, parameters: Vec::new() })
        }
    })
}

/// The members of a trigger's value that every function needs.
#[derive(Default)]
struct Head {
    name: Option<String>,
    uri: Option<String>,
    arguments: Option<Box<RawValue>>,
}

impl Head {
    /// Reads no further than necessary: the host writes name and arguments first, and the caller, which is larger than both, last.
    fn read(text: &str) -> serde_json::Result<Self> {
        let mut head = Head::default();
        match serde_json::Deserializer::from_str(text).deserialize_map(&mut head) {
            Err(_) if head.is_complete() => Ok(head),
            read => read.map(|()| head),
        }
    }

    fn is_complete(&self) -> bool {
        self.name.is_some() && self.arguments.is_some()
    }
}

impl<'de> Visitor<'de> for &mut Head {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the members of a trigger's value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while !self.is_complete()
            && let Some(JsonStr(name)) = members.next_key()?
        {
            match &*name {
                "name" => self.name = members.next_value()?,
                "uri" => self.uri = members.next_value()?,
                "arguments" => self.arguments = members.next_value()?,
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl Input {
    /// Reads the value of an input binding. A blob that does not exist is the text `null`, with every `dataType`
    /// (recordings/bindings.jsonl, "get_snippet missing"). Text is JSON inside the string, bytes are plain base64.
    fn decode(value: &RawValue) -> Self {
        let Ok(text) = serde_json::from_str::<String>(value.get()) else {
            return Input::Object(value.get().to_owned());
        };
        match serde_json::from_str::<Option<String>>(&text) {
            Ok(Some(text)) => Input::Text(text),
            Ok(None) => Input::Missing,
            Err(_) => Input::Encoded(text),
        }
    }
}
