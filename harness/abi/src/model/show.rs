//! The model's words for people.

use std::fmt;

use super::{Class, Clause, Language};

/// As the psABI writes them: `INTEGER`, `NO_CLASS`.
impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Class::NoClass => "NO_CLASS",
            Class::Integer => "INTEGER",
            Class::Sse => "SSE",
            Class::SseUp => "SSEUP",
            Class::X87 => "X87",
            Class::X87Up => "X87UP",
            Class::ComplexX87 => "COMPLEX_X87",
            Class::Memory => "MEMORY",
        })
    }
}

/// As one cites it: `psABI 3.2.3, rule 5(c)`.
impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Language::C => "C",
            Language::Cpp => "C++",
            Language::Rust => "Rust",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_text() {
        let classes = [
            (Class::NoClass, "NO_CLASS"),
            (Class::Integer, "INTEGER"),
            (Class::Sse, "SSE"),
            (Class::SseUp, "SSEUP"),
            (Class::X87, "X87"),
            (Class::X87Up, "X87UP"),
            (Class::ComplexX87, "COMPLEX_X87"),
            (Class::Memory, "MEMORY"),
        ];
        for (class, word) in classes {
            assert_eq!(class.to_string(), word);
        }
        let languages = [Language::C, Language::Cpp, Language::Rust];
        assert_eq!(
            languages.map(|language| language.to_string()),
            ["C", "C++", "Rust"]
        );
        let clause = crate::model::clauses::SYSV_BOOL;
        assert_eq!(clause.to_string(), clause.id);
    }
}
