//! The names that the host, MCP and binding expressions accept.
//!
//! Three different sets of characters: `-` and `_` are fine in a function's name, only letters and digits in a
//! binding's (recorded: `my_ctx`, `my-ctx` and `1ctx` each put the function in error, `function-json.jsonl`), and a
//! tool's may also have dots.

use std::error::Error;
use std::fmt;

/// Names that other functions may not have in an app that also serves `/mcp`: those of the two functions that forward `/mcp` and
/// `/.well-known` to the handler.
///
/// The host accepts them (recorded: a function named `mcp` works), and so does [`function`]. [`is_reserved`] finds them.
pub const RESERVED_FUNCTIONS: [&str; 2] = ["mcp", "WellKnown"];

/// The binding name that stands for the return value; only an output binding may have it.
pub const RETURN: &str = "$return";

const MAX_LEN: usize = 128;

/// Checks the name of a function, which is the name of its folder: a letter, then up to 127 letters, digits, `_` or
/// `-`, and not `host`.
///
/// ```
/// use host_protocol::name;
///
/// assert!(name::function("SaveSnippet").is_ok());
/// let error = name::function("save snippet").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`save snippet` cannot be the name of a function: ` ` at position 5 is not allowed; \
///      use a letter, then letters, digits, `_` or `-`"
/// );
/// ```
///
/// # Errors
///
/// If the host does not load a function with this name (`'…' is not a valid function name.`).
pub fn function(name: &str) -> Result<(), InvalidName> {
    let letter_first = |at, c: char| c.is_ascii_alphabetic() || at > 0 && (c.is_ascii_digit() || "_-".contains(c));
    check(NameKind::Function, name, letter_first)?;
    if name.eq_ignore_ascii_case("host") {
        return Err(InvalidName::new(NameKind::Function, name, NameFault::Taken));
    }
    Ok(())
}

/// Whether a function's name is one of [`RESERVED_FUNCTIONS`], ignoring case as the host's routes and folders do.
pub fn is_reserved(function: &str) -> bool {
    RESERVED_FUNCTIONS.iter().any(|reserved| reserved.eq_ignore_ascii_case(function))
}

/// Checks the name of a tool by the rule of MCP: 1 to 128 of `A-Z a-z 0-9 _ . -`.
///
/// The extension accepts any text (recorded: 200 characters, any of them), clients do not.
///
/// # Errors
///
/// If clients that check names would refuse the tool.
pub fn tool(name: &str) -> Result<(), InvalidName> {
    check(NameKind::Tool, name, |_, c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

/// Checks the name of a binding: a letter, then up to 127 letters or digits, or exactly [`RETURN`].
///
/// # Errors
///
/// If the host puts a function with this binding name in error (`The binding name … is invalid.`).
pub fn binding(name: &str) -> Result<(), InvalidName> {
    if name == RETURN {
        return Ok(());
    }
    check(NameKind::Binding, name, |at, c| c.is_ascii_alphabetic() || at > 0 && c.is_ascii_digit())
}

fn check(kind: NameKind, name: &str, allowed: impl Fn(usize, char) -> bool) -> Result<(), InvalidName> {
    let fault = if name.is_empty() {
        NameFault::Empty
    } else if let Some((at, c)) = name.chars().enumerate().find(|&(at, c)| !allowed(at, c)) {
        NameFault::Character { at: at + 1, c }
    } else if name.len() > MAX_LEN {
        NameFault::TooLong(name.len())
    } else {
        return Ok(());
    };
    Err(InvalidName::new(kind, name, fault))
}

/// A name that a function, a tool or a binding may not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidName {
    kind: NameKind,
    name: String,
    fault: NameFault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameKind {
    Function,
    Tool,
    Binding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameFault {
    Empty,
    /// Counted from 1, in characters.
    Character {
        at: usize,
        c: char,
    },
    TooLong(usize),
    Taken,
}

impl InvalidName {
    fn new(kind: NameKind, name: &str, fault: NameFault) -> Self {
        Self { kind, name: name.to_owned(), fault }
    }
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name, fault } = self;
        let (noun, rule) = match kind {
            NameKind::Function => ("function", "a letter, then letters, digits, `_` or `-`"),
            NameKind::Tool => ("tool", "letters, digits, `_`, `-` and `.`"),
            NameKind::Binding => ("binding", "a letter, then letters and digits"),
        };
        if *fault == NameFault::Empty {
            return write!(f, "the name of a {noun} is empty; use {rule}");
        }
        write!(f, "`{name}` cannot be the name of a {noun}: ")?;
        match fault {
            NameFault::Character { at: 1, c }
                if *kind != NameKind::Tool && (c.is_ascii_digit() || "_-".contains(*c)) =>
            {
                write!(f, "it begins with `{c}`; use {rule}")
            }
            NameFault::Character { at, c } => {
                write!(f, "`{}` at position {at} is not allowed; use {rule}", c.escape_debug())
            }
            NameFault::TooLong(len) => write!(f, "it has {len} characters; use at most {MAX_LEN}"),
            NameFault::Taken | NameFault::Empty => write!(f, "the host keeps that name for itself; choose another"),
        }
    }
}

impl Error for InvalidName {}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(len: usize) -> String {
        "n".repeat(len)
    }

    #[test]
    fn functions() {
        for good in ["a", "HelloTool", "save-snippet_2", "mcp", &long(128)] {
            assert_eq!(function(good), Ok(()), "{good}");
        }
        for bad in ["", "1a", "_a", "-a", "a b", "ä", "a.b", "host", "HOST", "a\n", &long(129)] {
            assert!(function(bad).is_err(), "{bad}");
        }
        assert!(is_reserved("MCP") && is_reserved("wellknown") && !is_reserved("mcp2"));
    }

    #[test]
    fn bindings_take_no_underscore() {
        for good in ["toolTrigger", "c2", RETURN, &long(128)] {
            assert_eq!(binding(good), Ok(()), "{good}");
        }
        for bad in ["", "my_ctx", "my-ctx", "1ctx", "$Return", "$x", &long(129)] {
            assert!(binding(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tools_follow_the_specification() {
        for good in ["hello_tool", "1", "a.b-c", &long(128)] {
            assert_eq!(tool(good), Ok(()), "{good}");
        }
        for bad in ["", "a b", "a/b", "é", &long(129)] {
            assert!(tool(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn messages_say_what_and_where() {
        let text = |result: Result<(), InvalidName>| result.unwrap_err().to_string();
        assert_eq!(
            text(binding("my_ctx")),
            "`my_ctx` cannot be the name of a binding: `_` at position 3 is not allowed; use a letter, then letters and digits"
        );
        assert_eq!(
            text(binding("1ctx")),
            "`1ctx` cannot be the name of a binding: it begins with `1`; use a letter, then letters and digits"
        );
        assert_eq!(text(tool("")), "the name of a tool is empty; use letters, digits, `_`, `-` and `.`");
        assert!(text(tool("é\n")).contains("`é` at position 1"));
        assert!(text(function("host")).contains("keeps that name for itself"));
        assert!(text(function(&long(200))).contains("it has 200 characters; use at most 128"));
    }
}
