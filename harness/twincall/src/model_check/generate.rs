//! Signatures by the dice: types of every kind that C and Rust have, in every position, from one seed.
//!
//! What is generated is source-level and the same for all compilers; which of them can read it is decided elsewhere.

mod forms;

use std::collections::BTreeMap;

use fastrand::Rng;
pub(super) use forms::RustForm;
use twincall_abi::interface::{Convention, Parameter, Signature, SourceLocation};
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeAttributes, TypeDefinition, TypeKind};

use super::BATCH;
use super::spell::base_class;

/// A signature with the types it needs.
#[derive(Clone, Debug)]
pub(super) struct Generated {
    /// Its number in the run, which is part of every name.
    pub number: usize,
    /// In the order in which a source must define them.
    pub types: Vec<TypeDefinition>,
    pub signature: Signature,
    /// The types of the unnamed arguments of a variadic call.
    pub variadic: Vec<Type>,
    pub vocabulary: Vocabulary,
    pub features: Features,
    /// Definitions that Rust writes otherwise than C.
    pub forms: BTreeMap<String, RustForm>,
}

/// What the unit of a signature is compiled for. Compilers take the ABI of a whole unit from their command line, and clang
/// does not change it for a function that has features of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Features {
    Baseline,
    /// Native: vector registers of 32 bytes.
    Avx,
    /// Native: and of 64 bytes.
    Avx512,
    /// wasm: the value type `v128`.
    Simd128,
}

impl Features {
    /// Those of a batch: the same for all its signatures, half of the batches without any.
    pub(super) fn of_batch(batch: usize, wasm: bool) -> Features {
        match (batch % 4, wasm) {
            (1, true) => Features::Simd128,
            (1, false) => Features::Avx,
            (3, false) => Features::Avx512,
            _ => Features::Baseline,
        }
    }

    /// As compilers name them.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Features::Baseline => None,
            Features::Avx => Some("avx"),
            Features::Avx512 => Some("avx512f"),
            Features::Simd128 => Some("simd128"),
        }
    }

    /// Bytes of the widest vector register.
    fn widest(self) -> u64 {
        match self {
            Features::Baseline | Features::Simd128 => 16,
            Features::Avx => 32,
            Features::Avx512 => 64,
        }
    }
}

/// What the dice may give.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Vocabulary {
    /// What both C and Rust can write.
    Common,
    /// All of C.
    C,
    /// What C++ adds, over the types that it has in common with C.
    Cpp,
}

/// Integers have a C spelling, from which the width on each target follows.
const INTEGERS: [(&str, u32, bool); 12] = [
    ("signed char", 8, true),
    ("unsigned char", 8, false),
    ("char", 8, true),
    ("short", 16, true),
    ("unsigned short", 16, false),
    ("int", 32, true),
    ("unsigned int", 32, false),
    ("long long", 64, true),
    ("unsigned long long", 64, false),
    ("long long", 64, true),
    ("__int128", 128, true),
    ("unsigned __int128", 128, false),
];

const MAX_DEPTH: usize = 3;

/// Draws the signature with this number.
pub(super) fn generate(rng: &mut Rng, number: usize, vocabulary: Vocabulary, wasm: bool) -> Generated {
    let features = Features::of_batch(number / BATCH, wasm);
    let mut dice = Dice {
        rng,
        number,
        vocabulary,
        features,
        wasm,
        inside_union: 0,
        types: Vec::new(),
        forms: BTreeMap::new(),
    };
    let variadic = dice.one_in(12);
    let count = match dice.rng.u32(0..10) {
        0 => dice.rng.usize(0..2),
        1..=5 => dice.rng.usize(1..6),
        _ => dice.rng.usize(4..13),
    };
    let first = usize::from(variadic);
    let params = (0..count.max(first)).map(|_| dice.argument()).collect::<Vec<_>>();
    let result = if dice.one_in(8) {
        Type::Void
    } else {
        dice.argument()
    };
    let extra = if variadic { dice.rng.usize(0..7) } else { 0 };
    let extra = (0..extra).map(|_| dice.unnamed_argument()).collect();
    let parameter = |ty| Parameter {
        name: None,
        ty,
        spelling: String::new(),
    };
    let signature = Signature {
        convention: Convention::C,
        params: params.into_iter().map(parameter).collect(),
        result,
        variadic,
        unprototyped: false,
    };
    Generated {
        number,
        types: dice.types,
        signature,
        variadic: extra,
        vocabulary,
        features,
        forms: dice.forms,
    }
}

