//! The sessions of a process. A session that is in use is not removed, and there are never more than the limit.

use super::Session;
use crate::function::changes::Change;
use crate::server::limits::ReplayMemory;
use crate::server::message::Error;
use crate::server::revision::Revision;
use crate::server::revision::request::Sender;
use crate::sync::{Mutex, lock};
use mcp_trigger_core::ids::guid as invocation_id;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// All sessions of this process, bounded in number, age, and what they keep.
pub(in crate::server) struct Sessions {
    limit: usize,
    lifetime: Duration,
    /// Changes of lists, which every session hears of.
    lists: Vec<Change>,
    replay_memory: Arc<ReplayMemory>,
    kept: Mutex<Kept>,
}

struct Kept {
    sessions: HashMap<String, Arc<Session>>,
    cleaned: Instant,
}

/// The interval at which old sessions are removed.
const CLEANING: Duration = Duration::from_secs(60);

impl Sessions {
    /// At most `limit` sessions, each removed when it was not used for `lifetime`.
    pub(in crate::server) fn new(
        limit: usize,
        lifetime: Duration,
        lists: Vec<Change>,
        replay_memory: Arc<ReplayMemory>,
    ) -> Self {
        let kept = Kept { sessions: HashMap::new(), cleaned: Instant::now() };
        Sessions { limit, lifetime, lists, replay_memory, kept: Mutex::new(kept) }
    }

    /// Begins a session. If there are too many, the one that was unused longest ends, and its client has to begin anew.
    ///
    /// # Errors
    ///
    /// If there are too many, and all are in use.
    pub(in crate::server) fn begin(
        &self,
        revision: Revision,
        sender: Sender,
        principal: Option<&str>,
    ) -> Result<Arc<Session>, Error> {
        let mut kept = lock(&self.kept);
        if kept.cleaned.elapsed() > CLEANING || kept.sessions.len() >= self.limit {
            self.clean(&mut kept);
        }
        if kept.sessions.len() >= self.limit {
            let unused = kept.sessions.values().filter(|session| !is_in_use(session));
            let oldest = unused.min_by_key(|session| *lock(&session.last_used));
            let oldest = oldest.ok_or_else(|| Error::overloaded("There are too many sessions: try again later"))?;
            let oldest = oldest.id.clone();
            kept.sessions.remove(&oldest);
        }
        let principal = principal.map(str::to_owned);
        let session =
            Arc::new(Session::new(invocation_id(), revision, sender, principal, &self.lists, &self.replay_memory));
        kept.sessions.insert(session.id.clone(), Arc::clone(&session));
        Ok(session)
    }

    /// The session of that id, if it has not ended and belongs to this caller.
    pub(in crate::server) fn find(&self, id: &str, principal: Option<&str>) -> Option<Arc<Session>> {
        let mut kept = lock(&self.kept);
        if kept.cleaned.elapsed() > CLEANING {
            self.clean(&mut kept);
        }
        let session = kept.sessions.get(id).filter(|session| session.principal.as_deref() == principal)?;
        if self.is_over(session) {
            kept.sessions.remove(id);
            return None;
        }
        session.touch();
        Some(Arc::clone(session))
    }

    /// Ends a session.
    pub(in crate::server) fn end(&self, id: &str) {
        let session = lock(&self.kept).sessions.remove(id);
        session.inspect(|session| session.end());
    }

    /// Tells all who wait for the answers of clients that none will come.
    pub(in crate::server) fn end_questions(&self) {
        lock(&self.kept).sessions.values().for_each(|session| session.end_questions());
    }

    fn clean(&self, kept: &mut Kept) {
        kept.cleaned = Instant::now();
        kept.sessions.retain(|_, session| !self.is_over(session));
        kept.sessions.values().for_each(|session| session.streams.forget_old());
    }

    fn is_over(&self, session: &Arc<Session>) -> bool {
        !is_in_use(session) && lock(&session.last_used).elapsed() >= self.lifetime
    }
}

/// Whether a call runs in a session, or a stream is open: both hold it.
fn is_in_use(session: &Arc<Session>) -> bool {
    Arc::strong_count(session) > 1
}

#[cfg(test)]
#[cfg(feature = "models")]
mod models {
    use super::*;
    use crate::sync::{check, thread};

    /// Each of them begins a session, uses it, and lets go of it.
    #[test]
    fn model_a_session_in_use_is_kept_and_there_are_no_more_than_the_limit() {
        check(|| {
            let memory = ReplayMemory::new(1000);
            let sessions = Arc::new(Sessions::new(2, Duration::ZERO, Vec::new(), memory));
            for _ in 0..3 {
                let sessions = Arc::clone(&sessions);
                thread::spawn(move || {
                    for _ in 0..2 {
                        let Ok(used) = sessions.begin(Revision::V2025_11_25, Sender::default(), None) else { continue };
                        assert!(lock(&sessions.kept).sessions.len() <= 2);
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

    fn sessions(limit: usize, lifetime: Duration) -> Sessions {
        Sessions::new(limit, lifetime, Vec::new(), ReplayMemory::new(1_000_000))
    }

    fn begin(sessions: &Sessions) -> Arc<Session> {
        sessions.begin(Revision::V2025_06_18, Sender::default(), None).unwrap()
    }

    #[test]
    fn the_oldest_makes_room() {
        let sessions = sessions(2, Duration::from_secs(60));
        let (first, second) = (begin(&sessions).id.clone(), begin(&sessions).id.clone());
        assert!(sessions.find(&first, None).is_some());
        let third = begin(&sessions).id.clone();
        let is_there = |id: &str| sessions.find(id, None).is_some();
        assert!(!is_there(&second) && is_there(&first) && is_there(&third));
    }

    #[test]
    fn a_session_ends_when_nobody_uses_it() {
        let sessions = sessions(2, Duration::ZERO);
        let used = begin(&sessions);
        assert!(sessions.find(&used.id, None).is_some(), "a call runs in it");
        let id = used.id.clone();
        drop(used);
        assert!(sessions.find(&id, None).is_none());
    }

    #[test]
    fn a_session_in_use_makes_no_room() {
        let sessions = sessions(1, Duration::ZERO);
        let used = begin(&sessions);
        assert!(sessions.begin(Revision::V2025_06_18, Sender::default(), None).is_err());
        drop(used);
        begin(&sessions);
    }

    #[test]
    fn a_session_is_nobody_elses() {
        let sessions = sessions(2, Duration::from_secs(60));
        let id = sessions.begin(Revision::V2025_06_18, Sender::default(), Some("ann")).unwrap().id.clone();
        assert!(sessions.find(&id, Some("bob")).is_none() && sessions.find(&id, None).is_none());
        assert!(sessions.find(&id, Some("ann")).is_some());
    }
}
