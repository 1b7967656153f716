use crate::json::date::DateTime;
use std::time::SystemTime;

/// What the host adds to a request that is new with each.
#[derive(Clone, Debug)]
pub struct System {
    /// The time, ISO 8601 in UTC.
    pub utc_now: String,
    /// A GUID.
    pub guid: String,
}

impl System {
    /// The time as the host writes it, with a GUID.
    pub fn new(now: SystemTime, guid: impl Into<String>) -> Self {
        System { utc_now: DateTime::utc(now).round_trip(), guid: guid.into() }
    }
}
