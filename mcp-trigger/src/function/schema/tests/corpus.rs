//! Types as users write them, each with values that serde really writes and reads.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};

/// One type of the corpus.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) argument: fn(&mut SchemaGenerator) -> Schema,
    pub(super) result: fn(&mut SchemaGenerator) -> Schema,
    /// Some of its values, serialized.
    pub(super) values: Vec<Value>,
}

macro_rules! corpus {
    ($($name:ident: $type:ty = [$($value:expr),+ $(,)?];)+) => {
        pub(super) fn corpus() -> Vec<Entry> {
            vec![$(Entry {
                name: stringify!($name),
                argument: crate::function::schema::argument::<$type>,
                result: crate::function::schema::result::<$type>,
                values: vec![$({
                    let value: $type = $value;
                    let json = serde_json::to_value(&value).unwrap();
                    serde_json::from_value::<$type>(json.clone()).expect(stringify!($name));
                    json
                }),+],
            }),+]
        }
    };
}

corpus! {
    // Types without a declaration.
    string: String = ["text".into()];
    character: char = ['x'];
    boolean: bool = [true];
    u8: u8 = [0, 255];
    u64: u64 = [u64::MAX];
    i64: i64 = [-1];
    f32: f32 = [0.5];
    unit: () = [()];
    any: Value = [json!({ "a": [1, null] }), json!("text")];
    json_object: serde_json::Map<String, Value> = [serde_json::Map::new()];
    ip_address: std::net::IpAddr = [std::net::Ipv4Addr::LOCALHOST.into()];
    path: std::path::PathBuf = ["a/b".into()];
    option: Option<String> = [None, Some("text".into())];
    option_of_option: Option<Option<u8>> = [None, Some(Some(1))];
    option_of_vec: Option<Vec<String>> = [None, Some(vec!["text".into()])];
    vec_of_option: Vec<Option<i32>> = [vec![None, Some(1)]];
    boxed: Box<String> = [Box::new("text".into())];
    set: HashSet<String> = [HashSet::from(["text".into()])];
    array: [u8; 3] = [[1, 2, 3]];
    tuple: (String, u32) = [("text".into(), 1)];
    tuple_of_equals: (f64, f64) = [(1.0, 2.0)];
    hash_map: HashMap<String, u32> = [HashMap::from([("a".into(), 1)])];
    map_of_numbers: BTreeMap<u32, Option<bool>> = [BTreeMap::from([(1, None), (2, Some(true))])];
    map_of_choices: BTreeMap<Plain, u8> = [BTreeMap::from([(Plain::Rust, 1)])];

    // Structs.
    empty: Empty = [Empty {}];
    unit_struct: Unit = [Unit];
    documented: Documented = [
        Documented { name: "a".into(), note: None, count: 3, origin: None },
        Documented { name: "a".into(), note: Some("b".into()), count: 0, origin: Some(Origin { repo: "r".into(), line: Some(1) }) },
    ];
    skipped: Skipped = [Skipped { always: None, sometimes: None, list: vec![] }];
    defaults: Defaults = [Defaults::default()];
    constrained: Constrained = [Constrained {
        stars: 3, name: "abc".into(), code: "AB12".into(), mail: "a@b.example".into(), link: "https://b.example".into(),
        tags: vec!["a".into()], ratio: Some(0.5),
    }];
    titled: Titled = [Titled { plain: 1, named: 2 }];
    renamed: Renamed = [Renamed { user_name: "a".into(), last_seen: None, kind: 1 }];
    closed: Closed = [Closed { only: 1 }];
    newtype: Meters = [Meters(1.5)];
    tuple_struct: Pair = [Pair("a".into(), 1)];
    generic: Page<Origin> = [Page { items: vec![Origin { repo: "r".into(), line: None }], next: None }];
    flattened: Flattened = [Flattened { id: 1, origin: Origin { repo: "r".into(), line: None }, rest: HashMap::from([("x".into(), json!(1))]) }];
    flattened_enum: FlattenedEnum = [FlattenedEnum { id: 1, shape: Shape::Circle { radius: 1.0 } }];
    flattened_option: FlattenedOption = [FlattenedOption { id: 1, shape: None }, FlattenedOption { id: 1, shape: Some(Shape::Nothing) }];
    keywords: Keywords = [Keywords { format: "a".into(), default: None, required: 1, reference: "b".into() }];

    // Enums.
    plain_enum: Plain = [Plain::Rust, Plain::CSharp];
    documented_enum: Level = [Level::Low, Level::High];
    half_documented_enum: Half = [Half::First, Half::Second, Half::Third, Half::Fourth];
    option_of_enum: Option<Half> = [None, Some(Half::Third)];
    enum_in_struct: Job = [Job { level: Level::High, half: None, more: vec![Half::First] }];
    external: External = [
        External::Nothing, External::Something, External::Number(1), External::Pair(1, "a".into()),
        External::Object { x: None },
    ];
    internal: Shape = [Shape::Circle { radius: 1.0 }, Shape::Square(Square { side: 1 }), Shape::Nothing];
    adjacent: Adjacent = [Adjacent::Move { x: 1 }, Adjacent::Say("a".into()), Adjacent::Stop];
    untagged: Untagged = [Untagged::Number(1), Untagged::Text("a".into()), Untagged::Nothing];
    other_variant: WithOther = [WithOther::Known, WithOther::Other("a".into())];

    // Types within themselves.
    tree: Tree = [Tree { value: 1, children: vec![Tree { value: 2, children: vec![], parent: None }], parent: None }];
    expression: Expression = [Expression::Add { left: Box::new(Expression::Number { value: 1 }), right: Box::new(Expression::Number { value: 2 }) }];
    mutual: Folder = [Folder { files: vec![File { link: Some(Box::new(Folder { files: vec![] })) }] }];
    generic_tree: Chain<Half> = [Chain { item: Half::First, next: Some(Box::new(Chain { item: Half::Second, next: None })) }];
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Empty {}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Unit;

/// A struct with everything said.
///
/// In two paragraphs.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Documented {
    /// Its name.
    ///
    /// Shown to everyone.
    name: String,
    /// A note.
    note: Option<String>,
    count: u16,
    /// Where it comes from.
    origin: Option<Origin>,
}

