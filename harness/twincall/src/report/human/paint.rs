//! The colours of a text for a terminal, and the one place where such a text is cleaned of all other orders.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;

use crate::text::printable;

/// What stands in each code of this program until its text is cleaned. Text of others can hold codes of the same colours, but
/// not this word, which no other process has.
static OWN: LazyLock<String> = LazyLock::new(|| format!("{:016x}", RandomState::new().hash_one("paint")));

/// ANSI colours, or none. What is painted has to go through [`Paint::only`] before it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    color: bool,
}

impl Paint {
    /// Colours, where they are wanted.
    pub const fn new(color: bool) -> Paint {
        Paint { color }
    }

    /// A text in which nothing but this paint is an order to a terminal: what fixtures and their programs say stays text.
    pub(crate) fn only(self, text: &str) -> String {
        let mut pieces = text.split('\u{1b}');
        let mut clean = printable(pieces.next().unwrap_or_default());
        for piece in pieces {
            match piece.strip_prefix(OWN.as_str()) {
                Some(own) => {
                    clean.push('\u{1b}');
                    clean.push_str(&printable(own));
                }
                None => {
                    clean.push(char::REPLACEMENT_CHARACTER);
                    clean.push_str(&printable(piece));
                }
            }
        }
        clean
    }

    fn code(self, code: &str, text: &str) -> String {
        if self.color {
            let own = OWN.as_str();
            format!("\x1b{own}[{code}m{text}\x1b{own}[0m")
        } else {
            text.to_owned()
        }
    }

    pub(crate) fn good(self, text: &str) -> String {
        self.code("32", text)
    }

    pub(crate) fn bad(self, text: &str) -> String {
        self.code("31", text)
    }

    pub(crate) fn warn(self, text: &str) -> String {
        self.code("33", text)
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.code("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.code("2", text)
    }
}

#[cfg(test)]
mod tests {
    use super::Paint;

    #[test]
    fn a_terminal_obeys_the_paint_alone() {
        let text = |paint: Paint| format!("{} \u{1b}[2J\u{1b}[31mx\u{7}\n", paint.bad("bad"));
        let (colored, plain) = (Paint::new(true), Paint::new(false));
        assert_eq!(
            colored.only(&text(colored)),
            "\u{1b}[31mbad\u{1b}[0m \u{fffd}[2J\u{fffd}[31mx\u{fffd}\n"
        );
        assert_eq!(plain.only(&text(plain)), "bad \u{fffd}[2J\u{fffd}[31mx\u{fffd}\n");
    }

    #[test]
    fn a_command_is_one_behind_paint_too() {
        let paint = Paint::new(true);
        let text = format!(
            "{}\n::error::b ##[error]c\n",
            paint.bold("::error::a\n::error::a")
        );
        assert_eq!(
            paint.only(&text),
            "\u{1b}[1m::error::a\n: :error::a\u{1b}[0m\n: :error::b # #[error]c\n"
        );
    }
}
