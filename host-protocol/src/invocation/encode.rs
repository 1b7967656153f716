use super::members::Members;
use super::{
    ClientInfo, Headers, Input, Invocation, LazyCaller, PromptTrigger, ResourceTrigger, System, ToolTrigger, Transport,
    Trigger,
};
use crate::json::newtonsoft::{once, twice};
use crate::json::{RawObject, system_text};
use serde::Serialize;
use serde_json::value::RawValue;

impl Trigger {
    /// The value as the extension writes it, once encoded; of an HTTP trigger what the extension finds in it.
    ///
    /// # Errors
    ///
    /// When a string in the arguments holds half a surrogate pair.
    pub(crate) fn to_json(&self) -> serde_json::Result<String> {
        TriggerText::new(self).map(|TriggerText(text)| text)
    }
}

impl Invocation {
    /// The body of the host's request, with the members, their order and their encoding as the host has them.
    ///
    /// `trigger` is the name of the trigger's binding.
    ///
    /// # Errors
    ///
    /// When a string in the arguments holds half a surrogate pair: the extension fails on that too.
    pub fn encode(&self, trigger: &str, system: &System) -> serde_json::Result<String> {
        let mut data = Members::default();
        let metadata = if let Trigger::Http(request) = &self.trigger {
            data.push(trigger, request.wire());
            let mut metadata = request.binding_data(twice);
            metadata.push("sys", self.sys(system));
            metadata
        } else {
            let value = TriggerText::new(&self.trigger)?;
            data.push(trigger, value.wire());
            self.metadata(trigger, &value, system)?
        };
        for (name, input) in &self.inputs {
            data.push(name, input.wire());
        }
        Ok(format!("{{\"Data\":{},\"Metadata\":{}}}", data.object(), metadata.object()))
    }

    /// What the extension tells beside the trigger's value, then what the host finds in it: the same once more.
    fn metadata(&self, trigger: &str, value: &TriggerText, system: &System) -> serde_json::Result<Members> {
        let mut metadata = Members::default();
        // The host leaves out what it takes for a trigger by its name: a copy saved.
        let copies_trigger = !trigger.to_ascii_lowercase().ends_with("trigger");
        let (context, caller, arguments) = match &self.trigger {
            Trigger::Tool(ToolTrigger { caller, arguments, .. }) => ("mcptoolcontext", caller, arguments.as_deref()),
            Trigger::Prompt(PromptTrigger { caller, arguments, .. }) => {
                ("mcppromptcontext", caller, arguments.as_deref())
            }
            Trigger::Resource(ResourceTrigger { caller, .. }) => ("mcpresourcecontext", caller, None),
            Trigger::Http(_) | Trigger::Other(_) => ("", &LazyCaller::default(), None),
        };
        if !context.is_empty() {
            metadata.push(context, extension_context(&self.trigger)?);
        }
        if copies_trigger {
            metadata.push(trigger, value.wire());
        }
        if let Trigger::Resource(resource) = &self.trigger {
            metadata.push("mcpresourceuri", twice(&resource.uri));
        }
        if let Some(session_id) = &caller.session_id {
            metadata.push("mcpsessionid", twice(session_id));
        }
        match &self.trigger {
            Trigger::Resource(resource) => {
                for (name, value) in &resource.parameters {
                    metadata.push(name, twice(value));
                }
            }
            Trigger::Tool(_) => metadata.push_texts("mcptoolargs", arguments)?,
            Trigger::Prompt(_) => metadata.push_texts("mcppromptargs", arguments)?,
            Trigger::Http(_) | Trigger::Other(_) => {}
        }
        metadata.push("sys", self.sys(system));
        for (name, value) in RawObject::parse(&value.0)?.iter() {
            metadata.promote(name, value)?;
        }
        Ok(metadata)
    }

    fn sys(&self, system: &System) -> String {
        let mut sys = Members::default();
        sys.push("MethodName", once(&self.function));
        sys.push("UtcNow", once(&system.utc_now));
        sys.push("RandGuid", once(&system.guid));
        sys.object()
    }
}

/// A trigger's value as the extension writes it.
struct TriggerText(String);

impl TriggerText {
    fn new(trigger: &Trigger) -> serde_json::Result<Self> {
        #[derive(Serialize)]
        struct Value<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            name: Option<&'a String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            uri: Option<&'a String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            arguments: Option<&'a RawValue>,
            #[serde(skip_serializing_if = "Option::is_none")]
            sessionid: Option<&'a String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            clientinfo: Option<&'a ClientInfo>,
            transport: WireTransport<'a>,
        }

