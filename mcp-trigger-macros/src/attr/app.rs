//! `app(view = "ui/weather.html", csp(connect("https://…")), permissions(clipboard_write), visibility(model, app), …)`

use super::entry::{AttributeEntry, entries};
use super::keys::KnownKeys;
use crate::csp::Csp;
use crate::diag::Diagnostics;
use crate::model::AppOptions;
use syn::LitStr;

pub(super) const KEYS: KnownKeys = KnownKeys {
    attribute: "app(…)",
    own: &["view", "title", "csp", "permissions", "domain", "prefers_border", "visibility"],
    shared: &[],
    aliases: &[("file", "view"), ("html", "view"), ("border", "prefers_border")],
};
pub(super) const CSP_KEYS: KnownKeys = KnownKeys {
    attribute: "csp(…)",
    own: &["connect", "resources", "frames", "base_uri"],
    shared: &[],
    // The specification's names that are too different from the keys to be recognised.
    aliases: &[("resourceDomains", "resources"), ("frameDomains", "frames"), ("baseUriDomains", "base_uri")],
};
pub(super) const PERMISSIONS: KnownKeys = KnownKeys {
    attribute: "permissions(…)",
    own: &["camera", "microphone", "geolocation", "clipboard_read", "clipboard_write"],
    shared: &[],
    aliases: &[],
};
pub(super) const VISIBILITY: KnownKeys = KnownKeys {
    attribute: "visibility(…)",
    own: &["model", "app"],
    shared: &[],
    aliases: &[("ui", "app"), ("view", "app")],
};

pub(super) fn read(entry: AttributeEntry, diagnostics: &mut Diagnostics) -> Option<AppOptions> {
    const FORM: &str = "(view = \"ui/page.html\")";
    let so_far = diagnostics.count();
    let key = entry.key.clone();
    let tokens = entry.list(FORM, diagnostics)?;
    let (mut view, mut title, mut csp, mut permissions) = (None, None, Csp::default(), Vec::new());
    let (mut domain, mut prefers_border, mut visibility) = (None, None, None);
    for entry in entries(tokens, &KEYS, diagnostics) {
        match entry.key.to_string().as_str() {
            "view" => view = entry.string(diagnostics),
            "title" => title = entry.string(diagnostics),
            "csp" => csp = origins(entry, diagnostics),
            "permissions" => {
                permissions = entry.names(&PERMISSIONS, "(clipboard_write)", diagnostics).unwrap_or_default();
            }
            "domain" => domain = entry.string(diagnostics),
            "prefers_border" => prefers_border = entry.flag(diagnostics),
            // The only key that is left: `visibility`.
            _ => visibility = entry.names(&VISIBILITY, "(model, app)", diagnostics),
        }
    }
    if view.is_none() && diagnostics.count() == so_far {
        diagnostics.error(&key, format!("an app needs a `view`, the page that it shows: `app{FORM}`"));
    }
    Some(AppOptions { view: view?, title, csp, permissions, domain, prefers_border, visibility })
}

/// `csp(connect("https://api.example.com"), resources("https://cdn.example.com"))`
fn origins(entry: AttributeEntry, diagnostics: &mut Diagnostics) -> Csp {
    const ADVICE: &str =
        "expected an origin such as `https://api.example.com` or `https://*.example.com`, without a path";
    let mut csp = Csp::default();
    let Some(tokens) = entry.list("(connect(\"https://api.example.com\"))", diagnostics) else { return csp };
    for directive in entries(tokens, &CSP_KEYS, diagnostics) {
        let allowed = match directive.key.to_string().as_str() {
            "connect" => &mut csp.connect,
            "resources" => &mut csp.resources,
            "frames" => &mut csp.frames,
            _ => &mut csp.base_uri,
        };
        let origins = directive.strings("(\"https://example.com\")", diagnostics).unwrap_or_default();
        for origin in origins.iter().filter(|origin| !is_origin(&origin.value())) {
            diagnostics.error(origin, ADVICE);
        }
        allowed.extend(origins.iter().map(LitStr::value));
    }
    csp
}

fn is_origin(text: &str) -> bool {
    let authority = ["https://", "http://", "wss://", "ws://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    authority.is_some_and(|authority| {
        !authority.is_empty() && authority.chars().all(|c| c.is_ascii_alphanumeric() || "-.:*[]".contains(c))
    })
}
