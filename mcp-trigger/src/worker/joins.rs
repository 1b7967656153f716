//! Requests of clients and their invocations. They come to the worker on two ways, and are joined by the id of the invocation.
//!
//! The host sets the id in a header of the request, but leaves one that the client has sent as it is (ground-truth.md §11). So the id alone
//! proves nothing: a request is answered only if an invocation of this id comes on the host's own stream, and only one request is. An id
//! that a client makes up is that of no invocation.

use mcp_trigger_core::lock::lock;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::convert::Infallible;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How long one side waits for the other: 3 s. The host sends both within milliseconds, unless a long message is on its way.
const WAIT: Duration = Duration::from_secs(3);
/// How many requests wait for their invocations. A client can make them wait for nothing, with ids of its own.
const WAITING: usize = 10_000;

/// The requests and invocations that are not answered yet, by their ids.
#[derive(Default)]
pub(super) struct Joins(Mutex<HashMap<String, Side>>);

/// What is there of a request and its invocation.
enum Side {
    Request(oneshot::Sender<Joined>),
    Invocation(Joined),
    Both,
}

/// The HTTP function that an invocation is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Mcp,
    WellKnown,
}

/// What a request has of its invocation.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) route: Route,
    /// Fails when the invocation is cancelled.
    pub(super) cut: oneshot::Receiver<Infallible>,
    /// Takes whether the whole response was sent.
    pub(super) ended: oneshot::Sender<bool>,
}

/// Why a request has no invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unjoined {
    /// The id is that of no invocation.
    Unknown,
    /// There is a request with this id already.
    Twice,
    /// Too many requests wait.
    TooMany,
}

impl Joins {
    /// Joins a request with its invocation.
    ///
    /// # Errors
    ///
    /// If there is no invocation for the request.
    pub(super) async fn request(&self, id: &str) -> Result<Joined, Unjoined> {
        let mut joined = {
            let mut sides = lock(&self.0);
            // What has both sides is a running call, and invocations are the host's own.
            let is_full = sides.len() >= WAITING
                && sides.values().filter(|side| matches!(side, Side::Request(_))).count() >= WAITING;
            match sides.entry(id.to_owned()) {
                Entry::Occupied(mut entry) => match entry.insert(Side::Both) {
                    Side::Invocation(joined) => return Ok(joined),
                    other => {
                        entry.insert(other);
                        return Err(Unjoined::Twice);
                    }
                },
                Entry::Vacant(_) if is_full => return Err(Unjoined::TooMany),
                Entry::Vacant(entry) => {
                    let (sender, joined) = oneshot::channel();
                    entry.insert(Side::Request(sender));
                    joined
                }
            }
        };
        let _waiting = Waiting { joins: self, id };
        match timeout(WAIT, &mut joined).await {
            Ok(Ok(joined)) => Ok(joined),
            _ => Err(Unjoined::Unknown),
        }
    }

    /// Joins an invocation with its request, and waits until the request is answered: whether the whole response was sent. `None` if no
    /// request comes. Giving the future up cuts the response off.
    pub(super) async fn invocation(&self, id: &str, route: Route) -> Option<bool> {
        let (_keep, cut) = oneshot::channel();
        let (ended, mut is_ended) = oneshot::channel();
        let joined = Joined { route, cut, ended };
        match lock(&self.0).entry(id.to_owned()) {
            Entry::Occupied(mut entry) => {
                if let Side::Request(request) = entry.insert(Side::Both) {
                    // If the request is given up at this moment, so is what it was sent.
                    let _ = request.send(joined);
                }
            }
            Entry::Vacant(entry) => {
                entry.insert(Side::Invocation(joined));
            }
        }
        let _forget = Forget { joins: self, id };
        match timeout(WAIT, &mut is_ended).await {
            Ok(ended) => Some(ended.unwrap_or(false)),
            Err(_) if matches!(lock(&self.0).get(id), Some(Side::Invocation(_))) => None,
            Err(_) => Some(is_ended.await.unwrap_or(false)),
        }
    }
}

