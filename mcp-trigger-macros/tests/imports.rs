//! The files of the crate import each other in one direction, so that a stage can be read without the later ones.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

#[test]
fn no_file_imports_itself_by_way_of_others() {
    let mut imports = imports();
    assert!(imports["read"].contains("model") && imports["attr"].contains("attr::binding"), "{imports:#?}");
    // A file that imports nothing is in no ring, and neither is a file that imports only such files.
    while let Some(file) = imports.iter().find_map(|(file, imported)| imported.is_empty().then(|| file.clone())) {
        imports.remove(&file);
        imports.values_mut().for_each(|imported| imported.retain(|other| *other != file));
    }
    assert!(imports.is_empty(), "these files import each other, or import files that do: {imports:#?}");
}

#[test]
fn paths_are_found_in_every_form() {
    let source =
        "use crate::a::{B, c::{D, E as F},};\npub(crate) use super::g;\nmod h;\n// crate::no\nlet x = crate::i::j();";
    assert_eq!(paths(source, "k::l"), ["a::B", "a::c::D", "a::c::E", "i::j", "k::g", "k::l::h"]);
}

/// The modules of the crate by their path, such as `attr::binding`, each with the modules that it imports. Tests are left out.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let mut sources = BTreeMap::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut sources);
    let module = |path: &String| {
        let ends = path.match_indices("::").map(|(end, _)| end).chain([path.len()]);
        let modules = ends.map(|end| &path[..end]).filter(|module| sources.contains_key(*module));
        modules.last().unwrap_or("lib").to_owned()
    };
    let imported = |name, source| paths(source, name).iter().map(module).filter(|module| module != name).collect();
    sources.iter().map(|(name, source)| (name.clone(), imported(name, source))).collect()
}

/// Collects the sources in a folder, which is the one of `module`.
fn read(folder: &Path, module: &str, sources: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.file_stem().unwrap().to_str().unwrap() {
            "tests" => {}
            name if path.is_dir() => read(&path, &join(module, name), sources),
            name => {
                let name = if name == "mod" { module.to_owned() } else { join(module, name) };
                let source = fs::read_to_string(&path).unwrap();
                sources.insert(name, source.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned());
            }
        }
    }
}

/// The paths behind `crate::` and `super::`, and the submodules, as paths in the crate.
fn paths(source: &str, module: &str) -> Vec<String> {
    let code: Vec<_> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
    let mut found = Vec::new();
    for (keyword, base) in [("crate::", ""), ("super::", parent)] {
        for (at, _) in code.match_indices(keyword) {
            collect(base, &code[at + keyword.len()..], &mut found);
        }
    }
    let submodules = code.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    let module = if module == "lib" { "" } else { module };
    found.extend(submodules.map(|name| join(module, name)));
    found
}

/// Collects the paths at the start of a text, `a::B` and `a::C` of `a::{B, C}`. Returns the text after them.
fn collect<'a>(base: &str, text: &'a str, found: &mut Vec<String>) -> &'a str {
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
    let (path, mut rest) = text.split_at(text.find(|c| !is_path(c)).unwrap_or(text.len()));
    if !rest.starts_with('{') {
        found.extend((!path.is_empty()).then(|| join(base, path)));
        return rest;
    }
    let base = join(base, path.trim_end_matches("::"));
    while rest.starts_with(['{', ',']) {
        rest = collect(&base, rest[1..].trim_start(), found);
        rest = &rest[rest.find([',', '}']).unwrap_or(rest.len())..];
    }
    rest.get(1..).unwrap_or_default()
}

fn join(module: &str, name: &str) -> String {
    [module, name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("::")
}
