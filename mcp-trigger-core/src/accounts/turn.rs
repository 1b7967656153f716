//! Turns of callers at what they wait for: the threads that blocking functions run on.

use super::{Account, Within};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A turn of a caller, which ends on drop.
#[derive(Debug)]
pub struct Turn {
    _session: Option<OwnedSemaphorePermit>,
    _owner: Option<OwnedSemaphorePermit>,
}

impl Account {
    /// Waits for a turn. An owner has half of all turns at most, and a session half of its owner's: so the calls of others find a
    /// thread, however many calls of one caller wait.
    pub async fn turn(&self) -> Turn {
        let turn = async |account: &Account| Arc::clone(&account.turns).acquire_owned().await.ok();
        match &self.within {
            Within::Process(_) => Turn { _session: None, _owner: turn(self).await },
            Within::Owner(owner) => Turn { _session: turn(self).await, _owner: turn(owner).await },
        }
    }
}

/// The turns of an account that has this part of all.
pub(super) fn turns(all: usize, part: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new((all / part).clamp(1, Semaphore::MAX_PERMITS)))
}

#[cfg(test)]
mod tests {
    use crate::accounts::{Accounts, Owner, ProcessLimits};
    use std::time::Duration;
    use tokio::time::timeout;

    #[tokio::test(start_paused = true)]
    async fn the_calls_of_one_caller_wait_for_each_other_and_not_those_of_others() {
        let accounts = Accounts::new(ProcessLimits { threads: 8, ..ProcessLimits::default() });
        let [ann, bob] = ["ann", "bob"].map(|name| accounts.owner(Owner::Identity(name.into())));
        let (first, second) = (ann.session(), ann.session());
        let mut turns = vec![first.turn().await, first.turn().await];
        let waits =
            async |account: &crate::accounts::Account| timeout(Duration::from_secs(1), account.turn()).await.is_err();
        assert!(waits(&first).await && !waits(&second).await);
        turns.extend([ann.turn().await, ann.turn().await]);
        assert!(waits(&second).await && !waits(&bob).await);
        turns.clear();
        assert!(!waits(&first).await);
    }
}
