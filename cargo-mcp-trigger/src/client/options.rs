//! [`ServerOptions`]: the options of a command line that say which server is meant, and [`Target`], that server.

use crate::error::Error;
use clap::Args;
use std::fmt;
use std::str::FromStr;
use ureq::http::Uri;

/// The path of the app's own server.
const OWN: &str = "/mcp";
/// The variable with the address of the server.
const URL_VARIABLE: &str = "MCP_TRIGGER_URL";

/// The options that say which server is meant.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ServerOptions {
    /// The address of the server; without a path that of /mcp. Default: MCP_TRIGGER_URL, else http://127.0.0.1:7071/mcp, where
    /// `start` serves an app
    #[arg(long, value_name = "URL")]
    pub(super) url: Option<String>,
    /// The port of an app on this machine, if `start` serves it on another one
    #[arg(long, value_name = "PORT", conflicts_with = "url")]
    pub(super) port: Option<u16>,
    /// The key of a function app: `mcp_extension` for /runtime/webhooks/mcp, `default` for /mcp. The variable keeps the key out of the
    /// history of the shell
    #[arg(long, value_name = "KEY", env = "MCP_TRIGGER_KEY", hide_env_values = true)]
    pub(super) key: Option<Key>,
    /// A header of the requests, such as `Authorization: Bearer …`
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub(super) headers: Vec<Header>,
}

/// A secret: it is never shown.
#[derive(Clone)]
pub(super) struct Key(String);

impl FromStr for Key {
    // clap shows an error together with the value, and the value is a secret.
    type Err = std::convert::Infallible;

