//! host.json: read, checked and edited.
#![no_main]

use host_protocol::host_json::HostJson;
use host_protocol::{file_text, validate};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const PREFIX: [&str; 3] = ["extensions", "http", "routePrefix"];

fuzz_target!(|data: &[u8]| {
    let Ok(text) = file_text::decode(data.to_vec()) else { return };
    let Ok(mut file) = HostJson::parse(&text) else { return };
    assert_eq!(file.to_text(), text, "a file that nobody changed has changed");
    for problem in validate::host_json(&file) {
        let _ = problem.to_string();
    }
    let _ = (file.get(&[]), file.get_text(&PREFIX), file.get_text(&["version"]));

    for value in [json!("a\"\n\\é"), json!({ "a": [1, null, {}] })] {
        file.set(&PREFIX, value.clone());
        assert_eq!(read(&file, &PREFIX), Some(value), "what was set is not there: {:?}", file.to_text());
    }
    assert!(file.remove(&PREFIX));
    assert_eq!(read(&file, &PREFIX), None, "what was removed is there: {:?}", file.to_text());
});

/// A value in the file as it would be read again.
fn read(file: &HostJson, path: &[&str]) -> Option<Value> {
    HostJson::parse(&file.to_text()).expect("what was written can be read").get(path)
}
