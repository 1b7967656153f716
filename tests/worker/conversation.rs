//! The recorded conversations of the Functions host with a worker, message by message (ground-truth.md §11).

use super::RECORDED;
use super::host::{Form, Host};
use host_protocol::rpc::status_result::Status;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::typed_data::Data;
use host_protocol::rpc::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use tests::recording::folder;

/// The cases of a file of conversations.
pub(crate) fn cases(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder().join("worker").join(file)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A recorded value, which is protobuf's own JSON.
fn typed(value: &Value) -> TypedData {
    use base64::Engine as _;
    let Some((kind, value)) = value.as_object().and_then(|value| value.iter().next()) else {
        return TypedData::default();
    };
    match kind.as_str() {
        "string" => Data::String(text(value)).into(),
        "json" => Data::Json(text(value)).into(),
        "bytes" => Data::Bytes(base64::engine::general_purpose::STANDARD.decode(text(value)).unwrap().into()).into(),
        "http" => Data::Http(Box::default()).into(),
        kind => panic!("a value of the kind {kind}"),
    }
}

/// What the host said, as its message. `None` for what is no message of the host to a worker with tools, resources and prompts.
pub(crate) fn message(recorded: &Value, id: &str) -> Option<Content> {
    let (kind, body) = recorded.as_object()?.iter().find(|(kind, _)| *kind != "requestId")?;
    Some(match kind.as_str() {
        "workerInitRequest" => Content::WorkerInitRequest(WorkerInitRequest {
            host_version: text(&body["hostVersion"]),
            capabilities: strings(&body["capabilities"]),
            worker_directory: text(&body["workerDirectory"]),
            function_app_directory: text(&body["functionAppDirectory"]),
            ..WorkerInitRequest::default()
        }),
        "functionsMetadataRequest" => Content::FunctionsMetadataRequest(FunctionsMetadataRequest {
            function_app_directory: text(&body["functionAppDirectory"]),
        }),
        "functionLoadRequest" => Content::FunctionLoadRequest(FunctionLoadRequest {
            function_id: text(&body["functionId"]),
            metadata: Some(RpcFunctionMetadata {
                name: text(&body["metadata"]["name"]),
                entry_point: text(&body["metadata"]["entryPoint"]),
                script_file: text(&body["metadata"]["scriptFile"]),
                properties: strings(&body["metadata"]["properties"]),
                ..RpcFunctionMetadata::default()
            }),
        }),
        "invocationRequest" => Content::InvocationRequest(InvocationRequest {
            invocation_id: id.to_owned(),
            function_id: text(&body["functionId"]),
            input_data: body["inputData"]
                .as_array()?
                .iter()
                .map(|input| ParameterBinding::new(text(&input["name"]), typed(&input["data"])))
                .collect(),
            trace_context: Some(RpcTraceContext::default()),
        }),
        "invocationCancel" => super::host::cancel(id),
        "workerTerminate" => Content::WorkerTerminate(WorkerTerminate {
            grace_period: Some(Duration { seconds: text(&body["gracePeriod"]["seconds"]).parse().ok()?, nanos: 0 }),
        }),
        other => panic!("the host said {other}"),
    })
}

fn strings(value: &Value) -> BTreeMap<String, String> {
    value
        .as_object()
        .map(|map| map.iter().map(|(name, value)| (name.clone(), text(value))).collect())
        .unwrap_or_default()
}

/// The functions of the recordings that are in the program too.
const FUNCTIONS: [&str; 8] = ["Plain", "Env", "Props", "Prompt", "PromptEnv", "ResEnv", "mcp", "WellKnown"];

/// A worker that has lived through the recorded start.
async fn started(form: Form) -> Host {
    let start: Value = serde_json::from_str(&fs::read_to_string(folder().join("worker/start.json")).unwrap()).unwrap();
    let mut host = Host::start(RECORDED, &[], form).await;
    let messages = start["messages"].as_array().unwrap();
    for recorded in messages.iter().filter(|message| message["d"] == "h>w") {
        let content = message(&recorded["m"], "").unwrap();
        host.say(content.clone()).await;
        match (content, host.hear().await) {
            (Content::WorkerInitRequest(_), Content::WorkerInitResponse(response)) => {
                assert_eq!(response.result.unwrap().status(), Status::Success);
                for capability in ["HandlesInvocationCancelMessage", "HandlesWorkerTerminateMessage", "WorkerStatus"] {
                    assert_eq!(response.capabilities[capability], "true");
                }
                assert_eq!(response.worker_metadata.unwrap().runtime_name, "rust");
            }
            (Content::FunctionsMetadataRequest(_), Content::FunctionMetadataResponse(response)) => {
                let result = response.result.unwrap();
                assert_eq!(result.status(), Status::Success, "{result:?}");
                assert!(!response.use_default_metadata_indexing);
                for function in response.function_metadata_results {
                    let trigger: Value = serde_json::from_str(&function.raw_bindings[0]).unwrap();
                    let name = trigger["name"].as_str().unwrap();
                    assert_eq!(function.bindings[name].r#type, trigger["type"].as_str().unwrap());
                    let is_routed = ["mcp", "WellKnown"].contains(&&*function.name);
                    let kind = if is_routed { "httpTrigger" } else { "mcp" };
                    assert!(trigger["type"].as_str().unwrap().starts_with(kind) && trigger["direction"] == "in");
                }
            }
            (Content::FunctionLoadRequest(request), Content::FunctionLoadResponse(response)) => {
                assert_eq!(request.function_id, response.function_id);
                let name = request.metadata.unwrap().name;
                let loaded = response.result.unwrap().status() == Status::Success;
                assert_eq!(loaded, FUNCTIONS.contains(&&*name) || name == "Res", "{name}");
            }
            (said, heard) => panic!("{said:?} was answered with {heard:?}"),
        }
    }
    host
}

/// What the functions were called with is what the host had said, and each invocation has its own answer.
#[tokio::test(flavor = "multi_thread")]
async fn recorded_invocations_are_answered_message_by_message() {
    for form in [Form::Today, Form::Older] {
        let mut host = started(form).await;
        let mut replayed = 0;
        for case in cases("results.jsonl") {
            let recorded = &case["messages"][0]["m"];
            let id = format!("{}-{replayed}", case["name"]);
            let said = message(recorded, &id).unwrap();
            let Content::InvocationRequest(request) = &said else { panic!("{case}") };
            let trigger = recorded["invocationRequest"]["inputData"][0]["data"]["string"].as_str().unwrap();
            let trigger: Value = serde_json::from_str(trigger).unwrap();
            let is_known = FUNCTIONS.iter().any(|name| format!("{}-id", name.to_lowercase()) == request.function_id);
            host.say(said).await;
            let answer = host.answer().await;
            assert_eq!(answer.invocation_id, id);
            replayed += 1;
            if !is_known {
                continue;
            }
            let result = answer.result.unwrap();
            assert_eq!(result.status(), Status::Success, "{id}: {result:?}");
            let Some(Data::String(envelope)) = answer.return_value.and_then(|value| value.data) else {
                panic!("{id}: envelopes go as text only")
            };
            // What the function has told, whatever is around it.
            let header = &trigger["transport"]["properties"]["headers"]["x-functions-key"];
            assert!(envelope.contains(header.as_str().unwrap()), "{id}: {envelope}");
            if let Some(name) = trigger["arguments"]["name"].as_str() {
                assert!(envelope.contains(name), "{id}: {envelope}");
            }
        }
        assert_eq!(replayed, 36);
        host.app.signal("TERM");
        assert_eq!(host.app.ended().0.code(), Some(143));
    }
}

/// Cancels and the end, as they came.
#[tokio::test(flavor = "multi_thread")]
async fn the_recorded_life_is_lived() {
    let mut host = started(Form::Today).await;
    let mut ends = 0;
    for case in cases("lifecycle.jsonl") {
        let name = text(&case["name"]);
        let mut asked = Vec::new();
        for (at, recorded) in case["messages"].as_array().unwrap().iter().enumerate() {
            if recorded["d"] != "h>w" {
                continue;
            }
            let Some(said) = message(&recorded["m"], &name) else { continue };
            match &said {
                Content::InvocationRequest(request) if asked.is_empty() => asked.push(request.invocation_id.clone()),
                // It was asked anew, by a host that had started it anew.
                Content::InvocationRequest(_) => continue,
                Content::InvocationCancel(_) => {
                    // The recorded worker was slow; these functions are not.
                    host.say(said).await;
                    continue;
                }
                Content::WorkerTerminate(_) => {
                    ends += 1;
                    if at + 1 < case["messages"].as_array().unwrap().len() {
                        continue;
                    }
                    host.say(said).await;
                    let (status, ..) = host.app.ended();
                    assert_eq!(status.code(), Some(0), "{name}");
                    assert_eq!(ends, 2);
                    return;
                }
                _ => {}
            }
            host.say(said).await;
            match host.hear_no_line().await {
                Content::InvocationResponse(response) => assert_eq!(response.invocation_id, name),
                Content::FunctionLoadResponse(_) | Content::WorkerInitResponse(_) => {}
                other => panic!("{name}: {other:?}"),
            }
        }
    }
    panic!("the recorded life has no end");
}
