//! The target of a release build: what can be built here that runs in Azure.

use super::executable::{OLDEST_GLIBC, STATIC_TARGET};
use crate::child;
use crate::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Rust target of Azure's machines with glibc.
const GNU: &str = "x86_64-unknown-linux-gnu";

/// The compiler of an app's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toolchain {
    /// The target of this machine.
    pub(crate) host: String,
    /// Such as `1.95.0`.
    pub(crate) release: String,
    /// The commit of the standard library's sources.
    pub(super) commit: String,
    /// The folder of the compiler and its targets.
    pub(super) sysroot: PathBuf,
}

impl Toolchain {
    /// The compiler that cargo takes in a folder, as a rust-toolchain.toml there says.
    ///
    /// # Errors
    ///
    /// If there is none, or it does not tell.
    pub(crate) fn of(folder: &Path) -> Result<Self, Error> {
        let ask = |argument: &str| {
            let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc")));
            // rustup may have to fetch the toolchain first.
            let output = child::capture(rustc.arg(argument).current_dir(folder), child::SHORT * 30);
            let failed = |why: &str| {
                Error::new("cannot ask rustc for its version").why(why).next("install Rust: https://rustup.rs")
            };
            match output {
                Ok(output) if output.status.success() => Ok(output.stdout),
                Ok(output) => Err(failed(output.last_line())),
                Err(failure) => Err(failed(&failure.to_string())),
            }
        };
        let about = ask("-vV")?;
        let value = |name: &str| {
            about.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default().to_owned()
        };
        let sysroot = ask("--print=sysroot")?;
        let sysroot = sysroot.lines().next().unwrap_or_default().into();
        Ok(Toolchain { host: value("host"), release: value("release"), commit: value("commit-hash"), sysroot })
    }

    /// Whether the standard library of a target is installed.
    pub(crate) fn has(&self, target: &str) -> bool {
        self.sysroot.join("lib/rustlib").join(target).join("lib").is_dir()
    }

    /// Whether programs for Linux on x86-64 need no other linker than the one of this machine.
    fn is_linux(&self) -> bool {
        self.host.starts_with("x86_64-") && self.host.contains("-linux-")
    }
}

/// A way to build a program for Linux on x86-64.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The command of cargo: `build` or `zigbuild`.
    pub(super) command: &'static str,
    /// For `zigbuild` with the version of glibc.
    pub(super) target: String,
}

impl Way {
    fn new(command: &'static str, target: impl Into<String>) -> Self {
        Way { command, target: target.into() }
    }

    /// The best way that this machine has: a static program, else one for an old glibc, else one for the glibc of this machine.
    ///
    /// # Errors
    ///
    /// If this machine is no Linux on x86-64, and has nothing to build for one.
    pub(super) fn choose(toolchain: &Toolchain, has_zig: bool) -> Result<Self, Error> {
        let gnu = || format!("{GNU}.{OLDEST_GLIBC}");
        match (toolchain.has(STATIC_TARGET), has_zig) {
            (true, _) if toolchain.is_linux() => Ok(Way::new("build", STATIC_TARGET)),
            (true, true) => Ok(Way::new("zigbuild", STATIC_TARGET)),
            (false, true) if toolchain.has(GNU) => Ok(Way::new("zigbuild", gnu())),
            // Another linker may be configured.
            (true, false) => Ok(Way::new("build", STATIC_TARGET)),
            (false, _) if toolchain.is_linux() => Ok(Way::new("build", toolchain.host.as_str())),
            (false, _) => Err(Error::new("nothing on this machine builds for Linux on x86-64")
                .why(format!("the target of this machine is {}", toolchain.host))
                .next(format!(
                    "`rustup target add {STATIC_TARGET}`, and `pip install ziglang cargo-zigbuild` for the linker"
                ))),
        }
    }

    /// The way to a target that the user names, such as `x86_64-unknown-linux-gnu.2.31`.
    ///
    /// # Errors
    ///
    /// If the target has a version of glibc, and there is no zig.
    pub(super) fn to(target: &str, toolchain: &Toolchain, has_zig: bool) -> Result<Self, Error> {
        let with_glibc = target.contains("-gnu.");
        match (with_glibc, has_zig) {
            (true, false) => Err(Error::new(format!("only zig builds for {target}"))
                .why("cargo-zigbuild or zig is not installed")
                .next("`pip install ziglang cargo-zigbuild`")),
            (false, _) if toolchain.is_linux() || !has_zig => Ok(Way::new("build", target)),
            _ => Ok(Way::new("zigbuild", target)),
        }
    }
}

