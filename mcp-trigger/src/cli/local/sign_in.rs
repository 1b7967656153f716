//! `--auth test-user`: the users and agents of the command line, the test identity provider where they sign in, and the gate for its tokens.

use crate::app::{Authentication, Error};
use local_host::{LocalHost, Settings};
use mcp_trigger_core::auth::Gate;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
#[cfg(feature = "auth")]
use {
    local_host::{IdentityProvider, TestAgent, TestUser},
    mcp_trigger_core::auth::TokenValidation,
};

/// The words after `--auth`.
pub(super) const USER: &str = "test-user";
pub(super) const AGENT: &str = "test-agent";

/// The secret of all agents. It protects nothing: users need none.
const SECRET: &str = "test-secret";
/// The scope of users if the app asks for none: that of an app registration of App Service.
#[cfg(feature = "auth")]
const SCOPE: &str = "user_impersonation";

/// A user, or an agent, who has no user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    name: String,
    is_agent: bool,
    roles: Vec<String>,
    scopes: Vec<String>,
}

impl Person {
    /// A person without roles and scopes. Default of the name: the kind.
    pub(super) fn new(kind: &str, name: Option<String>) -> Self {
        let name = name.unwrap_or_else(|| kind.to_owned());
        Person { name, is_agent: kind == AGENT, roles: Vec::new(), scopes: Vec::new() }
    }

    /// Adds a role or a scope.
    ///
    /// # Errors
    ///
    /// If the person cannot have it.
    pub(super) fn add(&mut self, kind: &str, value: String) -> Result<(), &'static str> {
        if value.is_empty() || value.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            return Err("a name has no blanks, and is not empty");
        }
        match kind {
            "role" => self.roles.push(value),
            _ if self.is_agent => return Err("no user grants an agent a scope: give it a role by `--role`"),
            _ => self.scopes.push(value),
        }
        Ok(())
    }

    /// The row of the banner.
    fn row(&self) -> [String; 2] {
        let Person { name, is_agent, roles, scopes } = self;
        let roles = if roles.is_empty() { "no roles".to_owned() } else { format!("roles: {}", roles.join(", ")) };
        if *is_agent {
            return ["Agent".to_owned(), format!("client id {name}, secret {SECRET}; {roles}")];
        }
        let scopes = scopes.join(", ");
        [
            "Sign in".to_owned(),
            format!("as {name}, by a click on the page that the client opens; {roles}; scopes: {scopes}"),
        ]
    }

    fn to_json(&self) -> Value {
        let Person { name, is_agent, roles, scopes } = self;
        if *is_agent {
            return json!({ "clientId": name, "clientSecret": SECRET, "roles": roles });
        }
        json!({ "name": name, "roles": roles, "scopes": scopes })
    }
}

/// The error of a program without the feature.
#[cfg(not(feature = "auth"))]
pub(super) fn without_feature(word: &str) -> Error {
    Error::Usage(format!(
        "`--auth {word}` needs the feature `auth` of mcp-trigger, which this program is built without: add features = [\"auth\"] to \
         mcp-trigger in Cargo.toml"
    ))
}

/// The sign-in of test users.
pub(super) struct TestSignIn {
    pub(super) gate: Arc<Gate>,
    #[cfg(feature = "auth")]
    provider: Arc<IdentityProvider>,
    people: Vec<Person>,
}

impl TestSignIn {
    /// Sets up the provider at an address.
    ///
    /// # Errors
    ///
    /// If the provider cannot be at the address.
    #[cfg(feature = "auth")]
    pub(super) fn new(
        people: &[Person],
        address: SocketAddr,
        authentication: Option<&Authentication>,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let tenant = IdentityProvider::TENANT;
        let wanted = match authentication {
            Some(Authentication::Tokens(validation)) => validation.clone(),
            _ => TokenValidation::entra(tenant).scopes_in(&|name| settings.get(name)),
        };
        let mut people = people.to_vec();
        if people.iter().all(|person| person.is_agent) {
            people.insert(0, Person::new(USER, None));
        }
        for user in people.iter_mut().filter(|person| !person.is_agent && person.scopes.is_empty()) {
            user.scopes = wanted.scopes().into_iter().map(str::to_owned).collect();
            if user.scopes.is_empty() {
                user.scopes.push(SCOPE.to_owned());
            }
        }
        let (agents, users): (Vec<_>, Vec<_>) = people.iter().cloned().partition(|person| person.is_agent);
        let users = users.into_iter().map(|Person { name, roles, scopes, .. }| TestUser { name, roles, scopes });
        let agents = agents.into_iter().map(|Person { name, roles, .. }| TestAgent {
            id: name,
            secret: SECRET.to_owned(),
            roles,
        });
        let failed = |error: std::io::Error| Error::Environment(error.to_string());
        let provider = IdentityProvider::new(address, users.collect()).map_err(failed)?.agents(agents.collect());
        let validation = wanted.moved_to(provider.authority(), tenant, provider.resources());
        let gate = Arc::new(Gate::new(validation, None).map_err(Error::Environment)?);
        Ok(TestSignIn { gate, provider: Arc::new(provider), people })
    }

