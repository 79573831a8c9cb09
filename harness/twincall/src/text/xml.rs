//! XML that was written, without what would act where it is printed or shown.

use super::clean::{OLD_COMMAND, is_command, marked};

/// A document in which characters that would act are marks of what cannot be shown, and in which no line is a command to a
/// runner of GitHub's workflows: its characters are written as references.
pub(crate) fn xml(document: &str) -> String {
    let clean = marked(document);
    let lines = clean.split_inclusive('\n').map(|line| match is_command(line) {
        true => line.replacen("::", "&#58;:", 1),
        false => line.to_owned(),
    });
    lines.collect::<String>().replace(OLD_COMMAND, "#&#35;[")
}

#[cfg(test)]
mod tests {
    use super::xml;

    #[test]
    fn commands_are_references_and_orders_are_marks() {
        let written = "<a b=\"##[error]\">\n::error::x\u{9b}\u{202e}\n::std::x</a>\n";
        let clean = xml(written);
        assert_eq!(
            clean,
            "<a b=\"#&#35;[error]\">\n&#58;:error::x\u{fffd}\u{fffd}\n::std::x</a>\n"
        );
        let read = roxmltree::Document::parse(&clean).unwrap();
        assert_eq!(read.root_element().attribute("b"), Some("##[error]"));
        assert_eq!(
            read.root_element().text(),
            Some("\n::error::x\u{fffd}\u{fffd}\n::std::x")
        );
    }
}
