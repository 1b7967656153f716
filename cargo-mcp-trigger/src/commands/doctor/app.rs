//! The app: its files as the Functions host sees them, and its functions as clients do.

use super::check::Check;
use crate::app::App;
use crate::build::{BuildOptions, program_of};
use crate::child;
use crate::error::Error;
use crate::generated::{Generator, State};
use host_protocol::function_json::FunctionJson;
use host_protocol::validate::{self, Severity};
use local_host::AppFolder;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

const AREA: &str = "App";
/// The time for a build from nothing.
const BUILD: Duration = Duration::from_secs(15 * 60);

/// The checks of an app. Without `builds` only its files are looked at.
pub(super) fn checks(app: &App, builds: bool) -> Vec<Check> {
    let mut checks =
        vec![Check::ok(AREA, "package", format!("{} {}, {}", app.package, app.version, app.root.display()))];
    if !app.root.join("host.json").is_file() {
        checks.push(Check::broken(AREA, "host.json", "it is missing", generate(app)));
    } else {
        checks.extend(of_host(&app.root));
    }
    if !builds {
        return checks;
    }
    match build(app) {
        Ok(program) => checks.extend(of_program(Generator { program: &program, app })),
        Err(error) => checks.push(Check::broken(AREA, "build", error.what(), error.next_step().unwrap_or_default())),
    }
    checks
}

/// The command that writes the files.
fn generate(app: &App) -> String {
    format!("`cargo run --package {} -- generate`, as `start` and `package` do", app.package)
}

/// The problems of a folder, as the Functions host and Core Tools would see them. The environment of this program is not that of Azure.
fn of_host(root: &Path) -> Vec<Check> {
    let folder = match AppFolder::read(root, []) {
        Ok(folder) => folder,
        Err(error) => return error.to_string().lines().map(|line| Check::broken(AREA, "files", line, "")).collect(),
    };
    let mut checks: Vec<_> =
        functions_in_error(root).into_iter().map(|problem| Check::broken(AREA, "function.json", problem, "")).collect();
    checks.extend(folder.warnings().iter().map(|warning| Check::warning(AREA, "files", warning, "")));
    checks.extend(folder.refused_by_func().iter().map(|why| Check::warning(AREA, "func start", why, "")));
    if checks.is_empty() {
        checks.push(match folder.functions().len() {
            0 => Check::absent(
                AREA,
                "files",
                "there is no function.json yet",
                "`cargo mcp-trigger start` and `cargo mcp-trigger package` write them",
            ),
            1 => Check::ok(AREA, "files", "the Functions host loads 1 function"),
            count => Check::ok(AREA, "files", format!("the Functions host loads {count} functions")),
        });
    }
    checks
}

/// The functions that the host would put in error, and that it cannot read.
fn functions_in_error(root: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for name in AppFolder::subfolders(root).unwrap_or_default() {
        let Ok(text) = std::fs::read_to_string(root.join(&name).join("function.json")) else { continue };
        match FunctionJson::parse(&text) {
            Ok(file) => files.push((name, file)),
            Err(error) => problems.push(format!("{name}/function.json: {error}")),
        }
    }
    let in_error =
        validate::functions(&files).into_iter().filter(|problem| problem.severity == Severity::FunctionInError);
    problems.extend(in_error.map(|problem| problem.to_string()));
    problems
}

/// Builds the app for this machine, within a time limit.
fn build(app: &App) -> Result<PathBuf, Error> {
    let mut cargo = BuildOptions::default().command("build", app);
    let failed = |why: String| Error::new(format!("`{}` is not built", app.package)).why(why);
    let output = child::run(cargo.stdout(Stdio::piped()), BUILD)
        .map_err(|failure| failed(failure.to_string()).next("another cargo may hold the lock"))?;
    let program = output.stdout.lines().filter_map(|line| program_of(line, app)).next_back();
    match program {
        Some(program) if output.status.success() => Ok(program),
        _ => Err(failed("cargo says why above".to_owned()).next(format!("cargo build --package {}", app.package))),
    }
}

/// The checks for which the app itself is asked.
fn of_program(generator: Generator<'_>) -> Vec<Check> {
    let wrong =
        |name: &str, error: Error| Check::broken(AREA, name, error.what(), error.next_step().unwrap_or_default());
    let mut checks = vec![Check::ok(AREA, "build", generator.program.display().to_string())];
    let functions = match generator.list() {
        Ok(functions) => functions,
        Err(error) => return vec![wrong("functions", error)],
    };
    let refused: Vec<_> = functions.iter().flat_map(refused_by_clients).collect();
    match generator.check() {
        Ok((state, warnings)) => {
            checks.push(match state {
                State::UpToDate => Check::ok(AREA, "generated", "host.json and the function.json files are up to date"),
                State::Stale(difference) => Check::broken(
                    AREA,
                    "generated",
                    format!("not up to date: {}", changed(&difference).join(", ")),
                    generate(generator.app),
                ),
            });
            // Those about clients are in the list as well.
            let is_other = |warning: &&String| !refused.iter().any(|(message, _)| warning.ends_with(message.as_str()));
            checks
                .extend(warnings.iter().filter(is_other).map(|warning| Check::warning(AREA, "generated", warning, "")));
        }
        Err(error) => checks.push(wrong("generated", error)),
    }
    if refused.is_empty() {
        let count = functions.len();
        checks.push(Check::ok(
            AREA,
            "clients",
            format!("all known ones take the names and schemas of {count} functions"),
        ));
    }
    checks.extend(refused.into_iter().map(|(message, advice)| {
        let fault = message.strip_suffix(&advice).map(|fault| fault.trim_end_matches([' ', ':']).to_owned());
        Check::warning(AREA, "clients", fault.unwrap_or(message), advice)
    }));
    checks
}

