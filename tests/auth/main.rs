//! Access tokens: attacks and mistakes at the gate, in all forms of the program, and at both endpoints.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod access;
mod attacks;
mod belongings;
mod built_in;
mod issuer;
mod keys;
mod metadata;
mod on_behalf_of;
mod program;
