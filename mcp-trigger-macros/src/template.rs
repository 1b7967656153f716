//! URIs and URI templates of resources. Only mistakes that no host takes are reported here; `generate` checks all rules.

/// The names of a template's parameters, in their order. A URI without braces is a template without parameters.
pub(crate) fn parse(uri: &str) -> Result<Vec<String>, String> {
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme);
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    if !scheme.is_some_and(is_scheme) {
        return Err("the address of a resource begins with a scheme, as in `docs://readme`".to_owned());
    }
    let mut names: Vec<String> = Vec::new();
    let mut rest = uri;
    while let Some(at) = rest.find(['{', '}']) {
        let inside = &rest[at + 1..];
        let Some((name, behind)) = inside.split_once('}').filter(|_| rest[at..].starts_with('{')) else {
            return Err("the braces in the address do not pair up; a parameter is written `{name}`".to_owned());
        };
        if !is_name(name) {
            return Err(format!(
                "`{{{name}}}` is no parameter: its name is made of letters, digits, `_` and `-`, and a value never goes past a `/`"
            ));
        }
        if behind.starts_with('{') {
            return Err(
                "two parameters touch, and nothing tells where one ends; put a character between them".to_owned()
            );
        }
        if names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return Err(format!(
                "the parameter `{{{name}}}` stands in the address twice, and case makes no difference; rename one"
            ));
        }
        names.push(name.to_owned());
        rest = behind;
    }
    Ok(names)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// The texts between braces, in their order.
pub(crate) fn placeholders(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for uri in ["docs://readme", "users://{id}/profile", "urn:x:{a}-{b-c}", "https://example.com/{a}?q={q}"] {
            assert_eq!(parse(uri).unwrap(), placeholders(uri), "{uri}");
        }
        assert_eq!(placeholders("users://{id}/{part}"), ["id", "part"]);
        assert_eq!(placeholders("docs://readme"), [""; 0]);
    }

    #[test]
    fn mistakes() {
        for (uri, part) in [
            ("readme", "scheme"),
            ("/readme", "scheme"),
            ("a://{id", "pair up"),
            ("a://id}", "pair up"),
            ("a://{}", "no parameter"),
            ("a://{+path}", "no parameter"),
            ("a://{a}{b}", "touch"),
            ("a://{a}/{A}", "twice"),
        ] {
            let mistake = parse(uri).unwrap_err();
            assert!(mistake.contains(part), "{uri}: {mistake}");
        }
    }
}
