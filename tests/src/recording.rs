//! The recordings of the real host: cases of a client's request, what the handler was asked and answered, and the reply.

use host_protocol::function_json::FunctionJson;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};

/// One recorded exchange between a client, the host and the handler.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// What was tried.
    pub name: String,
    /// What the client sent.
    pub request: Request,
    /// What the host sent to the handler, and its answers; empty when the host answered by itself.
    pub handler: Vec<Exchange>,
    /// What the client got; without a status when it got nothing.
    pub response: Response,
}

/// A recorded request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The headers.
    pub headers: Headers,
    /// The body, if it is text.
    #[serde(default)]
    pub body: String,
    /// The body, if it is not.
    pub body_base64: Option<String>,
}

impl Request {
    /// The body, whether it is text or not.
    ///
    /// # Panics
    ///
    /// When it is not base64.
    pub fn bytes(&self) -> Vec<u8> {
        use base64::Engine as _;
        match &self.body_base64 {
            Some(base64) => base64::engine::general_purpose::STANDARD.decode(base64).expect("a recorded body"),
            None => self.body.clone().into_bytes(),
        }
    }
}

/// A recorded call of the handler.
#[derive(Debug, Deserialize)]
pub struct Exchange {
    /// What the host sent.
    pub request: Request,
    /// What the handler answered.
    pub response: Response,
}

/// A recorded response.
#[derive(Debug, Default, Deserialize)]
pub struct Response {
    /// The status; 0 when nothing came.
    #[serde(default)]
    pub status: u16,
    /// The headers.
    #[serde(default)]
    pub headers: Headers,
    /// The body, without its framing.
    #[serde(default)]
    pub body: String,
}

/// Headers in their order, however the recording spells them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "HeaderForms")]
pub struct Headers(pub Vec<(String, String)>);

#[derive(Deserialize)]
#[serde(untagged)]
enum HeaderForms {
    List(Vec<(String, String)>),
    Object(serde_json::Map<String, serde_json::Value>),
}

impl From<HeaderForms> for Headers {
    fn from(forms: HeaderForms) -> Self {
        Headers(match forms {
            HeaderForms::List(list) => list,
            HeaderForms::Object(object) => {
                let text = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
                object.into_iter().map(|(name, value)| (name, text(value))).collect()
            }
        })
    }
}

impl Headers {
    /// A header, by its name in whatever case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The folder of the recordings.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings")
}

/// All cases of a file.
///
/// # Panics
///
/// When the file cannot be read.
pub fn cases(file: &str) -> Vec<Case> {
    let text = fs::read_to_string(folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{file}: {error}: {line}")))
        .collect()
}

/// The functions of a recorded app, by name.
///
/// # Panics
///
/// When the app cannot be read.
pub fn functions(app: &str) -> Vec<(String, FunctionJson)> {
    let mut functions = Vec::new();
    for folder in fs::read_dir(folder().join(app)).expect("the app exists").flatten() {
        if let Ok(text) = fs::read_to_string(folder.path().join("function.json")) {
            let name = folder.file_name().to_string_lossy().into_owned();
            functions.push((name, FunctionJson::parse(&text).expect("a recorded function.json")));
        }
    }
    functions.sort_by(|(a, _), (b, _)| a.cmp(b));
    functions
}
