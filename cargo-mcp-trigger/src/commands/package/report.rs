//! The report of `package`: the files with their sizes, and the next step.

use super::archive::Entry;
use super::executable::Executable;
use super::shown;
use crate::folder::Form;
use crate::output::{self, ASIDE, NAME, styled};
use anstyle::Style;
use serde::Serialize;
use std::path::PathBuf;

/// A package that was written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::commands) struct Report {
    pub(super) app: String,
    /// The zip, or the folder.
    pub(super) package: PathBuf,
    /// The length of the zip, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) size: Option<u64>,
    pub(super) target: String,
    pub(super) form: Form,
    pub(super) executable: Program,
    pub(super) files: Vec<File>,
    pub(super) warnings: Vec<String>,
}

/// The executable in a package.
#[derive(Debug, Serialize)]
pub(super) struct Program {
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) needs: Executable,
}

/// A file in a package.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    pub(super) name: String,
    /// Its length, in bytes.
    pub(super) size: u64,
    /// Its length in the zip.
    pub(super) compressed: u64,
    /// Its Unix mode in octal digits, such as `755`.
    pub(super) mode: String,
}

impl File {
    pub(super) fn new(entry: &Entry, compressed: u64) -> Self {
        File {
            name: entry.name.clone(),
            size: entry.bytes.len() as u64,
            compressed,
            mode: format!("{:o}", entry.mode()),
        }
    }
}

impl Report {
    /// The text for the terminal.
    pub(super) fn text(&self) -> String {
        let Report { executable, files, .. } = self;
        let row = |file: &File| {
            let about = if file.name == executable.name { executable.needs.to_string() } else { String::new() };
            [file.name.clone(), size(file.size), size(file.compressed), file.mode.clone(), about]
        };
        let heading = ["FILE", "SIZE", "IN ZIP", "MODE", ""].map(str::to_owned);
        let rows: Vec<_> = [heading].into_iter().chain(files.iter().map(row)).collect();
        let table = output::table(&rows, [NAME, Style::new(), Style::new(), ASIDE, ASIDE]);
        format!("{table}\n\n{}\n{} cargo mcp-trigger publish FUNCTION_APP", self.line(), styled(ASIDE, "next:"))
    }

    /// The place and the length of the package, in a line.
    pub(in crate::commands) fn line(&self) -> String {
        let total: u64 = self.files.iter().map(|file| file.size).sum();
        let name = styled(NAME, shown(&self.package));
        let count = self.files.len();
        match self.size {
            Some(length) => format!("{name}: {}, {count} files of {}", size(length), size(total)),
            None => format!("{name}: a folder of {count} files, {}", size(total)),
        }
    }
}

/// A length in a unit of its size: `377 B`, `3.2 MiB`.
fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB"];
    let mut value = bytes as f64;
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut unit = "B";
    for next in units {
        // What would be shown as 1024.0 is one of the next unit.
        if value < 1023.95 {
            break;
        }
        (value, unit) = (value / 1024.0, next);
    }
    format!("{value:.1} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        let sizes = [0, 1023, 1024, 1_048_575, 1_572_864, 5 << 30].map(size);
        assert_eq!(sizes, ["0 B", "1023 B", "1.0 KiB", "1.0 MiB", "1.5 MiB", "5.0 GiB"]);
    }
}
