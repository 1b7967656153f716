//! Which headers are believed and read, and what is kept from logs.

use super::*;
use crate::function::principal::wire::{LIMIT, Malformed};
use proptest::prelude::*;

/// A client can send what it likes.
#[test]
fn without_the_platform_nobody_is_believed() {
    assert!(Principal::from_headers(&entra_v1(), Trust::Ignored).is_none());
    assert_eq!(Trust::SETTING, "WEBSITE_AUTH_ENABLED");
    for on in ["true", "True", "TRUE", "1"] {
        assert_eq!(Trust::from_setting(Some(on.as_ref())), Trust::Believed, "{on}");
    }
    for off in [None, Some(""), Some("false"), Some("False"), Some("0"), Some("yes"), Some("true ")] {
        assert_eq!(Trust::from_setting(off.map(str::as_ref)), Trust::Ignored, "{off:?}");
    }
}

#[test]
fn the_headers_beside_it_are_enough_if_there_is_an_id() {
    let alone = |headers: &[(&str, &str)]| headers.iter().copied().collect::<Headers>();
    let jane = believed(&alone(&[
        ("X-MS-CLIENT-PRINCIPAL-ID", "0b1d"),
        ("X-MS-CLIENT-PRINCIPAL-NAME", "Doe, Jane"),
        ("X-MS-CLIENT-PRINCIPAL", ""),
    ]));
    assert_eq!((jane.id(), jane.name(), jane.identity_provider()), ("0b1d", Some("Doe, Jane"), None));
    assert_eq!(refused(&alone(&[("X-MS-CLIENT-PRINCIPAL-NAME", "jane")])), Unreadable::NoId);
    assert_eq!(refused(&headers(&app_service("github", &[("urn:github:login", "octocat")]), &[])), Unreadable::NoId);
    let nobody = alone(&[
        ("Authorization", "Bearer x"),
        ("X-MS-TOKEN-AAD-ACCESS-TOKEN", "x"),
        ("X-MS-CLIENT-PRINCIPAL-IDP", "aad"),
    ]);
    assert!(read(&nobody).unwrap().is_none());
}

#[test]
fn what_cannot_be_read_signs_nobody_in() {
    let raw = |value: &str| {
        let headers = [("X-MS-CLIENT-PRINCIPAL", value), ("X-MS-CLIENT-PRINCIPAL-ID", "0b1d")].into_iter().collect();
        refused(&headers)
    };
    let json = |json: &str| raw(&BASE64_STANDARD.encode(json));
    let malformed = |malformed| Unreadable::Principal(malformed);
    for not_base64 in ["{}", "a", "YQ==YQ==", "e_-9", "e30= "] {
        assert_eq!(raw(not_base64), malformed(Malformed::Base64), "{not_base64}");
    }
    let not_a_principal =
        ["x", "[]", "null", "{", "\u{fffe}", r#"{"claims":"x"}"#, r#"{"claims":[{"val":"x"}]}"#, r#"{"userId":7}"#];
    for not_a_principal in not_a_principal {
        assert!(matches!(json(not_a_principal), Unreadable::Principal(Malformed::Json(_))), "{not_a_principal}");
    }
    assert!(matches!(json(r#"{"auth_typ":"aad","claims":[],"claims":[]}"#), Unreadable::Principal(Malformed::Json(_))));
    for shapeless in ["{}", r#"{"auth_typ":"aad"}"#, r#"{"message":"hello world"}"#] {
        assert_eq!(json(shapeless), malformed(Malformed::Shape), "{shapeless}");
    }
    assert_eq!(raw(&"A".repeat(LIMIT + 4)), malformed(Malformed::TooLong(LIMIT + 4)));
}

#[test]
fn a_forged_header_beside_the_true_one_signs_nobody_in() {
    let principal = app_service("aad", &[("oid", "0b1d")]);
    for name in ["X-MS-CLIENT-PRINCIPAL", "X-MS-CLIENT-PRINCIPAL-ID", "X-MS-CLIENT-PRINCIPAL-IDP"] {
        let value = encoded(&principal);
        let joined = [(name, format!("{value},{value}"))].into_iter().collect();
        assert_eq!(refused(&joined), Unreadable::Repeated(name));
        let twice = [(name.to_owned(), value.clone()), (name.to_lowercase(), value)].into_iter().collect();
        assert_eq!(refused(&twice), Unreadable::Repeated(name));
    }
    let tokens = [("X-MS-TOKEN-AAD-ACCESS-TOKEN", "a,b"), ("Authorization", "Bearer a,Bearer b")];
    assert_eq!(believed(&headers(&principal, &tokens)).access_token(), None);
}

#[test]
fn no_secret_is_shown() {
    let jane = believed(&entra_v1()).with_claim("refresh_token", "hunter2");
    for shown in [format!("{jane:?}"), format!("{jane:#?}")] {
        for secret in ["eyJ", "hunter2", "jane@contoso.com", "Jane", "pairwise"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        assert!(shown.contains("0b1d") && shown.contains("aad") && shown.contains("refresh_token"), "{shown}");
    }
    let secret = BASE64_STANDARD.encode(r#"{"claims":"hunter2"}"#);
    let headers: Headers = [("X-MS-CLIENT-PRINCIPAL", secret)].into_iter().collect();
    assert!(!refused(&headers).to_string().contains("hunter2"));
}

/// One principal is changed, its clones are not.
#[test]
fn clones_are_independent() {
    let jane = Principal::new("0b1d");
    let admin = jane.clone().with_role("Admin");
    assert!(admin.has_role("Admin") && !jane.has_role("Admin"));
}

proptest! {
    #[test]
    fn claims_survive_the_way_to_the_app(
        id in "[^,]{1,20}",
        provider in prop::option::of("[a-z]{1,10}"),
        token in prop::option::of("[A-Za-z0-9._-]{1,40}"),
        claims in prop::collection::vec((".{0,20}", ".{0,40}"), 0..20),
    ) {
        let mut sent = Principal::new(&id);
        for (claim_type, value) in &claims {
            sent = sent.with_claim(claim_type, value);
        }
        if let Some(provider) = provider.filter(|provider| provider != "aad") {
            sent = sent.with_identity_provider(provider);
        }
        if let Some(token) = token {
            sent = sent.with_access_token(&token).with_id_token(token);
        }
        let headers = sent.to_headers().into_iter().collect();
        let received = Principal::from_headers(&headers, Trust::Believed).expect("somebody is signed in");
        prop_assert_eq!(received.id(), id);
        prop_assert!(received.claims().eq(sent.claims()));
        prop_assert!(received.roles().eq(sent.roles()) && received.scopes().eq(sent.scopes()));
        prop_assert_eq!((received.name(), received.identity_provider()), (sent.name(), sent.identity_provider()));
        prop_assert_eq!((received.access_token(), received.id_token()), (sent.access_token(), sent.id_token()));
        prop_assert!(Principal::from_headers(&headers, Trust::Ignored).is_none());
    }

    #[test]
    fn no_header_makes_it_panic(value in ".{0,80}", json in ".{0,80}") {
        for value in [value, BASE64_STANDARD.encode(json)] {
            let headers = [("X-MS-CLIENT-PRINCIPAL", value)].into_iter().collect();
            let _ = Principal::from_headers(&headers, Trust::Believed);
        }
    }
}
