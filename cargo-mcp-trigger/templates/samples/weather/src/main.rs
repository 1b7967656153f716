//! A tool with a view: clients that know MCP Apps show `ui/weather.html` with the result in it, all others the result alone.

mod weather;

use mcp_trigger::{ExitCode, Json, mcp_tool};
use weather::Weather;

/// Tells the weather of a place now and for the next days. It is made up: the same for a place at all times.
#[mcp_tool(
    function = "GetWeather",
    title = "Weather",
    read_only,
    idempotent,
    open_world = false,
    app(view = "ui/weather.html", title = "Weather", prefers_border)
)]
fn get_weather(
    /** A city, as in `Oslo` */
    location: String,
) -> Result<Json<Weather>, &'static str> {
    let location = location.trim();
    if location.is_empty() {
        return Err("`location` is empty: name a city");
    }
    Ok(Json(Weather::of(location)))
}

fn main() -> ExitCode {
    mcp_trigger::run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_name() {
        assert_eq!(get_weather(" Oslo ".to_owned()).unwrap().0.location, "Oslo");
        assert!(get_weather(" ".to_owned()).is_err());
    }
}
