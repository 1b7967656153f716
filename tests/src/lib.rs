//! What the tests of this package share.

pub mod http;
pub mod process;
pub mod recording;
