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
use std::fmt;

/// The template of a route: `users/{id:int}/{*rest}`.
///
/// Literals match in whatever case. A parameter is one part of the path, or a piece of one (`{name}.{format}`); `{id?}` and
/// `{id=7}` may be missing at the end, `{*rest}` takes what is left, slashes too. Values are decoded, apart from `%2F`.
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

/// A part of a path that has a name.
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

/// What stood in the places of parameters.
type Values<'a> = Vec<(&'a Parameter, Option<String>)>;

impl RouteTemplate {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// When the host cannot read it, or it has a constraint that is not known here.
    pub fn parse(template: &str) -> Result<Self, InvalidRoute> {
        parse::template(template)
            .map(|segments| RouteTemplate { segments })
            .map_err(|reason| InvalidRoute { template: template.to_owned(), reason })
    }

    /// The values of the parameters, by name, if the path is one of this route. `None` stands for a parameter without a value.
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

    /// What decides between two routes: at the first part where they differ, a literal comes before a parameter with a
    /// constraint or a piece, then a parameter, then one that takes the rest.
    fn precedence(&self) -> Vec<u8> {
        self.segments.iter().map(Segment::precedence).collect()
    }
}

/// Why a template is no route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRoute {
    template: String,
    reason: String,
}

impl fmt::Display for InvalidRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "its route `{}` cannot be read: {}", self.template, self.reason)
    }
}

impl std::error::Error for InvalidRoute {}

#[cfg(test)]
mod tests;
