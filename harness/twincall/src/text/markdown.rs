//! Markdown in the making, in which no text of others becomes markup: GitHub's, with its tables, links and mentions.

use super::clean::printable;

/// A text in Markdown. What is markup in it is known when this program is compiled; everything else comes in as text or code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Markdown {
    text: String,
}

impl Markdown {
    /// Markup and words of this program.
    pub(crate) fn own(&mut self, markup: &'static str) -> &mut Markdown {
        self.text.push_str(markup);
        self
    }

    /// Text in a line. What would act on GitHub however it is escaped becomes code.
    pub(crate) fn text(&mut self, text: &str) -> &mut Markdown {
        if acts_on_github(text) || self.at_start() && begins_block(text) {
            return self.code(text);
        }
        self.text.push_str(&escaped(text));
        self
    }

    /// Code in a line, in backticks of which it has no such row.
    pub(crate) fn code(&mut self, code: &str) -> &mut Markdown {
        let mut code = in_one_line(code);
        if self.line().starts_with('|') {
            code = code.replace('|', "\\|");
        }
        let fence = "`".repeat(longest_row(&code) + 1);
        let (before, behind) = match code.trim().is_empty() {
            true => ("", " "),
            // A blank at both ends is taken away by whoever shows it.
            false if code.starts_with(['`', ' ']) || code.ends_with(['`', ' ']) => (" ", " "),
            false => ("", ""),
        };
        self.text
            .push_str(&format!("{fence}{before}{code}{behind}{fence}"));
        self
    }

    /// A block of code in a fence that nothing in it can end.
    pub(crate) fn fenced(&mut self, language: &'static str, code: &str) -> &mut Markdown {
        let fence = "`".repeat(longest_row(code).max(2) + 1);
        self.text
            .push_str(&format!("{fence}{language}\n{}\n{fence}\n", code.trim_end()));
        self
    }

    /// A part that is folded away under a title, which is text in HTML; the part comes next, and then [`Markdown::unfold`].
    pub(crate) fn fold(&mut self, title: &str) -> &mut Markdown {
        let escaped = in_one_line(title)
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let title = match acts_on_github(title) {
            true => format!("<code>{escaped}</code>"),
            false => escaped,
        };
        self.text
            .push_str(&format!("<details><summary>{title}</summary>\n\n"));
        self
    }

    /// The end of what was folded away.
    pub(crate) fn unfold(&mut self) -> &mut Markdown {
        self.own("\n</details>\n")
    }

    /// The whole text, of which nothing acts on a terminal or a runner of GitHub's workflows either.
    pub(crate) fn finish(&self) -> String {
        printable(&self.text)
    }

    /// What was written of the last line.
    fn line(&self) -> &str {
        self.text.rsplit('\n').next().unwrap_or_default()
    }

    /// Whether what comes next could begin a block.
    fn at_start(&self) -> bool {
        matches!(self.line().trim(), "" | "-")
    }
}

