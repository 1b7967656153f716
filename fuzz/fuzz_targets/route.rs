//! Routes of HTTP triggers: the prefix, the route, and the path and query of a request, each on a line.
#![no_main]

use host_protocol::function_json::{Binding, Direction, FunctionJson, HTTP_TRIGGER};
use host_protocol::http_trigger::{HttpFunction, RequestPath, RouteTable, RouteTemplate, check_routes};
use host_protocol::invocation::Query;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (prefix, route, target) = (line(), line(), line());

    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query = Query::parse(query).to_string();
    assert_eq!(Query::parse(&query).to_string(), query, "a query is not the same a second time");
    let path = RequestPath::parse(path);
    // ASP.NET takes a decoded `%25` for an escape when it writes the path.
    if !path.segments().iter().any(|segment| segment.contains('%')) {
        assert_eq!(RequestPath::parse(&path.to_string()), path, "a path is not the same a second time");
    }
    let rebuilt = path.rebuilt();
    assert_eq!(rebuilt.rebuilt(), rebuilt, "a path is not the same a second time");
    assert!(!rebuilt.segments().iter().any(|segment| matches!(segment.as_str(), "." | "..")), "a dot is left");

    let _ = RouteTemplate::parse(route).map(|template| template.matches(&path));
    let trigger = Binding::new(HTTP_TRIGGER, Direction::In, "req").with("route", route);
    let file = FunctionJson::generated(vec![trigger]);
    let is_closed = check_routes("Web", &file, prefix, &["Hello"]).is_ok();
    let Some(Ok(function)) = HttpFunction::read("Web", &file) else { return };
    let found = RouteTable::new([(prefix, &function)]).0.find("GET", &path);
    if found.is_some() && is_closed {
        assert_eq!(rebuilt, path, "a closed route brings another path than it was found by");
        assert!(!path.to_string().eq_ignore_ascii_case("/Hello"), "a closed route brings the path of a function");
    }
});
