//! local.settings.json, as Core Tools take it: what handlers and functions see of it, where the host listens, which pages it answers.

use crate::app::tool;
use crate::command::{call, host, host_json};
use serde_json::json;
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::time::{Duration, Instant};
use tests::folder::TempFolder;
use tests::http::exchange;
use tests::process::{App, free_port};
use tests::recording::{Headers, Response};

const FAULTY: &str = env!("CARGO_BIN_EXE_faulty");
const PROBE: &str = env!("CARGO_BIN_EXE_probe");

/// The folder of a foreign app with these settings.
fn foreign(settings: &str) -> TempFolder {
    let folder = TempFolder::new();
    folder.write("host.json", &host_json(FAULTY, &[]));
    folder.write("Hello/function.json", &tool("hello"));
    folder.write("local.settings.json", settings);
    folder
}

#[test]
fn a_handler_sees_what_it_would_see_under_core_tools() {
    let folder = foreign(
        r#"{"ConnectionStrings": {"Db": "db", "Sql": {"ConnectionString": "sql"}}, "Values": {
            "FAULTY_SHOW": "NUMBER,NULL,EMPTY,SHELL,SHELL_EMPTY,ConnectionStrings:Db,ConnectionStrings:Sql,AZURE_FUNCTIONS_ENVIRONMENT,FUNCTIONS_CORETOOLS_ENVIRONMENT",
            "NUMBER": 1.50, "NULL": null, "EMPTY": "", "SHELL": "file", "SHELL_EMPTY": "file"}}"#,
    );
    let mut command = host(folder.path(), &[]);
    command.env("SHELL", "shell").env("SHELL_EMPTY", "").env_remove("FUNCTIONS_WORKER_RUNTIME");
    let app = App::local_host(command);
    let answer = call(&app, "hello", json!({})).body;
    for part in [
        "NUMBER=`1.50`",
        "no NULL",
        "no EMPTY",
        "SHELL=`shell`",
        "SHELL_EMPTY=`file`",
        "ConnectionStrings:Db=`db`",
        "ConnectionStrings:Sql=`sql`",
        "AZURE_FUNCTIONS_ENVIRONMENT=`Development`",
        "FUNCTIONS_CORETOOLS_ENVIRONMENT=`true`",
    ] {
        // Results are written as .NET does.
        assert!(answer.contains(&part.replace('`', "\\u0060")), "{part} in {answer}");
    }
    app.signal("INT");
    let (_, stdout, _) = app.ended();
    assert!(stdout.contains("6 values of local.settings.json; the environment wins for SHELL"), "{stdout}");
    assert!(stdout.contains("`NULL` is left out: it is null"), "{stdout}");
    for refused in [
        "`IsEncrypted` is missing",
        "FUNCTIONS_WORKER_RUNTIME is missing",
        "AzureWebJobsStorage is missing",
        "extensionBundle is missing",
    ] {
        assert!(stdout.contains(refused), "{refused} in {stdout}");
    }
}

#[test]
fn the_file_says_where_the_host_listens() {
    let port = free_port();
    let folder = foreign(&json!({ "Host": { "LocalHttpPort": port } }).to_string());
    let app = App::spawn(host(folder.path(), &[]), ([127, 0, 0, 1], port).into());
    app.wait_until_open();
    assert_eq!(call(&app, "hello", json!({})).status, 200);
}

