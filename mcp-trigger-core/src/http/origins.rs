//! The origins whose pages may send requests although the server does not serve them.

/// Origins such as `https://inspector.example`; `*` stands for all.
#[derive(Clone, Debug, Default)]
pub struct AllowedOrigins(Vec<String>);

impl AllowedOrigins {
    /// A list of origins, such as `https://inspector.example`; `*` stands for all.
    pub fn new(origins: Vec<String>) -> Self {
        AllowedOrigins(origins)
    }

    /// Whether the list allows no origin.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the pages of an origin may send requests.
    pub fn allow(&self, origin: &str) -> bool {
        self.0.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(origin))
    }

    /// Whether a server may be called by a name, the value of the header `Host`: a page whose origin has that name may send requests
    /// anyway, so nothing is gained by making the name lead here (DNS rebinding). A tunnel's public name is such a name.
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
