//! Tells a compiler that is too old for a fixture from a fixture that is wrong, by the compiler's own words.

use twincall_abi::interface::Side;

use super::Builder;
use crate::toolchain::Version;

/// The corpus is written for these compilers and newer ones.
const FIXTURE_CLANG: Version = (22, 0, 0);
const FIXTURE_RUST: Version = (1, 95, 0);

/// How clang and gcc say that they do not know something.
const UNKNOWN_IN_C: [&str; 8] = [
    "unknown argument",
    "unrecognized command-line option",
    "unrecognized argument",
    "unknown type name '_",
    "is not supported on this target",
    "unknown target",
    // `enum e : short`, which gcc reads from 13.
    "before ':' token",
    "before ‘:’ token",
];

/// rustc's codes for what is unstable, missing or different in a version: features, names, items, methods, ABIs, and the
/// parameters of library types.
const UNKNOWN_IN_RUST: [&str; 11] = [
    "E0658", "E0635", "E0554", "E0703", "E0412", "E0425", "E0432", "E0433", "E0599", "E0405", "E0107",
];

impl Builder<'_> {
    /// Why a compiler older than the fixtures refuses what it does not know. A newer one that says the same is right.
    pub(super) fn too_old(&self, side: Side, message: &str) -> Option<String> {
        let (old, name) = match side {
            Side::C => (
                self.c.gcc.is_some() || self.c.version < FIXTURE_CLANG,
                &self.c.name,
            ),
            Side::Rust => (self.rust.version < FIXTURE_RUST, &self.rust.name),
        };
        let line = message
            .lines()
            .map(str::trim)
            .find(|line| is_unknown(side, line))?;
        let root = format!("{}/", self.root.display());
        old.then(|| {
            let line = line.replace(&root, "");
            format!("{name} does not know what the fixture uses: {line}")
        })
    }
}

fn is_unknown(side: Side, line: &str) -> bool {
    match side {
        Side::C => UNKNOWN_IN_C.iter().any(|words| line.contains(words)),
        Side::Rust => line
            .strip_prefix("error[")
            .is_some_and(|rest| UNKNOWN_IN_RUST.iter().any(|code| rest.starts_with(code))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_unknown() {
        let unstable = "error[E0658]: the target feature `x` is currently unstable";
        assert!(is_unknown(Side::Rust, unstable));
        assert!(!is_unknown(Side::Rust, "error[E0308]: mismatched types"));
        let option = "gcc: error: unrecognized command-line option '-mfoo'";
        assert!(is_unknown(Side::C, option));
        assert!(!is_unknown(Side::C, "unit.c:3:1: error: expected ';'"));
    }
}
