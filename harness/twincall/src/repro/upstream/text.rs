//! Text of a report inside of other people's tests: it must neither end a comment nor be taken for an order by what runs them.

/// Columns of a comment.
const WIDTH: usize = 80;

/// Comments of one line each, by which nothing behind them is reached.
pub(super) fn comment(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from("//");
    for word in plain(text).split_whitespace() {
        if line.len() + 1 + word.len() > WIDTH && line.len() > "//".len() {
            lines.push_str(&line);
            lines.push('\n');
            "//".clone_into(&mut line);
        }
        line.push(' ');
        line.push_str(word);
    }
    lines.push_str(&line);
    lines.push('\n');
    lines
}

/// A backslash at the end of a line would carry a comment over it.
fn plain(text: &str) -> String {
    let harmless = |c: char| match c {
        '\\' => '/',
        c if c.is_control() => ' ',
        c => c,
    };
    let text: String = text.chars().map(harmless).collect();
    without_orders(&text)
}

/// Text in which nothing is a directive of lit, FileCheck or compiletest: `RUN:`, `CHECK-NOT:`, `X86:`. They all end a word with
/// capitals by a colon, which may as well stand apart from it, in prose and in code of both languages.
pub(super) fn without_orders(text: &str) -> String {
    let mut quiet = String::with_capacity(text.len());
    let mut capitals = false;
    for c in text.chars() {
        if c == ':' && capitals {
            quiet.push(' ');
        }
        capitals = c.is_ascii_uppercase() || capitals && (c.is_alphanumeric() || "-_{}<>.".contains(c));
        quiet.push(c);
    }
    quiet
}
