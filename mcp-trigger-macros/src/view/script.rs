//! Scripts inside a page: they have no address, so they cannot import relative to it.

use super::tags::end_tag_escaped;
use crate::csp::ServerOrigin;

/// An import that cannot work inside a page, or that a client has to allow.
#[derive(Debug, PartialEq)]
pub(super) struct Import<'a> {
    /// The position of the keyword.
    pub(super) at: usize,
    /// The file, package or address that is imported.
    pub(super) name: &'a str,
}

/// All imports of files and from servers, and those of packages if the page has no import map. An `import("package")` may stand in a
/// branch that no browser runs, so it is not reported.
///
/// An import is recognised by its form: at the start of a line or after another statement, as all formatters and bundlers write
/// it. Only a parser of JavaScript could tell an import from a string with the same text.
pub(super) fn imports(script: &str, has_import_map: bool) -> Vec<Import<'_>> {
    let keywords = script.match_indices("import").chain(script.match_indices("export"));
    let found = keywords.filter_map(|(at, keyword)| {
        let (before, behind) = (&script[..at], &script[at + keyword.len()..]);
        let name = match behind.trim_start().strip_prefix('(') {
            Some(argument) if keyword == "import" && !before.ends_with(|c| is_word(c) || c == '.') => {
                quoted(argument.trim_start()).filter(|name| is_file(name) || ServerOrigin::of(name).is_some())
            }
            Some(_) => None,
            None => {
                let is_missing = |name: &str| is_file(name) || is_package(name) && !has_import_map;
                statement(before, keyword, behind).filter(|name| is_missing(name) || ServerOrigin::of(name).is_some())
            }
        }?;
        Some(Import { at, name })
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|import| import.at);
    found
}

/// The name in `import … from "name"`, `import "name"` or `export … from "name"`.
fn statement<'a>(before: &str, keyword: &str, behind: &'a str) -> Option<&'a str> {
    let before = before.trim_end_matches([' ', '\t']);
    let is_start = before.is_empty() || before.ends_with(['\n', '\r', ';', '}']);
    let clause = &behind[..behind.find(['"', '\''])?];
    let is_clause = clause.chars().all(|c| is_word(c) || c.is_whitespace() || "{},*".contains(c));
    let bindings = clause.trim_end();
    let has_from = bindings.strip_suffix("from").is_some_and(|names| !names.ends_with(is_word));
    let is_import = has_from || keyword == "import" && bindings.is_empty();
    quoted(&behind[clause.len()..]).filter(|_| is_start && is_clause && is_import && !behind.starts_with(is_word))
}

/// The addresses of an import map with their positions: all of its strings, except those before a colon.
pub(super) fn mapped(map: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0..map.len();
    std::iter::from_fn(move || {
        loop {
            let start = rest.start + map[rest.clone()].find('"')? + 1;
            // Addresses need no escapes.
            let end = start + map[start..].find('"')?;
            rest.start = end + 1;
            if !map[rest.clone()].trim_start().starts_with(':') {
                return Some((start, &map[start..end]));
            }
        }
    })
}

/// The text in the quotes at the start.
fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split_once(quote).map(|(inside, _)| inside)
}

fn is_file(name: &str) -> bool {
    ["./", "../", "/"].iter().any(|start| name.starts_with(start)) && !name.starts_with("//")
}

fn is_package(name: &str) -> bool {
    !name.starts_with(['.', '/', '#']) && !name.contains(':')
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

/// A script that can stand between `<script>` and `</script>`. The escaped characters occur in strings only, and mean the same there,
/// in JavaScript and in JSON.
pub(super) fn escaped(script: &str) -> String {
    let escaped = end_tag_escaped(script, "script");
    // After `<!--`, a `<script` makes the browser skip the next end tag.
    let nests = script.contains("<!--") && script.to_ascii_lowercase().contains("<script");
    if nests { escaped.replace("<!--", "\\u003C!--") } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(script: &str) -> Vec<&str> {
        imports(script, false).into_iter().map(|import| import.name).collect()
    }

    #[test]
    fn imports_in_all_their_forms() {
        let script = r#"
            import "./a.js";
            import b, { c as d } from '../b.js'
            import*as e from"/c.js";export*from"./d.js"
            export { default } from "./e.js"
            const f = await import ("./f.js")
            import { App } from "@modelcontextprotocol/ext-apps";
        "#;
        let expected = ["./a.js", "../b.js", "/c.js", "./d.js", "./e.js", "./f.js", "@modelcontextprotocol/ext-apps"];
        assert_eq!(names(script), expected);
        assert_eq!(imports("import \"./a.js\"", false), [Import { at: 0, name: "./a.js" }]);
    }

    #[test]
    fn imports_from_servers() {
        let script = "import a from 'https://e.com/a.js'; export * from \"//e.com/b.js\"; import('http://e.com/c.js'); x('https://e.com')";
        assert_eq!(names(script), ["https://e.com/a.js", "//e.com/b.js", "http://e.com/c.js"]);
        assert_eq!(imports(script, true).len(), 3);
        let map = r#"{"imports": {"https://e.com/no.js": "https://e.com/a.js", "lit": "./lit.js"}, "integrity": {"//a": "sha"}}"#;
        let mapped: Vec<_> = mapped(map).collect();
        assert_eq!(
            mapped.iter().map(|(_, address)| *address).collect::<Vec<_>>(),
            ["https://e.com/a.js", "./lit.js", "sha"]
        );
        assert!(map[mapped[0].0..].starts_with("https://e.com/a.js"));
    }

    #[test]
    fn several_in_a_line() {
        assert_eq!(
            names("import{a}from\"./a.js\";import\"./b.js\";f(()=>import('./c.js'))"),
            ["./a.js", "./b.js", "./c.js"]
        );
        assert_eq!(names("import {\n  a,\n  b as c,\n} from './a.js';"), ["./a.js"]);
    }

    #[test]
    fn what_works_or_is_no_import() {
        for script in [
            "import 'data:text/javascript,1'; import('node:fs'); import('package')",
            "// import './a.js'\n/* import './a.js' */",
            r#"const a = "import './a.js'"; const b = 'it\'s import "./a.js"';"#,
            "const a = `import './a.js'`; importance = './a.js'; exports.from = './a.js'",
            "export const from = './a.js'; export default './b.js'; export { a }; const c = './c.js'",
            "a.import('./a.js'); a.from('./a.js'); reimport('./a.js'); Array.from ('./a.js'); Buffer.from\n'./a.js'",
            "import.meta.url; ({ import: './a.js', from: './a.js' }); import(name); import",
        ] {
            assert_eq!(names(script), [] as [&str; 0], "{script}");
        }
        assert_eq!(imports("import 'lit'; import './a.js'", true), [Import { at: 14, name: "./a.js" }]);
    }

    #[test]
    fn a_script_cannot_end_its_element() {
        assert_eq!(escaped("'</script>' + \"</SCRIPT \""), "'<\\/script>' + \"<\\/SCRIPT \"");
        assert_eq!(escaped("a <!-- b"), "a <!-- b");
        assert_eq!(escaped("'<!-- <Script'"), "'\\u003C!-- <Script'");
    }
}
