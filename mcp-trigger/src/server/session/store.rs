//! The sessions of a process. A session that is in use is not removed, and there are never more than the limit.
//!
//! An owner has its share of the sessions, as of everything ([`mcp_trigger_core::accounts`]). When the share or the limit is reached,
//! a session makes room that its client does not need: no call runs in it, no stream of it is open, and the client never came back after
//! the handshake, or has been away for a minute. So a client that begins sessions without end loses its own.

use super::Session;
use crate::function::changes::Change;
use crate::server::limits::Queue;
use crate::server::message::Error;
use crate::server::revision::request::Sender;
use crate::server::revision::{Identity, Revision};
use crate::sync::{Mutex, lock};
use mcp_trigger_core::accounts::{Account, Full, Resource};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// All sessions of this process, bounded in number, age, and what they keep.
pub(in crate::server) struct Sessions {
    lifetime: Duration,
    /// Changes of lists, which every session hears of.
    lists: Vec<Change>,
    kept: Mutex<Kept>,
}

struct Kept {
    sessions: Queue<Arc<Session>>,
    cleaned: Instant,
}

/// The interval at which old sessions are removed.
const CLEANING: Duration = Duration::from_secs(60);
/// How long a client that has used its session may be away before the session makes room for others.
const AWAY: Duration = Duration::from_secs(60);

impl Sessions {
    /// Sessions that are removed when they were not used for `lifetime`.
    pub(in crate::server) fn new(lifetime: Duration, lists: Vec<Change>) -> Self {
        let kept = Kept { sessions: Queue::default(), cleaned: Instant::now() };
        Sessions { lifetime, lists, kept: Mutex::new(kept) }
    }

    /// Begins a session of an owner.
    ///
    /// # Errors
    ///
    /// If the owner, or the process, has too many sessions that are needed.
    pub(in crate::server) fn begin(
        &self,
        revision: Revision,
        sender: Sender,
        identity: Option<Identity>,
        owner: &Arc<Account>,
    ) -> Result<Arc<Session>, Error> {
        let mut kept = lock(&self.kept);
        self.clean(&mut kept);
        let make = |kept: &mut Kept| -> Result<_, Full> {
            let place = match owner.take(Resource::Sessions, 1) {
                Ok(place) => place,
                Err(full) if !kept.make_room(owner) => return Err(full),
                Err(_) => owner.take(Resource::Sessions, 1)?,
            };
            Session::new(revision, sender, identity, &self.lists, owner, place)
        };
        let session = Arc::new(make(&mut kept)?);
        kept.sessions.insert(session.id.clone(), owner.owner().clone(), Arc::clone(&session));
        Ok(session)
    }

    /// The session of that id, if it has not ended and belongs to this caller.
    pub(in crate::server) fn find(&self, id: &str, identity: Option<&Identity>) -> Option<Arc<Session>> {
        let mut kept = lock(&self.kept);
        self.clean(&mut kept);
        let session = kept.sessions.get(id).filter(|session| session.identity.as_ref() == identity)?;
        if self.is_over(session) {
            kept.sessions.remove(id);
            return None;
        }
        session.touch();
        Some(Arc::clone(session))
    }

    /// The account of the session of that id, if the session belongs to this caller.
    pub(in crate::server) fn account(&self, id: &str, identity: Option<&Identity>) -> Option<Arc<Account>> {
        let kept = lock(&self.kept);
        let session = kept.sessions.get(id).filter(|session| session.identity.as_ref() == identity)?;
        Some(Arc::clone(&session.account))
    }

    /// Ends a session.
    pub(in crate::server) fn end(&self, id: &str) {
        let session = lock(&self.kept).sessions.remove(id);
        session.inspect(|session| session.end());
    }

    /// Tells all who wait for the answers of clients that none will come.
    pub(in crate::server) fn end_questions(&self) {
        lock(&self.kept).sessions.all().for_each(|session| session.end_questions());
    }

    /// Removes the sessions that are over, now and then.
    fn clean(&self, kept: &mut Kept) {
        if kept.cleaned.elapsed() > CLEANING {
            kept.cleaned = Instant::now();
            let over = kept.sessions.all().filter(|session| self.is_over(session)).map(|session| session.id.clone());
            for id in over.collect::<Vec<_>>() {
                kept.sessions.remove(&id);
            }
            kept.sessions.all().for_each(|session| session.streams.forget_old());
        }
    }

    fn is_over(&self, session: &Arc<Session>) -> bool {
        !is_in_use(session) && lock(&session.last_used).elapsed() >= self.lifetime
    }
}

impl Kept {
    /// Ends a session to make room for another of this owner; `false` if there is none.
    fn make_room(&mut self, owner: &Account) -> bool {
        let given_up = self.sessions.make_room_for(owner, Resource::Sessions, is_needed);
        given_up.inspect(|session| session.end()).is_some()
    }
}

/// Whether a call runs in a session, or a stream is open: both hold it.
fn is_in_use(session: &Arc<Session>) -> bool {
    Arc::strong_count(session) > 1
}

fn is_needed(session: &Arc<Session>) -> bool {
    is_in_use(session) || (session.was_used.load(Ordering::Relaxed) && lock(&session.last_used).elapsed() < AWAY)
}

