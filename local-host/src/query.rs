//! Queries, as ASP.NET reads them.

use percent_encoding::percent_decode_str;

/// The first parameter of that name, decoded; names are the same in any case (recordings/auth.jsonl, "code upper name").
pub(super) fn parameter(query: &str, name: &str) -> Option<String> {
    let mut parameters = query.split('&').map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")));
    parameters.find(|(given, _)| decode(given).eq_ignore_ascii_case(name)).map(|(_, value)| decode(value))
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