    fn from_str(key: &str) -> Result<Self, Self::Err> {
        Ok(Key(key.trim().to_owned()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A header. The value may be a secret.
#[derive(Clone)]
pub(super) struct Header {
    name: String,
    value: String,
}

impl FromStr for Header {
    type Err = &'static str;

    fn from_str(header: &str) -> Result<Self, Self::Err> {
        let (name, value) = header.split_once(':').ok_or("write a name, a colon and a value")?;
        Ok(Header { name: name.trim().to_owned(), value: value.trim().to_owned() })
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({}: …)", self.name)
    }
}

/// A server, and what each request to it has.
pub(super) struct Target {
    pub(super) uri: Uri,
    /// Headers of all requests.
    pub(super) headers: Vec<(String, String)>,
}

impl ServerOptions {
    /// The server.
    ///
    /// # Errors
    ///
    /// If the address cannot be read.
    pub(super) fn target(&self) -> Result<Target, Error> {
        let given = self.url.clone().or_else(|| std::env::var(URL_VARIABLE).ok().filter(|_| self.port.is_none()));
        let uri = match given {
            Some(url) => read_url(&url)?,
            None => read_url(&format!("http://127.0.0.1:{}", self.port.unwrap_or(local_host::PORT)))?,
        };
        let key = self.key.iter().filter(|key| !key.0.is_empty());
        let key = key.map(|key| ("x-functions-key".to_owned(), key.0.clone()));
        let others = self.headers.iter().map(|header| (header.name.clone(), header.value.clone()));
        Ok(Target { uri, headers: key.chain(others).collect() })
    }
}

impl Target {
    /// The address for messages: without the query, which may have a key.
    pub(super) fn shown(&self) -> String {
        let (scheme, authority) = (self.uri.scheme_str().unwrap_or_default(), self.authority());
        format!("{scheme}://{authority}{}", self.uri.path())
    }

    /// The name and the port of the server.
    pub(super) fn authority(&self) -> &str {
        self.uri.authority().map_or("", |authority| authority.as_str().rsplit('@').next().unwrap_or_default())
    }

    /// Whether the server is on this machine.
    pub(super) fn is_local(&self) -> bool {
        is_local(self.uri.host().unwrap_or_default())
    }

    /// Whether a secret would go through a network as it is.
    pub(super) fn is_unprotected(&self) -> bool {
        self.has_secret() && !self.is_local() && self.uri.scheme_str() == Some("http")
    }

    /// Whether it is the MCP extension of the Functions host, and not the app itself.
    pub(super) fn is_extension(&self) -> bool {
        self.uri.path().trim_end_matches('/').eq_ignore_ascii_case(local_host::PATH)
    }

    /// Whether requests say who sends them.
    pub(super) fn has_secret(&self) -> bool {
        let names = ["x-functions-key", "authorization"];
        let in_query = self.uri.query().is_some_and(|query| query.to_ascii_lowercase().contains("code="));
        in_query || self.headers.iter().any(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()))
    }
}

fn is_local(host: &str) -> bool {
    let ip = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}

/// Reads an address. Without a scheme it is that of an app in Azure, unless it is of this machine.
fn read_url(url: &str) -> Result<Uri, Error> {
    let wrong = |why: String| {
        // The query may have a key.
        let shown = url.split('?').next().unwrap_or_default();
        let error = Error::usage(format!("`{shown}` is no address of a server")).why(why);
        error.next("give one as in `--url https://my-app.azurewebsites.net/mcp`")
    };
    let url = url.trim();
    let with_scheme = if url.contains("://") {
        url.to_owned()
    } else {
        let host = url.split(['/', '?']).next().unwrap_or_default();
        let host = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(host, _)| host);
        format!("{}://{url}", if is_local(host) { "http" } else { "https" })
    };
    let uri: Uri = with_scheme.parse().map_err(|error: ureq::http::uri::InvalidUri| wrong(error.to_string()))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(wrong("it begins neither with http:// nor with https://".to_owned()));
    }
    if uri.path() != "/" {
        return Ok(uri);
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.into_parts();
    parts.path_and_query = format!("{OWN}{query}").parse().ok();
    Uri::from_parts(parts).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_completed() {
        for (given, expected) in [
            ("https://my-app.azurewebsites.net", "https://my-app.azurewebsites.net/mcp"),
            ("https://my-app.azurewebsites.net/?code=x", "https://my-app.azurewebsites.net/mcp?code=x"),
            ("my-app.azurewebsites.net/runtime/webhooks/mcp", "https://my-app.azurewebsites.net/runtime/webhooks/mcp"),
            ("localhost:7072", "http://localhost:7072/mcp"),
            ("127.0.0.1:7072/mcp", "http://127.0.0.1:7072/mcp"),
            ("[::1]:7072", "http://[::1]:7072/mcp"),
        ] {
            assert_eq!(read_url(given).unwrap().to_string(), expected, "{given}");
        }
        for wrong in ["ftp://x/mcp", "http://", "a b", ""] {
            let error = read_url(wrong).unwrap_err();
            assert!(error.to_string().contains("--url"), "{wrong}: {error}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let options = ServerOptions {
            url: Some("https://a.example/mcp?code=s3cret".to_owned()),
            key: Some("s3cret".parse().unwrap()),
            headers: vec!["Authorization: Bearer s3cret".parse().unwrap()],
            ..ServerOptions::default()
        };
        let target = options.target().unwrap();
        let without_url = ServerOptions { url: None, ..options };
        assert!(!format!("{without_url:?} {}", target.shown()).contains("s3cret"));
        assert_eq!(target.headers[0], ("x-functions-key".to_owned(), "s3cret".to_owned()));
        assert_eq!(target.headers[1].1, "Bearer s3cret");
        assert!(!read_url("ftp://a/?code=s3cret").unwrap_err().to_string().contains("s3cret"));
    }

    #[test]
    fn a_server_is_known_by_its_address() {
        let target =
            |url: &str| ServerOptions { url: Some(url.to_owned()), ..ServerOptions::default() }.target().unwrap();
        assert!(target("http://127.0.0.1:1/Runtime/webhooks/mcp/").is_extension());
        assert!(target("http://127.0.0.1:1").is_local() && !target("https://a.example").is_local());
        assert!(target("http://a.example/mcp?code=x").is_unprotected());
        assert!(
            !target("https://a.example/mcp?code=x").is_unprotected()
                && !target("http://[::1]/?code=x").is_unprotected()
        );
        assert!(target("https://a.example/mcp?code=x").has_secret() && !target("https://a.example").has_secret());
    }
}
