//! The templates of samples are copies of the repository's samples, which are packages of its workspace.

use crate::root;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const SAMPLES: [(&str, &str); 4] =
    [("hello", "hello"), ("snippets", "snippets"), ("tickets", "tickets"), ("weather-app", "weather")];

/// `UPDATE_TEMPLATES=1 cargo test -p cargo-mcp-trigger --test templates samples` copies them anew.
#[test]
fn samples_are_those_of_the_repository() {
    for (sample, template) in SAMPLES {
        let (sample, template) = (root().join("samples").join(sample), templates().join(template));
        for folder in ["src", "ui"] {
            let (from, to) = (files(&sample.join(folder)), files(&template.join(folder)));
            if std::env::var_os("UPDATE_TEMPLATES").is_some() {
                let _ = fs::remove_dir_all(template.join(folder));
                for (name, contents) in &from {
                    let file = template.join(folder).join(name);
                    fs::create_dir_all(file.parent().unwrap()).unwrap();
                    fs::write(file, contents).unwrap();
                }
                continue;
            }
            let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(&to), names(&from), "{}/{folder}", template.display());
            let differing: Vec<_> = from.iter().filter(|(name, contents)| to[*name] != **contents).collect();
            let differing: Vec<_> =
                differing.iter().map(|(name, _)| format!("{}/{folder}/{name}", sample.display())).collect();
            assert_eq!(differing, [""; 0], "UPDATE_TEMPLATES=1 copies them into cargo-mcp-trigger/templates/samples");
        }
    }
}

/// A template asks for the versions that the workspace is tested with.
#[test]
fn versions_are_those_of_the_workspace() {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let version = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(&format!("{name} = "))).map(str::to_owned)?;
        line.split('"').find(|part| part.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned)
    };
    let mut compared = 0;
    for folder in ["../app", "hello", "snippets", "tickets", "weather"] {
        let manifest = fs::read_to_string(templates().join(folder).join("Cargo.template.toml")).unwrap();
        for name in ["deadpool-sqlite", "rust-version", "serde", "tokio"] {
            let Some(version_of_template) = version(&manifest, name) else { continue };
            let version = version(&workspace, name).unwrap();
            assert!(
                version.starts_with(&version_of_template),
                "{folder}: {name} {version_of_template}, and not {version}"
            );
            compared += 1;
        }
    }
    assert!(compared > 9, "{compared}");
}

fn templates() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/samples")
}

/// The files below a folder by their paths; none if there is no such folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name().into_string().unwrap())).unwrap();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(below, contents)| (format!("{name}/{below}"), contents)));
        } else {
            found.insert(name, fs::read(path).unwrap());
        }
    }
    found
}
