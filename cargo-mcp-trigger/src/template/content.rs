//! The parts of a template that depend on the app: words in double braces, the members of host.json, and how `main` opens `/mcp`.

use super::{Auth, Choice, Names, Sample, TEMPLATES};
use crate::error::Error;
use crate::keys::{HOST_KEY, SYSTEM_KEY};
use serde_json::{Value, json};

/// How programs of templates start.
const RUN: &str = "    mcp_trigger::run()\n";
const APP: &str = "    App::new().";

/// The contents of a file. Pictures and the like stay as they are.
pub(super) fn render(path: &str, template: &[u8], choice: &Choice, names: &Names) -> Result<Vec<u8>, Error> {
    let Ok(text) = std::str::from_utf8(template) else { return Ok(template.to_owned()) };
    let is_of_program = path.starts_with("src/") || path.starts_with("ui/");
    // The sources of samples have no words in braces, and texts that look like such.
    let text = if is_of_program { text.to_owned() } else { fill(text, choice, names) };
    let text = match path {
        "Cargo.toml" if names.is_own_workspace => text + profile(),
        "host.json" => host_json(&text, choice, names)?,
        "src/main.rs" if choice.auth != Auth::Keys => open_mcp(&text, choice.auth),
        _ => text,
    };
    Ok(text.into_bytes())
}

/// The profile that the app is packaged with.
fn profile() -> &'static str {
    TEMPLATES.get_file("profile.toml").and_then(include_dir::File::contents_utf8).unwrap_or_default()
}

/// Fills the words in double braces in.
fn fill(text: &str, choice: &Choice, names: &Names) -> String {
    let key = if choice.self_hosted { HOST_KEY } else { SYSTEM_KEY };
    let query = if choice.auth == Auth::None { "" } else { key.query };
    let values = [
        ("authentication", if choice.auth == Auth::BuiltIn { "builtIn" } else { "keys" }),
        ("azure-name", &azure_name(&names.package)),
        ("bin", &names.bin),
        ("built", &names.built),
        ("executable", executable(choice, names)),
        ("key", key.name),
        ("key-query", query),
        ("library", &names.library),
        ("mcp-path", if choice.self_hosted { "/mcp" } else { local_host::PATH }),
        ("name", &names.package),
        ("scopes", Sample::scopes(choice.sample)),
        ("server", if choice.self_hosted { "selfHosted" } else { "extension" }),
        // The Functions host reads and writes bindings; a self-hosted app does it itself.
        ("storage", if choice.self_hosted && Sample::uses_storage(choice.sample) { STORAGE } else { "" }),
    ];
    values.iter().fold(text.to_owned(), |text, (word, value)| text.replace(&format!("{{{{{word}}}}}"), value))
}

/// Behind other members of a dependency.
pub(super) const STORAGE: &str = ", features = [\"azure-storage\"]";

/// The name of the executable in the package: a folder and a file cannot have the same, on some systems in any case.
fn executable<'a>(choice: &Choice, names: &'a Names) -> &'a str {
    let folders = Sample::functions(choice.sample).iter().chain(&["mcp", "WellKnown"]);
    let is_taken = !choice.self_hosted && folders.into_iter().any(|folder| folder.eq_ignore_ascii_case(&names.bin));
    if is_taken { "handler" } else { &names.bin }
}

/// azd takes small letters, digits and hyphens, two of them at least, and no hyphen at an end.
fn azure_name(package: &str) -> String {
    let name = package.to_ascii_lowercase().replace('_', "-");
    let name = name.trim_matches('-');
    if name.len() < 2 { format!("mcp-{name}") } else { name.to_owned() }
}

/// The members of host.json that only some apps have, as `generate` writes them.
fn host_json(text: &str, choice: &Choice, names: &Names) -> Result<String, Error> {
    let broken = |error| Error::new("the template of host.json is broken").why(error);
    let mut file: Value = serde_json::from_str(text).map_err(broken)?;
    if choice.self_hosted {
        if choice.auth != Auth::Keys {
            file["customHandler"]["http"]["defaultAuthorizationLevel"] = json!("anonymous");
        }
    } else {
        if choice.sample == Some(Sample::Tickets) {
            file["extensions"]["mcp"] = json!({ "serverName": names.package, "serverVersion": "0.1.0" });
        }
        // With sign-in the setting of infra/app/app-settings.bicep does it, once the sign-in is there.
        if choice.auth != Auth::Keys {
            file["extensions"]["mcp"]["system"] = json!({ "webhookAuthorizationLevel": "Anonymous" });
        }
    }
    serde_json::to_string_pretty(&file).map(|text| text + "\n").map_err(broken)
}

/// Lets `main` open `/mcp` to clients without a key.
fn open_mcp(text: &str, auth: Auth) -> String {
    let (why, opened) = match auth {
        Auth::BuiltIn => (
            "Callers have signed in before they reach the app, so it asks for no key.",
            "App::new().authentication(mcp_trigger::Authentication::BuiltIn)",
        ),
        _ => (
            "The tools are for everybody, so /mcp asks for no key.",
            "App::new().mcp(mcp_trigger::McpOptions::new().anonymous())",
        ),
    };
    let run = format!("    // {why}\n    mcp_trigger::{opened}.run()\n");
    // A program with an `App` of its own has a `use` for it.
    let app = format!("    // {why}\n    {opened}\n        .");
    text.replacen(RUN, &run, 1).replacen(APP, &app, 1)
}
