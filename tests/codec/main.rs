//! The codec against every recorded invocation: what the host sent reads as what it meant, and is written as it was.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

use host_protocol::content::{AsExtension, PromptMessage, PromptResult, ResourceBody, ResourceContents};
use host_protocol::function_json::{FunctionJson, ResourceTrigger};
use host_protocol::invocation::{Caller, SystemBindingData, Trigger, TriggerBinding, TriggerKind};
use host_protocol::json::system_text;
use host_protocol::reply::ReturnValue;
use host_protocol::uri::UriTemplate;
use host_protocol::{ContentBlock, FunctionResult, Invocation, ToolResult};
use proptest::prelude::*;
use serde_json::Value;
use serde_json::value::RawValue;
use std::sync::LazyLock;
use std::time::UNIX_EPOCH;
use tests::recording::{Case, cases, functions};

/// All recorded invocations, each with the function it calls.
static INVOCATIONS: LazyLock<Vec<(String, FunctionJson, Case)>> = LazyLock::new(|| {
    let mut found = Vec::new();
    for (file, app) in [
        ("endpoint.jsonl", "app"),
        ("results.jsonl", "app"),
        ("no-reply.jsonl", "app"),
        ("bindings.jsonl", "bindings-app"),
    ] {
        let functions = functions(app);
        for case in cases(file) {
            let Some(exchange) = case.handler.first() else { continue };
            let name = exchange.request.path.trim_start_matches('/').to_owned();
            let (_, function) = functions.iter().find(|(known, _)| *known == name).expect("a recorded function");
            found.push((name, function.clone(), case));
        }
    }
    found
});

fn kind(function: &FunctionJson) -> TriggerKind {
    match function.trigger().expect("a trigger").kind.as_str() {
        "mcpToolTrigger" => TriggerKind::Tool,
        "mcpResourceTrigger" => TriggerKind::Resource,
        "mcpPromptTrigger" => TriggerKind::Prompt,
        "httpTrigger" => TriggerKind::Http,
        _ => TriggerKind::Other,
    }
}

