//! Lists of tools, resources, resource templates and prompts. Each list is written once for each revision.

mod catalog;
mod describe;
mod implementation;

pub(in crate::server) use catalog::Catalog;
pub(in crate::server) use implementation::Implementation;

use crate::function::Function;
use crate::function::params::TextProperty;
use crate::server::message::Error;
use crate::server::revision::{Results, Revision};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;
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
pub(in crate::server) struct Lists {
    functions: Vec<&'static Function>,
    page_size: usize,
    /// Pages as results, by revision and list, written at the first request.
    pages: [[OnceLock<Vec<String>>; List::ALL.len()]; Revision::ALL.len()],
}

impl Lists {
    pub(in crate::server) fn new(functions: Vec<&'static Function>, page_size: usize) -> Self {
        Lists { functions, page_size: page_size.max(1), pages: Default::default() }
    }

    /// A page of a list, as the result of its method.
    ///
    /// # Errors
    ///
    /// If the cursor does not belong to the list.
    pub(in crate::server) fn page(&self, list: List, results: &Results, cursor: Option<&str>) -> Result<&str, Error> {
        let pages = self.pages[results.revision as usize][list as usize].get_or_init(|| self.write(list, results));
        let page = match cursor {
            None => Some(0),
            Some(cursor) => read_cursor(list, cursor),
        };
        let page = page.and_then(|page| pages.get(page));
        page.map(String::as_str).ok_or_else(|| Error::invalid_params("Unknown cursor: begin again without one"))
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

    fn write(&self, list: List, results: &Results) -> Vec<String> {
        let listed = self.functions.iter().filter(|function| describe::is_in(function, list));
        let items: Vec<Value> = listed.filter_map(|function| describe::item(function, results.revision)).collect();
        let mut pages: Vec<_> = items.chunks(self.page_size).collect();
        if pages.is_empty() {
            pages.push(&[]);
        }
        let last = pages.len() - 1;
        let result = |(number, items): (usize, &&[Value])| {
            let next = (number < last).then(|| write_cursor(list, number + 1));
            results.list(list.member(), items, next.as_deref())
        };
        pages.iter().enumerate().map(result).collect()
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