#[cfg(test)]
#[cfg(feature = "models")]
mod models {
    use super::*;
    use crate::sync::{check, thread};
    use mcp_trigger_core::accounts::{Accounts, Owner, ProcessLimits};

    /// Each of them begins a session, uses it, and lets go of it.
    #[test]
    fn model_a_session_in_use_is_kept_and_there_are_no_more_than_the_limit() {
        check(|| {
            let sessions = Arc::new(Sessions::new(Duration::ZERO, Vec::new()));
            let accounts = Accounts::new(ProcessLimits { sessions: 2, ..ProcessLimits::default() });
            for _ in 0..3 {
                let (sessions, accounts) = (Arc::clone(&sessions), Arc::clone(&accounts));
                thread::spawn(move || {
                    let owner = accounts.owner(Owner::Identity("ann".into()));
                    for _ in 0..2 {
                        let begun = sessions.begin(Revision::V2025_11_25, Sender::default(), None, &owner);
                        let Ok(used) = begun else { continue };
                        assert!(lock(&sessions.kept).sessions.all().count() <= 2);
                        assert!(sessions.find(&used.id, None).is_some_and(|found| Arc::ptr_eq(&found, &used)));
                    }
                });
            }
        });
    }
}

#[cfg(test)]
#[cfg(not(feature = "models"))]
mod tests {
    use super::*;
    use mcp_trigger_core::accounts::{Accounts, Owner, ProcessLimits};

    /// A table of sessions, with an owner of its accounts.
    struct Table {
        sessions: Sessions,
        accounts: Arc<Accounts>,
    }

    impl Table {
        fn new(limit: usize, lifetime: Duration) -> Self {
            let accounts = Accounts::new(ProcessLimits { sessions: limit, ..ProcessLimits::default() });
            Table { sessions: Sessions::new(lifetime, Vec::new()), accounts }
        }

        fn begin(&self, owner: &str) -> Option<Arc<Session>> {
            let owner = self.accounts.owner(Owner::Identity(owner.into()));
            self.sessions.begin(Revision::V2025_06_18, Sender::default(), None, &owner).ok()
        }

        /// Whether there is a session, which is used then.
        fn is_there(&self, id: &str) -> bool {
            self.sessions.find(id, None).inspect(|session| session.set_used()).is_some()
        }
    }

    const MINUTE: Duration = Duration::from_secs(60);

    fn id(session: Option<Arc<Session>>) -> String {
        session.unwrap().id.clone()
    }

    #[test]
    fn the_limits_are_documented() {
        assert_eq!(AWAY, MINUTE);
        assert_eq!(crate::server::session::SUBSCRIPTIONS, 1000);
        crate::fixtures::assert_documented("subscriptions of a session or a stream", "1,000");
    }

    #[test]
    fn the_oldest_that_was_never_used_makes_room() {
        let table = Table::new(2, MINUTE);
        let (first, second) = (id(table.begin("ann")), id(table.begin("ann")));
        assert!(table.is_there(&first));
        let third = id(table.begin("ann"));
        assert!(!table.is_there(&second) && table.is_there(&first) && table.is_there(&third));
        assert!(table.begin("ann").is_none(), "all were used a moment ago");
    }

    #[test]
    fn whoever_begins_sessions_without_end_loses_their_own() {
        let table = Table::new(1000, MINUTE);
        let (anns, bobs) = (id(table.begin("ann")), id(table.begin("bob")));
        assert!(table.is_there(&anns) && table.is_there(&bobs));
        for _ in 0..5000 {
            assert!(table.begin("eve").is_some());
        }
        assert!(table.is_there(&anns) && table.is_there(&bobs));
        assert!(table.accounts.held(Resource::Sessions) <= 502);
        let eves = id(table.begin("eve"));
        assert!(table.is_there(&eves));
        for _ in 0..5000 {
            assert!(table.begin("eve").is_some());
        }
        assert!(table.is_there(&eves), "one that is used is not given up for others that are not");
    }

    #[test]
    fn a_session_ends_when_nobody_uses_it() {
        let table = Table::new(2, Duration::ZERO);
        let used = table.begin("ann").unwrap();
        assert!(table.is_there(&used.id), "a call runs in it");
        let id = used.id.clone();
        drop(used);
        assert!(!table.is_there(&id));
        assert_eq!(table.accounts.held(Resource::Sessions), 0);
        assert_eq!(table.accounts.held(Resource::Memory), 0);
    }

    #[test]
    fn a_session_in_use_makes_no_room() {
        let table = Table::new(1, Duration::ZERO);
        let used = table.begin("ann").unwrap();
        assert!(table.begin("ann").is_none());
        drop(used);
        assert!(table.begin("ann").is_some());
    }

    #[test]
    fn a_session_is_nobody_elses() {
        let table = Table::new(2, MINUTE);
        let owner = table.accounts.owner(Owner::Identity("ann".into()));
        let [ann, bob] = ["ann", "bob"].map(|name| Some(Identity::new("aad", name)));
        let begun = table.sessions.begin(Revision::V2025_06_18, Sender::default(), ann.clone(), &owner);
        let id = begun.ok().unwrap().id.clone();
        let find = |identity: &Option<Identity>| table.sessions.find(&id, identity.as_ref()).is_some();
        assert!(!find(&bob) && !find(&None) && find(&ann));
    }
}
