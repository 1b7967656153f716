//! Resources: their keys, the parameters of their addresses, and what they are.

use crate::{function, is_registered, resource};
use mcp_trigger::{Context, Json, ResourceBody, ResourceContents, ResourceError, State, mcp_resource};
use std::borrow::Cow;
use std::time::Duration;

/// Who somebody is.
#[mcp_resource(
    "users://{userId}/{part}",
    name = "user profile",
    function = "Profile",
    title = "Profile",
    mime_type = "application/json;charset=utf-8",
    size = 1_024,
    percent_decode,
    meta = r#"{"a": 1}"#,
    icons("https://example.com/a.png"),
    timeout = "5s"
)]
async fn profile(
    cx: &Context,
    part: Part,
    /// In any order
    #[arg(rename = "userId")]
    user_id: u64,
    State(names): State<Names>,
) -> Result<Option<Json<String>>, ResourceError> {
    let _ = (cx, part);
    Ok(names.0.get(usize::try_from(user_id)?).map(|name| Json((*name).to_owned())))
}

#[derive(serde::Deserialize)]
enum Part {
    Name,
}

#[derive(Clone)]
struct Names(&'static [&'static str]);

#[test]
fn every_key_arrives() {
    let (resource, function) = (resource("user profile"), function("user profile"));
    assert_eq!((resource.uri, resource.name), ("users://{userId}/{part}", "user profile"));
    assert_eq!(resource.mime_type, Some("application/json;charset=utf-8"));
    assert_eq!((resource.size, resource.percent_decode), (Some(1024), true));
    assert_eq!((function.name, function.title), ("Profile", Some("Profile")));
    assert_eq!((function.description, function.meta), ("Who somebody is.", Some(r#"{"a": 1}"#)));
    assert_eq!((function.icons.len(), function.timeout), (1, Some(Duration::from_secs(5))));
    assert_eq!(function.states.len(), 1);
    let _ = (Part::Name, Names(&[]), profile);
}

#[mcp_resource("docs://readme")]
fn readme() -> &'static str {
    "# Readme"
}

#[test]
fn nothing_said_is_nothing_claimed() {
    let (resource, function) = (resource("readme"), function("readme"));
    assert_eq!((resource.uri, resource.size, resource.percent_decode), ("docs://readme", None, false));
    assert_eq!((function.name, function.title, function.description), ("readme", None, ""));
    assert!(function.meta.is_none() && function.icons.is_empty() && function.access.is_none());
    assert_eq!(readme(), "# Readme");
}

macro_rules! resources {
    ($($name:ident: $type:ty = $uri:literal, $value:expr;)*) => {$(
        #[mcp_resource($uri, percent_decode = false)]
        fn $name() -> $type {
            $value
        }
    )*};
}

resources! {
    text: String = "types://text", String::new();
    borrowed_text: Cow<'static, str> = "types://cow", "".into();
    bytes: Vec<u8> = "types://bytes", Vec::new();
    borrowed_bytes: &'static [u8] = "types://slice", &[];
    array: &'static [u8; 1] = "types://array", b"x";
    json: Json<u8> = "types://json", Json(1);
    maybe: Option<Json<u8>> = "types://maybe", None;
    fallible: Result<Option<String>, ResourceError> = "types://fallible", Ok(None);
    any: ResourceContents = "types://any", ResourceContents::new("", ResourceBody::Text(String::new()));
}

#[test]
fn what_it_is_follows_from_the_type() {
    for (name, mime_type) in [
        ("readme", Some("text/plain")),
        ("text", Some("text/plain")),
        ("borrowed_text", Some("text/plain")),
        ("bytes", Some("application/octet-stream")),
        ("borrowed_bytes", Some("application/octet-stream")),
        ("array", Some("application/octet-stream")),
        ("json", Some("application/json")),
        ("maybe", Some("application/json")),
        ("fallible", Some("text/plain")),
        ("any", None),
    ] {
        assert_eq!(resource(name).mime_type, mime_type, "{name}");
    }
    let _ = (text(), borrowed_text(), bytes(), borrowed_bytes(), array(), json(), maybe(), fallible(), any());
}

#[mcp_resource("left-out://a")]
#[cfg(any())]
fn left_out_resource() -> NoSuchType {}

#[mcp_resource("left-in://a")]
#[cfg(test)]
fn left_in_resource() -> String {
    String::new()
}

#[deprecated]
#[mcp_resource("old://a")]
fn old_resource() -> String {
    String::new()
}

#[test]
#[allow(deprecated)]
fn conditions_and_deprecations() {
    assert!(is_registered("left_in_resource") && !is_registered("left_out_resource"));
    assert!(is_registered("old_resource"));
    assert_eq!(left_in_resource(), old_resource());
}
