//! Holds a compiler's text for a known source against what the psABI says of it, before any of its text is evidence.
//!
//! The text of machine IR changes with LLVM and nothing announces it. A reader that no longer understands it
//! would be wrong in silence, so that each compiler first has to answer [`known_source`] as expected.

use std::fmt;

use super::{BackendCall, BackendError, BackendFunction, Compiler, read};

/// The source to compile for the self-test: its file name and its text. No words are needed beside
/// [`super::assembler_arguments`], the target, the level, and for rustc `--crate-type lib --edition 2024 -Cpanic=abort`.
pub fn known_source(compiler: Compiler) -> (&'static str, &'static str) {
    match compiler {
        Compiler::Clang => ("self_test.c", include_str!("testdata/self_test.c")),
        Compiler::Rustc => ("self_test.rs", include_str!("testdata/self_test.rs")),
    }
}

/// A text that does not read as it must. Evidence of this compiler's back end is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct Drift {
    pub compiler: Compiler,
    pub llvm_major: u32,
    pub differences: Vec<Difference>,
}

/// One thing that drifted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    Unreadable(BackendError),
    Missing {
        symbol: &'static str,
    },
    Function {
        symbol: &'static str,
        expected: String,
        found: String,
    },
}

/// What the psABI (3.2.3, 3.5.7) says of one function of the known source.
#[derive(Debug)]
struct Known {
    symbol: &'static str,
    /// Whether Rust can write it.
    rust: bool,
    /// As [`BackendFunction`] and [`super::BackendCall`] display themselves.
    function: &'static str,
    call: Option<&'static str>,
}

const fn callee(symbol: &'static str, function: &'static str) -> Known {
    Known {
        symbol,
        rust: true,
        function,
        call: None,
    }
}

const fn caller(symbol: &'static str, function: &'static str, call: &'static str) -> Known {
    Known {
        symbol,
        rust: true,
        function,
        call: Some(call),
    }
}

const fn only_c(known: Known) -> Known {
    Known { rust: false, ..known }
}

const KNOWN: [Known; 12] = [
    callee(
        "t_integers",
        "rdi:4 rsi:4 rdx:4 rcx:8 r8:4 r9:4 [rsp+8]:4 [rsp+16]:8 -> rax:4",
    ),
    callee("t_floating", "xmm0:4 xmm1:8 -> xmm0:8"),
    callee("t_mixed", "rdi:8 xmm0:8 -> rax:8 xmm0:8"),
    callee("t_three", "rdi:8 rsi:4 [rsp+8]:24 -> rax:8"),
    only_c(callee("t_long_double", "[rsp+8]:10 -> st0:10")),
    only_c(callee(
        "t_variadic",
        "rdi:8 -> rax:8 ... rsi rdx rcx r8 r9 xmm0 xmm1 xmm2 xmm3 xmm4 xmm5 xmm6 xmm7 [rsp+8] al",
    )),
    caller(
        "u_integers",
        "rdi:8 rsi:8 -> rax:4",
        "x_integers rdi:4 sext 1 rsi:4 zext 2 rdx:4 rcx:8 r8:4 r9:4 [rsp+8]:4 [rsp+16]:8 / 16 bytes -> rax:4",
    ),
    caller(
        "u_floating",
        "xmm0:4 xmm1:8 -> xmm0:8",
        "x_floating xmm0:4 xmm1:8 -> xmm0:8",
    ),
    caller(
        "u_mixed",
        "rdi:8 -> rax:8",
        "x_mixed rdi:8 xmm0:8 -> rax:8 xmm0:8",
    ),
    caller(
        "u_three",
        "rdi:8 -> rax:8",
        "x_three rdi:8 rsi:4 [rsp+8]:24 / 24 bytes ->",
    ),
    only_c(caller(
        "u_long_double",
        "[rsp+8]:10 -> st0:10",
        "x_long_double [rsp+8]:10 / 16 bytes -> st0:10",
    )),
    caller(
        "u_variadic",
        "xmm0:8 -> rax:4",
        "x_variadic rdi:8 xmm0:8 xmm1:8 rsi:4, al 2 -> rax:4",
    ),
];

/// Whether the text that a compiler wrote for [`known_source`], at any level, reads as the psABI wants it.
pub fn self_test(text: &str, compiler: Compiler, llvm_major: u32) -> Result<(), Drift> {
    let differences = match read(text, llvm_major) {
        Ok(functions) => compare(&functions, compiler),
        Err(error) => vec![Difference::Unreadable(error)],
    };
    if differences.is_empty() {
        return Ok(());
    }
    Err(Drift {
        compiler,
        llvm_major,
        differences,
    })
}

fn compare(functions: &[BackendFunction], compiler: Compiler) -> Vec<Difference> {
    let asked = KNOWN
        .iter()
        .filter(|known| known.rust || compiler == Compiler::Clang);
    asked
        .filter_map(|known| {
            let symbol = known.symbol;
            let Some(function) = functions.iter().find(|function| function.symbol == symbol) else {
                return Some(Difference::Missing { symbol });
            };
            let call = known.call.map(|call| format!("; calls {call}"));
            let expected = format!("{}{}", known.function, call.unwrap_or_default());
            let found = std::iter::once(function.to_string())
                .chain(
                    function
                        .calls
                        .iter()
                        .map(|call| format!("; calls {}", level_independent(call))),
                )
                .collect::<String>();
            (expected != found).then_some(Difference::Function {
                symbol,
                expected,
                found,
            })
        })
        .collect()
}

/// How many stores an aggregate takes depends on the level.
fn level_independent(call: &BackendCall) -> BackendCall {
    BackendCall {
        stack: call.merged_stores(),
        ..call.clone()
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let compiler = match self.compiler {
            Compiler::Clang => "clang",
            Compiler::Rustc => "rustc",
        };
        let major = self.llvm_major;
        write!(
            f,
            "the machine IR of {compiler} with LLVM {major} does not read as the psABI wants it"
        )?;
        self.differences
            .iter()
            .try_for_each(|difference| write!(f, "\n  {difference}"))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Unreadable(error) => write!(f, "{error}"),
            Difference::Missing { symbol } => write!(f, "{symbol}: not in the text"),
            Difference::Function {
                symbol,
                expected,
                found,
            } => write!(f, "{symbol}: expected `{expected}`, read `{found}`"),
        }
    }
}
