//! Accounts: what the requests of each caller hold of the process, so that no caller takes the process from the others.
//!
//! Each [`Resource`] has a limit for the process. A caller takes a part of a resource as a [`Charge`]. Dropping the charge
//! gives the part back. The charge may outlive the request that it was taken for. One rule decides how much a caller may take:
//!
//! > A caller may hold no more of a resource than it leaves to all others.
//!
//! So a single caller holds half of a resource at most, two greedy callers a half and a quarter, and there is always a part left for
//! a caller that holds nothing yet. The greedy are refused first, and the limit needs no number of callers.
//!
//! ```text
//! process            the limits: Accounts::new
//! └─ owner           an identity, else an address: Accounts::owner
//!    └─ session      Account::session
//! ```
//!
//! The rule holds at both levels: an owner leaves a part of the process to other owners, and a session leaves a part of its owner's
//! share to other sessions. A short body that is answered at once has no charge: its connection bounds it.

mod charge;
mod holdings;
mod limits;
mod place;
mod turn;

pub use charge::{Charge, Full};
pub use holdings::Resource;
pub use limits::ProcessLimits;
pub use place::Place;
pub use turn::Turn;

use crate::lock::lock;
use bytes::Bytes;
use holdings::Holdings;
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, Weak};
use tokio::sync::Semaphore;

/// All accounts of a process, and the limits of what they hold together.
pub struct Accounts {
    limits: ProcessLimits,
    held: Holdings,
    owners: Mutex<HashMap<Owner, Weak<Account>>>,
}

/// The owner of an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A signed-in caller: its identity provider and its id.
    Identity(Arc<str>),
    /// A caller that is known by the address of its connection. IPv6 addresses are those of a network of 64 bits, which one machine
    /// may have for itself.
    Address(IpAddr),
}

impl Owner {
    /// The owner of connections from an address.
    pub fn at(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let network = u128::from(address) & !u128::from(u64::MAX);
                Owner::Address(IpAddr::V6(network.into()))
            }
            address @ IpAddr::V4(_) => Owner::Address(address),
        }
    }
}

/// The account of an owner, or of one of its sessions. The account lives as long as somebody uses it, or holds a charge of it.
pub struct Account {
    accounts: Arc<Accounts>,
    within: Within,
    held: Holdings,
    turns: Arc<Semaphore>,
}

/// Where an account belongs.
enum Within {
    /// The account of an owner.
    Process(Owner),
    /// The account of a session.
    Owner(Arc<Account>),
}

impl Accounts {
    /// Accounts that hold together no more than these limits.
    pub fn new(limits: ProcessLimits) -> Arc<Self> {
        Arc::new(Accounts { limits, held: Holdings::default(), owners: Mutex::default() })
    }

    /// The account of an owner.
    pub fn owner(self: &Arc<Self>, owner: Owner) -> Arc<Account> {
        let mut owners = lock(&self.owners);
        if let Some(account) = owners.get(&owner).and_then(Weak::upgrade) {
            return account;
        }
        let within = Within::Process(owner.clone());
        let turns = turn::turns(self.limits.threads, 2);
        let account = Arc::new(Account { accounts: Arc::clone(self), within, held: Holdings::default(), turns });
        owners.insert(owner, Arc::downgrade(&account));
        account
    }

    /// How much of a resource all callers hold.
    pub fn held(&self, resource: Resource) -> usize {
        self.held.of(resource)
    }

    /// The limit of a resource.
    pub fn limit(&self, resource: Resource) -> usize {
        self.limits.of(resource)
    }
}

impl Account {
    /// The account of a new session of this owner.
    pub fn session(self: &Arc<Self>) -> Arc<Self> {
        let within = Within::Owner(Arc::clone(self));
        let turns = turn::turns(self.accounts.limits.threads, 4);
        Arc::new(Account { accounts: Arc::clone(&self.accounts), within, held: Holdings::default(), turns })
    }

    /// Takes an amount of a resource.
    ///
    /// # Errors
    ///
    /// If the caller would hold more than it leaves to the others, or the process more than its limit.
    pub fn take(self: &Arc<Self>, resource: Resource, amount: usize) -> Result<Charge, Full> {
        let mut charge = Charge::none(self, resource);
        charge.grow(amount)?;
        Ok(charge)
    }

    /// Charges bytes to the account for as long as somebody holds them, or a part of them.
    ///
    /// # Errors
    ///
    /// If there is not enough memory for the caller.
    pub fn hold(self: &Arc<Self>, bytes: Bytes) -> Result<Bytes, Full> {
        let charge = self.take(Resource::Memory, bytes.len())?;
        Ok(charge.hold(bytes))
    }

    /// Charges bytes as [`hold`](Account::hold) does if they are longer than [`SHORT`]: a connection has room for others.
    ///
    /// # Errors
    ///
    /// If there is not enough memory for the caller.
    pub fn hold_long(self: &Arc<Self>, bytes: Bytes) -> Result<Bytes, Full> {
        if bytes.len() > SHORT { self.hold(bytes) } else { Ok(bytes) }
    }

    /// The owner of the account.
    pub fn owner(&self) -> &Owner {
        match &self.within {
            Within::Process(owner) => owner,
            Within::Owner(account) => account.owner(),
        }
    }

    /// Whether a resource of the process is used up.
    pub fn is_process_full(&self, resource: Resource) -> bool {
        self.accounts.held(resource) >= self.accounts.limit(resource)
    }

    /// How much of a resource the account holds.
    pub fn held(&self, resource: Resource) -> usize {
        self.held.of(resource)
    }

