//! One line of text for a console, whatever it holds: control characters are escaped, and what is too long is cut.
//!
//! Clients choose names and arguments, and the folder of an app may come from anywhere. All lines of the process go through
//! [`Line`]: those of the log, and those of commands through [`line`] and [`lines`].

use std::fmt::{self, Display, Write};

/// The greatest length of a line, in bytes: 8 KiB. A longer one ends with how much is missing.
pub const LINE_LIMIT: usize = 8 * 1024;

/// Writes text that can neither begin a new line nor control a terminal, up to [`LINE_LIMIT`]. Escaped as in Rust are control
/// characters, characters at which some readers break lines, and characters that change the direction of text.
pub(super) struct Line<'a> {
    out: &'a mut dyn Write,
    /// How many bytes may still be written.
    left: usize,
    /// How many bytes of the text were not written.
    missing: usize,
}

impl<'a> Line<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Line { out, left: LINE_LIMIT, missing: 0 }
    }

    /// Ends the line: says how much is missing.
    pub(super) fn end(self) -> fmt::Result {
        if self.missing == 0 { Ok(()) } else { write!(self.out, "… ({} bytes more)", self.missing) }
    }

    /// Writes text that needs no escape, as much as there is room for. `false` if the rest is missing.
    fn write_plain(&mut self, text: &str) -> Result<bool, fmt::Error> {
        let mut end = text.len().min(self.left);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.left -= end;
        self.out.write_str(&text[..end])?;
        Ok(end == text.len())
    }

    /// Leaves out this text, and all that follows.
    fn cut(&mut self, text: &str) {
        self.left = 0;
        self.missing += text.len();
    }
}

impl Write for Line<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while !rest.is_empty() {
            if self.left == 0 {
                self.cut(rest);
                break;
            }
            let end = rest.find(is_escaped).unwrap_or(rest.len());
            let (plain, following) = rest.split_at(end);
            let before = self.left;
            if !self.write_plain(plain)? {
                self.cut(&rest[before - self.left..]);
                break;
            }
            let mut characters = following.chars();
            if let Some(c) = characters.next() {
                let escaped = c.escape_default();
                if escaped.len() > self.left {
                    self.cut(following);
                    break;
                }
                self.left -= escaped.len();
                write!(self.out, "{escaped}")?;
            }
            rest = characters.as_str();
        }
        Ok(())
    }
}

/// Whether a character could begin a line, control a terminal, or change the direction of text.
pub fn is_escaped(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text of others, such as descriptions and results of tools, which cannot control a terminal: all that [`is_escaped`] names but line
/// breaks and tabs is escaped.
pub fn for_terminal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_escaped(c) && !matches!(c, '\n' | '\t') { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// The text as one line: escaped, and cut after [`LINE_LIMIT`].
pub fn line(text: impl Display) -> String {
    let mut out = String::new();
    let mut line = Line::new(&mut out);
    // Text takes all that is written.
    let _ = write!(line, "{text}").and_then(|()| line.end());
    out
}

/// A message of one or more lines, each [as one line](line()). Lines after the first are indented: what stands in a message cannot
/// look like another message.
pub fn lines(text: &str) -> String {
    let mut out = String::new();
    for (number, text) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
            if !text.starts_with("  ") {
                out.push_str("  ");
            }
        }
        out += &line(text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_command_a_terminal_or_begin_a_line_is_escaped() {
        let text = "a\u{1b}[31m\r\nb\tc\0\u{7f}\u{85}\u{9b}\u{2028}\u{2029}\u{202e}é ü\\n";
        assert_eq!(line(text), r"a\u{1b}[31m\r\nb\tc\u{0}\u{7f}\u{85}\u{9b}\u{2028}\u{2029}\u{202e}é ü\n");
    }

    #[test]
    fn a_long_line_is_cut_and_says_how_much_is_missing() {
        let whole = "x".repeat(LINE_LIMIT);
        assert_eq!(line(&whole), whole);
        assert_eq!(line(format_args!("{whole}yz")), format!("{whole}… (2 bytes more)"));
        for piece in ["é", "\0", "a\n", "\u{1b}é"] {
            let text = piece.repeat(3_000_000);
            let cut = line(&text);
            assert!(cut.len() < LINE_LIMIT + 30, "{}", cut.len());
            let (kept, missing) = cut.split_once("… (").unwrap();
            let missing: usize = missing.strip_suffix(" bytes more)").unwrap().parse().unwrap();
            // What is kept is the begin of the text.
            let kept_of = text.len() - missing;
            assert!(text.is_char_boundary(kept_of) && line(&text[..kept_of]) == kept, "{piece:?}");
        }
    }

    #[test]
    fn the_limit_is_documented() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/limits.md");
        let Ok(page) = std::fs::read_to_string(page) else { return };
        let row = format!("| line of the log, of an error, or of a table | {} KiB |", LINE_LIMIT / 1024);
        assert!(page.contains(&row), "{row}");
    }

    #[test]
    fn a_message_has_no_line_that_looks_like_another() {
        assert_eq!(lines("one\ntwo\r\n  three\n\0"), "one\n  two\n  three\n  \\u{0}");
        assert_eq!(lines(""), "");
    }
}
