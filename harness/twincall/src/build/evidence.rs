//! Calls the readers on one object and keeps what they found in the cache.

use std::collections::BTreeSet;

use object::{Object as _, ObjectSymbol as _};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use twincall_abi::interface::{Interface, Side};
use twincall_abi::ir::{FeatureCall, IrFunction, Unpromoted};
use twincall_abi::target::Target;

use super::compile::{BITCODE, OBJECT, Object};
use super::{BuildError, Builder, SideEvidence};
use crate::account::{self, Part};
use crate::cache::{Contents, KeyBuilder};
use crate::emit::Unit;
use crate::evidence::{constants, debuginfo, wasm_types};
use crate::toolchain::Version;

/// Changes whenever the meaning of a reader's answer does and the readers' code does not show it.
const EVIDENCE_FORMAT: &str = "evidence-3";

/// A number of the readers' code, and of the types in which they answer: see `build.rs` of this package.
pub(super) const READERS: &str = env!("TWINCALL_READERS");

/// Symbols of one object.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Symbols {
    pub defined: BTreeSet<String>,
    pub undefined: BTreeSet<String>,
}

impl Builder<'_> {
    /// What the readers say of one side's object.
    pub(super) fn read_evidence(
        &self,
        side: Side,
        target: Target,
        object: &Object,
        unit: &Unit,
    ) -> Result<SideEvidence, BuildError> {
        let _counting = account::count(Part::Evidence);
        let mut key = KeyBuilder::new(EVIDENCE_FORMAT);
        key.add(READERS)
            .add(object.key.as_str())
            .add(if cfg!(feature = "llvm") { "llvm" } else { "no llvm" });
        let entry = self.cache.get_or_make(&key.key(), || {
            let bytes = object.entry.read(OBJECT)?;
            let bitcode = match object.entry.has(BITCODE) {
                true => Some(object.entry.read(BITCODE)?),
                false => None,
            };
            let evidence = read(
                side,
                target,
                &bytes,
                bitcode.as_deref(),
                unit,
                self.llvm_version(side),
            )?;
            let mut contents = Contents::default();
            let bytes = postcard::to_stdvec(&evidence).map_err(BuildError::record("evidence"))?;
            contents.files.insert("evidence".to_owned(), bytes);
            Ok::<_, BuildError>(contents)
        })?;
        let bytes = entry.read("evidence")?;
        postcard::from_bytes(&bytes).map_err(BuildError::record("evidence"))
    }
}

impl SideEvidence {
    /// The hidden address of a result is an argument like others where the interface has it as one, see [`super::classes`].
    pub(super) fn name_results(&mut self, interface: &Interface) {
        for function in self.ir.iter_mut().flatten() {
            let declared = interface.function(&function.symbol);
            if declared.is_some_and(|declared| declared.passes_classes && declared.result_spelling.is_empty())
            {
                function
                    .params
                    .iter_mut()
                    .for_each(|param| param.attributes.sret = None);
            }
        }
    }

    /// Puts the features that come with the processor before those that each function has of its own, which count last.
    pub(super) fn add_features(&mut self, features: &str) {
        if features.is_empty() {
            return;
        }
        for function in self.ir.iter_mut().flatten() {
            function.target_features = match function.target_features.as_str() {
                "" => features.to_owned(),
                own => format!("{features},{own}"),
            };
        }
    }
}

/// What the readers say of an object of one side, and of its bitcode where that is apart.
pub(crate) fn read(
    side: Side,
    target: Target,
    object: &[u8],
    bitcode: Option<&[u8]>,
    unit: &Unit,
    llvm: Option<Version>,
) -> Result<SideEvidence, BuildError> {
    let _counting = account::count(Part::Evidence);
    let failed = |reader: &'static str, message: String| BuildError::Evidence {
        side,
        target,
        reader,
        message,
    };
    let layouts = debuginfo::read_layouts(object, side)
        .map_err(|error| failed("debug information", error.to_string()))?;
    let rows = constants::read_size_table(object, unit.types.len())
        .map_err(|error| failed("size constants", error.to_string()))?;
    let wasm = if target.is_wasm() {
        wasm_types::read_function_types(object)
            .map_err(|error| failed("function types", error.to_string()))?
    } else {
        Default::default()
    };
    let symbols = read_symbols(object).map_err(|error| failed("symbols", error))?;
    let ir = match llvm {
        Some(llvm) => read_ir(object, bitcode, llvm),
        None => Err(NoIr::Gcc),
    };
    let (ir, unpromoted, feature_calls) = match ir {
        Ok((functions, unpromoted, calls)) if side == Side::Rust => (Ok(functions), unpromoted, calls),
        Ok((functions, _, calls)) => (Ok(functions), Vec::new(), calls),
        Err(reason) => (Err(reason), Vec::new(), Vec::new()),
    };
    let sizes = unit.types.iter().cloned().zip(rows).collect();
    Ok(SideEvidence {
        layouts,
        sizes,
        ir,
        unpromoted,
        feature_calls,
        wasm,
        symbols,
        back_end: None,
    })
}

