//! Pages and the text that they become.

use super::{Package, html};
use std::path::Path;

#[test]
fn a_page_becomes_one_text() {
    let page = "<!doctype html>\n<html lang=en><head>
<link rel=\"icon\" href=\"sun.svg\">
<link rel=\"stylesheet\" href=\"view.css\" media=\"screen\">
<script type=\"module\" src=\"./view.js?v=1\"></script>
</head><body>
<img src=../art/a%20b.png alt=\"\">
</body></html>
";
    let package = Package::new(&[
        ("ui/view.html", page.as_bytes()),
        ("ui/view.css", b"@import \"more/base.css\";\nb { background: url('sun.svg') }\n"),
        ("ui/more/base.css", b"a { mask: url( ../sun.svg#m ) }"),
        ("ui/view.js", b"\xef\xbb\xbfshow('</script>');\n"),
        ("ui/sun.svg", b"sun"),
        ("art/a b.png", b"png"),
    ]);
    let view = package.view();
    assert_eq!(
        view.html,
        "<!doctype html>\n<html lang=en><head>
<link rel=\"icon\" href=\"data:image/svg+xml;base64,c3Vu\">
<style media=\"screen\">a { mask: url( data:image/svg+xml;base64,c3Vu#m ) }
b { background: url('data:image/svg+xml;base64,c3Vu') }
</style>
<script type=\"module\">show('<\\/script>');
</script>
</head><body>
<img src=\"data:image/png;base64,cG5n\" alt=\"\">
</body></html>
"
    );
    let files: Vec<_> = view.files.iter().map(|file| file.strip_prefix(&package.0).unwrap()).collect();
    let expected = ["ui/view.html", "ui/sun.svg", "ui/view.css", "ui/more/base.css", "ui/view.js", "art/a b.png"];
    assert_eq!(files, expected.map(Path::new));
}

/// An inline script runs at its place, before the browser has parsed the elements after it.
#[test]
fn scripts_that_wait_for_the_page_move_behind_it() {
    let files: &[(&str, &[u8])] = &[("ui/a.js", b"a"), ("ui/b.js", b"b"), ("ui/c.json", b"{}")];
    assert_eq!(
        html("<script src=a.js defer></script><script async src=b.js></script><body><p></body>\n", files),
        "<body><p><script defer>a</script><script async>b</script></body>\n"
    );
    assert_eq!(html("<script defer src=a.js></script><p>", files), "<p><script defer>a</script>");
    let stays =
        "<script type=module defer src=a.js></script><script type=application/json async src=c.json></script><p>";
    assert_eq!(
        html(stays, files),
        "<script type=module defer>a</script><script type=application/json async>{}</script><p>"
    );
}

#[test]
fn pictures_films_and_sounds() {
    let files: &[(&str, &[u8])] = &[("ui/a.png", b"a"), ("ui/b.webp", b"b"), ("ui/c.mp4", b"c"), ("ui/d.vtt", b"d")];
    assert_eq!(
        html("<img srcset=\"https://e.com/c,d.png 3x, data:,x 100w\" src='a.png'><img src=b.webp>", files),
        "<img srcset=\"https://e.com/c,d.png 3x, data:,x 100w\" src=\"data:image/png;base64,YQ==\">\
         <img src=\"data:image/webp;base64,Yg==\">"
    );
    assert_eq!(
        html("<video poster=a.png src=c.mp4><source src=c.mp4><track src=d.vtt></video>", files),
        "<video poster=\"data:image/png;base64,YQ==\" src=\"data:video/mp4;base64,Yw==\">\
         <source src=\"data:video/mp4;base64,Yw==\"><track src=\"data:text/vtt;base64,ZA==\"></video>"
    );
    assert_eq!(
        html("<p style='background: url(&quot;a.png&quot;)'><svg><image href=a.png /></svg>", files),
        "<p style=\"background: url(&quot;data:image/png;base64,YQ==&quot;)\">\
         <svg><image href=\"data:image/png;base64,YQ==\" /></svg>"
    );
}

#[test]
fn style_sheets() {
    let files: &[(&str, &[u8])] = &[
        ("ui/a.css", b"a { b: c }"),
        ("ui/b.css", b"@import url(a.css) ;"),
        ("ui/c.css", b"/* </style> */"),
        ("ui/d.png", b"d"),
        ("ui/e).png", b"e"),
    ];
    let style = |css: &str| html(&format!("<style>{css}</style>"), files);
    assert_eq!(style("@import 'a.css';i{}"), "<style>a { b: c }i{}</style>");
    assert_eq!(style("@import \"b.css\";"), "<style>a { b: c }</style>");
    assert_eq!(
        style(
            "a { b: image-set('d.png' 1x, \"https://e.com/d\" type('d.png')); c: curl(d.png); content: 'url(d.png)' }"
        ),
        "<style>a { b: image-set('data:image/png;base64,ZA==' 1x, \"https://e.com/d\" type('d.png')); \
         c: curl(d.png); content: 'url(d.png)' }</style>"
    );
    assert_eq!(
        style("a { b: URL(e\\).png)/* url(x) */ }"),
        "<style>a { b: URL(data:image/png;base64,ZQ==)/* url(x) */ }</style>"
    );
    assert_eq!(html("<link href=c.css rel='StyleSheet'>", files), "<style>/* <\\/style> */</style>");
}
