//! Links objects into what can be called: natively one shared object a side (twins) or one for both (boundary); on
//! wasm one module for each side that is called, because two modules share no memory.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use twincall_abi::interface::Side;
use twincall_abi::target::Target;

use super::compile::{ARCHIVE, Object};
use super::{BuildError, Builder};
use crate::cache::{CacheError, Contents, Entry, KeyBuilder};
use crate::command::{
    CCall, CCompiler, CProduct, NativeLink, ToolCall, WasmLink, WasmSymbols, complaint, scratch,
};
use crate::discover::Case;
use crate::facts::Form;
use crate::toolchain::sysroot::ReadyLibraries;

mod dependencies;
mod system;
mod tap;

pub use dependencies::{DependencyError, check_dependencies};

pub(crate) use tap::{CONSTRUCTORS, STACK_POINTER, tap_import};

/// What linking a level gave.
#[derive(Clone, Debug, Default)]
pub struct Linked {
    pub libraries: Vec<LinkedLibrary>,
    pub refusals: Vec<LinkRefusal>,
    /// What the linker said without refusing, by line: wasm-ld's signature mismatches.
    pub warnings: Vec<String>,
    /// Both sides of a boundary once more, with a tap where their functions call each other.
    pub tapped: Option<Tapped>,
    /// Why there is no such library where one was asked for.
    pub untapped: Option<String>,
    /// What neither side defines, by the case's leave.
    pub absent: Vec<String>,
}

/// A library in which calls from one side's code to the other's pass a variable natively, and the host on wasm.
#[derive(Clone, Debug)]
pub struct Tapped {
    pub library: LinkedLibrary,
    /// The functions that are watched, in the order of their names.
    pub functions: Vec<String>,
}

/// A shared object or module.
#[derive(Clone, Debug)]
pub struct LinkedLibrary {
    /// The sides whose code answers calls here. A boundary library holds both.
    pub callees: Vec<Side>,
    /// The sides whose drivers are in it.
    pub callers: Vec<Side>,
    /// Its cache key, for what is derived from it.
    pub key: String,
    entry: Entry,
    /// The linker's call without the output, and what it reads, to link it once more.
    call: ToolCall,
    inputs: Vec<Input>,
}

impl LinkedLibrary {
    /// Where [`LinkedLibrary::write_out`] writes the library.
    pub fn path(&self) -> PathBuf {
        self.entry.path(LIBRARY)
    }

    /// Writes the library where it can be opened. It lies there as long as somebody holds this.
    ///
    /// # Errors
    /// See [`Entry::write_out`].
    pub fn write_out(&self) -> Result<PathBuf, CacheError> {
        self.entry.write_out(LIBRARY)
    }

    /// The bytes of the library.
    ///
    /// # Errors
    /// See [`Entry::read`].
    pub fn read(&self) -> Result<Vec<u8>, CacheError> {
        self.entry.read(LIBRARY)
    }

    /// A library that nobody opens.
    #[cfg(test)]
    pub(crate) fn for_tests() -> LinkedLibrary {
        LinkedLibrary {
            callees: Vec::new(),
            callers: Vec::new(),
            key: String::new(),
            entry: Entry::for_tests(),
            call: ToolCall::new("", std::path::Path::new(""), ""),
            inputs: Vec::new(),
        }
    }
}

/// Why there is no library.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LinkRefusal {
    /// Symbols that nothing defines.
    pub undefined: Vec<String>,
    /// The linker's own words.
    pub message: String,
    pub command: String,
}

#[derive(Clone, Copy)]
pub(super) struct LinkRequest<'a> {
    pub(super) case: &'a Case,
    pub(super) target: Target,
    pub(super) form: Form,
    pub(super) libraries: &'a ReadyLibraries,
    pub(super) system_libraries: &'a [String],
    pub(super) c: &'a Object,
    pub(super) rust: &'a Object,
    pub(super) exports: &'a [String],
    pub(super) cpp: bool,
    pub(super) std: bool,
    /// The functions that one side's own code may call on the other.
    pub(super) crossing: &'a [String],
    /// What may be missing, see [`crate::discover::Case::undefined`].
    pub(super) may_be_absent: &'a [String],
    /// What of it is missing: it has no address, and on wasm traps.
    pub(super) absent: &'a [String],
}

