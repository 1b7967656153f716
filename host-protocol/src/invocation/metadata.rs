//! `Metadata` of the host's request: binding data, most of which repeats the trigger's value in other spellings.

use super::{HttpRequest, Invocation, SystemBindingData, Trigger};
use crate::json::newtonsoft::{self, twice};
use crate::json::{ObjectBuilder, RawObject};
use serde_json::value::RawValue;

/// `Metadata` of an HTTP trigger.
pub(super) fn of_request(invocation: &Invocation, request: &HttpRequest, system: &SystemBindingData) -> ObjectBuilder {
    let mut metadata = request.binding_data(twice);
    metadata.push("sys", sys(&invocation.function, system));
    metadata
}

/// `Metadata` of another trigger: the extension's own members, then those that the host finds in the trigger's value.
pub(super) fn of_mcp_trigger(
    invocation: &Invocation,
    trigger: &str,
    value: &str,
    system: &SystemBindingData,
) -> serde_json::Result<ObjectBuilder> {
    let mut metadata = ObjectBuilder::default();
    let (context, arguments) = match &invocation.trigger {
        Trigger::Tool(_) => ("mcptoolcontext", "mcptoolargs"),
        Trigger::Prompt(_) => ("mcppromptcontext", "mcppromptargs"),
        Trigger::Resource(_) => ("mcpresourcecontext", ""),
        Trigger::Http(_) | Trigger::Other(_) => ("", ""),
    };
    if !context.is_empty() {
        metadata.push(context, extension_context(&invocation.trigger)?);
    }
    // The host leaves a copy out if the binding's name ends like that of a trigger.
    if !trigger.to_ascii_lowercase().ends_with("trigger") {
        metadata.push(trigger, twice(value));
    }
    if let Trigger::Resource(resource) = &invocation.trigger {
        metadata.push("mcpresourceuri", twice(&resource.uri));
    }
    if let Some(session_id) = invocation.trigger.caller().and_then(|caller| caller.session_id.as_ref()) {
        metadata.push("mcpsessionid", twice(session_id));
    }
    if let Trigger::Resource(resource) = &invocation.trigger {
        for (name, value) in &resource.parameters {
            metadata.push(name, twice(value));
        }
    }
    if let Some(given) = invocation.trigger.arguments() {
        metadata.push(arguments, argument_texts(given)?);
    }
    metadata.push("sys", sys(&invocation.function, system));
    for (name, value) in RawObject::parse(value)?.iter() {
        promote(&mut metadata, name, value)?;
    }
    Ok(metadata)
}

fn sys(function: &str, system: &SystemBindingData) -> String {
    let mut sys = ObjectBuilder::default();
    sys.push_text("MethodName", function);
    sys.push_text("UtcNow", &system.utc_now);
    sys.push_text("RandGuid", &system.guid);
    sys.object()
}

/// Adds a member of the trigger's value, in the place of a member with that name. The host leaves lists and nulls out.
fn promote(metadata: &mut ObjectBuilder, name: &str, value: &RawValue) -> serde_json::Result<()> {
    let json = match value.get().as_bytes().first() {
        Some(b'[' | b'n') => return Ok(()),
        Some(b'{') => newtonsoft::compact(value)?,
        _ => twice(&argument_text(value)?),
    };
    metadata.replace(name, json);
    Ok(())
}

/// The `mcp…context` member: the extension's own object in Newtonsoft's spelling. Of the arguments only the kinds are left.
fn extension_context(trigger: &Trigger) -> serde_json::Result<String> {
    let mut context = ObjectBuilder::default();
    let caller = match trigger {
        Trigger::Tool(tool) => {
            context.push_text("Name", &tool.name);
            context.push("Arguments", value_kinds(trigger.arguments())?);
            &tool.caller
        }
        Trigger::Prompt(prompt) => {
            context.push_text("Name", &prompt.name);
            context.push("Arguments", value_kinds(trigger.arguments())?);
            &prompt.caller
        }
        Trigger::Resource(resource) => {
            context.push_text("Uri", &resource.uri);
            &resource.caller
        }
        Trigger::Http(_) | Trigger::Other(_) => return Ok("null".to_owned()),
    };
    context.push_text_or_null("SessionId", caller.session_id.as_deref());
    let client = caller.client_info.as_ref().map(|client| {
        let mut info = ObjectBuilder::default();
        info.push_text("Name", &client.name);
        info.push_text_or_null("Title", client.title.as_deref());
        info.push_text("Version", &client.version);
        info.object()
    });
    context.push("ClientInfo", client.unwrap_or_else(|| "null".to_owned()));
    let mut headers = ObjectBuilder::default();
    for (name, value) in caller.transport.headers.iter() {
        headers.push_text(name, value);
    }
    let mut properties = ObjectBuilder::default();
    properties.push("headers", headers.object());
    let mut transport = ObjectBuilder::default();
    transport.push_text("Name", &caller.transport.name);
    transport.push_text_or_null("SessionId", caller.transport.session_id.as_deref());
    transport.push("Properties", properties.object());
    context.push("Transport", transport.object());
    Ok(context.object())
}

/// `{"s":{"ValueKind":3}}`: Newtonsoft.Json sees no more than that of System.Text.Json's values.
fn value_kinds(arguments: Option<&RawValue>) -> serde_json::Result<String> {
    let Some(arguments) = arguments else { return Ok("null".to_owned()) };
    let mut kinds = ObjectBuilder::default();
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

/// All arguments as texts.
fn argument_texts(arguments: &RawValue) -> serde_json::Result<String> {
    let mut texts = ObjectBuilder::default();
    for (name, value) in RawObject::parse(arguments.get())?.iter() {
        texts.push_text(name, &argument_text(value)?);
    }
    Ok(texts.object())
}

/// The text of an argument, as `mcptoolargs`, binding expressions and `mcpToolProperty` inputs have it.
///
/// # Errors
///
/// If a string holds half a surrogate pair.
pub fn argument_text(value: &RawValue) -> serde_json::Result<String> {
    Ok(match value.get() {
        "true" => "True".to_owned(),
        "false" => "False".to_owned(),
        "null" => String::new(),
        text if text.starts_with('"') => serde_json::from_str(text)?,
        other => other.to_owned(),
    })
}
