//! What the tests of this package share.

pub mod folder;
pub mod http;
pub mod mcp;
pub mod process;
pub mod recording;
pub mod sse;

#[cfg(doctest)]
mod docs;

/// Says something that is seen though the test passes: what `println!` writes is kept back then.
pub fn say(words: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{words}");
}
