//! `Invocation::decode`: the body of the Functions host's request, `KIND NAME`, a line end, and the body.
#![no_main]

use host_protocol::Invocation;
use host_protocol::invocation::{SystemBindingData, TriggerBinding, TriggerKind};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::time::UNIX_EPOCH;

fuzz_target!(|data: &[u8]| {
    let Some((kind, name, body)) = parts(data) else { return };
    let binding = TriggerBinding::new(name, kind);
    let decode = |body: &[u8]| Invocation::decode("", "F", binding, body).ok();
    let system = SystemBindingData::new(UNIX_EPOCH, "");
    let encode = |invocation: &Invocation| invocation.encode(name, &system).ok();

    // A blank before the body keeps it from the reader that is made for bodies as the host writes them.
    let (fast, slow) = (decode(body), decode(&[b" ", body].concat()));
    let encoded = fast.as_ref().and_then(encode);
    if let Some(slow) = slow {
        assert!(fast.is_some(), "the fast way refuses a body that the slow way reads");
        assert_eq!(encoded, encode(&slow), "the fast way and the slow way differ");
    }

    // This crate reads as a handler all that it writes as a host. Two things are written differently from how they came: a value of
    // an unknown kind, and a byte-order mark before the body of a request.
    let is_kept = |text: &String| kind != TriggerKind::Other && !text.contains('\u{feff}');
    if let Some(text) = encoded.filter(is_kept) {
        let again = decode(text.as_bytes()).expect("what was encoded can be decoded");
        assert_eq!(encode(&again).as_deref().map(data_of), Some(data_of(&text)), "it is not the same a second time");
    }
});

fn parts(data: &[u8]) -> Option<(TriggerKind, &str, &[u8])> {
    let end = data.iter().position(|byte| *byte == b'\n')?;
    let (kind, name) = std::str::from_utf8(&data[..end]).ok()?.split_once(' ')?;
    let kind = match kind {
        "tool" => TriggerKind::Tool,
        "resource" => TriggerKind::Resource,
        "prompt" => TriggerKind::Prompt,
        "http" => TriggerKind::Http,
        _ => TriggerKind::Other,
    };
    Some((kind, name, &data[end + 1..]))
}

/// `Metadata` may differ: there, arguments stand as the client spelled them.
fn data_of(body: &str) -> Value {
    let mut body: Value = serde_json::from_str(body).expect("what was encoded is JSON");
    body["Data"].take()
}