    /// The error of a program without the feature.
    ///
    /// # Errors
    ///
    /// If the feature is off, always.
    #[cfg(not(feature = "auth"))]
    pub(super) fn new(_: &[Person], _: SocketAddr, _: Option<&Authentication>, _: &Settings) -> Result<Self, Error> {
        Err(without_feature(USER))
    }

    /// Has a host serve the provider.
    pub(super) fn put_on(&self, host: LocalHost) -> LocalHost {
        #[cfg(feature = "auth")]
        let host = host.identity_provider(Arc::clone(&self.provider));
        host
    }

    /// The rows of the banner.
    pub(super) fn rows(&self) -> impl Iterator<Item = [String; 2]> {
        self.people.iter().map(Person::row)
    }

    /// The users and agents for machines.
    pub(super) fn to_json(&self) -> [Value; 2] {
        let (agents, users): (Vec<_>, Vec<_>) = self.people.iter().partition(|person| person.is_agent);
        [users, agents].map(|people| people.into_iter().map(Person::to_json).collect())
    }
}

#[cfg(test)]
#[cfg(feature = "auth")]
mod tests {
    use super::*;
    use crate::cli::local::settings::tests::settings;

    fn sign_in(people: &[Person], authentication: Option<&Authentication>, environment: &[(&str, &str)]) -> TestSignIn {
        let settings = settings(environment, None);
        TestSignIn::new(people, "127.0.0.1:7071".parse().unwrap(), authentication, &settings).unwrap()
    }

    #[test]
    fn the_banner_tells_how_to_sign_in() {
        let mut ada = Person::new(USER, Some("Ada".to_owned()));
        ada.add("role", "admin".to_owned()).unwrap();
        let sign_in = sign_in(&[ada, Person::new(AGENT, None)], None, &[]);
        let rows: Vec<_> = sign_in.rows().map(|row| row.join(" ")).collect();
        let expected = [
            "Sign in as Ada, by a click on the page that the client opens; roles: admin; scopes: user_impersonation",
            "Agent client id test-agent, secret test-secret; no roles",
        ];
        assert_eq!(rows, expected);
        let users = json!([{ "name": "Ada", "roles": ["admin"], "scopes": ["user_impersonation"] }]);
        let agents = json!([{ "clientId": "test-agent", "clientSecret": "test-secret", "roles": [] }]);
        assert_eq!(sign_in.to_json(), [users, agents]);
        let issuers: Vec<_> = sign_in.gate.issuers().collect();
        assert_eq!(issuers, [format!("http://127.0.0.1:7071/test-sign-in/{}/v2.0", IdentityProvider::TENANT)]);
    }

    #[test]
    fn somebody_can_sign_in_with_what_the_app_asks_for() {
        let agent = [Person::new(AGENT, None)];
        let users = |sign_in: TestSignIn| sign_in.to_json()[0].to_string();
        let names = [("WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES", "api://app/notes, more")];
        let asked = r#"[{"name":"test-user","roles":[],"scopes":["more","notes"]}]"#;
        assert_eq!(users(sign_in(&agent, None, &names)), asked);
        assert_eq!(users(sign_in(&agent, Some(&Authentication::BuiltIn), &names)), asked);
        let own = TokenValidation::issuer("https://login.example").audience("app").scope("own");
        let own = users(sign_in(&agent, Some(&own.into()), &names));
        assert_eq!(own, r#"[{"name":"test-user","roles":[],"scopes":["own"]}]"#);
    }
}
