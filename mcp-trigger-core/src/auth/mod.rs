//! Authorization by access tokens: the server as an OAuth 2.1 resource server (specification 2026-07-28: `basic/authorization`).
//!
//! The [`Gate`] stands in front of an endpoint. It validates the token of a request, and writes the headers that App Service
//! authentication would write for the caller. All that is behind the gate reads callers from these headers, wherever they come from.
//!
//! | file | subject |
//! |---|---|
//! | `policy` | the tokens that are accepted: issuers, audiences, scopes, clients, tenants, identities |
//! | `settings` | the same from app settings |
//! | `bearer` | the token in the headers of a request |
//! | `token` | the signature and the claims of a token |
//! | `issuer` | the keys of an issuer: discovery, cache, back-off |
//! | `fetch` | documents of an issuer over HTTP |
//! | `principal` | claims as the headers of App Service authentication |
//! | `remembered` | tokens that were validated a moment ago |
//! | `rejection` | the reasons for which a request is refused, and their responses |
//! | `resource` | protected resource metadata, and the public address of the server |
//! | `gate` | all of them in order |
//! | `on_behalf_of` | tokens for other services in the name of a caller |

mod bearer;
mod fetch;
mod gate;
mod issuer;
#[cfg(feature = "on-behalf-of")]
mod on_behalf_of;
mod policy;
mod principal;
mod rejection;
mod remembered;
mod resource;
mod settings;
mod token;

pub use gate::Gate;
#[cfg(feature = "on-behalf-of")]
pub use on_behalf_of::{AccessToken, OnBehalfOf, OnBehalfOfError};
pub use policy::TokenValidation;
