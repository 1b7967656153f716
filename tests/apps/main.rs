//! A view in a browser: the sample app behind a host of MCP Apps, which is a page of ours, and Chromium to look at it.
//!
//! `cargo test -p tests --test apps`; the pictures are written to `target/apps/`. Without Chromium the test is skipped, and
//! says so; with `REQUIRE_CHROMIUM=1` it fails then.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod browser;
mod site;

use browser::Browser;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tests::process::{App, sample};

/// In the view: no answer is waited for.
const SETTLED: &str = "document.querySelector('[aria-busy=true]') === null";

/// Both themes, for what is seen in one may vanish in the other; and the view's own button, with the keyboard.
#[test]
fn the_weather_is_shown_and_refreshed() {
    let Some(program) = browser() else { return };
    let app = App::local_host(sample("weather-app"));
    let site = site::start(app.address);
    let mut browser = Browser::start(&program, "weather");
    for theme in ["light", "dark"] {
        browser.open(&format!("http://{site}/?theme={theme}&arguments={{%22location%22:%22Oslo%22}}"));
        browser.wait_until("document.title === 'shown' || document.title === 'failed'");
        let frame = browser.frame();
        let weather = report(&mut browser)["result"]["structuredContent"].clone();
        browser.wait_until_in(&frame, SETTLED);
        check_text(&browser.evaluate_in(&frame, "document.body.innerText"), &weather);
        assert_eq!(
            browser.evaluate_in(&frame, "getComputedStyle(document.documentElement).colorScheme"),
            theme,
            "the view follows the host"
        );

        // The only thing in the page that the keyboard can reach.
        browser.press("Tab", 9);
        // It goes from process to process, and only then to the button.
        browser.wait_until_in(&frame, "document.hasFocus() && document.activeElement.id === 'refresh'");
        browser.press("Enter", 13);
        browser.wait_until("JSON.parse(document.getElementById('report').textContent).calls.length === 1");
        let report = report(&mut browser);
        check_report(&report);
        let again = &report["calls"][0]["result"]["structuredContent"];
        browser.wait_until_in(&frame, SETTLED);
        check_text(&browser.evaluate_in(&frame, "document.body.innerText"), again);

        let height = browser.evaluate("document.getElementById('view').clientHeight");
        assert_eq!(height, browser.evaluate_in(&frame, "document.documentElement.scrollHeight"), "all of it is seen");
        assert_eq!(browser.complaints(), [] as [&Value; 0]);
        browser.screenshot(&pictures().join(format!("weather-{theme}.png")));
    }
}

/// The program; nothing if there is none and that is no failure.
fn browser() -> Option<PathBuf> {
    let program = browser::program();
    if program.is_none() {
        let required = std::env::var_os("REQUIRE_CHROMIUM").is_some_and(|value| value != "0");
        assert!(!required, "REQUIRE_CHROMIUM is set, but there is no Chromium in PATH");
        tests::say(
            "SKIPPED: no view was looked at, for there is no Chromium in PATH (Debian: `apt-get install chromium`)",
        );
    }
    program
}

fn pictures() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("apps");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What the host has seen so far.
fn report(browser: &mut Browser) -> Value {
    let report = browser.evaluate("document.getElementById('report').textContent");
    serde_json::from_str(report.as_str().unwrap()).unwrap()
}

/// The host's half: nothing went wrong, and the view said what a view has to say, in this order.
fn check_report(report: &Value) {
    assert_eq!(report["errors"], json!([]));
    assert_eq!(report["tool"], "get_weather");
    let view = &report["initialize"];
    assert_eq!(view["protocolVersion"], "2026-01-26");
    assert!(view["appInfo"]["name"].is_string() && view["appInfo"]["version"].is_string(), "{view}");
    assert!(view["appCapabilities"].is_object(), "{view}");
    let received: Vec<_> =
        report["received"].as_array().unwrap().iter().map(|method| method.as_str().unwrap()).collect();
    assert_eq!(received[..2], ["ui/initialize", "ui/notifications/initialized"]);
    assert!(received.contains(&"ui/notifications/size-changed"), "{received:?}");
    assert_eq!(report["calls"][0]["params"], json!({ "name": "get_weather", "arguments": { "location": "Oslo" } }));
}

/// The view's half: what the tool has answered is what can be read.
fn check_text(text: &Value, weather: &Value) {
    let text = text.as_str().unwrap();
    let days = weather["forecast"].as_array().unwrap();
    let names = days.iter().map(|day| day["day"].as_str().unwrap().to_owned());
    let temperature = format!("{:.1} °C", weather["temperature"].as_f64().unwrap());
    let humidity = format!("{:.0} %", weather["humidity"].as_f64().unwrap());
    for expected in names.chain(["Oslo".to_owned(), "Refresh".to_owned(), temperature, humidity]) {
        assert!(text.contains(&expected), "no {expected:?} in {text:?}");
    }
    assert!(!days.is_empty() && weather["location"] == "Oslo", "{weather}");
}
