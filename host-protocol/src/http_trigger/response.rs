//! The response that the host makes of a function's result.
//!
//! Recorded are two results (recordings/bindings.jsonl, "http post bin" and "http return"). The rest is read from the host's
//! sources: `HttpBinding`, `RawScriptResult` and `HttpScriptInvocationResultExtensions`.

use crate::binding::BindingError;
use crate::function_json::{Binding, DataType};
use crate::json::newtonsoft::{self, Token};
use crate::json::{RawObject, base64};
use crate::name::RETURN;
use crate::reply::{FunctionResult, OutputSource, ReturnValue};
use serde_json::value::RawValue;

/// A response, without its framing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// The headers, without `Content-Length` and `Transfer-Encoding`: they depend on how the body is sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// .NET's text for a list: the host sends it for a `body` in a `ReturnValue` that is a list.
const LIST: &str = "System.Collections.Generic.List`1[System.Object]";

impl HttpResponse {
    /// The response that a result makes. `output` is the function's `http` output, if it has one.
    ///
    /// An output `$return` takes the return value: an object with a `body` gives status, headers and body, any other value is the
    /// body. An output of another name takes the value with its name, which has to be such an object. Without a value, the response
    /// is an empty 200.
    ///
    /// # Errors
    ///
    /// If the host fails on the value. The client then gets a 500.
    pub fn of(output: Option<&Binding>, result: &FunctionResult) -> Result<Self, BindingError> {
        let return_value = match &result.return_value {
            ReturnValue::Json(value) if value.get() != "null" => Some(&**value),
            _ => None,
        };
        match (output, return_value) {
            (Some(output), _) if output.name != RETURN => match result.output(&output.name) {
                Some(OutputSource::ReturnValue(value) | OutputSource::Outputs(value)) => {
                    Self::of_output(value).map_err(|why| named(&output.name, &why))
                }
                None => Self::returned(return_value),
            },
            (Some(output), Some(value)) => {
                let may_be_base64 = output.data_type != Some(DataType::Binary);
                Self::of_return_value(value, may_be_base64).map_err(|why| named(RETURN, &why))
            }
            (Some(_), None) => Ok(Self::empty()),
            (None, value) => Self::returned(value),
        }
    }

    fn empty() -> Self {
        HttpResponse { status: 200, headers: Vec::new(), body: Vec::new() }
    }

    /// The response that an output's value makes: an object with status, headers and body, or the JSON text of one.
    fn of_output(value: &RawValue) -> Result<Self, String> {
        let text = match Token::read(value).map_err(|error| error.to_string())? {
            Token::Text(text) => text,
            _ => value.get().to_owned(),
        };
        let expected = |_| "is not an object with statusCode, headers and body".to_owned();
        let object = RawObject::parse(&text).map_err(expected)?;
        let content = match object.get_some("body") {
            Some(body) => Content::Text(text_of(body)?),
            None => Content::Text(String::new()),
        };
        Self::new(&object, content)
    }

    /// The response that a return value makes for an output `$return`.
    fn of_return_value(value: &RawValue, may_be_base64: bool) -> Result<Self, String> {
        let text = match Token::read(value).map_err(|error| error.to_string())? {
            Token::Text(text) => text,
            Token::Other(_) => return Self::of_value(value),
            Token::Null => return Ok(Self::empty()),
        };
        if let Some(bytes) = base64::decode(&text).filter(|_| may_be_base64) {
            return Self::new(&RawObject::default(), Content::Bytes(bytes));
        }
        // A text that is JSON is what it says: `true` becomes `True`.
        match serde_json::from_str::<&RawValue>(&text) {
            Ok(inside) => Self::of_value(inside),
            Err(_) => Self::new(&RawObject::default(), Content::Text(text)),
        }
    }

    fn of_value(value: &RawValue) -> Result<Self, String> {
        let object = RawObject::parse(value.get()).unwrap_or_default();
        let Some(body) = object.get_ignoring_case("body") else {
            return Self::new(&RawObject::default(), Content::Text(text_of(value)?));
        };
        let text = match body.get().as_bytes().first() {
            // Unlike in an output, an object is not indented (recorded).
            Some(b'{') => newtonsoft::compact_reply(body).map_err(|error| error.to_string())?,
            Some(b'[') => LIST.to_owned(),
            _ => text_of(body)?,
        };
        Self::new(&object, Content::Text(text))
    }

