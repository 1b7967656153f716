//! The modules of the crate stand in an order in which each uses only those below it, so that a reader can start at either end.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The top modules from above to below. Modules of one line do not use each other.
const ORDER: [&[&str]; 10] = [
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

#[test]
fn modules_use_only_those_below_them() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let top_modules = top_modules(&sources);
    let known: BTreeSet<_> = ORDER.concat().into_iter().map(str::to_owned).collect();
    assert_eq!(top_modules, known, "each module has its place in the order");
    let mut wrong = Vec::new();
    for (level, modules) in ORDER.iter().enumerate() {
        let below = ORDER[level + 1..].concat();
        for module in *modules {
            each_source(&sources, module, &mut |file, text| {
                for used in used_modules(text) {
                    if top_modules.contains(used) && used != *module && !below.contains(&used) {
                        wrong.push(format!("{file} uses crate::{used}"));
                    }
                }
            });
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The modules of lib.rs but for those of tests.
fn top_modules(sources: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(sources).unwrap().map(|entry| entry.unwrap().path());
    let modules = entries.filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "rs"));
    let names = modules.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    names.filter(|name| !["docs", "fixtures", "lib"].contains(&name.as_str())).collect()
}

/// Reads each file of a module.
fn each_source(sources: &Path, module: &str, read: &mut dyn FnMut(&str, &str)) {
    let mut paths = vec![sources.join(module), sources.join(format!("{module}.rs"))];
    while let Some(path) = paths.pop() {
        if path.file_stem().is_some_and(|name| name == "tests") {
            // Tests use all modules.
        } else if path.is_dir() {
            paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") && path.exists() {
            read(&path.display().to_string(), &fs::read_to_string(&path).unwrap());
        }
    }
}

/// The top modules that a text names with `crate::`, outside of comments and tests.
fn used_modules(text: &str) -> BTreeSet<&str> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    let paths = lines.flat_map(|line| line.split("crate::").skip(1));
    let names = paths.map(|path| path.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default());
    names.collect()
}

#[test]
fn names_after_crate_are_seen() {
    let text =
        "use crate::app::App;\nlet x = crate::server::PATH; // crate::cli\n#[cfg(test)]\nmod tests { use crate::cli; }";
    let text = text.replace("mod tests { ", "mod tests {\n");
    assert_eq!(used_modules(&text), BTreeSet::from(["app", "server"]));
}