impl LinkRequest<'_> {
    fn object(&self, side: Side) -> &Object {
        match side {
            Side::C => self.c,
            Side::Rust => self.rust,
        }
    }
}

/// A file of an entry that a linker reads.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) entry: Entry,
    pub(super) name: &'static str,
    /// What a person is told in place of its path.
    pub(super) shown: &'static str,
}

impl Input {
    fn path(&self) -> PathBuf {
        self.entry.path(self.name)
    }

    fn write_out(&self) -> Result<PathBuf, CacheError> {
        self.entry.write_out(self.name)
    }
}

/// A linker's call without the output, the key of what it reads so far, and the files among that which have to be written out.
struct Linker {
    key: KeyBuilder,
    call: ToolCall,
    inputs: Vec<Input>,
}

/// What one linker call left behind; refusals are cached too, so that a warm run links nothing.
#[derive(Serialize, Deserialize)]
struct LinkRecord {
    refusal: Option<LinkRefusal>,
    warnings: Vec<String>,
}

const LIBRARY: &str = "linked";
const RECORD: &str = "record.json";
const GUARD: &str = "guard.o";

/// The name of [`STACK_GUARD_SIZE`] bytes directly below a stack that lies above the data.
pub(crate) const STACK_GUARD: &str = "tc_stack_guard";
pub(crate) const STACK_GUARD_SIZE: usize = 4096;

