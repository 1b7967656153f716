//! The Rust toolchain, and what builds for Azure.

use super::check::Check;
use crate::child;
use crate::commands::package::{Toolchain, zig};
use std::path::Path;

const AREA: &str = "Rust";
/// The oldest Rust that mcp-trigger is built with.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");
const MUSL: &str = "x86_64-unknown-linux-musl";

/// The checks of the toolchain that cargo takes in the app's folder, else in the current one.
pub(super) fn checks(root: Option<&Path>) -> Vec<Check> {
    let toolchain = match Toolchain::of(root.unwrap_or(Path::new("."))) {
        Ok(toolchain) => toolchain,
        Err(error) => return vec![Check::broken(AREA, "rustc", error.what(), "install Rust: https://rustup.rs")],
    };
    let Toolchain { release, host, .. } = &toolchain;
    let rustc = match is_older(release, OLDEST) {
        true => Check::broken(AREA, "rustc", format!("{release} is older than {OLDEST}"), "rustup update stable"),
        false => Check::ok(AREA, "rustc", format!("{release} for {host}")),
    };
    let zig = zig();
    let has_zig = zig.is_some() && child::find("cargo-zigbuild").is_some();
    let musl = match (toolchain.has(MUSL), has_zig) {
        (true, _) => Check::ok(AREA, "musl target", format!("{MUSL}: packages hold a static program")),
        (false, true) => Check::absent(
            AREA,
            "musl target",
            "not installed; packages are built by zig",
            format!("rustup target add {MUSL}"),
        ),
        (false, false) => {
            let without = "packages need a glibc in Azure";
            Check::absent(AREA, "musl target", format!("not installed; {without}"), format!("rustup target add {MUSL}"))
        }
    };
    let tool = |name: &str, found: Option<String>| match found {
        Some(found) => Check::ok(AREA, name, found),
        None => Check::absent(
            AREA,
            name,
            "not installed; builds for Linux on every system",
            "pip install ziglang cargo-zigbuild",
        ),
    };
    let zigbuild = child::find("cargo-zigbuild").map(|path| path.display().to_string());
    vec![rustc, musl, tool("zig", zig), tool("cargo-zigbuild", zigbuild)]
}

/// The first two numbers of a version.
pub(super) fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim().trim_start_matches('v').split(['.', '-', '+', ' ']).map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

fn is_older(version: &str, than: &str) -> bool {
    numbers(version) < numbers(than)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(is_older("1.87.0", "1.88") && is_older("1.9.0", "1.88"));
        assert!(!is_older("1.88.0", "1.88") && !is_older("1.97.0-nightly", "1.88") && !is_older("2.0.0", "1.88"));
    }
}