/// In an object a symbol has one type, by whatever types it is declared. Where the declaration that counts is another one, or the
/// generated code declared it itself, its echo tells what the compiler makes of it: that has exactly its type.
pub(super) fn take_from_echoes(evidence: &mut SideEvidence, interface: &Interface) {
    let redeclared = interface.redeclared_symbols();
    for function in interface.functions.iter().filter(|function| !function.defined) {
        let symbol = function.symbol.as_str();
        if !function.name.is_empty() && !redeclared.contains(symbol) {
            continue;
        }
        let echo = format!("tc_{}_echo_{symbol}", Side::Rust.tag());
        if let Ok(functions) = &mut evidence.ir
            && let Some(mut stand_in) = functions.iter().find(|known| known.symbol == echo).cloned()
        {
            symbol.clone_into(&mut stand_in.symbol);
            functions.retain(|known| known.symbol != symbol);
            functions.push(stand_in);
        }
        if let Some(mut stand_in) = evidence.wasm.get(&echo).cloned() {
            stand_in.defined = false;
            evidence.wasm.insert(symbol.to_owned(), stand_in);
        }
    }
}

fn read_symbols(object: &[u8]) -> Result<Symbols, String> {
    let file = object::File::parse(object).map_err(|error| error.to_string())?;
    let mut symbols = Symbols::default();
    for symbol in file.symbols() {
        let Ok(name) = symbol.name() else { continue };
        if name.is_empty() || symbol.is_local() {
            continue;
        }
        if symbol.is_undefined() {
            symbols.undefined.insert(name.to_owned());
        } else {
            symbols.defined.insert(name.to_owned());
        }
    }
    Ok(symbols)
}

/// Why there is no IR of a side.
#[derive(Clone, PartialEq, Eq, Debug, Error, Serialize, Deserialize)]
pub enum NoIr {
    #[error("gcc writes no LLVM IR")]
    Gcc,
    /// Major versions.
    #[error("the compiler's LLVM {compiler} is newer than the linked LLVM {linked}")]
    Newer { compiler: u32, linked: u32 },
    #[error("the object holds no bitcode")]
    NoBitcode,
    #[error("{0}")]
    Unreadable(String),
    #[error("this twincall was built without the feature `llvm`")]
    NoReader,
}

/// What bitcode tells.
type ReadIr = (Vec<IrFunction>, Vec<Unpromoted>, Vec<FeatureCall>);

#[cfg(feature = "llvm")]
fn read_ir(object: &[u8], bitcode: Option<&[u8]>, llvm: Version) -> Result<ReadIr, NoIr> {
    use crate::evidence::ir;
    let linked = ir::linked_llvm();
    if llvm.0 > linked.0 {
        return Err(NoIr::Newer {
            compiler: llvm.0,
            linked: linked.0,
        });
    }
    let bitcode = match bitcode {
        Some(bitcode) => bitcode,
        None => ir::embedded_bitcode(object).ok_or(NoIr::NoBitcode)?,
    };
    let keep = |symbol: &str| !symbol.starts_with("llvm.") && !symbol.starts_with("_ZN");
    let module = ir::read_module(bitcode, &keep).map_err(|error| NoIr::Unreadable(error.to_string()))?;
    Ok((module.functions, module.unpromoted, module.feature_calls))
}

#[cfg(not(feature = "llvm"))]
fn read_ir(_object: &[u8], _bitcode: Option<&[u8]>, _llvm: Version) -> Result<ReadIr, NoIr> {
    Err(NoIr::NoReader)
}
