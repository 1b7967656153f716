//! The book: `docs/`, as mdBook builds it.

use crate::markdown::{pages, prose};

/// A page that SUMMARY.md does not name is not in the book.
#[test]
fn each_page_is_in_the_table_of_contents_once() {
    let pages = pages();
    let summary = &pages.iter().find(|(name, _)| name == "docs/SUMMARY.md").unwrap().1;
    for (name, _) in &pages {
        let Some(page) = name.strip_prefix("docs/").filter(|page| *page != "SUMMARY.md") else { continue };
        let count = summary.matches(&format!("]({page})")).count();
        assert_eq!(count, 1, "docs/SUMMARY.md names {page} {count} times");
    }
}

/// The built book has no files but its own: a link to a file elsewhere in the repository has to be a whole address, which `links` checks.
#[test]
fn pages_lead_out_of_the_book_by_whole_addresses() {
    for (name, text) in pages() {
        let Some(page) = name.strip_prefix("docs/") else { continue };
        let out = "../".repeat(page.matches('/').count() + 1);
        assert!(!prose(&text).contains(&format!("]({out}")), "{name}: a link begins with {out}, which leaves the book");
    }
}

/// mdBook takes the title of a page from SUMMARY.md, a plain reader from the page.
#[test]
fn each_page_begins_with_its_title() {
    for (name, text) in pages() {
        assert!(text.starts_with("# "), "{name} begins without a title");
        let titles = prose(&text).lines().filter(|line| line.starts_with("# ")).count();
        assert!(titles == 1 || name == "docs/SUMMARY.md", "{name} has {titles} titles");
    }
}
