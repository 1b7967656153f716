//! The place of a request among those that are worked on.

use super::{Account, Charge, Full, Resource, SHORT};
use std::sync::Arc;

/// The place of a request among those that are worked on. The work may go on without its client, so one client could start any number
/// of requests.
#[derive(Debug)]
pub struct Place {
    account: Arc<Account>,
    _request: Charge,
    _memory: Charge,
}

/// The memory of a running request besides its body, in bytes: its future, its task, and its part of a connection.
const RUNNING: usize = 8 * 1024;

impl Place {
    /// Takes a place for a request whose body has this length, in bytes.
    ///
    /// # Errors
    ///
    /// If the caller has too many running requests.
    pub fn take(account: &Arc<Account>, body: usize) -> Result<Self, Full> {
        // A longer body was charged as it arrived.
        let memory = RUNNING + if body > SHORT { 0 } else { body };
        let (request, memory) = (account.take(Resource::Requests, 1)?, account.take(Resource::Memory, memory)?);
        Ok(Place { account: Arc::clone(account), _request: request, _memory: memory })
    }

    /// The account of the caller.
    pub fn account(&self) -> &Arc<Account> {
        &self.account
    }
}