#[test]
fn lines_of_a_handler_are_shown_as_core_tools_show_them() {
    let folder = foreign(r#"{"Values": {"FAULTY_LINES": "listening"}}"#);
    let app = App::local_host(host(folder.path(), &["--json"]));
    app.signal("INT");
    let (_, _, stderr) = app.ended();
    let line = stderr.lines().find(|line| line.contains("listening elsewhere"));
    assert!(line.is_some_and(|line| line.contains("INFO")), "its words are no error: {stderr}");
    assert!(!stderr.contains("for the host"), "{stderr}");
    assert!(stderr.lines().all(|line| !line.trim_end().ends_with("handler:")), "no empty lines: {stderr}");
}

#[test]
fn what_cannot_be_used_ends_the_command_with_a_sentence() {
    let fails = |settings: &str, part: &str| {
        let folder = foreign(settings);
        let mut serve = Command::new(PROBE);
        folder.write("Cargo.toml", "");
        serve
            .args(["call", "echo"])
            .env("CARGO_MANIFEST_DIR", folder.path())
            .env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
        for mut command in [host(folder.path(), &["--port", "0"]), serve] {
            let output = command.output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{stderr}");
            assert!(stderr.contains("local.settings.json cannot be used") && stderr.contains(part), "{stderr}");
        }
    };
    fails(r#"{"IsEncrypted": true, "Values": {"A": "x"}}"#, "func settings decrypt");
    fails(r#"{"Values": {"A": {}}}"#, "`Values.A` is no text");
    let folder = foreign(
        r#"{"Values": {"AzureFunctionsJobHost__customHandler__description__defaultExecutablePath": "nothere"}}"#,
    );
    let output = host(folder.path(), &["--port", "0"]).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("defaultExecutablePath in local.settings.json"), "the place is named: {stderr}");
}

/// A command of the program whose package is a folder.
fn program(folder: &TempFolder, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROBE);
    command.args(arguments).env("CARGO_MANIFEST_DIR", folder.path()).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
    command
}

#[test]
fn functions_of_this_program_see_the_values_as_variables() {
    let folder = TempFolder::new();
    folder.write("Cargo.toml", "");
    folder.write("local.settings.json", r#"{"Values": {"PROBE_SETUP_FAILS": "said by the file", "OTHER": "x"}}"#);
    let call = |environment: &[(&str, &str)]| {
        let mut call = program(&folder, &["call", "echo", "--args", r#"{"text": "hi"}"#]);
        let output = call.envs(environment.iter().copied()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, stderr) = call(&[]);
    assert!(code == Some(1) && stderr.contains("said by the file"), "{stderr}");
    assert_eq!(stderr.matches("2 values of local.settings.json").count(), 1, "it is said once: {stderr}");
    let (_, stderr) = call(&[("PROBE_SETUP_FAILS", "said by the shell")]);
    assert!(stderr.contains("Late: said by the shell"), "{stderr}");
    assert!(stderr.contains("the environment wins for PROBE_SETUP_FAILS"), "{stderr}");
    let (_, stderr) = call(&[("PROBE_SETUP_FAILS", "")]);
    assert!(stderr.contains("said by the file"), "an empty variable does not win: {stderr}");
}

#[test]
fn main_sees_them_too_and_the_process_stays_the_same() {
    let folder = TempFolder::new();
    folder.write("Cargo.toml", "");
    folder.write(
        "local.settings.json",
        r#"{"Values": {"PROBE_PAGE_SIZE": 2}, "Host": {"CORS": "https://pages.example"}}"#,
    );
    let app = App::local_host(program(&folder, &["--storage", folder.path().to_str().unwrap()]));
    let listed = post(&app, "/mcp", &[], &json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }));
    assert!(listed.body.contains("nextCursor"), "two a page: {listed:?}");
    for path in ["/mcp", "/runtime/webhooks/mcp"] {
        pages_are_answered(&app, path);
    }
    app.signal("INT");
    let (status, stdout, stderr) = app.ended();
    assert!(status.success(), "{stderr}");
    assert!(stdout.contains("1 value of local.settings.json"), "{stdout}");
}

fn post(app: &App, path: &str, headers: &[(&str, &str)], body: &serde_json::Value) -> Response {
    let address = app.address.to_string();
    let mut all = vec![("Host", address.as_str())];
    if let Some(host) = headers.iter().find(|(name, _)| *name == "Host") {
        all[0] = *host;
    }
    all.extend([("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")]);
    all.extend(headers.iter().filter(|(name, _)| *name != "Host"));
    let all = Headers(all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
    exchange(app.address, "POST", path, &all, body.to_string().as_bytes())
}

/// Pages of `https://pages.example` are answered, and others told what opens the address.
fn pages_are_answered(app: &App, path: &str) {
    const PAGE: &str = "https://pages.example";
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    let allowed = |response: &Response| response.headers.get("Access-Control-Allow-Origin").map(str::to_owned);
    let answer = post(app, path, &[("Origin", PAGE)], &ping);
    assert_eq!((answer.status, allowed(&answer).as_deref()), (200, Some(PAGE)), "{path}: {answer:?}");
    let count =
        answer.headers.0.iter().filter(|(name, _)| name.eq_ignore_ascii_case("access-control-allow-origin")).count();
    assert_eq!(count, 1, "{answer:?}");

    let asks = |origin: &str| {
        let headers = [
            ("Host", app.address.to_string()),
            ("Origin", origin.to_owned()),
            ("Access-Control-Request-Method", "POST".to_owned()),
        ];
        let headers = Headers(headers.map(|(name, value)| (name.to_owned(), value)).into());
        exchange(app.address, "OPTIONS", path, &headers, b"")
    };
    let answer = asks(PAGE);
    assert_eq!((answer.status, allowed(&answer).as_deref()), (204, Some(PAGE)), "{path}: {answer:?}");
    let answer = asks("https://evil.example");
    assert_eq!((answer.status, allowed(&answer)), (204, None), "{path}: {answer:?}");

    let answer = post(app, path, &[("Origin", "https://evil.example")], &ping);
    assert!(answer.status == 403 && answer.body.contains("Host.CORS"), "{path}: {answer:?}");
    assert_eq!(
        post(app, path, &[("Host", "pages.example")], &ping).status,
        200,
        "{path}: a tunnel that keeps its name"
    );
    let answer = post(app, path, &[("Host", "evil.example")], &ping);
    assert!(answer.status == 403 && answer.body.contains("Host.CORS"), "{path}: {answer:?}");
}

/// An app with functions that bring `/mcp` to the program, and its settings.
fn generated() -> TempFolder {
    let folder = TempFolder::new();
    let description = json!({ "defaultExecutablePath": PROBE });
    let handler = json!({ "description": description, "enableProxyingHttpRequest": true });
    let extensions = json!({ "http": { "routePrefix": "" } });
    folder.write(
        "host.json",
        &json!({ "version": "2.0", "customHandler": handler, "extensions": extensions }).to_string(),
    );
    let bindings = json!([
        { "type": "httpTrigger", "direction": "in", "name": "req", "route": "mcp", "authLevel": "anonymous" },
        { "type": "http", "direction": "out", "name": "res" }
    ]);
    folder.write("mcp/function.json", &json!({ "bindings": bindings }).to_string());
    folder.write("Echo/function.json", &tool("echo"));
    folder.write(
        "local.settings.json",
        r#"{"IsEncrypted": false, "Host": {"CORS": "https://other.example,https://pages.example"}}"#,
    );
    folder
}

#[test]
fn pages_that_the_developer_allows_are_answered_at_both_addresses() {
    let folder = generated();
    let app = App::local_host(host(folder.path(), &[]));
    for path in ["/mcp", "/runtime/webhooks/mcp"] {
        pages_are_answered(&app, path);
    }
}

#[test]
fn a_handler_reads_them_itself_where_core_tools_have_started_it() {
    let folder = generated();
    let root = folder.path().to_str().unwrap();
    let status = |environment: &[(&str, &str)], origin: &str| {
        let app = App::handler(PROBE, environment);
        let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
        post(&app, "/mcp", &[("Origin", origin)], &ping)
    };
    let core_tools = [("FUNCTIONS_CORETOOLS_ENVIRONMENT", "true"), ("FUNCTIONS_APP_ROOT_PATH", root)];
    assert_eq!(status(&core_tools, "https://pages.example").status, 200);
    let refused = status(&core_tools, "https://evil.example");
    assert!(refused.status == 403 && refused.body.contains("McpOptions::allow_origin"), "{refused:?}");
    assert_eq!(status(&core_tools[1..], "https://pages.example").status, 403, "in Azure the file is not read");
}

#[test]
fn a_handler_does_not_outlive_its_host_however_that_ends() {
    let folder = foreign("{}");
    folder.write("host.json", &host_json("run.sh", &[]));
    // The handler is a grandchild, which does not notice the end of the host.
    folder
        .write_script("run.sh", &format!("#!/bin/sh\necho $FUNCTIONS_CUSTOMHANDLER_PORT > port\n'{FAULTY}' &\nwait\n"));
    let mut command = host(folder.path(), &[]);
    command.process_group(0);
    let app = App::local_host(command);
    assert_eq!(call(&app, "hello", json!({})).status, 200);
    let port: u16 = std::fs::read_to_string(folder.path().join("port")).unwrap().trim().parse().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    let killed = Command::new("sh").args(["-c", &format!("kill -KILL -{}", app.id())]).status();
    assert!(killed.unwrap().success());
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(10), "the handler still listens");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn start_leaves_to_the_file_what_generate_has_written_there() {
    let folder = TempFolder::new();
    folder.write_script(
        "path/func",
        "#!/bin/sh\necho \"named: $AzureFunctionsJobHost__customHandler__description__defaultExecutablePath.\"\n",
    );
    let path = std::env::join_paths([folder.path().join("path"), "/usr/bin".into(), "/bin".into()]).unwrap();
    folder.write("app/Cargo.toml", "");
    let named = || {
        let mut start = program(&folder, &["start"]);
        start.env("CARGO_MANIFEST_DIR", folder.path().join("app")).env("PATH", &path);
        start.env_remove("AzureFunctionsJobHost__customHandler__description__defaultExecutablePath");
        let output = start.output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let named = stdout.lines().find_map(|line| line.strip_prefix("named: ")).map(str::to_owned);
        named.unwrap_or_else(|| panic!("{stdout} {:?}", String::from_utf8_lossy(&output.stderr)))
    };
    assert_eq!(named(), ".");
    let settings = std::fs::read_to_string(folder.path().join("app/local.settings.json")).unwrap();
    folder.write("app/local.settings.json", &settings.replace("/probe\"", "/old\""));
    assert_eq!(named(), format!("{PROBE}."), "an old path is not the last build");
}
