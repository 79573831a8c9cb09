//! Sizes and alignments of scalars: psABI 3.1.2, figure 3.1, and the table of the wasm Basic C ABI.

use crate::target::Target;
use crate::types::{FloatKind, Type};

use super::super::Language;
use super::super::clauses::WASM_BIT_INT;
use super::super::reader::{Reader, Unsupported};
use super::{Kind, Member, NodeId, Record, Types};

impl<'t> Types<'t> {
    pub(super) fn scalar(&mut self, ty: &'t Type) -> Result<NodeId, Unsupported> {
        match ty {
            Type::Bool => self.sized("bool", 1, Kind::Bool),
            Type::Integer {
                bits,
                signed,
                spelling,
            } => self.integer(*bits, *signed, spelling),
            Type::BitInt { bits, signed } => self.bit_int(*bits, *signed),
            Type::UnicodeScalar => self.sized("char", 4, Kind::UnicodeScalar),
            Type::Float(kind) => self.float(*kind),
            Type::Complex(kind) => {
                let part = self.float(*kind)?;
                self.complex(part)
            }
            Type::ComplexInteger { bits, signed } => {
                let part = self.integer(*bits, *signed, "integer")?;
                self.complex(part)
            }
            Type::Pointer { pointee, .. } => {
                let pointee = Some(&**pointee).filter(|ty| !matches!(ty, Type::Void));
                self.pointer(pointee)
            }
            Type::FunctionPointer { signature, .. } => {
                let size = self.target.pointer_size().0;
                self.sized("function pointer", size, Kind::FunctionPointer { signature })
            }
            Type::Opaque(name) if name == "va_list" => self.va_list(),
            // Rust's `()` as a field has no size.
            Type::Void if self.language == Language::Rust => {
                self.add("()".to_owned(), Some(0), 1, Kind::Record(Record::default()))
            }
            Type::Void => Err(Unsupported::new("an object of type void")),
            Type::Never => Err(Unsupported::new("a value of a type that has none")),
            Type::Slice { .. } => Err(Unsupported::new(
                "a slice reference is an address and a length, for which no C ABI has a place",
            )),
            Type::Opaque(name) => Err(Unsupported::new(format!("only the name of `{name}` is known"))),
            Type::Array { .. } | Type::Vector { .. } | Type::Named(_) | Type::Atomic(_) => {
                Err(Unsupported::new("not a scalar"))
            }
        }
    }

    fn sized(&mut self, name: &str, size: u64, kind: Kind<'t>) -> Result<NodeId, Unsupported> {
        self.add(name.to_owned(), Some(size), size, kind)
    }

    /// On both targets an integer is aligned to its size, `__int128` to 16.
    pub(super) fn integer(&mut self, bits: u32, signed: bool, name: &str) -> Result<NodeId, Unsupported> {
        match bits {
            8 | 16 | 32 | 64 | 128 => self.sized(name, u64::from(bits / 8), Kind::Integer { bits, signed }),
            _ => Err(Unsupported::new(format!("an integer of {bits} bits"))),
        }
    }

    /// Up to 64 bits like the smallest integer that holds it; wider, psABI 3.1.2 has eightbytes aligned to 8
    /// and the wasm Basic C ABI the 16-byte integer, which clang aligns to 8 too.
    fn bit_int(&mut self, bits: u32, signed: bool) -> Result<NodeId, Unsupported> {
        let kind = Kind::BitInt { bits, signed };
        let name = format!("_BitInt({bits})");
        // C 6.2.6.3: a sign bit needs a value bit beside it.
        if bits == 0 || signed && bits == 1 {
            return Err(Unsupported::new(name));
        }
        if bits <= 64 {
            let size = u64::from(bits.div_ceil(8)).next_power_of_two();
            return self.add(name, Some(size), size, kind);
        }
        if !self.target.is_wasm() {
            return self.add(name, Some(u64::from(bits.div_ceil(64)) * 8), 8, kind);
        }
        if bits > 128 {
            return Err(Unsupported::new(format!("{name} on wasm32")));
        }
        self.fork(WASM_BIT_INT);
        let align = if self.reader == Reader::Practice { 8 } else { 16 };
        self.add(name, Some(16), align, kind)
    }

    fn float(&mut self, kind: FloatKind) -> Result<NodeId, Unsupported> {
        let wasm = self.target.is_wasm();
        let (name, size) = match kind {
            FloatKind::F16 | FloatKind::BF16 if wasm => {
                return Err(Unsupported::new("16-bit floating point on wasm32"));
            }
            FloatKind::F16 => ("_Float16", 2),
            FloatKind::BF16 => ("__bf16", 2),
            FloatKind::F32 => ("float", 4),
            FloatKind::F64 => ("double", 8),
            FloatKind::X87 if wasm => return Err(Unsupported::new("x87 floating point on wasm32")),
            FloatKind::X87 => ("long double", 16),
            FloatKind::F128 if wasm => ("long double", 16),
            FloatKind::F128 => ("__float128", 16),
        };
        self.sized(name, size, Kind::Float(kind))
    }

    /// C 6.2.5 (17): as an array of two.
    fn complex(&mut self, part: NodeId) -> Result<NodeId, Unsupported> {
        let node = self.node(part);
        let (name, size, align) = (format!("_Complex {}", node.name), node.size * 2, node.align);
        self.add(name, Some(size), align, Kind::Complex { part })
    }

    fn pointer(&mut self, pointee: Option<&'t Type>) -> Result<NodeId, Unsupported> {
        let size = self.target.pointer_size().0;
        self.sized("pointer", size, Kind::Pointer { pointee })
    }

    /// psABI 3.5.7: an array of one struct. wasm: a pointer.
    fn va_list(&mut self) -> Result<NodeId, Unsupported> {
        match self.target {
            Target::Wasm32Unknown => self.sized(
                "va_list",
                self.target.pointer_size().0,
                Kind::Pointer { pointee: None },
            ),
            Target::X86_64LinuxGnu => {
                let mut members = Vec::new();
                let names = ["gp_offset", "fp_offset", "overflow_arg_area", "reg_save_area"];
                for (name, offset) in names.into_iter().zip([0, 32, 64, 128]) {
                    let ty = match offset {
                        0 | 32 => self.integer(32, false, "unsigned int")?,
                        _ => self.pointer(None)?,
                    };
                    members.push(Member {
                        name: name.to_owned(),
                        offset,
                        width: self.node(ty).size * 8,
                        bit_field: false,
                        base: false,
                        ty,
                    });
                }
                let record = Record {
                    members,
                    ..Record::default()
                };
                let element = self.add("__va_list_tag".to_owned(), Some(24), 8, Kind::Record(record))?;
                self.array(element, 1, false)
            }
        }
    }
}
