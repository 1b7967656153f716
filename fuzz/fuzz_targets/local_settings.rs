//! local.settings.json: what becomes variables of a process.
#![no_main]

use host_protocol::file_text;
use host_protocol::local_settings::LocalSettings;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = file_text::decode(data.to_vec()) else { return };
    let Ok(settings) = LocalSettings::parse(&text) else { return };
    for (name, value) in &settings.values {
        assert!(!name.is_empty() && !name.contains(['=', '\0']), "no variable can be named {name:?}");
        assert!(!value.is_empty() && !value.contains('\0'), "no variable can be {value:?}");
    }
    assert_ne!(settings.port, Some(0));
});
