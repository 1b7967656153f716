//! Values as clients and models write them, and as functions take them.

use super::*;
use crate::function::params::{all_arguments, arg_spec};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::num::{NonZeroI16, NonZeroU8, Wrapping};

/// The value that an argument `a` is read as.
#[track_caller]
fn reads<T: DeserializeOwned + JsonSchema + Send + Debug + PartialEq + 'static>(text: &str, value: T) {
    assert_eq!(arg_spec::<T>("a", "").take(Some(text)).map_err(|error| error.to_string()), Ok(value), "{text}");
}

/// Why a text is no argument `a` of that type.
#[track_caller]
fn refuses<T: DeserializeOwned + JsonSchema + Send + Debug + 'static>(text: &str) -> String {
    arg_spec::<T>("a", "").take(Some(text)).unwrap_err().to_string()
}

fn read_all<T: DeserializeOwned + JsonSchema + Send + Debug + 'static>(text: &str) -> Result<T, String> {
    all_arguments::<T>().take(Some(text)).map_err(|error| error.to_string())
}

/// Whether all ways to write 5 are 5.
macro_rules! integers {
    ($($type:ty),*) => {$(
        for five in ["5", "5.0", "5.00e0", "0.5e1", "50e-1"] {
            reads::<$type>(five, five_of());
        }
        for zero in ["0", "-0", "0.0", "-0.0", "0e5"] {
            reads::<$type>(zero, <$type>::MIN - <$type>::MIN);
        }
        assert_eq!(refuses::<$type>("5.5"), "argument `a`: expected an integer, not 5.5");
        assert!(refuses::<$type>("1e400").ends_with("not 1e400"));
        assert_eq!(refuses::<$type>("\"5\""), "argument `a`: expected an integer, not its text");
    )*};
}

fn five_of<T: TryFrom<u8>>() -> T {
    T::try_from(5).ok().unwrap()
}

#[test]
fn every_integer_may_be_written_as_a_float() {
    integers!(i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);
    reads::<i8>("-128.0", -128);
    reads::<NonZeroU8>("5.0", NonZeroU8::new(5).unwrap());
    reads::<NonZeroI16>("-1e3", NonZeroI16::new(-1000).unwrap());
    reads::<Wrapping<u8>>("5.0", Wrapping(5));
    assert_eq!(refuses::<NonZeroU8>("0.0"), "argument `a`: expected an integer from 1 to 255, not 0.0");
    assert_eq!(refuses::<u8>("256.0"), "argument `a`: expected an integer from 0 to 255, not 256.0");
    assert_eq!(refuses::<u8>("-1"), "argument `a`: expected an integer from 0 to 255, not -1");
    assert_eq!(refuses::<i32>("3e9"), "argument `a`: expected an integer from -2147483648 to 2147483647, not 3e9");
}

#[test]
fn a_float_beyond_all_floats_is_refused_too() {
    let message = "argument `a`: expected a number up to 1.8e308, not -1e400";
    assert_eq!(refuses::<f64>("-1e400"), message);
    assert_eq!(refuses::<Value>("-1e400"), message);
}

