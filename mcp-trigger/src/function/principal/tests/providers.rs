//! Tests of the headers for each kind of caller.

use super::*;
use base64::prelude::BASE64_STANDARD_NO_PAD;

#[test]
fn an_entra_user_with_long_claim_types() {
    let jane = believed(&entra_v1());
    assert_eq!((jane.id(), jane.name(), jane.identity_provider()), ("0b1d", Some("Jane Doe"), Some("aad")));
    assert_eq!((jane.tenant_id(), jane.email()), (Some("7a11"), None));
    for (short, value) in [("oid", "0b1d"), ("tid", "7a11"), ("sub", "pairwise"), ("upn", "jane@contoso.com")] {
        assert_eq!(jane.claim(short), Some(value), "{short}");
    }
    assert_eq!((jane.claim("azp"), jane.claim("unique_name")), (Some("c1e7"), Some("jane@contoso.com")));
    assert_eq!((jane.claim("given_name"), jane.claim("family_name")), (Some("Jane"), Some("Doe")));
    assert_eq!(jane.claims().filter(|(claim_type, _)| *claim_type == "groups").count(), 2);
    assert!(jane.roles().eq(["Notes.Writer", "Notes.Admin"]) && jane.scopes().eq(["Notes.Read", "Notes.Write"]));
    assert!(jane.has_role("Notes.Admin") && jane.has_scope("Notes.Read") && !jane.has_scope("Notes"));
    assert_eq!((jane.access_token(), jane.id_token()), (Some("eyJ.access"), Some("eyJ.id")));
    assert!(!jane.is_app());
}

#[test]
fn an_entra_user_with_short_claim_types() {
    let claims = [
        ("iss", "https://login.microsoftonline.com/7a11/v2.0"),
        ("azp", "c1e7"),
        ("name", "Jane Doe"),
        ("oid", "0b1d"),
        ("preferred_username", "jane@contoso.com"),
        ("email", "jane@contoso.com"),
        ("roles", "Notes.Writer"),
        ("scp", "Notes.Read"),
        ("sub", "pairwise"),
        ("tid", "7a11"),
        ("ver", "2.0"),
    ];
    let jane = believed(&headers(&app_service("aad", &claims), &[("Authorization", "bearer eyJ.sent")]));
    assert_eq!((jane.id(), jane.name(), jane.tenant_id()), ("0b1d", Some("Jane Doe"), Some("7a11")));
    assert_eq!((jane.identity_provider(), jane.email()), (Some("aad"), Some("jane@contoso.com")));
    assert_eq!((jane.claim(&format!("{MS}tenantid")), jane.claim("appid")), (Some("7a11"), Some("c1e7")));
    assert!(jane.roles().eq(["Notes.Writer"]) && jane.scopes().eq(["Notes.Read"]));
    assert_eq!((jane.access_token(), jane.id_token()), (Some("eyJ.sent"), None));
}

#[test]
fn an_app_without_a_user() {
    let (oid, sub) = (format!("{MS}objectidentifier"), format!("{URI}nameidentifier"));
    let claims = [("appid", "c1e7"), ("appidacr", "2"), (&oid, "5e41"), ("roles", "Notes.Import"), (&sub, "5e41")];
    let app = believed(&headers(&app_service("aad", &claims), &[("X-MS-CLIENT-PRINCIPAL-ID", "5e41")]));
    assert!(app.is_app() && app.has_role("Notes.Import") && app.scopes().next().is_none());
    assert_eq!((app.id(), app.name()), ("5e41", None));
}

