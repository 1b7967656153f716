//! The page: finds the tags that name a file, and puts the file in their place.

use super::assets::{Assets, SourceText, is_local};
use super::tags::{Tag, TagAttribute, end_tag_escaped, tags};
use super::{css, script};
use crate::csp::ServerOrigin;
use std::ops::Range;

/// The page with all files in it that it names.
pub(super) fn inline(source: &SourceText<'_>, assets: &mut Assets<'_>) -> String {
    let has_import_map = tags(source.text).any(|tag| tag.name == "script" && is_type(&tag, "importmap"));
    let mut page =
        PageEditor { source: *source, assets, has_import_map, edits: Vec::new(), deferred: String::new(), end: None };
    tags(source.text).for_each(|tag| page.tag(&tag));
    page.finish()
}

struct PageEditor<'a, 'b> {
    source: SourceText<'a>,
    assets: &'a mut Assets<'b>,
    has_import_map: bool,
    edits: Vec<(Range<usize>, String)>,
    /// Elements of the scripts that run after the page is parsed.
    deferred: String,
    /// Where the page's body ends.
    end: Option<usize>,
}

impl PageEditor<'_, '_> {
    fn tag(&mut self, tag: &Tag) {
        match (tag.name.as_str(), tag.is_end) {
            ("body", true) => self.end = Some(tag.range.start),
            ("html", true) => self.end = self.end.or(Some(tag.range.start)),
            (_, true) => {}
            ("script", _) => self.script(tag),
            ("style", _) => self.style(tag),
            ("link", _) => self.link(tag),
            ("base", _) => self.base(tag),
            _ => tag.attributes.iter().for_each(|attribute| self.attribute(tag, attribute)),
        }
    }

    fn script(&mut self, tag: &Tag) {
        let source = self.source;
        let Some(src) = tag.attribute("src") else {
            let script = source.piece(tag.text.start, &source.text[tag.text.clone()]);
            if is_type(tag, "importmap") {
                script::mapped(script.text).for_each(|(at, address)| self.assets.loaded(&script, at, address));
            }
            self.report_imports(tag, &script, "move it into a file, bundle that");
            return;
        };
        let Some(file) = self.assets.text(&source, src.range.start, &src.value) else { return };
        self.report_imports(tag, &file.source(), "bundle it into one file");
        let element = format!(
            "{}{}{}</script>",
            source.text[tag.range.start..src.range.start].trim_end(),
            &source.text[src.range.end..tag.range.end],
            script::escaped(&file.text),
        );
        let close = source.text[tag.text.end..].find('>').map_or(source.text.len(), |close| tag.text.end + close + 1);
        // Browsers ignore `defer` and `async` on a classic script without an address.
        let waits = is_javascript(tag)
            && !is_type(tag, "module")
            && ["defer", "async"].iter().any(|name| tag.attribute(name).is_some());
        let in_place = if waits {
            self.deferred += &element;
            String::new()
        } else {
            element
        };
        self.edits.push((tag.range.start..close, in_place));
    }

    fn report_imports(&mut self, tag: &Tag, script: &SourceText<'_>, way_out: &str) {
        if !is_javascript(tag) {
            return;
        }
        for import in script::imports(script.text, self.has_import_map) {
            if ServerOrigin::of(import.name).is_some() {
                self.assets.loaded(script, import.at, import.name);
                continue;
            }
            let problem = format!(
                "`{}` is imported, but a script inside of a page has nothing to import from; {way_out} (`esbuild \
                view.js --bundle --format=esm --outfile=bundle.js`), and name the bundle in the page",
                import.name
            );
            self.assets.error(script, import.at, &problem);
        }
    }

    fn style(&mut self, tag: &Tag) {
        let text = &self.source.text[tag.text.clone()];
        let sheet = css::inline(&self.source.piece(tag.text.start, text), self.assets);
        if sheet != text {
            self.edits.push((tag.text.clone(), end_tag_escaped(&sheet, "style")));
        }
    }

    fn link(&mut self, tag: &Tag) {
        let Some(href) = tag.attribute("href") else { return };
        let relations = tag.value("rel").to_ascii_lowercase();
        let is = |relation: &str| relations.split_ascii_whitespace().any(|found| found == relation);
        if is("stylesheet") {
            let Some(file) = self.assets.text(&self.source, href.range.start, &href.value) else { return };
            let sheet = css::inline(&file.source(), self.assets);
            let of_the_link =
                ["rel", "href", "type", "charset", "crossorigin", "integrity", "referrerpolicy", "hreflang"];
            let kept = tag.attributes.iter().filter(|attribute| !of_the_link.contains(&attribute.name.as_str()));
            let kept: String =
                kept.map(|attribute| format!(" {}", &self.source.text[attribute.range.clone()])).collect();
            let element = format!("<style{kept}>{}</style>", end_tag_escaped(&sheet, "style"));
            self.edits.push((tag.range.clone(), element));
        } else if relations.contains("icon") {
            self.data(href);
        } else if ["preload", "modulepreload", "prefetch", "manifest"].iter().any(|relation| is(relation)) {
            if !is_local(&href.value) {
                self.assets.loaded(&self.source, href.range.start, &href.value);
                return;
            }
            let problem = format!(
                "`{}` is loaded for `rel=\"{relations}\"`, and a view has nothing to load; take the tag out",
                href.value
            );
            self.assets.error(&self.source, href.range.start, &problem);
        }
    }