struct Dice<'a> {
    rng: &'a mut Rng,
    number: usize,
    vocabulary: Vocabulary,
    features: Features,
    wasm: bool,
    /// Unions around what is being drawn.
    inside_union: usize,
    types: Vec<TypeDefinition>,
    forms: BTreeMap<String, RustForm>,
}

impl Dice<'_> {
    fn one_in(&mut self, n: u32) -> bool {
        self.rng.u32(0..n) == 0
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.rng.usize(0..of.len())].clone()
    }

    /// Aggregates are where compilers part, so that they are half of all arguments.
    fn argument(&mut self) -> Type {
        match self.rng.u32(0..10) {
            0..=4 => self.scalar(),
            5 if self.one_in(3) => self.enumeration(),
            5 | 6 if self.vocabulary == Vocabulary::Common && self.one_in(3) => self.data_enum(0),
            5..=8 => self.structure(0),
            _ => self.union(0),
        }
    }

    /// Unnamed arguments in Rust are scalars only.
    fn unnamed_argument(&mut self) -> Type {
        match self.vocabulary {
            // `va_arg` takes no atomic type.
            Vocabulary::C => match self.argument() {
                Type::Atomic(inner) => *inner,
                ty => ty,
            },
            // Nor does C++ promise anything about objects of classes.
            Vocabulary::Common | Vocabulary::Cpp => {
                let int = integer(("int", 32, true));
                let long = integer(("long long", 64, true));
                let double = Type::Float(FloatKind::F64);
                self.pick(&[int, long, double.clone(), double, pointer()])
            }
        }
    }

    fn scalar(&mut self) -> Type {
        let common = match self.rng.u32(0..12) {
            0..=4 => Some(integer(self.pick(&INTEGERS))),
            5 | 6 => Some(Type::Float(FloatKind::F32)),
            7 | 8 => Some(Type::Float(FloatKind::F64)),
            9 => Some(pointer()),
            10 => Some(Type::Bool),
            _ => None,
        };
        match common {
            Some(ty) => ty,
            None if self.vocabulary != Vocabulary::Common => self.c_scalar(),
            None if self.one_in(3) => self.niche(),
            None if !self.wasm && self.one_in(2) => self.vector(),
            None => integer(self.pick(&INTEGERS)),
        }
    }

    /// Scalars that Rust has no stable word for.
    fn c_scalar(&mut self) -> Type {
        use FloatKind::{BF16, F16, F32, F64, F128, X87};
        match self.rng.u32(0..9) {
            8 if self.vocabulary == Vocabulary::C => self.atomic(),
            0 | 1 => Type::Float(self.pick(&[X87, X87, F16, F128, BF16])),
            2 | 3 => Type::Complex(self.pick(&[F32, F64, F32, F64, X87, F16])),
            4 => {
                let (_, bits, signed) = self.pick(&INTEGERS[..9]);
                Type::ComplexInteger { bits, signed }
            }
            5 => Type::BitInt {
                bits: self.pick(&[2, 7, 8, 9, 17, 31, 32, 33, 63, 64, 65, 97, 127, 128]),
                signed: self.rng.bool(),
            },
            _ => self.vector(),
        }
    }

    /// No wider than a lock-free access, which needs no library.
    fn atomic(&mut self) -> Type {
        let inner = match self.rng.u32(0..4) {
            0 => Type::Bool,
            1 => Type::Float(self.pick(&[FloatKind::F32, FloatKind::F64])),
            2 => pointer(),
            _ => integer(self.pick(&INTEGERS[..10])),
        };
        Type::Atomic(Box::new(inner))
    }

    fn vector(&mut self) -> Type {
        let (float, double) = (Type::Float(FloatKind::F32), Type::Float(FloatKind::F64));
        let [char, short, int, long] = [
            ("signed char", 8, true),
            ("short", 16, true),
            ("int", 32, true),
            ("long long", 64, true),
        ]
        .map(integer);
        // Rust has a name for these, as wide as the features allow.
        let rust = [(float.clone(), 4), (double.clone(), 8), (long.clone(), 8)];
        let (element, bytes) = if self.vocabulary == Vocabulary::Common {
            let (element, _) = self.pick(&rust);
            let bytes = self.pick(&[16, 32, 64]).min(self.features.widest());
            (element, bytes)
        } else {
            let element = self.pick(&[
                (float, 4),
                (double, 8),
                (char, 1),
                (short, 2),
                (int, 4),
                (long, 8),
            ]);
            let widest = if self.wasm { 16 } else { 64 };
            let bytes = self
                .pick(&[4, 8, 8, 16, 16, 16, 32, 32, 64])
                .clamp(element.1, widest);
            (element.0, bytes)
        };
        let lane = match &element {
            Type::Integer { bits, .. } => u64::from(bits / 8),
            Type::Float(FloatKind::F32) => 4,
            _ => 8,
        };
        Type::Vector {
            element: Box::new(element),
            lanes: bytes / lane,
        }
    }

    fn structure(&mut self, depth: usize) -> Type {
        let c = self.vocabulary != Vocabulary::Common;
        let cpp = self.vocabulary == Vocabulary::Cpp;
        let count = match self.rng.u32(0..12) {
            0 if c => 0,
            0..=3 => 1,
            4..=9 => self.rng.usize(2..5),
            _ => self.rng.usize(4..9),
        };
        let with_bits = c && self.one_in(4);
        let mut fields = Vec::new();
        if cpp && self.one_in(3) {
            fields.push(self.base());
        }
        for index in 0..count {
            let mut field = self.field(index, depth);
            if with_bits && self.one_in(2) {
                field = self.bit_field(index);
            }
            if c && self.one_in(24) && field.bit_width.is_none() {
                field.align = Some(self.pick(&[4, 8, 16, 32]));
            }
            fields.push(field);
        }
        let has_member = fields
            .iter()
            .any(|field| field.name.is_some() && field.bit_width.is_none());
        if self.vocabulary == Vocabulary::C && has_member && self.one_in(24) {
            let element = Box::new(self.scalar());
            let ty = Type::Array {
                element,
                length: None,
            };
            fields.push(FieldDefinition {
                ty,
                ..self.member("rest")
            });
        }
        let mut attributes = self.attributes();
        // g++ ignores the attribute where a member is a class.
        let has_base = fields.iter().any(|field| base_class(field).is_some());
        if has_base || cpp && !fields.iter().all(|field| self.is_plain(&field.ty)) {
            attributes.packed = None;
        }
        attributes.non_trivial = cpp && self.inside_union == 0 && self.one_in(4);
        // A transparent struct is its field's type, in C under another name, so that it cannot be an array.
        let is_array = |field: &FieldDefinition| matches!(field.ty, Type::Array { .. });
        if !c && count == 1 && !fields.iter().any(is_array) && self.one_in(4) {
            attributes = TypeAttributes {
                transparent: true,
                c: false,
                ..TypeAttributes::default()
            };
        }
        self.define(TypeKind::Struct { fields }, attributes)
    }

    fn union(&mut self, depth: usize) -> Type {
        let count = self.rng.usize(1..4);
        self.inside_union += 1;
        let fields: Vec<FieldDefinition> = (0..count).map(|index| self.field(index, depth)).collect();
        self.inside_union -= 1;
        let mut attributes = self.attributes();
        if self.vocabulary == Vocabulary::Cpp && !fields.iter().all(|field| self.is_plain(&field.ty)) {
            attributes.packed = None;
        }
        self.define(TypeKind::Union { fields }, attributes)
    }

    /// A base class: a small struct of its own, under whose name the model lists it.
    fn base(&mut self) -> FieldDefinition {
        let count = self.rng.usize(0..4);
        let fields = (0..count)
            .map(|index| FieldDefinition {
                ty: self.scalar(),
                ..self.member(&format!("f{index}"))
            })
            .collect();
        let mut attributes = plain();
        attributes.non_trivial = self.inside_union == 0 && self.one_in(6);
        let ty = self.define(TypeKind::Struct { fields }, attributes);
        let name = match &ty {
            Type::Named(name) => name.clone(),
            _ => String::new(),
        };
        FieldDefinition {
            ty,
            ..self.member(&name)
        }
    }

    /// Whether a type is no C++ class beyond what C has.
    fn is_plain(&self, ty: &Type) -> bool {
        match ty {
            Type::Array { element, .. } => self.is_plain(element),
            Type::Named(name) => self
                .types
                .iter()
                .find(|definition| definition.name == *name)
                .is_some_and(|definition| {
                    let (TypeKind::Struct { fields } | TypeKind::Union { fields }) = &definition.kind else {
                        return true;
                    };
                    !definition.attributes.non_trivial
                        && fields
                            .iter()
                            .all(|field| base_class(field).is_none() && self.is_plain(&field.ty))
                }),
            _ => true,
        }
    }

    fn member(&self, name: &str) -> FieldDefinition {
        FieldDefinition {
            name: Some(name.to_owned()),
            ty: Type::Bool,
            bit_width: None,
            anonymous: None,
            align: None,
            packed: false,
        }
    }

    fn enumeration(&mut self) -> Type {
        if self.vocabulary == Vocabulary::Common && self.one_in(2) {
            return self.rust_enumeration();
        }
        let underlying = match self.vocabulary {
            // In C without C23 an enum's type follows from its values.
            Vocabulary::C | Vocabulary::Cpp => None,
            Vocabulary::Common => Some(integer(("int", 32, true))),
        };
        let last = if self.vocabulary == Vocabulary::C && self.one_in(6) {
            0x1_0000_0000
        } else {
            self.pick(&[1, 127, 70_000])
        };
        let values = vec![("A".to_owned(), 0), ("B".to_owned(), last)];
        self.define(TypeKind::Enum { underlying, values }, plain())
    }

    fn attributes(&mut self) -> TypeAttributes {
        let mut attributes = plain();
        match self.rng.u32(0..16) {
            0 => attributes.packed = Some(1),
            1 => attributes.packed = Some(self.pick(&[1, 2, 4, 8])),
            2 | 3 => attributes.align = Some(self.pick(&[2, 8, 16, 16, 32])),
            4 if self.vocabulary != Vocabulary::Common => {
                attributes.packed = Some(1);
                attributes.align = Some(self.pick(&[2, 4, 8, 16]));
            }
            _ => {}
        }
        attributes
    }

    fn field(&mut self, index: usize, depth: usize) -> FieldDefinition {
        let ty = match self.rng.u32(0..12) {
            0 | 1 if depth < MAX_DEPTH => self.structure(depth + 1),
            2 if depth < MAX_DEPTH => self.union(depth + 1),
            3 | 4 => {
                let element = if depth < MAX_DEPTH && self.one_in(4) {
                    self.structure(depth + 1)
                } else {
                    self.scalar()
                };
                let longest = if self.one_in(8) { 0 } else { 4 };
                Type::Array {
                    element: Box::new(element),
                    length: Some(self.rng.u64(0..=longest)),
                }
            }
            _ => self.scalar(),
        };
        FieldDefinition {
            name: Some(format!("f{index}")),
            ty,
            bit_width: None,
            anonymous: None,
            align: None,
            packed: false,
        }
    }

    fn bit_field(&mut self, index: usize) -> FieldDefinition {
        let (spelling, bits, signed) = self.pick(&[
            ("int", 32, true),
            ("unsigned int", 32, false),
            ("unsigned char", 8, false),
            ("short", 16, true),
            ("unsigned long long", 64, false),
        ]);
        let unnamed = self.one_in(6);
        let width = if unnamed && self.one_in(2) {
            0
        } else {
            self.rng.u64(1..=u64::from(bits))
        };
        FieldDefinition {
            name: (!unnamed).then(|| format!("f{index}")),
            ty: integer((spelling, bits, signed)),
            bit_width: Some(width),
            anonymous: None,
            align: None,
            packed: false,
        }
    }

    fn define(&mut self, kind: TypeKind, attributes: TypeAttributes) -> Type {
        let name = format!("t{}_{}", self.number, self.types.len());
        self.types.push(TypeDefinition {
            name: name.clone(),
            kind,
            attributes,
            location: SourceLocation::default(),
        });
        Type::Named(name)
    }
}

fn plain() -> TypeAttributes {
    TypeAttributes {
        c: true,
        ..TypeAttributes::default()
    }
}

fn integer((spelling, bits, signed): (&str, u32, bool)) -> Type {
    Type::Integer {
        bits,
        signed,
        spelling: spelling.to_owned(),
    }
}

fn pointer() -> Type {
    Type::Pointer {
        pointee: Box::new(Type::Void),
        mutable: true,
        nullable: true,
    }
}

#[cfg(test)]
mod tests;
