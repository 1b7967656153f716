//! The caller of a function with an HTTP trigger, as the host describes it.

use crate::function_json::AuthLevel;
use crate::json::RawObject;
use crate::json::newtonsoft::write_string;
use serde::Deserialize;
use serde_json::value::RawValue;

/// One of the identities of a caller: .NET's `ClaimsIdentity`.
///
/// The identity of a caller with a key describes the key, even where no key is needed (recordings/bindings.jsonl, "http …").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClaimsIdentity {
    /// How the caller was authenticated. `None` if the caller was not.
    pub authentication_type: Option<String>,
    /// The claims about the caller.
    pub claims: Vec<Claim>,
}

/// One claim about a caller.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Claim {
    /// The type of the claim, mostly a URI.
    #[serde(rename = "Type")]
    pub kind: String,
    /// The value.
    pub value: String,
}

const KEY: &str = "WebJobsAuthLevel";
const CLAIMS: &str = "http://schemas.microsoft.com/2017/07/functions/claims";
const NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name";
const ROLE: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";
const ISSUER: &str = "LOCAL AUTHORITY";
const TEXT: &str = "http://www.w3.org/2001/XMLSchema#string";

impl ClaimsIdentity {
    /// A caller without a key that the host knows: an identity without claims.
    pub fn anonymous() -> Self {
        ClaimsIdentity::default()
    }

    /// A caller with a key. `name` is the name of the key, such as `default` or `mcp_extension`.
    pub fn of_key(level: AuthLevel, name: Option<&str>) -> Self {
        let claim = |kind: &str, value: &str| Claim { kind: format!("{CLAIMS}/{kind}"), value: value.to_owned() };
        let claims = [claim("authlevel", level.name()), claim("invoke", "true")];
        let claims = claims.into_iter().chain(name.map(|name| claim("keyid", name))).collect();
        ClaimsIdentity { authentication_type: Some(KEY.to_owned()), claims }
    }

    pub(super) fn write(&self, out: &mut String) {
        let name = self.claims.iter().find(|claim| claim.kind == NAME).map(|claim| claim.value.as_str());
        out.push_str("{\"AuthenticationType\":");
        write_optional(out, self.authentication_type.as_deref());
        let is_known = self.authentication_type.is_some();
        out.push_str(&format!(",\"IsAuthenticated\":{is_known},\"Actor\":null,\"BootstrapContext\":null,\"Claims\":["));
        for (at, Claim { kind, value }) in self.claims.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(&format!(
                "{{\"Issuer\":\"{ISSUER}\",\"OriginalIssuer\":\"{ISSUER}\",\"Properties\":{{}},\"Type\":"
            ));
            write_string(out, kind);
            out.push_str(",\"Value\":");
            write_string(out, value);
            out.push_str(&format!(",\"ValueType\":\"{TEXT}\"}}"));
        }
        out.push_str("],\"Label\":null,\"Name\":");
        write_optional(out, name);
        out.push_str(&format!(",\"NameClaimType\":\"{NAME}\",\"RoleClaimType\":\"{ROLE}\"}}"));
    }

    pub(super) fn read(json: &RawValue) -> serde_json::Result<Self> {
        let identity = RawObject::parse(json.get())?;
        Ok(ClaimsIdentity {
            authentication_type: identity.read_ignoring_case("AuthenticationType")?,
            claims: identity.read_ignoring_case("Claims")?.unwrap_or_default(),
        })
    }
}

fn write_optional(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => write_string(out, text),
        None => out.push_str("null"),
    }
}
