//! Names and paths that are made of arguments: of functions, blobs and queues, and binding expressions.
#![no_main]

use host_protocol::binding::{BindingData, BindingTemplate, BlobPath, QueueName, resolve_settings};
use host_protocol::invocation::{Invocation, LazyCaller, SystemBindingData, ToolInvocationContext, Trigger};
use host_protocol::{file_text, name};
use libfuzzer_sys::fuzz_target;
use serde_json::value::{RawValue, to_raw_value};
use std::time::UNIX_EPOCH;

fuzz_target!(|data: &[u8]| {
    let _ = file_text::decode(data.to_vec());
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    for check in [name::function, name::tool, name::binding] {
        let _ = check(text).map_err(|error| error.to_string());
    }
    let _ = (QueueName::parse(text), resolve_settings(text, |name| Some(name.to_owned())));
    if let Ok(path) = BlobPath::parse(text) {
        assert_eq!(BlobPath::parse(&path.to_string()).ok(), Some(path.clone()), "a path is not the same a second time");
        assert!(path.blob().split('/').all(|part| !matches!(part, "." | "..")), "{path} leaves its folder");
    }

    // An expression in the first line, and the arguments of a call behind it.
    let Ok(template) = BindingTemplate::parse(first) else { return };
    let arguments = serde_json::from_str::<Box<RawValue>>(rest).or_else(|_| to_raw_value(&[rest]));
    let trigger = ToolInvocationContext::new("save", arguments.ok(), LazyCaller::default());
    let invocation = Invocation::new("", "Save", Trigger::Tool(trigger));
    let fresh = || SystemBindingData::new(UNIX_EPOCH, "guid");
    if let Ok(data) = BindingData::new(&invocation, "toolTrigger", &fresh) {
        let _ = template.resolve(&data).map(|path| BlobPath::parse(&path));
    }
});
