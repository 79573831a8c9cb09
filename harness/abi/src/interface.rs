//! What one side of a boundary declares and defines, as its source says it.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::types::{Type, TypeDefinition};

/// The two sides of a pair.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// C, or C++ through `extern "C"`.
    C,
    Rust,
}

impl Side {
    /// Both sides, C first, as every report shows them.
    pub const BOTH: [Side; 2] = [Side::C, Side::Rust];

    /// `c` or `rust`: the tag in generated symbols and in JSON.
    pub const fn tag(self) -> &'static str {
        match self {
            Side::C => "c",
            Side::Rust => "rust",
        }
    }

    /// The other side.
    pub const fn other(self) -> Side {
        match self {
            Side::C => Side::Rust,
            Side::Rust => Side::C,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::C => "C",
            Side::Rust => "Rust",
        })
    }
}

/// A place in a fixture: line and column count from 1.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SourceLocation {
    /// The file as the compiler names it.
    pub file: String,
    pub line: u32,
    pub column: u32,
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The calling convention that the source names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Convention {
    /// The target's C convention: a plain C function, `extern "C"`, `extern "system"` where it is the same.
    C,
    /// `extern "C-unwind"`: as [`Convention::C`], and unwinding may cross it.
    CUnwind,
    /// Rust's own, unspecified convention: `fn`, `extern "Rust"`.
    Rust,
    /// `sysv_abi`, `extern "sysv64"`.
    SysV64,
    /// `ms_abi`, `extern "win64"`, `extern "efiapi"`.
    Win64,
    /// Any other, under the name the source gives it.
    Other(String),
}

/// The source-level type of a function.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Signature {
    pub convention: Convention,
    pub params: Vec<Parameter>,
    pub result: Type,
    /// Whether `...` follows the parameters.
    pub variadic: bool,
    /// A C declaration `f()` without a prototype, which says nothing about parameters.
    pub unprototyped: bool,
}

/// One parameter of a signature.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Parameter {
    pub name: Option<String>,
    pub ty: Type,
    /// The type as this side's language spells it, after decay (`const int *`, `Option<&Pair>`);
    /// valid where the fixture's own items are in scope. The emitter writes it back.
    pub spelling: String,
}

/// A function that one side declares or defines.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Function {
    /// The link symbol: after `no_mangle`, `export_name`, `link_name`, asm labels.
    pub symbol: String,
    /// The name by which this side's source calls it. Empty where code outside of the fixture cannot call it by any name,
    /// because it stands in a module or in a function's body; the emitter then declares it once more.
    pub name: String,
    pub signature: Signature,
    /// The result type as this side spells it; empty for `void` and `()`.
    pub result_spelling: String,
    /// Whether this side defines it, rather than only declaring it.
    pub defined: bool,
    /// Rust: `unsafe fn`, or a foreign function that is not marked `safe`.
    pub unsafe_to_call: bool,
    /// C++: some parameter, or the result, is a class whose copies run code. It travels as an address (Itanium C++ ABI 3.1.2.3 and
    /// 3.1.3.1), and nobody but C++ can make a value of it.
    #[serde(default)]
    pub passes_classes: bool,
    /// Features the function's own attribute enables (`target_feature`, `target("avx")`), comma separated.
    pub target_features: Option<String>,
    /// The declaration as the source has it, white space folded, without a body.
    pub declaration: String,
    pub location: SourceLocation,
}

/// A global variable that one side declares or defines.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DataSymbol {
    pub symbol: String,
    /// As of a [`Function`].
    pub name: String,
    pub ty: Type,
    pub spelling: String,
    pub mutable: bool,
    pub defined: bool,
    pub thread_local: bool,
    pub declaration: String,
    pub location: SourceLocation,
}

/// An item that cannot take part, with the reason in words for the user.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refusal {
    pub symbol: String,
    pub reason: String,
    pub location: SourceLocation,
}

/// All that one side's source says about the boundary.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Interface {
    pub functions: Vec<Function>,
    pub data: Vec<DataSymbol>,
    /// Structs, unions and enums, in source order, those that `functions` and `data` reach.
    pub types: Vec<TypeDefinition>,
    pub refused: Vec<Refusal>,
    /// Further declarations of what `functions` has, by other types. Each is held against the other side on its own.
    #[serde(default)]
    pub redeclared: Vec<Function>,
    /// The same of `data`.
    #[serde(default)]
    pub redeclared_data: Vec<DataSymbol>,
}

impl Interface {
    /// The function with this link symbol.
    pub fn function(&self, symbol: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.symbol == symbol)
    }

    /// The global variable with this link symbol.
    pub fn data(&self, symbol: &str) -> Option<&DataSymbol> {
        self.data.iter().find(|data| data.symbol == symbol)
    }

    /// Whether this side knows a function or variable of this link symbol and does not define it.
    pub fn only_declares(&self, symbol: &str) -> bool {
        let function = self.function(symbol).map(|function| function.defined);
        function.or_else(|| Some(self.data(symbol)?.defined)) == Some(false)
    }

    /// Whether something has no name by which generated code calls it.
    pub fn has_unnamed(&self) -> bool {
        let functions = self
            .functions
            .iter()
            .chain(&self.redeclared)
            .map(|function| &function.name);
        let data = self
            .data
            .iter()
            .chain(&self.redeclared_data)
            .map(|data| &data.name);
        functions.chain(data).any(String::is_empty)
    }

    /// The symbols that are declared by several types.
    pub fn redeclared_symbols(&self) -> BTreeSet<&str> {
        let functions = self.redeclared.iter().map(|function| function.symbol.as_str());
        functions
            .chain(self.redeclared_data.iter().map(|data| data.symbol.as_str()))
            .collect()
    }

    /// The interface in which further declarations stand for the first ones: of each symbol the one of this number, counted
    /// from 0. `None` where no symbol has so many.
    pub fn with_redeclared(&self, number: usize) -> Option<Interface> {
        let mut other = self.clone();
        let mut any = false;
        for known in &mut other.functions {
            let mut further = self.redeclared.iter().filter(|one| one.symbol == known.symbol);
            if let Some(one) = further.nth(number) {
                known.clone_from(one);
                any = true;
            }
        }
        for known in &mut other.data {
            let mut further = self
                .redeclared_data
                .iter()
                .filter(|one| one.symbol == known.symbol);
            if let Some(one) = further.nth(number) {
                known.clone_from(one);
                any = true;
            }
        }
        any.then_some(other)
    }

    /// The definition of a named type.
    pub fn type_definition(&self, name: &str) -> Option<&TypeDefinition> {
        self.types.iter().find(|definition| definition.name == name)
    }
}
