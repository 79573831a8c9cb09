//! Takes out of a copy of a report the bodies that a change breaks, so that its declarations can be judged by themselves.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::Visit;

use super::replace;
use crate::repro::pair::{Pair, Sources};
use crate::repro::read::failure::{Complaint, complaints};

/// A body for a function of any result.
const RUST_STUB: &str = "{ ::std::process::abort() }";

/// Replaces the bodies in which a compiler complains, and says of what. Nothing where it complains elsewhere.
pub(super) fn without_broken(sources: &mut Sources, pair: &Pair, reason: &str) -> Option<Vec<String>> {
    let complaints = complaints(reason);
    if complaints.is_empty() {
        return None;
    }
    let mut told = Vec::new();
    for Complaint { location, said } in complaints {
        let is_rust = std::path::Path::new(&location.file) == pair.rust_path.as_path();
        let is_c = std::path::Path::new(&location.file) == pair.c_path.as_path();
        let (source, in_pair) = match (is_rust, is_c) {
            (true, _) => (&mut sources.rust, &pair.rust),
            (_, true) => (&mut sources.c, &pair.c),
            _ => return None,
        };
        let line = (location.line as usize).checked_sub(1 + in_pair.directives())?;
        let range = match is_rust {
            true => rust_body(&source.text, line),
            false => c_body(&source.text, line),
        };
        // An earlier complaint may have been about the same body.
        let Some(range) = range else { continue };
        let stub = match is_rust {
            // A body that never ends would use up the time of each call.
            true => RUST_STUB,
            false => "{ __builtin_trap(); }",
        };
        let lines = source.text[range.clone()].matches('\n').count();
        replace(source, range, &format!("{stub}{}", "\n".repeat(lines)));
        if let Some((file, line)) = pair.place(&location) {
            told.push(format!("{file}:{line}: {said}"));
        }
    }
    (!told.is_empty()).then_some(told)
}

/// The innermost body of a function around a line, counted from 0.
fn rust_body(text: &str, line: usize) -> Option<Range<usize>> {
    struct Bodies {
        line: usize,
        found: Option<Range<usize>>,
    }
    impl Bodies {
        fn look(&mut self, block: &syn::Block) {
            let span = block.span();
            let lines = span.start().line..=span.end().line;
            // What is a stub already has nothing to break.
            if lines.contains(&(self.line + 1)) && !is_stub(block) {
                self.found = Some(span.byte_range());
            }
        }
    }
    impl<'ast> Visit<'ast> for Bodies {
        fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
            self.look(&function.block);
            syn::visit::visit_item_fn(self, function);
        }

        fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
            self.look(&function.block);
            syn::visit::visit_impl_item_fn(self, function);
        }
    }
    let mut bodies = Bodies { line, found: None };
    bodies.visit_file(&syn::parse_file(text).ok()?);
    bodies.found
}

fn is_stub(block: &syn::Block) -> bool {
    syn::parse_str::<syn::Block>(RUST_STUB).is_ok_and(|stub| stub == *block)
}

/// The outermost braces around a line that follow a parenthesis.
fn c_body(text: &str, line: usize) -> Option<Range<usize>> {
    let masked = crate::repro::read::masked(text);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let end = start + text[start..].find('\n').unwrap_or(text.len() - start);
    let mut open: Option<usize> = None;
    let mut depth = 0_usize;
    for (at, c) in masked.char_indices() {
        match c {
            '{' => {
                let is_body = masked[..at].trim_end().ends_with(')');
                if depth == 0 && is_body {
                    open = Some(at);
                }
                depth += usize::from(open.is_some());
            }
            '}' if open.is_some() => {
                depth -= 1;
                if depth == 0 {
                    let body = open.take()?..at + 1;
                    let stub = text[body.clone()].contains("__builtin_trap");
                    if body.start <= end && start < body.end && !stub {
                        return Some(body);
                    }
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_around_a_line_is_found() {
        let rust = "impl A {\n  fn f(x: i32) -> i32 {\n    g(&x)\n  }\n}\nfn main() {}\n";
        assert_eq!(&rust[rust_body(rust, 2).unwrap()], "{\n    g(&x)\n  }");
        assert_eq!(rust_body(rust, 0), None);
        let c =
            "int g(int);\nextern \"C\" {\nint f(int x)\n{\n  if (x) { return g(&x); }\n  return 0;\n}\n}\n";
        assert_eq!(
            &c[c_body(c, 4).unwrap()],
            "{\n  if (x) { return g(&x); }\n  return 0;\n}"
        );
        assert_eq!(c_body(c, 0), None);
    }
}
