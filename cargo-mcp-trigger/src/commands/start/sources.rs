//! [`Sources`]: the files that an app is built from, looked at a few times a second. As with `host --watch`, nothing asks the system
//! for changes: that would bring a dozen crates, and miss changes on network drives and in containers.

use crate::app::App;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(200);

/// Watches the sources of an app.
pub(super) struct Sources {
    places: Places,
    seen: Versions,
}

/// Where sources are.
#[derive(Clone)]
struct Places {
    /// Folders of packages.
    packages: Vec<PathBuf>,
    workspace: PathBuf,
    target: PathBuf,
    /// Other files that the compiler has read, such as those of `include_str!`.
    others: Vec<PathBuf>,
}

/// The time of the last change, and the length in bytes.
type Version = (SystemTime, u64);
type Versions = BTreeMap<PathBuf, Version>;

impl Sources {
    /// A watch of changes from now on.
    pub(super) fn of(app: &App) -> Self {
        let places = Places {
            packages: app.sources.clone(),
            workspace: app.workspace.clone(),
            target: app.target.clone(),
            others: Vec::new(),
        };
        let seen = places.look();
        Sources { places, seen }
    }

    /// Follows the app as it is now: a Cargo.toml may name other packages.
    pub(super) fn follow(&mut self, app: &App) {
        let others = std::mem::take(&mut self.places.others);
        *self = Sources { places: Places { others, ..Sources::of(app).places }, seen: std::mem::take(&mut self.seen) };
        self.see_others();
    }

    /// Watches what the compiler has read for a program, too.
    pub(super) fn add_read_for(&mut self, program: &Path) {
        let Ok(text) = fs::read_to_string(program.with_extension("d")) else { return };
        let files = dependencies(&text).into_iter();
        self.places.others = files.filter(|file| !file.starts_with(&self.places.target)).collect();
        self.see_others();
    }

    /// Files that are new to the watch have not changed.
    fn see_others(&mut self) {
        for (file, version) in self.places.look() {
            self.seen.entry(file).or_insert(version);
        }
    }

    /// Waits until files have changed, and stay as they are for a moment. Gives these files.
    pub(super) async fn changed(&mut self) -> Vec<PathBuf> {
        let mut last = None;
        loop {
            tokio::time::sleep(PAUSE).await;
            let places = self.places.clone();
            let Ok(now) = tokio::task::spawn_blocking(move || places.look()).await else { continue };
            if now == self.seen {
                last = None;
            } else if last.as_ref() == Some(&now) {
                let before = std::mem::replace(&mut self.seen, now);
                return different(&before, &self.seen);
            } else {
                last = Some(now);
            }
        }
    }
}

/// The files that are not in both, or not the same.
fn different(before: &Versions, now: &Versions) -> Vec<PathBuf> {
    let changed = now.iter().filter(|(file, version)| before.get(*file) != Some(version));
    let gone = before.iter().filter(|(file, _)| !now.contains_key(*file));
    changed.chain(gone).map(|(file, _)| file.clone()).collect()
}

impl Places {
    fn look(&self) -> Versions {
        let mut versions = Versions::new();
        for package in &self.packages {
            self.look_into(package, true, &mut versions);
        }
        let workspace = ["Cargo.toml", ".cargo/config.toml", "rust-toolchain.toml", "rust-toolchain"];
        let workspace = workspace.into_iter().map(|name| self.workspace.join(name));
        for file in workspace.chain(self.others.iter().cloned()) {
            versions.extend(version(&file).map(|version| (file, version)));
        }
        versions
    }

    /// Looks for all files in `src`, and for Rust and Cargo.toml elsewhere in a package.
    fn look_into(&self, folder: &Path, is_package: bool, versions: &mut Versions) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                if !self.is_left_out(&path, &name, is_package) {
                    self.look_into(&path, false, versions);
                }
            } else if is_source(&path, &name) {
                versions.extend(version(&path).map(|version| (path, version)));
            }
        }
    }

    fn is_left_out(&self, folder: &Path, name: &str, is_of_package: bool) -> bool {
        let is_of_tests = is_of_package && ["tests", "benches", "examples"].contains(&name);
        name.starts_with('.')
            || ["target", "node_modules"].contains(&name)
            || is_of_tests
            || folder == self.target
            // Another package, which is looked at by itself if the app needs it.
            || folder.join("Cargo.toml").exists()
    }
}

fn is_source(file: &Path, name: &str) -> bool {
    // Editors write such files before they rename them.
    let is_of_editor = name.starts_with('.') || name.ends_with('~') || name.ends_with(".swp") || name.ends_with(".tmp");
    let is_in_src = || file.components().any(|part| part.as_os_str() == "src");
    !is_of_editor && (name.ends_with(".rs") || name == "Cargo.toml" || is_in_src())
}

fn version(file: &Path) -> Option<Version> {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The files behind the colon of cargo's `.d` file. A blank in a name stands behind a backslash.
fn dependencies(text: &str) -> Vec<PathBuf> {
    let Some((_, list)) = text.lines().next().and_then(|line| line.split_once(": ")) else { return Vec::new() };
    let list = list.replace("\\ ", "\0");
    list.split(' ').filter(|file| !file.is_empty()).map(|file| PathBuf::from(file.replace('\0', " "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    fn write(folder: &Path, file: &str, text: &str) {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn app(folder: &Path) -> App {
        App {
            package: "app".to_owned(),
            bin: "app".to_owned(),
            version: String::new(),
            root: folder.to_owned(),
            manifest: folder.join("Cargo.toml"),
            workspace: folder.to_owned(),
            target: folder.join("target"),
            sources: vec![folder.to_owned()],
        }
    }

    #[tokio::test]
    async fn changes_of_sources_are_seen_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for file in ["Cargo.toml", "src/main.rs", "target/debug/app", "other/Cargo.toml", "asset.txt"] {
            write(folder, file, "");
        }
        write(
            folder,
            "target/debug/app.d",
            &format!("{0}/target/debug/app: {0}/src/main.rs {0}/asset.txt\n", folder.display()),
        );
        let mut sources = Sources::of(&app(folder));
        sources.add_read_for(&folder.join("target/debug/app"));
        for (file, text) in
            [("src/main.rs", "1"), ("src/new/mod.rs", ""), ("build.rs", ""), ("asset.txt", "1"), ("Cargo.toml", "1")]
        {
            for unwatched in
                ["host.json", "target/x.rs", "other/src/lib.rs", "tests/x.rs", ".git/x.rs", "src/.main.rs.swp"]
            {
                write(folder, unwatched, text);
            }
            write(folder, file, text);
            let changed = timeout(Duration::from_secs(10), sources.changed()).await.unwrap();
            assert_eq!(changed, [folder.join(file)], "{file}");
        }
        fs::remove_file(folder.join("build.rs")).unwrap();
        assert_eq!(timeout(Duration::from_secs(10), sources.changed()).await.unwrap(), [folder.join("build.rs")]);
    }

    #[test]
    fn names_with_blanks_are_read() {
        let text = "/t/app: /a/src/main.rs /a/my\\ file.txt\n\n/a/src/main.rs:\n";
        assert_eq!(dependencies(text), ["/a/src/main.rs", "/a/my file.txt"].map(PathBuf::from));
        assert!(dependencies("").is_empty());
    }
}
