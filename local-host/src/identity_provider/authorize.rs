//! The authorization endpoint: who asks, what for, and the code after the click.

use super::clients::Client;
use super::{
    Grant, IdentityProvider, SignInRequest, Signed, Taken, TestUser, field, fields, oauth_error, page, scope_name,
};
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
        let client = get("client_id").and_then(Client::of_id);
        let client =
            client.ok_or_else(|| oauth_error("invalid_client", "the client is unknown: it has to register first"))?;
        let redirect = get("redirect_uri").filter(|redirect| client.allows(redirect)).map(str::to_owned);
        // Until here nothing is redirected: the address could be anybody's.
        let redirect =
            redirect.ok_or_else(|| oauth_error("invalid_request", "the redirect_uri is not a registered one"))?;
        let state = get("state").map(str::to_owned);
        let refuse =
            |error, why| self.redirect(&redirect, state.as_deref(), &[("error", error), ("error_description", why)]);
        if get("response_type") != Some("code") {
            return Err(refuse("unsupported_response_type", "the response_type is not `code`"));
        }
        let challenge =
            get("code_challenge").filter(|text| text.len() == 43 && get("code_challenge_method") == Some("S256"));
        let challenge = challenge
            .ok_or_else(|| refuse("invalid_request", "a code_challenge of the method S256 is needed"))?
            .to_owned();
        let unknown = "the resource is no endpoint of this host: send that of the protected resource metadata";
        let resource = self.resource(get("resource")).ok_or_else(|| refuse("invalid_target", unknown))?.clone();
        Ok(Grant { client, redirect, state, challenge, resource, scopes: get("scope").and_then(scopes) })
    }

    pub(super) fn sign_in(&self, request: &SignInRequest<'_>) -> Response {
        // Only the page itself may send its form.
        if request.origin != Some(format!("http://{}", request.host).as_str()) {
            return http::error(StatusCode::FORBIDDEN, "the form comes from a page of another origin");
        }
        let fields = fields(request.body).unwrap_or_default();
        let user =
            field(&fields, "user").and_then(|user| user.parse::<usize>().ok()).filter(|user| *user < self.users.len());
        let grant = field(&fields, "ticket").and_then(|ticket| self.state().sign_ins.take(ticket, request.now));
        let (Some(user), Some(Taken::First(grant))) = (user, grant) else {
            return oauth_error("invalid_request", "the page is too old or was used: begin anew in the client");
        };
        let (redirect, client_state) = (&grant.redirect, grant.state.as_deref());
        let scopes = granted(&self.users[user], grant.scopes.as_deref());
        if scopes.is_empty() && grant.scopes.is_some() {
            let why = format!("{} has none of the scopes that the client asks for", self.users[user].name);
            return self.redirect(redirect, client_state, &[("error", "access_denied"), ("error_description", &why)]);
        }
        let code = match self.secret() {
            Ok(code) => code,
            Err(failure) => return failure,
        };
        let response = self.redirect(redirect, client_state, &[("code", &code)]);
        let mut state = self.state();
        state.count += 1;
        let number = state.count;
        state.codes.put(code, request.now + CODE, Signed { number, grant, user, scopes });
        response
    }

    /// Sends the browser back to the client, with who answers (RFC 9207).
    fn redirect(&self, to: &str, state: Option<&str>, answer: &[(&str, &str)]) -> Response {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(answer).append_pair("iss", &self.issuer);
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

/// The scopes that a client asks for: those of OpenID Connect are no permissions, and `.default` stands for all.
fn scopes(asked: &str) -> Option<Vec<String>> {
    const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];
    let scopes: Vec<_> = asked.split_ascii_whitespace().filter(|scope| !OPENID.contains(scope)).collect();
    let is_all = scopes.is_empty() || scopes.iter().any(|scope| scope_name(scope) == ".default");
    (!is_all).then(|| scopes.into_iter().map(str::to_owned).collect())
}

/// The scopes that a user has of those that a client asks for.
fn granted(user: &TestUser, asked: Option<&[String]>) -> Vec<String> {
    let has = |scope: &&String| user.scopes.iter().any(|own| own == scope_name(scope));
    asked.map_or_else(|| user.scopes.clone(), |asked| asked.iter().filter(has).cloned().collect())
}
