//! The process of an app that a Functions host has started, whatever the transport between the two: its life, and its server.

mod app;
mod interruption;
mod life;

pub(crate) use app::{HostedApp, app_folder};
pub(crate) use interruption::Interruption;
pub(crate) use life::{FAILED, Life};

/// What is said to all who ask an app that has no protection ([`HostedApp::is_unprotected`]).
pub(crate) const UNPROTECTED: &str = "the app has no protection: its authentication is not set up, as its log tells";
