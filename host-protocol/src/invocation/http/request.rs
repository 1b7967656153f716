//! An HTTP request as the value of a trigger.

use super::{ClaimsIdentity, Query};
use crate::json::newtonsoft::{Token, once};
use crate::json::{ObjectBuilder, RawObject, base64};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::fmt;

/// A request to a function with an HTTP trigger, as the function gets it where the host does not forward.
///
/// On the wire the request is an object that is encoded once, unlike the values of other triggers (recordings/bindings.jsonl, "http post bin").
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpRequest {
    /// Scheme, host, path and query.
    pub url: String,
    /// The method.
    pub method: String,
    /// The parameters of the query.
    pub query: Query,
    /// The headers, each with all its values.
    pub headers: Vec<(String, Vec<String>)>,
    /// The parameters of the route, by name. `None` for an optional one that is missing.
    pub parameters: Vec<(String, Option<String>)>,
    /// The identities of the caller.
    pub identities: Vec<ClaimsIdentity>,
    /// The body. `None` without a `Content-Length` above 0: the host does not read a body that comes in chunks.
    pub body: Option<Vec<u8>>,
}

/// Shows the method and the names of headers only: the rest holds keys, tokens and the client's data.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("HttpRequest").field("method", &self.method).field("headers", &headers).finish_non_exhaustive()
    }
}

