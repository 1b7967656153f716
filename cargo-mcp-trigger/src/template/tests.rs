//! Rules for the files of all apps.

use super::*;
use std::path::Path;

const SAMPLES: [(Option<Sample>, &str); 5] = [
    (None, "my-app"),
    (Some(Sample::Hello), "hello"),
    (Some(Sample::Snippets), "snippets"),
    (Some(Sample::Weather), "weather-app"),
    (Some(Sample::Tickets), "tickets"),
];

fn names(package: &str) -> Names {
    Names {
        package: package.to_owned(),
        bin: package.to_owned(),
        built: format!("target/debug/{package}"),
        library: "version = \"0.1\"".to_owned(),
        is_own_workspace: true,
    }
}

fn text(files: &[File], path: &str) -> String {
    let file = files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}"));
    String::from_utf8(file.contents.clone()).unwrap()
}

/// All forms of all apps, each named like its sample.
fn forms() -> impl Iterator<Item = (Choice, Vec<File>)> {
    let choices = SAMPLES.into_iter().flat_map(|(sample, name)| {
        let auths = [Auth::Keys, Auth::BuiltIn, Auth::None].into_iter();
        auths.flat_map(move |auth| {
            [false, true].map(|self_hosted| (Choice { sample, self_hosted, auth, azure: true }, name))
        })
    });
    choices.map(|(choice, name)| (choice, files(&choice, &names(name)).unwrap()))
}

#[test]
fn nothing_is_left_to_fill_in() {
    for (choice, files) in forms() {
        assert!(files.len() > 25, "{choice:?}: {} files", files.len());
        for file in files.iter().filter(|file| !file.is_of_program() || file.path == "Cargo.toml") {
            let text = String::from_utf8_lossy(&file.contents);
            // The words of a workflow stand between blanks.
            let left = text.split("{{").skip(1).find(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
            assert_eq!(left, None, "{choice:?}: {}", file.path);
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{choice:?}: the end of {}", file.path);
        }
    }
}

/// host.json of a template equals that which `generate` wrote for the sample of the repository.
#[test]
fn host_json_is_as_generate_writes_it() {
    for (sample, name) in &SAMPLES[1..] {
        let choice = Choice { sample: *sample, self_hosted: false, auth: Auth::Keys, azure: false };
        let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples").join(name).join("host.json");
        let Ok(generated) = std::fs::read_to_string(generated) else { return };
        assert_eq!(text(&files(&choice, &names(name)).unwrap(), "host.json"), generated, "{name}");
    }
}

#[test]
fn doors_are_open_where_it_was_chosen_and_closed_elsewhere() {
    for (choice, files) in forms() {
        let (main, host) = (text(&files, "src/main.rs"), text(&files, "host.json"));
        let is_open = choice.auth != Auth::Keys;
        assert_eq!(main.contains("McpOptions::new().anonymous()"), choice.auth == Auth::None, "{choice:?}: {main}");
        assert_eq!(main.contains("Authentication::BuiltIn"), choice.auth == Auth::BuiltIn, "{choice:?}: {main}");
        assert_eq!(host.contains("webhookAuthorizationLevel"), is_open && !choice.self_hosted);
        assert_eq!(host.contains("\"defaultAuthorizationLevel\": \"anonymous\""), is_open && choice.self_hosted);
        assert_eq!(text(&files, ".vscode/mcp.json").contains("x-functions-key"), !is_open, "{choice:?}");
        let parameters = text(&files, "infra/main.parameters.json");
        assert_eq!(parameters.contains("AUTHENTICATION=builtIn}"), choice.auth == Auth::BuiltIn, "{choice:?}");
        assert_eq!(parameters.contains("MCP_SERVER=selfHosted}"), choice.self_hosted, "{choice:?}");
    }
}

#[test]
fn an_executable_is_not_called_like_a_function() {
    let executable = |sample, self_hosted, name: &str| {
        let choice = Choice { sample, self_hosted, auth: Auth::Keys, azure: false };
        let host: serde_json::Value =
            serde_json::from_str(&text(&files(&choice, &names(name)).unwrap(), "host.json")).unwrap();
        host["customHandler"]["description"]["defaultExecutablePath"].as_str().unwrap().to_owned()
    };
    assert_eq!(executable(None, false, "my-app"), "my-app");
    assert_eq!(executable(None, false, "Hello"), "handler");
    assert_eq!(executable(None, false, "mcp"), "handler");
    assert_eq!(executable(Some(Sample::Hello), false, "languages"), "handler");
    assert_eq!(executable(None, true, "hello"), "hello", "a self-hosted app has no functions");
}

#[test]
fn azd_gets_a_name_that_it_takes() {
    let name = |package| {
        let choice = Choice { sample: None, self_hosted: false, auth: Auth::Keys, azure: true };
        let yaml = text(&files(&choice, &names(package)).unwrap(), "azure.yaml");
        yaml.lines().find_map(|line| line.strip_prefix("name: ")).unwrap().to_owned()
    };
    assert_eq!(
        (name("my-tools"), name("My_Tools-"), name("x")),
        ("my-tools".into(), "my-tools".into(), "mcp-x".into())
    );
}

#[test]
fn what_is_for_azure_can_be_left_out() {
    let choice = Choice { sample: None, self_hosted: false, auth: Auth::Keys, azure: false };
    let files = files(&choice, &names("my-app")).unwrap();
    assert!(
        files.iter().all(|file| !["azure.yaml", "infra/", ".github/"].iter().any(|name| file.path.starts_with(name)))
    );
}

#[test]
fn a_member_of_a_workspace_has_no_profile() {
    let choice = Choice { sample: None, self_hosted: false, auth: Auth::Keys, azure: false };
    let has_profile = |is_own_workspace| {
        let names = Names { is_own_workspace, ..names("my-app") };
        text(&files(&choice, &names).unwrap(), "Cargo.toml").contains("[profile.release]")
    };
    assert!(has_profile(true) && !has_profile(false));
}

/// So it is enough to compile the programs of two forms, with keys and with sign-in. One for everybody differs in one expression.
#[test]
fn an_app_has_the_same_program_in_all_forms() {
    const OPEN: &str = ".authentication(mcp_trigger::Authentication::BuiltIn)";
    let code = |files: &[File]| {
        let manifest = text(files, "Cargo.toml").replace(content::STORAGE, "");
        let main = text(files, "src/main.rs");
        let main: Vec<_> = main.lines().filter(|line| !line.trim_start().starts_with("// ")).collect();
        let opened = main.join("\n").replace(".mcp(mcp_trigger::McpOptions::new().anonymous())", OPEN);
        let rest = files.iter().filter(|file| file.path.starts_with("src/") && file.path != "src/main.rs");
        (manifest, opened, rest.map(|file| file.contents.clone()).collect::<Vec<_>>())
    };
    for (choice, files_of_form) in forms() {
        let auth = if choice.auth == Auth::Keys { Auth::Keys } else { Auth::BuiltIn };
        let name = SAMPLES.iter().find(|(sample, _)| *sample == choice.sample).unwrap().1;
        let compiled = files(&Choice { self_hosted: false, auth, ..choice }, &names(name)).unwrap();
        assert!(code(&files_of_form) == code(&compiled), "{choice:?}");
        let has_storage = text(&files_of_form, "Cargo.toml").contains("azure-storage");
        assert_eq!(has_storage, choice.self_hosted && matches!(name, "snippets" | "tickets"), "{choice:?}");
    }
}
