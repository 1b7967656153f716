//! `csp(…)`: the servers from which a view may load. Clients enforce it as a Content Security Policy (MCP Apps specification:
//! `McpUiResourceCsp`).

use crate::json::{JsonObject, quoted_all};

/// The allowed origins, each as the author wrote it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Csp {
    /// `connectDomains`: for requests of scripts.
    pub(crate) connect: Vec<String>,
    /// `resourceDomains`: for scripts, style sheets, pictures, fonts, films and sounds.
    pub(crate) resources: Vec<String>,
    /// `frameDomains`: for pages inside the page.
    pub(crate) frames: Vec<String>,
    /// `baseUriDomains`: for the page's base URI.
    pub(crate) base_uri: Vec<String>,
}

impl Csp {
    /// The member `csp` of the view's `_meta`. Empty lists are left out.
    pub(crate) fn to_json(&self) -> JsonObject {
        let mut policy = JsonObject::default();
        let Csp { connect, resources, frames, base_uri } = self;
        let members = [
            ("connectDomains", connect),
            ("resourceDomains", resources),
            ("frameDomains", frames),
            ("baseUriDomains", base_uri),
        ];
        for (member, origins) in members.into_iter().filter(|(_, origins)| !origins.is_empty()) {
            policy.push(member, quoted_all(origins));
        }
        policy
    }
}

/// The scheme, host and port of an address.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ServerOrigin {
    scheme: String,
    host: String,
    /// `None` for the default port of the scheme.
    port: Option<String>,
}

impl ServerOrigin {
    /// The origin of an address as a browser reads it (URL standard). `None` for relative addresses and schemes without a server.
    pub(crate) fn of(address: &str) -> Option<Self> {
        // Browsers remove these, and read `\` as `/`.
        let address: String = address.trim().chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
        let address = address.replace('\\', "/");
        let known = address.split_once(':').map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest));
        let (scheme, rest) = match &known {
            Some((scheme, rest)) if ["http", "https", "ws", "wss", "ftp"].contains(&scheme.as_str()) => {
                (scheme.as_str(), *rest)
            }
            _ if address.starts_with("//") => ("https", address.as_str()),
            _ => return None,
        };
        let rest = rest.trim_start_matches('/');
        let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
        let server = authority.rsplit_once('@').map_or(authority, |(_, server)| server).to_ascii_lowercase();
        // `[::1]:80` has colons in its host.
        let port = server.rsplit_once(':').filter(|(_, port)| port.chars().all(|c| c.is_ascii_digit() || c == '*'));
        let (host, port) = port.map_or((server.as_str(), ""), |(host, port)| (host, port));
        let default = match scheme {
            "https" | "wss" => "443",
            "ftp" => "21",
            _ => "80",
        };
        let port = (!port.is_empty() && port != default).then(|| port.to_owned());
        Some(ServerOrigin { scheme: scheme.to_owned(), host: host.to_owned(), port })
    }

    /// Whether one of these origins allows this one (Content Security Policy Level 3 §6.7.2.8).
    pub(crate) fn is_among(&self, origins: &[String]) -> bool {
        origins.iter().filter_map(|origin| ServerOrigin::of(origin)).any(|allowed| allowed.allows(self))
    }

    fn allows(&self, other: &ServerOrigin) -> bool {
        // `http` allows `https` too.
        let is_upgraded = (self.scheme.as_str(), other.scheme.as_str()) == ("http", "https");
        let host = match self.host.strip_prefix('*') {
            Some(end) => other.host.len() > end.len() && other.host.ends_with(end),
            None => self.host == other.host,
        };
        (self.scheme == other.scheme || is_upgraded)
            && host
            && (self.port.as_deref() == Some("*") || self.port == other.port)
    }
}

impl std::fmt::Display for ServerOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ServerOrigin { scheme, host, port } = self;
        write!(f, "{scheme}://{host}")?;
        port.iter().try_for_each(|port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_origins_as_in_a_browser() {
        for (address, origin) in [
            ("https://cdn.example.com/a.js?b#c", "https://cdn.example.com"),
            (" HTTPS://CDN.example.com:443", "https://cdn.example.com"),
            ("//cdn.example.com/a.js", "https://cdn.example.com"),
            ("\\\\cdn.example.com\\a.js", "https://cdn.example.com"),
            ("https:cdn.example.com/a.js", "https://cdn.example.com"),
            ("ht\ntps://user:key@cdn.example.com:8443?x", "https://cdn.example.com:8443"),
            ("http://[::1]:8080/a", "http://[::1]:8080"),
            ("http://[::1]/a", "http://[::1]"),
            ("wss://example.com", "wss://example.com"),
        ] {
            assert_eq!(ServerOrigin::of(address).unwrap().to_string(), origin, "{address}");
        }
        for address in
            ["a.js", "/a.js", "data:text/css,//a", "#a", "", "about:blank", "blob:https://a/b", "c:/a.js", "a//b"]
        {
            assert_eq!(ServerOrigin::of(address), None, "{address}");
        }
    }

    #[test]
    fn an_origin_is_allowed_as_in_a_policy() {
        let is_among = |address: &str, origin: &str| ServerOrigin::of(address).unwrap().is_among(&[origin.to_owned()]);
        for (address, origin) in [
            ("https://cdn.example.com/a.js", "https://cdn.example.com"),
            ("https://cdn.example.com/a.js", "https://*.example.com"),
            ("https://a.b.example.com", "https://*.example.com"),
            ("https://example.com/a", "http://example.com"),
            ("https://example.com:8443/a", "https://example.com:8443"),
            ("https://example.com:8443/a", "https://example.com:*"),
            ("//example.com/a", "https://EXAMPLE.com:443"),
        ] {
            assert!(is_among(address, origin), "{address} by {origin}");
        }
        for (address, origin) in [
            ("https://example.com", "https://*.example.com"),
            ("https://badexample.com", "https://*.example.com"),
            ("https://example.com.evil.org", "https://example.com"),
            ("http://example.com", "https://example.com"),
            ("https://example.com:8443", "https://example.com"),
            ("https://example.com", "wss://example.com"),
            ("https://example.com@evil.org/", "https://example.com"),
        ] {
            assert!(!is_among(address, origin), "{address} by {origin}");
        }
    }
}
