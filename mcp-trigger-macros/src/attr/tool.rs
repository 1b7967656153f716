//! The arguments of `#[mcp_tool]`.

use super::{Entry, Icon, Keys, entries, icon};
use crate::diag::Diagnostics;
use crate::doc::Text;
use crate::json;
use proc_macro2::TokenStream;
use std::time::Duration;
use syn::{LitBool, LitStr, Path};

/// What was said; defaults come later.
#[derive(Default)]
pub(crate) struct ToolAttr {
    pub(crate) name: Option<LitStr>,
    pub(crate) function: Option<LitStr>,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Option<Text>,
    pub(crate) hints: Hints,
    pub(crate) meta: Option<LitStr>,
    pub(crate) icons: Vec<Icon>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) root: Option<Path>,
}

/// MCP's tool annotations.
#[derive(Default)]
pub(crate) struct Hints {
    pub(crate) read_only: Option<LitBool>,
    pub(crate) destructive: Option<LitBool>,
    pub(crate) idempotent: Option<LitBool>,
    pub(crate) open_world: Option<LitBool>,
}

const KEYS: Keys = Keys {
    attribute: "#[mcp_tool]",
    known: &[
        "name",
        "function",
        "title",
        "description",
        "read_only",
        "destructive",
        "idempotent",
        "open_world",
        "meta",
        "icons",
        "timeout",
        "crate",
    ],
    aliases: &[("doc", "description"), ("tool", "name"), ("annotations", "read_only")],
};

impl ToolAttr {
    pub(crate) fn read(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut attr = ToolAttr::default();
        for entry in entries(tokens, &KEYS, diagnostics) {
            match entry.key.to_string().as_str() {
                "name" => attr.name = entry.string(diagnostics),
                "function" => attr.function = entry.string(diagnostics),
                "title" => attr.title = entry.string(diagnostics),
                "description" => attr.description = entry.text(diagnostics),
                "read_only" => attr.hints.read_only = entry.flag(diagnostics),
                "destructive" => attr.hints.destructive = entry.flag(diagnostics),
                "idempotent" => attr.hints.idempotent = entry.flag(diagnostics),
                "open_world" => attr.hints.open_world = entry.flag(diagnostics),
                "meta" => attr.meta = meta(entry, diagnostics),
                "icons" => attr.icons = icon::list(entry, diagnostics),
                "timeout" => attr.timeout = timeout(entry, diagnostics),
                // Nothing but the key that is left comes this far.
                _ => attr.root = entry.path(diagnostics),
            }
        }
        attr
    }
}

/// The host does not start with a `_meta` that is not an object, so that is looked at here.
fn meta(entry: Entry, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    let text = entry.string(diagnostics)?;
    if let Err(mistake) = json::check_object(&text.value()) {
        diagnostics.error(&text, format!("`meta` has to be the text of a JSON object: {mistake}"));
    }
    Some(text)
}

fn timeout(entry: Entry, diagnostics: &mut Diagnostics) -> Option<Duration> {
    let text = entry.string(diagnostics)?;
    let duration = duration(&text.value());
    if duration.is_none() {
        let message = "a timeout is a whole number above 0 and a unit, `ms`, `s`, `m` or `h`: `timeout = \"30s\"`";
        diagnostics.error(&text, message);
    }
    duration
}

fn duration(text: &str) -> Option<Duration> {
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
        assert_eq!(duration("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(duration("30s"), Some(Duration::from_secs(30)));
        assert_eq!(duration("2m"), Some(Duration::from_secs(120)));
        assert_eq!(duration("1h"), Some(Duration::from_secs(3600)));
        for wrong in
            ["", "30", "s", "0s", "1.5s", "-1s", "30 s", "1d", "99999999999999999999s", "18446744073709551615h"]
        {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
