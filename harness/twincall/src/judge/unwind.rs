//! What a process says when it ends because an exception or a panic met a frame through which it may not pass.
//!
//! Only words of the language's own runtime count: without them an abort is a crash like any other.

/// The end of an unwinding, in the runtime's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Unwinding {
    pub(super) message: &'static str,
    /// The function that it could not pass, where the runtime names it.
    pub(super) function: Option<String>,
}

/// Rust's runtime, from 1.60 on. The first is said by the function at whose edge the unwinding ends; `extern "C"` makes one.
const MESSAGES: [&str; 4] = [
    "panic in a function that cannot unwind",
    "failed to initiate panic, error",
    "Rust panics must be rethrown",
    "Rust cannot catch foreign exceptions",
];

/// Reads what a call that was aborted printed.
pub(super) fn unwinding(output: &str, is_function: &dyn Fn(&str) -> bool) -> Option<Unwinding> {
    let (at, message) = MESSAGES
        .iter()
        .find_map(|message| Some((output.find(message)?, *message)))?;
    // `   9:     0x7f16be0560c8 - rust_divide`: the innermost function of the pair is the one that ends it.
    let frames = output[at..].lines().filter_map(|line| line.split_once(" - "));
    let mut names = frames.map(|(_, name)| name.trim());
    Some(Unwinding {
        message,
        function: names.find(|name| is_function(name)).map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "thread 'main' (2621) panicked at m.rs:1:87:\n 1: 0x1 - c_divides\nthe divisor is zero\n\n\
        thread 'main' (2621) panicked at panicking.rs:225:5:\npanic in a function that cannot unwind\n\
        stack backtrace:\n   0:     0x55fb43698e3a - <unknown>\n   1:     0x55fb436a8fba - rust_divide\n\
        2:     0x55fb4369c8a2 - c_divides\nthread caused non-unwinding panic. aborting.\n";

    #[test]
    fn the_innermost_function_of_the_pair_ends_it() {
        let known = |name: &str| ["c_divides", "rust_divide"].contains(&name);
        let found = unwinding(OUTPUT, &known).unwrap();
        assert_eq!(found.message, "panic in a function that cannot unwind");
        assert_eq!(found.function.as_deref(), Some("rust_divide"));
        assert_eq!(unwinding(OUTPUT, &|_| false).unwrap().function, None);
    }

    #[test]
    fn another_abort_is_no_unwinding() {
        for output in [
            "",
            "terminate called without an active exception\n",
            "thread 'main' panicked at x\n",
        ] {
            assert_eq!(unwinding(output, &|_| true), None);
        }
    }
}
