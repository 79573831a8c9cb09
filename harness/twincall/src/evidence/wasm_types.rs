//! Reads the types of function symbols from a relocatable wasm object. Linked modules have no symbols and
//! are not for this reader.

use std::collections::BTreeMap;

use twincall_abi::wasm::{ValueType, WasmFunction};
use wasmparser::{
    FuncType, KnownCustom, Linking, Parser, Payload, SymbolFlags, SymbolInfo, TypeRef, ValType,
};

/// Why no function types could be read.
#[derive(Debug, thiserror::Error)]
pub enum WasmTypesError {
    #[error("parse the wasm object: {0}")]
    Parse(#[from] wasmparser::BinaryReaderError),
    #[error("find the symbols of the wasm object: it has no `linking` section, so it is not relocatable")]
    NotRelocatable,
    #[error("find type {index} of the wasm object: it has {types} types")]
    NoSuchType { index: u32, types: usize },
    #[error("find function {index} of the wasm object: it has {functions} functions")]
    NoSuchFunction { index: u32, functions: usize },
    #[error("name function {index} of the wasm object: it is undefined and has no import name")]
    Nameless { index: u32 },
}

/// The type of each function symbol, defined or not. Where a local and a global symbol share a name, the
/// global one counts.
pub fn read_function_types(object: &[u8]) -> Result<BTreeMap<String, WasmFunction>, WasmTypesError> {
    let contents = Contents::parse(object)?;
    let symbols = contents.symbols.as_ref().ok_or(WasmTypesError::NotRelocatable)?;
    let mut found = BTreeMap::new();
    for local in [true, false] {
        for symbol in symbols.iter().filter(|symbol| symbol.local == local) {
            found.insert(contents.name_of(symbol)?.to_owned(), contents.type_of(symbol)?);
        }
    }
    Ok(found)
}

/// A function symbol of the `linking` section.
struct Symbol<'a> {
    index: u32,
    name: Option<&'a str>,
    defined: bool,
    local: bool,
}

/// The parts of an object that give functions their types and names.
#[derive(Default)]
struct Contents<'a> {
    types: Vec<FuncType>,
    /// The name and type index of each imported function.
    imports: Vec<(&'a str, u32)>,
    /// The type index of each function that the object defines.
    functions: Vec<u32>,
    symbols: Option<Vec<Symbol<'a>>>,
}