impl Builder<'_> {
    pub(super) fn link(&self, request: &LinkRequest<'_>) -> Result<Linked, BuildError> {
        let linked = self.link_all(request)?;
        let refusals = linked.refusals.iter();
        let absent: BTreeSet<&String> = refusals.flat_map(|refusal| &refusal.undefined).collect();
        let absent: Vec<String> = absent.into_iter().cloned().collect();
        if absent.is_empty() || !absent.iter().all(|symbol| request.may_be_absent.contains(symbol)) {
            return Ok(linked);
        }
        let mut linked = self.link_all(&LinkRequest {
            absent: &absent,
            ..*request
        })?;
        linked.absent = absent;
        Ok(linked)
    }

    fn link_all(&self, request: &LinkRequest<'_>) -> Result<Linked, BuildError> {
        let mut linked = Linked::default();
        let both = Side::BOTH.to_vec();
        if request.target.is_wasm() {
            match request.form {
                // The object that comes first gives the definition of a symbol that both have.
                Form::Twins => {
                    for callee in Side::BOTH {
                        self.link_wasm(request, callee, vec![callee], both.clone(), &mut linked)?;
                    }
                }
                Form::Boundary => self.link_wasm(request, Side::C, both.clone(), both, &mut linked)?,
            }
        } else {
            match request.form {
                Form::Twins => {
                    for side in Side::BOTH {
                        self.link_native(request, vec![side], &mut linked)?;
                    }
                }
                Form::Boundary => self.link_native(request, both, &mut linked)?,
            }
        }
        if request.form == Form::Boundary && !linked.libraries.is_empty() && !request.crossing.is_empty() {
            match self.link_tapped(request)? {
                Ok(tapped) => linked.tapped = Some(tapped),
                Err(reason) => linked.untapped = Some(reason),
            }
        }
        Ok(linked)
    }

    /// A native library once more, with the debug information of its objects: the lines of a crash. Kept with every
    /// library it would take six times the room.
    pub fn with_debug_info(&self, library: &LinkedLibrary) -> Result<LinkedLibrary, BuildError> {
        let mut key = KeyBuilder::new("native-library-with-debug-info");
        let key = key.add(&library.key).key();
        let entry = self.cache.get_or_make(&key, || {
            for input in &library.inputs {
                input.write_out()?;
            }
            let scratch = scratch(self.cache, self.recorder).map_err(BuildError::Scratch)?;
            let output_path = scratch.path().join(LIBRARY);
            let mut call = NativeLink::with_debug_info(&library.call);
            let output = call.output(&output_path).run(self.recorder)?;
            if !output.status.success() {
                return Err(BuildError::Link {
                    target: Target::X86_64LinuxGnu,
                    command: call.show(self.root),
                    message: complaint(&output),
                });
            }
            let mut contents = Contents::default();
            let bytes = std::fs::read(&output_path).map_err(BuildError::Scratch)?;
            contents.files.insert(LIBRARY.to_owned(), bytes);
            Ok::<_, BuildError>(contents)
        })?;
        Ok(LinkedLibrary {
            key: key.as_str().to_owned(),
            entry,
            ..library.clone()
        })
    }

    fn link_native(
        &self,
        request: &LinkRequest<'_>,
        sides: Vec<Side>,
        linked: &mut Linked,
    ) -> Result<(), BuildError> {
        let linker = self.native_linker(request, &sides, None);
        self.run_linker(request, linker, sides.clone(), sides, linked)
    }

    /// The call that links these sides.
    fn native_linker(&self, request: &LinkRequest<'_>, sides: &[Side], taps: Option<Input>) -> Linker {
        let mut key = KeyBuilder::new("native-library");
        let link = NativeLink {
            c: self.c,
            link: &request.case.link,
            cpp: request.cpp && sides.contains(&Side::C),
        };
        let mut call = link.tool_call();
        call.run_in(self.root);
        let mut inputs = Vec::new();
        for &side in sides {
            let object = request.object(side);
            key.add(side.tag()).add(object.key.as_str());
            inputs.push(object.input(side));
        }
        for input in &inputs {
            call.file(input.path());
        }
        if let Some(taps) = taps {
            for symbol in request.crossing {
                link.say(&mut call, &[&format!("--wrap={symbol}")]);
            }
            key.add(taps.entry.input_key().as_str());
            call.file(taps.path());
            inputs.push(taps);
        }
        for symbol in request.absent {
            link.say(&mut call, &[&format!("--defsym={symbol}=0")]);
        }
        if sides.contains(&Side::Rust) {
            inputs.extend(add_rust_archives(request, &mut call));
        }
        // Another version of a library may be installed since, under the name that the linker looks for.
        for name in request.system_libraries {
            key.add(name);
        }
        link.libraries(&mut call);
        Linker { key, call, inputs }
    }

    fn link_wasm(
        &self,
        request: &LinkRequest<'_>,
        first: Side,
        callees: Vec<Side>,
        callers: Vec<Side>,
        linked: &mut Linked,
    ) -> Result<(), BuildError> {
        let objects = Side::BOTH.map(|side| request.object(side).input(side));
        let linker = self.wasm_linker(request, first, objects)?;
        self.run_linker(request, linker, callees, callers, linked)
    }

    /// The call that links a module of these objects, C's before Rust's.
    fn wasm_linker(
        &self,
        request: &LinkRequest<'_>,
        first: Side,
        objects: [Input; 2],
    ) -> Result<Linker, BuildError> {
        let Some(wasm_ld) = &self.c.wasm_ld else {
            return Err(BuildError::MissingTool {
                what: "the wasm linker",
                message: format!("there is no wasm-ld beside {}", self.c.clang.display()),
            });
        };
        let mut key = KeyBuilder::new("wasm-module");
        let link = WasmLink {
            linker: (wasm_ld, self.c.version.0),
            symbols: WasmSymbols::Asked,
            flags: &request.case.wasm_link_flags,
            memory: request.case.wasm_memory,
            first_counts: request.form == Form::Twins,
        };
        let mut call = link.tool_call();
        call.run_in(self.root);
        for export in request.exports.iter().collect::<BTreeSet<_>>() {
            call.say(format!("--export-if-defined={export}"));
        }
        call.say("--export-if-defined=tc_arena");
        if !request.absent.is_empty() {
            call.say("--unresolved-symbols=ignore-all");
        }
        let [c, rust] = &objects;
        for side in [first, first.other()] {
            key.add(side.tag()).add(request.object(side).key.as_str());
            call.file(match side {
                Side::C => c.path(),
                Side::Rust => rust.path(),
            });
        }
        let mut inputs = Vec::from(objects);
        inputs.extend(add_rust_archives(request, &mut call));
        if let Some(builtins) = &self.c.wasm_builtins {
            call.say(builtins);
        }
        if link.is_above_data() {
            // What comes last lies last, directly below the stack.
            call.say(format!("--export={STACK_GUARD}"));
            let guard = self.stack_guard(request.target)?;
            call.file(guard.path());
            inputs.push(guard);
        }
        Ok(Linker { key, call, inputs })
    }

    /// An object with nothing but the bytes that a stack above the data reaches first when it grows too far.
    fn stack_guard(&self, target: Target) -> Result<Input, BuildError> {
        let text = format!(
            "\t.section .bss.{STACK_GUARD},\"\",@\n\t.p2align 4\n\t.globl {STACK_GUARD}\n\
             \t.type {STACK_GUARD},@object\n{STACK_GUARD}:\n\t.skip {STACK_GUARD_SIZE}\n\
             \t.size {STACK_GUARD}, {STACK_GUARD_SIZE}\n"
        );
        self.assembled(target, &text, GUARD)
    }

    /// The object of a text in assembly language, made once.
    fn assembled(&self, target: Target, text: &str, name: &'static str) -> Result<Input, BuildError> {
        let call = CCall::new(CCompiler::clang(self.c), target, CProduct::Object).tool_call();
        let mut key = KeyBuilder::new("assembled");
        let key = call.add_to(&mut key).add(text).key();
        let entry = self.cache.get_or_make(&key, || {
            let scratch = scratch(self.cache, self.recorder).map_err(BuildError::Scratch)?;
            let source = scratch.path().join("text.s");
            std::fs::write(&source, text).map_err(BuildError::Scratch)?;
            let object = scratch.path().join(name);
            let mut call = call.clone();
            let output = call.file(&source).output(&object).run(self.recorder)?;
            if !output.status.success() {
                return Err(BuildError::Link {
                    target,
                    command: call.show(self.root),
                    message: complaint(&output),
                });
            }
            let mut contents = Contents::default();
            let bytes = std::fs::read(&object).map_err(BuildError::Scratch)?;
            contents.files.insert(name.to_owned(), bytes);
            Ok::<_, BuildError>(contents)
        })?;
        Ok(Input {
            entry,
            name,
            shown: name,
        })
    }

    fn run_linker(
        &self,
        request: &LinkRequest<'_>,
        linker: Linker,
        callees: Vec<Side>,
        callers: Vec<Side>,
        linked: &mut Linked,
    ) -> Result<(), BuildError> {
        let Linker {
            mut key,
            call,
            inputs,
        } = linker;
        let key = call.add_to(&mut key).key();
        let entry = self.cache.get_or_make(&key, || {
            for input in &inputs {
                input.write_out()?;
            }
            let scratch = scratch(self.cache, self.recorder).map_err(BuildError::Scratch)?;
            let output_path = scratch.path().join(LIBRARY);
            let mut call = call.clone();
            let output = call.output(&output_path).run(self.recorder)?;
            let mut shown = call.show(self.root);
            let mut message = complaint(&output);
            // Paths inside the cache say nothing to a person.
            for input in &inputs {
                let path = input.path().display().to_string();
                for text in [&mut shown, &mut message] {
                    *text = text.replace(&path, input.shown);
                }
            }
            let mut contents = Contents::default();
            let record = if output.status.success() {
                let bytes = std::fs::read(&output_path).map_err(BuildError::Scratch)?;
                contents.files.insert(LIBRARY.to_owned(), bytes);
                let warnings = message
                    .lines()
                    .filter(|line| line.contains("warning:"))
                    .map(tidy)
                    .collect();
                LinkRecord {
                    refusal: None,
                    warnings,
                }
            } else if !is_refusal(&message) {
                return Err(BuildError::Link {
                    target: request.target,
                    command: shown,
                    message,
                });
            } else {
                let undefined = undefined_symbols(&message);
                let refusal = LinkRefusal {
                    undefined,
                    message,
                    command: shown,
                };
                LinkRecord {
                    refusal: Some(refusal),
                    warnings: Vec::new(),
                }
            };
            let bytes = serde_json::to_vec(&record).map_err(BuildError::record("the record of a link"))?;
            contents.files.insert(RECORD.to_owned(), bytes);
            Ok::<_, BuildError>(contents)
        })?;
        let record = entry.read(RECORD)?;
        let record: LinkRecord =
            serde_json::from_slice(&record).map_err(BuildError::record("the record of a link"))?;
        linked.warnings.extend(record.warnings);
        match record.refusal {
            Some(refusal) => linked.refusals.push(refusal),
            None => linked.libraries.push(LinkedLibrary {
                callees,
                callers,
                key: key.as_str().to_owned(),
                entry,
                call,
                inputs,
            }),
        }
        Ok(())
    }
}

