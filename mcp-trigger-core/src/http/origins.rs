//! The origins of pages that may send requests, although another server serves these pages.

/// A list of origins, such as `https://inspector.example`. The entry `*` allows all origins. Default: an empty list.
#[derive(Clone, Debug, Default)]
pub struct AllowedOrigins(Vec<String>);

impl AllowedOrigins {
    /// Makes a list of origins, such as `https://inspector.example`, or `*` for all.
    pub fn new(origins: Vec<String>) -> Self {
        AllowedOrigins(origins)
    }

    /// Whether the list is empty, and so allows no origin.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the pages of an origin may send requests. Origins are compared without regard to case.
    pub fn allow(&self, origin: &str) -> bool {
        self.0.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(origin))
    }

    /// Whether a request may have a name, such as that of a tunnel, as the value of its header `Host`. The name of each allowed
    /// origin is allowed: its pages may send requests anyway, so DNS rebinding of that name gains nothing. `*` allows all
    /// names.
    pub fn allow_name(&self, authority: &str) -> bool {
        let name =
            |origin: &str| origin.split_once("://").is_some_and(|(_, name)| name.eq_ignore_ascii_case(authority));
        self.0.iter().any(|allowed| allowed == "*" || name(allowed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_and_its_name_are_allowed_together() {
        let origins = AllowedOrigins::new(vec!["https://A.example".to_owned(), "http://b.example:81".to_owned()]);
        assert!(
            origins.allow("https://a.example") && origins.allow_name("a.EXAMPLE") && origins.allow_name("b.example:81")
        );
        for other in ["http://a.example", "https://a.example:1", "https://x.a.example", "null", ""] {
            assert!(!origins.allow(other), "{other}");
        }
        for other in ["a.example:1", "b.example", "example", "", "https://a.example"] {
            assert!(!origins.allow_name(other), "{other}");
        }
        let all = AllowedOrigins::new(vec!["*".to_owned()]);
        assert!(all.allow("null") && all.allow_name("x.example") && !AllowedOrigins::default().allow_name(""));
    }
}