/// Forgets a request that is given up while it waits.
struct Waiting<'a> {
    joins: &'a Joins,
    id: &'a str,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut sides = lock(&self.joins.0);
        if matches!(sides.get(self.id), Some(Side::Request(_))) {
            sides.remove(self.id);
        }
    }
}

/// Forgets an invocation that is over.
struct Forget<'a> {
    joins: &'a Joins,
    id: &'a str,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        lock(&self.joins.0).remove(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::yield_now;

    #[test]
    fn the_page_of_limits_says_what_the_code_has() {
        let wait = format_args!("{} s", WAIT.as_secs()).to_string();
        crate::fixtures::assert_documented(
            "a request without its invocation, or an invocation without its request",
            wait,
        );
        crate::fixtures::assert_documented("requests that wait for their invocations", "10,000");
        assert_eq!(WAITING, 10_000);
    }

    #[tokio::test(start_paused = true)]
    async fn they_are_joined_whichever_comes_first_and_once() {
        for request_first in [true, false] {
            let joins = Joins::default();
            let request = async {
                if !request_first {
                    yield_now().await;
                }
                let joined = joins.request("a").await.unwrap();
                assert_eq!(joins.request("a").await.unwrap_err(), Unjoined::Twice);
                assert_eq!(joined.route, Route::Mcp);
                joined.ended.send(true).unwrap();
            };
            let invocation = async {
                if request_first {
                    yield_now().await;
                    assert_eq!(joins.request("a").await.unwrap_err(), Unjoined::Twice);
                }
                joins.invocation("a", Route::Mcp).await
            };
            let (ended, ()) = tokio::join!(invocation, request);
            assert_eq!(ended, Some(true));
            assert!(lock(&joins.0).is_empty());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_alone_is_refused_and_forgotten() {
        let joins = Joins::default();
        let (request, invocation) = tokio::join!(joins.request("mine"), joins.invocation("real", Route::Mcp));
        assert_eq!((request.unwrap_err(), invocation), (Unjoined::Unknown, None));
        assert!(lock(&joins.0).is_empty());
        // An invocation whose request takes its time is not alone.
        let slow = async {
            let joined = joins.request("b").await.unwrap();
            tokio::time::sleep(10 * WAIT).await;
            joined.ended.send(true).unwrap();
        };
        assert_eq!(tokio::join!(joins.invocation("b", Route::WellKnown), slow).0, Some(true));
        // After its end the id is that of nobody.
        assert_eq!(joins.request("b").await.unwrap_err(), Unjoined::Unknown);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_invocation_cuts_its_response_off_and_a_lost_response_is_told() {
        let joins = Joins::default();
        let mut invocation = Box::pin(joins.invocation("a", Route::Mcp));
        assert!(timeout(Duration::ZERO, &mut invocation).await.is_err());
        let joined = joins.request("a").await.unwrap();
        drop(invocation);
        assert!(joined.cut.await.is_err());

        let (ended, joined) = tokio::join!(joins.invocation("b", Route::Mcp), async { drop(joins.request("b").await) });
        assert_eq!((ended, joined), (Some(false), ()));
    }

    #[tokio::test(start_paused = true)]
    async fn requests_with_ids_of_their_own_do_not_pile_up() {
        let joins = Joins::default();
        for at in 0..WAITING {
            lock(&joins.0).insert(at.to_string(), Side::Both);
        }
        assert_eq!(joins.request("x").await.unwrap_err(), Unjoined::Unknown, "those that are answered do not count");
        let forged: Vec<_> = (0..WAITING).map(|_| Side::Request(oneshot::channel().0)).collect();
        lock(&joins.0).extend(forged.into_iter().enumerate().map(|(at, side)| (format!("forged {at}"), side)));
        assert_eq!(joins.request("x").await.unwrap_err(), Unjoined::TooMany);
    }
}
