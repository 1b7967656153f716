//! The two headers that the extension checks before the body: `Accept` and `Content-Type`.

/// Whether an `Accept` header allows both JSON and event streams. Wildcards count, quality does not
/// (recordings/endpoint.jsonl, "accept …").
pub(crate) fn accepts_both(accept: &str) -> bool {
    let takes = |kind: &str, subtype: &str| {
        accept.split(',').any(|entry| {
            let media_type = entry.split(';').next().unwrap_or_default().trim();
            media_type.split_once('/').is_some_and(|(given_kind, given_subtype)| {
                given_kind == "*" && given_subtype == "*"
                    || given_kind.eq_ignore_ascii_case(kind)
                        && (given_subtype == "*" || given_subtype.eq_ignore_ascii_case(subtype))
            })
        })
    };
    takes("application", "json") && takes("text", "event-stream")
}

/// Whether a `Content-Type` is JSON in UTF-8.
pub(crate) fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
    let json =
        media_type == "application/json" || media_type.starts_with("application/") && media_type.ends_with("+json");
    json && parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_have_to_be_accepted() {
        for accept in ["*/*", "application/*, text/*", "TEXT/event-stream;q=0 , application/JSON;q=0.5"] {
            assert!(accepts_both(accept), "{accept}");
        }
        for accept in ["", "application/json", "text/event-stream", "application/*", "*", "application/jsonx, text/*"] {
            assert!(!accepts_both(accept), "{accept}");
        }
    }

    #[test]
    fn json_comes_in_utf_8() {
        for content_type in
            ["application/json", "Application/JSON; charset=UTF-8", "application/x+json;charset=\"utf-8\""]
        {
            assert!(is_json(content_type), "{content_type}");
        }
        for content_type in ["", "text/plain", "application/json; charset=utf-16", "application/xml", "text/json"] {
            assert!(!is_json(content_type), "{content_type}");
        }
    }
}