        let (name, uri, arguments, caller) = match trigger {
            Trigger::Tool(ToolTrigger { name, arguments, caller })
            | Trigger::Prompt(PromptTrigger { name, arguments, caller }) => {
                (Some(name), None, arguments.as_deref(), caller)
            }
            Trigger::Resource(ResourceTrigger { uri, caller, .. }) => (None, Some(uri), None, caller),
            Trigger::Http(request) => return Ok(TriggerText(request.binding_data(once).object())),
            Trigger::Other(value) => return Ok(TriggerText(value.get().to_owned())),
        };
        let value = Value {
            name,
            uri,
            arguments,
            sessionid: caller.session_id.as_ref(),
            clientinfo: caller.client_info.as_ref(),
            transport: WireTransport::new(&caller.transport),
        };
        system_text::to_string(&value).map(TriggerText)
    }

    fn wire(&self) -> String {
        twice(&self.0)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireTransport<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'a str>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Properties<'a> {
    headers: &'a Headers,
}

impl<'a> WireTransport<'a> {
    fn new(transport: &'a Transport) -> Self {
        WireTransport {
            name: &transport.name,
            session_id: transport.session_id.as_deref(),
            properties: Properties { headers: &transport.headers },
        }
    }
}

/// The `mcp…context` member: the extension's own object in Newtonsoft's spelling. Of the arguments only the kinds are left.
fn extension_context(trigger: &Trigger) -> serde_json::Result<String> {
    let mut context = Members::default();
    let caller = match trigger {
        Trigger::Tool(ToolTrigger { name, arguments, caller })
        | Trigger::Prompt(PromptTrigger { name, arguments, caller }) => {
            context.push("Name", once(name));
            context.push("Arguments", value_kinds(arguments.as_deref())?);
            caller
        }
        Trigger::Resource(ResourceTrigger { uri, caller, .. }) => {
            context.push("Uri", once(uri));
            caller
        }
        Trigger::Http(_) | Trigger::Other(_) => return Ok("null".to_owned()),
    };
    let optional = |text: Option<&String>| text.map_or_else(|| "null".to_owned(), |text| once(text));
    context.push("SessionId", optional(caller.session_id.as_ref()));
    let client = caller.client_info.as_ref().map(|client| {
        let mut info = Members::default();
        info.push("Name", once(&client.name));
        info.push("Title", optional(client.title.as_ref()));
        info.push("Version", once(&client.version));
        info.object()
    });
    context.push("ClientInfo", client.unwrap_or_else(|| "null".to_owned()));
    let mut headers = Members::default();
    for (name, value) in caller.transport.headers.iter() {
        headers.push(name, once(value));
    }
    let mut properties = Members::default();
    properties.push("headers", headers.object());
    let mut transport = Members::default();
    transport.push("Name", once(&caller.transport.name));
    transport.push("SessionId", optional(caller.transport.session_id.as_ref()));
    transport.push("Properties", properties.object());
    context.push("Transport", transport.object());
    Ok(context.object())
}

/// `{"s":{"ValueKind":3}}`: all that Newtonsoft sees of System.Text.Json's values.
fn value_kinds(arguments: Option<&RawValue>) -> serde_json::Result<String> {
    let Some(arguments) = arguments else { return Ok("null".to_owned()) };
    let mut kinds = Members::default();
    for (name, value) in RawObject::parse(arguments.get())?.iter() {
        let kind = match value.get().as_bytes().first() {
            Some(b'{') => 1,
            Some(b'[') => 2,
            Some(b'"') => 3,
            Some(b't') => 5,
            Some(b'f') => 6,
            Some(b'n') => 7,
            _ => 4,
        };
        kinds.push(name, format!("{{\"ValueKind\":{kind}}}"));
    }
    Ok(kinds.object())
}

/// The text of an argument, as `mcptoolargs`, binding expressions and `mcpToolProperty` inputs have it.
///
/// # Errors
///
/// When a string holds half a surrogate pair.
pub fn argument_text(value: &RawValue) -> serde_json::Result<String> {
    Ok(match value.get() {
        "true" => "True".to_owned(),
        "false" => "False".to_owned(),
        "null" => String::new(),
        text if text.starts_with('"') => serde_json::from_str(text)?,
        other => other.to_owned(),
    })
}

impl Input {
    fn wire(&self) -> String {
        match self {
            Input::Text(text) => twice(text),
            Input::Missing => once("null"),
            Input::Encoded(text) => once(text),
            Input::Object(json) => json.clone(),
        }
    }
}
