//! Types with a place for everything in them: size, alignment, and each member to the bit.
//!
//! A [`Node`] keeps what [`crate::layout::Layout`] has no room for and lowering needs: unnamed bit-fields,
//! which arrays have no length, what is atomic. [`table`] turns nodes into a layout table.

use std::collections::BTreeMap;

use crate::interface::Signature;
use crate::target::Target;
use crate::types::{FloatKind, Type, TypeDefinition};

use super::clauses::{C_ATOMIC_SIZE, Clause};
use super::reader::{Place, Reader, Unsupported};
use super::{Language, Model, Options};

mod bitfield;
mod enums;
mod questions;
mod records;
mod scalars;
mod table;
#[cfg(test)]
mod tests;

/// Types inside one another by value, deeper than any that people write.
const DEEPEST: u32 = 100;

/// Larger objects than this have no offset in bits; wasm32 has an address space of 4 GiB.
const LARGEST: u64 = 1 << 57;
const LARGEST_WASM: u64 = 1 << 32;

/// No object file can ask for more.
const LARGEST_ALIGN: u64 = 1 << 28;

/// An index into [`Types`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct NodeId(usize);

/// One type.
#[derive(Clone, Debug)]
pub(super) struct Node<'t> {
    pub(super) name: String,
    /// In bytes, with trailing padding.
    pub(super) size: u64,
    pub(super) align: u64,
    pub(super) kind: Kind<'t>,
    pub(super) traits: Traits,
}

/// What a type has anywhere inside it. Kept with each node, because members that repeat in nested types would
/// be asked again and again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Traits {
    /// Some bits carry a value.
    pub(super) valued: bool,
    /// A struct ends in an array without a length.
    pub(super) flexible: bool,
    /// Copying runs code: a C++ class that is not trivial for the purposes of calls.
    pub(super) non_trivial: bool,
    /// A C++ class with a base class.
    pub(super) derived: bool,
}

/// What a type is made of.
#[derive(Clone, Debug)]
pub(super) enum Kind<'t> {
    Bool,
    Integer {
        bits: u32,
        signed: bool,
    },
    BitInt {
        bits: u32,
        signed: bool,
    },
    UnicodeScalar,
    Float(FloatKind),
    /// Two of `part`, the real one first.
    Complex {
        part: NodeId,
    },
    /// `pointee` is `None` for `void *`.
    Pointer {
        pointee: Option<&'t Type>,
    },
    FunctionPointer {
        signature: &'t Signature,
    },
    Enum {
        signed: bool,
        values: &'t [(String, i128)],
    },
    Vector {
        element: NodeId,
        lanes: u64,
    },
    Array {
        element: NodeId,
        length: u64,
        /// A flexible array member; its length here is 0.
        flexible: bool,
    },
    Record(Record),
    /// A Rust enum with fields. Every member counts from the start of the enum.
    Variants {
        tag: Member,
        variants: Vec<Member>,
    },
    Atomic(NodeId),
}

/// A struct, union or class.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    pub(super) union: bool,
    pub(super) members: Vec<Member>,
    pub(super) non_trivial: bool,
    /// A `repr(transparent)` type is passed as its one field.
    pub(super) transparent: bool,
}

/// A member with its place.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// Empty for an anonymous member and for an unnamed bit-field.
    pub(super) name: String,
    /// In bits from the start of the outer type.
    pub(super) offset: u64,
    /// In bits.
    pub(super) width: u64,
    pub(super) bit_field: bool,
    /// A C++ base class.
    pub(super) base: bool,
    pub(super) ty: NodeId,
}

impl Member {
    /// A bit-field that only moves others.
    pub(super) fn is_unnamed_bit_field(&self) -> bool {
        self.bit_field && self.name.is_empty()
    }
}

/// What is known about a type by its name.
#[derive(Clone, Debug)]
enum Known {
    /// Its members are being laid out.
    Open,
    Laid(NodeId),
    Refused(Unsupported),
}

/// The types of one interface as one reader lays them out.
#[derive(Debug)]
pub(super) struct Types<'t> {
    pub(super) target: Target,
    pub(super) language: Language,
    pub(super) options: Options,
    pub(super) reader: Reader,
    /// The part of the function that is being looked at, for [`Types::fork`].
    pub(super) at: Place,
    definitions: BTreeMap<&'t str, &'t TypeDefinition>,
    known: BTreeMap<&'t str, Known>,
    nodes: Vec<Node<'t>>,
    forks: Vec<(Place, Clause)>,
    depth: u32,
}

