//! From an address to its file.

use super::media::{base64, media_type};
use super::page::ViewPage;
use crate::csp::{Csp, ServerOrigin};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The files of a page that were read so far, and the mistakes in them.
pub(super) struct Assets<'a> {
    package: &'a Path,
    csp: &'a Csp,
    files: Vec<PathBuf>,
    errors: Vec<String>,
}

/// A file of text.
pub(super) struct TextFile {
    /// The path in the package, with `/` on every system.
    pub(super) path: String,
    pub(super) text: String,
    /// The place that names the file, for messages. Empty for the page itself.
    origin: String,
}

/// A text with addresses: a file, or a piece of one.
#[derive(Clone, Copy)]
pub(super) struct SourceText<'a> {
    /// The file's path in the package. The addresses are relative to it.
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    /// The number of lines before the text, in the file.
    line: usize,
    origin: &'a str,
}

impl TextFile {
    pub(super) fn source(&self) -> SourceText<'_> {
        SourceText { path: &self.path, text: &self.text, line: 0, origin: &self.origin }
    }
}

impl<'a> SourceText<'a> {
    /// The piece `text`, which begins at a position of this text.
    pub(super) fn piece<'b>(&self, at: usize, text: &'b str) -> SourceText<'b>
    where
        'a: 'b,
    {
        SourceText { text, line: self.lines_before(at), ..*self }
    }

    /// A position for messages: `ui/weather.css:3 (for ui/weather.html:7)`.
    pub(super) fn place(&self, at: usize) -> String {
        let place = format!("{}:{}", self.path, self.lines_before(at) + 1);
        if self.origin.is_empty() { place } else { format!("{place} (for {})", self.origin) }
    }

    fn lines_before(&self, at: usize) -> usize {
        self.line + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }
}

impl<'a> Assets<'a> {
    pub(super) fn new(package: &'a Path, csp: &'a Csp) -> Self {
        Assets { package, csp, files: Vec::new(), errors: Vec::new() }
    }

    /// The page itself.
    pub(super) fn page(&mut self, path: &str) -> Option<TextFile> {
        let is_relative = !path.starts_with('/') && Path::new(path).is_relative();
        let Some(path) = resolve("", path).filter(|_| is_relative) else {
            self.errors.push(format!(
                "`{path}` is not inside the package; give a path relative to the folder of Cargo.toml, such as \
                `ui/view.html`"
            ));
            return None;
        };
        let found = self.read(&path, "give a path relative to the folder of Cargo.toml");
        let text = found.and_then(|(path, bytes)| utf8(&path, bytes));
        let text = text.map_err(|problem| self.errors.push(problem)).ok()?;
        Some(TextFile { path, text, origin: String::new() })
    }

    /// The text of the file that an address names. `None` if the address is not a file's, or after an error.
    pub(super) fn text(&mut self, source: &SourceText<'_>, at: usize, address: &str) -> Option<TextFile> {
        self.loaded(source, at, address);
        let found = self.file(source, address)?.and_then(|(path, bytes)| {
            let text = utf8(&path, bytes)?;
            // Inside a page, a byte order mark would be a character.
            let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
            Ok(TextFile { path, text, origin: source.place(at) })
        });
        self.take(found, source, at, address)
    }

    /// The file that an address names, as a `data:` address. `None` if the address is not a file's, or after an error.
    pub(super) fn data(&mut self, source: &SourceText<'_>, at: usize, address: &str) -> Option<String> {
        self.loaded(source, at, address);
        let found = self.file(source, address)?.and_then(|(path, bytes)| {
            let media_type = media_type(&path).ok_or_else(|| {
                format!(
                    "what kind of file `{path}` is cannot be told from its name; rename it, or write a `data:` address"
                )
            })?;
            let mut data = format!("data:{media_type};base64,");
            base64(&bytes, &mut data);
            data.push_str(&fragment(address));
            Ok(data)
        });
        self.take(found, source, at, address)
    }

    /// Reports an address on a server from which the page may not load.
    pub(super) fn loaded(&mut self, source: &SourceText<'_>, at: usize, address: &str) {
        let Some(origin) = ServerOrigin::of(address).filter(|origin| !origin.is_among(&self.csp.resources)) else {
            return;
        };
        let problem = format!(
            "`{address}` is on a server that no client lets the view load from; allow it with `csp(resources(\"{origin}\"))` in `app(…)`, or \
             put a copy of the file into the package and name that"
        );
        self.error(source, at, &problem);
    }

