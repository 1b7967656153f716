//! The messages about pages that need more than their files.

use super::{Package, errors, inline};

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let files: &[(&str, &[u8])] = &[
        ("ui/view.css", b"\n\na { b: url(gone.png) }"),
        ("ui/latin1.js", b"'\xe9'"),
        ("ui/module.js", b"\nimport { a } from './a.js';"),
        ("ui/loop.css", b"@import 'loop.css';"),
        ("ui/far.css", b"@import 'https://e.com/a.css';"),
        ("ui/folder/a.png", b""),
        ("ui/a.exe", b""),
    ];
    let outside = "it leads out of the package, the folder of Cargo.toml, and would be missing wherever only the \
                   package is; copy the file into it";
    let nothing_to_import = "a script inside of a page has nothing to import from";
    let esbuild = "(`esbuild view.js --bundle --format=esm --outfile=bundle.js`), and name the bundle in the page";
    for (page, expected) in [
        (
            "\n<script src=gone.js></script>",
            "ui/view.html:2: `gone.js`: there is no file `ui/gone.js`; addresses are relative to `ui/view.html`, \
             the file they stand in"
                .to_owned(),
        ),
        ("<img\nsrc='../../a.png'>", format!("ui/view.html:2: `../../a.png`: {outside}")),
        ("<img src=folder>", "ui/view.html:1: `folder`: `ui/folder` is a folder; name a file in it".to_owned()),
        (
            "<script src=latin1.js></script>",
            "ui/view.html:1: `latin1.js`: `ui/latin1.js` is not UTF-8 text (byte \
         1); save it as UTF-8"
                .to_owned(),
        ),
        (
            "<img src=/a.png>",
            "ui/view.html:1: `/a.png`: it begins at the root of a server, and a view has none; write it relative to \
             `ui/view.html` (Vite does with `base: \"./\"`)"
                .to_owned(),
        ),
        (
            "<img src=a.exe>",
            "ui/view.html:1: `a.exe`: what kind of file `ui/a.exe` is cannot be told from its name; rename it, or \
             write a `data:` address"
                .to_owned(),
        ),
        (
            "<link rel=stylesheet href=view.css>",
            "ui/view.css:3 (for ui/view.html:1): `gone.png`: there is no file `ui/gone.png`; addresses are relative \
             to `ui/view.css`, the file they stand in"
                .to_owned(),
        ),
        (
            "<script type=module src=module.js></script>",
            format!(
                "ui/module.js:2 (for ui/view.html:1): `./a.js` is imported, but {nothing_to_import}; bundle it \
             into one file {esbuild}"
            ),
        ),
        (
            "<script type=module>\nimport 'lit';\n</script>",
            format!(
                "ui/view.html:2: `lit` is imported, but {nothing_to_import}; move it into a file, bundle that \
             {esbuild}"
            ),
        ),
        (
            "<style>@import 'loop.css';</style>",
            "ui/loop.css:1 (for ui/view.html:1): `loop.css` imports itself; take one `@import` out".to_owned(),
        ),
        (
            "<style>@import 'far.css';</style>",
            "ui/far.css:1 (for ui/view.html:1): `https://e.com/a.css` is imported from elsewhere, and browsers read \
             that only in front of all rules; move the `@import` to the top of the sheet that the page \
             names"
                .to_owned(),
        ),
        (
            "<style>@import 'view.css' layer(base) screen;</style>",
            "ui/view.html:1: `view.css` is imported for `layer(base) screen` only; write these rules into an `@media`, \
             `@supports` or `@layer` of the imported sheet, and import it always"
                .to_owned(),
        ),
        (
            "<img src='data:,x' srcset='https://e.com/a.png 1x, b.png 2x'>",
            "ui/view.html:1: `b.png` is one of several pictures to choose from, and a view would carry them all; take \
             the `srcset` out, and name one picture in `src`"
                .to_owned(),
        ),
        (
            "<iframe src=a.html></iframe>",
            "ui/view.html:1: `a.html` cannot be put into `<iframe>`; write what it holds into the page \
             itself"
                .to_owned(),
        ),
        (
            "<link rel=modulepreload href=a.js>",
            "ui/view.html:1: `a.js` is loaded for `rel=\"modulepreload\"`, and a view has nothing to load; take the \
             tag out"
                .to_owned(),
        ),
        (
            "<base href='./'>",
            "ui/view.html:1: `<base href=\"./\">` changes what every address means; take it out: they are relative \
             to the page's file"
                .to_owned(),
        ),
    ] {
        assert_eq!(errors(page, files), [expected], "{page}");
    }
    assert_eq!(errors("<img src=a.png><img src=b.png>", &[]).len(), 2, "all are told at once");
}

#[test]
fn a_page_that_cannot_be_read_is_told() {
    let package = Package::new(&[("ui/view.html", b"\xff")]);
    let error = |path: &str| inline(&package.0, path).unwrap_err().remove(0);
    assert_eq!(error("ui/view.html"), "`ui/view.html` is not UTF-8 text (byte 0); save it as UTF-8");
    assert_eq!(error("ui"), "`ui` is a folder; name a file in it");
    assert_eq!(error("view.html"), "there is no file `view.html`; give a path relative to the folder of Cargo.toml");
    for outside in ["../view.html", "/view.html", "ui/../../view.html"] {
        assert_eq!(
            error(outside),
            format!(
                "`{outside}` is not inside the package; give a path relative to the folder of Cargo.toml, such as \
                 `ui/view.html`"
            )
        );
    }
}
