//! The view of an MCP App: a resource beside its tool.

use crate::{function, resource};
use mcp_trigger::__private::VIEW_MIME_TYPE;
use mcp_trigger::mcp_tool;

/// Tells the weather.
#[mcp_tool(
    name = "weather.show",
    function = "ShowWeather",
    meta = r#"{ "a": {"b": 1} }"#,
    roles("reader"),
    app(
        view = "tests/macros/view/weather.html",
        title = "Weather",
        csp(
            connect("https://api.example.com", "wss://*.example.com:8080"),
            resources("https://cdn.example.com"),
            frames("https://a.example"),
            base_uri("https://b.example")
        ),
        permissions(geolocation, clipboard_write),
        domain = "weather.example",
        prefers_border = false,
        visibility(app)
    )
)]
fn show_weather(city: String) -> String {
    city
}

#[test]
fn the_tool_says_where_its_view_is() {
    let function = function("weather.show");
    assert_eq!(
        function.meta,
        Some(r#"{"a": {"b": 1},"ui":{"resourceUri":"ui://weather.show/view","visibility":["app"]}}"#)
    );
    assert_eq!((function.name, function.title), ("ShowWeather", None));
    assert_eq!(show_weather("Oslo".to_owned()), "Oslo");
}

#[test]
fn the_view_is_a_resource_for_the_same_callers() {
    let (view, function) = (resource("weather.show_view"), function("weather.show_view"));
    assert_eq!((view.uri, view.mime_type), ("ui://weather.show/view", Some(VIEW_MIME_TYPE)));
    assert_eq!((view.size, view.percent_decode), (None, false));
    assert_eq!((function.name, function.title, function.description), ("ShowWeather-view", Some("Weather"), ""));
    assert_eq!(function.access.map(|access| access.roles), Some(&["reader"][..]));
    assert_eq!((function.meta, function.timeout), (None, None), "what is said of the view stands in its contents");
    assert!(function.location.file.ends_with("apps.rs"));
}

#[mcp_tool(app(view = "tests/macros/view/weather.html"))]
fn plain_weather() {}

macro_rules! with_view {
    ($name:ident, $view:literal) => {
        #[deprecated]
        #[mcp_tool(meta = "{}", app(view = $view, permissions(camera)))]
        fn $name() {}
    };
}
with_view!(generated_weather, "tests/macros/view/weather.html");

#[mcp_tool(app(view = "tests/macros/view/weather.html"))]
#[cfg(any())]
fn left_out_weather() {}

#[test]
fn what_is_not_said_is_left_out() {
    for name in ["plain_weather", "generated_weather"] {
        let ui = format!(r#"{{"ui":{{"resourceUri":"ui://{name}/view","visibility":["model","app"]}}}}"#);
        assert_eq!(function(name).meta, Some(ui.as_str()));
        let view = function(&format!("{name}_view"));
        assert_eq!((view.name, view.title), (format!("{name}-view").as_str(), None));
        assert!(view.access.is_none() && view.icons.is_empty() && view.bindings.is_empty());
    }
    assert!(!crate::is_registered("left_out_weather_view"));
    plain_weather();
}
