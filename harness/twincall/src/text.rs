//! Text for people and their terminals, and what is taken out of it before it leaves: one cleaner for each form.

mod clean;
mod json;
pub(crate) mod markdown;
mod xml;

pub(crate) use clean::{marked, one_line, printable};
pub(crate) use json::{json, json_for_a_page};
pub(crate) use xml::xml;

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

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn quotes_what_a_shell_would_take_apart() {
        assert_eq!(quote("struct/three_floats"), "struct/three_floats");
        assert_eq!(quote("a folder/it's"), r"'a folder/it'\''s'");
        assert_eq!(quote("$x"), "'$x'");
        assert_eq!(quote(""), "''");
    }
}
