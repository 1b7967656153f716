//! The folder of a new app: its package, which `cargo init` makes, and the files of the template.

use crate::build::cargo;
use crate::error::Error;
use crate::template::{Choice, File, Names};
use cargo_metadata::{MetadataCommand, TargetKind};
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

/// Names of packages that an app depends on.
const TAKEN: [&str; 4] = ["deadpool-sqlite", "mcp-trigger", "serde", "tokio"];

/// The folder of an app.
pub(super) struct Folder {
    path: PathBuf,
    pub(super) names: Names,
    /// The root of the workspace that the app is a member of, if it is not the app itself.
    workspace: Option<PathBuf>,
    /// Whether there was a package before.
    had_package: bool,
    /// The files of the folder that cargo has made.
    fresh: Vec<&'static str>,
}

/// The files of a template, by their fate.
pub(super) struct Written {
    pub(super) created: Vec<String>,
    /// Files that were there already.
    pub(super) left: Vec<String>,
}

impl Folder {
    /// Makes the package, if there is none, with cargo: it checks the name, adds the package to the workspace around it, and begins a
    /// repository if there is none.
    ///
    /// # Errors
    ///
    /// If the name is not one of an app, cargo refuses, or a package without a program is there.
    pub(super) fn prepare(path: &Path, name: Option<&str>, library: String) -> Result<Self, Error> {
        let had_package = path.join("Cargo.toml").exists();
        let mut fresh = Vec::new();
        if had_package {
            if let Some(name) = name {
                return Err(Error::usage(format!("the name `{name}` was given for a package that has one"))
                    .next("leave `--name` out"));
            }
        } else {
            let name = match name {
                Some(name) => name.to_owned(),
                None => name_of(path)?,
            };
            check(&name)?;
            fresh.extend(["Cargo.toml", "src/main.rs", ".gitignore"].iter().filter(|file| !path.join(file).exists()));
            init(path, &name)?;
        }
        let metadata = MetadataCommand::new().no_deps().manifest_path(path.join("Cargo.toml")).exec();
        let metadata = metadata.map_err(|error| Error::new("cannot read the package").why(error))?;
        let path = absolute(path)?;
        let manifest = path.join("Cargo.toml");
        let package = metadata.packages.iter().find(|package| is_same(package.manifest_path.as_std_path(), &manifest));
        let package = package.ok_or_else(|| {
            Error::new(format!("{} is no package", manifest.display())).next("change to the folder of the package")
        })?;
        let bin = package.targets.iter().find(|target| target.kind.contains(&TargetKind::Bin));
        let bin = bin.map(|target| target.name.clone()).ok_or_else(|| {
            Error::new(format!("the package `{}` has no program", package.name)).next("add a src/main.rs")
        })?;
        let is_own_workspace = is_same(metadata.workspace_root.as_std_path(), &path);
        let built = metadata.target_directory.as_std_path().join("debug").join(format!("{bin}{EXE_SUFFIX}"));
        let names =
            Names { package: package.name.to_string(), built: way(&path, &built), bin, library, is_own_workspace };
        let workspace = (!is_own_workspace).then(|| metadata.workspace_root.into_std_path_buf());
        Ok(Folder { path, names, workspace, had_package, fresh })
    }

    /// Writes the files that are not there already. A package of the user's own keeps its program.
    ///
    /// # Errors
    ///
    /// If the file system refuses.
    pub(super) fn write(&self, files: Vec<File>) -> Result<Written, Error> {
        let mut written = Written { created: Vec::new(), left: Vec::new() };
        for file in files {
            let path = self.path.join(&file.path);
            let is_there = path.symlink_metadata().is_ok() && !self.fresh.contains(&&*file.path);
            if is_there || self.had_package && file.is_of_program() {
                if is_there {
                    written.left.push(file.path);
                }
                continue;
            }
            let done = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, &file.contents));
            done.map_err(|error| Error::new(format!("cannot write {}", path.display())).why(error))?;
            written.created.push(file.path);
        }
        Ok(written)
    }

    /// Steps that are left to the user.
    pub(super) fn notes(&self, choice: &Choice) -> Vec<String> {
        let mut notes = Vec::new();
        if self.had_package {
            notes.push(format!(
                "Cargo.toml was left as it is; an app has these in it:\n\n  [dependencies]\n  mcp-trigger = {{ {}, \
                 default-features = false }}\n\n  [features]\n  default = [\"local\"]\n  local = [\"mcp-trigger/local\"]\n",
                self.names.library
            ));
        }
        if let Some(workspace) = &self.workspace {
            notes.push(format!(
                "the app is a member of the workspace {}, whose [profile.release] decides how small the program is",
                workspace.display()
            ));
        }
        if choice.azure && self.path.ancestors().skip(1).any(is_repository) {
            notes.push(
                "GitHub reads workflows at the root of a repository only: move .github/ there, or delete it".to_owned(),
            );
        }
        notes
    }
}