impl<'a> Contents<'a> {
    fn parse(object: &'a [u8]) -> Result<Contents<'a>, WasmTypesError> {
        let mut contents = Contents::default();
        for payload in Parser::new(0).parse_all(object) {
            match payload? {
                Payload::TypeSection(types) => {
                    for ty in types.into_iter_err_on_gc_types() {
                        contents.types.push(ty?);
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import?;
                        if let TypeRef::Func(ty) | TypeRef::FuncExact(ty) = import.ty {
                            contents.imports.push((import.name, ty));
                        }
                    }
                }
                Payload::FunctionSection(functions) => {
                    for ty in functions {
                        contents.functions.push(ty?);
                    }
                }
                Payload::CustomSection(section) if section.name() == "linking" => {
                    if let KnownCustom::Linking(linking) = section.as_known() {
                        contents.read_symbols(linking)?;
                    }
                }
                _ => {}
            }
        }
        Ok(contents)
    }

    fn read_symbols(&mut self, linking: wasmparser::LinkingSectionReader<'a>) -> Result<(), WasmTypesError> {
        let symbols = self.symbols.get_or_insert_default();
        for subsection in linking.subsections() {
            let Linking::SymbolTable(table) = subsection? else {
                continue;
            };
            for symbol in table {
                if let SymbolInfo::Func { flags, index, name } = symbol? {
                    let defined = !flags.contains(SymbolFlags::UNDEFINED);
                    let local = flags.contains(SymbolFlags::BINDING_LOCAL);
                    symbols.push(Symbol {
                        index,
                        name,
                        defined,
                        local,
                    });
                }
            }
        }
        Ok(())
    }

    /// An undefined symbol without a name of its own has that of its import.
    fn name_of(&self, symbol: &Symbol<'a>) -> Result<&'a str, WasmTypesError> {
        let import = || self.imports.get(symbol.index as usize).map(|(name, _)| *name);
        symbol
            .name
            .or_else(import)
            .ok_or(WasmTypesError::Nameless { index: symbol.index })
    }

    /// Imported functions come first in the index space.
    fn type_of(&self, symbol: &Symbol) -> Result<WasmFunction, WasmTypesError> {
        let index = symbol.index as usize;
        let ty = match index.checked_sub(self.imports.len()) {
            None => self.imports.get(index).map(|(_, ty)| *ty),
            Some(own) => self.functions.get(own).copied(),
        };
        let functions = self.imports.len() + self.functions.len();
        let ty = ty.ok_or(WasmTypesError::NoSuchFunction {
            index: symbol.index,
            functions,
        })?;
        let function = self.types.get(ty as usize).ok_or(WasmTypesError::NoSuchType {
            index: ty,
            types: self.types.len(),
        })?;
        let list = |types: &[ValType]| types.iter().copied().map(value_type).collect();
        let (params, results) = (list(function.params()), list(function.results()));
        Ok(WasmFunction {
            params,
            results,
            defined: symbol.defined,
        })
    }
}

fn value_type(ty: ValType) -> ValueType {
    match ty {
        ValType::I32 => ValueType::I32,
        ValType::I64 => ValueType::I64,
        ValType::F32 => ValueType::F32,
        ValType::F64 => ValueType::F64,
        ValType::V128 => ValueType::V128,
        ValType::Ref(_) => ValueType::Reference,
    }
}

#[cfg(test)]
mod tests {
    use twincall_abi::target::Target;

    use super::super::debuginfo::tests::clang;
    use super::*;

    const SOURCE: &str = r#"
        typedef float v4 __attribute__((vector_size(16)));
        struct big { int x[4]; };
        void imported(long long, double);
        int renamed(float) __asm__("other_name");
        __attribute__((import_module("env"), import_name("outside"))) int inside(void);
        static __attribute__((noinline)) int hidden(short s) { return s + renamed(1); }
        __attribute__((weak)) struct big weak(void) { return (struct big){}; }
        v4 defined(v4 v, char c) { imported(hidden(c), 1); inside(); return v; }
    "#;

    fn types(level: &str) -> BTreeMap<String, String> {
        let object = clang(Target::Wasm32Unknown, &[level, "-msimd128"], "unit.c", SOURCE);
        let show = |ty: WasmFunction| format!("{}{ty}", if ty.defined { "" } else { "import " });
        read_function_types(&object)
            .unwrap()
            .into_iter()
            .map(|(name, ty)| (name, show(ty)))
            .collect()
    }

    #[test]
    fn symbols_have_the_types_of_their_functions() {
        for level in ["-O0", "-O2"] {
            let types = types(level);
            assert_eq!(types["imported"], "import (i64, f64) -> ()");
            assert_eq!(types["other_name"], "import (f32) -> (i32)");
            assert_eq!(
                types["inside"], "import () -> (i32)",
                "the symbol's name, not that of the import"
            );
            assert_eq!(types["hidden"], "(i32) -> (i32)");
            assert_eq!(types["weak"], "(i32) -> ()");
            assert_eq!(types["defined"], "(v128, i32) -> (v128)");
            assert_eq!(types.len(), 6);
        }
    }

    #[test]
    fn modules_without_symbols_are_refused() {
        let empty = read_function_types(b"\0asm\x01\0\0\0");
        assert!(matches!(empty, Err(WasmTypesError::NotRelocatable)), "{empty:?}");
        assert!(matches!(
            read_function_types(b"\x7fELF"),
            Err(WasmTypesError::Parse(_))
        ));
    }

    #[test]
    fn damaged_objects_are_refused_or_read() {
        let object = clang(
            Target::Wasm32Unknown,
            &["-O2", "-msimd128", "-g0"],
            "unit.c",
            SOURCE,
        );
        let mut refused = 0;
        for length in 0..object.len() {
            refused += usize::from(read_function_types(&object[..length]).is_err());
        }
        for place in 0..object.len() {
            for pattern in [0x01, 0x80, 0xff] {
                let mut damaged = object.clone();
                damaged[place] ^= pattern;
                refused += usize::from(read_function_types(&damaged).is_err());
            }
        }
        assert!(refused > 100, "only {refused} were noticed");
    }
}
