//! .funcignore: what `func` leaves out of a package. Without `target` in it a package has gigabytes.

use super::folder::Folder;
use super::plan::Draft;

pub(super) const FUNCIGNORE: &str = ".funcignore";

/// Everything but host.json, the functions, the executable, and what the app may read while it runs.
const FRESH: &str = "\
# What `func` leaves out of the package. Keep host.json, the functions' folders and the executable.
target/
src/
tests/
benches/
examples/
Cargo.toml
Cargo.lock
build.rs
clippy.toml
rustfmt.toml
rust-toolchain.toml
README.md
CHANGELOG.md
Dockerfile*
.dockerignore
azure.yaml
infra/
dist/
.azure/
.cargo/
.devcontainer/
.git/
.github/
.gitignore
.vscode/
.idea/
.funcignore
local.settings.json
";

/// `needed` are the names in the root that the package cannot do without.
pub(super) fn plan<'a>(draft: &mut Draft, folder: &Folder, needed: impl Iterator<Item = &'a str>) {
    let text = match &folder.funcignore {
        Some(text) => {
            draft.unchanged += 1;
            if !ignores(text, "target") {
                draft.warn(format!(
                    "{FUNCIGNORE} lets the folder `target` into the package, which makes it huge; add the line `target/`"
                ));
            }
            text
        }
        None => {
            draft.file(FUNCIGNORE, None, FRESH.to_owned());
            FRESH
        }
    };
    for name in needed.filter(|name| ignores(text, name)) {
        draft.warn(format!(
            "{FUNCIGNORE} keeps `{name}` out of the package, which needs it; remove that line, or rename the function \
             with `function = \"…\"` if it is one"
        ));
    }
}

/// Whether lines without a `*` name it; the last one decides, as in .gitignore.
fn ignores(text: &str, name: &str) -> bool {
    let lines = text.lines().map(str::trim).rev();
    let verdicts = lines.filter_map(|line| {
        let (ignored, pattern) = line.strip_prefix('!').map_or((true, line), |pattern| (false, pattern));
        let pattern = pattern.trim_start_matches("**/").trim_start_matches('/');
        let pattern = pattern.trim_end_matches('*').trim_end_matches('/');
        (pattern == name).then_some(ignored)
    });
    verdicts.into_iter().next().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_written_in_many_ways() {
        for text in ["target", "a\r\n/target/\r\n", "**/target", "target/**", "!target\ntarget/", "target/*"] {
            assert!(ignores(text, "target"), "{text}");
        }
        for text in ["", "# target", "targets", "target\n!target/", "src/target"] {
            assert!(!ignores(text, "target"), "{text}");
        }
        assert!(ignores(FRESH, "target") && !ignores(FRESH, "host.json"));
    }
}
