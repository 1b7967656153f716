//! A view of an MCP App is one HTML text: its host shows it in a frame that has no server behind it. This stage makes one text of
//! the page and its files while the app is compiled.
//!
//! | module | job |
//! |---|---|
//! | `html` | finds the tags that name a file, and puts the file in their place |
//! | `tags` | HTML → tags, without a tree |
//! | `css` | `url(…)` and `@import` |
//! | `script` | imports, which cannot work inside a page |
//! | `assets` | an address → its file, as text or `data:` |
//! | `page` | the text, and the files that it was made of |
//! | `media` | the types of files, and base64 |
//!
//! The text between the tags stays as it is, byte for byte. A file that cannot be put into the page is an error, and so is an address
//! on a server that `csp(…)` does not allow: clients would leave it out and report nothing.

#[cfg(feature = "views")]
mod assets;
#[cfg(feature = "views")]
mod css;
#[cfg(feature = "views")]
mod html;
#[cfg(feature = "views")]
mod media;
mod page;
#[cfg(feature = "views")]
mod script;
#[cfg(feature = "views")]
mod tags;
#[cfg(feature = "views")]
#[cfg(test)]
mod tests;

pub(crate) use page::ViewPage;

use crate::csp::Csp;
use crate::diag::Diagnostics;
use crate::model::FunctionModel;
use std::env;
use std::path::Path;

/// Reads the page of a tool that is an MCP App, from the folder of the package that is being compiled.
pub(crate) fn read(model: &FunctionModel, diagnostics: &mut Diagnostics) -> Option<ViewPage> {
    let app = model.app()?;
    let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    match inline(Path::new(&package), &app.view.value(), &app.csp) {
        Ok(page) => Some(page),
        Err(mistakes) => {
            mistakes.into_iter().for_each(|mistake| diagnostics.error(&app.view, mistake));
            None
        }
    }
}

/// Reads an HTML file and puts all files into it that it names. `path` is relative to `package`, the folder of Cargo.toml. `csp`
/// names the servers that are allowed.
///
/// # Errors
///
/// If anything is wrong: all mistakes, each with file and line, the address, and the remedy.
#[cfg(feature = "views")]
fn inline(package: &Path, path: &str, csp: &Csp) -> Result<ViewPage, Vec<String>> {
    let mut assets = assets::Assets::new(package, csp);
    let html = assets.page(path).map(|page| html::inline(&page.source(), &mut assets));
    assets.finish(html)
}

#[cfg(not(feature = "views"))]
fn inline(_: &Path, _: &str, _: &Csp) -> Result<ViewPage, Vec<String>> {
    Err(vec![
        "views need the feature `views` of mcp-trigger: add it to `features` of the dependency in Cargo.toml"
            .to_owned(),
    ])
}
