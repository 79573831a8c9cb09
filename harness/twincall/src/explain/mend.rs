//! Leaves out of a C text what the compiler refuses, so that one declaration does not hide the others. Of messages only the place
//! is understood, never the words.

use super::ExplainError;
use super::prepare::{self, Declared};
use super::read::TEXT;

/// A text that the compiler takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mended {
    /// With spaces in the place of what is left out.
    pub(super) text: String,
    /// Types that are used and nowhere declared.
    pub(super) unknown: Vec<String>,
    pub(super) left_out: Vec<LeftOut>,
}

/// A declaration that the compiler refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct LeftOut {
    /// `f`, `struct s`
    pub(super) name: String,
    pub(super) is_function: bool,
    /// In the compiler's words.
    pub(super) reason: String,
}

/// Most errors of one text that are looked at.
const MOST: usize = 64;

/// What the compiler says first of a text with these unknown types; nothing where it takes it.
pub(super) type Check<'a> = dyn FnMut(&str, &[String]) -> Result<Option<String>, ExplainError> + 'a;

/// Takes out of a text what the compiler refuses; nothing where no function is left, or where it never ends.
pub(super) fn mend(text: &str, message: &str, check: &mut Check<'_>) -> Result<Option<Mended>, ExplainError> {
    let mut mended = Mended {
        text: text.to_owned(),
        unknown: Vec::new(),
        left_out: Vec::new(),
    };
    let mut message = message.to_owned();
    for _ in 0..MOST {
        let Some(error) = FirstError::of(&message) else {
            return Ok(None);
        };
        let Some(at) = offset(&mended.text, error.line, error.column) else {
            return Ok(None);
        };
        let mut next = None;
        if let Some(name) = word_at(&mended.text, at).filter(|word| !mended.unknown.contains(word)) {
            let mut unknown = mended.unknown.clone();
            unknown.push(name);
            let said = check(&mended.text, &unknown)?;
            let place = said
                .as_deref()
                .and_then(FirstError::of)
                .map(|said| (said.line, said.column));
            if said.is_none() || place.is_some_and(|place| place > (error.line, error.column)) {
                mended.unknown = unknown;
                next = Some(said);
            }
        }
        let said = match next {
            Some(said) => said,
            None => {
                let all = prepare::declarations(&mended.text);
                let Some(own) = all
                    .into_iter()
                    .find(|own| (own.range.start..=own.range.end).contains(&at))
                else {
                    return Ok(None);
                };
                mended.leave_out(own, &error.reason);
                check(&mended.text, &mended.unknown)?
            }
        };
        match said {
            Some(said) => message = said,
            None => {
                let functions = prepare::declarations(&mended.text);
                let any = functions.iter().any(|own| own.is_function);
                return Ok(any.then_some(mended));
            }
        }
    }
    Ok(None)
}

impl Mended {
    fn leave_out(&mut self, own: Declared, reason: &str) {
        crate::source::items::blank(&mut self.text, own.range);
        self.left_out.push(LeftOut {
            name: own.name,
            is_function: own.is_function,
            reason: reason.to_owned(),
        });
    }
}

/// Where a compiler's first error about the text is, and what it is.
#[derive(Clone, PartialEq, Eq, Debug)]
struct FirstError {
    line: usize,
    column: usize,
    reason: String,
}

impl FirstError {
    /// `text:1:8: error: unknown type name 'x'`; a warning names no error.
    fn of(message: &str) -> Option<FirstError> {
        message.lines().find_map(|line| {
            let mut parts = line.strip_prefix(TEXT)?.strip_prefix(':')?.splitn(3, ':');
            let (line, column) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            let said = parts.next()?.trim_start();
            let reason = said
                .strip_prefix("fatal error: ")
                .or(said.strip_prefix("error: "))?;
            Some(FirstError {
                line,
                column,
                reason: reason.to_owned(),
            })
        })
    }
}

/// The byte at a line and a column, which counts bytes; both from 1.
fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let before = text
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum::<usize>();
    let at = before + column.checked_sub(1)?;
    (at <= text.len()).then_some(at)
}

/// The word that begins at a byte.
fn word_at(text: &str, at: usize) -> Option<String> {
    let rest = text.get(at..)?;
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(rest.len());
    let word = &rest[..end];
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
        .then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A compiler that knows `int` and no other word before a name, and refuses functions whose name begins with `bad`.
    fn check(text: &str, unknown: &[String]) -> Option<String> {
        let mut at = 0;
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
            let known = word.is_empty() || unknown.iter().any(|own| own == word);
            let refused = word.starts_with("bad") || word.ends_with("_t") && !known;
            if refused {
                return Some(format!("text:1:{}: error: no {word}\n", at + 1));
            }
            at += word.len() + 1;
        }
        None
    }

    #[track_caller]
    fn mended(text: &str) -> Option<Mended> {
        let message = check(text, &[]).expect("the text is refused");
        mend(text, &message, &mut |text, unknown| Ok(check(text, unknown))).expect("nothing is run")
    }

    #[test]
    fn a_word_that_nothing_declares_becomes_a_type() {
        let found = mended("int f(a_t a, b_t *b, a_t c);").expect("a function is left");
        assert_eq!(found.unknown, ["a_t", "b_t"]);
        assert_eq!(found.text, "int f(a_t a, b_t *b, a_t c);");
        assert!(found.left_out.is_empty());
    }

    #[test]
    fn a_declaration_that_is_refused_is_left_out_alone() {
        let found = mended("int f(int); int bad_one(a_t a); int g(b_t b);").expect("functions are left");
        let blank = " ".repeat("int bad_one(a_t a)".len());
        assert_eq!(found.text, format!("int f(int); {blank}; int g(b_t b);"));
        assert_eq!(found.unknown, ["b_t"]);
        let left: Vec<(&str, &str)> = found
            .left_out
            .iter()
            .map(|own| (own.name.as_str(), own.reason.as_str()))
            .collect();
        assert_eq!(left, [("bad_one", "no bad_one")]);
    }

    #[test]
    fn a_text_of_which_nothing_is_left_is_not_mended() {
        assert_eq!(mended("int bad(int);"), None);
        assert_eq!(mended("int x; int bad(int);"), None);
    }

    #[test]
    fn only_errors_about_the_text_have_a_place() {
        let place = |message: &str| FirstError::of(message).map(|own| (own.line, own.column, own.reason));
        assert_eq!(
            place("text:1:1: warning: old\ntext:2:14: error: no such: thing\ntext:3:1: error: x"),
            Some((2, 14, "no such: thing".to_owned()))
        );
        assert_eq!(
            place("text:1:10: fatal error: 'a.h' file not found"),
            Some((1, 10, "'a.h' file not found".to_owned()))
        );
        assert_eq!(
            place("--unnamed:1:3: error: x\nother:1:1: error: y\ntext:x:1: error: z"),
            None
        );
    }
}
