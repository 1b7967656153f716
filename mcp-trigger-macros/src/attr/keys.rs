//! The keys of an attribute, and the messages about unknown keys.

use crate::diag::Diagnostics;
use strsim::levenshtein;
use syn::Ident;

/// The keys of an attribute.
pub(super) struct KnownKeys {
    /// The attribute as it is written in the source.
    pub(super) attribute: &'static str,
    pub(super) own: &'static [&'static str],
    /// The keys that several attributes have.
    pub(super) shared: &'static [&'static str],
    /// Names in other libraries, each with the key of the same meaning.
    pub(super) aliases: &'static [(&'static str, &'static str)],
}

/// Keys that only one attribute has.
const OWNERS: &[(&str, &str)] = &[
    ("read_only", "#[mcp_tool]"),
    ("destructive", "#[mcp_tool]"),
    ("idempotent", "#[mcp_tool]"),
    ("open_world", "#[mcp_tool]"),
    ("app", "#[mcp_tool]"),
    ("task", "#[mcp_tool]"),
    ("uri", "#[mcp_resource]"),
    ("mime_type", "#[mcp_resource]"),
    ("size", "#[mcp_resource]"),
    ("percent_decode", "#[mcp_resource]"),
    ("cache", "#[mcp_resource]"),
    ("cache_scope", "#[mcp_resource]"),
    ("rename", "#[arg]"),
    ("default", "#[arg]"),
    ("complete", "#[arg]"),
    ("header", "#[arg]"),
    ("lenient", "#[arg]"),
    ("src", "icon(…)"),
    ("theme", "icon(…)"),
    ("view", "app(…)"),
    ("csp", "app(…)"),
    ("permissions", "app(…)"),
    ("visibility", "app(…)"),
    ("prefers_border", "app(…)"),
    ("path", "#[input(blob, …)]"),
    ("queue_name", "#[output(queue, …)]"),
    ("connection", "#[input]` or `#[output]"),
];

impl KnownKeys {
    /// Whether the attribute has this key. Reports a key that it does not have.
    pub(super) fn check(&self, key: &Ident, diagnostics: &mut Diagnostics) -> bool {
        let is_known = self.all().any(|known| key == known);
        if !is_known {
            diagnostics.push(self.unknown(key));
        }
        is_known
    }

    fn all(&self) -> impl Iterator<Item = &'static str> {
        self.own.iter().chain(self.shared).copied()
    }

    /// The message suggests a similar key or names the attribute that has this one. Only if neither exists, it lists all keys.
    fn unknown(&self, key: &Ident) -> syn::Error {
        let attribute = self.attribute;
        let spelled = key.to_string();
        let owner = OWNERS.iter().find(|(owned, _)| *owned == spelled).map(|(_, owner)| owner);
        let message = match (self.closest(&spelled), owner) {
            (Some(known), _) => format!("unknown `{attribute}` argument `{key}`; did you mean `{known}`?"),
            (None, Some(owner)) => format!("`{key}` belongs to `{owner}`, not to `{attribute}`"),
            (None, None) => {
                let expected = self.all().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
                format!("unknown `{attribute}` argument `{key}`; expected one of {expected}")
            }
        };
        syn::Error::new(key.span(), message)
    }

    fn closest(&self, key: &str) -> Option<&'static str> {
        if let Some((_, known)) = self.aliases.iter().find(|(alias, _)| *alias == key) {
            return Some(known);
        }
        let key = plain(key);
        let begins = |known: &str| key.len() >= 4 && (known.starts_with(&key) || key.starts_with(known));
        let distances =
            self.all().map(|known| (if begins(&plain(known)) { 0 } else { levenshtein(&key, &plain(known)) }, known));
        let (distance, known) = distances.min_by_key(|(distance, _)| *distance)?;
        (distance <= known.len().div_ceil(3)).then_some(known)
    }
}

/// Without case and underscores, `readOnly` equals `read_only`.
fn plain(key: &str) -> String {
    key.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: KnownKeys = KnownKeys {
        attribute: "#[mcp_tool]",
        own: &["read_only", "meta"],
        shared: &["name", "description", "icons"],
        aliases: &[("annotation", "meta")],
    };

    #[test]
    fn slips_of_the_pen_are_recognised() {
        for (key, known) in [
            ("descripton", "description"),
            ("desc", "description"),
            ("nmae", "name"),
            ("readOnlyHint", "read_only"),
            ("metadata", "meta"),
            ("icon", "icons"),
            ("annotation", "meta"),
        ] {
            assert_eq!(KEYS.closest(key), Some(known), "{key}");
        }
    }

    #[test]
    fn unlike_keys_suggest_nothing() {
        for key in ["schedule", "route", "x", "retry"] {
            assert_eq!(KEYS.closest(key), None, "{key}");
        }
    }
}
