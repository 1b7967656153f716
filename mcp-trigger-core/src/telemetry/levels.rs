//! The levels of the process log, from `RUST_LOG`.

use std::ffi::OsStr;
use tracing::Level;
use tracing_subscriber::filter::Targets;

/// The environment variable with the levels.
const NAME: &str = "RUST_LOG";

/// `RUST_LOG` cannot be read. The text has the value, the reason and the right form.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{NAME} is `{value}`, and {why}; write levels (off, error, warn, info, debug, trace), each for all lines or for those of a \
     module, as in {NAME}=info,my_app=debug"
)]
pub struct BadLevels {
    value: String,
    why: String,
}

/// Reads the levels from the environment. Default: `info`.
///
/// # Errors
///
/// If the variable is set and cannot be read.
pub(super) fn of_environment() -> Result<Targets, BadLevels> {
    read(std::env::var_os(NAME).as_deref())
}

fn read(value: Option<&OsStr>) -> Result<Targets, BadLevels> {
    let value = value.unwrap_or_default();
    let bad = |why: String| BadLevels { value: value.to_string_lossy().into_owned(), why };
    let text = value.to_str().ok_or_else(|| bad("that is not UTF-8".to_owned()))?;
    let directives: Vec<_> = text.split(',').map(str::trim).filter(|directive| !directive.is_empty()).collect();
    if directives.is_empty() {
        return Ok(Targets::new().with_default(Level::INFO));
    }
    for directive in &directives {
        // `tracing` would accept any text as the name of a module, and log nothing.
        if directive.contains(|c: char| c.is_whitespace() || "\"';[]{}()".contains(c)) {
            return Err(bad(format!("`{directive}` is neither a level nor a module with one")));
        }
        if let Err(error) = directive.parse::<Targets>() {
            return Err(bad(format!("`{directive}` cannot be read: {error}")));
        }
    }
    directives.join(",").parse().map_err(|error| bad(format!("that cannot be read: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<Targets, BadLevels> {
        super::read(Some(OsStr::new(value)))
    }

    #[test]
    fn levels_are_for_all_or_for_a_module() {
        let levels = read("warn, my_app=debug,").unwrap();
        assert!(levels.would_enable("my_app::greet", &Level::DEBUG) && !levels.would_enable("other", &Level::INFO));
        for unset in [super::read(None), read(""), read(" , ")] {
            let levels = unset.unwrap();
            assert!(levels.would_enable("other", &Level::INFO) && !levels.would_enable("other", &Level::DEBUG));
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_with_what_to_write() {
        for value in
            ["my_app=debgu", "info;my_app=debug", "info my_app=debug", "\"info\"", "a=b=c", "my_app[x]=info", "=x"]
        {
            let error = read(value).expect_err(value).to_string();
            assert!(error.starts_with(&format!("RUST_LOG is `{value}`, and ")), "{error}");
            assert!(error.contains("RUST_LOG=info,my_app=debug"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_text_is_told() {
        use std::os::unix::ffi::OsStrExt as _;
        let error = super::read(Some(OsStr::from_bytes(b"info\xff"))).unwrap_err().to_string();
        assert!(error.contains("not UTF-8"), "{error}");
    }
}
