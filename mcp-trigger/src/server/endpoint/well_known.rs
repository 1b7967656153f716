//! `/.well-known/…`: where clients look how to sign in. There is nothing to sign in to.

use hyper::StatusCode;
use mcp_trigger_core::http::{self, Response};

const PATH: &str = "/.well-known";

/// Whether a path is below it, in whatever case: so does the Functions host find it.
pub(crate) fn answers(path: &str) -> bool {
    path.split_at_checked(PATH.len())
        .is_some_and(|(start, rest)| start.eq_ignore_ascii_case(PATH) && (rest.is_empty() || rest.starts_with('/')))
}

/// Says so. A client that gets 404 goes on without a token; it asks at all only after a 401, which `/mcp` itself never answers
/// (specification 2025-11-25: `basic/authorization`, "Authorization Server Discovery").
pub(crate) fn respond(path: &str) -> Response {
    let message = format!(
        "there is nothing at {path}: the server asks for no token of an authorization server; if the function app asks for a \
         key, send it in the header x-functions-key"
    );
    http::error(StatusCode::NOT_FOUND, &message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_its_path_and_what_is_below() {
        for path in ["/.well-known/oauth-protected-resource/mcp", "/.Well-Known", "/.well-known/"] {
            assert!(answers(path), "{path}");
        }
        for path in ["/", "/.well-knownx", "/well-known", "/mcp/.well-known", "/.well-kn\u{e9}wn"] {
            assert!(!answers(path), "{path}");
        }
    }
}
