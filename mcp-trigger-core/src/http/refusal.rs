//! [`Refusal`]: the reasons for which requests are refused, in the log now and then.

use crate::telemetry::NowAndThen;
use std::fmt::Display;

/// Why a request is refused. What clients do wrong is logged once, and then counted ([`NowAndThen`]): each kind by itself, so that
/// one does not hide another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request is no HTTP, or has several lines of a header that stands once.
    Malformed,
    /// The request has no key, or one for something else.
    Key,
    /// The access token of the request is not valid, or not let in.
    Token,
    /// The name in the header `Host` is not one of this machine.
    Host,
    /// The request comes from a page that may not send requests.
    Origin,
    /// The body is too long.
    Length,
    /// The body comes too slowly.
    Slowness,
    /// The caller, or all callers together, hold as much as they may.
    Limit,
}

impl Refusal {
    /// Logs a refusal, or counts it. `why` is a whole sentence.
    pub fn log(self, why: impl Display) {
        static MALFORMED: NowAndThen = NowAndThen::new("malformed requests");
        static KEY: NowAndThen = NowAndThen::new("requests without the key");
        static TOKEN: NowAndThen = NowAndThen::new("requests with a token that is not accepted");
        static HOST: NowAndThen = NowAndThen::new("requests to a foreign name in Host");
        static ORIGIN: NowAndThen = NowAndThen::new("requests from foreign pages");
        static LENGTH: NowAndThen = NowAndThen::new("bodies that were too long");
        static SLOWNESS: NowAndThen = NowAndThen::new("bodies that came too slowly");
        static LIMIT: NowAndThen = NowAndThen::new("requests beyond a limit");
        let warning = match self {
            Refusal::Malformed => &MALFORMED,
            Refusal::Key => &KEY,
            Refusal::Token => &TOKEN,
            Refusal::Host => &HOST,
            Refusal::Origin => &ORIGIN,
            Refusal::Length => &LENGTH,
            Refusal::Slowness => &SLOWNESS,
            Refusal::Limit => &LIMIT,
        };
        warning.warn(why);
    }
}