/// Where something comes from.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Origin {
    /// A repository.
    repo: String,
    line: Option<u32>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Skipped {
    always: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sometimes: Option<u8>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    list: Vec<u8>,
}

#[derive(Serialize, Deserialize, JsonSchema, Default)]
pub(super) struct Defaults {
    #[serde(default = "three")]
    three: u8,
    #[serde(default)]
    zero: u8,
    /// Null by default, which says nothing.
    #[serde(default)]
    nothing: Option<u8>,
    #[serde(default)]
    level: Level,
}

fn three() -> u8 {
    3
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Constrained {
    #[schemars(range(min = 1, max = 5))]
    stars: u8,
    #[schemars(length(min = 1, max = 10))]
    name: String,
    #[schemars(regex(pattern = r"^[A-Z]{2}\d+$"))]
    code: String,
    #[schemars(email)]
    mail: String,
    #[schemars(url)]
    link: String,
    #[schemars(length(max = 4), inner(length(min = 1)), example = vec!["a"])]
    tags: Vec<String>,
    #[schemars(range(min = 0.0, max = 1.0))]
    ratio: Option<f64>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(title = "A title of the user")]
pub(super) struct Titled {
    plain: u8,
    #[schemars(title = "Another one")]
    named: u8,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Renamed {
    user_name: String,
    last_seen: Option<String>,
    #[serde(rename = "type", alias = "sort")]
    kind: u8,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Closed {
    only: u8,
}

/// A distance.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Meters(f32);

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Pair(String, i8);

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Page<T> {
    items: Vec<T>,
    next: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Flattened {
    id: u64,
    #[serde(flatten)]
    origin: Origin,
    #[serde(flatten)]
    rest: HashMap<String, Value>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct FlattenedEnum {
    id: u64,
    #[serde(flatten)]
    shape: Shape,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct FlattenedOption {
    id: u64,
    #[serde(flatten)]
    shape: Option<Shape>,
}

/// Properties called as keywords are.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Keywords {
    format: String,
    default: Option<String>,
    required: u8,
    #[serde(rename = "$ref")]
    reference: String,
}

#[derive(Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub(super) enum Plain {
    Rust,
    CSharp,
}

/// How much.
#[derive(Serialize, Deserialize, JsonSchema, Default)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    /// Hardly any.
    #[default]
    Low,
    /// A lot.
    ///
    /// Even more than that.
    High,
    /// Whatever there is.
    #[deprecated]
    All,
}

/// Declared in the order of their names.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) enum Half {
    First,
    /// Has words.
    Second,
    Third,
    /// Has words too.
    Fourth,
}

/// Work to do.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Job {
    /// How urgent it is.
    level: Level,
    half: Option<Half>,
    more: Vec<Half>,
}

/// Any of these.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum External {
    /// A number.
    Number(u32),
    Nothing,
    Pair(u8, String),
    /// Some thing.
    Something,
    Object {
        x: Option<f64>,
    },
}

/// A shape.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Shape {
    /// Round.
    Circle {
        /// In metres.
        radius: f64,
    },
    Square(Square),
    /// No shape at all.
    Nothing,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Square {
    side: u8,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", content = "with", rename_all = "lowercase")]
pub(super) enum Adjacent {
    Move {
        x: i32,
    },
    Say(String),
    /// No more.
    Stop,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Untagged {
    Number(u32),
    /// Words.
    Text(String),
    Nothing,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum WithOther {
    /// We know it.
    Known,
    Familiar,
    #[serde(untagged)]
    Other(String),
}

/// A tree.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Tree {
    value: u32,
    /// Its branches.
    children: Vec<Tree>,
    /// What it hangs on.
    parent: Option<Box<Tree>>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "lowercase")]
pub(super) enum Expression {
    /// The sum of both.
    Add {
        left: Box<Expression>,
        right: Box<Expression>,
    },
    Number {
        value: i64,
    },
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Folder {
    files: Vec<File>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct File {
    link: Option<Box<Folder>>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Chain<T> {
    item: T,
    next: Option<Box<Chain<T>>>,
}
