//! local.settings.json, read as Core Tools read it (`func start` was tried beside it).

use crate::app_folder::LOCAL_SETTINGS;
use crate::host_json::HostJson;
use serde_json::{Map, Value};
use std::net::{IpAddr, Ipv4Addr};

/// What a local.settings.json says.
#[derive(Clone, Default)]
pub struct LocalSettings {
    /// `Values`, and `ConnectionStrings` under the names that the host gives them, without those that are null or empty.
    pub values: Vec<(String, String)>,
    /// `Host.LocalHttpPort`.
    pub port: Option<u16>,
    /// `Host.LocalHttpAddress`.
    pub address: Option<IpAddr>,
    /// `Host.CORS`, taken apart.
    pub origins: Vec<String>,
    /// `Host.CORSCredentials`.
    pub credentials: bool,
    /// What is left out, and why.
    pub notes: Vec<String>,
    /// Whether it says whether it is encrypted: Core Tools take it for encrypted if it does not.
    pub says_encryption: bool,
}

impl LocalSettings {
    /// Reads a file. Comments, trailing commas, a byte-order mark and member names in any case are accepted.
    ///
    /// # Errors
    ///
    /// If it is not JSON, is encrypted, or has members that are not of their kind.
    pub fn parse(text: &str) -> Result<Self, String> {
        // It is JSON of the same kind; what the error says of host.json besides is not for this file.
        let json = HostJson::parse(text).map_err(|error| wrong(error.reason()))?;
        let encrypted = flag(&json, &["IsEncrypted"])?;
        if encrypted == Some(true) {
            return Err(wrong(
                "it is encrypted; run `func settings decrypt` in its folder, or write `\"IsEncrypted\": false` and the plain values",
            ));
        }
        let mut file = LocalSettings { says_encryption: encrypted.is_some(), ..LocalSettings::default() };
        file.read_values(&json)?;
        file.read_connection_strings(&json)?;
        file.read_host(&json)?;
        Ok(file)
    }

    /// The value of that name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn read_values(&mut self, json: &HostJson) -> Result<(), String> {
        for (name, value) in section(json, "Values")? {
            let text = match value {
                Value::Array(_) | Value::Object(_) => {
                    return Err(wrong(&format!("`Values.{name}` is no text; write its JSON as one string")));
                }
                Value::Null => None,
                _ => json.get_text(&["Values", &name]),
            };
            self.take("Values", &name, &name, text);
        }
        Ok(())
    }

    fn read_connection_strings(&mut self, json: &HostJson) -> Result<(), String> {
        for (name, value) in section(json, "ConnectionStrings")? {
            let text = match value {
                Value::Object(_) => json.get_text(&["ConnectionStrings", &name, "ConnectionString"]),
                Value::Array(_) => {
                    return Err(wrong(&format!(
                        "`ConnectionStrings.{name}` is neither text nor an object with `ConnectionString`"
                    )));
                }
                _ => json.get_text(&["ConnectionStrings", &name]),
            };
            self.take("ConnectionStrings", &name, &format!("ConnectionStrings:{name}"), text);
        }
        Ok(())
    }

    /// Takes a value, unless Core Tools leave it out as well.
    fn take(&mut self, section: &str, name: &str, variable: &str, value: Option<String>) {
        let note = match &value {
            _ if name.is_empty() => "a value without a name is left out".to_owned(),
            // The operating system takes no such variable.
            _ if name.contains(['=', '\0']) => {
                format!("`{}` is left out: no variable can be named so", name.escape_debug())
            }
            None => format!("`{name}` is left out: it is null"),
            Some(value) if value.contains('\0') => {
                format!("`{name}` is left out: no variable can hold the character U+0000")
            }
            // As if it were not there: an empty variable is none to Core Tools.
            Some(value) if value.is_empty() => return,
            Some(_) => {
                self.values.push((variable.to_owned(), value.unwrap_or_default()));
                return;
            }
        };
        self.notes.push(format!("{LOCAL_SETTINGS}: {section}: {note}"));
    }

    fn read_host(&mut self, json: &HostJson) -> Result<(), String> {
        let text = |member| json.get_text(&["Host", member]).filter(|text| !text.trim().is_empty());
        if let Some(port) = text("LocalHttpPort") {
            // 0 is what Core Tools read where nothing stands.
            self.port = match port.trim().parse() {
                Ok(0) => None,
                Ok(port) => Some(port),
                Err(_) => {
                    return Err(wrong(&format!("`Host.LocalHttpPort` is `{port}`; write a port from 1 to 65535")));
                }
            };
        }
        if let Some(address) = text("LocalHttpAddress") {
            self.address = match address.trim() {
                "localhost" => Some(Ipv4Addr::LOCALHOST.into()),
                address => Some(address.parse().map_err(|_| {
                    wrong(&format!("`Host.LocalHttpAddress` is `{address}`; write an IP address such as 127.0.0.1"))
                })?),
            };
        }
        if let Some(origins) = text("CORS") {
            let origins = origins.split(',').map(str::trim).filter(|origin| !origin.is_empty());
            self.origins = origins.map(str::to_owned).collect();
        }
        for origin in &self.origins {
            if origin.ends_with('/') {
                let bare = origin.trim_end_matches('/');
                self.notes
                    .push(format!("{LOCAL_SETTINGS}: Host.CORS: `{origin}` is the origin of no page; write `{bare}`"));
            }
        }
        self.credentials = flag(json, &["Host", "CORSCredentials"])?.unwrap_or(false);
        Ok(())
    }
}

