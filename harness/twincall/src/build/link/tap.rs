//! Links a boundary pair once more, so that the calls which its own code makes across can be watched.

use twincall_abi::interface::Side;

use super::super::compile::OBJECT;
use super::super::rename::rename_imports;
use super::super::{BuildError, Builder};
use super::{Input, LinkRequest, Linked, Linker, Tapped};
use crate::cache::{Contents, Key, KeyBuilder};

const TAP_OBJECT: &str = "tap.o";
const TAP_IMPORTS: &str = "tap.imports";

/// The function that runs the constructors of a module's global objects.
pub(crate) const CONSTRUCTORS: &str = "__wasm_call_ctors";

/// The global in which the C tools keep the address of the linear stack's end.
pub(crate) const STACK_POINTER: &str = "__stack_pointer";

/// The name of the import that stands for calls of a function, in the module `env`.
pub(crate) fn tap_import(symbol: &str) -> String {
    format!("tc_tap_{symbol}")
}

impl Builder<'_> {
    /// Links both sides so that a call from one to the other goes to where a variable says, at first to the function itself;
    /// on wasm to an import, while the function itself is exported. Or says why not, which is no fact about the pair.
    pub(super) fn link_tapped(
        &self,
        request: &LinkRequest<'_>,
    ) -> Result<Result<Tapped, String>, BuildError> {
        let linker = match request.target.is_wasm() {
            true => self.tapped_wasm_linker(request),
            false => self.tapped_native_linker(request),
        };
        let linker = match linker {
            Ok(linker) => linker,
            Err(error @ BuildError::Rename(_)) => return Ok(Err(error.to_string())),
            Err(error) => return Err(error),
        };
        let mut linked = Linked::default();
        let both = Side::BOTH.to_vec();
        self.run_linker(request, linker, both.clone(), both, &mut linked)?;
        let library = linked.libraries.pop();
        Ok(library
            .map(|library| Tapped {
                library,
                functions: request.crossing.to_vec(),
            })
            .ok_or_else(|| "the linker refuses the taps".to_owned()))
    }

    fn tapped_native_linker(&self, request: &LinkRequest<'_>) -> Result<Linker, BuildError> {
        let taps = self.assembled(request.target, &tap_source(request.crossing), TAP_OBJECT)?;
        Ok(self.native_linker(request, &Side::BOTH, Some(taps)))
    }

    fn tapped_wasm_linker(&self, request: &LinkRequest<'_>) -> Result<Linker, BuildError> {
        let names: String = request
            .crossing
            .iter()
            .map(|symbol| tap_import(symbol) + "\n")
            .collect();
        let renamed = |side: Side| {
            let object = request.object(side);
            let key = KeyBuilder::new("tapped-object")
                .add(object.key.as_str())
                .add(&names)
                .key();
            self.kept(key, OBJECT, object.input(side).shown, || {
                let bytes = object.entry.read(OBJECT)?;
                let tapped = |name: &str| {
                    let is_tapped = request.crossing.iter().any(|symbol| symbol == name);
                    is_tapped.then(|| tap_import(name))
                };
                rename_imports(&bytes, tapped).map_err(BuildError::from)
            })
        };
        let [c, rust] = [renamed(Side::C)?, renamed(Side::Rust)?];
        let imports = self.kept(
            KeyBuilder::new("tap-imports").add(&names).key(),
            TAP_IMPORTS,
            TAP_IMPORTS,
            || Ok(names.clone().into_bytes()),
        )?;
        let mut linker = self.wasm_linker(request, Side::C, [c, rust])?;
        linker.key.add(&names);
        let call = &mut linker.call;
        call.file_behind("--allow-undefined-file=", imports.path());
        call.say_all(request.crossing.iter().map(|symbol| format!("--export={symbol}")));
        // Where this is exported, the linker does not have every other export run it first; the function that a tap passes a
        // call on to must not.
        call.say(format!("--export={CONSTRUCTORS}"));
        // What the objects need of the target was checked when they were linked without taps.
        call.say("--no-check-features")
            .say(format!("--export-if-defined={STACK_POINTER}"));
        linker.inputs.push(imports);
        Ok(linker)
    }

    /// One file that is made once for its key.
    fn kept(
        &self,
        key: Key,
        name: &'static str,
        shown: &'static str,
        make: impl Fn() -> Result<Vec<u8>, BuildError>,
    ) -> Result<Input, BuildError> {
        let entry = self.cache.get_or_make(&key, || {
            let mut contents = Contents::default();
            contents.files.insert(name.to_owned(), make()?);
            Ok::<_, BuildError>(contents)
        })?;
        Ok(Input { entry, name, shown })
    }
}

/// For each function `f` the symbol to which the linker redirects calls (`--wrap`), the variable `tc_tap_f` that says where
/// they go, and `tc_tap_real_f`, which holds the address of `f`. A jump by r11 leaves all that a caller passes as it is
/// (psABI 3.2.3).
fn tap_source(functions: &[String]) -> String {
    let mut text = String::new();
    for symbol in functions {
        text.push_str(&format!(
            "\t.text\n\t.globl __wrap_{symbol}\n\t.hidden __wrap_{symbol}\n\t.type __wrap_{symbol}, @function\n\
             __wrap_{symbol}:\n\t.cfi_startproc\n\tendbr64\n\tmovq tc_tap_{symbol}(%rip), %r11\n\tjmp *%r11\n\
             \t.cfi_endproc\n\t.size __wrap_{symbol}, .-__wrap_{symbol}\n"
        ));
        for variable in ["tc_tap_", "tc_tap_real_"] {
            text.push_str(&format!(
                "\t.data\n\t.balign 8\n\t.globl {variable}{symbol}\n\t.protected {variable}{symbol}\n\
                 \t.type {variable}{symbol}, @object\n{variable}{symbol}:\n\t.quad __real_{symbol}\n\
                 \t.size {variable}{symbol}, 8\n"
            ));
        }
    }
    text.push_str("\t.section .note.GNU-stack,\"\",@progbits\n");
    text
}
