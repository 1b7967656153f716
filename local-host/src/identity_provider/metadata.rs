//! The metadata of the provider (RFC 8414, OpenID Connect Discovery), and the key of its tokens.

use super::IdentityProvider;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hyper::StatusCode;
use mcp_trigger_core::http::{self, Response};
use serde_json::json;

impl IdentityProvider {
    pub(super) fn metadata(&self) -> Response {
        let issuer = &self.issuer;
        let mut scopes: Vec<_> = self.users.iter().flat_map(|user| &user.scopes).collect();
        scopes.sort_unstable();
        scopes.dedup();
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "registration_endpoint": format!("{issuer}/register"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
            "scopes_supported": scopes,
            "authorization_response_iss_parameter_supported": true,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        });
        http::json(StatusCode::OK, metadata.to_string())
    }

    pub(super) fn keys(&self) -> Response {
        // An uncompressed point: 4, then both coordinates.
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        let (x, y) = (BASE64_URL_SAFE_NO_PAD.encode(x), BASE64_URL_SAFE_NO_PAD.encode(y));
        let key =
            json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.key_id(), "x": x, "y": y });
        http::json(StatusCode::OK, json!({ "keys": [key] }).to_string())
    }

    /// The id of the key: a part of its digest.
    pub(super) fn key_id(&self) -> String {
        let digest = digest(&SHA256, self.key.public_key().as_ref());
        BASE64_URL_SAFE_NO_PAD.encode(&digest.as_ref()[..12])
    }
}