fn wrong(why: &str) -> String {
    format!("{LOCAL_SETTINGS} cannot be used: {why}")
}

fn section(json: &HostJson, name: &str) -> Result<Map<String, Value>, String> {
    match json.get(&[name]) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members),
        Some(_) => Err(wrong(&format!("`{name}` is no object of names and texts"))),
    }
}

fn flag(json: &HostJson, path: &[&str]) -> Result<Option<bool>, String> {
    let Some(text) = json.get_text(path) else { return Ok(None) };
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        _ => Err(wrong(&format!("`{}` is `{text}`; write true or false", path.join(".")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(members: &str) -> Vec<(String, String)> {
        LocalSettings::parse(&format!("{{\"Values\": {{{members}}}}}")).unwrap().values
    }

    #[test]
    fn values_are_text_as_it_is_written() {
        let written = [("A", "1.50"), ("B", "1e3"), ("C", "true"), ("D", "x y"), ("E", "12345678901234567890")];
        let members = r#""A": 1.50, "B": 1e3, "C": true, "D": "x y", "E": 12345678901234567890"#;
        assert_eq!(values(members), written.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(values(r#""A": "first", "A": "last""#), [("A".to_owned(), "last".to_owned())]);
    }

    #[test]
    fn what_core_tools_leave_out_is_left_out_with_a_word() {
        let file = LocalSettings::parse(
            r#"{"values": {"N": null, "": "x", "Empty": "", "A=B": "x", "Z": "\u0000"}, "connectionStrings": {"C": null}}"#,
        );
        let file = file.unwrap();
        assert!(file.values.is_empty(), "{:?}", file.values);
        let notes = file.notes.join("\n");
        for part in
            ["Values: `N` is left out: it is null", "a value without a name", "`A=B`", "`Z`", "ConnectionStrings: `C`"]
        {
            assert!(notes.contains(part), "{part} in {notes}");
        }
        assert!(!notes.contains("Empty"), "{notes}");
    }

    #[test]
    fn the_host_is_told_where_to_listen_and_which_pages_to_answer() {
        let host = |members: &str| LocalSettings::parse(&format!("{{\"Host\": {{{members}}}}}"));
        let file = host(r#""LocalHttpPort": "7072", "LocalHttpAddress": "::1", "cors": "https://a.example, http://b.example:1/,", "CORSCredentials": "True""#).unwrap();
        assert_eq!((file.port, file.address), (Some(7072), Some("::1".parse().unwrap())));
        assert_eq!(file.origins, ["https://a.example", "http://b.example:1/"]);
        assert!(file.credentials && file.notes[0].contains("write `http://b.example:1`"), "{:?}", file.notes);
        assert_eq!(host(r#""LocalHttpPort": 0"#).unwrap().port, None);
        for (members, part) in [
            (r#""LocalHttpPort": 65536"#, "Host.LocalHttpPort"),
            (r#""LocalHttpAddress": "here""#, "Host.LocalHttpAddress"),
            (r#""CORSCredentials": "yes""#, "Host.CORSCredentials"),
        ] {
            let error = host(members).err().unwrap();
            assert!(error.starts_with(LOCAL_SETTINGS) && error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_file_that_says_nothing_is_fine_and_one_that_nobody_reads_is_not() {
        assert!(LocalSettings::parse("{}").is_ok());
        assert!(LocalSettings::parse(r#"{"isEncrypted": "false", "Values": null}"#).is_ok());
        for (settings, why) in [
            ("{", "cannot be used"),
            (r#"{"IsEncrypted": true, "Values": {"A": "x"}}"#, "func settings decrypt"),
            (r#"{"isencrypted": "True"}"#, "func settings decrypt"),
            (r#"{"Values": []}"#, "no object"),
            (r#"{"Values": {"A": {"b": 1}}}"#, "`Values.A` is no text"),
            (r#"{"ConnectionStrings": {"A": []}}"#, "`ConnectionStrings.A`"),
        ] {
            let error = LocalSettings::parse(settings).err().unwrap();
            assert!(error.starts_with(LOCAL_SETTINGS) && error.contains(why), "{error}");
        }
    }
}
