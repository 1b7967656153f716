//! The types of claims, which have a short spelling in tokens and often a long one in what the platform makes of them.

/// The type of names, where a principal does not say another.
pub(super) const NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name";
/// The type of roles, where a principal does not say another.
pub(super) const ROLE: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

/// Types that mean the same. The URIs are those of Microsoft's own mapping (`ClaimTypeMapping` in
/// Microsoft.IdentityModel.JsonWebTokens), which App Service authentication applies.
///
/// `name` stands alone: the long [`NAME`] is `unique_name`, an account, while `name` is what its owner likes to be called.
const SAME: &[&[&str]] = &[
    &["acr", "http://schemas.microsoft.com/claims/authnclassreference"],
    &["amr", "http://schemas.microsoft.com/claims/authnmethodsreferences"],
    // Entra's tokens of version 1, and of version 2.
    &["appid", "azp"],
    &["appidacr", "azpacr"],
    &["email", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"],
    &["family_name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname"],
    &["given_name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname"],
    &["groups", "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"],
    &["idp", "http://schemas.microsoft.com/identity/claims/identityprovider"],
    &["oid", "http://schemas.microsoft.com/identity/claims/objectidentifier"],
    &["roles", "role", ROLE],
    // `scope` is what RFC 9068 calls it.
    &["scp", "scope", "http://schemas.microsoft.com/identity/claims/scope"],
    &["sub", "nameid", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"],
    &["tid", "http://schemas.microsoft.com/identity/claims/tenantid"],
    &["unique_name", NAME],
    &["upn", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"],
];

/// Whether two types mean the same.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || SAME.iter().any(|types| types.contains(&one) && types.contains(&other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_type_has_two_meanings() {
        let all: Vec<_> = SAME.iter().copied().flatten().collect();
        for (at, one) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(one), "{one}");
        }
    }

    /// A caller who chooses a name must not become another account by it.
    #[test]
    fn a_display_name_is_no_account() {
        assert!(!same("name", "unique_name") && !same("name", NAME) && !same("email", "upn"));
    }
}
