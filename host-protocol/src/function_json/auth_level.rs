//! The key that a caller of an HTTP trigger needs.

/// The key that a caller of a function needs, from the lowest level to the highest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthLevel {
    /// No key.
    Anonymous,
    /// A key of the function, a host key or the master key. The default.
    #[default]
    Function,
    /// A system key, or the master key.
    System,
    /// The master key.
    Admin,
}

impl AuthLevel {
    /// The name of the level, as claims have it.
    pub fn name(self) -> &'static str {
        match self {
            AuthLevel::Anonymous => "Anonymous",
            AuthLevel::Function => "Function",
            AuthLevel::System => "System",
            AuthLevel::Admin => "Admin",
        }
    }

    /// The level of that name in any case.
    pub fn parse(name: &str) -> Option<Self> {
        let levels = [AuthLevel::Anonymous, AuthLevel::Function, AuthLevel::System, AuthLevel::Admin];
        levels.into_iter().find(|level| level.name().eq_ignore_ascii_case(name))
    }

    /// Whether a caller with a key of level `given` may call a function of this level. A system key does not open functions of the
    /// level `function`.
    pub fn is_open_to(self, given: AuthLevel) -> bool {
        self == AuthLevel::Anonymous || given == AuthLevel::Admin || given == self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_open_their_own_level() {
        use AuthLevel::{Admin, Anonymous, Function, System};
        for (level, open_to) in [
            (Anonymous, &[Anonymous, Function, System, Admin][..]),
            (Function, &[Function, Admin]),
            (System, &[System, Admin]),
            (Admin, &[Admin]),
        ] {
            for given in [Anonymous, Function, System, Admin] {
                assert_eq!(level.is_open_to(given), open_to.contains(&given), "{level:?} {given:?}");
            }
        }
    }
}
