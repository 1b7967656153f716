//! Charges: parts of resources, given back on drop.

use super::{Account, Resource};
use bytes::Bytes;
use std::sync::Arc;
use thiserror::Error;

/// A part of a resource that a caller holds. Dropping the charge gives the part back.
#[derive(Debug)]
pub struct Charge {
    account: Arc<Account>,
    resource: Resource,
    amount: usize,
}

/// A caller may take no more of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("too many {} at once; try again when some of them have ended", .0.noun())]
pub struct Full(pub Resource);

impl Charge {
    /// A charge of nothing, which can grow.
    pub fn none(account: &Arc<Account>, resource: Resource) -> Self {
        Charge { account: Arc::clone(account), resource, amount: 0 }
    }

    /// The amount that is held.
    pub fn amount(&self) -> usize {
        self.amount
    }

    /// Takes more.
    ///
    /// # Errors
    ///
    /// If the caller may take no more. The charge stays as it is.
    pub fn grow(&mut self, amount: usize) -> Result<(), Full> {
        self.account.add(self.resource, amount)?;
        self.amount += amount;
        Ok(())
    }

    /// Gives a part back, or all if the charge has less.
    pub fn shrink(&mut self, amount: usize) {
        let amount = amount.min(self.amount);
        self.amount -= amount;
        self.account.remove(self.resource, amount);
    }

    /// Ties the charge to bytes: the charge is dropped when nobody holds the bytes, or a part of them.
    pub fn hold(self, bytes: Bytes) -> Bytes {
        Bytes::from_owner(Held { bytes, _charge: self })
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.shrink(self.amount);
    }
}

/// Bytes with their charge.
struct Held {
    bytes: Bytes,
    _charge: Charge,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
