//! Who calls, as the host tells a function with an HTTP trigger.

use crate::function_json::AuthLevel;
use crate::json::RawObject;
use crate::json::newtonsoft::write_string;
use serde::Deserialize;
use serde_json::value::RawValue;

/// One of the identities of a caller.
///
/// With a key it is what the key is (recordings/bindings.jsonl, "http …"): even where no key is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimsIdentity {
    /// How the caller was recognised; `None` if not at all.
    pub authentication_type: Option<String>,
    /// What is known of the caller.
    pub claims: Vec<Claim>,
}

/// Something that is known of a caller.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Claim {
    /// What it is, a URI mostly.
    #[serde(rename = "Type")]
    pub kind: String,
    /// Its value.
    pub value: String,
}

const KEY: &str = "WebJobsAuthLevel";
const CLAIMS: &str = "http://schemas.microsoft.com/2017/07/functions/claims";
const NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name";
const ROLE: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";
const ISSUER: &str = "LOCAL AUTHORITY";
const TEXT: &str = "http://www.w3.org/2001/XMLSchema#string";

impl ClaimsIdentity {
    /// Nobody: without a key that the host knows, .NET has an identity without claims.
    pub fn anonymous() -> Self {
        ClaimsIdentity::default()
    }

    /// The holder of a key. `name` is the key's, such as `default` or `mcp_extension`.
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
        let member = |name| identity.get_some(name).map(RawValue::get).unwrap_or("null");
        Ok(ClaimsIdentity {
            authentication_type: serde_json::from_str(member("AuthenticationType"))?,
            claims: serde_json::from_str::<Option<_>>(member("Claims"))?.unwrap_or_default(),
        })
    }
}

fn write_optional(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => write_string(out, text),
        None => out.push_str("null"),
    }
}
