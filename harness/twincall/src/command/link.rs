//! Calls of linkers: clang as a driver natively, `wasm-ld` for wasm.

use std::path::Path;

use super::{CCompiler, ToolCall};
use crate::toolchain::{CToolchain, LinkWords};

/// The linkers of LLVM stop at the 20th error. Which symbols are then missing from the list depends on the order in
/// which the compiler's code names them, and with it on the level.
const ALL_ERRORS: &str = "--error-limit=0";

/// Puts the stack above the data, into which it then grows without a trap. Before LLVM 22 this was what wasm-ld did unasked.
pub(crate) const STACK_ABOVE_DATA: &str = "--no-stack-first";
const FIRST_WITH_THE_OPTION: u32 = 22;

/// A native library. Objects, archives and the output are added to the [`ToolCall`] that it gives, then
/// [`NativeLink::libraries`].
///
/// The linker is called with the words that clang gives it: a driver that only starts another program takes longer than what
/// it starts. Where they are not known, clang links.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NativeLink<'a> {
    pub(crate) c: &'a CToolchain,
    /// The libraries of the system that it needs.
    pub(crate) link: &'a [String],
    /// Whether C++ is in it.
    pub(crate) cpp: bool,
}

impl NativeLink<'_> {
    /// All that is defined in it is kept apart from what the process has, and what is missing is an error.
    pub(crate) fn tool_call(&self) -> ToolCall {
        let mut call = match self.direct() {
            Some((lld, words)) => {
                let mut call = ToolCall::new("ld.lld", lld, format!("{:?}", self.c.version));
                call.say_all(&words.before);
                call
            }
            None => {
                let mut call = self.driver();
                call.say("-shared");
                self.choose_linker(&mut call);
                call
            }
        };
        for words in [
            ["-z", "defs"].as_slice(),
            &["-Bsymbolic"],
            &["--gc-sections"],
            // Whoever calls asks for the fixture's own functions. What of Rust's libraries is visible is kept, used or not.
            &["--exclude-libs", "ALL"],
            &[STRIP],
        ] {
            self.say(&mut call, words);
        }
        if self.c.lld.is_some() {
            self.say(&mut call, &[ALL_ERRORS]);
        }
        call
    }

    /// Says words of the linker's own.
    pub(crate) fn say(&self, call: &mut ToolCall, words: &[&str]) {
        match self.direct() {
            Some(_) => call.say_all(words),
            None => call.say(format!("-Wl,{}", words.join(","))),
        };
    }

    pub(crate) fn libraries(&self, call: &mut ToolCall) {
        call.say_all(self.link.iter().map(|library| format!("-l{library}")));
        call.say_all(["-lm", "-lgcc_s", "-lc"]);
        if self.cpp {
            call.say("-lstdc++");
        }
        if let Some((_, words)) = self.direct() {
            call.say_all(&words.behind);
        }
    }

    /// The same call for a library that keeps its debug information.
    pub(crate) fn with_debug_info(call: &ToolCall) -> ToolCall {
        let mut call = call.clone();
        call.without(STRIP).without(&format!("-Wl,{STRIP}"));
        call
    }

    /// A library of nothing but the need for the system's libraries.
    pub(crate) fn of_libraries_alone(&self) -> ToolCall {
        let mut call = self.driver();
        call.say_all(["-shared", "-nostdlib", "-Wl,--no-as-needed"]);
        self.choose_linker(&mut call);
        call.say_all(self.link.iter().map(|library| format!("-l{library}")));
        call
    }

    fn direct(&self) -> Option<(&Path, &LinkWords)> {
        self.c.lld.as_deref().zip(self.c.link_words.as_ref())
    }

    fn driver(&self) -> ToolCall {
        ToolCall::new("clang: links", &self.c.clang, format!("{:?}", self.c.version))
    }

    fn choose_linker(&self, call: &mut ToolCall) {
        if let Some(lld) = &self.c.lld {
            call.say(format!("--ld-path={}", lld.display()));
        }
    }
}

/// Evidence is read from the objects; what is linked is only called.
const STRIP: &str = "--strip-debug";

/// A program by the driver of its C part; objects, libraries and the output are added.
pub(crate) fn program_link(driver: CCompiler<'_>) -> ToolCall {
    driver.start("clang: links")
}

/// Which symbols of a wasm module can be reached, and which it may lack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum WasmSymbols {
    /// Those that are asked for; none may be missing.
    Asked,
    /// All that are defined; what is missing is imported.
    All,
}

/// A wasm module. Objects, archives and the output are added to the [`ToolCall`] that it gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WasmLink<'a> {
    /// `wasm-ld` and the version of its LLVM.
    pub(crate) linker: (&'a Path, u32),
    pub(crate) symbols: WasmSymbols,
    pub(crate) flags: &'a [String],
    /// Pages of 64 KiB: at first and at most.
    pub(crate) memory: Option<(u32, u32)>,
    /// Whether of several definitions of a symbol the first one counts.
    pub(crate) first_counts: bool,
}

impl WasmLink<'_> {
    /// Whether the stack is put above the data.
    pub(crate) fn is_above_data(&self) -> bool {
        self.flags.iter().any(|flag| flag == STACK_ABOVE_DATA)
    }

    pub(crate) fn tool_call(&self) -> ToolCall {
        let (program, version) = self.linker;
        let mut call = ToolCall::new("wasm-ld", program, version.to_string());
        call.say("--no-entry");
        match self.symbols {
            WasmSymbols::Asked => call.say_all(["--gc-sections", "--strip-debug", ALL_ERRORS]),
            WasmSymbols::All => call.say_all(["--export-all", "--allow-undefined"]),
        };
        if !self.is_above_data() {
            call.say("--stack-first");
        }
        let known = |flag: &&String| *flag != STACK_ABOVE_DATA || version >= FIRST_WITH_THE_OPTION;
        call.say_all(self.flags.iter().filter(known));
        if self.first_counts {
            call.say("--allow-multiple-definition");
        }
        if let Some((initial, maximum)) = self.memory {
            call.say(format!("--initial-memory={}", u64::from(initial) * 65_536));
            call.say(format!("--max-memory={}", u64::from(maximum) * 65_536));
            // The default stack of 1 MiB would not fit into a few pages.
            call.say_all(["-z", "stack-size=16384"]);
        }
        call
    }
}
