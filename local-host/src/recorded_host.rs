//! Headers by which the recorded Functions host identifies itself to handlers (ground-truth.md §1).

use hyper::header::{HeaderName, HeaderValue};

pub(crate) const AGENT: &str = "Azure-Functions-Host/4.1037.0.0";
pub(crate) const VERSION: HeaderValue = HeaderValue::from_static("4.1037.0.0");
pub(crate) const VERSION_HEADER: HeaderName = HeaderName::from_static("x-azure-functions-hostversion");
pub(crate) const INVOCATION_ID: HeaderName = HeaderName::from_static("x-azure-functions-invocationid");
