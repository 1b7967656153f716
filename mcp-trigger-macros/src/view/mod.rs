//! A view of an MCP App is one HTML text: its host shows it in a frame that has no server behind it. Here the files that an
//! author wrote become that text, while their app is compiled.
//!
//! | module | job |
//! |---|---|
//! | `html` | which tags name a file, and what stands in their place |
//! | `tags` | HTML → tags; no tree, for nothing here needs one |
//! | `css` | `url(…)` and `@import` |
//! | `script` | what cannot run inside a page: imports |
//! | `assets` | an address → its file, as text or `data:` |
//! | `media` | the types of files, and base64 |
//!
//! The text between the tags stays as it is, byte for byte. Whatever cannot be put into the page is an error, and so is what comes
//! from a server that `csp(…)` does not allow: it would be missing only where the page is shown, and nobody is told there.

mod assets;
mod css;
mod html;
mod media;
mod script;
mod tags;
#[cfg(test)]
mod tests;

use crate::csp::Csp;
use assets::Assets;
use std::path::{Path, PathBuf};

/// A page that needs nothing else.
#[derive(Debug)]
pub(crate) struct View {
    /// The whole page.
    pub(crate) html: String,
    /// What it is made of, the HTML file first; each file once, in the folder of the package as it was given.
    pub(crate) files: Vec<PathBuf>,
}

/// Reads an HTML file and puts everything into it that it names. `path` is relative to `package`, the folder of Cargo.toml; `csp`
/// says what may stay on a server.
///
/// # Errors
///
/// All that is wrong, each with file and line, the address, and what to do.
pub(crate) fn inline(package: &Path, path: &str, csp: &Csp) -> Result<View, Vec<String>> {
    let mut assets = Assets::new(package, csp);
    let html = assets.page(path).map(|page| html::inline(&page.source(), &mut assets));
    assets.finish(html)
}
