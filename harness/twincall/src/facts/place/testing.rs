//! Places as tests write them: by their text.

use twincall_abi::path::{Path, Step};

use super::{Place, Root};

impl PartialEq<&str> for Place {
    fn eq(&self, text: &&str) -> bool {
        let written = self.to_string();
        written == *text
    }
}

impl PartialEq<String> for Place {
    fn eq(&self, text: &String) -> bool {
        let written = self.to_string();
        written == *text
    }
}

impl From<&str> for Place {
    /// `*argument 1.b`: pointers are followed at the root, which is enough for tests.
    fn from(text: &str) -> Place {
        let named = text.trim_start_matches('*');
        let pointers = text.len() - named.len();
        let mut parts = named.split(", ");
        let (root, fields) = divided(parts.next().unwrap());
        let number = |text: &str| text.parse::<usize>().unwrap() - 1;
        let (root, name) = match root.split_once("argument ") {
            Some(("", index)) => (Root::Argument(number(index)), ""),
            Some((_, index)) => (Root::Buffer(number(index)), ""),
            None if root == "result" => (Root::Result, ""),
            None if root == "all arguments" => (Root::Arguments, ""),
            None => (Root::Whole, root),
        };
        let mut path: Path = (0..pointers).map(|_| Step::Pointee).collect();
        path = inside(path.field(name), fields);
        for part in parts {
            let (what, fields) = divided(part);
            let step = match what.strip_prefix("callback argument ") {
                Some(index) => Step::CallbackArgument(number(index)),
                None if what == "callback result" => Step::CallbackResult,
                None => Step::Callback,
            };
            path = inside(path.then(step), fields);
        }
        let place = Place { root, path };
        assert_eq!(place, text.to_owned(), "tests write such places otherwise");
        place
    }
}

/// What stands before the first field or element, and the rest.
fn divided(text: &str) -> (&str, &str) {
    text.split_at(text.find(['.', '[']).unwrap_or(text.len()))
}

fn inside(mut path: Path, fields: &str) -> Path {
    for part in fields.split_terminator(['.', ']']) {
        for (at, piece) in part.split('[').enumerate() {
            path = match at {
                0 => path.field(piece),
                _ => path.then(Step::Element(piece.parse().unwrap())),
            };
        }
    }
    path
}
