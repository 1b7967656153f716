//! Folders of apps: which functions run, which do not, and what keeps an app from starting.

use super::*;
use crate::process::HandlerProcess;
use crate::test_folder::TestFolder;

const APP: &str = r#"{"version": "2.0", "customHandler": {"description": {"defaultExecutablePath": "app"}}}"#;
const TIMER: &str =
    r#"{"bindings": [{"type": "timerTrigger", "direction": "in", "name": "t", "schedule": "0 * * * * *"}]}"#;

fn tool(name: &str, more: &str) -> String {
    format!(
        r#"{{"bindings": [{{"type": "mcpToolTrigger", "direction": "in", "name": "toolTrigger", "toolName": "{name}"{more}}}]}}"#
    )
}

fn folder(files: &[(&str, &str)]) -> TestFolder {
    let folder = TestFolder::new();
    for (file, text) in files {
        folder.write(file, text);
    }
    folder
}

fn read(folder: &TestFolder) -> Result<AppFolder, AppError> {
    AppFolder::read(folder.path(), [("FROM_OUTSIDE".into(), "1".into())])
}

#[test]
fn what_is_not_run_is_told_and_the_rest_runs() {
    let described = tool("hello", r#", "description": "x""#);
    let folder = folder(&[
        ("host.json", APP),
        ("Hello/function.json", &described),
        ("Nothing/function.json", &tool("nothing", "")),
        ("Broken/function.json", "{"),
        ("Off/function.json", &tool("off", r#", "description": "x""#)),
        ("Tick/function.json", TIMER),
        ("src/main.rs", ""),
        ("local.settings.json", r#"{"Values": {"AzureWebJobs.Off.Disabled": "true"}}"#),
    ]);
    let app = read(&folder).unwrap();
    let names: Vec<_> = app.functions().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Hello", "Tick"]);
    let told: Vec<_> = app.not_run().iter().map(|it| (it.function.as_str(), it.reason.as_str())).collect();
    let expected =
        [("Broken", "cannot be read"), ("Nothing", "description"), ("Off", "Disabled"), ("Tick", "`timerTrigger`")];
    for ((function, reason), (expected, part)) in told.iter().zip(expected) {
        assert!(*function == expected && reason.contains(part), "{told:?}");
    }
    assert_eq!(told.len(), expected.len());
    assert_eq!(app.settings.get("FROM_OUTSIDE").as_deref(), Some("1"));
}

#[test]
fn what_takes_the_host_down_is_an_error_with_function_and_member() {
    let hello = tool("hello", r#", "description": "x""#);
    let folder = folder(&[("host.json", APP), ("A/function.json", &hello), ("B/function.json", &hello)]);
    let error = read(&folder).unwrap_err().to_string();
    assert!(error.starts_with("B: bindings[0].toolName: ") && error.contains("another name"), "{error}");
}

#[test]
fn a_folder_without_host_json_is_no_app() {
    let error = read(&folder(&[])).unwrap_err().to_string();
    assert!(error.contains("no host.json") && error.contains("--root"), "{error}");
}

#[test]
fn only_named_functions_are_loaded_if_some_are_named() {
    let hello = tool("hello", r#", "description": "x""#);
    let named = APP.replace("{\"version\"", "{\"functions\": [\"A\"], \"version\"");
    let folder = folder(&[("host.json", &named), ("A/function.json", &hello), ("B/function.json", &hello)]);
    let app = read(&folder).unwrap();
    assert_eq!((app.functions().len(), app.not_run()[0].function.as_str()), (1, "B"));
}

#[test]
fn routes_are_functions_and_do_not_go_with_others() {
    let profile = APP.replace("{\"version\"", "{\"configurationProfile\": \"mcp-custom-handler\", \"version\"");
    let app = read(&folder(&[("host.json", &profile)])).unwrap();
    let (name, file) = &app.functions()[0];
    assert_eq!(HttpFunction::read(name, file).unwrap().unwrap().route, "{*route}");
    assert_eq!(app.not_run(), []);
    let hello = tool("hello", r#", "description": "x""#);
    let error = read(&folder(&[("host.json", &profile), ("A/function.json", &hello)])).unwrap_err().to_string();
    assert!(error.contains("customHandler.http.routes"), "{error}");
}

#[test]
fn the_key_for_session_ids_is_where_azure_has_it() {
    let key = |key: &str, encrypt: &str| {
        let mcp = format!("{{\"extensions\": {{\"mcp\": {{\"encryptClientState\": {encrypt}}}}}, \"version\"");
        let folder = folder(&[("host.json", &APP.replace("{\"version\"", &mcp))]);
        let app = AppFolder::read(folder.path(), [("CONTAINER_ENCRYPTION_KEY".into(), key.into())]);
        app.map(|app| app.session_key).map_err(|error| error.to_string())
    };
    assert_eq!(key(&"0a".repeat(32), "true"), Ok(Some([10; 32])));
    assert_eq!(key("CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo=", "true"), Ok(Some([10; 32])));
    assert_eq!(key(&"0a".repeat(32), "false"), Ok(None));
    assert_eq!(key("", "true"), Ok(None));
    assert!(key("short", "true").unwrap_err().starts_with("CONTAINER_ENCRYPTION_KEY in the environment is no key"));
}

#[test]
fn local_settings_override_host_json() {
    let hello = tool("hello", r#", "description": "x""#);
    let settings =
        r#"{"Values": {"AzureFunctionsJobHost__customHandler__description__defaultExecutablePath": "built"}}"#;
    let folder = folder(&[("host.json", "{}"), ("A/function.json", &hello), ("local.settings.json", settings)]);
    assert_eq!(read(&folder).unwrap().configuration.description.executable, "built");
}

/// The host looks for the file from the folder of the function on.
#[test]
fn a_script_that_is_named_has_to_be_there() {
    let with =
        |script: &str| tool("hello", &format!(r#", "description": "x"}}], "scriptFile": {script}, "more": [{{"a": 1"#));
    let folder = folder(&[
        ("host.json", APP),
        ("handler.py", ""),
        ("A/function.json", &with(r#""run.py""#)),
        ("A/run.py", ""),
        ("B/function.json", &with(r#""../handler.py""#).replace("\"hello\"", "\"b\"")),
        ("C/function.json", &with(r#""""#).replace("\"hello\"", "\"c\"")),
        ("D/function.json", &with(r#""gone.py""#)),
        ("E/function.json", &with(r#""..""#)),
    ]);
    let app = read(&folder).unwrap();
    let names: Vec<_> = app.functions().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["A", "B", "C"]);
    let told: Vec<_> =
        app.not_run().iter().map(|it| (it.function.as_str(), it.reason.contains("scriptFile"))).collect();
    assert_eq!(told, [("D", true), ("E", true)]);
}

#[tokio::test]
async fn without_a_function_all_reasons_are_told() {
    let folder = folder(&[
        ("host.json", APP),
        ("A/function.json", "{"),
        ("B/function.json", &tool("b", "")),
        ("C/function.json", &tool("c", r#", "description": "x"}], "scriptFile": "gone", "more": [{"a": 1"#)),
    ]);
    let error = HandlerProcess::start(&read(&folder).unwrap()).await.err().unwrap().to_string();
    for reason in ["\n  A: function.json cannot be read", "\n  B: bindings[0].description", "\n  C: scriptFile"] {
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn files_may_be_utf_16() {
    let folder = TestFolder::new();
    let write = |file: &str, text: &str| {
        folder.write(file, "");
        let bytes = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect::<Vec<_>>();
        std::fs::write(folder.path().join(file), bytes).unwrap();
    };
    write("host.json", APP);
    write("Hello/function.json", &tool("hello", r#", "description": "é""#));
    write("local.settings.json", r#"{"Values": {"A": "é"}}"#);
    let app = read(&folder).unwrap();
    assert_eq!((app.functions().len(), app.setting("A").as_deref()), (1, Some("é")));
    std::fs::write(folder.path().join("host.json"), [0xff, 0xfe, b'{']).unwrap();
    let error = read(&folder).unwrap_err().to_string();
    assert!(error.contains("host.json: ") && error.contains("save it as UTF-8"), "{error}");
}
