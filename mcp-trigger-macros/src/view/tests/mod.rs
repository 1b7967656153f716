//! Whole pages, with files.

mod broken;
mod pages;
mod servers;

use super::ViewPage;
use crate::csp::Csp;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

/// The page, which may load from `https://e.com`.
fn inline(package: &Path, path: &str) -> Result<ViewPage, Vec<String>> {
    let csp = Csp { resources: vec!["https://e.com".to_owned()], ..Csp::default() };
    super::inline(package, path, &csp)
}

/// A package in a folder of its own, which is removed at the end.
struct Package(PathBuf);

impl Package {
    fn new(files: &[(&str, &[u8])]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("mcp-trigger-view-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let package = Package(env::temp_dir().join(name));
        for (path, content) in files {
            let file = package.0.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        package
    }

    fn view(&self) -> ViewPage {
        inline(&self.0, "ui/view.html").unwrap_or_else(|errors| panic!("{}", errors.join("\n")))
    }

    fn errors(&self) -> Vec<String> {
        inline(&self.0, "ui/view.html").map(|view| view.html).unwrap_err()
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The text that a page becomes, with these files beside it.
fn html(page: &str, files: &[(&str, &[u8])]) -> String {
    let mut all = vec![("ui/view.html", page.as_bytes())];
    all.extend(files);
    Package::new(&all).view().html
}

/// The mistakes of a page, with these files beside it.
fn errors(page: &str, files: &[(&str, &[u8])]) -> Vec<String> {
    let mut all = vec![("ui/view.html", page.as_bytes())];
    all.extend(files);
    Package::new(&all).errors()
}

/// Pieces of pages that name no file, in any order: the page stays as it is, byte for byte.
#[test]
fn a_page_without_files_stays_as_it_is() {
    const PIECES: &[&str] = &[
        "<!doctype html>\r\n",
        "\u{feff}",
        "<!-- <img src=a.png> -->",
        "<script>if (a < b) \"<img src=a.png>\"; a = `</p>`</script>",
        "<script type=importmap>{\"imports\":{\"lit\":\"https://e.com/lit.js\"}}</script>",
        "<script src='https://e.com/a.js' defer></script>",
        "<SCRIPT SRC=//e.com/a.js></SCRIPT>",
        "<style>a { b: url(data:image/png;base64,AA==) url(#c) url(https://e.com/d.png) }</style>",
        "<link rel=stylesheet href=https://e.com/a.css>",
        "<link rel=canonical href=a.html>",
        "<a href='b.html'>é</a>",
        "<img src='data:image/png;base64,AA=='>",
        "<img src='' srcset='https://e.com/a.png 2x, //e.com/b.png'>",
        "<p style=\"color: red; background: url('#a')\">",
        "<input src>",
        "<textarea><img src=a.png></textarea>",
        "<title>a &amp; b</title>",
        "<svg><use href=#a /><title/></svg>",
        "< a <3 </ > &lt; \u{0}",
        "<p a = \"'\" b='\"'>",
        "</body>",
        "<",
    ];
    const ENDS: &[&str] = &["", "<a b='", "<!-- <img src=a.png>", "<style>@import 'https://e.com/a.css';"];
    let mut random = Random(1);
    for _ in 0..400 {
        let page: String = (0..random.below(8)).map(|_| PIECES[random.below(PIECES.len())]).collect();
        let page = page + ENDS[random.below(ENDS.len())];
        assert_eq!(html(&page, &[]), page);
    }
}

/// Any order of these pieces is a page, however broken, and must not stop the compiler.
#[test]
fn no_page_is_a_panic() {
    const PIECES: &[&str] = &[
        "<",
        ">",
        "/",
        "=",
        "\"",
        "'",
        "`",
        " ",
        "\n",
        "é",
        "\\",
        "!",
        "--",
        "<!--",
        "-->",
        "<script",
        "</script>",
        "<style",
        "</style>",
        "<link rel=stylesheet href=a.css>",
        "<img srcset=",
        "<svg>",
        "src=a.js",
        "src=a.png",
        "style=",
        "url(",
        ")",
        "@import",
        "'a.css'",
        "(",
        "${",
        "}",
        "{",
        "import",
        "'./a.js'",
        "/*",
        "*/",
        "defer",
        ";",
        "</body>",
    ];
    let mut random = Random(2);
    let files: &[(&str, &[u8])] = &[("ui/a.css", b"a{"), ("ui/a.js", b"b"), ("ui/a.png", b"c")];
    let package = Package::new(files);
    for _ in 0..2000 {
        let page: String = (0..random.below(20)).map(|_| PIECES[random.below(PIECES.len())]).collect();
        fs::write(package.0.join("ui/view.html"), page).unwrap();
        let _ = inline(&package.0, "ui/view.html");
    }
}

/// Pseudo-random numbers, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}
