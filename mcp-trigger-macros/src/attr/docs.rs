//! The page of attributes in the book has every key, and no other.

use super::{app, arg, binding, common, icon, resource, tool};
use std::collections::BTreeSet;

const PAGE: &str = "docs/reference/attributes.md";

/// A packaged crate has no such page.
#[test]
fn the_page_of_attributes_has_every_key_and_no_other() {
    let Ok(page) = std::fs::read_to_string(format!("{}/../{PAGE}", env!("CARGO_MANIFEST_DIR"))) else { return };
    let binding = binding::storage_keys();
    let known: [(&str, &[&str]); 11] = [
        ("All three attributes", common::KEYS),
        ("`#[mcp_tool]`", tool::KEYS.own),
        ("`#[mcp_resource]`", resource::KEYS.own),
        ("`#[mcp_prompt]`", common::PROMPT_KEYS.own),
        ("`#[arg]`", arg::KEYS.own),
        ("`#[input(…)]` and `#[output(…)]`", &binding),
        ("`icon(…)`", icon::KEYS.own),
        ("`app(…)`", app::KEYS.own),
        ("`csp(…)`", app::CSP_KEYS.own),
        ("`permissions(…)`", app::PERMISSIONS.own),
        ("`visibility(…)`", app::VISIBILITY.own),
    ];
    for (section, keys) in known {
        let keys: BTreeSet<_> = keys.iter().copied().collect();
        assert_eq!(keys_of(&page, section), keys, "{PAGE}, section {section}");
    }
    let sections: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(sections, known.map(|(section, _)| section));
}

/// The keys in the table of a section: the names that begin the first cell of each row.
fn keys_of<'a>(page: &'a str, section: &str) -> BTreeSet<&'a str> {
    let lines = page.lines().skip_while(|line| line.strip_prefix("## ") != Some(section)).skip(1);
    let lines = lines.take_while(|line| !line.starts_with("## "));
    let cells = lines.filter_map(|line| line.strip_prefix("| `"));
    cells.filter_map(|cell| cell.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()).collect()
}
