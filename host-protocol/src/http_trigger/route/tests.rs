//! Routes read, matched and ordered as ASP.NET's router does.

use super::*;
use crate::function_json::AuthLevel;
use crate::function_json::{FunctionJson, forwarded_route};
use crate::http_trigger::HttpFunction;
use proptest::prelude::*;

fn matches(template: &str, path: &str) -> Option<Vec<(String, Option<String>)>> {
    RouteTemplate::parse(template).unwrap().matches(&RequestPath::parse(path))
}

/// The values of a match, with `-` for a parameter without one.
fn values(template: &str, path: &str) -> Option<String> {
    let values = matches(template, path)?;
    let text = |(name, value): (String, Option<String>)| format!("{name}={}", value.as_deref().unwrap_or("-"));
    Some(values.into_iter().map(text).collect::<Vec<_>>().join(" "))
}

#[test]
fn templates_match_as_with_aspnet() {
    for (template, path, expected) in [
        ("hello", "/hello", Some("")),
        ("hello", "/HELLO/", Some("")),
        ("hello", "/hello//", None),
        ("hello", "//hello", None),
        ("hello", "/hellox", None),
        ("", "/", Some("")),
        ("", "/x", None),
        ("h/{id?}", "/h/7", Some("id=7")),
        ("h/{id?}", "/h", Some("id=-")),
        ("h/{id?}", "/h/", Some("id=-")),
        ("h/{id?}", "/h/7/8", None),
        ("h/{id}", "/h", None),
        ("h/{id}", "/h/a%20b", Some("id=a b")),
        ("h/{id}", "/h/a%2Fb", Some("id=a%2Fb")),
        ("h/{id}/x", "/h//x", None),
        ("h/{id=5}", "/h", Some("id=5")),
        ("h/{id:int=5}/{x?}", "/h", Some("id=5 x=-")),
        ("{*rest}", "/", Some("rest=-")),
        ("{*rest}", "/a/b/", Some("rest=a/b/")),
        ("a/{**rest}", "/a/b//c", Some("rest=b//c")),
        ("a/{*rest}", "/a", Some("rest=-")),
        ("a/{*rest}", "/ab", None),
        ("a/{*rest=none}", "/a", Some("rest=none")),
        ("{name}.{format}", "/a.b.c", Some("name=a.b format=c")),
        ("{name}.{format}", "/a", None),
        ("{name}.{format?}", "/a", Some("name=a format=-")),
        ("{name}.{format?}", "/a.b", Some("name=a format=b")),
        ("v{major}-{minor}x", "/V1-2X", Some("major=1 minor=2")),
        ("v{major}", "/v", None),
        ("a{{b}}/{c}", "/A{B}/d", Some("c=d")),
    ] {
        assert_eq!(values(template, path).as_deref(), expected, "{template} {path}");
    }
}

#[test]
fn constraints_decide() {
    for (constraint, fits, others) in [
        ("int", &["7", "-7"][..], &["x", "7x", "3000000000"][..]),
        ("long", &["3000000000"], &["x", "1.5"]),
        ("bool", &["true", "FALSE"], &["1", "yes"]),
        ("decimal", &["1.5", "-2"], &["x", "1.2.3"]),
        ("double", &["1e3"], &["NaN", "x"]),
        (
            "guid",
            &[
                "7b3f1a52-0000-4000-8000-2f5d3b1a9c77",
                "7b3f1a52000040008000aaaaaaaaaaaa",
                "(7b3f1a52-0000-4000-8000-2F5D3B1A9C77)",
            ],
            &["7b3f1a52", "7b3f1a52-0000-4000-80002f5d-3b1a9c77"],
        ),
        ("alpha", &["abc"], &["a1", "é"]),
        ("length(2)", &["ab"], &["a", "abc"]),
        ("length(2,3)", &["ab", "abc"], &["a", "abcd"]),
        ("minlength(2)", &["ab"], &["a"]),
        ("maxlength(2)", &["ab"], &["abc"]),
        ("min(2)", &["2"], &["1", "x"]),
        ("max(2)", &["2"], &["3", "x"]),
        ("range(2,4)", &["2", "4"], &["1", "5"]),
        ("int:min(2)", &["2"], &["1"]),
        ("required", &["x"], &[]),
    ] {
        let template = format!("a/{{id:{constraint}}}");
        for value in fits {
            assert!(matches(&template, &format!("/a/{value}")).is_some(), "{constraint} {value}");
        }
        for value in others {
            assert!(matches(&template, &format!("/a/{value}")).is_none(), "{constraint} {value}");
        }
    }
    assert!(matches("a/{id:int?}", "/a").is_some(), "what is missing breaks no rule");
    for path in ["/a", "/a/7", "/a/x"] {
        assert_eq!(matches("a/{*id:int}", path), None, "recorded: a constraint on what takes the rest never matches");
    }
}

