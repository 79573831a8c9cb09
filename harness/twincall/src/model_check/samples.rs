//! Signatures written by hand for the tests of what generated ones go through.

use twincall_abi::interface::{Convention, Parameter, Signature, SourceLocation};
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeAttributes, TypeDefinition, TypeKind};

use super::generate::{Features, Generated, Vocabulary};

pub(super) fn integer(spelling: &str, bits: u32, signed: bool) -> Type {
    Type::Integer {
        bits,
        signed,
        spelling: spelling.to_owned(),
    }
}

pub(super) fn int() -> Type {
    integer("int", 32, true)
}

pub(super) fn double() -> Type {
    Type::Float(FloatKind::F64)
}

pub(super) fn array(element: Type, length: u64) -> Type {
    Type::Array {
        element: Box::new(element),
        length: Some(length),
    }
}

pub(super) fn named(name: &str) -> Type {
    Type::Named(name.to_owned())
}

pub(super) fn field(name: &str, ty: Type) -> FieldDefinition {
    FieldDefinition {
        name: Some(name.to_owned()),
        ty,
        bit_width: None,
        anonymous: None,
        align: None,
        packed: false,
    }
}

pub(super) fn bits(name: &str, width: u64) -> FieldDefinition {
    FieldDefinition {
        name: (!name.is_empty()).then(|| name.to_owned()),
        bit_width: Some(width),
        ..field(name, int())
    }
}

pub(super) fn definition(name: &str, kind: TypeKind) -> TypeDefinition {
    TypeDefinition {
        name: name.to_owned(),
        kind,
        attributes: TypeAttributes {
            c: true,
            ..TypeAttributes::default()
        },
        location: SourceLocation::default(),
    }
}

pub(super) fn structure(name: &str, fields: Vec<FieldDefinition>) -> TypeDefinition {
    definition(name, TypeKind::Struct { fields })
}

pub(super) fn union(name: &str, fields: Vec<FieldDefinition>) -> TypeDefinition {
    definition(name, TypeKind::Union { fields })
}

pub(super) fn enumeration(name: &str, underlying: Option<Type>, values: &[i128]) -> TypeDefinition {
    let numbered = values.iter().enumerate();
    let values = numbered.map(|(index, value)| (format!("V{index}"), *value));
    let values = values.collect();
    definition(name, TypeKind::Enum { underlying, values })
}

/// A signature of C with a prototype.
pub(super) fn signature(types: Vec<TypeDefinition>, params: Vec<Type>, result: Type) -> Generated {
    let parameter = |ty| Parameter {
        name: None,
        ty,
        spelling: String::new(),
    };
    Generated {
        number: 0,
        types,
        signature: Signature {
            convention: Convention::C,
            params: params.into_iter().map(parameter).collect(),
            result,
            variadic: false,
            unprototyped: false,
        },
        variadic: Vec::new(),
        vocabulary: Vocabulary::C,
        features: Features::Baseline,
        forms: Default::default(),
    }
}

/// The same with unnamed arguments.
pub(super) fn variadic(params: Vec<Type>, unnamed: Vec<Type>) -> Generated {
    let mut generated = signature(Vec::new(), params, Type::Void);
    generated.signature.variadic = true;
    generated.variadic = unnamed;
    generated
}
