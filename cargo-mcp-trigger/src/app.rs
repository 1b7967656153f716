//! [`App`]: the app that is meant, a package of the workspace.

use crate::error::Error;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, TargetKind};
use clap::Args;
use std::path::{Path, PathBuf};

/// The library by which an app is known.
const LIBRARY: &str = "mcp-trigger";

/// The options of a command line that name an app.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "App")]
pub(crate) struct AppOptions {
    /// The package of the app. Default: that of the current folder, or the only app of the workspace
    #[arg(short, long, value_name = "PACKAGE")]
    pub(crate) package: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// The options of a command line that say which workspace and which program are meant.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "App")]
pub(crate) struct Place {
    /// The program of a package that has several
    #[arg(long, value_name = "NAME")]
    pub(crate) bin: Option<String>,
    /// The Cargo.toml of the app or its workspace. Default: that of the current folder, or of one above
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest_path: Option<PathBuf>,
}

impl AppOptions {
    /// The app that they name.
    ///
    /// # Errors
    ///
    /// If there is no such app, or more than one.
    pub(crate) fn find(&self) -> Result<App, Error> {
        let mut apps = self.place.find(self.package.as_slice())?;
        Ok(apps.remove(0))
    }
}

impl Place {
    /// The apps of these names; without a name the app of the current folder, or the only one. At least one app.
    ///
    /// # Errors
    ///
    /// If there is no such app, or more than one without a name.
    pub(crate) fn find(&self, names: &[String]) -> Result<Vec<App>, Error> {
        let metadata = self.metadata()?;
        let current = match &self.manifest_path {
            Some(manifest) => std::path::absolute(manifest).ok().and_then(|file| file.parent().map(Path::to_owned)),
            None => std::env::current_dir().ok(),
        };
        let apps = Apps { metadata: &metadata, bin: self.bin.as_deref() };
        match names {
            [] => Ok(vec![apps.default(current.as_deref())?]),
            names => names.iter().map(|name| apps.named(name)).collect(),
        }
    }

    fn metadata(&self) -> Result<Metadata, Error> {
        let mut command = MetadataCommand::new();
        command.no_deps();
        if let Some(manifest) = &self.manifest_path {
            command.manifest_path(manifest);
        }
        command.exec().map_err(|error| match error {
            cargo_metadata::Error::CargoMetadata { stderr } => {
                let stderr = stderr.trim().trim_start_matches("error: ").to_owned();
                let error = Error::new("no app was found").why(&stderr);
                match stderr.contains("could not find `Cargo.toml`") {
                    true => error.next("change to the folder of an app, or make one: `cargo mcp-trigger new NAME`"),
                    false => error.next("mend the Cargo.toml; `cargo metadata` shows the same error"),
                }
            }
            other => Error::new("cannot run `cargo metadata`").why(other).next("install Rust: https://rustup.rs"),
        })
    }
}

/// An app: a package that depends on mcp-trigger and has a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct App {
    /// The name of the package.
    pub(crate) package: String,
    /// The name of the program, without the `.exe` of Windows.
    pub(crate) bin: String,
    /// The version of the package.
    pub(crate) version: String,
    /// The folder of the package. It is that of the function app, where host.json stands: `generate` of the app takes the same.
    pub(crate) root: PathBuf,
    /// The Cargo.toml of the package.
    pub(crate) manifest: PathBuf,
    /// The folder of the workspace: that of the package, if it is alone.
    pub(crate) workspace: PathBuf,
    /// The folder that cargo builds into.
    pub(crate) target: PathBuf,
    /// The folders of the package and of all packages on this machine that it depends on, each once.
    pub(crate) sources: Vec<PathBuf>,
}

/// The apps of a workspace.
struct Apps<'a> {
    metadata: &'a Metadata,
    bin: Option<&'a str>,
}

