//! How clients connect to a published app: its addresses, an entry for mcp.json, and where the key is.

use crate::child;
use crate::folder::{Description, Endpoint};
use crate::keys::Key;
use crate::output::{ASIDE, HEADLINE, NAME, styled};
use serde_json::{Value, json};
use std::process::Command;

/// The header of keys.
const KEY_HEADER: &str = "x-functions-key";

/// A function app in Azure, as far as it is known.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Remote {
    pub(super) name: Option<String>,
    pub(super) group: Option<String>,
    /// Its host name, as Azure tells it. New apps have more in it than their names.
    pub(super) host: Option<String>,
}

impl Remote {
    /// Takes the outputs of the infrastructure from azd's environment: lines as `NAME="value"`.
    pub(super) fn add_environment(&mut self, values: &str) {
        let value = |name: &str| {
            let line = values.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
            Some(line.trim().trim_matches('"').to_owned()).filter(|value| !value.is_empty())
        };
        self.name = self.name.take().or_else(|| value("AZURE_FUNCTION_NAME"));
        self.group = self.group.take().or_else(|| value("AZURE_RESOURCE_GROUP"));
        let endpoint = value("MCP_ENDPOINT");
        let host = endpoint.as_deref().and_then(|url| url.strip_prefix("https://")?.split('/').next());
        self.host = self.host.take().or_else(|| host.map(str::to_owned));
    }

    /// Asks the Azure CLI for the host name.
    pub(super) fn ask_for_host(&mut self) {
        let (Some(name), Some(group), Some(az)) = (&self.name, &self.group, child::find("az")) else { return };
        let mut az = Command::new(az);
        az.args([
            "functionapp",
            "show",
            "--resource-group",
            group,
            "--name",
            name,
            "--query",
            "defaultHostName",
            "--output",
            "tsv",
        ]);
        let output = child::capture(&mut az, child::SHORT * 3).ok().filter(|output| output.status.success());
        self.host = output.map(|output| output.stdout.trim().to_owned()).filter(|host| !host.is_empty());
    }

    /// The host name, or that of most apps.
    fn host(&self) -> String {
        let name = self.name.as_deref().unwrap_or("FUNCTION_APP");
        self.host.clone().unwrap_or_else(|| format!("{name}.azurewebsites.net"))
    }
}

/// The connection to a published app.
#[derive(Debug)]
pub(super) struct Connection<'a> {
    /// The name of the server in mcp.json.
    pub(super) server: &'a str,
    pub(super) description: Description,
    pub(super) remote: Remote,
}

impl Connection<'_> {
    fn url(&self, endpoint: &Endpoint) -> String {
        format!("https://{}{}", self.remote.host(), endpoint.path)
    }

    /// The content of an mcp.json for the first address. VS Code asks for what is not known.
    pub(super) fn mcp_json(&self) -> Value {
        let Some(endpoint) = self.description.endpoints.first() else { return Value::Null };
        let input = |id: &str, description: String, password: bool| json!({ "type": "promptString", "id": id, "description": description, "password": password });
        let mut inputs = Vec::new();
        let host = self.remote.host.clone().unwrap_or_else(|| {
            inputs.push(input(
                "functionapp-domain",
                "The domain of the function app, such as my-app.azurewebsites.net".to_owned(),
                false,
            ));
            "${input:functionapp-domain}".to_owned()
        });
        let mut server = json!({ "type": "http", "url": format!("https://{host}{}", endpoint.path) });
        if let Some(key) = endpoint.key {
            server["headers"] = json!({ KEY_HEADER: "${input:functions-key}" });
            inputs
                .insert(0, input("functions-key", format!("The {} {} of the function app", key.kind, key.name), true));
        }
        let mut file = json!({ "servers": { self.server: server } });
        if !inputs.is_empty() {
            file["inputs"] = inputs.into();
        }
        file
    }

    /// The command that prints a key.
    fn key_command(&self, key: Key) -> String {
        let or = |value: &Option<String>, place: &str| value.clone().unwrap_or_else(|| place.to_owned());
        let (group, name) = (or(&self.remote.group, "RESOURCE_GROUP"), or(&self.remote.name, "FUNCTION_APP"));
        format!("az functionapp keys list -g {group} -n {name} --query {} -o tsv", key.query)
    }

    /// The same for machines.
    pub(super) fn to_json(&self) -> Value {
        let endpoint = |endpoint: &Endpoint| {
            let key =
                endpoint.key.map(|key| json!({ "name": key.name, "kind": key.kind, "command": self.key_command(key) }));
            json!({ "url": self.url(endpoint), "key": key })
        };
        let endpoints: Vec<_> = self.description.endpoints.iter().map(endpoint).collect();
        json!({ "endpoints": endpoints, "hostIsKnown": self.remote.host.is_some(), "mcpJson": self.mcp_json() })
    }

    /// The text for the terminal.
    pub(super) fn text(&self) -> String {
        let mut text = styled(HEADLINE, "Endpoints") + "\n";
        for endpoint in &self.description.endpoints {
            let key = match endpoint.key {
                Some(key) => format!("{} `{}` in the header {KEY_HEADER}", key.kind, key.name),
                None => "no key".to_owned(),
            };
            text += &format!("  {}\n      {}\n", styled(NAME, self.url(endpoint)), styled(ASIDE, key));
        }
        if self.remote.host.is_none() {
            text += &format!(
                "{}\n",
                styled(
                    ASIDE,
                    "  The portal, and `az functionapp show --query defaultHostName`, tell the domain if it is another."
                )
            );
        }
        text += &format!("\n{}\n{:#}\n", styled(HEADLINE, ".vscode/mcp.json"), self.mcp_json());
        let keys = self.description.endpoints.iter().filter_map(|endpoint| endpoint.key);
        let commands: Vec<_> = keys.map(|key| format!("  {}", self.key_command(key))).collect();
        if !commands.is_empty() {
            let portal = "  Or in the portal: Functions > App keys.";
            text += &format!("\n{}\n{}\n{}", styled(HEADLINE, "Keys"), commands.join("\n"), styled(ASIDE, portal));
        }
        text
    }
}
