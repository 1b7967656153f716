use super::{
    Caller, ClientInfo, Headers, Input, Invocation, PromptTrigger, ResourceTrigger, ToolTrigger, Transport, Trigger,
};
use crate::json::{BorrowedOrOwned, unquote};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
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

impl Invocation {
    /// Reads the body of the host's request, in one pass.
    ///
    /// Only `Data` is read: `Metadata` repeats it, with losses. Values may be encoded twice, as the host does it, once, or not at
    /// all.
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
        let mut data = None;
        let body = Body { binding, data: &mut data }.deserialize(&mut serde_json::Deserializer::from_slice(body));
        // `Data` comes first, and what follows is not even skipped: that would cost as much again as reading `Data`. So the end of
        // the body may be missing to the reader here, which is no error of the host's.
        let Some(Data { trigger, inputs }) = data else {
            let error = body.err().map_or_else(|| "it has no `Data`".to_owned(), |error| error.to_string());
            return Err(DecodeError(format!("the body is not an invocation: {error}")));
        };
        Ok(Invocation { id: id.into(), function: function.into(), trigger, inputs })
    }
}

/// What the body holds.
struct Data {
    trigger: Trigger,
    inputs: Vec<(String, Input)>,
}

/// Looks for `Data` among the body's members, and stops there.
struct Body<'b> {
    binding: TriggerBinding<'b>,
    data: &'b mut Option<Data>,
}

impl<'de> DeserializeSeed<'de> for Body<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Body<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object with a member `Data`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(BorrowedOrOwned(name)) = map.next_key()? {
            if name.eq_ignore_ascii_case("Data") {
                *self.data = Some(map.next_value_seed(Bindings(self.binding))?);
                break;
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// Reads the members of `Data`: the trigger, and the inputs beside it.
struct Bindings<'b>(TriggerBinding<'b>);

impl<'de> DeserializeSeed<'de> for Bindings<'_> {
    type Value = Data;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Data, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Bindings<'_> {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object in `Data`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Data, A::Error> {
        let TriggerBinding { name: wanted, kind } = self.0;
        let (mut trigger, mut inputs) = (None, Vec::new());
        while let Some(BorrowedOrOwned(name)) = map.next_key()? {
            if name != wanted {
                inputs.push((name.into_owned(), Input::decode(map.next_value()?)));
            } else {
                let read = read_trigger(kind, map.next_value()?);
                let read = read.map_err(|error| A::Error::custom(format_args!("in the trigger's value: {error}")))?;
                trigger = Some(read);
            }
        }
        let trigger = trigger.ok_or_else(|| A::Error::custom(format_args!("`Data` has no `{wanted}`")))?;
        Ok(Data { trigger, inputs })
    }
}

/// Reads the trigger's value: an object, or the text of one in a string, however often.
fn read_trigger(kind: TriggerKind, value: &RawValue) -> serde_json::Result<Trigger> {
    if kind == TriggerKind::Other {
        return Ok(Trigger::Other(value.to_owned()));
    }
    let mut text = Cow::Borrowed(value.get());
    while let Some(inside) = unquote(&text) {
        text = Cow::Owned(inside);
    }
    let WireTrigger { name, uri, arguments, sessionid, clientinfo, transport } = serde_json::from_str(&text)?;
    let WireTransport { name: transport, session_id, properties } = transport.unwrap_or_default();
    let caller = Caller {
        session_id: sessionid,
        client_info: clientinfo,
        transport: Transport { name: transport, session_id, headers: properties.headers },
    };
    let required = |member: Option<String>, name| member.ok_or_else(|| serde_json::Error::missing_field(name));
    Ok(match kind {
        TriggerKind::Tool => Trigger::Tool(ToolTrigger { name: required(name, "name")?, arguments, caller }),
        TriggerKind::Prompt => Trigger::Prompt(PromptTrigger { name: required(name, "name")?, arguments, caller }),
        TriggerKind::Resource | TriggerKind::Other => {
            Trigger::Resource(ResourceTrigger { uri: required(uri, "uri")?, caller, parameters: Vec::new() })
        }
    })
}

/// The members of a trigger's value. Only `transport` spells its session's id with a capital.
#[derive(Deserialize)]
struct WireTrigger {
    name: Option<String>,
    uri: Option<String>,
    arguments: Option<Box<RawValue>>,
    sessionid: Option<String>,
    clientinfo: Option<ClientInfo>,
    transport: Option<WireTransport>,
}

#[derive(Default, Deserialize)]
struct WireTransport {
    #[serde(default)]
    name: String,
    #[serde(rename = "sessionId")]
    session_id: Option<String>,
    #[serde(default)]
    properties: Properties,
}

#[derive(Default, Deserialize)]
struct Properties {
    #[serde(default)]
    headers: Headers,
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
