//! Text for people and their terminals.

/// A word that a shell takes as one.
pub(crate) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=./+:,@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// `; did you mean …?`, or the whole list when nothing is near.
pub(crate) fn nearest(word: &str, known: &[&str]) -> String {
    let best = known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), *candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 3);
    match best {
        Some((_, candidate)) => format!("; did you mean `{candidate}`?"),
        None => format!("; known are {}", known.join(", ")),
    }
}

/// Text without what a terminal would take for an order: control characters other than the ends of lines and tabs, and marks
/// that change the direction of what follows.
pub(crate) fn printable(text: &str) -> String {
    let order = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|c| if order(c) { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{printable, quote};

    #[test]
    fn quotes_what_a_shell_would_take_apart() {
        assert_eq!(quote("struct/three_floats"), "struct/three_floats");
        assert_eq!(quote("a folder/it's"), r"'a folder/it'\''s'");
        assert_eq!(quote("$x"), "'$x'");
        assert_eq!(quote(""), "''");
    }

    #[test]
    fn a_terminal_gets_no_orders() {
        let text = "a\u{1b}[2J\u{9b}31m\u{7}\rb\u{202e}c\td\n";
        assert_eq!(
            printable(text),
            "a\u{fffd}[2J\u{fffd}31m\u{fffd}\u{fffd}b\u{fffd}c\td\n"
        );
    }
}
