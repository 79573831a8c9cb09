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

/// Names that are listed in a row.
const MOST_NAMES: usize = 24;

/// The names in a row, of many the first.
pub(crate) fn first_of(names: &[&str]) -> String {
    match names.split_at_checked(MOST_NAMES) {
        Some((first, more)) if !more.is_empty() => {
            format!("{} and {} more", first.join(", "), more.len())
        }
        _ => names.join(", "),
    }
}

/// `a, b and c`.
pub(crate) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// What begins a line that a runner of GitHub's workflows obeys.
const COMMANDS: [&str; 19] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "internal-set-repo-path",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "set-secret",
    "stop-commands",
    "warning",
    "add-summary",
    "set-matcher",
];

/// Whether a line is an order to a runner of GitHub's workflows, however far it is indented: `::error::`, `##[error]`.
fn is_command(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("##[")
        || line.strip_prefix("::").is_some_and(|rest| {
            let word = rest
                .split([':', ' '])
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            COMMANDS.contains(&word.as_str())
        })
}

/// Text without what a terminal would take for an order: control characters other than the ends of lines and tabs, and marks
/// that change the direction of what follows. A line that a runner of GitHub's workflows would obey is taken apart.
pub(crate) fn printable(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines
        .map(|line| match is_command(line) {
            true => plain(line).replacen("::", ": :", 1).replacen("##[", "# #[", 1),
            false => plain(line),
        })
        .collect()
}

fn plain(text: &str) -> String {
    let order = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|c| if order(c) { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{listed, printable, quote};

    #[test]
    fn quotes_what_a_shell_would_take_apart() {
        assert_eq!(quote("struct/three_floats"), "struct/three_floats");
        assert_eq!(quote("a folder/it's"), r"'a folder/it'\''s'");
        assert_eq!(quote("$x"), "'$x'");
        assert_eq!(quote(""), "''");
    }

    #[test]
    fn the_last_word_of_a_list_follows_an_and() {
        let words = ["a", "b", "c"].map(str::to_owned);
        let lists = [0, 1, 2, 3].map(|count| listed(&words[..count]));
        assert_eq!(lists, ["", "a", "a and b", "a, b and c"]);
    }

    #[test]
    fn a_terminal_gets_no_orders() {
        let text = "a\u{1b}[2J\u{9b}31m\u{7}\rb\u{202e}c\td\n";
        assert_eq!(
            printable(text),
            "a\u{fffd}[2J\u{fffd}31m\u{fffd}\u{fffd}b\u{fffd}c\td\n"
        );
    }

    #[test]
    fn a_runner_gets_no_orders() {
        let text = "::error::a\n  ::Set-Output name=x::1\n##[group]b\n::std::os::raw::c_int\nc ::error::d\n";
        assert_eq!(
            printable(text),
            ": :error::a\n  : :Set-Output name=x::1\n# #[group]b\n::std::os::raw::c_int\nc ::error::d\n"
        );
    }
}
