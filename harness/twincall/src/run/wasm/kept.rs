//! Modules as machine code, kept in the cache.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{CompiledModule, WasmError, WasmRunner};
use crate::cache::{Cache, CacheError, Contents, KeyBuilder};

const FILE: &str = "module.cwasm";

/// Why there is no machine code of a module.
#[derive(Debug, Error)]
pub enum KeptModuleError {
    #[error("read the module {}: {source}", .path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A proposal that Wasmtime does not take is no fault of the pair.
    #[error("the module has {feature}, which Wasmtime does not run")]
    Proposal { feature: String },
    #[error("{}", with_sources(.0))]
    Wasm(#[from] WasmError),
}

impl WasmRunner {
    /// The machine code of a module, from the cache where it was compiled before. `key` stands for its content.
    ///
    /// # Errors
    /// See [`KeptModuleError`].
    pub fn kept(&self, cache: &Cache, key: &str, path: &Path) -> Result<CompiledModule, KeptModuleError> {
        let key = KeyBuilder::new("compiled-wasm")
            .add(key)
            .add(self.engine_key())
            .key();
        let entry = cache.get_or_make(&key, || {
            let bytes = std::fs::read(path).map_err(|source| KeptModuleError::Read {
                path: path.to_owned(),
                source,
            })?;
            let module = self.compile(&bytes).map_err(not_taken)?;
            let mut contents = Contents::default();
            contents.files.insert(FILE.to_owned(), module.serialize()?);
            Ok::<_, KeptModuleError>(contents)
        })?;
        Ok(self.load_compiled(&entry.read(FILE)?)?)
    }
}

/// Wasmtime tells a proposal that it lacks in words only.
fn not_taken(error: WasmError) -> KeptModuleError {
    let message = with_sources(&error);
    match message.split_once("feature required") {
        Some((before, _)) => KeptModuleError::Proposal {
            feature: before
                .trim()
                .rsplit([' ', ':'])
                .next()
                .unwrap_or_default()
                .to_owned(),
        },
        None => error.into(),
    }
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
