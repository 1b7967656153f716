//! Which keys an attribute knows, and what to say about the others.

use super::Entry;
use crate::diag::Diagnostics;
use syn::Ident;

/// The keys of an attribute.
pub(super) struct Keys {
    /// As it is written in the source.
    pub(super) attribute: &'static str,
    pub(super) own: &'static [&'static str],
    /// Those that others have too.
    pub(super) shared: &'static [&'static str],
    /// Names that others give to one of ours.
    pub(super) aliases: &'static [(&'static str, &'static str)],
}

/// Keys that only one attribute has.
const OWNERS: [(&str, &str); 26] = [
    ("read_only", "#[mcp_tool]"),
    ("destructive", "#[mcp_tool]"),
    ("idempotent", "#[mcp_tool]"),
    ("open_world", "#[mcp_tool]"),
    ("app", "#[mcp_tool]"),
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

impl Keys {
    /// Those of the entries that have one of these keys. The others are reported.
    pub(super) fn only(&self, mut entries: Vec<Entry>, diagnostics: &mut Diagnostics) -> Vec<Entry> {
        entries.retain(|entry| self.check(&entry.key, diagnostics));
        entries
    }

    /// Whether a key is one of these. If not, that is reported.
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

    /// Why a key is none, and what the author may have meant. All keys are listed only to who is told nothing better.
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
            self.all().map(|known| (if begins(&plain(known)) { 0 } else { distance(&key, &plain(known)) }, known));
        let (distance, known) = distances.min_by_key(|(distance, _)| *distance)?;
        (distance <= known.len().div_ceil(3)).then_some(known)
    }
}

/// Case and underscores apart, `readOnly` is `read_only`.
fn plain(key: &str) -> String {
    key.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// How many letters have to be put in, left out or exchanged to make one of the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.chars().enumerate() {
            let exchanged = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: Keys = Keys {
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
    fn nobody_is_sent_astray() {
        for key in ["schedule", "route", "x", "retry"] {
            assert_eq!(KEYS.closest(key), None, "{key}");
        }
    }
}