#[test]
fn integers_are_exact_to_the_ends_of_their_ranges() {
    reads::<u64>("9007199254740993.0", 9_007_199_254_740_993);
    reads::<i64>("9.007199254740993e15", 9_007_199_254_740_993);
    for float in ["", ".0", "e0"] {
        reads::<u64>(&format!("{}{float}", u64::MAX), u64::MAX);
        reads::<i64>(&format!("{}{float}", i64::MIN), i64::MIN);
        reads::<u128>(&format!("{}{float}", u128::MAX), u128::MAX);
        reads::<i128>(&format!("{}{float}", i128::MIN), i128::MIN);
    }
    assert!(refuses::<u64>("18446744073709551616.0").contains("from 0 to 18446744073709551615"));
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
struct Page {
    size: u32,
    from: Option<i64>,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
struct Flat {
    name: String,
    #[serde(flatten)]
    page: Page,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Internal {
    Page(Page),
    Text { text: String },
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "of", rename_all = "snake_case")]
enum Adjacent {
    Page(Page),
    Sizes(u8, u8),
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Untagged {
    Count(u16),
    Page(Page),
    List(Vec<u8>),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[allow(dead_code)]
enum Shape {
    Circle { radius: u8 },
    Rectangle { width: u8, height: u8 },
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum External {
    Count(u16),
    Page { size: u32 },
    Pair(i8, i8),
    Nothing,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
struct Id(u64);

fn page() -> Page {
    Page { size: 5, from: Some(-2) }
}

const PAGE: &str = r#""size":5.0,"from":-2.0"#;

#[test]
fn integers_are_integers_wherever_they_stand() {
    reads(&format!("{{{PAGE}}}"), page());
    reads("5.0", Some(5u8));
    reads("[1.0,2,3e0]", vec![1u8, 2, 3]);
    reads("[1.0,-2.0]", (1u8, -2i8));
    reads("[1.0,2.0]", [1u8, 2]);
    reads("5.0", Id(5));
    reads(r#"{"a":1.0}"#, HashMap::from([("a".to_owned(), 1u8)]));
    reads(r#"{"1":1.0}"#, BTreeMap::from([(1u32, 1u8)]));
    reads(&format!(r#"{{"type":"page",{PAGE}}}"#), Internal::Page(page()));
    reads(&format!(r#"{{"type":"page","of":{{{PAGE}}}}}"#), Adjacent::Page(page()));
    reads(r#"{"of":[1.0,2.0],"type":"sizes"}"#, Adjacent::Sizes(1, 2));
    reads("5.0", Untagged::Count(5));
    reads("[5.0]", Untagged::List(vec![5]));
    reads(&format!("{{{PAGE}}}"), Untagged::Page(page()));
    reads(r#"{"count":1e3}"#, External::Count(1000));
    reads(r#"{"page":{"size":5.0}}"#, External::Page { size: 5 });
    reads(r#"{"pair":[1.0,-1.0]}"#, External::Pair(1, -1));
    reads(r#""nothing""#, External::Nothing);
    let flat = read_all::<Flat>(&format!(r#"{{"name":"x",{PAGE}}}"#));
    assert_eq!(flat, Ok(Flat { name: "x".to_owned(), page: page() }));
}

#[test]
fn names_of_members_stay_as_they_are() {
    assert!(refuses::<BTreeMap<u32, u8>>(r#"{"1.0":1.0}"#).contains("expected an integer"));
    assert!(refuses::<BTreeMap<u32, u8>>(r#"{"+1":1.0}"#).contains("expected an integer"));
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Mixed {
    count: u8,
    any: Value,
    half: f64,
    #[schemars(with = "Value")]
    raw: Box<serde_json::value::RawValue>,
}

/// A number that is no integer's stays what it was, and so does all that a type takes as it is.
#[test]
fn nothing_else_changes() {
    let mixed = read_all::<Mixed>(r#"{"count":5.0,"any":{"b":1.0,"a":"{}"},"half":2.0,"raw":[1.0, "{}"]}"#).unwrap();
    assert_eq!((mixed.count, mixed.half), (5, 2.0));
    assert_eq!(mixed.any.to_string(), r#"{"b":1.0,"a":"{}"}"#);
    assert_eq!(mixed.raw.get(), r#"[1.0,"{}"]"#);
    reads("1.0", json!(1.0));
    reads("\"{}\"", "{}".to_owned());
    reads("\"[1]\"", json!("[1]"));
}

fn text(json: &str) -> String {
    json!(json).to_string()
}

#[test]
fn objects_and_arrays_may_be_sent_as_their_text() {
    let json = format!("{{{PAGE}}}");
    reads(&text(&json), page());
    reads(&text(&json), Some(page()));
    reads(&text("[1, 2.0]"), vec![1u8, 2]);
    reads(&text("[1,2]"), (1u8, 2u8));
    reads(&text(r#"{"a":1}"#), HashMap::from([("a".to_owned(), 1u8)]));
    reads(&text(r#"{"count":5}"#), External::Count(5));
    reads(&text(&format!(r#"{{"type":"page",{PAGE}}}"#)), Internal::Page(page()));
    reads(&text(&json), Untagged::Page(page()));
    reads(&text("[5]"), Untagged::List(vec![5]));
    reads(&format!("[{},{{{PAGE}}}]", text(&json)), vec![page(), page()]);
    reads(&format!(r#"{{"type":"page","of":{}}}"#, text(&json)), Adjacent::Page(page()));
    reads(&text(&format!("[{}]", text(&json))), vec![page()]);
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
struct Report {
    title: String,
    #[serde(flatten)]
    of: Body,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
struct Body {
    text: String,
    pages: Vec<Page>,
    page: Option<Page>,
    either: StringOrPage,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
enum StringOrPage {
    Text(String),
    Page(Page),
}

/// serde reads flattened members before it knows their types; a string that may be one is one, whatever it holds.
#[test]
fn texts_are_read_where_only_the_schema_knows() {
    let json = format!("{{{PAGE}}}");
    let arguments = json!({ "title": "[]", "text": "{}", "pages": format!("[{json}]"), "page": json, "either": json });
    let body = Body {
        text: "{}".to_owned(),
        pages: vec![page()],
        page: Some(page()),
        either: StringOrPage::Text(json.clone()),
    };
    assert_eq!(read_all::<Report>(&arguments.to_string()), Ok(Report { title: "[]".to_owned(), of: body }));
}

#[test]
fn what_is_no_text_of_one_is_refused_as_text() {
    assert_eq!(refuses::<Page>(&text("{\"size\":")), "argument `a`: expected an object, not its text");
    assert_eq!(refuses::<Page>(&text("[1]")), "argument `a`: expected an object, not an array");
    assert_eq!(refuses::<Vec<u8>>(&text("1,2")), "argument `a`: expected an array, not a string");
    assert_eq!(refuses::<Page>(&text("5")), "argument `a`: expected an object, not a string");
    assert_eq!(refuses::<u8>(&text("5")), "argument `a`: expected an integer, not its text");
    assert_eq!(refuses::<bool>(&text("true")), "argument `a`: expected a boolean, not its text");
    assert_eq!(refuses::<String>("5"), "argument `a`: expected a string, not a number");
}

#[test]
fn a_lenient_parameter_takes_numbers_and_booleans_as_text() {
    fn lenient<T: DeserializeOwned + JsonSchema + Send + Debug + 'static>(json: &str) -> Result<T, String> {
        arg_spec::<T>("a", "").lenient().take(Some(json)).map_err(|error| error.to_string())
    }
    assert_eq!(lenient(&text("5")), Ok(5u8));
    assert_eq!(lenient(&text(" 5.0 ")), Ok(Some(5u8)));
    assert_eq!(lenient(&text("0.5")), Ok(0.5f32));
    assert_eq!(lenient(&text("18446744073709551615")), Ok(u64::MAX));
    assert_eq!(lenient(&text("true")), Ok(true));
    assert_eq!(lenient(&text("False")), Ok(false));
    assert_eq!(lenient(r#"["1",2]"#), Ok(vec![1u8, 2]));
    assert_eq!(lenient(r#"{"size":"5","from":-2}"#), Ok(page()));
    assert_eq!(lenient(r#"{"type":"page","size":"5","from":"-2"}"#), Ok(Internal::Page(page())));
    assert_eq!(lenient(&text("5")), Ok("5".to_owned()));
    assert_eq!(lenient(&text("5")), Ok(json!("5")));
    assert_eq!(lenient::<u8>("\"many\""), Err("argument `a`: expected an integer, not a string".to_owned()));
    assert_eq!(lenient::<u8>("\"300\"").unwrap_err(), "argument `a`: expected an integer from 0 to 255, not 300");
    assert!(lenient::<bool>("\"1\"").is_err() && lenient::<u8>("\"\"").is_err() && lenient::<u8>("true").is_err());
}

#[test]
fn a_mistake_is_told_with_its_place_wherever_it_is() {
    let told = |result: Result<Flat, String>| result.unwrap_err();
    assert_eq!(told(read_all(r#"{"name":"x","size":"y"}"#)), "argument `size`: expected an integer, not a string");
    assert_eq!(
        told(read_all(r#"{"name":"x","size":5000000000}"#)),
        "argument `size`: expected an integer from 0 to 4294967295, not 5000000000"
    );
    assert_eq!(told(read_all(r#"{"name":"x"}"#)), "argument `size` is missing");
    assert_eq!(told(read_all(r#"{"name":1,"size":5}"#)), "argument `name`: expected a string, not a number");
    assert_eq!(
        refuses::<Internal>(r#"{"type":"page","size":1.5}"#),
        "argument `a` at `size`: expected an integer, not 1.5"
    );
    assert_eq!(
        refuses::<Internal>(r#"{"type":"picture"}"#),
        "argument `a` at `type`: expected \"page\" or \"text\", not \"picture\""
    );
    assert_eq!(
        refuses::<Vec<Page>>(r#"[{"size":1},{"size":null}]"#),
        "argument `a` at `[1].size`: expected an integer, not null"
    );
    assert_eq!(refuses::<Page>("{}"), "argument `a`: `size` is missing");
    assert_eq!(refuses::<External>("\"all\""), "argument `a`: expected \"nothing\" or an object, not \"all\"");
    assert_eq!(
        refuses::<Untagged>("\"all\""),
        "argument `a`: expected an integer from 0 to 65535, an object or an array, not a string"
    );
    assert_eq!(refuses::<Vec<Untagged>>("[{\"from\":1}]"), "argument `a` at `[0]`: `size` is missing");
    assert_eq!(
        refuses::<Option<Shape>>("{\"width\":1}"),
        "argument `a`: expected an object with `radius` or an object with `width` and `height`"
    );
    assert_eq!(refuses::<(u8, u8)>("[1]"), "argument `a`: expected an array of 2 values, not of 1");
    assert_eq!(
        refuses::<std::net::Ipv4Addr>("\"x\""),
        "argument `a`: expected an IPv4 address such as \"192.0.2.1\", not \"x\""
    );
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Closed {
    #[allow(dead_code)]
    size: u8,
}

#[test]
fn members_too_many_are_named() {
    let all = read_all::<Closed>(r#"{"size":1,"colour":2}"#).unwrap_err();
    assert_eq!(all, "argument `colour` is unknown, expected `size`");
    assert_eq!(refuses::<Closed>(r#"{"size":1,"size":2}"#), "argument `a`: `size` is there twice");
}

/// schemars' formats and chrono's own messages are both for the model.
#[test]
fn a_format_is_told_with_an_example() {
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "String")]
    struct Workday;

    impl TryFrom<String> for Workday {
        type Error = &'static str;

        fn try_from(text: String) -> Result<Self, Self::Error> {
            if text == "2026-08-01" { Err("it is a Saturday") } else { Ok(Workday) }
        }
    }

    impl JsonSchema for Workday {
        fn schema_name() -> Cow<'static, str> {
            "Workday".into()
        }

        fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
            schemars::json_schema!({ "type": "string", "format": "date" })
        }
    }

    assert_eq!(
        refuses::<Option<Workday>>("\"2026-08-01\""),
        "argument `a`: expected a date such as \"2026-07-28\", not \"2026-08-01\" (it is a Saturday)"
    );
    assert_eq!(refuses::<Workday>("20260801"), "argument `a`: expected a date such as \"2026-07-28\", not a number");
    arg_spec::<Workday>("a", "").take(Some("\"2026-08-03\"")).unwrap();
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Tree {
    #[allow(dead_code)]
    leaves: Vec<Tree>,
}

/// A stack that overflows would end the process, with every other call in it.
#[test]
fn depth_is_bounded_in_types_that_contain_themselves() {
    let mut json = r#"{"leaves":[]}"#.to_owned();
    for _ in 0..16 {
        json = format!(r#"{{"leaves":{}}}"#, text(&format!("[{json}]")));
        if json.len() > 4 << 20 {
            break;
        }
    }
    arg_spec::<Tree>("a", "").take(Some(&json)).map(drop).ok();
    let deep = format!("{}{}", r#"{"leaves":["#.repeat(10_000), "]}".repeat(10_000));
    assert!(refuses::<Tree>(&deep).contains("in each other"));
}

#[test]
fn a_schema_says_what_to_read() {
    let schema = json!({ "type": "object", "properties": {
        "count": { "type": "integer" },
        "share": { "type": "number" },
        "list": { "type": "array", "items": { "$ref": "#/$defs/n" } },
        "any": true,
        "note": { "type": ["string", "object"] },
    }, "$defs": { "n": { "type": "integer" } } });
    let arguments =
        json!({ "count": 5.0, "share": 5.0, "list": "[1.0]", "any": 1.0, "note": "{}", "more": 1.0 }).to_string();
    let mut tree = Node::parse(&arguments).unwrap();
    assert_eq!(by_schema::fit(&mut tree, &schema, false), None);
    let mut read = String::new();
    tree.write(&mut read);
    assert_eq!(read, r#"{"count":5,"share":5.0,"list":[1],"any":1.0,"note":"{}","more":1.0}"#);
}
