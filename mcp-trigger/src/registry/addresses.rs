//! The look-up of resources by address, for all but the Functions host: at `/mcp`, for subscriptions and completion, in tests.
//!
//! Two addresses are the same if their normal forms are ([`NormalUri`]: RFC 3986 §6.2.2). A resource at the address comes before
//! the templates that the address fits, and these in the order of their functions' names.

use super::Registry;
use crate::function::{Function, Kind, Parameter, Resource};
use host_protocol::uri::NormalUri;
use host_protocol::uri::{NormalTemplate, UriTemplate};
use std::collections::BTreeMap;

/// The resources of an app, by address.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    /// By normal form.
    fixed: BTreeMap<Box<str>, At>,
    templates: Vec<Template>,
}

#[derive(Debug)]
struct Template {
    /// The normal form of the template's own text, for clients that name the template by it.
    text: String,
    template: NormalTemplate,
    at: At,
}

type At = (&'static Function, &'static Resource);

/// A resource, with the values of its parameters as the client wrote them.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) function: &'static Function,
    pub(crate) resource: &'static Resource,
    pub(crate) parameters: Vec<Parameter>,
}

impl Addresses {
    pub(crate) fn new(registry: &Registry) -> Self {
        let mut addresses = Addresses::default();
        for function in registry.functions() {
            // The macros have read the address already; of others the registry says what is wrong.
            let Kind::Resource(resource) = &function.kind else { continue };
            let Ok(template) = UriTemplate::parse(resource.uri) else { continue };
            let text = NormalUri::new(resource.uri).into_text().into_owned();
            if !template.is_template() {
                addresses.fixed.insert(text.into(), (function, resource));
            } else if let Some(template) = template.normalized() {
                addresses.templates.push(Template { text, template, at: (function, resource) });
            }
        }
        addresses
    }

    /// The resource at an address, in whatever form the client writes it.
    pub(crate) fn find(&self, uri: &str) -> Option<Found> {
        let uri = NormalUri::new(uri);
        if let Some(&(function, resource)) = self.fixed.get(uri.as_str()) {
            return Some(Found { function, resource, parameters: Vec::new() });
        }
        self.templates.iter().find_map(|Template { template, at: (function, resource), .. }| {
            let parameters = template.matches(&uri)?.into_iter();
            let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            Some(Found { function, resource, parameters })
        })
    }

    /// A template by its own text, or else the resource at an address.
    pub(crate) fn template(&self, uri: &str) -> Option<&'static Function> {
        let text = NormalUri::new(uri);
        let itself = self.templates.iter().find(|template| template.text == text.as_str());
        itself.map(|template| template.at.0).or_else(|| self.find(uri).map(|found| found.function))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::resource;

    static CAFE: Function = resource("raw://café/x", "A");
    static RETURNS: Function = resource("docs://returns", "B");
    static DOCUMENT: Function = resource("docs://{name}", "C");
    static FILE: Function = resource("raw://a b/{name}", "D");
    static ANY_FILE: Function = resource("raw://{folder}/{name}", "E");

    fn addresses() -> Addresses {
        Addresses::new(&Registry::new([&ANY_FILE, &FILE, &DOCUMENT, &RETURNS, &CAFE].into_iter()))
    }

    #[test]
    fn addresses_are_found_in_every_form() {
        let addresses = addresses();
        let found = |uri| {
            let found = addresses.find(uri)?;
            let parameters = found.parameters.into_iter().map(|(name, value)| format!("{name}={value}"));
            Some((found.function.name, parameters.collect::<Vec<_>>().join(" ")))
        };
        let of = |name, parameters: &str| Some((name, parameters.to_owned()));
        for uri in ["raw://café/x", "raw://caf%C3%A9/x", "RAW://CAF%c3%a9/./%78"] {
            assert_eq!(found(uri), of("A", ""), "{uri}");
        }
        for uri in ["docs://returns", "docs://returns/", "DOCS://Returns"] {
            assert_eq!(found(uri), of("B", ""), "{uri}");
        }
        assert_eq!(found("docs://Terms/"), of("C", "name=Terms"));
        assert_eq!(found("raw://a%20b/%C3%a9"), of("D", "name=%C3%a9"));
        assert_eq!(found("raw://a b/é"), of("D", "name=é"));
        assert_eq!(found("raw://café/X"), of("E", "folder=café name=X"));
        assert_eq!(found("raw://a/b/c"), None);
        assert_eq!(found("returns"), None);
    }

    #[test]
    fn two_resources_cannot_have_one_address() {
        static CAFE_ENCODED: Function = resource("raw://caf%C3%A9/x", "F");
        static RETURNS_WITH_PATH: Function = resource("DOCS://returns/", "G");
        static FILE_ENCODED: Function = resource("raw://a%20b/{file}", "I");
        static UPPER_CASE: Function = resource("docs://RETURNS", "J");
        let problems = |functions: &[&'static Function]| {
            let problems = Registry::new(functions.iter().copied()).problems(&[]);
            problems.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        for (one, other) in [(&CAFE, &CAFE_ENCODED), (&RETURNS, &RETURNS_WITH_PATH), (&FILE, &FILE_ENCODED)] {
            let problems = problems(&[one, other]);
            assert!(problems.len() == 1 && problems[0].contains("is the same as `"), "{problems:?}");
        }
        let one = problems(&[&RETURNS, &UPPER_CASE]);
        assert!(one.len() == 1 && one[0].contains("the host would not start"), "{one:?}");
        assert_eq!(problems(&[&CAFE, &RETURNS, &DOCUMENT, &FILE, &ANY_FILE]), [""; 0]);
    }

    #[test]
    fn templates_are_found_by_themselves_too() {
        let addresses = addresses();
        let name = |uri| addresses.template(uri).map(|function| function.name);
        assert_eq!(name("raw://a b/{name}"), Some("D"));
        assert_eq!(name("RAW://a%20b/%7Bname%7D"), Some("D"));
        assert_eq!(name("raw://{folder}/{name}"), Some("E"));
        assert_eq!(name("docs://x"), Some("C"));
        assert_eq!(name("docs://returns/"), Some("B"));
        assert_eq!(name("nothing://x"), None);
    }
}
