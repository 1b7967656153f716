//! Ids that nobody can guess, of clients, instances and invocations, and the random numbers that they and secrets are made of.

use std::cell::RefCell;

/// Why there are no ids and no secrets.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(
    "the operating system gives no random numbers ({0}), so ids and secrets could be guessed: run the app where getrandom or \
     /dev/urandom works"
)]
pub struct NoRandomNumbers(getrandom::Error);

/// Looks whether there are random numbers, before anything is made of them.
///
/// # Errors
///
/// If there are none.
pub fn check() -> Result<(), NoRandomNumbers> {
    random_bytes::<1>().map(drop)
}

/// Random bytes, for a secret.
///
/// # Errors
///
/// If there are none.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], NoRandomNumbers> {
    let mut bytes = [0; N];
    fill(&mut bytes).map(|()| bytes)
}

/// The only place where random numbers come from.
fn fill(bytes: &mut [u8]) -> Result<(), NoRandomNumbers> {
    #[cfg(test)]
    if tests::THERE_ARE_NONE.get() {
        return Err(NoRandomNumbers(getrandom::Error::UNSUPPORTED));
    }
    getrandom::fill(bytes).map_err(NoRandomNumbers)
}

/// A new id of a client or an instance: 16 characters from `a-z0-9`.
pub fn id() -> String {
    let mut id = String::with_capacity(16);
    while id.len() < 16 {
        // 252 is the largest multiple of 36 in a byte: taking no more keeps all characters equally likely.
        for byte in random::<32>().into_iter().filter(|byte| *byte < 252).take(16 - id.len()) {
            id.push(char::from(b"abcdefghijklmnopqrstuvwxyz0123456789"[usize::from(byte % 36)]));
        }
    }
    id
}

/// A new GUID, as the host makes one for every invocation.
pub fn guid() -> String {
    let mut bytes = random::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    let mut guid = String::with_capacity(36);
    for (at, byte) in bytes.into_iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            guid.push('-');
        }
        guid.extend([digit(byte >> 4), digit(byte & 0x0f)]);
    }
    guid
}

/// How many random bytes are fetched at once: fetching them costs as much as half a call of a function.
const STOCK: usize = 512;

thread_local! {
    /// Random bytes, and how many of them are used up.
    static RANDOM: RefCell<([u8; STOCK], usize)> = const { RefCell::new(([0; STOCK], STOCK)) };
}

fn random<const N: usize>() -> [u8; N] {
    RANDOM.with_borrow_mut(|(stock, used)| {
        if *used + N > STOCK {
            // There were some when the app started. If there are none any more, there is no id that anybody could guess.
            fill(stock).unwrap_or_else(|error| panic!("{error}"));
            *used = 0;
        }
        let mut bytes = [0; N];
        bytes.copy_from_slice(&stock[*used..*used + N]);
        // Nobody reads them twice.
        stock[*used..*used + N].fill(0);
        *used += N;
        bytes
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        /// Whether this thread is one of a system without random numbers.
        pub(crate) static THERE_ARE_NONE: Cell<bool> = const { Cell::new(false) };
    }

    #[test]
    fn without_random_numbers_there_are_no_ids() {
        THERE_ARE_NONE.set(true);
        let error = check().unwrap_err().to_string();
        assert!(error.contains("no random numbers") && error.contains("/dev/urandom"), "{error}");
        assert!(random_bytes::<32>().is_err());
        for id in [super::id, super::guid] {
            assert!(std::panic::catch_unwind(id).is_err());
        }
        THERE_ARE_NONE.set(false);
        assert_eq!(guid().len(), 36, "nothing is left of it");
    }

    #[test]
    fn ids_have_their_shape() {
        let id = id();
        assert!(id.len() == 16 && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{id}");
        assert_ne!(id, super::id());
        let guid = guid();
        assert_eq!(guid.len(), 36);
        assert_eq!(guid.as_bytes()[14], b'4');
        let many: std::collections::HashSet<_> = (0..1000).map(|_| super::guid()).collect();
        assert_eq!(many.len(), 1000);
    }
}
