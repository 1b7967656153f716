//! Every recorded invocation of tools, resources and prompts, through the worker and through the custom handler: the same answers.

use super::RECORDED;
use super::conversation::cases as conversations;
use super::host::Host;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use host_protocol::rpc::status_result::Status;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::typed_data::Data;
use host_protocol::rpc::{InvocationRequest, InvocationResponse, ParameterBinding, TypedData, parameter_binding};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tests::http::exchange;
use tests::process::App;
use tests::recording::cases;

/// The functions that the program has.
const FUNCTIONS: [&str; 15] = [
    "HelloTool",
    "Types",
    "Schema",
    "Modes",
    "Plain",
    "Props",
    "Envelopes",
    "Env",
    "Res",
    "ResTemplate",
    "ResEnv",
    "ResTemplate2",
    "PromptPlain",
    "PromptEnv",
    "SaveSnippet",
];

/// A recorded invocation: what the values of its bindings are, by name.
struct Recorded {
    name: String,
    function: String,
    trigger: String,
    inputs: Vec<(String, Data)>,
}

/// The triggers of the recorded apps have names of their own.
fn trigger_name(function: &str) -> &'static str {
    match function {
        name if name.starts_with("Res") => "resourceTrigger",
        name if name.starts_with("Prompt") => "promptTrigger",
        _ => "toolTrigger",
    }
}

/// The invocations of a custom handler.
fn of_handler() -> Vec<Recorded> {
    let mut all = Vec::new();
    for file in ["endpoint.jsonl", "results.jsonl", "bindings.jsonl", "no-reply.jsonl"] {
        for case in cases(file) {
            for exchange in case.handler {
                let function = exchange.request.path.trim_start_matches('/').to_owned();
                let body: Value = serde_json::from_str(&exchange.request.body).unwrap();
                let data = body["Data"].as_object().unwrap();
                if !FUNCTIONS.contains(&&*function) && function != "GetSnippetBin" {
                    continue;
                }
                let value = |name: &str| data.get(name).and_then(Value::as_str);
                let trigger = value("context").or_else(|| value("toolTrigger")).unwrap();
                let trigger: String = serde_json::from_str(trigger).unwrap();
                let blob = value("inputBlob").filter(|_| function == "GetSnippetBin").filter(|blob| *blob != "null");
                let inputs = blob.map(|blob| ("blob".to_owned(), Data::Bytes(STANDARD.decode(blob).unwrap().into())));
                all.push(Recorded { name: case.name.clone(), function, trigger, inputs: inputs.into_iter().collect() });
            }
        }
    }
    all
}

