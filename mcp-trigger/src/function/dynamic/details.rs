//! The options that tools, resources and prompts have in common.

use super::{Registered, leak_texts};
use crate::function::Problem;
use crate::function::completion::Completions;
use crate::function::params::TextProperty;
use crate::function::principal::Access;
use crate::function::{self, Function, Kind, Location, Run};
use host_protocol::function_json::Icon;
use host_protocol::name;
use serde_json::Value;
use std::any::type_name;
use std::panic;
use std::time::Duration;

/// The options so far. Mistakes are kept, and reported together when the app starts.
pub(super) struct Details {
    pub(super) name: String,
    pub(super) function: Option<String>,
    pub(super) title: Option<String>,
    pub(super) description: String,
    pub(super) meta: Option<Value>,
    pub(super) icons: Vec<Icon>,
    pub(super) timeout: Option<Duration>,
    pub(super) roles: Option<Vec<String>>,
    pub(super) scopes: Option<Vec<String>>,
    location: Location,
    pub(super) mistakes: Vec<String>,
}

impl Details {
    /// Those of a function that a `H` runs.
    pub(super) fn new<H>(name: String, place: &'static panic::Location<'static>) -> Self {
        Details {
            name,
            function: None,
            title: None,
            description: String::new(),
            meta: None,
            icons: Vec::new(),
            timeout: None,
            roles: None,
            scopes: None,
            location: Location { file: place.file(), line: place.line(), module: module_of(type_name::<H>()) },
            mistakes: Vec::new(),
        }
    }

    /// A function as a macro would have left it. Macros leave constants; here the strings, lists and closures are leaked to live
    /// as long: an app is made once, and has its functions to its end.
    pub(super) fn register(mut self, kind: impl FnOnce(&'static str) -> Kind) -> Registered {
        let name = self.function.take().unwrap_or_else(|| function_name(&self.name));
        if let Err(error) = name::function(&name) {
            self.mistakes.push(format!("{error}; `function` sets it"));
        }
        self.check();
        let access = (self.roles.is_some() || self.scopes.is_some()).then(|| Access {
            roles: leak_texts(self.roles.take().unwrap_or_default()),
            scopes: leak_texts(self.scopes.take().unwrap_or_default()),
        });
        let function: &'static Function = Box::leak(Box::new(Function {
            name: name.leak(),
            title: self.title.map(leak),
            description: self.description.leak(),
            meta: self.meta.map(|meta| leak(meta.to_string())),
            icons: self.icons.into_iter().map(icon).collect::<Vec<_>>().leak(),
            timeout: self.timeout,
            access,
            states: &[],
            bindings: &[],
            location: self.location,
            kind: kind(self.name.leak()),
        }));
        let (noun, client_name) = (function.kind.noun(), function.client_name());
        let problem = |mistake| Problem::new(function, format!("the {noun} `{client_name}`: {mistake}"));
        Registered { function, mistakes: self.mistakes.into_iter().map(problem).collect() }
    }

    /// Gives arguments what completes them.
    pub(super) fn complete(&mut self, arguments: &mut [TextProperty], completers: Vec<(String, Run<Completions>)>) {
        for (name, completer) in completers {
            match arguments.iter_mut().find(|argument| argument.name == name) {
                Some(argument) => argument.completer = Some(completer),
                None => self.mistakes.push(format!("there is no argument `{name}` to complete")),
            }
        }
    }

    fn check(&mut self) {
        let mut mistake = |text: &str| self.mistakes.push(text.to_owned());
        if self.meta.as_ref().is_some_and(|meta| !meta.is_object()) {
            mistake("`meta` has to be a JSON object");
        }
        if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            mistake("a timeout of 0 lets no call end well; leave it out for the limit of the app");
        }
        // No caller fulfils an empty list, so it is a mistake.
        for (key, list) in [("roles", &self.roles), ("scopes", &self.scopes)] {
            if list.as_ref().is_some_and(|list| list.is_empty() || list.iter().any(|name| name.trim().is_empty())) {
                mistake(&format!("`{key}` needs at least one name, and no name may be empty"));
            }
        }
        for Icon { src, theme, .. } in &self.icons {
            if !src.starts_with("https://") && !src.starts_with("data:") {
                mistake("the source of an icon is an `https://` or a `data:` address; clients take no other");
            }
            if theme.as_ref().is_some_and(|theme| !matches!(theme.as_str(), "light" | "dark")) {
                mistake("the theme of an icon is `light` or `dark`");
            }
        }
    }
}

