//! What the expressions of a path stand for in a call.

use super::*;
use crate::binding::BindingTemplate;
use crate::invocation::{Caller, PromptInvocationContext, ResourceInvocationContext, ToolInvocationContext, Transport};
use proptest::prelude::*;

fn fresh() -> SystemBindingData {
    SystemBindingData {
        utc_now: "2026-01-02T03:04:05.678Z".to_owned(),
        guid: "11111111-2222-4333-8444-555555555555".to_owned(),
    }
}

fn caller() -> Caller {
    let transport = Transport { name: "http-streamable".to_owned(), ..Transport::default() };
    Caller { session_id: Some("a|b".to_owned()), transport, client_info: None }
}

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).unwrap()
}

fn resolve(trigger: Trigger, template: &str) -> Result<String, BindingError> {
    let invocation = Invocation { id: String::new(), function: "Save".into(), trigger, inputs: Vec::new() };
    let data = BindingData::new(&invocation, "toolTrigger", &fresh).unwrap();
    BindingTemplate::parse(template)?.resolve(&data)
}

fn tool(arguments: &str) -> Trigger {
    Trigger::Tool(ToolInvocationContext {
        name: "save".to_owned(),
        arguments: Some(raw(arguments)),
        caller: caller().into(),
    })
}

#[test]
fn arguments_are_their_text() {
    let arguments = r#"{"Name":"a/b","n":1.5,"b":true,"none":null,"o":{"x":[1]},"d":"2026-01-02T03:04:05Z"}"#;
    for (template, text) in [
        ("snippets/{mcptoolargs.Name}.json", "snippets/a/b.json"),
        ("{McpToolArgs.n}-{mcptoolargs.b}-{mcptoolargs.none}-{mcptoolargs.d}", "1.5-True--2026-01-02T03:04:05Z"),
        ("{arguments.name}", "a/b"),
        ("{arguments.O.X}{mcptoolargs}", ""),
        ("{name}/{transport.name}", "save/http-streamable"),
        ("{mcpsessionid} {{}}", "a|b {}"),
    ] {
        assert_eq!(resolve(tool(arguments), template).unwrap(), text, "{template}");
    }
    for template in
        ["{mcptoolargs.name}", "{mcptoolargs.x}", "{unknown}", "{mcpresourceuri}", "{mcppromptargs.Name}", "{sys.x}"]
    {
        assert!(resolve(tool(arguments), template).is_err(), "{template}");
    }
    let message = resolve(tool(arguments), "x/{Name2}").unwrap_err().to_string();
    assert!(message.contains("`x/{Name2}`: this call has no value named `Name2`"), "{message}");
    // `name` alone is the tool's: an argument of that name is hidden by it.
    assert!(resolve(tool(arguments), "{n}").unwrap_err().to_string().contains("`mcptoolargs.`"));
}

#[test]
fn a_call_without_arguments_has_none() {
    let trigger = ToolInvocationContext { name: "save".to_owned(), arguments: None, caller: Caller::default().into() };
    for template in ["{mcptoolargs.x}", "{arguments.x}", "{mcpsessionid}"] {
        assert!(resolve(Trigger::Tool(trigger.clone()), template).is_err(), "{template}");
    }
}

#[test]
fn prompts_have_their_own_name_for_arguments() {
    let arguments = Some(raw(r#"{"topic":"rust"}"#));
    let prompt = Trigger::Prompt(PromptInvocationContext { name: "p".to_owned(), arguments, caller: caller().into() });
    assert_eq!(resolve(prompt.clone(), "{mcppromptargs.topic}").unwrap(), "rust");
    assert!(resolve(prompt, "{mcptoolargs.topic}").is_err());
}

#[test]
fn resources_have_the_parameters_of_their_template() {
    let parameters = vec![("id".to_owned(), "a%20b".to_owned()), ("uri".to_owned(), "hidden".to_owned())];
    let resource = ResourceInvocationContext { uri: "users://a%20b/x".to_owned(), caller: caller().into(), parameters };
    let resource = Trigger::Resource(resource);
    assert_eq!(
        resolve(resource.clone(), "{ID}|{mcpresourceuri}|{uri}").unwrap(),
        "a%20b|users://a%20b/x|users://a%20b/x"
    );
    assert!(resolve(resource, "{name}").is_err());
}

#[test]
fn times_and_guids() {
    for (template, text) in [
        ("{DateTime}", "2026-01-02T03-04-05Z"),
        ("{datetime:yyyy/MM}", "2026/01"),
        ("{sys.utcnow:yyyyMMdd}", "20260102"),
        ("{rand-guid}", "11111111-2222-4333-8444-555555555555"),
        ("{rand-guid:N}", "11111111222243338444555555555555"),
        ("{sys.RandGuid:B}", "{11111111-2222-4333-8444-555555555555}"),
        ("{sys.MethodName}", "Save"),
    ] {
        assert_eq!(resolve(tool("{}"), template).unwrap(), text, "{template}");
    }
}

#[test]
fn the_value_of_the_trigger_has_the_bindings_name() {
    assert!(resolve(tool("{}"), "{tooltrigger}").unwrap().starts_with(r#"{"name":"save","arguments":{}"#));
}

proptest! {
    /// An argument's text arrives in the path as it is, and nothing that somebody writes between braces panics.
    #[test]
    fn any_text_resolves_or_is_refused(argument in any::<String>(), expression in any::<String>()) {
        let arguments = serde_json::json!({ "x": argument }).to_string();
        prop_assert_eq!(resolve(tool(&arguments), "{mcptoolargs.x}").unwrap(), argument);
        for template in [expression.clone(), format!("{{{expression}}}"), format!("{{datetime:{expression}}}")] {
            let _ = resolve(tool(&arguments), &template);
        }
    }
}