/// Whether the linker looked at the two sides and will not join them. That it is missing, was killed or could not write is
/// no fact about the fixtures, and must not be kept.
fn is_refusal(message: &str) -> bool {
    const HINDERED: [&str; 4] = ["cannot open", "failed to write", "output file", "due to signal"];
    // The program's name may carry a version: `ld.lld-22: error: `.
    let refuses = |line: &str| {
        line.contains("undefined reference to")
            || line.split_once(": error: ").is_some_and(|(program, _)| {
                let program = program.rsplit('/').next().unwrap_or(program);
                program.starts_with("ld.lld") || program.starts_with("wasm-ld")
            })
    };
    message.lines().any(refuses) && !HINDERED.iter().any(|words| message.contains(words))
}

/// Rust's own libraries: all of std in the unit's archive, or `core` and the compiler's builtins.
fn add_rust_archives(request: &LinkRequest<'_>, call: &mut ToolCall) -> Option<Input> {
    if request.std && request.rust.archive {
        let archive = Input {
            entry: request.rust.entry.clone(),
            name: ARCHIVE,
            shown: "rust.a",
        };
        call.file(archive.path());
        return Some(archive);
    }
    let wanted = ["libcore-", "liballoc-", "libcompiler_builtins-"];
    // They are the same wherever rustc is, and others under the same names with another one.
    call.say_all(request.libraries.archives(&wanted));
    None
}

