//! The place of a request among those that are worked on.

use super::{Account, Charge, Full, Resource, SHORT};
use bytes::Bytes;
use std::sync::Arc;

/// The place of a request among those that are worked on. The work may go on without its client, so one client could start any number
/// of requests.
#[derive(Debug)]
pub struct Place {
    account: Arc<Account>,
    _request: Charge,
    _memory: Charge,
    /// A long body: its charge lives as long as the body does.
    _body: Bytes,
}

/// The memory of a running request besides its body, in bytes: its future, its task, and its part of a connection.
const RUNNING: usize = 8 * 1024;

impl Place {
    /// Takes a place for a request with this body. The body stays charged until the place is given back, with or without its client,
    /// and so does as much again: the values that a function reads from the body are its own copy.
    ///
    /// # Errors
    ///
    /// If the caller has too many running requests.
    pub fn take(account: &Arc<Account>, body: &Bytes) -> Result<Self, Full> {
        let values = body.len();
        // A longer body was charged as it arrived.
        let (length, body) = if body.len() > SHORT { (0, body.clone()) } else { (body.len(), Bytes::new()) };
        let (request, memory) =
            (account.take(Resource::Requests, 1)?, account.take(Resource::Memory, RUNNING + length + values)?);
        Ok(Place { account: Arc::clone(account), _request: request, _memory: memory, _body: body })
    }

    /// The account of the caller.
    pub fn account(&self) -> &Arc<Account> {
        &self.account
    }
}
