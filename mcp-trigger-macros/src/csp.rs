//! `csp(…)`: the servers that a view may load from. Clients make a Content Security Policy of it (MCP Apps specification:
//! `McpUiResourceCsp`), and it allows nothing else.

use crate::json::{Object, quoted};

/// The origins that a view names, by what it loads from there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Csp {
    /// `connectDomains`: what scripts fetch.
    pub(crate) connect: Vec<String>,
    /// `resourceDomains`: scripts, style sheets, pictures, fonts, films and sounds.
    pub(crate) resources: Vec<String>,
    /// `frameDomains`: pages inside of the page.
    pub(crate) frames: Vec<String>,
    /// `baseUriDomains`: what addresses may be relative to.
    pub(crate) base_uri: Vec<String>,
}

impl Csp {
    /// As `_meta` of the view has it, without what is empty.
    pub(crate) fn to_json(&self) -> Object {
        let mut policy = Object::default();
        let Csp { connect, resources, frames, base_uri } = self;
        let members = [
            ("connectDomains", connect),
            ("resourceDomains", resources),
            ("frameDomains", frames),
            ("baseUriDomains", base_uri),
        ];
        for (member, origins) in members.into_iter().filter(|(_, origins)| !origins.is_empty()) {
            let origins: Vec<_> = origins.iter().map(|origin| quoted(origin)).collect();
            policy.push(member, format!("[{}]", origins.join(",")));
        }
        policy
    }
}

/// The server that an address leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: String,
    host: String,
    /// As it is written; nothing if it is the scheme's own.
    port: Option<String>,
}

impl Origin {
    /// The origin of an address as a browser reads it (URL standard); `None` if it leads to no server.
    pub(crate) fn of(address: &str) -> Option<Self> {
        // Browsers leave these out, and take `\` for `/`.
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
        Some(Origin { scheme: scheme.to_owned(), host: host.to_owned(), port })
    }

    /// Whether one of these origins is this one (Content Security Policy Level 3 §6.7.2.8).
    pub(crate) fn is_among(&self, origins: &[String]) -> bool {
        origins.iter().filter_map(|origin| Origin::of(origin)).any(|allowed| allowed.allows(self))
    }

    fn allows(&self, other: &Origin) -> bool {
        // What is allowed to come in the clear may come encrypted.
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

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Origin { scheme, host, port } = self;
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
            assert_eq!(Origin::of(address).unwrap().to_string(), origin, "{address}");
        }
        for address in
            ["a.js", "/a.js", "data:text/css,//a", "#a", "", "about:blank", "blob:https://a/b", "c:/a.js", "a//b"]
        {
            assert_eq!(Origin::of(address), None, "{address}");
        }
    }

    #[test]
    fn an_origin_is_allowed_as_in_a_policy() {
        let is_among = |address: &str, origin: &str| Origin::of(address).unwrap().is_among(&[origin.to_owned()]);
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