impl HttpRequest {
    /// A request with a method and an address, and nothing else.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        HttpRequest { method: method.into(), url: url.into(), ..HttpRequest::default() }
    }

    /// The header with that name in any case. Several values are joined with `,`.
    pub fn header(&self, name: &str) -> Option<String> {
        let (_, values) = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(values.join(","))
    }

    /// Whether the content type is one of bytes. Their bodies are sent in base64, others as text.
    fn has_bytes(&self) -> bool {
        self.header("Content-Type").is_some_and(|given| {
            let media_type = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            media_type == "application/octet-stream" || media_type.contains("multipart/")
        })
    }

    /// The body as text, without a byte-order mark. U+FFFD replaces bytes that are not UTF-8.
    fn text(&self) -> Option<String> {
        let text = String::from_utf8_lossy(self.body.as_deref()?);
        Some(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
    }

    /// The trigger's value as JSON text.
    pub(crate) fn wire(&self) -> String {
        let mut object = ObjectBuilder::default();
        object.push_text("Url", &self.url);
        object.push_text("Method", &self.method);
        object.push("Query", self.query_object());
        let mut headers = ObjectBuilder::default();
        for (name, values) in &self.headers {
            let values: Vec<String> = values.iter().map(|value| once(value)).collect();
            headers.push(name, format!("[{}]", values.join(",")));
        }
        object.push("Headers", headers.object());
        let mut parameters = ObjectBuilder::default();
        for (name, value) in &self.parameters {
            parameters.push_text_or_null(name, value.as_deref());
        }
        object.push("Params", parameters.object());
        let mut identities = "[".to_owned();
        for (at, identity) in self.identities.iter().enumerate() {
            identities.push_str(if at > 0 { "," } else { "" });
            identity.write(&mut identities);
        }
        object.push("Identities", identities + "]");
        if let Some(body) = &self.body {
            let text = if self.has_bytes() { base64::encode(body) } else { self.text().unwrap_or_default() };
            object.push_text("Body", &text);
        }
        object.object()
    }

    /// The values that the extension finds in the request, for `Metadata` and for binding expressions: members of a body that is a
    /// JSON object, the query without the key, the parameters of the route; then the whole query and all headers.
    ///
    /// The last three are recorded. The others are from the extension's sources (`HttpTriggerAttributeBindingProvider`), also that
    /// the later of two equal names counts.
    ///
    /// `text` writes a text as JSON.
    pub(crate) fn binding_data(&self, text: impl Fn(&str) -> String) -> ObjectBuilder {
        let mut data = ObjectBuilder::default();
        for (name, value) in self.body_members() {
            data.replace(&name, text(&value));
        }
        for (name, value) in self.query.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("code")) {
            data.replace(name, text(value));
        }
        for (name, value) in &self.parameters {
            match value {
                Some(value) => data.replace(name, text(value)),
                None => data.remove(name),
            }
        }
        data.push_new("Query", self.query_object());
        let mut headers = ObjectBuilder::default();
        for (name, values) in &self.headers {
            headers.push_text(name, &values.join(","));
        }
        data.push_new("Headers", headers.object());
        data
    }

    fn query_object(&self) -> String {
        let mut query = ObjectBuilder::default();
        for (name, value) in self.query.iter() {
            query.push_text(name, value);
        }
        query.object()
    }

    /// The members of a body that is a JSON object, as texts; lists, objects and nulls are left out.
    fn body_members(&self) -> Vec<(String, String)> {
        let text = self.text().unwrap_or_default();
        let members = RawObject::parse(&text).unwrap_or_default();
        let text = |value: &RawValue| match Token::read(value) {
            Ok(Token::Text(text) | Token::Other(text)) => Some(text),
            _ => None,
        };
        let members = members.iter().filter(|(_, value)| !value.get().starts_with(['{', '[']));
        members.filter_map(|(name, value)| Some((name.to_owned(), text(value)?))).collect()
    }

    /// Reads a trigger's value.
    ///
    /// # Errors
    ///
    /// If the JSON is not such an object.
    pub(crate) fn read(json: &str) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Wire<'a> {
            url: String,
            method: String,
            #[serde(borrow, default)]
            query: RawObject<'a>,
            #[serde(borrow, default)]
            headers: RawObject<'a>,
            #[serde(borrow, default)]
            params: RawObject<'a>,
            #[serde(borrow, default)]
            identities: Vec<&'a RawValue>,
            body: Option<String>,
        }

        fn members<T: serde::de::DeserializeOwned>(object: &RawObject<'_>) -> serde_json::Result<Vec<(String, T)>> {
            object.iter().map(|(name, value)| Ok((name.to_owned(), serde_json::from_str(value.get())?))).collect()
        }

        let wire: Wire<'_> = serde_json::from_str(json)?;
        let mut request = HttpRequest {
            url: wire.url,
            method: wire.method,
            query: Query(members(&wire.query)?),
            headers: members(&wire.headers)?,
            parameters: members(&wire.params)?,
            identities: wire.identities.into_iter().map(ClaimsIdentity::read).collect::<serde_json::Result<_>>()?,
            body: None,
        };
        request.body = wire.body.map(|text| match base64::decode(&text) {
            Some(bytes) if request.has_bytes() => bytes,
            _ => text.into_bytes(),
        });
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn post(content_type: &str, body: &[u8]) -> HttpRequest {
        HttpRequest {
            headers: vec![("Content-Type".to_owned(), vec![content_type.to_owned()])],
            body: Some(body.to_vec()),
            ..HttpRequest::default()
        }
    }

    #[test]
    fn a_body_is_text_or_base64_by_its_type() {
        for (content_type, body, written) in [
            ("application/octet-stream", &b"\0\x01\xff"[..], "AAH/"),
            ("Application/Octet-Stream; x=y", b"a", "YQ=="),
            ("multipart/form-data; boundary=x", b"a", "YQ=="),
            ("application/json", b"{\"a\": 1}", r#"{\"a\": 1}"#),
            ("", b"\xff", "\u{fffd}"),
            ("text/plain", b"\xef\xbb\xbfa", "a"),
        ] {
            let wire = post(content_type, body).wire();
            assert!(wire.ends_with(&format!(r#","Body":"{written}"}}"#)), "{wire}");
        }
        assert!(!HttpRequest::default().wire().contains("Body"));
    }

    #[test]
    fn later_sources_of_binding_data_count() {
        let request = HttpRequest {
            query: Query::parse("b=query&C=query&code=s3cret&x"),
            parameters: vec![("c".to_owned(), Some("route".to_owned())), ("x".to_owned(), None)],
            ..post("application/json", br#"{"a":1.50,"b":"body","l":[1],"o":{},"n":null,"t":true,"query":"body"}"#)
        };
        assert_eq!(
            request.binding_data(once).object(),
            r#"{"a":"1.5","b":"query","t":"True","query":"body","C":"route","Headers":{"Content-Type":"application/json"}}"#
        );
    }

    #[test]
    fn a_deep_member_of_a_body_is_passed_over() {
        let deep = format!(r#"{{"deep":{}{},"a":1}}"#, "[".repeat(1_000_000), "]".repeat(1_000_000));
        let data = post("application/json", deep.as_bytes()).binding_data(once).object();
        assert!(data.starts_with(r#"{"a":"1","#), "{data}");
    }

    proptest! {
        #[test]
        fn any_request_reads_as_it_was_written(
            url in any::<String>(), name in any::<String>(), value in any::<String>(), body in any::<Vec<u8>>(), known in any::<bool>(),
        ) {
            let request = HttpRequest {
                url, method: "PUT".to_owned(),
                query: Query(vec![(name.clone(), value.clone())]),
                headers: vec![("Content-Type".to_owned(), vec!["application/octet-stream".to_owned()]), ("X".to_owned(), vec![value.clone(), name.clone()])],
                parameters: vec![(name.clone(), Some(value.clone())), ("p".to_owned(), None)],
                identities: vec![if known { ClaimsIdentity::of_key(crate::function_json::AuthLevel::Admin, Some(&name)) } else { ClaimsIdentity::anonymous() }],
                body: Some(body),
            };
            prop_assert_eq!(HttpRequest::read(&request.wire()).unwrap(), request);
        }
    }
}
