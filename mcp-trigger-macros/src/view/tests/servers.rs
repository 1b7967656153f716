//! A page loads from the servers that `csp(…)` allows, and from no others.

use super::Package;
use crate::csp::Csp;

fn errors(page: &str, csp: &Csp) -> Vec<String> {
    let package = Package::new(&[
        ("ui/view.html", page.as_bytes()),
        ("ui/far.css", b"\n@font-face { src: url(https://cdn.example.com/a.woff2) }"),
        ("ui/far.js", b"\nimport a from 'https://cdn.example.com/a.js';"),
    ]);
    super::super::inline(&package.0, "ui/view.html", csp).map(|view| drop(view.html)).err().unwrap_or_default()
}

/// Each is one error without a policy, and none with the right one.
#[test]
fn what_a_page_loads_has_to_be_allowed() {
    let nothing = Csp::default();
    let resources = Csp { resources: vec!["https://cdn.example.com".to_owned()], ..Csp::default() };
    let frames = Csp { frames: vec!["https://cdn.example.com".to_owned()], ..Csp::default() };
    for page in [
        "<script src=https://cdn.example.com/a.js></script>",
        "<script type=module src='HTTPS://CDN.example.com/a.js'></script>",
        "<SCRIPT SRC=//cdn.example.com/a.js></SCRIPT>",
        "<script type=module>import a from 'https://cdn.example.com/a.js';</script>",
        "<script>import('https://cdn.example.com/a.js')</script>",
        "<script type=module src=far.js></script>",
        "<script type=importmap>{\"imports\":{\"lit\":\"https://cdn.example.com/lit.js\"}}</script>",
        "<link rel=stylesheet href=https://cdn.example.com/a.css>",
        "<link rel='preload stylesheet' href=https://cdn.example.com/a.css>",
        "<link rel=modulepreload href=https://cdn.example.com/a.js>",
        "<link rel=icon href=https://cdn.example.com/a.png>",
        "<link rel=stylesheet href=far.css>",
        "<style>@import url(https://cdn.example.com/a.css);</style>",
        "<style>@import '//cdn.example.com/a.css' screen;</style>",
        "<style>a { background: url('https://cdn.example.com/a.png') }</style>",
        "<style>a { background: image-set('https://cdn.example.com/a.png' 1x) }</style>",
        "<p style='background: url(https://cdn.example.com/a.png)'>",
        "<img src=https://cdn.example.com/a.png>",
        "<img src='data:,x' srcset='https://cdn.example.com/a.png 2x'>",
        "<video poster=https://cdn.example.com/a.png></video>",
        "<audio src=https://cdn.example.com/a.mp3></audio>",
        "<svg><image href=https://cdn.example.com/a.png /></svg>",
        "<input type=image src=https://cdn.example.com/a.png>",
    ] {
        let refused = errors(page, &nothing);
        assert_eq!(refused.len(), 1, "{page}: {refused:?}");
        assert!(refused[0].contains("`csp(resources(\"https://cdn.example.com\"))`"), "{page}: {}", refused[0]);
        assert_eq!(errors(page, &frames).len(), 1, "{page}");
        assert_eq!(errors(page, &resources), [""; 0], "{page}");
    }
    let frame = "<iframe src=https://cdn.example.com/a.html></iframe>";
    assert!(errors(frame, &resources)[0].contains("`csp(frames(\"https://cdn.example.com\"))`"));
    assert_eq!(errors(frame, &frames), [""; 0]);
    for never in [
        "<object data=https://cdn.example.com/a.swf></object>",
        "<embed src=https://cdn.example.com/a.swf>",
        "<svg><use href=https://cdn.example.com/a.svg#b /></svg>",
    ] {
        assert_eq!(errors(never, &resources).len(), 1, "{never}");
    }
}

#[test]
fn the_file_and_the_line_are_told() {
    assert_eq!(
        errors("<link rel=stylesheet href=far.css>", &Csp::default()),
        [
            "ui/far.css:2 (for ui/view.html:1): `https://cdn.example.com/a.woff2` is on a server that no client lets the view load from; \
          allow it with `csp(resources(\"https://cdn.example.com\"))` in `app(…)`, or put a copy of the file into the package and name that"
        ]
    );
    let page = "<p>\n<img src=https://a.example:8443/a.png>\n<script src='https://b.example/b.js'></script>";
    let told = errors(page, &Csp::default());
    assert!(
        told[0].starts_with("ui/view.html:2: `https://a.example:8443/a.png`")
            && told[0].contains("\"https://a.example:8443\"")
    );
    assert!(told[1].starts_with("ui/view.html:3: `https://b.example/b.js`"), "{told:?}");
}

#[test]
fn what_loads_nothing_needs_no_policy() {
    for page in [
        "<a href=https://example.com>there</a>",
        "<!-- <script src=https://example.com/a.js></script> -->",
        "<link rel=canonical href=https://example.com>",
        "<link rel=preconnect href=https://example.com>",
        "<style>@namespace svg url(http://www.w3.org/2000/svg); a { content: 'url(https://example.com)' }</style>",
        "<svg xmlns='http://www.w3.org/2000/svg'></svg>",
        "<script>const a = 'https://example.com/a.js'; fetch(a)</script>",
        "<img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>'>",
        "<iframe src=about:blank></iframe>",
        "<textarea><img src=https://example.com/a.png></textarea>",
    ] {
        assert_eq!(errors(page, &Csp::default()), [""; 0], "{page}");
    }
}