/// Text of which no character is markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in in_one_line(text).chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '@' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn in_one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// How many backticks stand in one row at the most.
fn longest_row(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// Whether GitHub would link, mention or typeset something of a text, which it looks for when nothing is escaped any more.
fn acts_on_github(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let before =
        |mark: &str, next: fn(char) -> bool| lower.split(mark).skip(1).any(|rest| rest.starts_with(next));
    let links = ["://", "www.", "mailto:", "xmpp:", "$"];
    links.iter().any(|link| lower.contains(link))
        || before("@", char::is_alphanumeric)
        || before("#", |c| c.is_ascii_digit())
        || before("gh-", |c| c.is_ascii_digit())
}

/// Whether a text at the start of a line would be more than a paragraph: a list, a rule, the underline of a title, indented code.
fn begins_block(text: &str) -> bool {
    let behind_number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    text.starts_with(char::is_whitespace)
        || text.starts_with(['-', '+', '=', ':'])
        || behind_number.len() < text.len() && behind_number.starts_with(['.', ')'])
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser};

    use super::*;

    fn written(write: impl Fn(&mut Markdown)) -> String {
        let mut markdown = Markdown::default();
        write(&mut markdown);
        markdown.finish()
    }

    /// What a reader of the Markdown sees as text and as code.
    fn read(text: &str) -> (String, String) {
        let (mut plain, mut code) = (String::new(), String::new());
        let mut block = false;
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(pulldown_cmark::Tag::CodeBlock(_)) => block = true,
                Event::End(pulldown_cmark::TagEnd::CodeBlock) => block = false,
                Event::Code(text) => code.push_str(&text),
                Event::Text(text) if block => code.push_str(&text),
                Event::Text(text) => plain.push_str(&text),
                Event::Html(text) | Event::InlineHtml(text) => panic!("HTML: {text}"),
                _ => {}
            }
        }
        (plain, code)
    }

    #[test]
    fn ordinary_text_is_as_it_was_written() {
        let text = written(|page| {
            page.own("- ")
                .text("rdi:8, the C convention (8 bytes): a.c:12")
                .own("\n");
            page.own("| ").code("sum_of").own(" |\n");
        });
        assert_eq!(
            text,
            "- rdi:8, the C convention (8 bytes): a.c:12\n| `sum_of` |\n"
        );
    }

    #[test]
    fn code_is_code_whatever_is_in_it() {
        for code in [
            "a`b", "`", "``a", "a```", " a ", "a\\", "a|b", "a\\|b", "\\`", "<b>", "a`` ` b",
        ] {
            let line = written(|page| {
                page.own("so ").code(code).own(" it is\n");
            });
            assert_eq!(read(&line), ("so  it is".to_owned(), code.to_owned()), "{line}");
            let table = written(|page| {
                page.own("| a | b |\n|---|---|\n| ").code(code).own(" | c |\n");
            });
            assert_eq!(read(&table), ("abc".to_owned(), code.to_owned()), "{table}");
            let block = written(|page| {
                page.fenced("text", &format!("{code}\n{code}"));
            });
            assert_eq!(
                read(&block).1.trim_end(),
                format!("{code}\n{code}").trim_end(),
                "{block}"
            );
        }
        let empty = written(|page| {
            page.code("");
        });
        assert_eq!(empty, "` `");
    }

    #[test]
    fn text_is_text_whatever_is_in_it() {
        for text in [
            "a`b`",
            "*a*",
            "_a_",
            "[x](javascript:1)",
            "a|b",
            "a\\|b",
            "<script>",
            "&lt;",
            "<!-- a",
            "~~a~~",
            "# a",
            "a\\",
            "![x](y)",
            "[^1]",
            "> a",
        ] {
            let line = written(|page| {
                page.text(text).own("\n");
            });
            assert_eq!(read(&line), (text.to_owned(), String::new()), "{line}");
            let table = written(|page| {
                page.own("| a | b |\n|---|---|\n| ").text(text).own(" | c |\n");
            });
            assert_eq!(read(&table).0, format!("ab{text}c"), "{table}");
        }
    }

    #[test]
    fn what_acts_in_spite_of_escapes_is_code() {
        for text in [
            "@someone",
            "a@b.c",
            "see #12",
            "https://evil.example",
            "WWW.evil.example",
            "mailto:a",
            "$x$",
            "gh-1",
            "- a",
            "+ a",
            "1. a",
            "2) a",
            "===",
            "---",
            "    a",
            "\ta",
        ] {
            let line = written(|page| {
                page.own("a\n\n").text(text).own("\n");
            });
            assert_eq!(read(&line), ("a".to_owned(), text.to_owned()), "{line}");
        }
        let folded = written(|page| {
            page.fold("<b>\n\n# @someone").unfold();
        });
        assert_eq!(
            folded,
            "<details><summary><code>&lt;b&gt;  # @someone</code></summary>\n\n\n</details>\n"
        );
    }
}
