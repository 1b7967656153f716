//! `app(view = "ui/weather.html", csp(connect("https://…")), permissions(clipboard_write), visibility(model, app), …)`

use super::{Entry, Keys, Value, any_entries, entries};
use crate::diag::Diagnostics;
use crate::json::{Object, quoted};
use syn::{Ident, LitStr};

/// The view of an MCP App, and what a client has to know of it (MCP Apps specification: `McpUiResourceMeta`).
pub(crate) struct App {
    /// The page, from the package's folder.
    pub(crate) view: LitStr,
    pub(crate) title: Option<LitStr>,
    /// `_meta.ui` of the view's contents; empty if there is nothing to say.
    pub(crate) contents: Object,
    /// Who may call the tool: `["model","app"]`.
    pub(crate) visibility: String,
}

const KEYS: Keys = Keys {
    attribute: "app(…)",
    known: &["view", "title", "csp", "permissions", "domain", "prefers_border", "visibility"],
    aliases: &[("file", "view"), ("html", "view"), ("border", "prefers_border")],
};
/// The names of ours and of the specification's.
const CSP: [(&str, &str); 4] = [
    ("connect", "connectDomains"),
    ("resources", "resourceDomains"),
    ("frames", "frameDomains"),
    ("base_uri", "baseUriDomains"),
];
const PERMISSIONS: [(&str, &str); 5] = [
    ("camera", "camera"),
    ("microphone", "microphone"),
    ("geolocation", "geolocation"),
    ("clipboard_read", "clipboardRead"),
    ("clipboard_write", "clipboardWrite"),
];
const FORM: &str = "(view = \"ui/page.html\")";

pub(super) fn read(entry: Entry, diagnostics: &mut Diagnostics) -> Option<App> {
    let key = entry.key.clone();
    let tokens = entry.list(FORM, diagnostics)?;
    let (mut view, mut title) = (None, None);
    let mut visibility = vec![quoted("model"), quoted("app")];
    let (mut csp, mut permissions, mut domain, mut border) = (Object::default(), Object::default(), None, None);
    for entry in entries(tokens, &KEYS, diagnostics) {
        match entry.key.to_string().as_str() {
            "view" => view = entry.string(diagnostics),
            "title" => title = entry.string(diagnostics),
            "csp" => csp = origins(entry, diagnostics),
            "permissions" => {
                for (_, name) in names(entry, "(clipboard_write)", &PERMISSIONS, diagnostics) {
                    permissions.push(name, "{}".to_owned());
                }
            }
            "domain" => domain = entry.string(diagnostics),
            "prefers_border" => border = entry.flag(diagnostics),
            _ => {
                let known = [("model", "model"), ("app", "app")];
                let (key, named) = (entry.key.clone(), names(entry, "(model, app)", &known, diagnostics));
                if named.is_empty() && diagnostics.is_empty() {
                    diagnostics.error(key, "a tool that nobody may call is none: `visibility(model, app)`");
                }
                visibility = named.into_iter().map(|(_, name)| quoted(name)).collect();
            }
        }
    }
    let mut contents = Object::default();
    contents.push_object("csp", csp);
    contents.push_object("permissions", permissions);
    if let Some(domain) = domain {
        contents.push("domain", quoted(&domain.value()));
    }
    if let Some(border) = border {
        contents.push("prefersBorder", border.value.to_string());
    }
    if view.is_none() && diagnostics.is_empty() {
        diagnostics.error(&key, format!("an app needs a `view`: `app{FORM}`"));
    }
    Some(App { view: view?, title, contents, visibility: format!("[{}]", visibility.join(",")) })
}

/// `csp(connect("https://api.example.com"), resources("https://cdn.example.com"))`
fn origins(entry: Entry, diagnostics: &mut Diagnostics) -> Object {
    const FORM: &str = "(connect(\"https://api.example.com\"))";
    let mut policy = Object::default();
    let Some(tokens) = entry.list(FORM, diagnostics) else { return policy };
    for directive in any_entries(tokens, diagnostics) {
        let Some((_, name)) = known(&directive.key, &CSP, diagnostics) else { continue };
        let origins = directive.strings("(\"https://example.com\")", diagnostics).unwrap_or_default();
        for origin in origins.iter().filter(|origin| !is_origin(&origin.value())) {
            diagnostics.error(
                origin,
                "expected an origin such as `https://api.example.com` or `https://*.example.com`, without a path",
            );
        }
        let origins: Vec<_> = origins.iter().map(|origin| quoted(&origin.value())).collect();
        policy.push(name, format!("[{}]", origins.join(",")));
    }
    policy
}

fn is_origin(text: &str) -> bool {
    let authority = ["https://", "http://", "wss://", "ws://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    authority.is_some_and(|authority| {
        !authority.is_empty() && authority.chars().all(|c| c.is_ascii_alphanumeric() || "-.:*[]".contains(c))
    })
}

/// `(model, app)`: names of a list that is known.
fn names<'a>(
    entry: Entry,
    form: &str,
    list: &'a [(&'a str, &'a str)],
    diagnostics: &mut Diagnostics,
) -> Vec<(&'a str, &'a str)> {
    let Some(tokens) = entry.list(form, diagnostics) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in any_entries(tokens, diagnostics) {
        if !matches!(entry.value, Value::Nothing) {
            diagnostics.error(&entry.key, format!("`{}` stands alone", entry.key));
        }
        found.extend(known(&entry.key, list, diagnostics));
    }
    found
}

fn known<'a>(key: &Ident, list: &'a [(&'a str, &'a str)], diagnostics: &mut Diagnostics) -> Option<(&'a str, &'a str)> {
    let found = list.iter().find(|(ours, _)| key == ours).copied();
    if found.is_none() {
        let all = list.iter().map(|(ours, _)| format!("`{ours}`")).collect::<Vec<_>>().join(", ");
        diagnostics.error(key, format!("expected one of {all}, not `{key}`"));
    }
    found
}
