//! A queue of entries, some of which can make room for others.

use mcp_trigger_core::accounts::{Account, Owner, Resource};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Entries by their ids, each with an owner, in the order in which they make room for others.
///
/// To make room, a few entries of the owner are looked at, from the first: those that are needed go to the end of the queue. So the
/// time for it grows with the logarithm of the number of entries only.
pub(in crate::server) struct Queue<T> {
    entries: HashMap<String, Entry<T>>,
    /// The ids of all entries, by their places.
    places: BTreeMap<u64, String>,
    /// The places of each owner's entries.
    of_owner: HashMap<Owner, BTreeSet<u64>>,
    /// The place at the end.
    end: u64,
}

struct Entry<T> {
    value: T,
    owner: Owner,
    place: u64,
}

/// How many entries are looked at.
const LOOKS: usize = 16;

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Queue { entries: HashMap::new(), places: BTreeMap::new(), of_owner: HashMap::new(), end: 0 }
    }
}

impl<T> Queue<T> {
    pub(in crate::server) fn get(&self, id: &str) -> Option<&T> {
        self.entries.get(id).map(|entry| &entry.value)
    }

    /// All entries, in no order.
    pub(in crate::server) fn all(&self) -> impl Iterator<Item = &T> {
        self.entries.values().map(|entry| &entry.value)
    }

    /// Adds an entry at the end.
    pub(in crate::server) fn insert(&mut self, id: String, owner: Owner, value: T) {
        let place = self.end;
        self.end += 1;
        self.places.insert(place, id.clone());
        self.of_owner.entry(owner.clone()).or_default().insert(place);
        self.entries.insert(id, Entry { value, owner, place });
    }

    pub(in crate::server) fn remove(&mut self, id: &str) -> Option<T> {
        self.take(id).map(|entry| entry.value)
    }

    /// Removes an entry that is not needed, for a caller that can take no more of a resource. Entries of other owners make room if the
    /// process has no room at all. `None` if all that were looked at are needed.
    pub(in crate::server) fn make_room_for(
        &mut self,
        account: &Account,
        resource: Resource,
        is_needed: impl Fn(&T) -> bool,
    ) -> Option<T> {
        let own = self.make_room_of(account.owner(), &is_needed);
        own.or_else(|| if account.is_process_full(resource) { self.make_room(is_needed) } else { None })
    }

    /// Removes the first entry of an owner that is not needed. `None` if all that were looked at are needed.
    fn make_room_of(&mut self, owner: &Owner, is_needed: impl Fn(&T) -> bool) -> Option<T> {
        let places = self.of_owner.get(owner).into_iter().flatten().take(LOOKS).copied().collect();
        self.make_room_at(places, is_needed)
    }

    /// Removes the first entry that is not needed, of any owner. `None` if all that were looked at are needed.
    fn make_room(&mut self, is_needed: impl Fn(&T) -> bool) -> Option<T> {
        let places = self.places.keys().take(LOOKS).copied().collect();
        self.make_room_at(places, is_needed)
    }

    fn make_room_at(&mut self, places: Vec<u64>, is_needed: impl Fn(&T) -> bool) -> Option<T> {
        for place in places {
            let Some(id) = self.places.get(&place).cloned() else { continue };
            let Some(Entry { value, owner, .. }) = self.take(&id) else { continue };
            if !is_needed(&value) {
                return Some(value);
            }
            self.insert(id, owner, value);
        }
        None
    }

    fn take(&mut self, id: &str) -> Option<Entry<T>> {
        let entry = self.entries.remove(id)?;
        self.places.remove(&entry.place);
        if let Some(places) = self.of_owner.get_mut(&entry.owner) {
            places.remove(&entry.place);
            if places.is_empty() {
                self.of_owner.remove(&entry.owner);
            }
        }
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(name: &str) -> Owner {
        Owner::Identity(name.into())
    }

    #[test]
    fn an_entry_of_the_owner_makes_room_and_needed_ones_go_to_the_end() {
        let mut queue = Queue::default();
        for (at, name) in ["ann", "bob", "ann", "bob", "ann"].into_iter().enumerate() {
            queue.insert(at.to_string(), owner(name), at);
        }
        assert_eq!(queue.make_room_of(&owner("ann"), |at| *at == 0), Some(2));
        assert_eq!(queue.make_room_of(&owner("ann"), |_| false), Some(4), "0 went behind it");
        assert_eq!(queue.make_room_of(&owner("eve"), |_| false), None);
        assert_eq!(queue.make_room(|_| false), Some(1));
        assert_eq!(queue.make_room(|_| true), None);
        assert_eq!((queue.remove("3"), queue.remove("3")), (Some(3), None));
        assert_eq!(queue.all().collect::<Vec<_>>(), [&0]);
        queue.remove("0");
        assert!(queue.places.is_empty() && queue.of_owner.is_empty());
    }
}
