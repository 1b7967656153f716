//! The authorization endpoint: who asks, what for, and the code after the click.

use super::{Grant, IdentityProvider, SignInRequest, Signed, field, fields, oauth_error, page};
use hyper::StatusCode;
use hyper::header::{HeaderValue, LOCATION};
use mcp_trigger_core::http::{self, Response};
use std::time::{Duration, SystemTime};

/// How long a page waits for a click.
const PAGE: Duration = Duration::from_secs(600);
/// How long a code is good for.
const CODE: Duration = Duration::from_secs(60);

impl IdentityProvider {
    pub(super) fn show_page(&self, query: &str, now: SystemTime) -> Response {
        let grant = match self.grant(query) {
            Ok(grant) => grant,
            Err(refusal) => return refusal,
        };
        let ticket = match self.secret() {
            Ok(ticket) => ticket,
            Err(failure) => return failure,
        };
        let response = page::page(&ticket, &grant, &self.users);
        self.state().sign_ins.put(ticket, now + PAGE, grant);
        response
    }

    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    fn grant(&self, query: &str) -> Result<Grant, Response> {
        let fields =
            fields(query.as_bytes()).ok_or_else(|| oauth_error("invalid_request", "a parameter stands twice"))?;
        let get = |name| field(&fields, name);
        let client = get("client_id").and_then(|id| self.state().clients.get(id).cloned());
        let client =
            client.ok_or_else(|| oauth_error("invalid_client", "the client is unknown: it has to register first"))?;
        let redirect = get("redirect_uri").filter(|redirect| client.allows(redirect)).map(str::to_owned);
        // Until here nothing is redirected: the address could be anybody's.
        let redirect =
            redirect.ok_or_else(|| oauth_error("invalid_request", "the redirect_uri is not a registered one"))?;
        let state = get("state").map(str::to_owned);
        let refuse = |error| self.redirect(&redirect, state.as_deref(), ("error", error));
        if get("response_type") != Some("code") {
            return Err(refuse("unsupported_response_type"));
        }
        let challenge =
            get("code_challenge").filter(|text| text.len() == 43 && get("code_challenge_method") == Some("S256"));
        let challenge = challenge.ok_or_else(|| refuse("invalid_request"))?.to_owned();
        let resource = get("resource").filter(|resource| self.resources.iter().any(|known| known == resource));
        let resource = resource.ok_or_else(|| refuse("invalid_target"))?.to_owned();
        Ok(Grant { client, redirect, state, challenge, resource })
    }

    pub(super) fn sign_in(&self, request: &SignInRequest<'_>) -> Response {
        // Only the page itself may send its form.
        if request.origin != Some(format!("http://{}", request.host).as_str()) {
            return http::error(StatusCode::FORBIDDEN, "the form comes from a page of another origin");
        }
        let fields = fields(request.body).unwrap_or_default();
        let user = field(&fields, "user").and_then(|user| user.parse().ok()).filter(|user| *user < self.users.len());
        let grant = field(&fields, "ticket").and_then(|ticket| self.state().sign_ins.take(ticket, request.now));
        let (Some(user), Some(grant)) = (user, grant) else {
            return oauth_error("invalid_request", "the page is too old or was used: begin anew in the client");
        };
        let code = match self.secret() {
            Ok(code) => code,
            Err(failure) => return failure,
        };
        let response = self.redirect(&grant.redirect, grant.state.as_deref(), ("code", &code));
        self.state().codes.put(code, request.now + CODE, Signed { grant, user });
        response
    }

    /// Sends the browser back to the client, with who answers (RFC 9207).
    fn redirect(&self, to: &str, state: Option<&str>, (name, value): (&str, &str)) -> Response {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(name, value).append_pair("iss", &self.issuer);
        if let Some(state) = state {
            query.append_pair("state", state);
        }
        let separator = if to.contains('?') { '&' } else { '?' };
        match HeaderValue::from_str(&format!("{to}{separator}{}", query.finish())) {
            Ok(location) => {
                let mut response = http::empty(StatusCode::SEE_OTHER);
                response.headers_mut().insert(LOCATION, location);
                response
            }
            Err(_) => oauth_error("invalid_request", "the redirect_uri is no header value"),
        }
    }
}
