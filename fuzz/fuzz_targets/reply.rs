//! `FunctionResult::decode`: the reply of a handler, as `STATUS TYPE`, a line end, and the body; and what becomes of it.
#![no_main]

use host_protocol::FunctionResult;
use host_protocol::binding::OutputValue;
use host_protocol::content::AsExtension;
use host_protocol::function_json::{Binding, DataType, Direction, HTTP_OUTPUT};
use host_protocol::http_trigger::HttpResponse;
use host_protocol::reply::ReturnValue;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else { return };
    let Ok(head) = std::str::from_utf8(&data[..end]) else { return };
    let (status, content_type) = head.split_once(' ').map_or((head, None), |(status, kind)| (status, Some(kind)));
    let Ok(result) = FunctionResult::decode(status.parse().unwrap_or(200), content_type, &data[end + 1..]) else {
        return;
    };

    for use_result_schema in [false, true] {
        if let Ok(tool) = result.clone().into_tool_result(use_result_schema) {
            let _ = serde_json::to_string(&AsExtension(&tool));
            let again = again(ReturnValue::Tool(tool.clone())).into_tool_result(true);
            assert_eq!(format!("{tool:?}"), format!("{:?}", again.expect("a result can be read again")));
        }
        if let Ok(prompt) = result.clone().into_prompt_result(use_result_schema) {
            let _ = serde_json::to_string(&AsExtension(&prompt));
            let again = again(ReturnValue::Prompt(prompt.clone())).into_prompt_result(true);
            assert_eq!(format!("{prompt:?}"), format!("{:?}", again.expect("a result can be read again")));
        }
    }
    if let Ok(Some(contents)) = result.clone().into_resource_contents("docs://a", Some("text/plain")) {
        let _ = serde_json::to_string(&AsExtension(&contents));
        let again = again(ReturnValue::Resource(contents.clone())).into_resource_contents("docs://a", None);
        assert_eq!(format!("{:?}", Some(contents)), format!("{:?}", again.expect("contents can be read again")));
    }

    for name in ["$return", "out"] {
        for data_type in [None, Some(DataType::Binary)] {
            let mut binding = Binding::new("blob", Direction::Out, name);
            binding.data_type = data_type;
            if let Some(output) = OutputValue::of(&binding, &result) {
                let _ = (output.to_blob(), output.to_messages());
            }
            binding.kind = HTTP_OUTPUT.to_owned();
            let _ = HttpResponse::of(Some(&binding), &result);
        }
    }
    let _ = HttpResponse::of(None, &result);
});

/// The result as the host reads it after a handler of ours has written it.
fn again(value: ReturnValue) -> FunctionResult {
    let body = FunctionResult::new(value).encode().expect("a result can be written");
    FunctionResult::decode(200, Some("application/json"), &body).expect("what was written can be read")
}
