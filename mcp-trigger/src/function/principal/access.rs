//! The callers that may call a function.

use super::{Principal, Trust};
use std::error::Error;
use std::fmt;

/// The requirements for a caller: to be signed in, and to have a role and a scope of these lists.
///
/// The caller needs one entry of each list that is not empty: a role for the user, and a scope that the user has granted to the
/// client. An [app on its own behalf](Principal::is_app) has no scopes. It needs one of the roles, and may not call if there are
/// only scopes.
///
/// ```
/// use mcp_trigger::{Access, Principal};
///
/// const WRITERS: Access = Access { roles: &["Notes.Writer", "Notes.Admin"], scopes: &["Notes.Write"] };
///
/// let admin = Principal::new("5b1c").with_role("Notes.Admin");
/// let error = WRITERS.check(Some(&admin)).unwrap_err();
/// assert_eq!(error.to_string(), "the caller lacks the scope `Notes.Write`: sign in again and grant it");
/// assert!(WRITERS.check(Some(&admin.with_scope("Notes.Write"))).is_ok());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The roles of which the caller needs one.
    pub roles: &'static [&'static str],
    /// The scopes of which the caller needs one.
    pub scopes: &'static [&'static str],
}

impl Access {
    /// All callers that are signed in.
    pub const SIGNED_IN: Access = Access { roles: &[], scopes: &[] };

    /// Checks whether a caller may call.
    ///
    /// # Errors
    ///
    /// If the caller is not signed in, or lacks a role or a scope.
    pub fn check(&self, principal: Option<&Principal>) -> Result<(), Denied> {
        let principal = principal.ok_or(Denied::NotSignedIn)?;
        let &Access { roles, scopes } = self;
        if !roles.is_empty() && !roles.iter().any(|role| principal.has_role(role)) {
            return Err(Denied::Role { one_of: roles });
        }
        let role_is_enough = !roles.is_empty() && principal.is_app();
        if !scopes.is_empty() && !role_is_enough && !scopes.iter().any(|scope| principal.has_scope(scope)) {
            return Err(Denied::Scope { one_of: scopes });
        }
        Ok(())
    }
}

impl Principal {
    /// For a function that takes a [`Principal`].
    pub(crate) fn required(principal: Option<&Principal>) -> Result<Principal, Denied> {
        principal.cloned().ok_or(Denied::NotSignedIn)
    }
}

/// The reason why a caller may not call, with a message for the model. The message names the requirement, not the roles of the
/// caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Denied {
    /// The caller is not signed in.
    NotSignedIn,
    /// The caller has none of these roles.
    Role {
        /// The roles or scopes of which one is needed.
        one_of: &'static [&'static str],
    },
    /// The caller has none of these scopes.
    Scope {
        /// The roles or scopes of which one is needed.
        one_of: &'static [&'static str],
    },
}

impl Denied {
    /// Advice for the owner of the app, for the log. The caller does not get it.
    pub(crate) fn advice(&self, trust: Trust) -> Option<&'static str> {
        match (self, trust) {
            (Denied::NotSignedIn, Trust::Ignored) => Some(
                "App Service authentication is off (WEBSITE_AUTH_ENABLED is not true), so nobody can be signed in: \
                 turn it on for this app",
            ),
            (Denied::NotSignedIn, Trust::Believed) => Some(
                "App Service authentication lets requests through that carry no identity: \
                 set it to require authentication if no function is for everybody",
            ),
            _ => None,
        }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Denied::NotSignedIn => f.write_str("the caller is not signed in: sign in and call again"),
            Denied::Role { one_of } => {
                lacks(f, "role", one_of)?;
                f.write_str(": whoever runs this server can assign it")
            }
            Denied::Scope { one_of } => {
                lacks(f, "scope", one_of)?;
                f.write_str(": sign in again and grant it")
            }
        }
    }
}

fn lacks(f: &mut fmt::Formatter<'_>, what: &str, one_of: &[&str]) -> fmt::Result {
    write!(f, "the caller lacks the {what} ")?;
    for (at, one) in one_of.iter().enumerate() {
        write!(f, "{}`{one}`", if at == 0 { "" } else { " or " })?;
    }
    Ok(())
}

impl Error for Denied {}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Access = Access { roles: &["Writer", "Admin"], scopes: &["Notes.Write"] };

    fn user() -> Principal {
        let user = Principal::new("object").with_identity_provider("aad");
        user.with_claim("oid", "object").with_claim("sub", "pairwise")
    }

    fn app() -> Principal {
        let app = Principal::new("object").with_identity_provider("aad");
        app.with_claim("oid", "object").with_claim("sub", "object")
    }

    fn denied(access: Access, principal: Option<&Principal>) -> String {
        access.check(principal).unwrap_err().to_string()
    }

    #[test]
    fn one_of_each_list_is_needed() {
        assert_eq!(BOTH.check(Some(&user().with_role("Admin").with_scope("Notes.Read Notes.Write"))), Ok(()));
        assert_eq!(
            denied(BOTH, Some(&user().with_scope("Notes.Write"))),
            "the caller lacks the role `Writer` or `Admin`: whoever runs this server can assign it"
        );
        assert_eq!(
            denied(BOTH, Some(&user().with_role("Admin").with_scope("Notes.Read"))),
            "the caller lacks the scope `Notes.Write`: sign in again and grant it"
        );
    }

    #[test]
    fn an_app_needs_the_role_only() {
        assert_eq!(BOTH.check(Some(&app().with_role("Writer"))), Ok(()));
        assert_eq!(BOTH.check(Some(&app())), Err(Denied::Role { one_of: BOTH.roles }));
        let scopes_only = Access { roles: &[], ..BOTH };
        assert_eq!(scopes_only.check(Some(&app().with_role("Writer"))), Err(Denied::Scope { one_of: BOTH.scopes }));
    }

    /// A user must not escape the scopes by looking like an app.
    #[test]
    fn a_user_is_no_app() {
        assert!(app().is_app() && user().with_claim("idtyp", "app").is_app());
        assert!(
            !user().is_app() && !app().with_scope("Notes.Read").is_app() && !app().with_claim("idtyp", "user").is_app()
        );
        assert!(!Principal::new("object").is_app() && !app().with_identity_provider("github").is_app());
        assert!(BOTH.check(Some(&user().with_role("Writer"))).is_err());
    }

    #[test]
    fn nobody_may_do_what_is_for_somebody() {
        for access in [Access::SIGNED_IN, BOTH] {
            assert_eq!(denied(access, None), "the caller is not signed in: sign in and call again");
        }
        assert_eq!(Access::SIGNED_IN.check(Some(&user())), Ok(()));
        assert_eq!(Principal::required(None).unwrap_err(), Denied::NotSignedIn);
        assert_eq!(Principal::required(Some(&user())).unwrap().id(), "object");
    }

    /// Names that begin alike are different names.
    #[test]
    fn names_are_compared_as_a_whole() {
        let access = Access { roles: &["Admin"], scopes: &[] };
        for role in ["admin", "Admin2", "Adm", "Reader Admin", "Reader,Admin", ""] {
            assert!(access.check(Some(&user().with_role(role))).is_err(), "{role}");
        }
    }

    #[test]
    fn only_the_log_hears_how_the_app_is_set_up() {
        assert!(Denied::NotSignedIn.advice(Trust::Ignored).unwrap().contains(Trust::SETTING));
        assert!(!Denied::NotSignedIn.to_string().contains(Trust::SETTING));
        assert_eq!(Denied::Role { one_of: &["Admin"] }.advice(Trust::Believed), None);
    }
}
