//! `/.well-known/…`: clients look here for an authorization server. The server has none.

use hyper::StatusCode;
use mcp_trigger_core::http::{self, Response};

const PATH: &str = "/.well-known";

/// Whether a path is `/.well-known` or below it, in any case: the Functions host ignores the case of paths.
pub(crate) fn answers(path: &str) -> bool {
    path.split_at_checked(PATH.len())
        .is_some_and(|(start, rest)| start.eq_ignore_ascii_case(PATH) && (rest.is_empty() || rest.starts_with('/')))
}

/// Answers 404, after which a client goes on without a token (specification 2025-11-25: `basic/authorization`, "Authorization Server
/// Discovery").
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
