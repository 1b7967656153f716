//! Edits of host.json that keep the rest of the file.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::validate;

fn edit(text: &str, path: &[&str], value: Value) -> String {
    let mut file = HostJson::parse(text).unwrap();
    assert!(file.set(path, value.clone()), "{text}");
    assert_eq!(file.get(path), Some(value.clone()));
    assert!(!file.set(path, value), "a second time changes nothing");
    HostJson::parse(&file.to_text()).unwrap();
    file.to_text()
}

#[test]
fn a_fresh_file() {
    let mut file = HostJson::new();
    assert_eq!(file.to_text(), "{\n  \"version\": \"2.0\"\n}\n");
    assert_eq!(validate::host_json(&file).len(), 1);
    file.set(&["customHandler", "description", "defaultExecutablePath"], "app");
    assert!(validate::host_json(&file).is_empty());
}

#[test]
fn edits_keep_everything_else() {
    let text = "\u{feff}// top\r\n{\r\n\t/* v */ \"version\" : \"2.0\", // the only one\r\n\t\"customHandler\": {\r\n\t\t\
                \"enableForwardingHttpRequest\":false, // why\r\n\t\t\"mine\": [1,2 , 3,],\r\n\t},\r\n}\r\n// end";
    let edited = edit(text, &["customHandler", "enableForwardingHttpRequest"], json!(true));
    assert_eq!(edited, text.replace("Request\":false", "Request\":true"));
    let added = edit(text, &["customHandler", "enableProxyingHttpRequest"], json!(true));
    let expected = text.replace("3,],\r\n", "3,],\r\n\t\t\"enableProxyingHttpRequest\": true,\r\n");
    assert_eq!(added, expected);
}

#[test]
fn members_are_found_in_any_case() {
    let text = "{\"version\": \"2.0\", \"CustomHandler\": {\"Description\": {}}}";
    let edited = edit(text, &["customHandler", "description", "defaultExecutablePath"], json!("app"));
    assert!(edited.contains("\"CustomHandler\"") && !edited.contains("\"customHandler\""), "{edited}");
    let versions = edit("{\"Version\": \"1\"}", &["version"], json!("2.0"));
    assert!(versions.contains("\"Version\": \"1\"") && versions.contains("\"version\": \"2.0\""), "{versions}");
}

#[test]
fn what_stands_in_the_way_is_replaced() {
    let edited =
        edit("{\n  \"extensions\": null, // c\n  \"a\": 1\n}", &["extensions", "http", "routePrefix"], json!(""));
    assert!(edited.contains("// c") && edited.contains("\"a\": 1"), "{edited}");
    let edited = edit("{\"a\": [1, {\"b\": 2}]}", &["a"], json!({"x": [true, null, 1.5, "q\"\\"]}));
    assert!(HostJson::parse(&edited).is_ok());
    assert!(!HostJson::new().set(&[], 1));
}

#[test]
fn what_is_removed_leaves_nothing_behind_but_what_was_there() {
    let removed = |text: &str, path: &[&str]| {
        let mut file = HostJson::parse(text).unwrap();
        let was_there = file.get(path).is_some();
        assert_eq!(file.remove(path), was_there, "{text}");
        assert!(file.get(path).is_none() && !file.remove(path), "{text}");
        HostJson::parse(&file.to_text()).unwrap();
        file.to_text()
    };
    let text = "{\n  \"version\": \"2.0\", // v\n  \"A\": {\n    \"b\": { \"c\": 1 }\n  },\n  \"d\": 2\n}\n";
    assert_eq!(removed(text, &["a", "b", "c"]), "{\n  \"version\": \"2.0\", // v\n  \"d\": 2\n}\n");
    assert_eq!(removed(text, &["d"]), text.replace(",\n  \"d\": 2", ""));
    assert_eq!(removed(text, &["x", "y"]), text);
    assert_eq!(removed(text, &["d", "y"]), text);
    let text = "{\"version\": \"2.0\", \"a\": {\n  // mine\n  \"b\": 1,\n  \"B\": 2\n}}";
    assert!(removed(text, &["a", "b"]).contains("// mine"));
    assert!(!HostJson::new().remove(&[]));
}

#[test]
fn the_last_of_two_members_counts() {
    let mut file = HostJson::parse("{\"version\": \"1.0\", \"version\": \"2.0\"}").unwrap();
    assert_eq!(file.get(&["version"]), Some(json!("2.0")));
    assert!(!file.set(&["version"], "2.0"));
    assert_eq!(file.get(&["version", "x"]), None);
}

#[test]
fn scalars_are_read_as_they_are_written() {
    let file =
        HostJson::parse("{\"a\": {\"n\": 1.50, \"e\": 1e3, \"t\": \"x\\ty\", \"b\": true, \"z\": null, \"l\": []}}")
            .unwrap();
    let text = |name| file.get_text(&["a", name]);
    assert_eq!(
        [text("n"), text("e"), text("t"), text("b")],
        ["1.50", "1e3", "x\ty", "true"].map(|it| Some(it.to_owned()))
    );
    assert_eq!([text("z"), text("l"), text("none")], [None, None, None]);
}

#[test]
fn unreadable_files() {
    for text in ["", "{", "[]", "null", "{\"a\": 1 \"b\": 2}", "{} {}", "\u{feff}", "// c"] {
        let error = HostJson::parse(text).expect_err(text).to_string();
        assert!(error.contains("503"), "{error}");
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[ab\"\\\\é]{0,2}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_edit_is_read_back(
        before in any_value(),
        pretty in any::<bool>(),
        path in prop::collection::vec("[ab]{1,2}", 1..4),
        value in any_value(),
    ) {
        let before = json!({"a": before});
        let text = if pretty { format!("{before:#}") } else { before.to_string() };
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let mut file = HostJson::parse(&text).unwrap();
        let changed = file.set(&path, value.clone());
        prop_assert_eq!(changed, file.to_text() != text);
        let file = HostJson::parse(&file.to_text()).unwrap();
        prop_assert_eq!(file.get(&path), Some(value));
    }

    #[test]
    fn any_text_is_safe(
        text in "\\PC*|\\{[\\[\\]{}\",:ab01 /*'\\\\\r\n.-]{0,20}\\}|\
                 (//\n|/\\*a\\*/| )*\\{((a|'a'|A|\"b\"):(1|\\{\\}|\\{b:1\\}|\\{ //x\nB : 2 \\})(,| ,//b\r\n|/\\*c\\*/,\n\t))*\\}",
    ) {
        if let Ok(mut file) = HostJson::parse(&text) {
            prop_assert_eq!(file.to_text(), text);
            let _ = validate::host_json(&file);
            file.set(&["a", "b"], 1);
            prop_assert!(HostJson::parse(&file.to_text()).is_ok_and(|file| file.get(&["a", "b"]) == Some(json!(1))));
        }
    }
}