#[test]
fn users_of_other_providers() {
    let id = format!("{URI}nameidentifier");
    let (name, email) = (format!("{URI}name"), format!("{URI}emailaddress"));
    let github = [(id.as_str(), "583231"), (&name, "octocat"), ("urn:github:type", "User")];
    let google =
        [("azp", "844.apps"), (&id, "1173"), (&email, "octo@cat.com"), ("email_verified", "true"), ("name", "Octo")];
    let facebook = [(id.as_str(), "1015"), (&email, "octo@cat.com"), (&name, "Octo Cat")];
    let check = |provider: &str, claims: &[(&str, &str)], id: &str, name: &str| {
        let token = format!("x-ms-token-{provider}-access-token");
        let tokens =
            [("X-MS-CLIENT-PRINCIPAL-IDP", provider), (&token, "its"), ("X-MS-TOKEN-AAD-ACCESS-TOKEN", "another's")];
        let octo = believed(&headers(&app_service(provider, claims), &tokens));
        assert_eq!((octo.id(), octo.name(), octo.identity_provider()), (id, Some(name), Some(provider)));
        assert_eq!(octo.access_token(), Some("its"));
        assert!(!octo.is_app() && octo.roles().next().is_none() && octo.tenant_id().is_none());
    };
    check("github", &github, "583231", "octocat");
    check("google", &google, "1173", "Octo");
    check("facebook", &facebook, "1015", "Octo Cat");
}

#[test]
fn a_user_of_static_web_apps() {
    let mut user = json!({
        "identityProvider": "github", "userId": "d75b", "userDetails": "octocat",
        "userRoles": ["anonymous", "authenticated", "editor"],
        "claims": [{ "typ": "roles", "val": "owner" }, { "typ": "name", "val": "Octo Cat" }],
    });
    let octo = believed(&headers(&user, &[]));
    assert_eq!((octo.id(), octo.name(), octo.identity_provider()), ("d75b", Some("Octo Cat"), Some("github")));
    assert!(octo.roles().eq(["authenticated", "editor"]), "its own roles only");

    user["claims"].take();
    let unpadded = BASE64_STANDARD_NO_PAD.encode(user.to_string());
    let octo = believed(&[("X-MS-CLIENT-PRINCIPAL", unpadded)].into_iter().collect());
    assert_eq!(octo.name(), Some("octocat"));

    user["userRoles"] = json!(["anonymous"]);
    assert!(read(&headers(&user, &[("X-MS-CLIENT-PRINCIPAL-ID", "d75b")])).unwrap().is_none());
}

/// `oid` is a safe id because Entra issues it; another provider may let its users choose it.
#[test]
fn the_object_id_counts_with_entra_only() {
    let claims = [("oid", "of somebody else"), ("sub", "own")];
    assert_eq!(believed(&headers(&app_service("other", &claims), &[])).id(), "own");
    let platform = ("X-MS-CLIENT-PRINCIPAL-ID", "platform's");
    assert_eq!(believed(&headers(&app_service("other", &claims), &[platform])).id(), "platform's");
    assert_eq!(believed(&headers(&app_service("aad", &claims), &[platform])).id(), "of somebody else");
}

#[test]
fn roles_may_have_a_type_of_their_own() {
    let mut principal = app_service("aad", &[("oid", "0b1d"), ("groups", "g1"), ("roles", "Admin"), (ROLE, "Writer")]);
    principal["role_typ"] = json!("groups");
    assert!(believed(&headers(&principal, &[])).roles().eq(["g1", "Admin", "Writer"]));
}

/// A claim with the exact type is found before one with an equivalent type.
#[test]
fn the_spelling_that_is_asked_for_comes_first() {
    let both = Principal::new("x").with_claim(format!("{URI}nameidentifier"), "long").with_claim("sub", "short");
    assert_eq!((both.claim("sub"), both.claim("nameid")), (Some("short"), Some("long")));
}

#[test]
fn a_strange_claim_locks_nobody_out() {
    let mut principal = app_service("aad", &[("oid", "0b1d")]);
    principal["claims"].as_array_mut().unwrap().extend([
        json!({ "typ": "iat", "val": 1_700_000_000 }),
        json!({ "typ": "verified", "val": true }),
        json!({ "typ": "empty", "val": null }),
        json!({ "typ": "none" }),
        json!({ "typ": "address", "val": { "city": "Oslo" }, "properties": {} }),
    ]);
    (principal["name_typ"], principal["role_typ"]) = (Value::Null, json!(""));
    let jane = believed(&headers(&principal, &[]));
    assert_eq!((jane.claim("iat"), jane.claim("verified")), (Some("1700000000"), Some("true")));
    assert_eq!(
        (jane.claim("address"), jane.claim("empty"), jane.claim("none")),
        (Some(r#"{"city":"Oslo"}"#), None, None)
    );
}
