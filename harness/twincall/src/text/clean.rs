//! What of a text would act where it is shown, and how that is taken from it. Nothing here knows a form.

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

/// The older spelling of such a command, which the runner finds anywhere in a line.
pub(super) const OLD_COMMAND: &str = "##[";

/// Whether a line is an order to a runner of GitHub's workflows, however far it is indented: `::error::`.
pub(super) fn is_command(line: &str) -> bool {
    line.trim_start().strip_prefix("::").is_some_and(|rest| {
        let word = rest
            .split([':', ' '])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        COMMANDS.contains(&word.as_str())
    })
}

/// Whether a character is an order or is not seen: control characters other than the ends of lines and tabs, marks that change
/// the direction of what follows, what has no width, and what is no character at all. The runner compares words without those, so that they would hide an
/// order from whoever looks for it.
pub(super) fn acts(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || is_joiner(c)
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Characters without a width that belong to the spelling of a word where they stand in one of a script that has them.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}') || is_selector(c)
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a character is of a script, or a picture, whose forms joiners and selectors choose.
fn takes_joiners(c: char) -> bool {
    let of_script = matches!(c,
        '\u{600}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{2190}'..='\u{2bff}' | '\u{3030}'..='\u{303f}'
        | '\u{3297}'..='\u{3299}' | '\u{3400}'..='\u{9fff}' | '\u{a840}'..='\u{a87f}' | '\u{1f000}'..='\u{1faff}');
    of_script && !acts(c)
}

/// Text with the mark of what cannot be shown in place of each character that acts.
pub(crate) fn marked(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let joins = match (before, rest.peek()) {
            (Some(before), _) if is_selector(c) => takes_joiners(before),
            (Some(before), Some(next)) if is_joiner(c) => {
                (takes_joiners(before) || is_selector(before)) && takes_joiners(*next)
            }
            _ => false,
        };
        if acts(c) && !joins {
            clean.push(char::REPLACEMENT_CHARACTER);
        } else {
            clean.push(c);
        }
        before = Some(c);
    }
    clean
}

/// Text of which nothing acts on a terminal, or on a runner of GitHub's workflows that reads it: orders are marks, and
/// commands are taken apart. Cleaning it once more changes nothing.
pub(crate) fn printable(text: &str) -> String {
    let clean = marked(text);
    let lines = clean.split_inclusive('\n').map(|line| match is_command(line) {
        true => line.replacen("::", ": :", 1),
        false => line.to_owned(),
    });
    lines.collect::<String>().replace(OLD_COMMAND, "# #[")
}

/// As [`printable`], on one line.
pub(crate) fn one_line(text: &str) -> String {
    printable(&text.replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::{acts, one_line, printable};

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
        let text = "::error::a\n  ::Set-Output name=x::1\n##[group]b\n::std::os::raw::c_int\nc ::error::d\n\
                    \u{a0}::error::e\nf ##[error]g ###[h\n";
        let clean = ": :error::a\n  : :Set-Output name=x::1\n# #[group]b\n::std::os::raw::c_int\nc ::error::d\n\
                     \u{a0}: :error::e\nf # #[error]g ## #[h\n";
        assert_eq!(printable(text), clean);
        assert_eq!(printable(clean), clean);
        assert_eq!(one_line("a\n::error::b"), "a ::error::b");
    }

    /// .NET leaves characters without a width aside where it compares words.
    #[test]
    fn an_order_is_not_hidden_by_what_has_no_width() {
        for hidden in [
            "\u{200b}",
            "\u{ad}",
            "\u{feff}",
            "\u{2060}",
            "\u{fe0f}",
            "\u{200d}",
            "\u{e0041}",
        ] {
            let text = format!("{hidden}::error::a\n#{hidden}#[error]b\n::er{hidden}ror::c\n");
            let shown = printable(&text);
            assert!(!shown.contains(hidden), "{hidden:?}: {shown:?}");
            assert!(shown.starts_with('\u{fffd}'), "{hidden:?}: {shown:?}");
        }
    }

    #[test]
    fn words_of_any_script_stay_as_they_are_written() {
        for word in [
            "größe",
            "длина",
            "אורך",
            "طول",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "長さ",
            "葛\u{e0100}",
            "⚠\u{fe0f} ok",
            "👩\u{200d}💻",
            "👁\u{fe0f}\u{200d}🗨",
        ] {
            assert_eq!(printable(word), word);
        }
        assert!(acts('\u{200d}') && !acts('ß'));
        assert_eq!(printable("foo\u{200d}bar"), "foo\u{fffd}bar");
    }
}