/// Whether `cargo zigbuild` can be run.
pub(crate) fn has_zig() -> bool {
    child::find("cargo-zigbuild").is_some() && zig().is_some()
}

/// The version of zig, as cargo-zigbuild finds it: the program, or the package of Python.
pub(crate) fn zig() -> Option<String> {
    let version = |mut command: Command| {
        let output = child::capture(&mut command, child::SHORT).ok()?;
        output.status.success().then(|| output.stdout.trim().to_owned())
    };
    let program = std::env::var_os("CARGO_ZIGBUILD_ZIG_PATH").map(PathBuf::from).or_else(|| child::find("zig"));
    let of_program = program.and_then(|zig| {
        let mut zig = Command::new(zig);
        zig.arg("version");
        version(zig)
    });
    of_program.or_else(|| {
        let mut python = Command::new(child::find("python3").or_else(|| child::find("python"))?);
        python.args(["-m", "ziglang", "version"]);
        version(python)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn toolchain(host: &str, targets: &[&str]) -> (tempfile::TempDir, Toolchain) {
        let folder = tempfile::tempdir().unwrap();
        for target in targets {
            fs::create_dir_all(folder.path().join("lib/rustlib").join(target).join("lib")).unwrap();
        }
        let sysroot = folder.path().to_owned();
        (folder, Toolchain { host: host.to_owned(), release: String::new(), commit: String::new(), sysroot })
    }

    #[track_caller]
    fn chooses(host: &str, targets: &[&str], has_zig: bool, expected: (&'static str, &str)) {
        let (_folder, toolchain) = toolchain(host, targets);
        assert_eq!(Way::choose(&toolchain, has_zig).unwrap(), Way::new(expected.0, expected.1));
    }

    #[test]
    fn a_static_program_is_best_then_an_old_glibc_then_that_of_this_machine() {
        chooses(GNU, &[GNU, STATIC_TARGET], true, ("build", STATIC_TARGET));
        chooses(GNU, &[GNU], true, ("zigbuild", "x86_64-unknown-linux-gnu.2.31"));
        chooses(GNU, &[GNU], false, ("build", GNU));
        chooses(STATIC_TARGET, &[STATIC_TARGET], false, ("build", STATIC_TARGET));
        chooses("aarch64-apple-darwin", &[STATIC_TARGET], true, ("zigbuild", STATIC_TARGET));
        chooses("aarch64-apple-darwin", &[GNU], true, ("zigbuild", "x86_64-unknown-linux-gnu.2.31"));
        chooses("x86_64-pc-windows-msvc", &[STATIC_TARGET], false, ("build", STATIC_TARGET));
        chooses("aarch64-unknown-linux-gnu", &[STATIC_TARGET], true, ("zigbuild", STATIC_TARGET));
    }

    #[test]
    fn without_any_way_the_error_names_the_commands() {
        let (_folder, toolchain) = toolchain("aarch64-apple-darwin", &["aarch64-apple-darwin"]);
        let error = Way::choose(&toolchain, true).unwrap_err().to_string();
        assert!(
            error.contains("rustup target add x86_64-unknown-linux-musl") && error.contains("cargo-zigbuild"),
            "{error}"
        );
        let error = Way::to("x86_64-unknown-linux-gnu.2.28", &toolchain, false).unwrap_err().to_string();
        assert!(error.contains("only zig"), "{error}");
        assert_eq!(Way::to(GNU, &toolchain, true).unwrap(), Way::new("zigbuild", GNU));
    }

    #[test]
    fn the_compiler_of_this_machine_tells_of_itself() {
        let toolchain = Toolchain::of(Path::new(".")).unwrap();
        assert!(toolchain.has(&toolchain.host), "{toolchain:?}");
        assert!(toolchain.release.starts_with("1.") && toolchain.commit.len() == 40, "{toolchain:?}");
    }
}