#[test]
fn what_is_no_route_is_refused_with_its_reason() {
    for (template, why) in [
        ("a/{b", "has no end"),
        ("a}b", "without a `{`"),
        ("a//b", "empty part"),
        ("{}", "no name"),
        ("{a}{b}", "side by side"),
        ("{a}/{A}", "two parameters"),
        ("{*a}/b", "the last"),
        ("x{*a}", "by itself"),
        ("x{a?}", "by itself"),
        ("{*a?}", "anyway"),
        ("{a=1?}", "default"),
        ("{a:integer}", "no constraint `integer`"),
        ("{a:int(5)}", "arguments"),
        ("{a:range(1)}", "arguments"),
        ("{a:regex(^[[a-z]]$)}", "does not know"),
    ] {
        let error = RouteTemplate::parse(template).unwrap_err().to_string();
        assert!(error.contains(why) && error.contains(template), "{error}");
    }
}

fn function(name: &str, methods: &str, route: &str) -> HttpFunction {
    let text =
        format!(r#"{{"bindings":[{{"type":"httpTrigger","name":"req","methods":{methods},"route":"{route}"}}]}}"#);
    HttpFunction::read(name, &FunctionJson::parse(&text).unwrap()).unwrap().unwrap()
}

#[test]
fn what_says_more_comes_first_whatever_the_order() {
    let routes = ["{*rest}", "a/{id}", "a/{id:int}", "a/b", "{x}/b", "a", "a/b/{*rest}", "{*rest:int}", "a/{id}.x"];
    let functions = routes.map(|route| function("F", "null", route));
    let (table, problems) = RouteTable::new(functions.iter().map(|function| ("", function)));
    assert!(problems.is_empty());
    let found = |path: &str| table.find("GET", &RequestPath::parse(path)).map(|found| routes[found.function]);
    for (path, route) in [
        ("/a", "a"),
        ("/a/b", "a/b"),
        ("/a/7", "a/{id:int}"),
        ("/a/y.x", "a/{id}.x"),
        ("/a/x", "a/{id}"),
        ("/z/b", "{x}/b"),
        ("/a/b/c", "a/b/{*rest}"),
        ("/7", "{*rest}"),
        ("/z", "{*rest}"),
    ] {
        assert_eq!(found(path), Some(route), "{path}");
    }
}

#[test]
fn methods_choose_between_functions_of_one_route() {
    let functions = [function("Read", r#"["get"]"#, "x"), function("Write", r#"["POST","put"]"#, "x")];
    let (table, _) = RouteTable::new(functions.iter().map(|function| ("api", function)));
    let found = |method: &str| table.find(method, &RequestPath::parse("/api/x")).map(|found| found.function);
    assert_eq!([found("GET"), found("PUT"), found("HEAD"), found("OPTIONS")], [Some(0), Some(1), None, None]);
}

/// RouteTable against what was recorded of them: ground-truth.md §6 and §12.
#[test]
fn recorded_paths_are_found_and_rebuilt() {
    let files = ["mcp/{*path}", ".well-known/{*path}"].map(|route| forwarded_route(route, AuthLevel::Function));
    let functions = files.map(|file| HttpFunction::read("F", &file).unwrap().unwrap());
    let (table, _) = RouteTable::new(functions.iter().map(|function| ("", function)));
    let arrives = |path: &str| {
        let path = RequestPath::parse(path);
        table.find("POST", &path).map(|_| path.rebuilt().to_string())
    };
    for path in ["/mcp", "/mcp/x", "/MCP", "/mcp/..%2fHelloTool", "/.well-known/oauth-protected-resource/mcp"] {
        assert_eq!(arrives(path).as_deref(), Some(path));
    }
    for path in ["/HelloTool", "/mcpx", "/mcp/../HelloTool", "/mcp/%2e%2e/HelloTool"] {
        assert_eq!(arrives(path), None, "{path}");
    }
    for path in ["/.well-known/..%5cHello", "/.well-known/..\\Hello", "/mcp/..%5cHello"] {
        assert_eq!(arrives(path).as_deref(), Some("/Hello"), "{path}");
    }
}

proptest! {
    /// No template and no path makes it panic, and what a parameter takes is part of the path.
    #[test]
    fn any_template_and_any_path(template in "[a{}/:*?=.]{0,12}", path in "(/[aA.%é]{0,3}){0,4}") {
        if let Ok(template) = RouteTemplate::parse(&template) {
            let path = RequestPath::parse(&path);
            if let Some(values) = template.matches(&path) {
                let whole = path.segments().join("/");
                for (name, value) in values {
                    let has_default = template.segments.iter().flat_map(Segment::parameters).any(|it| it.name == name && it.default.is_some());
                    prop_assert!(value.is_none_or(|value| has_default || whole.contains(&value)));
                }
            }
        }
    }

    /// A catch-all behind a literal takes paths that begin with this literal, and no others.
    #[test]
    fn a_literal_holds_whatever_the_path(path in "(/(mcp|MCP|\\.|\\.\\.|%2e|%2E%2e|x|%2f|%5c|%6dcp)){0,5}") {
        let path = RequestPath::parse(&path);
        let matched = RouteTemplate::parse("mcp/{*path}").unwrap().matches(&path).is_some();
        prop_assert_eq!(matched, path.to_string().to_lowercase().strip_prefix("/mcp").is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    }
}
