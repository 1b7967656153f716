//! RouteTable, as ASP.NET's router reads and finds them.

mod constraint;
mod open;
mod parse;
mod segment;
mod table;

pub use open::{OpenRoute, check_routes};
pub use table::{RouteMatch, RouteTable};

use super::RequestPath;
use constraint::Constraint;
use segment::Segment;
use thiserror::Error;

/// The template of a route: `users/{id:int}/{*rest}`.
///
/// Literals match in any case. A parameter matches a segment of the path, or a part of one (`{name}.{format}`). `{id?}` and `{id=7}`
/// may be missing at the end. `{*rest}` matches the rest of the path, slashes included. Values are decoded, except for `%2F`.
///
/// ```
/// use host_protocol::http_trigger::{RequestPath, RouteTemplate};
///
/// let route = RouteTemplate::parse("h/{id?}")?;
/// let parameters = |path| route.matches(&RequestPath::parse(path));
/// assert_eq!(parameters("/H/a%20b").unwrap(), [("id".to_owned(), Some("a b".to_owned()))]);
/// assert_eq!(parameters("/h").unwrap(), [("id".to_owned(), None)]);
/// assert!(parameters("/h/1/2").is_none());
/// # Ok::<(), host_protocol::http_trigger::InvalidRoute>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTemplate {
    segments: Vec<Segment>,
}

/// A parameter of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parameter {
    name: String,
    kind: ParameterKind,
    default: Option<String>,
    constraints: Vec<Constraint>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ParameterKind {
    Required,
    Optional,
    CatchAll,
}

/// The values of parameters.
type Values<'a> = Vec<(&'a Parameter, Option<String>)>;

impl RouteTemplate {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// If the host cannot read the template, or this crate does not know one of its constraints.
    pub fn parse(template: &str) -> Result<Self, InvalidRoute> {
        parse::template(template)
            .map(|segments| RouteTemplate { segments })
            .map_err(|reason| InvalidRoute { template: template.to_owned(), reason })
    }

    /// Matches a path, and gives the values of the parameters by name: `None` for a parameter without a value.
    pub fn matches(&self, path: &RequestPath) -> Option<Vec<(String, Option<String>)>> {
        let mut values = Values::new();
        // One slash at the end does not count.
        let given = path.segments();
        let given = given.strip_suffix(&[String::new()]).unwrap_or(given);
        let mut rest = given.iter();
        for segment in &self.segments {
            if let Some(parameter) = segment.catch_all() {
                // Such a route matches nothing at all (ground-truth.md §12).
                if !parameter.constraints.is_empty() {
                    return None;
                }
                let rest_of_path = path.segments()[given.len() - rest.len()..].join("/");
                values.push((parameter, Some(rest_of_path).filter(|text| !text.is_empty())));
                rest = [].iter();
                break;
            }
            match rest.next() {
                Some(text) => segment.match_into(text, &mut values)?,
                None => values.push((segment.may_be_missing()?, None)),
            }
        }
        if rest.next().is_some() {
            return None;
        }
        let value = |(parameter, value): (&Parameter, Option<String>)| {
            let value = value.or_else(|| parameter.default.clone());
            let fits = |text: &String| parameter.constraints.iter().all(|constraint| constraint.allows(text));
            value.as_ref().is_none_or(fits).then(|| (parameter.name.clone(), value))
        };
        values.into_iter().map(value).collect()
    }

    /// Decides between two routes: at the first segment where they differ, a literal comes first, then a parameter that is a part of a
    /// segment or has a constraint, then another parameter, then one that matches the rest.
    fn precedence(&self) -> Vec<u8> {
        self.segments.iter().map(Segment::precedence).collect()
    }
}

/// A template that is not a route.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("its route `{template}` cannot be read: {reason}")]
pub struct InvalidRoute {
    template: String,
    reason: String,
}

#[cfg(test)]
mod tests;
