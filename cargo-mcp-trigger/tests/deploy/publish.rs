//! `publish`.

use super::workshop::Workshop;
use serde_json::json;

#[test]
fn without_yes_nothing_is_done() {
    let workshop = Workshop::new();
    for tool in ["func", "az", "azd"] {
        workshop.noting(tool, "");
    }
    let text = workshop.run(&["publish", "my-app"]).succeeded().stdout;
    for line in [
        "  cargo mcp-trigger package hello --output target/mcp-trigger/hello\n",
        "  (cd target/mcp-trigger/hello && FUNCTIONS_WORKER_RUNTIME=custom func azure functionapp publish my-app)\n",
        "https://my-app.azurewebsites.net/runtime/webhooks/mcp",
        "az functionapp keys list -g RESOURCE_GROUP -n my-app --query systemKeys.mcp_extension -o tsv",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let json = workshop.run(&["publish", "my-app", "-g", "rg", "--json"]).succeeded().json();
    assert_eq!(
        json["commands"],
        json!([
            "cargo mcp-trigger package hello",
            "az functionapp deployment source config-zip -g rg -n my-app --src target/mcp-trigger/hello.zip"
        ])
    );
    assert_eq!(
        json["connection"]["mcpJson"]["servers"]["hello"]["headers"]["x-functions-key"],
        "${input:functions-key}"
    );
    assert!(!workshop.path("app/target").exists() && workshop.read("cargo.log").is_empty(), "nothing is built");
    assert!(["func.log", "az.log", "azd.log"].iter().all(|log| workshop.read(log).is_empty()));
}

#[test]
fn the_printed_commands_are_those_that_run() {
    let workshop = Workshop::new();
    workshop.noting("func", "published");
    let ran = workshop.run(&["publish", "my-app", "--yes"]).succeeded();
    assert!(
        ran.stdout.contains("published\n") && ran.stderr.contains("Packed target/mcp-trigger/hello: a folder"),
        "{ran:#?}"
    );
    assert_eq!(workshop.read("func.log"), "hello: azure functionapp publish my-app [custom]\n");
    assert!(workshop.path("app/target/mcp-trigger/hello/handler").is_file());
}

#[test]
fn the_azure_cli_tells_the_domain_afterwards() {
    let workshop = Workshop::new();
    workshop.noting("az", "my-app-x1.norwayeast-01.azurewebsites.net");
    let ran = workshop.run(&["publish", "my-app", "--resource-group", "rg", "--yes", "--json"]).succeeded();
    let log = workshop.read("az.log");
    let lines: Vec<_> = log.lines().collect();
    assert!(lines[0].starts_with("app: functionapp deployment source config-zip -g rg -n my-app --src "), "{log}");
    assert!(lines[1].contains("functionapp show") && lines[1].contains("--query defaultHostName"), "{log}");
    let json = ran.json();
    assert_eq!(json["published"], true);
    let url = "https://my-app-x1.norwayeast-01.azurewebsites.net/runtime/webhooks/mcp";
    assert_eq!(
        (&json["connection"]["endpoints"][0]["url"], &json["connection"]["hostIsKnown"]),
        (&json!(url), &json!(true))
    );
    assert_eq!(json["connection"]["mcpJson"]["inputs"].as_array().unwrap().len(), 1, "the domain is known");
}

#[test]
fn azd_publishes_what_its_project_says() {
    let workshop = Workshop::new();
    let ran = workshop.run(&["publish"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("no function app is named"), "{ran:#?}");
    let ran = workshop.run(&["publish", "--with", "azd"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("there is no azure.yaml"), "{ran:#?}");
    workshop.write("app/azure.yaml", "");
    workshop.noting("azd", "AZURE_FUNCTION_NAME=\"func-x1\"\nMCP_ENDPOINT=\"https://func-x1.azurewebsites.net/mcp\"");
    let ran = workshop.run(&["publish", "--yes", "--json"]).succeeded();
    assert_eq!(workshop.read("azd.log"), "app: deploy --no-prompt []\napp: env get-values []\n");
    assert_eq!(
        ran.json()["connection"]["mcpJson"]["servers"]["hello"]["url"],
        "https://func-x1.azurewebsites.net/runtime/webhooks/mcp"
    );
}

#[test]
fn failures_say_what_to_do() {
    let workshop = Workshop::new();
    workshop
        .run(&["publish", "my-app", "--yes"])
        .failed(&["`func` is not installed", "npm install --global azure-functions-core-tools@4"]);
    let ran = workshop.run(&["publish", "my-app"]).succeeded();
    assert!(ran.stderr.contains("warning: `func` is not installed"), "{ran:#?}");
    let ran = workshop.run(&["publish", "my-app", "--with", "az"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("resourceGroup"), "{ran:#?}");
    workshop.program("func", "#!/bin/sh\necho 'no such app' >&2\nexit 3\n");
    workshop.run(&["publish", "my-app", "--yes"]).failed(&["no such app", "failed: exit status: 3", "az login"]);
}
