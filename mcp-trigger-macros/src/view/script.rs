//! Scripts inside a page: they have no address, so what they import relative to it is not found.

/// An import that cannot work inside a page.
#[derive(Debug, PartialEq)]
pub(super) struct Import<'a> {
    /// Where the string begins.
    pub(super) at: usize,
    /// What is imported.
    pub(super) name: &'a str,
}

/// All imports of files, and of packages if no import map tells where these are. An `import("package")` may be in a branch that
/// no browser takes, so it is let pass.
pub(super) fn imports(script: &str, has_import_map: bool) -> Vec<Import<'_>> {
    let mut found = Vec::new();
    // The last three tokens, the newest first.
    let mut before = [Token::Start; 3];
    for (at, token) in Tokens::new(script) {
        if let Token::Text(name) = token {
            let is_file = ["./", "../", "/"].iter().any(|start| name.starts_with(start)) && !name.starts_with("//");
            let is_package = !is_file && !name.starts_with("//") && !name.contains(':') && !name.starts_with('#');
            let imported = match before {
                [Token::Word("import" | "from"), earlier, _] if earlier != Token::Sign('.') => {
                    is_file || is_package && !has_import_map
                }
                [Token::Sign('('), Token::Word("import"), earlier] if earlier != Token::Sign('.') => is_file,
                _ => false,
            };
            if imported {
                found.push(Import { at, name });
            }
        }
        before = [token, before[0], before[1]];
    }
    found
}

/// A script so that it can stand between `<script>` and `</script>`: these characters may be part of texts, and mean the same
/// there with the escape, in JavaScript and in JSON.
pub(super) fn escaped(script: &str) -> String {
    let escaped = super::html::end_tag_escaped(script, "script");
    // Behind `<!--`, a `<script` makes the browser skip the next end tag.
    let nests = script.contains("<!--") && script.to_ascii_lowercase().contains("<script");
    if nests { escaped.replace("<!--", "\\u003C!--") } else { escaped }
}

/// As much of JavaScript's tokens as it takes not to look into comments, texts and regular expressions.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    Start,
    /// A name, a keyword or a number.
    Word(&'a str),
    /// A string without its quotes.
    Text(&'a str),
    /// A template or a regular expression.
    Other,
    Sign(char),
    /// A `)` behind which a statement begins: that of `if (…)`.
    Head,
}

struct Tokens<'a> {
    script: &'a str,
    at: usize,
    last: Token<'a>,
    /// For each open parenthesis, whether it is the head of a statement.
    heads: Vec<bool>,
    /// For each open brace, whether it is a template's `${`.
    templates: Vec<bool>,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (usize, Token<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_blanks_and_comments();
        let start = self.at;
        self.last = self.token()?;
        Some((start, self.last))
    }
}

impl<'a> Tokens<'a> {
    fn new(script: &'a str) -> Self {
        Tokens { script, at: 0, last: Token::Start, heads: Vec::new(), templates: Vec::new() }
    }