    /// Reports an address on a server whose pages may not be shown inside the page.
    pub(super) fn framed(&mut self, source: &SourceText<'_>, at: usize, address: &str) {
        let Some(origin) = ServerOrigin::of(address).filter(|origin| !origin.is_among(&self.csp.frames)) else {
            return;
        };
        let problem = format!(
            "`{address}` is on a server whose pages no client shows inside of the view; allow it with `csp(frames(\"{origin}\"))` in \
             `app(…)`"
        );
        self.error(source, at, &problem);
    }

    fn take<T>(&mut self, found: Result<T, String>, source: &SourceText<'_>, at: usize, address: &str) -> Option<T> {
        found.map_err(|problem| self.error(source, at, &format!("`{address}`: {problem}"))).ok()
    }

    pub(super) fn error(&mut self, source: &SourceText<'_>, at: usize, problem: &str) {
        self.errors.push(format!("{}: {problem}", source.place(at)));
    }

    pub(super) fn finish(self, html: Option<String>) -> Result<ViewPage, Vec<String>> {
        match html {
            Some(html) if self.errors.is_empty() => Ok(ViewPage { html, files: self.files }),
            _ => Err(self.errors),
        }
    }

    /// Path and bytes of the file that an address names. `None` if the address is not a file's.
    fn file(&mut self, source: &SourceText<'_>, address: &str) -> Option<Result<(String, Vec<u8>), String>> {
        let name = file_name(address)?;
        if name.starts_with('/') {
            return Some(Err(format!(
                "it begins at the root of a server, and a view has none; write it relative to `{}` (Vite does with \
                 `base: \"./\"`)",
                source.path
            )));
        }
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let Some(path) = resolve(folder, &name) else {
            return Some(Err(
                "it leads out of the package, the folder of Cargo.toml, and would be missing wherever only \
                             the package is; copy the file into it"
                    .to_owned(),
            ));
        };
        Some(self.read(&path, &format!("addresses are relative to `{}`, the file they stand in", source.path)))
    }

    fn read(&mut self, path: &str, advice: &str) -> Result<(String, Vec<u8>), String> {
        let file = self.package.join(path);
        if file.is_dir() {
            return Err(format!("`{path}` is a folder; name a file in it"));
        }
        let bytes = fs::read(&file).map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => format!("there is no file `{path}`; {advice}"),
            _ => format!("`{path}` cannot be read: {error}"),
        })?;
        if !self.files.contains(&file) {
            self.files.push(file);
        }
        Ok((path.to_owned(), bytes))
    }
}

/// Whether an address may be a file's: without scheme and server, and not a fragment of the same page.
pub(super) fn is_local(address: &str) -> bool {
    file_name(address).is_some()
}

/// The name of the file in an address, without query and fragment, and percent-decoded.
fn file_name(address: &str) -> Option<String> {
    let address = address.trim_ascii();
    let name = address.split(['?', '#']).next().filter(|name| !name.is_empty())?;
    // One letter before the colon is a drive, not a scheme.
    let scheme = name.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    if scheme || name.starts_with("//") { None } else { Some(percent_decoded(name)) }
}

fn percent_decoded(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).filter(|_| *first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| name.to_owned())
}

/// The fragment of an address, which may name a part of a picture: `icons.svg#sun`. Characters that could end the address are escaped.
fn fragment(address: &str) -> String {
    let mut fragment = String::new();
    for byte in address.split_once('#').map_or("", |(_, fragment)| fragment).bytes() {
        fragment.push_str(if fragment.is_empty() { "#" } else { "" });
        match byte {
            b'-' | b'_' | b'.' | b'=' | b',' | b'%' => fragment.push(byte.into()),
            _ if byte.is_ascii_alphanumeric() => fragment.push(byte.into()),
            _ => fragment.push_str(&format!("%{byte:02X}")),
        }
    }
    fragment
}

/// The path in the package of a path in one of its folders. `None` if it leads out of the package. Symbolic links are allowed.
fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

fn utf8(path: &str, bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("`{path}` is not UTF-8 text (byte {at}); save it as UTF-8")
    })
}
