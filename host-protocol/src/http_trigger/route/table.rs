//! All routes of an app.

use super::super::{HttpFunction, RequestPath};
use super::{InvalidRoute, RouteTemplate};

/// The routes of an app's functions, in the order in which they are tried.
#[derive(Clone, Debug, Default)]
pub struct RouteTable {
    routes: Vec<Route>,
}

#[derive(Clone, Debug)]
struct Route {
    /// The index of the function among those given to [`RouteTable::new`].
    function: usize,
    template: RouteTemplate,
    methods: Option<Vec<String>>,
}

/// A function whose route matched, and the values of the route's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteMatch {
    /// The index of the function among those given to [`RouteTable::new`].
    pub function: usize,
    /// The parameters of the route, by name. `None` for a parameter without a value.
    pub parameters: Vec<(String, Option<String>)>,
}

impl RouteTable {
    /// The routes of functions, each given with the prefix of its route: the app's `extensions.http.routePrefix`, which may be empty.
    /// Default in host.json: `api`. Also returned: the routes that cannot be read, by the indices of their functions.
    pub fn new<'a>(
        functions: impl IntoIterator<Item = (&'a str, &'a HttpFunction)>,
    ) -> (Self, Vec<(usize, InvalidRoute)>) {
        RouteTable::of(&functions.into_iter().collect::<Vec<_>>())
    }

    fn of(functions: &[(&str, &HttpFunction)]) -> (Self, Vec<(usize, InvalidRoute)>) {
        let (mut routes, mut problems) = (Vec::new(), Vec::new());
        for (at, (prefix, function)) in functions.iter().enumerate() {
            match RouteTemplate::parse(&with_prefix(prefix, &function.route)) {
                Ok(template) => routes.push(Route { function: at, template, methods: function.methods.clone() }),
                Err(problem) => problems.push((at, problem)),
            }
        }
        // Between equals the order of the functions counts.
        routes.sort_unstable_by_key(|route| (route.template.precedence(), route.function));
        (RouteTable { routes }, problems)
    }

    /// The function for a request. A function for other methods is passed over, even if its path matches.
    pub fn find(&self, method: &str, path: &RequestPath) -> Option<RouteMatch> {
        self.routes.iter().find_map(|Route { function, template, methods }| {
            let takes = |methods: &Vec<String>| methods.iter().any(|known| known.eq_ignore_ascii_case(method));
            if !methods.as_ref().is_none_or(takes) {
                return None;
            }
            Some(RouteMatch { function: *function, parameters: template.matches(path)? })
        })
    }
}

/// A route with the prefix of its app.
pub(super) fn with_prefix(prefix: &str, route: &str) -> String {
    let prefix = prefix.trim_matches('/');
    let separator = if prefix.is_empty() { "" } else { "/" };
    format!("{prefix}{separator}{}", route.trim_start_matches('/'))
}
