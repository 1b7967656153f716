//! The features of an app as it runs in Azure: without the local host, which only a developer's machine needs.

use crate::app::App;
use crate::error::Error;
use cargo_metadata::{Dependency, DependencyKind, MetadataCommand, Package};
use std::collections::BTreeSet;

const LIBRARY: &str = "mcp-trigger";
/// The feature of the library that a program for Azure is without.
const LOCAL: &str = "local";

/// The features to build an app with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Features {
    /// The local host comes by a default feature, so the default features are off, and these are all of them that do not bring it.
    Named(Vec<String>),
    /// The default features have no local host.
    Default,
    /// The app always has the local host, for this reason.
    Whole(String),
}

impl Features {
    /// The features of an app, as its Cargo.toml splits them.
    ///
    /// # Errors
    ///
    /// If the Cargo.toml cannot be read.
    pub(super) fn of(app: &App) -> Result<Self, Error> {
        let metadata = MetadataCommand::new().manifest_path(&app.manifest).no_deps().exec();
        let metadata = metadata.map_err(|error| Error::new("cannot run `cargo metadata`").why(error))?;
        let package = metadata.packages.iter().find(|package| package.manifest_path.as_std_path() == app.manifest);
        package
            .map(Features::of_package)
            .ok_or_else(|| Error::new(format!("{} has no package", app.manifest.display())))
    }

    fn of_package(package: &Package) -> Self {
        let is_library =
            |dependency: &&Dependency| dependency.name == LIBRARY && dependency.kind == DependencyKind::Normal;
        let split = Split { package };
        if let Some(dependency) = package.dependencies.iter().find(is_library) {
            if dependency.uses_default_features || dependency.features.iter().any(|feature| feature == "default") {
                return Features::Whole(format!("the dependency {LIBRARY} has its default features"));
            }
            if dependency.features.iter().any(|feature| feature == LOCAL) {
                return Features::Whole(format!("the dependency {LIBRARY} has the feature `{LOCAL}`"));
            }
        }
        let mut named = BTreeSet::new();
        match split.brings_local("default", &mut BTreeSet::new()) {
            false => Features::Default,
            true => {
                split.collect("default", &mut named, &mut BTreeSet::new());
                Features::Named(named.into_iter().collect())
            }
        }
    }
}

/// Looks which features of a package bring the local host.
struct Split<'a> {
    package: &'a Package,
}

impl Split<'_> {
    fn members(&self, feature: &str) -> &[String] {
        self.package.features.get(feature).map_or(&[], Vec::as_slice)
    }

    fn brings_local<'b>(&'b self, feature: &'b str, seen: &mut BTreeSet<&'b str>) -> bool {
        let is_local = |member: &str| {
            let of_library = self.package.dependencies.iter().filter(|dependency| dependency.name == LIBRARY);
            let mut names = of_library.map(|dependency| dependency.rename.as_deref().unwrap_or(LIBRARY));
            member.split_once('/').is_some_and(|(name, feature)| {
                [LOCAL, "default"].contains(&feature) && names.any(|library| library == name.trim_end_matches('?'))
            })
        };
        seen.insert(feature)
            && self.members(feature).iter().any(|member| is_local(member) || self.brings_local(member, seen))
    }

    /// The features that a feature is made of, but those that bring the local host.
    fn collect<'b>(&'b self, feature: &'b str, named: &mut BTreeSet<String>, seen: &mut BTreeSet<&'b str>) {
        for member in self.members(feature).iter().filter(|member| self.package.features.contains_key(*member)) {
            if !self.brings_local(member, &mut BTreeSet::new()) {
                named.insert(member.clone());
            } else if seen.insert(member) {
                self.collect(member, named, seen);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// The features of a package with these lines in its Cargo.toml. Cargo reads no more of a dependency than its Cargo.toml.
    fn of(dependency: &str, features: &str) -> Features {
        let folder = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(
            "Cargo.toml",
            &format!("[package]\nname = \"a\"\n[dependencies]\n{dependency}\n[features]\n{features}\n[workspace]"),
        );
        write("src/main.rs", "");
        write("lib/Cargo.toml", "[package]\nname = \"mcp-trigger\"\n[features]\ndefault = [\"local\"]\nlocal = []");
        write("lib/src/lib.rs", "");
        let metadata = MetadataCommand::new().manifest_path(folder.path().join("Cargo.toml")).no_deps().exec().unwrap();
        Features::of_package(&metadata.packages[0])
    }

    const BARE: &str = "mcp-trigger = { path = \"lib\", default-features = false }";

    fn named<const N: usize>(names: [&str; N]) -> Features {
        Features::Named(names.map(str::to_owned).into())
    }

    #[test]
    fn the_local_host_is_left_out_and_nothing_else() {
        assert_eq!(of(BARE, "default = [\"local\"]\nlocal = [\"mcp-trigger/local\"]"), named([]));
        let more = "default = [\"db\", \"dev\"]\ndb = []\nfast = []\ndev = [\"fast\", \"local\"]\nlocal = [\"mcp-trigger/local\"]";
        assert_eq!(of(BARE, more), named(["db", "fast"]), "`dev` is split");
        let renamed = "mcp = { package = \"mcp-trigger\", path = \"lib\", default-features = false }";
        assert_eq!(of(renamed, "default = [\"x\"]\nx = [\"mcp/local\"]"), named([]));
    }

    #[test]
    fn an_app_without_the_split_is_told_why() {
        for dependency in [
            "mcp-trigger = { path = \"lib\" }",
            "mcp-trigger = { path = \"lib\", default-features = false, features = [\"local\"] }",
        ] {
            assert!(matches!(of(dependency, ""), Features::Whole(_)), "{dependency}");
        }
        assert_eq!(of(BARE, "local = [\"mcp-trigger/local\"]"), Features::Default);
    }
}
