//! Names, addresses and origins of the local machine.

use std::net::IpAddr;

/// Whether a name, such as the value of the header `Host`, is `localhost`, `127.0.0.1` or `[::1]`, with any port or without one.
pub fn is_local_authority(authority: &str) -> bool {
    // A colon inside of brackets belongs to the address, and does not begin a port.
    let end = if authority.starts_with('[') { authority.find(']').map(|end| end + 1) } else { authority.find(':') };
    let (host, port) = authority.split_at(end.unwrap_or(authority.len()));
    let is_local = host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1" || host == "[::1]";
    is_local && (port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok()))
}

/// Whether the host of an address is this machine: `localhost`, or an IP address that only this machine reaches, with brackets or
/// without.
pub fn is_loopback_host(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether an origin, such as `http://localhost:6274`, is that of a page that this machine serves.
pub fn is_local_origin(origin: &str) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(is_local_authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine() {
        for authority in ["localhost", "LOCALHOST:7071", "127.0.0.1:7071", "[::1]:7071", "[::1]"] {
            assert!(is_local_authority(authority), "{authority}");
        }
        for authority in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io:80",
            "localhost:x",
            "localhost:1:1",
            "[::1]x",
            "[::1]:",
            "::1",
            "[::2]",
        ] {
            assert!(!is_local_authority(authority), "{authority}");
        }
        assert!(is_local_origin("http://localhost:6274"));
        for origin in ["null", "https://evil.example", "file://", "http://localhost:1@evil.example"] {
            assert!(!is_local_origin(origin), "{origin}");
        }
    }
}
