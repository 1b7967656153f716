//! Ids: of clients, instances and invocations.

use std::cell::RefCell;

/// A new id of a client or an instance: 16 characters from `a-z0-9`.
pub(super) fn id() -> String {
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
pub(crate) fn guid() -> String {
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
            // An operating system without random numbers cannot run a server.
            let _ = getrandom::fill(stock);
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
mod tests {
    use super::*;

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
