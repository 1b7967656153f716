//! The value of an HTTP trigger: a request, where the host does not forward requests as they are.

mod identity;
mod query;
mod request;

pub use identity::{Claim, ClaimsIdentity};
pub(crate) use query::ESCAPED_IN_QUERY;
pub use query::Query;
pub use request::HttpRequest;
