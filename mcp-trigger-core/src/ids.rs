//! Unguessable ids of clients, instances and invocations, and random bytes for secrets.

use std::cell::RefCell;

/// The operating system gives no random numbers, so neither ids nor secrets can be made.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(
    "the operating system gives no random numbers ({0}), so ids and secrets could be guessed: run the app where getrandom or \
     /dev/urandom works"
)]
pub struct NoRandomNumbers(getrandom::Error);

/// Checks that the operating system gives random numbers. An app calls this function once, when it starts.
///
/// # Errors
///
/// If the operating system gives no random numbers.
pub fn check() -> Result<(), NoRandomNumbers> {
    random_bytes::<1>().map(drop)
}

/// Makes `N` random bytes, for a secret.
///
/// # Errors
///
/// If the operating system gives no random numbers.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], NoRandomNumbers> {
    let mut bytes = [0; N];
    fill(&mut bytes).map(|()| bytes)
}

/// Fills bytes from the operating system. All random numbers of this module come from this function.
fn fill(bytes: &mut [u8]) -> Result<(), NoRandomNumbers> {
    #[cfg(test)]
    if tests::THERE_ARE_NONE.get() {
        return Err(NoRandomNumbers(getrandom::Error::UNSUPPORTED));
    }
    getrandom::fill(bytes).map_err(NoRandomNumbers)
}

/// Makes an id of a client or an instance: 16 characters from `a-z0-9`.
///
/// # Panics
///
/// If the operating system gives no random numbers.
pub fn id() -> String {
    let mut id = String::with_capacity(16);
    while id.len() < 16 {
        // 252 is the largest multiple of 36 that fits into a byte: smaller bytes keep all characters equally likely.
        for byte in random::<32>().into_iter().filter(|byte| *byte < 252).take(16 - id.len()) {
            id.push(char::from(b"abcdefghijklmnopqrstuvwxyz0123456789"[usize::from(byte % 36)]));
        }
    }
    id
}

/// Makes a GUID (UUID version 4, in lower case with hyphens), as the Functions host does for every invocation.
///
/// # Panics
///
/// If the operating system gives no random numbers.
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

/// How many random bytes are fetched at once: each fetch costs as much as half a call of a function.
const STOCK: usize = 512;

thread_local! {
    /// Random bytes, and how many of these are used up.
    static RANDOM: RefCell<([u8; STOCK], usize)> = const { RefCell::new(([0; STOCK], STOCK)) };
}

fn random<const N: usize>() -> [u8; N] {
    RANDOM.with_borrow_mut(|(stock, used)| {
        if *used + N > STOCK {
            // The app has called `check` at its start. If random numbers fail later, a panic is better than an id that can be
            // guessed.
            fill(stock).unwrap_or_else(|error| panic!("{error}"));
            *used = 0;
        }
        let mut bytes = [0; N];
        bytes.copy_from_slice(&stock[*used..*used + N]);
        // Used bytes are erased, so that they cannot be read a second time.
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
        /// Whether this thread behaves as on a system without random numbers.
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