impl<'t> Types<'t> {
    pub(super) fn new(model: &'t Model<'_>, reader: Reader) -> Types<'t> {
        let mut definitions = BTreeMap::new();
        for definition in model.types {
            definitions.entry(definition.name.as_str()).or_insert(definition);
        }
        let mut options = model.options;
        options.avx |= options.avx512;
        Types {
            target: model.target,
            language: model.language,
            options,
            reader,
            at: Place::Type,
            definitions,
            known: BTreeMap::new(),
            nodes: Vec::new(),
            forks: Vec::new(),
            depth: 0,
        }
    }

    pub(super) fn node(&self, id: NodeId) -> &Node<'t> {
        &self.nodes[id.0]
    }

    pub(super) fn definition(&self, name: &str) -> Option<&'t TypeDefinition> {
        self.definitions.get(name).copied()
    }

    /// Notes that another reader may read a clause otherwise.
    pub(super) fn fork(&mut self, clause: Clause) {
        if !self.forks.contains(&(self.at, clause)) {
            self.forks.push((self.at, clause));
        }
    }

    pub(super) fn into_forks(self) -> Vec<(Place, Clause)> {
        self.forks
    }

    /// Lays out a type.
    pub(super) fn lay(&mut self, ty: &'t Type) -> Result<NodeId, Unsupported> {
        if self.depth >= DEEPEST {
            return Err(Unsupported::new(format!(
                "a type nested deeper than {DEEPEST} levels"
            )));
        }
        self.depth += 1;
        let laid = self.lay_one(ty);
        self.depth -= 1;
        laid
    }

    fn lay_one(&mut self, ty: &'t Type) -> Result<NodeId, Unsupported> {
        match ty {
            Type::Named(name) => self.named(name),
            Type::Array { element, length } => {
                let length = length.ok_or_else(|| Unsupported::new("an array without a length"))?;
                let element = self.lay(element)?;
                self.array(element, length, false)
            }
            Type::Vector { element, lanes } => {
                let element = self.lay(element)?;
                self.vector(element, *lanes)
            }
            Type::Atomic(inner) => {
                let inner = self.lay(inner)?;
                self.atomic(inner)
            }
            _ => self.scalar(ty),
        }
    }

    fn named(&mut self, name: &'t str) -> Result<NodeId, Unsupported> {
        match self.known.get(name) {
            Some(Known::Laid(id)) => return Ok(*id),
            Some(Known::Refused(reason)) => return Err(reason.clone()),
            Some(Known::Open) => {
                return Err(Unsupported::new(format!("`{name}` contains itself")));
            }
            None => {}
        }
        let definition = self
            .definition(name)
            .ok_or_else(|| Unsupported::new(format!("`{name}` is not defined")))?;
        self.known.insert(name, Known::Open);
        let laid = self.lay_definition(definition);
        let known = match &laid {
            Ok(id) => Known::Laid(*id),
            Err(reason) => Known::Refused(reason.clone()),
        };
        self.known.insert(name, known);
        laid
    }

    pub(super) fn array(
        &mut self,
        element: NodeId,
        length: u64,
        flexible: bool,
    ) -> Result<NodeId, Unsupported> {
        let Node {
            name, size, align, ..
        } = self.node(element);
        let name = if flexible {
            format!("{name}[]")
        } else {
            format!("{name}[{length}]")
        };
        let (size, align) = (size.checked_mul(length), *align);
        let kind = Kind::Array {
            element,
            length,
            flexible,
        };
        self.add(name, size, align, kind)
    }

    /// GNU vectors: as large as their lanes together and aligned to their size.
    fn vector(&mut self, element: NodeId, lanes: u64) -> Result<NodeId, Unsupported> {
        let Node { name, size, kind, .. } = self.node(element);
        let scalar = matches!(
            kind,
            Kind::Integer { .. }
                | Kind::Float(
                    FloatKind::F16 | FloatKind::BF16 | FloatKind::F32 | FloatKind::F64 | FloatKind::F128
                )
        );
        if !scalar || !lanes.is_power_of_two() {
            return Err(Unsupported::new(format!("a vector of {lanes} lanes of {name}")));
        }
        let name = format!("{name} x{lanes}");
        let size = size.checked_mul(lanes);
        let align = size.unwrap_or(1);
        self.add(name, size, align, Kind::Vector { element, lanes })
    }

    /// C 6.2.5 leaves size and alignment of atomic types to the implementation. Types whose size is a power
    /// of two up to the widest atomic operation are aligned to it; clang also fills up other sizes.
    fn atomic(&mut self, inner: NodeId) -> Result<NodeId, Unsupported> {
        let widest = match self.target {
            Target::X86_64LinuxGnu => 16,
            Target::Wasm32Unknown => 8,
        };
        let Node {
            name, size, align, ..
        } = self.node(inner).clone();
        let name = format!("_Atomic {name}");
        let filled = size.checked_next_power_of_two().unwrap_or(size);
        if size == 0 || filled > widest {
            return self.add(name, Some(size), align, Kind::Atomic(inner));
        }
        if filled != size && !self.target.is_wasm() {
            self.fork(C_ATOMIC_SIZE);
            if self.reader == Reader::Gcc {
                return self.add(name, Some(size), align, Kind::Atomic(inner));
            }
        }
        self.add(name, Some(filled), align.max(filled), Kind::Atomic(inner))
    }

    /// Adds a node, refusing what no address space holds.
    fn add(
        &mut self,
        name: String,
        size: Option<u64>,
        align: u64,
        kind: Kind<'t>,
    ) -> Result<NodeId, Unsupported> {
        let largest = match self.target {
            Target::X86_64LinuxGnu => LARGEST,
            Target::Wasm32Unknown => LARGEST_WASM,
        };
        let Some(size) = size.filter(|&size| size < largest) else {
            return Err(Unsupported::new(format!(
                "`{name}` is larger than the address space"
            )));
        };
        check_align(align)?;
        let traits = self.traits(size, &kind);
        self.nodes.push(Node {
            name,
            size,
            align,
            kind,
            traits,
        });
        Ok(NodeId(self.nodes.len() - 1))
    }
}

/// Refuses what is no alignment.
fn check_align(align: u64) -> Result<u64, Unsupported> {
    if align.is_power_of_two() && align <= LARGEST_ALIGN {
        Ok(align)
    } else {
        Err(Unsupported::new(format!("an alignment of {align} bytes")))
    }
}
