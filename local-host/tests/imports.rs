//! Holds the order of the crate's modules: each uses only those that stand before it in [`ORDER`].

use std::fs;
use std::path::{Path, PathBuf};

/// From what the host knows of itself up to the handler that it starts.
const ORDER: [&str; 9] =
    ["recorded_host", "settings", "invoker", "access", "http_trigger", "endpoint", "host", "app_folder", "process"];

#[test]
fn modules_use_only_those_before_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = rust_files(&src);
    assert!(files.len() > ORDER.len());
    let mut wrong = Vec::new();
    for file in files {
        let path = file.strip_prefix(&src).unwrap();
        if path.ends_with("tests.rs") {
            continue;
        }
        let module = path.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        if matches!(module, "lib" | "test_folder") {
            continue;
        }
        let place = |name: &str| ORDER.iter().position(|known| *known == name);
        let here = place(module).unwrap_or_else(|| panic!("`{module}` has no place in ORDER"));
        let text = fs::read_to_string(&file).unwrap();
        let used = used_modules(&text);
        let later = used.into_iter().filter(|used| *used != module && place(used).is_none_or(|used| used > here));
        wrong.extend(later.map(|used| format!("{} uses `{used}`", path.display())));
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn every_file_says_what_it_is_about() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let silent = |file: &PathBuf| !fs::read_to_string(file).unwrap().starts_with("//! ");
    assert_eq!(rust_files(&src).into_iter().filter(silent).collect::<Vec<_>>(), [""; 0].map(PathBuf::from));
}

/// The modules behind `crate::` in code, without comments and tests.
fn used_modules(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let paths = code.flat_map(|line| line.split("crate::").skip(1));
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
    files.into_iter().chain(folders.iter().flat_map(|folder| rust_files(folder))).collect()
}
