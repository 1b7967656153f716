//! Paths of this machine in a program: panics and debug information name source files. The same sources give the same program in every
//! folder only without them, and they tell strangers who built it where.

use super::target::Toolchain;
use crate::app::App;
use memchr::memmem;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders of this machine, and the names that stand for them in a program. A later one wins.
#[derive(Debug)]
pub(super) struct Remap {
    pairs: Vec<(PathBuf, String)>,
}

impl Remap {
    /// The folders whose files an app is built from.
    pub(super) fn new(app: &App, toolchain: &Toolchain) -> Self {
        let cargo =
            std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".cargo")));
        let cargo = cargo.into_iter().map(|cargo| (cargo, "/cargo".to_owned()));
        // What rustc itself writes where the sources of the standard library are not installed.
        let library = (toolchain.sysroot.join("lib/rustlib/src/rust"), format!("/rustc/{}", toolchain.commit));
        let named = |folder: &Path| {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (folder.to_owned(), format!("/{name}"))
        };
        // Packages outside of the workspace by their names, the workspace as such.
        let others =
            app.sources.iter().filter(|folder| !folder.starts_with(&app.workspace)).map(|folder| named(folder));
        let own = [(app.target.clone(), "/target".to_owned()), (app.workspace.clone(), "/workspace".to_owned())];
        let mut pairs: Vec<_> = cargo.chain([library]).chain(others).chain(own).collect();
        pairs.sort_by_key(|(folder, _)| folder.components().count());
        Remap { pairs }
    }

    /// Adds the compiler's flags to a command of cargo, to those that the user has set.
    pub(super) fn add_to(&self, cargo: &mut Command) {
        let flags: Vec<_> =
            self.pairs.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect();
        // Flags of the environment turn all others off.
        let environment = |name: &str| std::env::var(name).ok();
        if let Some(set) = environment("CARGO_ENCODED_RUSTFLAGS") {
            cargo.env("CARGO_ENCODED_RUSTFLAGS", [vec![set], flags].concat().join("\u{1f}"));
        } else if let Some(set) = environment("RUSTFLAGS") {
            let set = set.split_whitespace().map(str::to_owned);
            cargo.env("CARGO_ENCODED_RUSTFLAGS", set.chain(flags).collect::<Vec<_>>().join("\u{1f}"));
        } else {
            // A list of TOML is written as one of JSON. Cargo joins it with the lists of configuration files.
            cargo.arg("--config").arg(format!("build.rustflags={}", serde_json::json!(flags)));
        }
    }

    /// The folders of this machine that a program names all the same.
    pub(super) fn revealed<'a>(&'a self, program: &[u8]) -> Vec<&'a Path> {
        let is_there = |folder: &Path| memmem::find(program, folder.as_os_str().as_encoded_bytes()).is_some();
        self.pairs
            .iter()
            .map(|(folder, _)| folder.as_path())
            .filter(|folder| folder.components().count() > 1 && is_there(folder))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remap() -> Remap {
        let app = App {
            package: "hello".to_owned(),
            bin: "hello".to_owned(),
            version: "1.0.0".to_owned(),
            root: "/home/ann/ws/hello".into(),
            manifest: "/home/ann/ws/hello/Cargo.toml".into(),
            workspace: "/home/ann/ws".into(),
            target: "/home/ann/ws/target".into(),
            sources: vec!["/home/ann/ws/hello".into(), "/srv/lib".into()],
        };
        let toolchain = Toolchain {
            host: String::new(),
            release: String::new(),
            commit: "abc".to_owned(),
            sysroot: "/rust".into(),
        };
        Remap::new(&app, &toolchain)
    }

    #[test]
    fn folders_within_others_come_after_them() {
        let remap = remap();
        let at = |folder: &str| remap.pairs.iter().position(|(known, _)| known == Path::new(folder)).unwrap();
        assert!(at("/home/ann/ws") < at("/home/ann/ws/target"), "{remap:?}");
        assert_eq!(remap.pairs[at("/srv/lib")].1, "/lib");
        assert_eq!(remap.pairs[at("/rust/lib/rustlib/src/rust")].1, "/rustc/abc");
    }

    #[test]
    fn a_revealed_folder_is_found() {
        assert_eq!(remap().revealed(b"\0\x01/home/ann/ws/hello/src/main.rs\0"), [Path::new("/home/ann/ws")]);
        assert!(remap().revealed(b"/workspace/hello/src/main.rs").is_empty());
    }
}
