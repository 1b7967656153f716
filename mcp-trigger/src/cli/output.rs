//! The output of commands. A closed output, as behind `| head`, is not an error.
//!
//! Names and descriptions in a folder, and results of tools, may hold anything. What goes to a terminal cannot control it.

use mcp_trigger_core::telemetry::{for_terminal, is_escaped, line, lines};
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};

/// Writes a result to standard output. Programs get it as it is; for a terminal, all control characters but line breaks and tabs are
/// escaped.
pub(super) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let escaped = out.is_terminal().then(|| for_terminal(text));
    let _ = out.write_all(escaped.as_deref().unwrap_or(text).as_bytes()).and_then(|()| out.flush());
}

/// The same JSON without characters that control a terminal: they stand in strings only, and are written as `\u001b`.
pub(super) fn printable_json(json: String) -> String {
    let is_written = |c: char| c == '\n' || !is_escaped(c);
    if json.chars().all(is_written) {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_written(c) {
            out.push(c);
        } else {
            // Text takes all that is written.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
    }
    out
}

/// Writes a message to standard error.
pub(super) fn complain(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", lines(message));
}

/// Whether standard output is a terminal.
#[cfg(feature = "local")]
pub(super) fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Columns, as wide as what is in them; the last one is not filled up. Each cell is one line.
pub(super) fn columns<const N: usize>(rows: &[[String; N]], indent: &str) -> String {
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(line)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(|column| width(column).min(WIDEST));
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        text += indent;
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

/// The widest column, in characters: one long cell does not fill up all others.
const WIDEST: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[2J\0\u{9b}\u{202e}\r\nerror: forged";

    #[test]
    fn a_terminal_is_not_controlled() {
        assert_eq!(for_terminal(HOSTILE), "a\\u{1b}[2J\\u{0}\\u{9b}\\u{202e}\\r\nerror: forged");
        let json = printable_json(serde_json::json!({ "a": HOSTILE }).to_string());
        assert!(!json.contains(is_escaped), "{json}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["a"], HOSTILE);
    }

    #[test]
    fn a_cell_is_one_line_of_bounded_length() {
        let rows = [[HOSTILE.to_owned(), "x".to_owned()], ["n".repeat(3_000_000), "y".to_owned()]];
        let text = columns(&rows, "");
        assert_eq!(text.lines().count(), 2);
        assert!(text.len() < 20_000 && !text.contains('\u{1b}'), "{} bytes", text.len());
    }
}
