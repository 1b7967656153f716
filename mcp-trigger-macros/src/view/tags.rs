//! HTML → tags, as a browser's tokenizer finds them (HTML standard, "Tokenization"). Comments and elements that hold text only
//! contain no tags.

use std::ops::Range;

/// A start tag or an end tag.
#[derive(Debug)]
pub(super) struct Tag {
    /// In lower case.
    pub(super) name: String,
    pub(super) is_end: bool,
    /// Each name once. Browsers ignore the second attribute of a name.
    pub(super) attributes: Vec<TagAttribute>,
    /// From `<` through `>`.
    pub(super) range: Range<usize>,
    /// The content of an element that holds text only, such as a script. Empty for other elements.
    pub(super) text: Range<usize>,
}

#[derive(Debug)]
pub(super) struct TagAttribute {
    /// In lower case.
    pub(super) name: String,
    /// Without quotes, and with character references replaced.
    pub(super) value: String,
    /// From the name through the value.
    pub(super) range: Range<usize>,
    /// The value with its quotes.
    pub(super) value_range: Range<usize>,
}

impl Tag {
    pub(super) fn attribute(&self, name: &str) -> Option<&TagAttribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// An attribute's value. Empty if the tag does not have the attribute.
    pub(super) fn value(&self, name: &str) -> &str {
        self.attribute(name).map_or("", |attribute| &attribute.value)
    }
}

/// All tags of a page.
pub(super) fn tags(html: &str) -> Tags<'_> {
    Tags { html, at: 0, svg: 0 }
}

pub(super) struct Tags<'a> {
    html: &'a str,
    at: usize,
    /// The number of open `<svg>`. In them `/>` ends an element, and CDATA is text.
    svg: usize,
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        loop {
            self.at += self.rest().find('<')?;
            let rest = self.rest();
            let name = rest[1..].strip_prefix('/').unwrap_or(&rest[1..]);
            if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return self.tag();
            }
            match rest.as_bytes().get(1) {
                Some(b'!') if rest.starts_with("<!--") => self.skip_comment(),
                Some(b'!') if self.svg > 0 && rest.starts_with("<![CDATA[") => self.skip_past("]]>"),
                // A doctype, or text that browsers read as a comment.
                Some(b'!' | b'?' | b'/') => self.skip_past(">"),
                _ => self.at += 1,
            }
        }
    }
}

impl<'a> Tags<'a> {
    fn rest(&self) -> &'a str {
        self.html.get(self.at..).unwrap_or_default()
    }

    fn skip_past(&mut self, end: &str) {
        self.at = self.rest().find(end).map_or(self.html.len(), |found| self.at + found + end.len());
    }

    fn skip_comment(&mut self) {
        let text = &self.rest()[4..];
        // `<!-->` and `<!--->` are whole comments.
        let end = if text.starts_with('>') || text.starts_with("->") {
            text.find('>').map(|found| found + 1)
        } else {
            let ends = ["-->", "--!>"].map(|end| text.find(end).map(|found| found + end.len()));
            ends.into_iter().flatten().min()
        };
        self.at = end.map_or(self.html.len(), |end| self.at + 4 + end);
    }

    /// The tag that begins here. `None` if the page ends in it.
    fn tag(&mut self) -> Option<Tag> {
        let start = self.at;
        let is_end = self.html[start + 1..].starts_with('/');
        self.at += 1 + usize::from(is_end);
        let name = self.take_until(|c| is_blank(c) || c == '/' || c == '>').to_ascii_lowercase();
        let mut attributes: Vec<TagAttribute> = Vec::new();
        let closed_itself = loop {
            let between = self.take_until(|c| !is_blank(c) && c != '/');
            match self.rest().chars().next()? {
                '>' => break between.ends_with('/'),
                _ => {
                    let attribute = self.attribute()?;
                    if attributes.iter().all(|earlier| earlier.name != attribute.name) {
                        attributes.push(attribute);
                    }
                }
            }
        };
        self.at += 1;
        let range = start..self.at;
        let empty = self.svg > 0 && closed_itself;
        match (name.as_str(), is_end) {
            ("svg", false) if !closed_itself => self.svg += 1,
            ("svg", true) => self.svg = self.svg.saturating_sub(1),
            (_, false) if holds_text(&name) && !empty => self.at = self.end_of_text(&name),
            _ => {}
        }
        let text = range.end..self.at;
        Some(Tag { name, is_end, attributes, range, text })
    }

    fn attribute(&mut self) -> Option<TagAttribute> {
        let start = self.at;
        // A `=` in front belongs to the name.
        self.at += usize::from(self.rest().starts_with('='));
        self.take_until(|c| is_blank(c) || matches!(c, '/' | '>' | '='));
        let mut range = start..self.at;
        let name = self.html[range.clone()].to_ascii_lowercase();
        self.take_until(|c| !is_blank(c));
        if !self.rest().starts_with('=') {
            return Some(TagAttribute { name, value: String::new(), value_range: range.end..range.end, range });
        }
        self.at += 1;
        self.take_until(|c| !is_blank(c));
        let value_start = self.at;
        let value = match self.rest().chars().next()? {
            quote @ ('"' | '\'') => {
                self.at += 1;
                let value = self.take_until(|c| c == quote);
                // The page may end before the quote.
                self.rest().chars().next()?;
                self.at += 1;
                value
            }
            _ => self.take_until(|c| is_blank(c) || c == '>'),
        };
        range.end = self.at;
        Some(TagAttribute { name, value: references_replaced(value), value_range: value_start..self.at, range })
    }

    fn take_until(&mut self, stop: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(stop).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    /// The end of an element's text: its end tag, or else the end of the page.
    fn end_of_text(&self, name: &str) -> usize {
        let is_end = |at: &usize| {
            let behind = self.html.as_bytes().get(at + 2..).unwrap_or_default();
            behind.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
                && behind.get(name.len()).is_some_and(|next| matches!(next, b'>' | b'/') || next.is_ascii_whitespace())
        };
        let mut candidates = self.rest().match_indices("</").map(|(found, _)| self.at + found);
        candidates.find(is_end).unwrap_or(self.html.len())
    }
}

