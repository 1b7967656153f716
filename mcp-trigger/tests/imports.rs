//! The modules of the crate stand in an order in which each uses only those below it, so that a reader can start at either end. So do
//! the rooms of `server`.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The top modules from above to below. Modules of one line do not use each other.
const TOP: [&[&str]; 10] = [
    &["cli", "testing"],
    &["generate"],
    &["handler"],
    &["hosted"],
    &["app"],
    &["server"],
    &["invoke"],
    &["registry"],
    &["function", "identity"],
    &["sync"],
];

/// The rooms of `server` from above to below.
const SERVER: [&[&str]; 8] = [
    &["endpoint"],
    &["methods"],
    &["bindings"],
    &["asking"],
    &["session", "tasks", "listing"],
    &["limits"],
    &["transport", "revision"],
    &["message"],
];

#[test]
fn modules_use_only_those_below_them() {
    check(&sources(), "crate::", &TOP);
}

#[test]
fn rooms_of_the_server_use_only_those_below_them() {
    check(&sources().join("server"), "crate::server::", &SERVER);
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Compares the modules in a folder, whose paths begin with `prefix`, with their order.
fn check(folder: &Path, prefix: &str, order: &[&[&str]]) {
    let modules = modules(folder);
    let known: BTreeSet<_> = order.concat().into_iter().map(str::to_owned).collect();
    assert_eq!(modules, known, "each module has its place in the order");
    let mut wrong = Vec::new();
    for (level, names) in order.iter().enumerate() {
        let below = order[level + 1..].concat();
        for module in *names {
            each_source(folder, module, &mut |file, text| {
                for used in used_modules(text, prefix) {
                    if modules.contains(used) && used != *module && !below.contains(&used) {
                        wrong.push(format!("{file} uses {prefix}{used}"));
                    }
                }
            });
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The modules of a folder but for those of tests.
fn modules(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let modules = entries.filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "rs"));
    let names = modules.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    names.filter(|name| !["docs", "fixtures", "lib", "mod"].contains(&name.as_str())).collect()
}

/// Reads each file of a module but for its tests, which may use all modules.
fn each_source(folder: &Path, module: &str, read: &mut dyn FnMut(&str, &str)) {
    let mut paths = vec![folder.join(module), folder.join(format!("{module}.rs"))];
    while let Some(path) = paths.pop() {
        if path.file_stem().is_some_and(|name| name == "tests") {
            continue;
        }
        if path.is_dir() {
            paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") && path.exists() {
            read(&path.display().to_string(), &fs::read_to_string(&path).unwrap());
        }
    }
}

/// The names after `prefix` in a text, outside of comments and tests.
fn used_modules<'a>(text: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    let paths = lines.flat_map(|line| line.split(prefix).skip(1));
    let names = paths.map(|path| path.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default());
    names.collect()
}

#[test]
fn names_after_the_prefix_are_seen() {
    let text =
        "use crate::app::App;\nlet x = crate::server::PATH; // crate::cli\n#[cfg(test)]\nmod tests {\nuse crate::cli;";
    assert_eq!(used_modules(text, "crate::"), BTreeSet::from(["app", "server"]));
    assert_eq!(used_modules(text, "crate::server::"), BTreeSet::from(["PATH"]));
}
