//! The modules of a crate stand in an order in which each uses only those below it, so that a reader can start at either end.
//! `mcp-trigger-macros` has a test of its own, file by file.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// Modules from below to above. Those of one line do not use each other.
type Order = &'static [&'static [&'static str]];

/// From the words of the wire up to what the host does with them.
const HOST_PROTOCOL: Order = &[
    &["json"],
    &["name"],
    &["file_text"],
    &["uri"],
    &["content"],
    &["app_folder"],
    &["function_json"],
    &["host_json"],
    &["local_settings"],
    &["validate"],
    &["invocation"],
    &["reply"],
    &["rpc"],
    &["binding"],
    &["http_trigger"],
];

/// From locks and ids up to bindings.
const CORE: Order = &[
    &["sync"],
    &["lock"],
    &["accounts", "files"],
    &["ids"],
    &["task"],
    &["telemetry"],
    &["http"],
    &["auth"],
    &["mcp"],
    &["storage"],
];

/// From what the host knows of itself up to the handler that it starts.
const LOCAL_HOST: Order = &[
    &["recorded_host"],
    &["settings"],
    &["invoker"],
    &["access", "identity_provider"],
    &["http_trigger"],
    &["endpoint"],
    &["host"],
    &["app_folder"],
    &["process"],
];

/// From functions up to the command line.
const MCP_TRIGGER: Order = &[
    &["sync"],
    &["function", "identity"],
    &["registry"],
    &["invoke"],
    &["server"],
    &["app"],
    &["hosted"],
    &["handler", "worker"],
    &["generate"],
    &["cli", "fuzzing", "testing"],
];

/// From messages up to the command line.
const CARGO_MCP_TRIGGER: Order = &[
    &["child", "error", "keys"],
    &["output"],
    &["app", "folder", "template"],
    &["build", "client", "generated"],
    &["commands"],
    &["docs"],
];

/// The rooms of the server at `/mcp`.
const SERVER: Order = &[
    &["message"],
    &["transport", "revision"],
    &["limits"],
    &["session", "tasks", "listing"],
    &["asking"],
    &["bindings"],
    &["methods"],
    &["endpoint"],
    &["stdio"],
];

#[test]
fn modules_use_only_those_below_them() {
    check("host-protocol/src", "crate::", HOST_PROTOCOL);
    check("mcp-trigger-core/src", "crate::", CORE);
    check("local-host/src", "crate::", LOCAL_HOST);
    check("mcp-trigger/src", "crate::", MCP_TRIGGER);
    check("cargo-mcp-trigger/src", "crate::", CARGO_MCP_TRIGGER);
    check("mcp-trigger/src/server", "crate::server::", SERVER);
}

#[test]
fn every_file_says_what_it_is_about() {
    let silent = |file: &PathBuf| !fs::read_to_string(file).unwrap().starts_with("//! ");
    let crates =
        ["cargo-mcp-trigger/src", "host-protocol/src", "mcp-trigger-core/src", "local-host/src", "mcp-trigger/src"];
    let files = crates.into_iter().flat_map(|folder| rust_files(&root().join(folder)));
    assert_eq!(files.filter(silent).collect::<Vec<_>>(), [""; 0].map(PathBuf::from));
}

#[test]
fn names_after_the_prefix_are_seen() {
    let text = "use crate::{app::App, ids};\nlet x = crate::server::PATH;\n// crate::cli\n#[cfg(test)]\nmod tests {\nuse crate::cli;";
    assert_eq!(used_modules(text, "crate::"), ["app", "ids", "server"]);
    assert_eq!(used_modules(text, "crate::server::"), [""]);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Compares the modules in a folder, whose paths begin with `prefix`, with their order. Tests may use all modules.
fn check(folder: &str, prefix: &str, order: Order) {
    let folder = root().join(folder);
    let level = |name: &str| order.iter().position(|level| level.contains(&name));
    let (mut wrong, mut seen) = (Vec::new(), vec![false; order.concat().len()]);
    for file in rust_files(&folder) {
        let path = file.strip_prefix(&folder).unwrap();
        let module = path.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        let is_of_tests = path.iter().any(|part| part == "tests" || part == "tests.rs");
        if is_of_tests || ["lib", "main", "mod", "fixtures", "test_folder"].contains(&module) {
            continue;
        }
        let here =
            level(module).unwrap_or_else(|| panic!("`{module}` of {} has no place in the order", folder.display()));
        seen[order.concat().iter().position(|name| *name == module).unwrap()] = true;
        let text = fs::read_to_string(&file).unwrap();
        for used in used_modules(&text, prefix) {
            // A name that is no module is an item of the folder itself.
            let is_above = level(used).map_or_else(|| is_module(&folder, used), |used| used >= here);
            if used != module && is_above {
                wrong.push(format!("{} uses {prefix}{used}", path.display()));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(seen.iter().all(|seen| *seen), "{}: the order names a module that is not there", folder.display());
}

fn is_module(folder: &Path, name: &str) -> bool {
    !name.is_empty() && (folder.join(name).is_dir() || folder.join(format!("{name}.rs")).exists())
}

/// The modules behind `prefix` in code, without comments and tests.
fn used_modules<'a>(text: &'a str, prefix: &str) -> Vec<&'a str> {
    // A module's models and its tests stand behind one another.
    let tests = ["#[cfg(test)]\nmod ", "#[cfg(test)]\n#[cfg("].iter().filter_map(|start| text.find(start)).min();
    let code = &text[..tests.unwrap_or(text.len())];
    let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let paths = code.flat_map(|line| line.split(prefix).skip(1));
    let names = paths.flat_map(|path| match path.strip_prefix('{') {
        Some(list) => list.split(',').collect(),
        None => vec![path],
    });
    let end = |name: &str| name.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(name.len());
    names.map(str::trim_start).map(|name| &name[..end(name)]).collect()
}

/// All source files below a folder.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.chain(folders.iter().flat_map(|folder| rust_files(folder))).collect()
}
