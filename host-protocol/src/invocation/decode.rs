use super::{Caller, Input, Invocation, PromptTrigger, ResourceTrigger, ToolTrigger, Transport, Trigger};
use crate::json::RawObject;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Which member of `Data` is the trigger, and how to read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriggerBinding<'a> {
    /// The name of the binding in function.json.
    pub name: &'a str,
    /// Its kind.
    pub kind: TriggerKind,
}

/// The kinds of trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriggerKind {
    /// `mcpToolTrigger`.
    Tool,
    /// `mcpResourceTrigger`.
    Resource,
    /// `mcpPromptTrigger`.
    Prompt,
    /// Another one.
    Other,
}

/// Why the body of a request is no invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(String);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DecodeError {}

fn wrong(what: impl fmt::Display, error: impl fmt::Display) -> DecodeError {
    DecodeError(format!("{what}: {error}"))
}

impl Invocation {
    /// Reads the body of the host's request.
    ///
    /// Only `Data` is read: `Metadata` repeats it, with losses. Values may be encoded twice, as the host does it, or once.
    ///
    /// # Errors
    ///
    /// When the body is not JSON, or has no such trigger.
    pub fn decode(
        id: impl Into<String>,
        function: impl Into<String>,
        binding: TriggerBinding<'_>,
        body: &[u8],
    ) -> Result<Self, DecodeError> {
        #[derive(Deserialize)]
        struct Body<'a> {
            #[serde(borrow, rename = "Data", alias = "data")]
            data: RawObject<'a>,
            #[serde(default, rename = "Metadata")]
            _metadata: IgnoredAny,
        }

        let body: Body<'_> =
            serde_json::from_slice(body).map_err(|error| wrong("the body is not an invocation", error))?;
        let mut trigger = None;
        let mut inputs = Vec::new();
        for (name, value) in body.data.iter() {
            if name == binding.name {
                trigger = Some(read_trigger(binding, value)?);
            } else {
                inputs.push((name.to_owned(), Input::decode(value)));
            }
        }
        let trigger = trigger.ok_or_else(|| DecodeError(format!("`Data` has no `{}`", binding.name)))?;
        Ok(Invocation { id: id.into(), function: function.into(), trigger, inputs })
    }
}

fn read_trigger(binding: TriggerBinding<'_>, value: &RawValue) -> Result<Trigger, DecodeError> {
    if binding.kind == TriggerKind::Other {
        return Ok(Trigger::Other(value.to_owned()));
    }
    let text = unwrap_strings(value);
    let name = binding.name;
    let value =
        RawObject::parse(&text).map_err(|error| wrong(format_args!("`Data.{name}` is no trigger value"), error))?;
    Members { binding: name, value }.read(binding.kind)
}

/// The JSON text inside a string inside a string: as deep as it goes.
fn unwrap_strings(value: &RawValue) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(value.get());
    while let Ok(inner) = serde_json::from_str::<String>(&text) {
        text = Cow::Owned(inner);
    }
    text
}

/// The members of a trigger value; their names are spelled `sessionid` and `clientinfo`, but `transport.sessionId`.
struct Members<'a> {
    binding: &'a str,
    value: RawObject<'a>,
}

impl Members<'_> {
    fn read(&self, kind: TriggerKind) -> Result<Trigger, DecodeError> {
        let caller = self.caller()?;
        Ok(match kind {
            TriggerKind::Tool => {
                Trigger::Tool(ToolTrigger { name: self.required("name")?, arguments: self.arguments(), caller })
            }
            TriggerKind::Prompt => {
                Trigger::Prompt(PromptTrigger { name: self.required("name")?, arguments: self.arguments(), caller })
            }
            TriggerKind::Resource | TriggerKind::Other => {
                Trigger::Resource(ResourceTrigger { uri: self.required("uri")?, caller, parameters: Vec::new() })
            }
        })
    }

    fn arguments(&self) -> Option<Box<RawValue>> {
        self.value.get_some("arguments").map(ToOwned::to_owned)
    }

    fn caller(&self) -> Result<Caller, DecodeError> {
        #[derive(Default, Deserialize)]
        struct WireTransport<'a> {
            #[serde(default)]
            name: String,
            #[serde(default, rename = "sessionId")]
            session_id: Option<String>,
            #[serde(borrow, default)]
            properties: Properties<'a>,
        }
        #[derive(Default, Deserialize)]
        struct Properties<'a> {
            #[serde(borrow, default)]
            headers: RawObject<'a>,
        }

        let transport = match self.value.get_some("transport") {
            Some(transport) => serde_json::from_str::<WireTransport<'_>>(transport.get())
                .map_err(|error| self.unreadable("transport", error))?,
            None => WireTransport::default(),
        };
        let headers = transport.properties.headers.iter();
        let headers = headers.map(|(name, value)| (name.to_owned(), header_text(value))).collect();
        Ok(Caller {
            session_id: self.optional("sessionid")?,
            client_info: self.optional("clientinfo")?,
            transport: Transport { name: transport.name, session_id: transport.session_id, headers },
        })
    }

    fn required<T: DeserializeOwned>(&self, name: &str) -> Result<T, DecodeError> {
        self.optional(name)?.ok_or_else(|| DecodeError(format!("`Data.{}` has no `{name}`", self.binding)))
    }

    fn optional<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, DecodeError> {
        let value = self.value.get_some(name).map(|value| serde_json::from_str(value.get()));
        value.transpose().map_err(|error| self.unreadable(name, error))
    }

    fn unreadable(&self, name: &str, error: impl fmt::Display) -> DecodeError {
        wrong(format_args!("`{name}` in `Data.{}` cannot be read", self.binding), error)
    }
}

fn header_text(value: &RawValue) -> String {
    serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned())
}

impl Input {
    /// Reads the value of an input binding. A blob that is not there is the text `null`, in every `dataType`
    /// (recordings/bindings.jsonl, "get_snippet missing"); text is JSON inside the string, bytes are bare base64.
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
