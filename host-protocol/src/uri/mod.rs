//! Addresses of resources: URIs, templates of URIs, and when an address is the same as another or fits a template.
//!
//! The MCP extension compares addresses letter by letter, ignoring case: [`UriTemplate::matches`]. A server of one's own compares
//! them as RFC 3986 does: [`NormalUri`], [`NormalTemplate`].

mod host_name;
mod matching;
mod normal_template;
mod normal_uri;
mod template;

pub use normal_template::NormalTemplate;
pub use normal_uri::NormalUri;
pub(crate) use normal_uri::triplet;
pub use template::{InvalidUri, UriTemplate, is_readable};
