//! Requests signed with the key of an account ("Authorize with Shared Key" in the documentation of Azure Storage).
//!
//! The SDK's clients support only tokens, and signatures in the address. Azurite and most connection strings need the key.

use azure_core::credentials::Secret;
use azure_core::hmac::hmac_sha256;
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{Context, Request};
use azure_core::time::{OffsetDateTime, to_rfc7231};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The policy that signs every try of a request.
pub(super) struct SharedKey {
    account: String,
    key: Secret,
}

impl std::fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedKey").field("account", &self.account).finish_non_exhaustive()
    }
}

impl SharedKey {
    pub(super) fn new(account: String, key: Secret) -> Self {
        SharedKey { account, key }
    }
}

#[async_trait::async_trait]
impl Policy for SharedKey {
    async fn send(&self, context: &Context, request: &mut Request, next: &[Arc<dyn Policy>]) -> PolicyResult {
        request.insert_header("x-ms-date", to_rfc7231(&OffsetDateTime::now_utc()));
        let signature = hmac_sha256(&string_to_sign(&self.account, request), &self.key)?;
        request.insert_header("authorization", format!("SharedKey {}:{signature}", self.account));
        match next.split_first() {
            Some((policy, rest)) => policy.send(context, request, rest).await,
            None => {
                Err(azure_core::Error::with_message(azure_core::error::ErrorKind::Other, "no policy sends the request"))
            }
        }
    }
}

/// The lines that are signed: the method, the values of some headers, the headers that begin with `x-ms-`, and the resource.
fn string_to_sign(account: &str, request: &Request) -> String {
    let headers: BTreeMap<String, &str> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_ascii_lowercase(), value.as_str().trim()))
        .collect();
    let length = request.body().len().filter(|length| *length > 0).map(|length| length.to_string()).unwrap_or_default();
    let mut text = request.method().as_str().to_owned();
    for name in [
        "content-encoding",
        "content-language",
        "content-length",
        "content-md5",
        "content-type",
        // `Date` stays empty: the time is in `x-ms-date`.
        "",
        "if-modified-since",
        "if-match",
        "if-none-match",
        "if-unmodified-since",
        "range",
    ] {
        text.push('\n');
        text.push_str(if name == "content-length" { &length } else { headers.get(name).copied().unwrap_or_default() });
    }
    text.push('\n');
    for (name, value) in headers.iter().filter(|(name, _)| name.starts_with("x-ms-")) {
        text.push_str(&format!("{name}:{value}\n"));
    }
    text.push_str(&format!("/{account}{}", request.url().path()));
    let mut query = BTreeMap::<String, Vec<String>>::new();
    for (name, value) in request.url().query_pairs() {
        query.entry(name.to_ascii_lowercase()).or_default().push(value.into_owned());
    }
    for (name, mut values) in query {
        values.sort();
        text.push_str(&format!("\n{name}:{}", values.join(",")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use azure_core::http::{Method, Url};

    /// The example of the documentation, with other headers.
    #[test]
    fn the_lines_are_those_of_the_documentation() {
        let url =
            Url::parse("https://myaccount.blob.core.windows.net/box/a%20b?restype=container&comp=metadata&X=2&x=1")
                .unwrap();
        let mut request = Request::new(url, Method::Put);
        request.insert_header("x-ms-version", "2015-02-21");
        request.insert_header("x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT");
        request.insert_header("content-type", "text/plain");
        request.set_body("hello");
        assert_eq!(
            string_to_sign("myaccount", &request),
            "PUT\n\n\n5\n\ntext/plain\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n\
             /myaccount/box/a%20b\ncomp:metadata\nrestype:container\nx:1,2"
        );
    }
}
