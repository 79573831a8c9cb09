//! Source-level types: one vocabulary for what C and Rust can write in an interface.
//!
//! This is what the programmer declared, not where a compiler put it; offsets are in [`crate::layout`].

use serde::{Deserialize, Serialize};

use crate::interface::{Signature, SourceLocation};

/// A type as it stands in a signature, a field or a global variable.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Type {
    /// C `void` as a result, Rust `()` as a result.
    Void,
    /// A function that does not return: Rust `!`, C `_Noreturn`.
    Never,
    /// C `_Bool`/`bool`, Rust `bool`: one byte, 0 or 1.
    Bool,
    /// An integer of `bits` bits. `spelling` is the name the source used last (`long`, `u32`, `char`).
    Integer {
        bits: u32,
        signed: bool,
        spelling: String,
    },
    /// C23 `_BitInt(bits)`.
    BitInt { bits: u32, signed: bool },
    /// Rust `char`: 32 bits with a restricted set of values.
    UnicodeScalar,
    /// A floating-point type.
    Float(FloatKind),
    /// C `_Complex T`.
    Complex(FloatKind),
    /// GNU `_Complex` of an integer.
    ComplexInteger { bits: u32, signed: bool },
    /// C `_Atomic T`.
    Atomic(Box<Type>),
    /// A data pointer or a reference.
    Pointer {
        pointee: Box<Type>,
        mutable: bool,
        nullable: bool,
    },
    /// A function pointer. C pointers and Rust `Option<fn>` are nullable, Rust `fn` is not.
    FunctionPointer {
        signature: Box<Signature>,
        nullable: bool,
    },
    /// An array; `length` is `None` for a flexible array member or an incomplete array.
    Array { element: Box<Type>, length: Option<u64> },
    /// A SIMD vector: C `vector_size`, `__m128`; Rust `core::arch` types.
    Vector { element: Box<Type>, lanes: u64 },
    /// A struct, union or enum of the interface's table [`crate::interface::Interface::types`], by name.
    Named(String),
    /// A Rust slice or string reference: two words at the boundary, without a C equivalent.
    Slice { element: Box<Type>, mutable: bool },
    /// A type of which only the name is known: an incomplete struct, `va_list`, a foreign type.
    Opaque(String),
}

/// Formats of floating-point numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FloatKind {
    /// IEEE binary16, `_Float16`, `f16`.
    F16,
    /// bfloat16, `__bf16`.
    BF16,
    /// IEEE binary32.
    F32,
    /// IEEE binary64.
    F64,
    /// x87 80-bit extended, in 16 bytes: `long double` on x86-64 System V.
    X87,
    /// IEEE binary128: `__float128`, `f128`, `long double` on wasm32.
    F128,
}

/// A struct, union or enum that an interface names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TypeDefinition {
    /// The tag, typedef or item name, without `struct`, `union` or `enum`.
    pub name: String,
    pub kind: TypeKind,
    pub attributes: TypeAttributes,
    pub location: SourceLocation,
}

/// What kind of definition it is, with its members.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum TypeKind {
    Struct {
        fields: Vec<FieldDefinition>,
    },
    Union {
        fields: Vec<FieldDefinition>,
    },
    /// C-like: only values. `underlying` is the explicit width (`enum e : short`, `repr(u8)`).
    Enum {
        underlying: Option<Type>,
        values: Vec<(String, i128)>,
    },
    /// A Rust enum with fields in some variant.
    DataEnum {
        underlying: Option<Type>,
        variants: Vec<(String, Vec<FieldDefinition>)>,
    },
    /// Declared but not defined here.
    Incomplete,
}

/// A field of a struct or union.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FieldDefinition {
    /// `None` for an anonymous member or an unnamed bit-field; tuple fields are `0`, `1`, …. A C++ base class
    /// comes first, under the name of its own type.
    pub name: Option<String>,
    pub ty: Type,
    /// Width in bits of a bit-field.
    pub bit_width: Option<u64>,
    /// Members of an anonymous struct or union, which are reached as if they were the outer type's.
    pub anonymous: Option<Box<TypeDefinition>>,
    /// Alignment in bytes that the field's own attribute asks for (`_Alignas`, `aligned`).
    pub align: Option<u64>,
    /// `packed` on the field itself, which lowers its alignment to one byte.
    pub packed: bool,
}

/// What attributes of a definition say about its layout.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct TypeAttributes {
    /// `repr(C)`; always true for C.
    pub c: bool,
    /// `repr(transparent)`.
    pub transparent: bool,
    /// In bytes: 1 for `packed`, N for `#pragma pack(N)` and `repr(packed(N))`. In C, 1 means the attribute,
    /// under which a field's own alignment still counts; `#pragma pack(1)` would cut that down too.
    pub packed: Option<u64>,
    /// `aligned(N)` or `align(N)`, in bytes.
    pub align: Option<u64>,
    /// A C++ class that is not trivial for the purposes of calls (Itanium C++ ABI 1.1).
    pub non_trivial: bool,
}