/// A script or style sheet without the end tag of its element: `</script` becomes `<\/script`.
pub(super) fn end_tag_escaped(text: &str, element: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, _) in text.match_indices("</") {
        let name = text.as_bytes().get(at + 2..at + 2 + element.len()).unwrap_or_default();
        if name.eq_ignore_ascii_case(element.as_bytes()) {
            output += &text[copied..=at];
            output.push('\\');
            copied = at + 1;
        }
    }
    output + &text[copied..]
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

/// Whether an element holds text only. A script with `<!-- <script> … </script> -->` in it is not recognised as one.
fn holds_text(name: &str) -> bool {
    matches!(name, "script" | "style" | "textarea" | "title" | "iframe" | "noembed" | "noframes" | "xmp")
}

/// A value with the character references that occur in addresses replaced. Other references stay.
fn references_replaced(value: &str) -> String {
    const REFERENCES: [(&str, &str); 7] = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        // Last, or `&amp;lt;` would become `<`.
        ("&amp;", "&"),
    ];
    let mut value = value.to_owned();
    if value.contains('&') {
        REFERENCES.iter().for_each(|(reference, character)| value = value.replace(reference, character));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name attribute=value … | text`, one line for each tag.
    fn found(html: &str) -> Vec<String> {
        tags(html)
            .map(|tag| {
                let mut line = if tag.is_end { format!("/{}", tag.name) } else { tag.name };
                for attribute in &tag.attributes {
                    line += &format!(" {}={}", attribute.name, attribute.value);
                }
                if !tag.text.is_empty() {
                    line += &format!(" | {}", &html[tag.text]);
                }
                line
            })
            .collect()
    }

    #[test]
    fn attributes_in_all_their_forms() {
        assert_eq!(
            found("<IMG Src=\"a b.png\" alt='<p>' w=1/2 x = y checked/ =z/><br/>"),
            ["img src=a b.png alt=<p> w=1/2 x=y checked= =z=", "br"]
        );
        assert_eq!(found("<a href=x>"), ["a href=x"]);
        assert_eq!(found("<a b c=>d"), ["a b= c="]);
        assert_eq!(found("<a b=1 B=2>"), ["a b=1"]);
        assert_eq!(found("<a b=\"1\"c='&amp;lt;&quot;'>"), ["a b=1 c=&lt;\""]);
    }

    #[test]
    fn comments_and_doctypes_hold_no_tags() {
        assert_eq!(
            found("<!doctype html><!-- <a> --><b><!--><i><!---><u><!-- --!><s><? <x> ><p>"),
            ["b", "i", "u", "s", "p"]
        );
        assert_eq!(found("1 < 2 <3 </ <a>"), [] as [&str; 0]);
        assert_eq!(found("<!-- <a>"), [] as [&str; 0]);
    }

    #[test]
    fn scripts_styles_and_titles_hold_no_tags() {
        assert_eq!(
            found("<script>if (a<b) '<img>'</scripty></SCRIPT ><b><title><i></title>"),
            ["script | if (a<b) '<img>'</scripty>", "/script", "b", "title | <i>", "/title"]
        );
        assert_eq!(found("<style>a"), ["style | a"]);
    }

    #[test]
    fn drawings_have_rules_of_their_own() {
        assert_eq!(
            found("<svg><title/><![CDATA[ <a> ]]><image href=x /></svg><![CDATA[ > <b>"),
            ["svg", "title", "image href=x", "/svg", "b"]
        );
    }

    #[test]
    fn a_tag_that_the_page_ends_in_is_none() {
        for html in ["<", "<a", "<a ", "<a b", "<a b=", "<a b='", "<a b=c", "</a", "<!", "<!--", "<?"] {
            assert_eq!(found(html), [] as [&str; 0], "{html}");
        }
    }
}
