//! Limits of what clients take together. What each caller takes is in its account ([`mcp_trigger_core::accounts`]).

mod queue;
mod stream_end;

pub(in crate::server) use queue::Queue;
pub(in crate::server) use stream_end::StreamEnd;

/// An account for tests.
#[cfg(test)]
pub(in crate::server) fn account() -> std::sync::Arc<mcp_trigger_core::accounts::Account> {
    use mcp_trigger_core::accounts::{Accounts, Owner, ProcessLimits};
    Accounts::new(ProcessLimits::default()).owner(Owner::Identity("ann".into()))
}
