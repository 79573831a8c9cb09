//! Finds the code blocks, the title, the links and the prose of a report in Markdown. What a block is, is not decided here.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A line with its number in the report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Line {
    pub(super) text: String,
    /// Counted from 1.
    pub(super) number: u32,
}

/// A block of code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Block {
    /// The line of the fence.
    pub(super) line: u32,
    /// What follows the fence: `rust,no_run`.
    pub(super) info: String,
    /// The line of text right above.
    pub(super) above: String,
    pub(super) lines: Vec<Line>,
}

/// What there is in a report.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    pub(super) title: String,
    /// Links, and `org/repo#123`.
    pub(super) references: Vec<String>,
    pub(super) blocks: Vec<Block>,
    /// `code` within a line.
    pub(super) spans: Vec<Line>,
    /// All text that is no block of code.
    pub(super) prose: String,
}

/// Links that are kept.
const MOST_REFERENCES: usize = 8;
const LONGEST_REFERENCE: usize = 200;
const LONGEST_TITLE: usize = 160;

/// Headings of issue templates, which say nothing of the report.
const TEMPLATE_HEADINGS: [&str; 19] = [
    "summary",
    "description",
    "describe the bug",
    "bug",
    "bug report",
    "problem",
    "issue",
    "code",
    "overview",
    "what happened",
    "to reproduce",
    "steps to reproduce",
    "steps",
    "reproduction",
    "reproducer",
    "minimal example",
    "minimal reproduction",
    "example",
    "background",
];

/// Reads a text whose lines end in `\n`.
pub(super) fn read(text: &str) -> Document {
    let text = open_details(text);
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let mut reader = Reader {
        starts,
        document: Document::default(),
        state: State::Text,
        text: String::new(),
        above: String::new(),
        heading: None,
        first: None,
    };
    for (event, range) in Parser::new_ext(&text, Options::empty()).into_offset_iter() {
        reader.event(event, &range);
    }
    let mut document = reader.document;
    let title = reader.heading.or(reader.first).unwrap_or_default();
    document.title = shorten(&title);
    for word in document.prose.split_whitespace() {
        if let Some(reference) = reference(word)
            && document.references.len() < MOST_REFERENCES
            && !document.references.contains(&reference)
        {
            document.references.push(reference);
        }
    }
    document
}

struct Reader {
    /// The offset of each line.
    starts: Vec<usize>,
    document: Document,
    state: State,
    /// The paragraph or heading that is being read.
    text: String,
    /// The last line of text, until something else than a block of code follows it.
    above: String,
    heading: Option<String>,
    first: Option<String>,
}

enum State {
    Text,
    Code(Block),
    Html(Block),
}

impl Reader {
    fn event(&mut self, event: Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                // The text of a list item has no paragraph around it.
                self.paragraph(false);
                self.state = State::Code(self.block(info, range));
            }
            Event::Start(Tag::HtmlBlock) => self.state = State::Html(self.block(String::new(), range)),
            Event::Text(text) => {
                let number = self.line(range.start);
                match &mut self.state {
                    State::Code(block) | State::Html(block) => append(block, &text, number),
                    State::Text => self.text.push_str(&text),
                }
            }
            Event::Html(html) => {
                let number = self.line(range.start);
                if let State::Html(block) = &mut self.state {
                    append(block, &html, number);
                }
            }
            Event::Code(code) => {
                self.text.push_str(&code);
                let number = self.line(range.start);
                self.document.spans.push(Line {
                    text: code.into_string(),
                    number,
                });
            }
            Event::SoftBreak | Event::HardBreak => self.text.push('\n'),
            Event::Start(Tag::Link { dest_url, .. }) => {
                if let Some(reference) = reference(&dest_url)
                    && self.document.references.len() < MOST_REFERENCES
                    && !self.document.references.contains(&reference)
                {
                    self.document.references.push(reference);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                if let State::Code(block) = std::mem::replace(&mut self.state, State::Text) {
                    self.keep(block);
                }
            }
            Event::End(TagEnd::HtmlBlock) => {
                if let State::Html(block) = std::mem::replace(&mut self.state, State::Text)
                    && let Some(block) = preformatted(block)
                {
                    self.keep(block);
                }
            }
            Event::End(TagEnd::Heading(_)) => self.paragraph(true),
            Event::End(TagEnd::Paragraph | TagEnd::Item) | Event::Start(Tag::List(_) | Tag::Item) => {
                self.paragraph(false);
            }
            _ => {}
        }
    }

    fn block(&self, info: String, range: &Range<usize>) -> Block {
        Block {
            line: self.line(range.start),
            info,
            above: self.above.clone(),
            lines: Vec::new(),
        }
    }

    fn keep(&mut self, mut block: Block) {
        block.above = std::mem::take(&mut self.above);
        if block.lines.last().is_some_and(|line| line.text.is_empty()) {
            block.lines.pop();
        }
        self.document.blocks.push(block);
    }

    /// The end of a paragraph or heading.
    fn paragraph(&mut self, heading: bool) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        let Some(last) = text.lines().next_back() else {
            return;
        };
        self.above = last.trim().to_owned();
        let line = text.lines().next().unwrap_or_default().trim();
        if heading {
            let plain = line.trim_end_matches([':', '?', '.']).to_lowercase();
            if self.heading.is_none() && !TEMPLATE_HEADINGS.contains(&plain.as_str()) {
                self.heading = Some(line.to_owned());
            }
        } else if self.first.is_none() {
            self.first = Some(line.to_owned());
        }
        self.document.prose.push_str(text);
        self.document.prose.push('\n');
    }

    /// The number of the line with this offset.
    fn line(&self, offset: usize) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }
}