/// The name of an app, from its folder.
fn name_of(path: &Path) -> Result<String, Error> {
    let path = absolute(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    name.ok_or_else(|| Error::usage(format!("{} has no name", path.display())).next("give one with `--name`"))
}

/// Refuses names that cargo would take and Azure or the app itself would not.
fn check(name: &str) -> Result<(), Error> {
    let refuse = |why: &str| {
        Err(Error::usage(format!("`{name}` cannot be the name of an app"))
            .why(why)
            .next("choose letters, digits, `-` and `_`, as in `my-tools`; `--name` gives another name than that of the folder"))
    };
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match name {
        "" => refuse("it is empty"),
        _ if !name.chars().all(is_allowed) => refuse("only letters from a to z, digits, `-` and `_` are allowed"),
        _ if !name.starts_with(|c: char| c.is_ascii_alphabetic()) => refuse("it does not begin with a letter"),
        _ if TAKEN.contains(&name) => refuse("a crate that the app uses has this name"),
        _ => Ok(()),
    }
}

/// Makes a package.
fn init(path: &Path, name: &str) -> Result<(), Error> {
    let mut command = Command::new(cargo());
    command.args(["init", "--quiet", "--bin", "--name", name]).arg(path).stdin(Stdio::null());
    // Cargo looks for a repository in the parent folder only, and not if that has yet to be made.
    if is_in_repository(path)? {
        command.args(["--vcs", "none"]);
    }
    let output = command.output();
    let output =
        output.map_err(|error| Error::new("cannot run cargo").why(error).next("install Rust: https://rustup.rs"))?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr);
    let message = message.trim().trim_start_matches("error: ").lines().next().unwrap_or_default().to_owned();
    Err(Error::new("cargo does not make the package").why(message).next("choose another name, or another folder"))
}

fn is_in_repository(path: &Path) -> Result<bool, Error> {
    Ok(absolute(path)?.ancestors().any(is_repository))
}

fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let absolute = path.canonicalize().or_else(|_| std::path::absolute(path));
    absolute.map_err(|error| Error::new(format!("cannot find {}", path.display())).why(error))
}

fn is_same(one: &Path, other: &Path) -> bool {
    let resolve = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    resolve(one) == resolve(other)
}

/// The way from a folder to a file, with forward slashes; the file's path if the two have nothing but the root in common.
fn way(from: &Path, to: &Path) -> String {
    let resolved = to.ancestors().find_map(|folder| {
        let rest = to.strip_prefix(folder).ok()?;
        Some(folder.canonicalize().ok()?.join(rest))
    });
    let to = resolved.unwrap_or_else(|| to.to_owned());
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b);
    let common: Vec<_> = common.map(|(part, _)| part).collect();
    if !common.iter().any(|part| matches!(part, Component::Normal(_))) {
        return to.to_string_lossy().replace('\\', "/");
    }
    let up = from.components().skip(common.len()).map(|_| "..".to_owned());
    let down = to.components().skip(common.len()).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_packages_and_of_azure() {
        for name in ["my-tools", "a", "Tools_2"] {
            assert!(check(name).is_ok(), "{name}");
        }
        for (name, why) in
            [("", "empty"), ("2fast", "begin"), ("-x", "begin"), ("é", "a to z"), ("a b", "a to z"), ("serde", "crate")]
        {
            let message = check(name).unwrap_err().to_string();
            assert!(message.contains(why), "{name}: {message}");
        }
    }

    #[test]
    fn the_way_to_a_program_is_relative_where_it_can_be() {
        let way = |from, to| way(Path::new(from), Path::new(to));
        assert_eq!(way("/none/app", "/none/app/target/debug/app"), "target/debug/app");
        assert_eq!(way("/none/ws/apps/app", "/none/ws/target/debug/app"), "../../target/debug/app");
        assert_eq!(way("/none/app", "/tmp-of-none/target/debug/app"), "/tmp-of-none/target/debug/app");
    }
}