impl Apps<'_> {
    /// All apps of the workspace.
    fn packages(&self) -> Vec<&Package> {
        let mut packages: Vec<_> = self.metadata.workspace_packages().into_iter().filter(|it| is_app(it)).collect();
        packages.sort_by(|a, b| a.name.cmp(&b.name));
        packages
    }

    fn named(&self, name: &str) -> Result<App, Error> {
        let packages = self.packages();
        if let Some(package) = packages.iter().find(|package| package.name.as_str() == name) {
            return self.app(package);
        }
        let error = Error::new(format!("there is no app `{name}` in {}", self.metadata.workspace_root));
        let is_package = self.metadata.workspace_packages().into_iter().any(|package| package.name.as_str() == name);
        Err(match (is_package, packages.is_empty()) {
            (true, _) => error
                .why(format!("the package `{name}` does not depend on {LIBRARY}, or has no program"))
                .next(format!("`cargo add {LIBRARY} --package {name}`, or name an app: {}", list(&packages))),
            (false, true) => self.none(),
            (false, false) => error.next(format!("name one of these: {}", list(&packages))),
        })
    }

    /// The app without a name: that of the folder, else the only one.
    fn default(&self, current: Option<&Path>) -> Result<App, Error> {
        let packages = self.packages();
        let here = current.and_then(|current| {
            let all = self.metadata.workspace_packages().into_iter();
            let around = all.filter(|package| is_within(current, package.manifest_path.parent().map(AsRef::as_ref)));
            around.max_by_key(|package| package.manifest_path.as_str().len())
        });
        match (here.filter(|package| is_app(package)), &*packages) {
            (Some(package), _) | (None, &[package]) => self.app(package),
            (None, []) => Err(self.none()),
            (None, several) => Err(Error::usage("several apps are meant")
                .why(format!(
                    "{} has {} of them, and the current folder is in none",
                    self.metadata.workspace_root,
                    several.len()
                ))
                .next(format!("name one of these: {}", list(several)))),
        }
    }

    fn none(&self) -> Error {
        Error::new("no app was found")
            .why(format!("no package of {} depends on {LIBRARY} and has a program", self.metadata.workspace_root))
            .next("change to the folder of an app, or make one: `cargo mcp-trigger new NAME`")
    }

    fn app(&self, package: &Package) -> Result<App, Error> {
        let bin = self.bin_of(package)?;
        let folder = |package: &Package| {
            package.manifest_path.parent().map(|folder| folder.as_std_path().to_owned()).unwrap_or_default()
        };
        let mut sources = vec![folder(package)];
        self.add_dependencies(package, &mut sources);
        Ok(App {
            package: package.name.to_string(),
            bin,
            version: package.version.to_string(),
            root: folder(package),
            manifest: package.manifest_path.as_std_path().to_owned(),
            workspace: self.metadata.workspace_root.as_std_path().to_owned(),
            target: self.metadata.target_directory.as_std_path().to_owned(),
            sources,
        })
    }

    fn bin_of(&self, package: &Package) -> Result<String, Error> {
        let bins = bins(package);
        let all = bins.join(", ");
        if let Some(wanted) = self.bin {
            return bins.iter().find(|bin| *bin == wanted).cloned().ok_or_else(|| {
                Error::usage(format!("there is no program `{wanted}` in the package `{}`", package.name))
                    .next(format!("`--bin` with one of these: {all}"))
            });
        }
        let named_like_package = || bins.iter().find(|bin| **bin == *package.name).cloned();
        match (&package.default_run, &*bins) {
            (Some(bin), _) | (None, [bin]) => Ok(bin.clone()),
            (None, _) => named_like_package().ok_or_else(|| {
                Error::usage(format!("several programs are meant in the package `{}`", package.name))
                    .next(format!("`--bin` with one of these: {all}; or `default-run` in {}", package.manifest_path))
            }),
        }
    }

    /// Adds the folders of the packages that one depends on by path.
    fn add_dependencies(&self, package: &Package, folders: &mut Vec<PathBuf>) {
        for folder in package.dependencies.iter().filter_map(|dependency| dependency.path.as_ref()) {
            if folders.iter().any(|known| known == folder.as_std_path()) {
                continue;
            }
            folders.push(folder.as_std_path().to_owned());
            let is_there = |package: &&Package| package.manifest_path.parent() == Some(folder);
            if let Some(package) = self.metadata.packages.iter().find(is_there) {
                self.add_dependencies(package, folders);
                continue;
            }
            // A package of another workspace. If cargo cannot read it, the build says so.
            let other = MetadataCommand::new().no_deps().manifest_path(folder.join("Cargo.toml")).exec();
            let Ok(metadata) = other else { continue };
            if let Some(package) = metadata.packages.iter().find(is_there) {
                Apps { metadata: &metadata, bin: None }.add_dependencies(package, folders);
            }
        }
    }
}

/// Whether a package is an app: the package depends on mcp-trigger, under any name, and has a program.
fn is_app(package: &Package) -> bool {
    let uses_library = package
        .dependencies
        .iter()
        .any(|dependency| dependency.kind == DependencyKind::Normal && dependency.name == LIBRARY);
    uses_library && !bins(package).is_empty()
}

/// The names of the programs of a package.
fn bins(package: &Package) -> Vec<String> {
    let bins = package.targets.iter().filter(|target| target.kind.contains(&TargetKind::Bin));
    bins.map(|target| target.name.clone()).collect()
}

/// Whether `inner` is the folder `outer`, or a folder below `outer`.
fn is_within(inner: &Path, outer: Option<&Path>) -> bool {
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    outer.is_some_and(|outer| canonical(inner).starts_with(canonical(outer)))
}

fn list(packages: &[&Package]) -> String {
    packages.iter().map(|package| package.name.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
