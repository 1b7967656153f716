//! URIs and templates: the template, a line end, and the URI that a client sends.
#![no_main]

use host_protocol::uri::{NormalUri, UriTemplate, is_readable};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (template, uri) = text.split_once('\n').unwrap_or(("", text));
    let _ = is_readable(uri);
    let normal = NormalUri::new(uri);
    let text = normal.as_str();
    assert_eq!(NormalUri::new(text).as_str(), text, "the normal form of a normal form is another");

    let Ok(template) = UriTemplate::parse(template) else { return };
    if let Some(values) = template.matches(uri) {
        assert!(values.iter().all(|(_, value)| !value.is_empty() && uri.contains(value)));
    }
    let filled = filled(template.as_str());
    assert!(template.matches(&filled).is_some(), "a template does not match itself");

    let Some(template) = template.normalized() else { return };
    let values = template.matches(&normal);
    let again = template.matches(&NormalUri::new(text));
    assert_eq!(values.is_some(), again.is_some(), "an address and its normal form are two addresses");
    assert!(values.is_none_or(|values| values.iter().all(|(_, value)| !value.is_empty() && uri.contains(value))));
    assert!(template.matches(&NormalUri::new(&filled)).is_some(), "a template does not match itself");
});

/// The template with `x` in the place of each parameter.
fn filled(template: &str) -> String {
    let mut parts = template.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |filled, part| filled + "x" + part.split_once('}').map_or("", |(_, literal)| literal))
}
