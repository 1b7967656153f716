//! The samples, in process (`serve`) and out of process (`host`): the same requests get the same bytes.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tests::folder::TempFolder;
use tests::http::exchange;
use tests::process::{App, sample};
use tests::recording::{Headers, Response, cases};

const EXECUTABLE: &str = "AzureFunctionsJobHost__customHandler__description__defaultExecutablePath";

/// A request to the endpoint: method, path, headers, body.
type Request = (String, String, Headers, String);

/// What every server is asked: all that was recorded of the endpoint, whatever its functions are.
fn recorded() -> Vec<Request> {
    let request = |case: tests::recording::Case| {
        let request = case.request;
        (request.method, request.path, request.headers, request.body)
    };
    let requests = cases("endpoint.jsonl").into_iter().map(request);
    // `/mcp` is the app's own: out of process its answers pass through the host, with other headers.
    requests.filter(|(_, path, ..)| path.starts_with("/runtime")).collect()
}

/// What a sample is asked besides.
fn own(package: &str) -> Vec<Request> {
    let requests: BTreeMap<String, Vec<(String, Value)>> =
        serde_json::from_str(include_str!("data/requests.json")).unwrap();
    let headers = [
        ("Host", "localhost"),
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let request = |(method, params): &(String, Value)| {
        let body = json!({ "jsonrpc": "2.0", "id": "x", "method": method, "params": params });
        ("POST".to_owned(), "/runtime/webhooks/mcp".to_owned(), Headers(headers.to_vec()), body.to_string())
    };
    requests[package].iter().map(request).collect()
}

fn built(package: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_probe")).with_file_name(package)
}

/// The same but for what is new with each answer.
fn comparable(response: Response) -> (u16, Vec<(String, String)>, String) {
    let is_new = |name: &str| ["date", "mcp-session-id"].iter().any(|new| name.eq_ignore_ascii_case(new));
    let headers = response.headers.0.into_iter().filter(|(name, _)| !is_new(name)).collect();
    (response.status, headers, response.body)
}

fn compare(package: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples").join(package);
    compare_with(package, &root, Some(&built(package)));
}

/// Compares a sample with the app in a folder, whose executable is another one than host.json names, if one is given.
fn compare_with(package: &str, root: &Path, executable: Option<&Path>) {
    let storages = [TempFolder::new(), TempFolder::new()];
    let start = |arguments: &[&str], storage: &TempFolder| {
        let mut command = sample(package);
        command.args(arguments).arg("--storage").arg(storage.path());
        command.envs(executable.map(|executable| (EXECUTABLE, executable)));
        App::local_host(command)
    };
    let serve = start(&["serve"], &storages[0]);
    let host = start(&["host", "--root", root.to_str().unwrap()], &storages[1]);
    let requests: Vec<_> = recorded().into_iter().chain(own(package)).collect();
    let count = requests.len();
    let mut results = 0;
    for (method, path, headers, body) in requests {
        let [inside, outside] = [serve.address, host.address]
            .map(|address| comparable(exchange(address, &method, &path, &headers, body.as_bytes())));
        results += usize::from(inside.2.contains("\"result\""));
        assert_eq!(inside, outside, "{package}: {method} {path} {body}");
    }
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let headers = own(package).remove(0).2;
    let [inside, outside] = [serve.address, host.address].map(|address| {
        let answer = exchange(address, "POST", "/mcp", &headers, body.as_bytes());
        (answer.status, answer.body)
    });
    assert_eq!(inside, outside, "{package}: /mcp");
    assert_eq!(inside.0, 200, "{package}: /mcp");
    tests::say(&format!(
        "{package}: {count} requests, the same bytes in process and out of process; {results} results"
    ));
}

#[test]
fn hello_answers_the_same() {
    compare("hello");
}

#[test]
fn snippets_answers_the_same() {
    compare("snippets");
}

#[test]
fn catalog_answers_the_same() {
    compare("catalog");
}

/// What Azure would run: the zip of `cargo mcp-trigger package`, in an empty folder, without the local host in the program. The profile is
/// that of the other tests, for the time that it takes.
#[cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
#[test]
fn a_packaged_sample_answers_the_same() {
    let folder = TempFolder::new();
    let zip = folder.path().join("hello.zip");
    let mut package = sample("cargo-mcp-trigger");
    package.args(["package", "hello", "--profile", "dev", "--target", "x86_64-unknown-linux-gnu"]);
    // This machine runs it, and not Azure.
    package.args(["--glibc", "2.99", "--check", "--json", "--output"]).arg(&zip);
    let packed = package.output().unwrap();
    assert!(packed.status.success(), "{}", String::from_utf8_lossy(&packed.stderr));
    let packed: Value = serde_json::from_slice(&packed.stdout).unwrap();
    let names: Vec<_> = packed["files"].as_array().unwrap().iter().map(|file| &file["name"]).collect();
    let expected = [
        "Greet/function.json",
        "Hello/function.json",
        "Languages/function.json",
        "WellKnown/function.json",
        "handler",
        "host.json",
        "mcp/function.json",
    ];
    assert_eq!(names, expected);
    let root = folder.path().join("wwwroot");
    zip::ZipArchive::new(std::fs::File::open(&zip).unwrap()).unwrap().extract(&root).unwrap();
    compare_with("hello", &root, None);
}

/// People begin with the samples, so no client may refuse anything of theirs: `list` has no warnings.
#[test]
fn no_client_refuses_anything_of_a_sample() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples");
    let packages = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let packages = packages.filter(|entry| entry.path().join("Cargo.toml").exists());
    let mut tools = 0;
    for package in packages.map(|entry| entry.file_name().into_string().unwrap()) {
        let listed = sample(&package).args(["list", "--json"]).output().unwrap();
        assert!(listed.status.success(), "{package}");
        let functions: Vec<Value> = serde_json::from_slice(&listed.stdout).unwrap();
        for function in functions {
            assert_eq!(function.get("warnings"), None, "{package}: {function:#}");
            tools += usize::from(function["kind"] == "tool");
        }
    }
    assert!(tools > 20, "{tools}");
}
