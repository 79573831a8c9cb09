//! Modules as machine code, kept in the cache.

use thiserror::Error;
use wasmparser::{Validator, WasmFeatures};

use super::{CompiledModule, WasmError, WasmRunner};
use crate::build::LinkedLibrary;
use crate::cache::{Cache, CacheError, Contents, KeyBuilder};

const FILE: &str = "module.cwasm";

/// Why there is no machine code of a module.
#[derive(Debug, Error)]
pub enum KeptModuleError {
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A proposal that Wasmtime does not take is no fault of the pair.
    #[error("the module has {feature}, which Wasmtime does not run")]
    Proposal { feature: String },
    #[error("{}", with_sources(.0))]
    Wasm(#[from] WasmError),
}

impl WasmRunner {
    /// The machine code of a module, from the cache where it was compiled before.
    ///
    /// # Errors
    /// See [`KeptModuleError`].
    pub fn kept(&self, cache: &Cache, library: &LinkedLibrary) -> Result<CompiledModule, KeptModuleError> {
        let key = KeyBuilder::new("compiled-wasm")
            .add(&library.key)
            .add(self.engine_key())
            .key();
        let entry = cache.get_or_make(&key, || {
            let bytes = library.read()?;
            let module = self.compile(&bytes).map_err(|error| not_taken(error, &bytes))?;
            let mut contents = Contents::default();
            contents.files.insert(FILE.to_owned(), module.serialize()?);
            Ok::<_, KeptModuleError>(contents)
        })?;
        Ok(self.load_compiled(&entry.read(FILE)?)?)
    }
}

/// Tells a module that is valid with more proposals than Wasmtime takes from one that is wrong.
fn not_taken(error: WasmError, module: &[u8]) -> KeptModuleError {
    let valid = |features| {
        Validator::new_with_features(features)
            .validate_all(module)
            .is_ok()
    };
    let everything = WasmFeatures::all();
    if valid(taken()) || !valid(everything) {
        return error.into();
    }
    let lacking = everything.difference(taken()).iter_names();
    let mut needed = lacking.filter(|(_, feature)| !valid(everything.difference(*feature)));
    let feature = needed.next().map_or("a proposal", |(name, _)| name);
    KeptModuleError::Proposal {
        feature: feature.to_lowercase(),
    }
}

/// The proposals that [`super::config`] leaves on, of those that Wasmtime takes by default, and that it is built with.
fn taken() -> WasmFeatures {
    let built_without = WasmFeatures::GC_TYPES | WasmFeatures::EXCEPTIONS | WasmFeatures::THREADS;
    WasmFeatures::WASM3.difference(built_without | WasmFeatures::MEMORY64)
}

/// An error with everything that it came from.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!(": {error}"));
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{BlockType, CodeSection, Function, FunctionSection, Instruction, Module, TypeSection};

    use super::*;

    fn module(body: &[Instruction<'_>]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut function = Function::new([]);
        for instruction in body {
            function.instruction(instruction);
        }
        let mut code = CodeSection::new();
        code.function(&function);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code);
        module.finish()
    }

    #[test]
    fn a_proposal_that_is_lacking_is_named_and_a_wrong_module_is_not_excused() {
        let runner = WasmRunner::new().unwrap();
        let said = |body: &[Instruction<'_>]| {
            let module = module(body);
            let error = runner.compile(&module).err()?;
            Some(match not_taken(error, &module) {
                KeptModuleError::Proposal { feature } => feature,
                error => format!("wrong: {error}"),
            })
        };
        assert_eq!(said(&[Instruction::End]), None);
        assert_eq!(
            said(&[Instruction::AtomicFence, Instruction::End]).as_deref(),
            Some("threads")
        );
        let legacy = [
            Instruction::Try(BlockType::Empty),
            Instruction::CatchAll,
            Instruction::End,
            Instruction::End,
        ];
        assert_eq!(said(&legacy).as_deref(), Some("legacy_exceptions"));
        let wrong = said(&[Instruction::Drop, Instruction::End]).unwrap();
        assert!(wrong.starts_with("wrong: "), "{wrong}");
    }
}