/// The names in `undefined symbol: f` and `undefined reference to 'f'`.
fn undefined_symbols(message: &str) -> Vec<String> {
    let mut symbols = BTreeSet::new();
    for line in message.lines() {
        for marker in ["undefined symbol: ", "undefined reference to "] {
            if let Some((_, rest)) = line.split_once(marker) {
                let name = rest.trim().trim_matches(|c| "`'\"".contains(c));
                symbols.insert(name.to_owned());
            }
        }
    }
    symbols.into_iter().collect()
}

/// `wasm-ld-22: warning: function signature mismatch: f` without the program's name.
fn tidy(line: &str) -> String {
    line.split_once("warning:")
        .map_or(line, |(_, rest)| rest)
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_refusal_from_a_linker_that_could_not_work() {
        assert!(is_refusal("ld.lld-22: error: undefined symbol: first\n"));
        assert!(is_refusal(
            "/usr/bin/wasm-ld-22: error: a.o: undefined symbol: first\n"
        ));
        assert!(is_refusal(
            "clang: warning: x\na.o: undefined reference to `first'\n"
        ));
        assert!(!is_refusal(
            "ld.lld-22: error: cannot open a.o: No such file or directory\n"
        ));
        assert!(!is_refusal(
            "ld.lld: error: failed to write output 'a': No space left on device\n"
        ));
        assert!(!is_refusal("clang: error: unable to execute command: Killed\n"));
    }

    #[test]
    fn finds_undefined_symbols() {
        let message = "ld.lld: error: undefined symbol: first\n>>> referenced by x\n\
                       a.o: undefined reference to `second'\nwasm-ld: error: a.o: undefined symbol: first\n";
        assert_eq!(undefined_symbols(message), ["first", "second"]);
    }
}
