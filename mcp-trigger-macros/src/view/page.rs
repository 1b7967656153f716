//! The page of a view.

use std::path::PathBuf;

/// A page that needs nothing else.
#[derive(Debug)]
pub(crate) struct ViewPage {
    /// The whole page.
    pub(crate) html: String,
    /// The files that the page is made of, the HTML file first. Each file occurs once; the paths begin with the package's folder.
    pub(crate) files: Vec<PathBuf>,
}
