//! The terminal. Colours are for terminals only, and NO_COLOR turns them off; a closed output, as behind `| head`, is not an error.
//!
//! Results go to standard output. What the program is doing, warnings and errors go to standard error.

use crate::error::Error;
use anstyle::{AnsiColor, Style};
pub(crate) use mcp_trigger_core::telemetry::for_terminal as foreign;
use serde::Serialize;
use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};

/// The most columns that text fills.
pub(crate) const WIDEST: usize = 100;

/// Something that is as it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// An error.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// A warning.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// A name, a command or an address to be found at a glance.
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default().bold();
/// A headline.
pub(crate) const HEADLINE: Style = Style::new().bold();
/// A remark beside the subject.
pub(crate) const ASIDE: Style = Style::new().dimmed();

/// Text in a style.
pub(crate) fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Writes a line, or lines, of a result to standard output.
pub(crate) fn print(text: impl Display) {
    let mut out = anstream::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Writes a result for machines to standard output.
pub(crate) fn print_json(value: &impl Serialize) {
    // Values of this program have texts for keys, so that all of them can be written.
    print(serde_json::to_string_pretty(value).unwrap_or_default());
}

/// Tells on standard error what the program is doing, as cargo does: `    Packing hello`.
pub(crate) fn progress(verb: &str, what: impl Display) {
    note(format!("{} {what}", styled(GOOD, format!("{verb:>12}"))));
}

/// Writes a warning to standard error.
pub(crate) fn warn(what: impl Display) {
    note(format!("{} {what}", styled(WARNING, "warning:")));
}

/// Writes an error to standard error, with the next step.
pub(crate) fn complain(error: &Error) {
    note(format!("{} {}", styled(BAD, "error:"), error.what()));
    if let Some(next) = error.next_step() {
        note(format!("  {} {next}", styled(NAME, "next:")));
    }
}

/// Writes a line to standard error.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Whether somebody reads standard output as it is written.
pub(crate) fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// The columns that text may fill: those of the terminal, at most [`WIDEST`].
pub(crate) fn width() -> usize {
    terminal_size::terminal_size().map_or(WIDEST, |(width, _)| usize::from(width.0).min(WIDEST))
}

/// Rows in columns, each as wide as its widest cell, behind two blanks. The cells have no styles: the last parameter gives the style of
/// each column. On a terminal a row is one line: what is too long in the last column is cut.
pub(crate) fn table<const N: usize>(rows: &[[String; N]], styles: [Style; N]) -> String {
    table_within(is_terminal().then(width), rows, styles)
}

fn table_within<const N: usize>(room: Option<usize>, rows: &[[String; N]], styles: [Style; N]) -> String {
    let count = |cell: &String| cell.chars().count();
    let widths: [usize; N] =
        std::array::from_fn(|column| rows.iter().map(|row| count(&row[column])).max().unwrap_or(0));
    let mut lines = Vec::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let before: usize = widths[..column].iter().map(|width| width + 2).sum();
            let so_far: usize = anstream::adapter::strip_str(&line).to_string().chars().count();
            line += &" ".repeat((2 + before).saturating_sub(so_far));
            let room = room.filter(|_| column == N - 1).map(|room| room.saturating_sub(2 + before).max(20));
            line += &styled(styles[column], cut(cell, room.unwrap_or(usize::MAX)));
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// The begin of a text that has more characters than there is room for.
fn cut(text: &str, room: usize) -> String {
    match text.char_indices().nth(room) {
        Some(_) => text.chars().take(room.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// Text in lines of at most [`width`] columns, for a place that begins at a column: the lines after the first begin there too.
pub(crate) fn wrapped(text: &str, column: usize) -> String {
    let room = width().saturating_sub(column).max(20);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > 0 && line + 1 + word.chars().count() > room {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join(&format!("\n{}", " ".repeat(column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_does_not_control_the_terminal() {
        assert_eq!(foreign("a\tb\n\u{1b}[2J\u{9b}\u{202e}ü"), "a\tb\n\\u{1b}[2J\\u{9b}\\u{202e}ü");
    }

    #[test]
    fn words_are_wrapped_where_their_place_begins() {
        let text = wrapped(&"word ".repeat(40), 10);
        assert!(
            text.lines().count() > 1 && text.lines().skip(1).all(|line| line.starts_with("          word")),
            "{text}"
        );
        assert_eq!(wrapped("a  b\nc", 10), "a b c");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a", "", "x"], ["long", "b", ""]].map(|row| row.map(str::to_owned));
        let text = table_within(None, &rows, [NAME, Style::new(), ASIDE]);
        assert_eq!(anstream::adapter::strip_str(&text).to_string(), "  a        x\n  long  b");
    }

    #[test]
    fn the_last_column_is_cut_where_the_terminal_ends() {
        let rows = [["name".to_owned(), "é".repeat(25)], ["x".to_owned(), "é".repeat(24)]];
        let text = table_within(Some(32), &rows, [NAME, ASIDE]);
        let expected = format!("  name  {}…\n  x     {}", "é".repeat(23), "é".repeat(24));
        assert_eq!(anstream::adapter::strip_str(&text).to_string(), expected);
    }
}
