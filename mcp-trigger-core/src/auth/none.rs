//! Without the feature `auth` there is no gate: [`Gate`] has no values.

use crate::http::Response;
use hyper::Request;
use hyper::header::{HeaderMap, HeaderValue};

/// The gate of the feature `auth`.
#[derive(Debug)]
pub enum Gate {}

impl Gate {
    /// Lets a request in if its token is valid.
    ///
    /// # Errors
    ///
    /// If the request has no valid token.
    #[allow(clippy::result_large_err, clippy::unused_async, reason = "the signature is that of the feature")]
    pub async fn admit<B>(&self, _: Request<B>) -> Result<Request<B>, Response> {
        match *self {}
    }

    /// Takes the headers away by which a client names a caller itself.
    pub fn strip<B>(&self, _: Request<B>) -> Request<B> {
        match *self {}
    }

    /// The answer to a request for the metadata of the protected resource.
    pub fn metadata<B>(&self, _: &Request<B>) -> Option<Response> {
        match *self {}
    }

    /// The challenge of a request whose token lacks one of these scopes.
    pub fn ask_for_scope(&self, _: &str, _: &HeaderMap, _: &[&str], _: &str) -> HeaderValue {
        match *self {}
    }

    /// The issuers of the tokens.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }
}