/// The module of what runs a function, by the name of its type. This crate wraps closures, so that their type stands inside another.
fn module_of(handler: &'static str) -> &'static str {
    let outside = handler.strip_prefix("mcp_trigger::dynamic::").and_then(|ours| ours.split_once('<'));
    let wrapped = outside.filter(|(ours, _)| ours.ends_with("::Closure"));
    let path = wrapped.map_or(handler, |(_, inside)| inside);
    let path = path.split(['<', '>', ',', ' ', '{']).next().unwrap_or_default().trim_end_matches("::");
    // The rest ends with the type, or the function that contains the closure.
    path.rsplit_once("::").map_or("mcp_trigger::dynamic", |(module, _)| module)
}

/// A function's name may have fewer characters than what clients call it.
fn function_name(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "_-".contains(c) { c } else { '-' }).collect()
}

fn icon(icon: Icon) -> function::Icon {
    function::Icon {
        src: icon.src.leak(),
        mime_type: icon.mime_type.map(leak),
        sizes: leak_texts(icon.sizes.unwrap_or_default()),
        theme: icon.theme.map(leak),
    }
}

fn leak(text: String) -> &'static str {
    text.leak()
}

/// The setters of a builder that has [`Details`].
macro_rules! setters {
    ($builder:ident) => {
        impl $builder {
            /// Sets the name of the Azure function and of its folder: a letter, then up to 127 of `A-Z a-z 0-9 _ -`. Default: the
            /// name that clients know, with `-` for all other characters.
            pub fn function(mut self, name: impl Into<String>) -> Self {
                self.details.function = Some(name.into());
                self
            }

            /// Sets the name for people.
            pub fn title(mut self, title: impl Into<String>) -> Self {
                self.details.title = Some(title.into());
                self
            }

            /// Sets the description, by which models and users choose.
            pub fn description(mut self, description: impl Into<String>) -> Self {
                self.details.description = description.into();
                self
            }

            /// Sets `_meta` of the listing, a JSON object.
            pub fn meta(mut self, meta: serde_json::Value) -> Self {
                self.details.meta = Some(meta);
                self
            }

            /// Adds an icon: an `https:` or `data:` address, or an [`Icon`](crate::function::dynamic::Icon) with its details.
            pub fn icon(mut self, icon: impl Into<crate::function::dynamic::Icon>) -> Self {
                self.details.icons.push(icon.into());
                self
            }

            /// Limits the time of a call. Default: [`App::timeout`](crate::App::timeout).
            pub fn timeout(mut self, limit: std::time::Duration) -> Self {
                self.details.timeout = Some(limit);
                self
            }

            /// Sets the roles of which a caller needs one: see [`Access`](crate::Access). Default: no role is needed.
            pub fn roles<S: Into<String>>(mut self, one_of: impl IntoIterator<Item = S>) -> Self {
                self.details.roles = Some(one_of.into_iter().map(Into::into).collect());
                self
            }

            /// Sets the scopes of which a caller needs one: see [`Access`](crate::Access). Default: no scope is needed.
            pub fn scopes<S: Into<String>>(mut self, one_of: impl IntoIterator<Item = S>) -> Self {
                self.details.scopes = Some(one_of.into_iter().map(Into::into).collect());
                self
            }
        }
    };
}
pub(super) use setters;

#[cfg(test)]
mod tests {
    use super::*;

    struct Handler<T>(T);

    #[test]
    fn the_module_is_that_of_the_handler_or_of_the_closure() {
        fn of<H>(_: &H) -> &'static str {
            module_of(type_name::<H>())
        }
        assert_eq!(of(&Handler("")), module_path!());
        assert_eq!(of(&|| ()), module_path!());
        let wrapped = "mcp_trigger::dynamic::tool::Closure<my_app::tools::add::{{closure}}, alloc::string::String>";
        assert_eq!(module_of(wrapped), "my_app::tools");
        assert_eq!(module_of("mcp_trigger::dynamic::prompt::Closure<my_app::main::{{closure}}>"), "my_app");
        assert_eq!(module_of("fn()"), "mcp_trigger::dynamic");
    }
}
