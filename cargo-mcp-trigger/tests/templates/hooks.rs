//! The hooks of azd for sign-in with Entra ID, with stand-ins for `az` and `azd` that tell what they were asked for.

use crate::{succeed, text};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use tempfile::{TempDir, tempdir};

/// Writes its arguments into a file, each behind a unit separator, all behind a record separator; then answers as the rest says.
const STAND_IN: &str = "#!/bin/sh\nprintf '\\036%s' \"${0##*/}\" >>\"$ASKED\"\nprintf '\\037%s' \"$@\" >>\"$ASKED\"\n";

/// An app, and programs in the place of Azure's.
struct Azure {
    folder: TempDir,
}

impl Azure {
    /// `az` answers as the branches of a shell's `case` say, which looks at its arguments.
    fn new(options: &[&str], answers: &str) -> Self {
        let folder = tempdir().unwrap();
        succeed(folder.path(), &[&["new", "app"], options].concat());
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        for (name, rest) in [("az", format!("case \"$*\" in\n{answers}\nesac\n")), ("azd", String::new())] {
            fs::write(bin.join(name), format!("{STAND_IN}{rest}")).unwrap();
            fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        Azure { folder }
    }

    /// Runs a hook, and returns what it printed and what it asked for.
    fn run(&self, hook: &str, variables: &[(&str, &str)]) -> (String, Vec<Vec<String>>) {
        let asked = self.folder.path().join("asked");
        let _ = fs::remove_file(&asked);
        let path = format!("{}:/usr/bin:/bin", self.folder.path().join("bin").display());
        let mut shell = Command::new("sh");
        shell.arg(format!("infra/hooks/{hook}.sh")).current_dir(self.folder.path().join("app")).env_clear();
        shell.env("PATH", path).env("ASKED", &asked).envs(variables.iter().copied());
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{hook}: {}{}", text(&output.stdout), text(&output.stderr));
        let asked = fs::read_to_string(asked).unwrap_or_default();
        let calls = asked.split('\u{1e}').skip(1);
        (text(&output.stdout), calls.map(|call| call.split('\u{1f}').map(str::to_owned).collect()).collect())
    }
}

/// The value of an option.
#[track_caller]
fn option<'a>(call: &'a [String], name: &str) -> &'a str {
    let at = call.iter().position(|argument| argument == name).unwrap_or_else(|| panic!("no {name} in {call:?}"));
    &call[at + 1]
}

/// The calls that begin with these words.
fn calls<'a>(asked: &'a [Vec<String>], words: &str) -> Vec<&'a Vec<String>> {
    asked.iter().filter(|call| call.join(" ").starts_with(words)).collect()
}

const NEW: &str =
    "'ad app create'*) echo client-1 ;;\n'ad app show'*'--query id'*) echo object-1 ;;\n'ad sp show'*) exit 3 ;;";

#[test]
fn an_entra_app_is_made_with_scopes_and_clients() {
    let azure = Azure::new(&["--sample", "tickets"], NEW);
    let clients = ("PRE_AUTHORIZED_CLIENT_IDS", "client-a, client-b");
    let (said, asked) = azure.run("preprovision", &[("AZURE_ENV_NAME", "dev"), clients]);
    assert!(said.contains("Made the Entra app mcp-dev, client id client-1"), "{said}");
    assert_eq!(option(calls(&asked, "az ad app create")[0], "--display-name"), "mcp-dev");
    assert_eq!(calls(&asked, "azd env set AUTH_CLIENT_ID client-1").len(), 1);
    assert_eq!(calls(&asked, "azd env set AUTH_CLIENT_IS_OURS true").len(), 1);
    assert_eq!(calls(&asked, "az ad sp create --id client-1").len(), 1);

    let patches = calls(&asked, "az rest --method PATCH");
    assert_eq!(option(patches[0], "--url"), "https://graph.microsoft.com/v1.0/applications/object-1");
    let bodies: Vec<Value> =
        patches.iter().map(|patch| serde_json::from_str(option(patch, "--body")).unwrap()).collect();
    assert_eq!(bodies[0]["identifierUris"], json!(["api://client-1"]));
    assert_eq!(bodies[0]["api"]["requestedAccessTokenVersion"], 2);
    let scopes = bodies[0]["api"]["oauth2PermissionScopes"].as_array().unwrap();
    let values: Vec<_> = scopes.iter().map(|scope| scope["value"].as_str().unwrap()).collect();
    assert_eq!(values, ["user_impersonation", "tickets.write"]);
    let ids: Vec<_> = scopes.iter().map(|scope| scope["id"].clone()).collect();
    assert!(ids[0] != ids[1] && ids.iter().all(|id| id.as_str().unwrap().len() == 36), "{ids:?}");
    let authorized = json!([
        { "appId": "client-a", "delegatedPermissionIds": ids },
        { "appId": "client-b", "delegatedPermissionIds": ids },
    ]);
    assert_eq!(bodies[1]["api"]["preAuthorizedApplications"], authorized);
}