    fn rest(&self) -> &'a str {
        self.script.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks_and_comments(&mut self) {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start().len();
            self.at += match rest {
                _ if blanks > 0 => blanks,
                _ if rest.starts_with("//") => rest.find(['\n', '\r']).unwrap_or(rest.len()),
                _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
                _ => return,
            };
        }
    }

    fn token(&mut self) -> Option<Token<'a>> {
        let rest = self.rest();
        let character = rest.chars().next()?;
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        if is_word(character) {
            let word = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
            self.at += word.len();
            return Some(Token::Word(word));
        }
        self.at += character.len_utf8();
        Some(match character {
            '"' | '\'' => {
                let length = length_until(self.rest(), &[character, '\n']);
                let text = &self.rest()[..length];
                self.at += length + usize::from(self.rest()[length..].starts_with(character));
                Token::Text(text)
            }
            '`' => self.template(),
            '/' if self.may_be_expression() => self.regular_expression(),
            '(' => {
                self.heads.push(matches!(self.last, Token::Word("if" | "while" | "for" | "with")));
                Token::Sign('(')
            }
            ')' if self.heads.pop() == Some(true) => Token::Head,
            '{' => {
                self.templates.push(false);
                Token::Sign('{')
            }
            '}' if self.templates.pop() == Some(true) => self.template(),
            '+' | '-' if self.rest().starts_with(character) => {
                self.at += 1;
                // Behind `i++` a `/` divides; what may follow a number may follow this.
                Token::Word("")
            }
            sign => Token::Sign(sign),
        })
    }

    /// The text of a template up to its end, or to an expression in it.
    fn template(&mut self) -> Token<'a> {
        loop {
            self.at += length_until(self.rest(), &['`', '$']);
            let rest = self.rest();
            if rest.starts_with("${") {
                self.at += 2;
                self.templates.push(true);
                return Token::Sign('{');
            }
            self.at += usize::from(!rest.is_empty());
            if !rest.starts_with('$') {
                return Token::Other;
            }
        }
    }

    /// Behind the `/` of one. If it does not end in its line, it was a division.
    fn regular_expression(&mut self) -> Token<'a> {
        let mut in_class = false;
        let mut at = self.at;
        loop {
            let rest = self.script.get(at..).unwrap_or_default();
            at += length_until(rest, &['/', '[', ']', '\n']);
            match self.script.as_bytes().get(at) {
                None | Some(b'\n') => return Token::Sign('/'),
                Some(b'/') if !in_class => break,
                Some(b'/') => {}
                Some(bracket) => in_class = *bracket == b'[',
            }
            at += 1;
        }
        self.at = at + 1;
        Token::Other
    }

    /// Whether a value may begin here, so that a `/` does not divide.
    fn may_be_expression(&self) -> bool {
        match self.last {
            Token::Start | Token::Head => true,
            Token::Word(word) => matches!(
                word,
                "await"
                    | "case"
                    | "delete"
                    | "do"
                    | "else"
                    | "in"
                    | "instanceof"
                    | "new"
                    | "of"
                    | "return"
                    | "throw"
                    | "typeof"
                    | "void"
                    | "yield"
            ),
            Token::Text(_) | Token::Other => false,
            Token::Sign(sign) => sign != ')' && sign != ']',
        }
    }
}

/// How much stands in front of the first of these characters that no backslash escapes.
fn length_until(text: &str, ends: &[char]) -> usize {
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if ends.contains(&character) {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(script: &str) -> Vec<&str> {
        imports(script, false).into_iter().map(|import| import.name).collect()
    }

    #[test]
    fn imports_in_all_their_forms() {
        let script = r#"
            import "./a.js";
            import b, { c as d } from '../b.js'
            import*as e from"/c.js";export*from"./d.js"
            export { default } from /* why */ "./e.js"
            const f = await import ("./f.js")
            import { App } from "@modelcontextprotocol/ext-apps";
        "#;
        let expected = ["./a.js", "../b.js", "/c.js", "./d.js", "./e.js", "./f.js", "@modelcontextprotocol/ext-apps"];
        assert_eq!(names(script), expected);
        assert_eq!(imports("import \"./a.js\"", false), [Import { at: 7, name: "./a.js" }]);
    }

    #[test]
    fn what_works_or_is_no_import() {
        for script in [
            "import 'https://example.com/a.js'; import '//example.com/a.js'; import('node:fs'); import('package')",
            "// import './a.js'\n/* import './a.js' */",
            r#"const a = "import './a.js'"; const b = 'it\'s import "./a.js"';"#,
            "const a = `import './a.js' ${b ? `${'`'} import './a.js'` : {}.c} import './a.js'`",
            r#"if (a) /["'`]import/.test("./a.js"); b = /[/"]/g, c = x / y, d = "import './a.js'""#,
            "i++ / 2; a = i-- /2 /' import './; x",
            "a.import('./a.js'); a.from('./a.js'); Array.from ('./a.js'); Buffer.from\n'./a.js'",
            "import.meta.url; ({ import: './a.js', from: './a.js' })",
        ] {
            assert_eq!(names(script), [] as [&str; 0], "{script}");
        }
        assert_eq!(imports("import 'lit'; import './a.js'", true), [Import { at: 21, name: "./a.js" }]);
    }

    #[test]
    fn a_regular_expression_hides_no_import() {
        assert_eq!(names(r#"a = b / c; d = /["']/; import("./a.js")"#), ["./a.js"]);
        assert_eq!(names("a = (b) / 2; c = '/'; import './a.js'"), ["./a.js"]);
        assert_eq!(names("return /'/ ; import './a.js'"), ["./a.js"]);
    }

    #[test]
    fn a_script_cannot_end_its_element() {
        assert_eq!(escaped("'</script>' + \"</SCRIPT \""), "'<\\/script>' + \"<\\/SCRIPT \"");
        assert_eq!(escaped("a <!-- b"), "a <!-- b");
        assert_eq!(escaped("'<!-- <Script'"), "'\\u003C!-- <Script'");
    }
}
