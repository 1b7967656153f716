//! What all kinds of functions may say.

use super::{Entry, Icon, icon};
use crate::diag::Diagnostics;
use crate::doc::Text;
use crate::json;
use std::time::Duration;
use syn::{LitStr, Path};

/// What was said; defaults come later.
#[derive(Default)]
pub(crate) struct Common {
    pub(crate) name: Option<LitStr>,
    pub(crate) function: Option<LitStr>,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Option<Text>,
    pub(crate) meta: Option<LitStr>,
    pub(crate) icons: Vec<Icon>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) access: Option<Access>,
    pub(crate) root: Option<Path>,
}

/// Who may call.
#[derive(Default)]
pub(crate) struct Access {
    pub(crate) roles: Vec<LitStr>,
    pub(crate) scopes: Vec<LitStr>,
}

/// The keys of these.
pub(super) const KEYS: &[&str] =
    &["name", "function", "title", "description", "meta", "icons", "timeout", "roles", "scopes", "crate"];

impl Common {
    /// Takes an entry that is none of the macro's own: its key is one of [`KEYS`].
    pub(super) fn take(&mut self, entry: Entry, diagnostics: &mut Diagnostics) {
        match entry.key.to_string().as_str() {
            "name" => self.name = entry.string(diagnostics),
            "function" => self.function = entry.string(diagnostics),
            "title" => self.title = entry.string(diagnostics),
            "description" => self.description = entry.text(diagnostics),
            "meta" => self.meta = meta(entry, diagnostics),
            "icons" => self.icons = icon::list(entry, diagnostics),
            "timeout" => self.timeout = timeout(entry, diagnostics),
            "roles" => self.access.get_or_insert_default().roles = roles(entry, diagnostics),
            "scopes" => self.access.get_or_insert_default().scopes = scopes(entry, diagnostics),
            // Nothing but the key that is left comes this far.
            _ => self.root = entry.path(diagnostics),
        }
    }
}

fn roles(entry: Entry, diagnostics: &mut Diagnostics) -> Vec<LitStr> {
    let roles = entry.strings("(\"admin\")", diagnostics).unwrap_or_default();
    for role in roles.iter().filter(|role| role.value().trim().is_empty()) {
        diagnostics.error(role, "nobody has a role without a name");
    }
    roles
}

/// A token holds its scopes as one text with blanks between them (RFC 6749 §3.3).
fn scopes(entry: Entry, diagnostics: &mut Diagnostics) -> Vec<LitStr> {
    let scopes = entry.strings("(\"tickets.write\")", diagnostics).unwrap_or_default();
    for scope in scopes.iter().filter(|scope| scope.value().is_empty() || scope.value().contains(char::is_whitespace)) {
        diagnostics.error(scope, "a scope is a name without blanks; write each as a string of its own");
    }
    scopes
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
    duration_of(entry, "a timeout", diagnostics)
}

/// `key = "30s"`
pub(super) fn duration_of(entry: Entry, what: &str, diagnostics: &mut Diagnostics) -> Option<Duration> {
    let key = entry.key.to_string();
    let text = entry.string(diagnostics)?;
    let duration = duration(&text.value());
    if duration.is_none() {
        let message = format!("{what} is a whole number above 0 and a unit, `ms`, `s`, `m` or `h`: `{key} = \"30s\"`");
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
