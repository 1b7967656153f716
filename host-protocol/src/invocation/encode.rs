//! An invocation as the host writes it: the body of its request to the handler.

use super::{ClientInfo, Input, Invocation, SystemBindingData, Transport, Trigger, metadata};
use crate::json::newtonsoft::{once, twice};
use crate::json::{ObjectBuilder, system_text};
use serde::Serialize;
use serde_json::value::RawValue;

impl Invocation {
    /// The body of the host's request, with the members, their order and their encoding as the host has them.
    ///
    /// `trigger` is the name of the trigger's binding.
    ///
    /// # Errors
    ///
    /// If a string in the arguments holds half a surrogate pair. The extension fails on those too.
    pub fn encode(&self, trigger: &str, system: &SystemBindingData) -> serde_json::Result<String> {
        let mut data = ObjectBuilder::default();
        let metadata = if let Trigger::Http(request) = &self.trigger {
            data.push(trigger, request.wire());
            metadata::of_request(self, request, system)
        } else {
            let value = self.trigger.to_json()?;
            data.push(trigger, twice(&value));
            metadata::of_mcp_trigger(self, trigger, &value, system)?
        };
        for (name, input) in &self.inputs {
            data.push(name, input.wire());
        }
        Ok(format!("{{\"Data\":{},\"Metadata\":{}}}", data.object(), metadata.object()))
    }
}

impl Trigger {
    /// The trigger's value as the extension writes it, encoded once. For an HTTP trigger: the values that the extension finds in
    /// the request.
    ///
    /// # Errors
    ///
    /// If a string in the arguments holds half a surrogate pair.
    pub(crate) fn to_json(&self) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct McpTriggerValue<'a> {
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
            transport: &'a Transport,
        }

        let (name, uri, caller) = match self {
            Trigger::Tool(tool) => (Some(&tool.name), None, &tool.caller),
            Trigger::Prompt(prompt) => (Some(&prompt.name), None, &prompt.caller),
            Trigger::Resource(resource) => (None, Some(&resource.uri), &resource.caller),
            Trigger::Http(request) => return Ok(request.binding_data(once).object()),
            Trigger::Other(value) => return Ok(value.get().to_owned()),
        };
        system_text::to_string(&McpTriggerValue {
            name,
            uri,
            arguments: self.arguments(),
            sessionid: caller.session_id.as_ref(),
            clientinfo: caller.client_info.as_ref(),
            transport: &caller.transport,
        })
    }
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
