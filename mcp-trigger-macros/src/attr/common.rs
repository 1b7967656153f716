//! The options of all three attributes. `#[mcp_prompt]` has no others.

use super::entry::{AttributeEntry, entries};
use super::icon;
use super::keys::KnownKeys;
use super::names::{default_name, given_name};
use crate::description::Description;
use crate::diag::Diagnostics;
use crate::json;
use crate::model::CommonOptions;
use crate::syntax::FunctionItem;
use proc_macro2::TokenStream;
use std::time::Duration;
use syn::LitStr;

pub(super) const KEYS: &[&str] =
    &["name", "function", "title", "description", "meta", "icons", "timeout", "roles", "scopes", "crate"];

pub(super) const PROMPT_KEYS: KnownKeys = KnownKeys {
    attribute: "#[mcp_prompt]",
    own: &[],
    shared: KEYS,
    aliases: &[("doc", "description"), ("prompt", "name"), ("prompt_name", "name")],
};

/// The options of an attribute that sets none.
pub(super) fn defaults(item: &FunctionItem) -> CommonOptions {
    CommonOptions {
        name: default_name(&item.signature.ident),
        function_name: default_name(&item.signature.ident),
        title: None,
        description: Description::from_comments(&item.attributes),
        meta: None,
        icons: Vec::new(),
        timeout: None,
        access: None,
        crate_path: None,
    }
}

/// Reads the options of `#[mcp_prompt]`.
pub(super) fn read_prompt(tokens: TokenStream, options: &mut CommonOptions, diagnostics: &mut Diagnostics) {
    for entry in entries(tokens, &PROMPT_KEYS, diagnostics) {
        read(entry, options, diagnostics);
    }
}

/// Reads an entry whose key is one of [`KEYS`].
pub(super) fn read(entry: AttributeEntry, options: &mut CommonOptions, diagnostics: &mut Diagnostics) {
    match entry.key.to_string().as_str() {
        "name" => set(&mut options.name, entry.string(diagnostics).map(given_name)),
        "function" => set(&mut options.function_name, entry.string(diagnostics).map(given_name)),
        "title" => options.title = entry.string(diagnostics),
        "description" => set(&mut options.description, entry.text(diagnostics)),
        "meta" => options.meta = meta(entry, diagnostics),
        "icons" => options.icons = icon::list(entry, diagnostics),
        "timeout" => options.timeout = duration(entry, "a timeout", diagnostics),
        "roles" => options.access.get_or_insert_default().roles = roles(entry, diagnostics),
        "scopes" => options.access.get_or_insert_default().scopes = scopes(entry, diagnostics),
        // The only key that is left: `crate`.
        _ => options.crate_path = entry.path(diagnostics),
    }
}

/// Sets an option that has a default.
fn set<T>(option: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *option = value;
    }
}

fn roles(entry: AttributeEntry, diagnostics: &mut Diagnostics) -> Vec<LitStr> {
    let roles = entry.strings("(\"admin\")", diagnostics).unwrap_or_default();
    for role in roles.iter().filter(|role| role.value().trim().is_empty()) {
        diagnostics.error(role, "nobody has a role without a name");
    }
    roles
}

/// Reports scopes with blanks. An access token holds its scopes as one text, separated by blanks (RFC 6749 §3.3).
fn scopes(entry: AttributeEntry, diagnostics: &mut Diagnostics) -> Vec<LitStr> {
    let scopes = entry.strings("(\"tickets.write\")", diagnostics).unwrap_or_default();
    for scope in scopes.iter().filter(|scope| scope.value().is_empty() || scope.value().contains(char::is_whitespace)) {
        diagnostics.error(scope, "a scope is a name without blanks; write each as a string of its own");
    }
    scopes
}

/// Reports a text that is not a JSON object. With such a `_meta` the Functions host does not start.
fn meta(entry: AttributeEntry, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    let text = entry.string(diagnostics)?;
    if let Err(mistake) = json::check_object(&text.value()) {
        diagnostics.error(&text, format!("`meta` has to be the text of a JSON object: {mistake}"));
    }
    Some(text)
}

/// `key = "30s"`. `what` names the duration in the message.
pub(super) fn duration(entry: AttributeEntry, what: &str, diagnostics: &mut Diagnostics) -> Option<Duration> {
    let key = entry.key.to_string();
    let text = entry.string(diagnostics)?;
    let duration = parse_duration(&text.value());
    if duration.is_none() {
        let message = format!("{what} is a whole number above 0 and a unit, `ms`, `s`, `m` or `h`: `{key} = \"30s\"`");
        diagnostics.error(&text, message);
    }
    duration
}

fn parse_duration(text: &str) -> Option<Duration> {
    let unit = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit);
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let milliseconds = number.parse::<u64>().ok()?.checked_mul(milliseconds)?;
    (milliseconds > 0).then(|| Duration::from_millis(milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(parse_duration("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(parse_duration("30s"), Some(Duration::from_secs(30)));
        assert_eq!(parse_duration("2m"), Some(Duration::from_secs(120)));
        assert_eq!(parse_duration("1h"), Some(Duration::from_secs(3600)));
        for wrong in
            ["", "30", "s", "0s", "1.5s", "-1s", "30 s", "1d", "99999999999999999999s", "18446744073709551615h"]
        {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }
}
