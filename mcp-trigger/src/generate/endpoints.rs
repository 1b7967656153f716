//! Addresses that only one of the two endpoints reads, in the forms in which clients write them.
//!
//! The MCP extension, behind `/runtime/webhooks/mcp`, compares the letters of an address, and asks .NET's `Uri` whether it is one
//! (ground-truth.md §12). `/mcp` compares normal forms.

use crate::function::{Function, Kind};
use host_protocol::uri::{UriTemplate, is_readable};

/// Why one endpoint does not read a resource that the other one reads, and what to do.
pub(crate) fn one_sided(function: &Function) -> Option<String> {
    let Kind::Resource(resource) = &function.kind else { return None };
    let (uri, template) = (resource.uri, UriTemplate::parse(resource.uri).ok()?);
    let Some(normal) = template.normalized() else {
        return Some(format!(
            "`{uri}`: the `..` takes a parameter away, so /mcp cannot read it; write the address without dot segments"
        ));
    };
    let (scheme, rest) = uri.split_once(':')?;
    let host = rest.strip_prefix("//").and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if let Some(open) = host.find('{') {
        let parameter = host[open..].split_inclusive('}').next().unwrap_or_default();
        return Some(format!(
            "`{uri}`: `{parameter}` stands in the place of a host name, so /runtime/webhooks/mcp reads it only for values that are host \
             names, and only from clients that do not append a `/`; put the parameter into the path, as in `{scheme}://all/{parameter}`"
        ));
    }
    if !is_readable(uri) {
        return Some(format!(
            "`{uri}`: `{host}` stands in the place of a host name and is none, so /runtime/webhooks/mcp does not read it; use letters, \
             digits, `-` and `.` there"
        ));
    }
    // The text that the extension compares, without the names of parameters.
    let sent = with_names(&with_root_path(normal.structure()), template.parameters());
    (!sent.eq_ignore_ascii_case(uri)).then(|| {
        format!(
            "`{uri}`: clients that write addresses in their normal form ask for `{sent}`, which /runtime/webhooks/mcp does not read; write \
             it so"
        )
    })
}

/// An address without a path as the C# SDK writes it, and the Python SDK if its scheme is `file`.
fn with_root_path(mut uri: String) -> String {
    if let Some(at) = uri.find("://") {
        let authority = at + "://".len();
        let end = uri[authority..].find(['/', '?', '#']).map_or(uri.len(), |length| authority + length);
        if !uri[end..].starts_with('/') {
            uri.insert(end, '/');
        }
    }
    uri
}

/// A template's structure with the names of its parameters.
fn with_names<'a>(structure: &str, names: impl Iterator<Item = &'a str>) -> String {
    names.fold(structure.to_owned(), |text, name| text.replacen("{}", &format!("{{{name}}}"), 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::resource;

    #[test]
    fn what_only_one_endpoint_reads_is_told() {
        let told = |uri| one_sided(&resource(uri, "F"));
        for uri in [
            "docs://a/b",
            "ui://hello/view",
            "file:///a/b.txt",
            "docs://returns/",
            "x://a/{id}?q={q}",
            "urn:isbn:1",
            "X://A/B",
        ] {
            assert_eq!(told(uri), None, "{uri}");
        }
        let cases = [
            ("products://{id}", "as in `products://all/{id}`"),
            ("x://a-{id}/b", "`{id}` stands in the place of a host name"),
            ("raw://café/x", "ask for `raw://caf%C3%A9/x`"),
            ("raw://a b/{id}", "`a b` stands"),
            ("raw://a%20b/x", "`a%20b` stands"),
            ("docs://returns", "ask for `docs://returns/`"),
            ("docs://returns?q", "ask for `docs://returns/?q`"),
            ("docs://a/é", "ask for `docs://a/%C3%A9`"),
            ("docs://a/b c/{id}", "ask for `docs://a/b%20c/{id}`"),
            ("docs://a/%41", "ask for `docs://a/A`"),
            ("docs://a/./b", "ask for `docs://a/b`"),
            ("docs://a/{id}/../b", "/mcp cannot read it"),
        ];
        for (uri, words) in cases {
            let message = told(uri).unwrap_or_default();
            assert!(message.contains(words), "{uri}: {message}");
        }
    }
}