/// The warnings of a function in `list --json`, and what only agents of Foundry refuse: the message, and the advice at its end.
fn refused_by_clients(function: &Value) -> Vec<(String, String)> {
    let text = |warning: &Value, member: &str| warning[member].as_str().unwrap_or_default().to_owned();
    let warnings = || function["warnings"].as_array().into_iter().flatten();
    let mut refused: Vec<_> = warnings().map(|warning| (text(warning, "message"), text(warning, "advice"))).collect();
    let is_known = warnings().any(|warning| {
        warning["clients"].as_array().is_some_and(|clients| clients.iter().any(|client| client == "Foundry"))
    });
    if !is_known && has_alternatives(&function["inputSchema"]) {
        let advice = "take one type: an enum of names, or a struct with optional members";
        let name = text(function, "name");
        let fault = "schemas of arguments have `anyOf`, `oneOf` or `$ref`; refused by Foundry";
        refused.push((format!("the tool `{name}`: {fault}: {advice}"), advice.to_owned()));
    }
    refused
}

/// Whether a schema has alternatives or references anywhere. Names of properties are not keywords.
fn has_alternatives(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(word, value)| match word.as_str() {
            "anyOf" | "oneOf" | "$ref" => true,
            "const" | "default" | "enum" | "examples" => false,
            "$defs" | "definitions" | "patternProperties" | "properties" => {
                value.as_object().is_some_and(|schemas| schemas.values().any(has_alternatives))
            }
            _ => has_alternatives(value),
        }),
        Value::Array(schemas) => schemas.iter().any(has_alternatives),
        _ => false,
    }
}

/// The files that a diff is about.
fn changed(difference: &str) -> Vec<String> {
    let mut files = Vec::new();
    for line in difference.lines() {
        let file = ["--- a/", "+++ b/", "rename to "].iter().find_map(|start| line.strip_prefix(start));
        if let Some(file) = file.map(|file| file.split('\t').next().unwrap_or(file).to_owned())
            && !files.contains(&file)
        {
            files.push(file);
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::super::check::State as Found;
    use super::*;
    use crate::folder::tests::{FUNCTIONS, HELLO, ROUTE, SELF_HOSTED, folder};
    use serde_json::json;

    fn found(sections: &str, functions: &[(&str, &str)]) -> Vec<(Found, String)> {
        let folder = folder(sections, functions);
        std::fs::write(
            folder.path().join("local.settings.json"),
            r#"{"IsEncrypted": false, "Values": {"FUNCTIONS_WORKER_RUNTIME": "custom", "AzureWebJobsStorage": "UseDevelopmentStorage=true"}}"#,
        )
        .unwrap();
        of_host(folder.path()).into_iter().map(|check| (check.state, check.detail)).collect()
    }

    const BUNDLE: &str =
        r#", "extensionBundle": {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"}"#;

    #[test]
    fn what_the_host_refuses_is_broken() {
        let sound = format!("{FUNCTIONS}{BUNDLE}");
        assert_eq!(found(&sound, &[HELLO, ROUTE]), [(Found::Ok, "the Functions host loads 2 functions".to_owned())]);
        let none = found(&sound, &[]);
        assert_eq!(none, [(Found::Absent, "there is no function.json yet".to_owned())]);
        let self_hosted = found(&format!("{SELF_HOSTED}{BUNDLE}"), &[]);
        assert_eq!(self_hosted, [(Found::Ok, "the Functions host loads 1 function".to_owned())]);
        let twice = found(&sound, &[HELLO, ("Other", HELLO.1)]);
        assert!(twice[0].0 == Found::Broken && twice[0].1.contains("also declared"), "{twice:?}");
        let in_error = found(&sound, &[HELLO, ("Bad", r#"{"type": "mcpPromptTrigger", "name": "c"}"#)]);
        assert!(in_error[0].0 == Found::Broken && in_error[0].1.contains("promptName"), "{in_error:?}");
        let bare = found(FUNCTIONS, &[HELLO]);
        assert!(bare[0].0 == Found::Warning && bare[0].1.contains("extensionBundle is missing"), "{bare:?}");
    }

    #[test]
    fn alternatives_are_refused_by_foundry() {
        let tool =
            |schema: Value| json!({ "name": "t", "inputSchema": { "type": "object", "properties": { "a": schema } } });
        for schema in [
            json!({ "anyOf": [{ "type": "string" }, { "type": "number" }] }),
            json!({ "type": "array", "items": { "$ref": "#/$defs/X" } }),
        ] {
            let refused = refused_by_clients(&tool(schema));
            assert!(
                refused.len() == 1 && refused[0].0.contains("Foundry") && refused[0].0.ends_with(&refused[0].1),
                "{refused:?}"
            );
        }
        let plain =
            json!({ "type": "object", "properties": { "anyOf": { "type": "string" } }, "default": { "$ref": "x" } });
        assert_eq!(refused_by_clients(&tool(plain)), []);
        let mut known = tool(json!({ "$ref": "#" }));
        known["warnings"] = json!([{ "clients": ["Gemini", "Foundry"], "message": "m: a", "advice": "a" }]);
        assert_eq!(refused_by_clients(&known), [("m: a".to_owned(), "a".to_owned())]);
    }

    #[test]
    fn a_diff_names_its_files() {
        let diff = "--- a/host.json\n+++ b/host.json\n@@ -1 +1 @@\n-a\n+b\n--- /dev/null\n+++ b/Hello/function.json\nrename from a\nrename to A\n";
        assert_eq!(changed(diff), ["host.json", "Hello/function.json", "A"]);
    }
}