    fn add(&self, resource: Resource, amount: usize) -> Result<(), Full> {
        let limit = self.accounts.limit(resource);
        let full = Err(Full(resource));
        let Some(left) = self.accounts.held.add_within(resource, amount, limit) else { return full };
        let always = limit / ALWAYS_SHARE;
        let always = always.max(ALWAYS);
        let fits = match &self.within {
            Within::Process(_) => self.held.add(resource, amount) <= left.max(always),
            Within::Owner(owner) => {
                let of_owner = owner.held.add(resource, amount);
                let of_session = self.held.add(resource, amount);
                let left_of_owner = left.saturating_sub(of_owner);
                of_owner <= left.max(always) && of_session <= left_of_owner.max(always)
            }
        };
        if fits {
            return Ok(());
        }
        self.remove(resource, amount);
        full
    }

    fn remove(&self, resource: Resource, amount: usize) {
        self.held.remove(resource, amount);
        if let Within::Owner(owner) = &self.within {
            owner.held.remove(resource, amount);
        }
        self.accounts.held.remove(resource, amount);
    }
}

/// Bodies and answers up to this length need no charge if nobody waits for them, in bytes: a connection has buffers of that length.
pub const SHORT: usize = 16 * 1024;
/// A caller may always hold this many of what is counted one by one, so that small limits are not cut in halves.
const ALWAYS: usize = 16;
/// A caller may always hold this part of a limit, if the process has as much left: 1/64.
const ALWAYS_SHARE: usize = 64;

impl Drop for Account {
    fn drop(&mut self) {
        if let Within::Process(owner) = &self.within {
            let mut owners = lock(&self.accounts.owners);
            // The owner may have a new account by now.
            if owners.get(owner).is_some_and(|account| account.strong_count() == 0) {
                owners.remove(owner);
            }
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("held", &self.held).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Resource::{Memory, Requests};

    fn accounts(limit: usize) -> Arc<Accounts> {
        Accounts::new(ProcessLimits { memory: limit, requests: limit, ..ProcessLimits::default() })
    }

    fn owner(accounts: &Arc<Accounts>, name: &str) -> Arc<Account> {
        accounts.owner(Owner::Identity(name.into()))
    }

    #[test]
    fn a_caller_leaves_as_much_as_it_holds() {
        let accounts = accounts(8000);
        let (ann, bob) = (owner(&accounts, "ann"), owner(&accounts, "bob"));
        let half = ann.take(Memory, 4000).unwrap();
        assert!(ann.take(Memory, 1).is_err(), "half of all");
        let _quarter = bob.take(Memory, 2000).unwrap();
        assert!(bob.take(Memory, 1).is_err(), "half of what is left");
        assert_eq!((accounts.held(Memory), accounts.held(Requests)), (6000, 0));
        drop(half);
        assert!(bob.take(Memory, 1000).is_ok());
    }

    #[test]
    fn a_session_leaves_a_part_to_the_others_of_its_owner() {
        let accounts = accounts(9000);
        let ann = owner(&accounts, "ann");
        let (first, second) = (ann.session(), ann.session());
        let _third = first.take(Memory, 3000).unwrap();
        assert!(first.take(Memory, 1).is_err());
        assert!(second.take(Memory, 1000).is_ok());
        assert!(owner(&accounts, "bob").take(Memory, 3000).is_ok());
    }

    #[test]
    fn small_limits_are_for_whoever_comes() {
        let accounts = accounts(4);
        let ann = owner(&accounts, "ann");
        let taken: Vec<_> = (0..4).map(|_| ann.session().take(Requests, 1).unwrap()).collect();
        assert!(ann.take(Requests, 1).is_err());
        drop(taken);
        assert_eq!(accounts.held(Requests), 0);
    }

    #[test]
    fn an_account_lives_as_long_as_its_charges() {
        let accounts = accounts(1000);
        let bytes = owner(&accounts, "ann").hold(Bytes::from(vec![0; 400])).unwrap();
        let part = bytes.slice(0..1);
        drop(bytes);
        assert_eq!(owner(&accounts, "ann").held(Memory), 400, "the part keeps all");
        drop(part);
        assert_eq!(accounts.held(Memory), 0);
        assert!(lock(&accounts.owners).is_empty());
    }

    #[test]
    fn one_machine_is_one_owner() {
        let at = |address: &str| Owner::at(address.parse().unwrap());
        assert_eq!(at("::ffff:10.0.0.1"), at("10.0.0.1"));
        assert_eq!(at("2001:db8::1"), at("2001:db8::2:3"));
        assert_ne!(at("2001:db8:0:1::1"), at("2001:db8::1"));
    }
}

#[cfg(test)]
#[cfg(feature = "models")]
mod models {
    use super::*;

    /// Loom tries every order of the operations of two callers.
    #[test]
    fn model_no_more_is_held_than_there_is_and_all_comes_back() {
        loom::model(|| {
            let accounts = Accounts::new(ProcessLimits { memory: 100, ..ProcessLimits::default() });
            let callers = ["ann", "bob"].map(|name| {
                let account = accounts.owner(Owner::Identity(name.into()));
                let all = Arc::clone(&accounts);
                loom::thread::spawn(move || {
                    let charge = account.take(Resource::Memory, 40);
                    assert!(all.held(Resource::Memory) <= 100);
                    drop(charge);
                })
            });
            callers.into_iter().for_each(|caller| caller.join().unwrap());
            assert_eq!(accounts.held(Resource::Memory), 0);
        });
    }
}