/// Adds a piece of text, which may go on with the last line.
fn append(block: &mut Block, text: &str, number: u32) {
    let mut number = number;
    for (index, piece) in text.split('\n').enumerate() {
        if index > 0 {
            number += 1;
        }
        match block.lines.last_mut() {
            Some(line) if index == 0 => {
                if line.text.is_empty() {
                    line.number = number;
                }
                line.text.push_str(piece);
            }
            _ => block.lines.push(Line {
                text: piece.to_owned(),
                number,
            }),
        }
    }
}

/// Code that is written as `<pre>`.
fn preformatted(mut block: Block) -> Option<Block> {
    let first = block.lines.first()?;
    if !first.text.trim_start().starts_with("<pre") {
        return None;
    }
    for language in ["rust", "cpp", "c"] {
        let named = |word: &str| first.text.contains(&format!("{word}{language}\""));
        if named("language-") || named("lang=\"") {
            block.info = language.to_owned();
            break;
        }
    }
    for line in &mut block.lines {
        let mut text = String::with_capacity(line.text.len());
        let mut rest = line.text.as_str();
        while let Some(at) = rest.find('<') {
            let (before, tag) = rest.split_at(at);
            text.push_str(before);
            let known = ["<pre", "</pre", "<code", "</code"]
                .iter()
                .any(|name| tag.starts_with(name));
            let end = if known {
                tag.find('>').map_or(tag.len(), |end| end + 1)
            } else {
                1
            };
            text.push_str(if known { "" } else { "<" });
            rest = &tag[end..];
        }
        text.push_str(rest);
        line.text = unescape(&text);
    }
    Some(block)
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// Takes away the tags of `<details>` and `<summary>`: Markdown reads no code below them unless an empty line is between,
/// which people forget.
fn open_details(text: &str) -> String {
    let mut opened = String::with_capacity(text.len());
    let mut fence: Option<(char, usize)> = None;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start_matches([' ', '\t', '>']);
        let mark = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| trimmed.chars().take_while(|c| *c == mark).count());
        match fence {
            Some((open, least)) => {
                if mark == Some(open) && length >= least && trimmed[length..].trim().is_empty() {
                    fence = None;
                }
                opened.push_str(line);
                continue;
            }
            None if length >= 3 => fence = mark.map(|mark| (mark, length)),
            None => {}
        }
        let lower = trimmed.get(..9).unwrap_or(trimmed).to_ascii_lowercase();
        let tagged = ["<details", "</detail", "<summary", "</summar"]
            .iter()
            .any(|tag| lower.starts_with(tag));
        if tagged {
            opened.push_str(&without_tags(line));
        } else {
            opened.push_str(line);
        }
    }
    opened
}

fn without_tags(line: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in line.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            '\n' => text.push('\n'),
            c if !inside => text.push(c),
            _ => {}
        }
    }
    // An end of a paragraph for what follows, unless it is the name of the block below.
    if text.trim().is_empty() {
        "\n".to_owned()
    } else {
        text
    }
}

/// A link or an issue that a word names.
fn reference(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '#'));
    if word.len() > LONGEST_REFERENCE || word.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let web = ["https://", "http://"]
        .iter()
        .any(|scheme| word.strip_prefix(scheme).is_some_and(|rest| rest.contains('.')));
    if web {
        return Some(word.to_owned());
    }
    let (repository, number) = word.split_once('#')?;
    let (owner, name) = repository.split_once('/')?;
    let named = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let numbered = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    (named(owner) && named(name) && numbered).then(|| word.to_owned())
}

fn shorten(title: &str) -> String {
    let title = title.trim();
    let title = title
        .strip_prefix("Title:")
        .or_else(|| title.strip_prefix("title:"))
        .unwrap_or(title);
    title
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_TITLE)
        .collect()
}
