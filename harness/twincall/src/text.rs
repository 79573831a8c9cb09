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

#[cfg(test)]
mod tests {
    use super::{listed, quote};

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
}