/// The invocations of a worker.
fn of_worker() -> Vec<Recorded> {
    let mut all = Vec::new();
    for case in conversations("results.jsonl") {
        let request = &case["messages"][0]["m"]["invocationRequest"];
        let id = request["functionId"].as_str().unwrap().trim_end_matches("-id").to_owned();
        let function = FUNCTIONS.iter().find(|name| name.to_lowercase() == id).copied();
        let function = function.unwrap_or("Prompt").to_owned();
        let trigger = request["inputData"][0]["data"]["string"].as_str().unwrap().to_owned();
        all.push(Recorded { name: case["name"].to_string(), function, trigger, inputs: Vec::new() });
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_invocation_has_the_same_answer_through_worker_and_custom_handler() {
    let functions: Vec<_> = FUNCTIONS.into_iter().chain(["GetSnippetBin", "Prompt"]).collect();
    let mut host = Host::loaded(RECORDED, &[], &functions).await;
    let handler = App::handler(RECORDED, &[]);
    let recorded: Vec<_> = of_handler().into_iter().chain(of_worker()).collect();
    let (mut compared, mut failed, mut stored) = (0, 0, 0);
    for Recorded { name, function, trigger, inputs } in recorded {
        let trigger_name = trigger_name(&function);
        // Through the custom handler: encoded twice.
        let mut data = Map::new();
        data.insert(trigger_name.to_owned(), serde_json::to_string(&trigger).unwrap().into());
        for (name, value) in &inputs {
            let Data::Bytes(bytes) = value else { panic!("{value:?}") };
            data.insert(name.clone(), STANDARD.encode(bytes).into());
        }
        if function == "GetSnippetBin" && inputs.is_empty() {
            data.insert("blob".to_owned(), "null".into());
        }
        let body = json!({ "Data": data, "Metadata": {} }).to_string();
        let (address, headers, path) = (handler.address, handler.host_headers(), format!("/{function}"));
        let reply = tokio::task::spawn_blocking(move || exchange(address, "POST", &path, &headers, body.as_bytes()));
        let reply = reply.await.unwrap();
        // Through the worker: once.
        let mut input_data = vec![ParameterBinding::new(trigger_name, Data::String(trigger).into())];
        input_data.extend(inputs.into_iter().map(|(name, value)| ParameterBinding::new(name, value.into())));
        if function == "GetSnippetBin" && input_data.len() == 1 {
            input_data.push(ParameterBinding::new("blob", TypedData::default()));
        }
        let invocation_id = "7b3f1a52-0000-4000-8000-000000000000".to_owned();
        let request =
            InvocationRequest { invocation_id, function_id: function.clone(), input_data, trace_context: None };
        host.say(Content::InvocationRequest(request)).await;
        let mut lines = Vec::new();
        let answer = loop {
            match host.hear().await {
                Content::RpcLog(line) => lines.push(line.message),
                Content::InvocationResponse(answer) => break answer,
                other => panic!("{other:?}"),
            }
        };
        compared += 1;
        assert_eq!(reply.status, 200, "{name}: {}", reply.body);
        let reply: Value = serde_json::from_str(&reply.body).unwrap();
        // A custom handler has no status: a value that is no result makes the call fail.
        if reply["ReturnValue"].get("$error").is_some() {
            assert_eq!(answer.result.unwrap().status(), Status::Failure, "{name}");
            failed += 1;
            continue;
        }
        assert_eq!(answer.result.as_ref().unwrap().status(), Status::Success, "{name}: {answer:?}");
        let value = answer.return_value.as_ref().and_then(|value| value.data.clone());
        let value = value.map(|value| match value {
            Data::String(text) => Value::String(text),
            other => panic!("{name}: {other:?}"),
        });
        assert_eq!(value.unwrap_or_default(), reply["ReturnValue"], "{name} ({function})");
        let outputs = outputs(&answer);
        assert_eq!(outputs, of_reply(&reply["Outputs"], &outputs), "{name} ({function})");
        stored += outputs.len();
        // A line of another level begins with it there, and has it beside itself here.
        let logged = reply["Logs"].as_array().cloned().unwrap_or_default();
        let logged =
            logged.iter().map(|line| line.as_str().unwrap().trim_start_matches("WARN: ").trim_start_matches("ERROR: "));
        assert_eq!(lines, logged.collect::<Vec<_>>(), "{name} ({function})");
    }
    tests::say(&format!("{compared} recorded invocations compared, {failed} failed in both, {stored} outputs"));
    assert!(compared > 90 && failed > 0 && stored >= 21, "{compared} {failed} {stored}");
}

/// What goes to the output bindings, as bytes.
fn outputs(answer: &InvocationResponse) -> BTreeMap<String, Vec<u8>> {
    let of = |binding: &ParameterBinding| {
        let Some(parameter_binding::RpcData::Data(TypedData { data: Some(data) })) = &binding.rpc_data else {
            panic!("{binding:?}")
        };
        let bytes = match data {
            Data::Bytes(bytes) => bytes.to_vec(),
            Data::Json(json) => json.clone().into_bytes(),
            other => panic!("{other:?}"),
        };
        (binding.name.clone(), bytes)
    };
    answer.output_data.iter().map(of).collect()
}

/// The same in the reply of a custom handler, whose bytes are in base64.
fn of_reply(outputs: &Value, wanted: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let of = |(name, value): (&String, &Value)| {
        let decoded = value.as_str().and_then(|text| STANDARD.decode(text).ok());
        (name.clone(), decoded.unwrap_or_else(|| value.to_string().into_bytes()))
    };
    let outputs: BTreeMap<_, _> = outputs.as_object().map(|all| all.iter().map(of).collect()).unwrap_or_default();
    assert_eq!(outputs.len(), wanted.len());
    outputs
}