    /// A return value without an output goes to the trigger, as with the MCP triggers. Text stays as it is.
    fn returned(value: Option<&RawValue>) -> Result<Self, BindingError> {
        let Some(value) = value else { return Ok(Self::empty()) };
        let response = match value.get().as_bytes().first() {
            Some(b'{') => Self::of_value(value),
            Some(b'"') => text_of(value).and_then(|text| Self::new(&RawObject::default(), Content::Text(text))),
            _ => newtonsoft::compact_reply(value).map_err(|error| error.to_string()).map(|json| HttpResponse {
                headers: vec![(CONTENT_TYPE.to_owned(), "application/json; charset=utf-8".to_owned())],
                body: json.into_bytes(),
                ..Self::empty()
            }),
        };
        response.map_err(|why| named(RETURN, &why))
    }

    /// A response with the status and the headers of an object.
    fn new(object: &RawObject<'_>, content: Content) -> Result<Self, String> {
        let status = object.get_some("statusCode").or_else(|| object.get_some("status")).map(text_of).transpose()?;
        // What is no number is passed over, and the status is 200.
        let status = status.and_then(|status| status.trim().parse::<i32>().ok()).unwrap_or(200);
        let status = u16::try_from(status).ok().filter(|status| (200..1000).contains(status));
        let status = status.ok_or("has a status that is none, which has three digits and is at least 200")?;
        let headers = match object.get_some("headers") {
            Some(headers) => RawObject::parse(headers.get()).map_err(|_| "has headers that are no object")?,
            None => RawObject::default(),
        };
        let mut content_type = None;
        let mut all: Vec<(String, String)> = Vec::new();
        for (name, value) in headers.iter() {
            if value.get() == "null" {
                return Err(format!("has no value for the header `{name}`"));
            }
            let value = text_of(value)?;
            let is_known = all.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
            if name.eq_ignore_ascii_case(CONTENT_TYPE) {
                content_type = Some(value);
            } else if !is_known && !FRAMING.iter().any(|framing| framing.eq_ignore_ascii_case(name)) {
                all.push((name.to_owned(), value));
            }
        }
        let (content_type, body) = match content {
            Content::Text(text) => {
                let given = content_type.unwrap_or_else(|| "text/plain".to_owned());
                (Some(in_utf_8(&given)), text.into_bytes())
            }
            Content::Bytes(bytes) => (content_type, bytes),
        };
        all.splice(0..0, content_type.map(|content_type| (CONTENT_TYPE.to_owned(), content_type)));
        Ok(HttpResponse { status, headers: all, body })
    }
}

const CONTENT_TYPE: &str = "Content-Type";
const FRAMING: [&str; 3] = ["Content-Length", "Transfer-Encoding", "Connection"];

/// The content of a body.
enum Content {
    Text(String),
    Bytes(Vec<u8>),
}

/// .NET's text for a value: numbers in its own words, `True`, dates rewritten, objects and lists indented.
fn text_of(value: &RawValue) -> Result<String, String> {
    match Token::read(value).map_err(|error| error.to_string())? {
        Token::Null => Ok(String::new()),
        Token::Text(text) | Token::Other(text) => Ok(text),
    }
}

/// A content type with the encoding of the text, which ASP.NET adds to any type.
fn in_utf_8(content_type: &str) -> String {
    let mut parameters = content_type.split(';').map(str::trim);
    let mut all: Vec<String> = vec![parameters.next().unwrap_or_default().to_owned()];
    let mut has_charset = false;
    for parameter in parameters.filter(|parameter| !parameter.is_empty()) {
        match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                if value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8") {
                    return content_type.to_owned();
                }
                has_charset = true;
                all.push("charset=utf-8".to_owned());
            }
            _ => all.push(parameter.to_owned()),
        }
    }
    if !has_charset {
        all.push("charset=utf-8".to_owned());
    }
    all.join("; ")
}

fn named(output: &str, why: &str) -> BindingError {
    BindingError::new(format!("the HTTP response `{output}` {why}"))
}

#[cfg(test)]
mod tests;