fn decode(name: &str, function: &FunctionJson, body: &str) -> Invocation {
    let binding = TriggerBinding::new(&function.trigger().expect("a trigger").name, kind(function));
    Invocation::decode("id", name.to_owned(), binding, body.as_bytes())
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The trigger's value, unpacked by hand.
fn trigger_value(function: &FunctionJson, body: &str) -> Value {
    let body: Value = serde_json::from_str(body).unwrap();
    let mut value = body["Data"][&function.trigger().unwrap().name].clone();
    while let Some(text) = value.as_str() {
        value = serde_json::from_str(text).unwrap();
    }
    value
}

#[test]
fn every_recorded_invocation_is_read_and_written_as_it_was() {
    let (mut written, mut http) = (0, 0);
    for (name, function, case) in INVOCATIONS.iter() {
        let body = &case.handler[0].request.body;
        let mut invocation = decode(name, function, body);
        let value = trigger_value(function, body);
        let caller = match &mut invocation.trigger {
            Trigger::Tool(tool) => {
                assert_eq!(value["name"], tool.name, "{}", case.name);
                assert_same(&value["arguments"], tool.arguments.as_deref().map(RawValue::get), &case.name);
                Some(&tool.caller)
            }
            Trigger::Prompt(prompt) => {
                assert_eq!(value["name"], prompt.name, "{}", case.name);
                assert_same(&value["arguments"], prompt.arguments.as_deref().map(RawValue::get), &case.name);
                Some(&prompt.caller)
            }
            Trigger::Resource(resource) => {
                assert_eq!(value["uri"], resource.uri, "{}", case.name);
                // The wire has these beside the trigger only.
                let trigger = ResourceTrigger::try_from(function.trigger().unwrap()).unwrap();
                let template = UriTemplate::parse(&trigger.uri).unwrap();
                let parameters = template.matches(&resource.uri).expect("the host matched it");
                resource.parameters = parameters.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
                Some(&resource.caller)
            }
            Trigger::Http(request) => {
                assert_eq!(value["Url"], request.url, "{}", case.name);
                assert_eq!(request.body, Some(case.request.bytes()), "{}", case.name);
                http += 1;
                None
            }
            _ => panic!("{}: a trigger without a form", case.name),
        };
        for (header, value) in value["transport"]["properties"]["headers"].as_object().into_iter().flatten() {
            let caller = caller.expect("an MCP trigger");
            assert_eq!(caller.transport.headers.get(header), value.as_str(), "{}", case.name);
        }

        let mut system = SystemBindingData::new(UNIX_EPOCH, "{guid}");
        system.utc_now = "{now}".to_owned();
        let again = invocation.encode(&function.trigger().unwrap().name, &system).unwrap();
        assert_eq!(&again, body, "{}", case.name);
        written += 1;
    }
    tests::say(&format!("{written} recorded invocations read, and written again byte for byte"));
    assert_eq!(http, 2, "HTTP triggers");
    assert!(written > 100);
}

fn assert_same(expected: &Value, json: Option<&str>, case: &str) {
    let json = json.map_or(Value::Null, |json| serde_json::from_str(json).unwrap());
    assert_eq!(expected, &json, "{case}");
}

/// The same invocation in encodings that other hosts may use: once instead of twice, as an object, members in another order.
#[test]
fn other_encodings_read_the_same() {
    for (name, function, case) in INVOCATIONS.iter().filter(|(_, function, _)| kind(function) == TriggerKind::Tool) {
        let recorded: Value = serde_json::from_str(&case.handler[0].request.body).unwrap();
        let value = trigger_value(function, &case.handler[0].request.body);
        let trigger = &function.trigger().unwrap().name;
        let expected = meaning(&decode(name, function, &recorded.to_string()));
        for encoded in [value.clone(), Value::String(value.to_string())] {
            let mut body = serde_json::json!({ "Metadata": recorded["Metadata"], "unknown": [1], "Data": {} });
            body["Data"][trigger] = encoded;
            assert_eq!(meaning(&decode(name, function, &body.to_string())), expected, "{}", case.name);
        }
    }
}

/// A tool call without the accidents of its spelling.
fn meaning(invocation: &Invocation) -> (String, Value, String) {
    let Trigger::Tool(tool) = &invocation.trigger else { panic!("a tool") };
    let arguments = tool.arguments.as_ref().map_or(Value::Null, |json| serde_json::from_str(json.get()).unwrap());
    (
        tool.name.clone(),
        arguments,
        format!("{:?} {:?}", *tool.caller, tool.caller.transport.headers.iter().collect::<Vec<_>>()),
    )
}

proptest! {
    /// Whatever a client sends as text arrives as that text, through all three encodings.
    #[test]
    fn any_text_survives_the_request(text in any::<String>(), key in any::<String>(), header in any::<String>()) {
        let (name, function, case) = &INVOCATIONS[0];
        let mut invocation = decode(name, function, &case.handler[0].request.body);
        let arguments = serde_json::json!({ &key: &text, "nested": [{ &key: &text }] });
        let Trigger::Tool(tool) = &mut invocation.trigger else { panic!("a tool") };
        tool.arguments = Some(serde_json::value::to_raw_value(&arguments).unwrap());
        let headers = [("x-header", header.as_str())].into_iter().collect();
        let mut transport = tool.caller.transport.clone();
        transport.headers = headers;
        tool.caller = Caller::new(Some(text.clone()), None, transport).into();

        let system = SystemBindingData::new(UNIX_EPOCH, "");
        let body = invocation.encode(&function.trigger().unwrap().name, &system).unwrap();
        let Trigger::Tool(arrived) = decode(name, function, &body).trigger else { panic!("a tool") };
        let arrived_arguments: Value = serde_json::from_str(arrived.arguments.unwrap().get()).unwrap();
        prop_assert_eq!(arrived_arguments, arguments);
        prop_assert_eq!(arrived.caller.session_id.as_deref(), Some(text.as_str()));
        prop_assert_eq!(arrived.caller.transport.headers.get("X-Header"), Some(header.as_str()));
    }

    /// Whatever a function answers arrives as that: no text is taken for a date, for base64 or for an envelope.
    #[test]
    fn any_text_survives_the_reply(text in any::<String>(), line in any::<String>()) {
        for text in [text.as_str(), "2026-01-02T03:04:05Z", "abcd", "", r#"{"type":"text","content":"{}"}"#] {
            let mut result = ToolResult::structured(&serde_json::json!({ "key": text })).unwrap();
            result.content.push(text.into());
            let expected = system_text::to_string(&AsExtension(&result)).unwrap();
            let sent = FunctionResult::new(ReturnValue::Tool(result)).with_logs(vec![line.clone()]);
            let arrived = FunctionResult::decode(200, Some("application/json"), &sent.encode().unwrap()).unwrap();
            prop_assert_eq!(&arrived.logs, std::slice::from_ref(&line));
            prop_assert_eq!(system_text::to_string(&AsExtension(&arrived.into_tool_result(true).unwrap())).unwrap(), expected);
        }
    }

    /// The same for resources and prompts, text and bytes.
    #[test]
    fn anything_survives_the_reply_of_resources_and_prompts(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        let sent = FunctionResult::new;
        let arrived = |result: FunctionResult| {
            FunctionResult::decode(200, Some("application/json"), &result.encode().unwrap()).unwrap()
        };
        let tempting = ["2026-01-02T03:04:05Z", "abcd", "", r#"{"content":"{\"text\":\"x\"}"}"#, r#"{"content":null}"#];
        for text in [text.as_str()].into_iter().chain(tempting) {
            for body in [ResourceBody::Text(text.to_owned()), ResourceBody::bytes(&bytes)] {
                let contents = ResourceContents::new("a://b", body).with_mime_type("text/plain");
                let reply = arrived(sent(ReturnValue::Resource(contents.clone())));
                prop_assert_eq!(reply.into_resource_contents("a://b", None).unwrap(), Some(contents));
            }
            let image = ContentBlock::image(&bytes, "image/png");
            let result = PromptResult::from(vec![PromptMessage::user(text), PromptMessage::assistant(image)]).with_description(text);
            let reply = arrived(sent(ReturnValue::Prompt(result.clone())));
            prop_assert_eq!(reply.into_prompt_result(true).unwrap(), result);
        }
    }
}
