//! `app(view = "ui/weather.html", csp(connect("https://…")), permissions(clipboard_write), visibility(model, app), …)`

use super::entry::{AttributeEntry, entries};
use super::keys::KnownKeys;
use crate::csp::Csp;
use crate::diag::Diagnostics;
use crate::json::{JsonObject, camel_case, quoted};
use crate::model::AppOptions;
use syn::LitStr;

const KEYS: KnownKeys = KnownKeys {
    attribute: "app(…)",
    own: &["view", "title", "csp", "permissions", "domain", "prefers_border", "visibility"],
    shared: &[],
    aliases: &[("file", "view"), ("html", "view"), ("border", "prefers_border")],
};
const CSP_KEYS: KnownKeys = KnownKeys {
    attribute: "csp(…)",
    own: &["connect", "resources", "frames", "base_uri"],
    shared: &[],
    // The specification's names that are too different from the keys to be recognised.
    aliases: &[("resourceDomains", "resources"), ("frameDomains", "frames"), ("baseUriDomains", "base_uri")],
};
const PERMISSIONS: KnownKeys = KnownKeys {
    attribute: "permissions(…)",
    own: &["camera", "microphone", "geolocation", "clipboard_read", "clipboard_write"],
    shared: &[],
    aliases: &[],
};
const VISIBILITY: KnownKeys = KnownKeys {
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
    let (mut view, mut title) = (None, None);
    let mut visibility = None;
    let (mut csp, mut permissions, mut domain, mut border) = (Csp::default(), JsonObject::default(), None, None);
    for entry in entries(tokens, &KEYS, diagnostics) {
        match entry.key.to_string().as_str() {
            "view" => view = entry.string(diagnostics),
            "title" => title = entry.string(diagnostics),
            "csp" => csp = origins(entry, diagnostics),
            "permissions" => {
                for name in entry.names(&PERMISSIONS, "(clipboard_write)", diagnostics).unwrap_or_default() {
                    permissions.push(&camel_case(&name.to_string()), "{}".to_owned());
                }
            }
            "domain" => domain = entry.string(diagnostics),
            "prefers_border" => border = entry.flag(diagnostics),
            _ => visibility = entry.names(&VISIBILITY, "(model, app)", diagnostics),
        }
    }
    if view.is_none() && diagnostics.count() == so_far {
        diagnostics.error(&key, format!("an app needs a `view`, the page that it shows: `app{FORM}`"));
    }

    let mut contents = JsonObject::default();
    contents.push_object("csp", csp.to_json());
    contents.push_object("permissions", permissions);
    if let Some(domain) = domain {
        contents.push("domain", quoted(&domain.value()));
    }
    if let Some(border) = border {
        contents.push("prefersBorder", border.value.to_string());
    }
    let mut meta = JsonObject::default();
    meta.push_object("ui", contents);
    let visibility = match visibility {
        Some(names) => list(names.iter().map(ToString::to_string)),
        None => list(VISIBILITY.own.iter().map(ToString::to_string)),
    };
    Some(AppOptions { view: view?, title, csp, meta, visibility })
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

/// Texts as a JSON array.
fn list(texts: impl Iterator<Item = String>) -> String {
    format!("[{}]", texts.map(|text| quoted(&text)).collect::<Vec<_>>().join(","))
}
