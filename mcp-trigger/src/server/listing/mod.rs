//! Lists of tools, resources, resource templates and prompts. Each list is written once for each revision.

mod catalog;
mod describe;
mod implementation;

pub(in crate::server) use catalog::Catalog;
pub(in crate::server) use implementation::Implementation;

use crate::function::params::TextProperty;
use crate::function::principal::{Denied, Principal};
use crate::function::{CacheScope, Function};
use crate::server::message::Error;
use crate::server::revision::{Results, Revision};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::OnceLock;

/// A list of MCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum List {
    Tools,
    Resources,
    Templates,
    Prompts,
}

impl List {
    const ALL: [List; 4] = [List::Tools, List::Resources, List::Templates, List::Prompts];

    /// The member of the result that holds the list.
    fn member(self) -> &'static str {
        match self {
            List::Tools => "tools",
            List::Resources => "resources",
            List::Templates => "resourceTemplates",
            List::Prompts => "prompts",
        }
    }
}

/// All lists, each as pages.
///
/// A caller who lacks a role of a function does not see the function. What only lacks a scope stays, and so does what needs a sign-in:
/// the client can ask its user for both.
pub(in crate::server) struct Lists {
    functions: Vec<&'static Function>,
    page_size: usize,
    /// By revision and list, written at the first request.
    written: [[OnceLock<Written>; List::ALL.len()]; Revision::ALL.len()],
}

/// A list in the words of a revision.
struct Written {
    /// Whether the list is not the same for all callers.
    is_by_role: bool,
    entries: Vec<Entry>,
    /// Pages of all entries, as results.
    pages: Vec<String>,
}

/// A function, and its entry in a list as JSON text.
struct Entry {
    function: &'static Function,
    json: Box<RawValue>,
}

impl Entry {
    /// Whether a caller sees the function.
    fn is_for(&self, caller: &Principal) -> bool {
        let denied = self.function.access.as_ref().and_then(|access| access.check(Some(caller)).err());
        !matches!(denied, Some(Denied::Role { .. }))
    }
}

impl Lists {
    pub(in crate::server) fn new(functions: Vec<&'static Function>, page_size: usize) -> Self {
        Lists { functions, page_size: page_size.max(1), written: Default::default() }
    }

    /// A page of the list that a caller sees, as the result of its method.
    ///
    /// # Errors
    ///
    /// If the cursor does not belong to the list.
    pub(in crate::server) fn page<'a>(
        &self,
        list: List,
        results: &Results,
        cursor: Option<&str>,
        caller: impl FnOnce() -> Option<&'a Principal>,
    ) -> Result<Cow<'_, str>, Error> {
        let written = self.written[results.revision as usize][list as usize].get_or_init(|| self.write(list, results));
        let page = match cursor {
            None => Some(0),
            Some(cursor) => read_cursor(list, cursor),
        };
        let page = page.and_then(|page| match written.is_by_role.then(caller).flatten() {
            Some(caller) if !written.entries.iter().all(|entry| entry.is_for(caller)) => {
                let seen: Vec<_> = written.entries.iter().filter(|entry| entry.is_for(caller)).collect();
                self.write_pages(list, results, &seen).into_iter().nth(page).map(Cow::Owned)
            }
            _ => written.pages.get(page).map(|page| Cow::Borrowed(page.as_str())),
        });
        page.ok_or_else(|| Error::invalid_params("Unknown cursor: begin again without one"))
    }

    /// Whether a list is not the same for all callers.
    fn is_by_role(&self, list: List) -> bool {
        let of_list = self.functions.iter().filter(|function| describe::is_in(function, list));
        of_list.filter_map(|function| function.access.as_ref()).any(|access| !access.roles.is_empty())
    }

    /// Whether a list has entries.
    pub(in crate::server) fn has(&self, list: List) -> bool {
        self.functions.iter().any(|function| describe::is_in(function, list))
    }

    /// Whether there are resources or templates.
    pub(in crate::server) fn has_resources(&self) -> bool {
        self.has(List::Resources) || self.has(List::Templates)
    }

    /// Whether any argument can be completed.
    pub(in crate::server) fn has_completions(&self) -> bool {
        self.functions.iter().any(|function| function.text_arguments().iter().any(TextProperty::is_completed))
    }

    fn write(&self, list: List, results: &Results) -> Written {
        let listed = self.functions.iter().filter(|function| describe::is_in(function, list));
        let entry = |function: &&'static Function| {
            let item = describe::item(function, results.revision)?;
            Some(Entry { function, json: RawValue::from_string(item.to_string()).ok()? })
        };
        let entries: Vec<Entry> = listed.filter_map(entry).collect();
        let pages = self.write_pages(list, results, &entries.iter().collect::<Vec<_>>());
        Written { is_by_role: self.is_by_role(list), entries, pages }
    }

    fn write_pages(&self, list: List, results: &Results, entries: &[&Entry]) -> Vec<String> {
        let entries: Vec<&RawValue> = entries.iter().map(|entry| &*entry.json).collect();
        let mut pages: Vec<_> = entries.chunks(self.page_size).collect();
        if pages.is_empty() {
            pages.push(&[]);
        }
        let (last, scope) = (pages.len() - 1, self.scope(list));
        let result = |(number, entries): (usize, &&[&RawValue])| {
            let next = (number < last).then(|| write_cursor(list, number + 1));
            results.list(list.member(), entries, next.as_deref(), scope)
        };
        pages.iter().enumerate().map(result).collect()
    }

    /// The callers that may share an answer with the list.
    fn scope(&self, list: List) -> CacheScope {
        if self.is_by_role(list) { CacheScope::Private } else { CacheScope::Public }
    }
}

/// The cursor of a page. Clients cannot read it, and it does not fit another list.
fn write_cursor(list: List, page: usize) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{}:{page}", list.member()))
}

fn read_cursor(list: List, cursor: &str) -> Option<usize> {
    let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (member, page) = text.split_once(':')?;
    (member == list.member()).then(|| page.parse().ok())?
}
