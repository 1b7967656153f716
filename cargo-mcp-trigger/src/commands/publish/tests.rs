//! Connections that are printed, for each form and each tool.

use super::connect::{Connection, Remote};
use super::*;
use crate::folder::tests::{FUNCTIONS, HELLO, ROUTE, SELF_HOSTED, folder};

fn connection(sections: &str, functions: &[(&str, &str)], remote: Remote) -> Connection<'static> {
    let folder = folder(sections, functions);
    Connection { server: "hello", description: Description::read(folder.path()).unwrap(), remote }
}

fn known() -> Remote {
    let host = "my-app-x1.norwayeast-01.azurewebsites.net".to_owned();
    Remote { name: Some("my-app".to_owned()), group: Some("rg".to_owned()), host: Some(host) }
}

#[test]
fn vs_code_asks_for_the_key_and_for_an_unknown_domain() {
    let remote = Remote { name: Some("my-app".to_owned()), ..Remote::default() };
    let file = connection(FUNCTIONS, &[HELLO, ROUTE], remote).mcp_json();
    assert_eq!(
        file,
        json!({
            "servers": { "hello": {
                "type": "http",
                "url": "https://${input:functionapp-domain}/runtime/webhooks/mcp",
                "headers": { "x-functions-key": "${input:functions-key}" }
            }},
            "inputs": [
                { "type": "promptString", "id": "functions-key", "description": "The system key mcp_extension of the function app",
                  "password": true },
                { "type": "promptString", "id": "functionapp-domain",
                  "description": "The domain of the function app, such as my-app.azurewebsites.net", "password": false }
            ]
        })
    );
    let file = connection(SELF_HOSTED, &[], known()).mcp_json();
    assert_eq!(file["servers"]["hello"]["url"], "https://my-app-x1.norwayeast-01.azurewebsites.net/mcp");
    assert_eq!(file["inputs"].as_array().unwrap().len(), 1);
    assert_eq!(file["inputs"][0]["description"], "The host key default of the function app");
}

#[test]
fn an_open_server_needs_no_key() {
    let open = SELF_HOSTED.replace("\"http\": {", "\"http\": {\"defaultAuthorizationLevel\": \"Anonymous\", ");
    let connection = connection(&open, &[], known());
    assert_eq!(
        connection.mcp_json(),
        json!({ "servers": { "hello": { "type": "http", "url": "https://my-app-x1.norwayeast-01.azurewebsites.net/mcp" } } })
    );
    assert!(!connection.text().contains("keys list"), "{}", connection.text());
}

#[test]
fn each_address_has_the_command_for_its_key() {
    let text = connection(FUNCTIONS, &[HELLO, ROUTE], known()).text();
    for key in ["systemKeys.mcp_extension", "functionKeys.default"] {
        assert!(text.contains(&format!("az functionapp keys list -g rg -n my-app --query {key} -o tsv")), "{text}");
    }
}

#[test]
fn the_outputs_of_azd_tell_of_the_app() {
    let mut remote = Remote::default();
    remote.add_environment(
        "AZURE_FUNCTION_NAME=\"my-app\"\nAZURE_RESOURCE_GROUP=\"rg\"\nMCP_ENDPOINT=\"https://my-app-x1.norwayeast-01.azurewebsites.net/mcp\"\n",
    );
    assert_eq!(remote, known());
    let mut other = Remote { name: Some("other".to_owned()), ..Remote::default() };
    other.add_environment("MCP_ENDPOINT=\"\"\n");
    assert_eq!(other, Remote { name: Some("other".to_owned()), ..Remote::default() });
}

#[test]
fn a_name_that_azure_does_not_have_is_refused() {
    assert!(check_name("my-app2").is_ok());
    for name in ["", "my app", "my-app.azurewebsites.net", "https://my-app"] {
        let error = check_name(name).unwrap_err().to_string();
        assert!(error.contains("only letters, digits and `-`") && error.contains("next:"), "{error}");
    }
}
