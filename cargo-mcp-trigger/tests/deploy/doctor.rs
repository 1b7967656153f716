//! `doctor`.

use super::workshop::{Ran, Workshop};
use serde_json::Value;

/// The state of a check, and what it says.
#[track_caller]
fn check(ran: &Ran, name: &str) -> (String, String) {
    let json = ran.json();
    let checks = json["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name}: {json:#}"));
    (check["state"].as_str().unwrap().to_owned(), format!("{} {}", check["detail"], check["mend"]))
}

#[test]
fn missing_tools_are_no_reason_to_fail() {
    let workshop = Workshop::new();
    let ran = workshop.run(&["doctor", "--json"]).succeeded();
    assert_eq!(ran.json()["sound"], true);
    for tool in ["func", "azurite", "az", "azd", "zig", "cargo-zigbuild"] {
        let (state, detail) = check(&ran, tool);
        assert!(state == "absent" && detail.contains("not installed"), "{tool}: {state} {detail}");
    }
    for name in ["rustc", "musl target", "package", "files", "build", "generated", "clients"] {
        assert_eq!(check(&ran, name).0, "ok", "{name}");
    }
    let text = workshop.run(&["doctor", "--no-build"]).succeeded().stdout;
    assert!(text.contains("Nothing is broken.") && text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert_eq!(workshop.read("cargo.log").lines().count(), 1, "the second one has built nothing");
}

#[test]
fn tools_tell_their_versions() {
    let workshop = Workshop::new();
    workshop.noting("func", "4.14.0");
    workshop.noting("az", "{\"azure-cli\": \"2.80.0\"}");
    workshop.program("azd", "#!/bin/sh\necho 'no such option' >&2\nexit 1\n");
    let ran = workshop.run(&["doctor", "--no-build", "--json"]).succeeded();
    assert_eq!(check(&ran, "func"), ("ok".to_owned(), "\"4.14.0\" null".to_owned()));
    assert_eq!(check(&ran, "az").0, "ok");
    let (state, detail) = check(&ran, "azd");
    assert!(state == "warning" && detail.contains("no such option"), "{state} {detail}");
    workshop.noting("func", "5.0.0-preview.3");
    let (state, detail) = check(&workshop.run(&["doctor", "--no-build", "--json"]), "func");
    assert!(state == "warning" && detail.contains("no custom handlers"), "{state} {detail}");
}

#[test]
fn stale_files_and_what_the_host_refuses_are_broken() {
    let workshop = Workshop::new();
    workshop.write("app/stale", "");
    let ran = workshop.run(&["doctor", "--json"]);
    assert_eq!((ran.code, &ran.json()["sound"]), (Some(1), &Value::Bool(false)));
    let (state, detail) = check(&ran, "generated");
    assert!(
        state == "broken" && detail.contains("Hello/function.json") && detail.contains("-- generate"),
        "{state} {detail}"
    );
    assert!(workshop.path("app/stale").exists(), "nothing is changed");

    workshop.write("app/host.json", "{");
    let ran = workshop.run(&["doctor", "--no-build", "--json"]);
    assert_eq!((ran.code, check(&ran, "files").0.as_str()), (Some(1), "broken"));
    std::fs::remove_file(workshop.path("app/host.json")).unwrap();
    let ran = workshop.run(&["doctor", "--no-build"]);
    assert!(ran.code == Some(1) && ran.stdout.contains("1 thing is broken."), "{ran:#?}");
}

#[test]
fn what_clients_refuse_is_a_warning_with_advice() {
    let workshop = Workshop::new();
    workshop.write(
        "app/list.json",
        r#"[{"kind": "tool", "name": "a b", "warnings": [{"rule": "tool-name", "clients": ["Claude"], "arguments": [],
            "message": "the tool `a b`: its name is odd; refused by Claude: rename it", "advice": "rename it"}]}]"#,
    );
    let ran = workshop.run(&["doctor", "--json"]).succeeded();
    let (state, detail) = check(&ran, "clients");
    assert_eq!(
        (state.as_str(), detail.as_str()),
        ("warning", "\"the tool `a b`: its name is odd; refused by Claude\" \"rename it\"")
    );
}

#[test]
fn a_folder_without_an_app_is_sound_but_a_wrong_name_is_not() {
    let workshop = Workshop::new();
    let mut elsewhere = workshop.command(&["doctor", "--json"]);
    let ran = Ran::new(elsewhere.current_dir(workshop.path("bin")).output().unwrap());
    assert_eq!((ran.code, check(&ran, "package").0.as_str()), (Some(0), "absent"));
    let ran = workshop.run(&["doctor", "--package", "helo", "--json"]);
    assert_eq!((ran.code, check(&ran, "package").0.as_str()), (Some(1), "broken"));
}