#[test]
fn an_entra_app_keeps_the_ids_of_its_scopes() {
    let known = "'ad app show'*user_impersonation*) echo scope-1 ;;\n'ad app show'*) echo object-1 ;;";
    let azure = Azure::new(&["--auth", "built-in"], known);
    let ours = [("AZURE_ENV_NAME", "dev"), ("AUTH_CLIENT_ID", "client-1"), ("AUTH_CLIENT_IS_OURS", "true")];
    let (_, asked) = azure.run("preprovision", &ours);
    assert!(calls(&asked, "az ad app create").is_empty() && calls(&asked, "az ad sp create").is_empty(), "{asked:?}");
    let body: Value = serde_json::from_str(option(calls(&asked, "az rest")[0], "--body")).unwrap();
    assert_eq!(body["api"]["oauth2PermissionScopes"][0]["id"], "scope-1");
    // VS Code, unless told otherwise.
    let body: Value = serde_json::from_str(option(calls(&asked, "az rest")[1], "--body")).unwrap();
    let client = &body["api"]["preAuthorizedApplications"][0]["appId"];
    assert_eq!(client, "aebc6443-996d-45c2-90f0-388ff96faa56");
}

#[test]
fn nothing_is_asked_for_without_sign_in_or_with_an_entra_app_of_the_users() {
    let azure = Azure::new(&["--auth", "keys"], "");
    for hook in ["preprovision", "postprovision"] {
        assert_eq!(azure.run(hook, &[("AZURE_ENV_NAME", "dev")]).1, [[""; 0]; 0], "{hook}");
    }
    let own = [
        ("AUTHENTICATION", "builtIn"),
        ("AUTH_CLIENT_ID", "mine"),
        ("AZURE_TENANT_ID", "tenant"),
        ("AUTH_REDIRECT_URI", "https://app/.auth/login/aad/callback"),
        ("AUTH_IDENTITY_PRINCIPAL_ID", "principal"),
    ];
    let (said, asked) = azure.run("preprovision", &own);
    assert!(said.contains("left as it is") && calls(&asked, "az rest").is_empty(), "{said}");
    let (said, asked) = azure.run("postprovision", &own);
    assert!(said.contains("subject principal") && said.contains("/tenant/v2.0") && asked.is_empty(), "{said}");
}

#[test]
fn the_identity_of_the_function_app_vouches_for_the_entra_app() {
    let variables = [
        ("AUTH_CLIENT_ID", "client-1"),
        ("AUTH_CLIENT_IS_OURS", "true"),
        ("AZURE_TENANT_ID", "tenant"),
        ("AUTH_REDIRECT_URI", "https://app/.auth/login/aad/callback"),
        ("AUTH_IDENTITY_PRINCIPAL_ID", "principal"),
    ];
    for (known, command) in [("", "create"), ("another", "update"), ("principal", "")] {
        let answers = format!("*'federated-credential list'*) echo {known} ;;");
        let azure = Azure::new(&["--auth", "built-in"], &answers);
        let (_, asked) = azure.run("postprovision", &variables);
        assert_eq!(option(calls(&asked, "az ad app update")[0], "--web-redirect-uris"), variables[3].1);
        let changes: Vec<_> =
            asked.iter().filter(|call| call.iter().any(|argument| argument == "--parameters")).collect();
        assert_eq!(changes.len(), usize::from(!command.is_empty()), "{known}: {asked:?}");
        for change in changes {
            assert!(change.contains(&command.to_owned()), "{change:?}");
            let credential: Value = serde_json::from_str(option(change, "--parameters")).unwrap();
            assert_eq!(credential["subject"], "principal");
            assert_eq!(credential["issuer"], "https://login.microsoftonline.com/tenant/v2.0");
            assert_eq!(credential["audiences"], json!(["api://AzureADTokenExchange"]));
        }
    }
}

#[test]
fn the_endpoint_is_printed_with_the_way_in() {
    let deployed = [
        ("MCP_ENDPOINT", "https://func-1.azurewebsites.net/mcp"),
        ("AZURE_RESOURCE_GROUP", "rg-dev"),
        ("AZURE_FUNCTION_NAME", "func-1"),
    ];
    for (options, has, has_not) in [
        (&["--auth", "keys"][..], "--name func-1 --query systemKeys.mcp_extension", "Entra"),
        (&["--auth", "keys", "--self-hosted"], "--query functionKeys.default", "Entra"),
        (&["--auth", "built-in"], "with Entra ID", "keys list"),
        (&["--auth", "none"], "the domain is func-1.azurewebsites.net\n", "keys list"),
    ] {
        let (said, _) = Azure::new(options, "").run("postdeploy", &deployed);
        assert!(said.contains(deployed[0].1) && said.contains(has) && !said.contains(has_not), "{options:?}: {said}");
    }
    let (said, _) = Azure::new(&[], "").run("postdeploy", &[]);
    assert!(said.contains("azd env refresh"), "{said}");
}
