//! The address to which a client of the legacy SSE transport posts its messages.

use hyper::Request;
use hyper::header::HOST;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The characters that a query value cannot hold unescaped.
const NOT_IN_A_VALUE: AsciiSet = CONTROLS.add(b' ').add(b'#').add(b'%').add(b'&').add(b'+');

/// The address to post messages to, for a client that has opened a stream with this request.
///
/// Clients resolve it against the address of the stream. The extension encodes nothing, the `|` of a token included
/// (recordings/legacy-sse.md); here characters of a key are, if the address would not open anything otherwise.
pub(super) fn of_messages<B>(request: &Request<B>, absolute: bool, token: &str, key: Option<&str>) -> String {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let base = host.filter(|_| absolute).map(|host| {
        let path = request.uri().path();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("http://{host}{folder}/")
    });
    let code = key.map(|key| format!("&code={}", utf8_percent_encode(key, &NOT_IN_A_VALUE)));
    format!("{}message?azmcpcs={token}{}", base.unwrap_or_default(), code.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(uri: &str, absolute: bool, key: Option<&str>) -> String {
        let request = Request::builder().uri(uri).header(HOST, "localhost:7071").body(()).unwrap();
        of_messages(&request, absolute, "a|b", key)
    }

    #[test]
    fn it_is_relative_or_absolute() {
        let uri = "/runtime/webhooks/mcp/sse?code=k";
        assert_eq!(address(uri, false, None), "message?azmcpcs=a|b");
        assert_eq!(address(uri, true, None), "http://localhost:7071/runtime/webhooks/mcp/message?azmcpcs=a|b");
    }

    #[test]
    fn a_key_comes_back_as_it_was() {
        let key = "aZ09-_.~=/|'+ %&#\n\u{e9}";
        let address = address("/sse", false, Some(key));
        assert_eq!(address, "message?azmcpcs=a|b&code=aZ09-_.~=/|'%2B%20%25%26%23%0A%C3%A9");
        let query = address.split_once('?').unwrap().1;
        assert_eq!(crate::access::query_parameter(query, "code").unwrap(), key);
    }
}