    fn base(&mut self, tag: &Tag) {
        if let Some(href) = tag.attribute("href") {
            self.assets.error(
                &self.source,
                href.range.start,
                &format!(
                    "`<base href=\"{}\">` changes what every address means; take it out: they are relative to \
                the page's file",
                    href.value
                ),
            );
        }
    }

    fn attribute(&mut self, tag: &Tag, attribute: &TagAttribute) {
        match (tag.name.as_str(), attribute.name.as_str()) {
            ("img" | "source" | "video" | "audio" | "track" | "input", "src")
            | ("video", "poster")
            | ("image" | "feimage", "href" | "xlink:href") => self.data(attribute),
            ("img" | "source", "srcset") => self.srcset(attribute),
            ("iframe" | "frame", "src") if !is_local(&attribute.value) => {
                self.assets.framed(&self.source, attribute.range.start, &attribute.value);
            }
            // Clients allow no plug-ins, and browsers load no `<use>` from another server.
            ("iframe" | "frame" | "embed", "src") | ("object", "data") | ("use", "href" | "xlink:href")
                if is_local(&attribute.value) || ServerOrigin::of(&attribute.value).is_some() =>
            {
                self.assets.error(
                    &self.source,
                    attribute.range.start,
                    &format!(
                        "`{}` cannot be put into `<{}>`; write what it holds into the page itself",
                        attribute.value, tag.name
                    ),
                );
            }
            (_, "style") => {
                let style = css::inline(&self.source.piece(attribute.range.start, &attribute.value), self.assets);
                if style != attribute.value {
                    self.replace_value(attribute, &style);
                }
            }
            _ => {}
        }
    }

    fn data(&mut self, attribute: &TagAttribute) {
        if let Some(data) = self.assets.data(&self.source, attribute.range.start, attribute.value.trim_ascii()) {
            self.replace_value(attribute, &data);
        }
    }

    /// Reports local pictures in `small.png 1x, large.png 2x`: a browser shows one of them, but the page would hold all.
    fn srcset(&mut self, attribute: &TagAttribute) {
        let is_size = |word: &str| word.strip_suffix(['x', 'w', 'h']).is_some_and(|size| size.parse::<f32>().is_ok());
        let words = attribute.value.split_ascii_whitespace().map(|word| word.trim_matches(','));
        let addresses: Vec<_> = words.filter(|word| !is_size(word)).collect();
        for address in addresses.iter().filter(|address| !is_local(address)) {
            self.assets.loaded(&self.source, attribute.range.start, address);
        }
        if let Some(address) = addresses.iter().find(|address| is_local(address)) {
            let problem = format!(
                "`{address}` is one of several pictures to choose from, and a view would carry them all; take the `srcset` \
                out, and name one picture in `src`"
            );
            self.assets.error(&self.source, attribute.range.start, &problem);
        }
    }

    fn replace_value(&mut self, attribute: &TagAttribute, value: &str) {
        let quoted = format!("\"{}\"", value.replace('&', "&amp;").replace('"', "&quot;"));
        self.edits.push((attribute.value_range.clone(), quoted));
    }

    fn finish(mut self) -> String {
        let html = self.source.text;
        if !self.deferred.is_empty() {
            let end = self.end.unwrap_or(html.len());
            self.edits.push((end..end, self.deferred));
        }
        self.edits.sort_by_key(|(range, _)| range.start);
        let mut output = String::new();
        let mut copied = 0;
        for (range, replacement) in &self.edits {
            output += &html[copied..range.start];
            output += replacement;
            copied = range.end;
        }
        output + &html[copied..]
    }
}

fn is_type(tag: &Tag, name: &str) -> bool {
    tag.value("type").trim().eq_ignore_ascii_case(name)
}

/// Whether a browser runs the script. Without a `type` it does; with an unknown `type` the script is data.
fn is_javascript(tag: &Tag) -> bool {
    ["", "module", "text/javascript", "application/javascript"].iter().any(|name| is_type(tag, name))
}
