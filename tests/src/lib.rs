//! What the tests of this package share.

pub mod folder;
pub mod http;
pub mod mcp;
pub mod process;
pub mod recording;
pub mod sse;

/// The README's examples, as doc tests. Here and not in `mcp-trigger`: this package is never published, so it may look at a
/// file outside of its folder, and its dependencies are all that an example can want.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

/// Says something that is seen though the test passes: what `println!` writes is kept back then.
pub fn say(words: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{words}");
}
