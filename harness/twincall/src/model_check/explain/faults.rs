//! What compilers do instead of what the text says: each fault as a change of the signature or of its slots.

mod slots;

pub(super) use slots::{
    atomic_scalars_take_no_register, atomic_scalars_unextended, complex_half_narrowed, no_vector_count,
    union_narrowed_to_float, union_narrowed_to_half, union_upper_half_lost, unnamed_empty_takes_room,
};

use twincall_abi::layout::{Leaf, LeafKind, Scalar};
use twincall_abi::model::Model;
use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeAttributes, TypeDefinition, TypeKind};

use super::super::expected::{self, is_empty, single_scalar};
use super::super::generate::{Generated, Vocabulary};
use super::super::spell::{base_class, members, passed};

/// A union of scalars of one kind that fill it is passed as its first member.
pub(super) fn unions_by_value(generated: &Generated, target: Target) -> Option<Generated> {
    let mut changed = generated.clone();
    let mut any = false;
    for index in 0..changed.types.len() {
        let TypeKind::Union { fields } = &changed.types[index].kind else {
            continue;
        };
        let types = changed.types.as_slice();
        let valued: Vec<&FieldDefinition> = fields
            .iter()
            .filter(|field| !is_empty(&field.ty, types))
            .collect();
        let mut kinds: Vec<(bool, u64)> = Vec::new();
        for field in &valued {
            let scalar = single_scalar(&field.ty, types);
            let size = size_of(&changed, target, scalar)
                .filter(|_| !matches!(scalar, Type::Named(_) | Type::Array { .. }));
            kinds.push((matches!(scalar, Type::Float(_)), size.unwrap_or(0)));
        }
        let whole = size_of(&changed, target, &Type::Named(changed.types[index].name.clone()));
        let one = kinds.windows(2).all(|pair| pair[0] == pair[1]);
        if valued.len() < 2 || !one || whole != Some(kinds[0].1) {
            continue;
        }
        let first = valued[0].clone();
        changed.types[index].kind = TypeKind::Struct { fields: vec![first] };
        any = true;
    }
    any.then_some(changed)
}

/// A struct with a member without size that lies off its alignment is passed in memory.
pub(super) fn misaligned_empty_in_memory(generated: &Generated, target: Target) -> Option<Generated> {
    let model = expected::model(generated, target);
    into_memory(generated, target, |definition| {
        misaligned_empty(&model, definition)
    })
}

/// A struct of more than two eightbytes is passed in memory if it has a base class or any member that is not all of it.
pub(super) fn wide_struct_of_parts_in_memory(generated: &Generated, target: Target) -> Option<Generated> {
    into_memory(generated, target, |definition| {
        let size = size_of(generated, target, &Type::Named(definition.name.clone()));
        let part = |field: &FieldDefinition| {
            base_class(field).is_some() || size_of(generated, target, &field.ty) != size
        };
        let fields = members(definition);
        matches!(definition.kind, TypeKind::Struct { .. }) && size > Some(16) && fields.iter().any(part)
    })
}

/// Puts an object of the same size that is passed in memory in the place of each struct that fits.
fn into_memory(
    generated: &Generated,
    target: Target,
    fits: impl Fn(&TypeDefinition) -> bool,
) -> Option<Generated> {
    let model = expected::model(generated, target);
    let mut changed = generated.clone();
    let mut any = false;
    for definition in changed.types.iter_mut().filter(|definition| fits(definition)) {
        let ty = Type::Named(definition.name.clone());
        let layout = model.size_align(&ty);
        let Some(layout) = layout.values().first().copied().copied() else {
            continue;
        };
        // clang passes atomic members in memory, whatever their size.
        let byte = Type::Atomic(Box::new(integer(8)));
        let field = plain_field(Type::Array {
            element: Box::new(byte),
            length: Some(layout.size.0),
        });
        definition.kind = TypeKind::Struct { fields: vec![field] };
        definition.attributes = TypeAttributes {
            c: true,
            align: Some(layout.align.0),
            ..TypeAttributes::default()
        };
        any = true;
    }
    any.then_some(changed)
}

fn misaligned_empty(model: &Model<'_>, definition: &TypeDefinition) -> bool {
    let answer = model.layout(&Type::Named(definition.name.clone()));
    let Some((table, id)) = answer.values().first().copied() else {
        return false;
    };
    let (twincall_abi::layout::Shape::Struct { fields } | twincall_abi::layout::Shape::Union { fields }) =
        &table.get(*id).shape
    else {
        return false;
    };
    members(definition).iter().any(|member| {
        let name = member.name.as_deref().unwrap_or_default();
        let field = fields.iter().find(|field| field.name == name);
        is_empty(&member.ty, model.types)
            && field.is_some_and(|field| {
                let align = table.get(field.ty).align.map_or(1, |align| align.0);
                field.offset.byte() % align != 0
            })
    })
}

/// An unnamed packed struct of one scalar lies where the scalar would.
pub(super) fn unnamed_packed_as_scalar(generated: &Generated, target: Target) -> Option<Generated> {
    change_unnamed(generated, |ty| {
        let scalar = single_scalar(ty, &generated.types);
        let same = size_of(generated, target, ty) == size_of(generated, target, scalar);
        let packed = matches!(ty, Type::Named(_)) && !matches!(scalar, Type::Named(_) | Type::Array { .. });
        (packed && same).then(|| scalar.clone())
    })
}

/// Wraps what unnamed arguments are passed as into structs, so that no promotion changes it.
fn change_unnamed(generated: &Generated, change: impl Fn(&Type) -> Option<Type>) -> Option<Generated> {
    let mut changed = generated.clone();
    let mut any = false;
    for (index, ty) in generated.variadic.iter().enumerate() {
        let Some(scalar) = change(ty) else {
            continue;
        };
        let name = format!("unnamed_{index}");
        changed.variadic[index] = Type::Named(name.clone());
        changed.types.push(TypeDefinition {
            name,
            kind: TypeKind::Struct {
                fields: vec![plain_field(scalar)],
            },
            attributes: TypeAttributes {
                c: true,
                ..TypeAttributes::default()
            },
            location: Default::default(),
        });
        any = true;
    }
    any.then_some(changed)
}

/// Members without size are not looked at.
pub(super) fn without_empty_members(generated: &Generated, _: Target) -> Option<Generated> {
    let mut changed = generated.clone();
    let mut any = false;
    for definition in &mut changed.types {
        if definition.attributes.packed.is_none() {
            continue;
        }
        if let TypeKind::Struct { fields } | TypeKind::Union { fields } = &mut definition.kind {
            let before = fields.len();
            fields.retain(|field| !is_empty(&field.ty, &generated.types));
            any |= fields.len() != before;
        }
    }
    any.then_some(changed)
}

/// A union of `__float128` and other members of two eightbytes is passed as an integer and a double.
pub(super) fn float128_union_in_general_register(generated: &Generated, _: Target) -> Option<Generated> {
    let mut changed = generated.clone();
    let mut any = false;
    for definition in &mut changed.types {
        let wide = |field: &FieldDefinition| matches!(field.ty, Type::Float(FloatKind::F128));
        if let TypeKind::Union { fields } = &definition.kind
            && fields.len() > 1
            && fields.iter().any(wide)
        {
            let second = FieldDefinition {
                name: Some("f1".to_owned()),
                ..plain_field(Type::Float(FloatKind::F64))
            };
            definition.kind = TypeKind::Struct {
                fields: vec![plain_field(integer(64)), second],
            };
            definition.attributes.align = Some(16);
            any = true;
        }
    }
    any.then_some(changed)
}

/// An array of more than two eightbytes in a union has no class, so that a vector beside it decides alone.
pub(super) fn wide_arrays_in_unions_without_class(
    generated: &Generated,
    target: Target,
) -> Option<Generated> {
    let mut changed = generated.clone();
    let mut any = false;
    for index in 0..generated.types.len() {
        let definition = &generated.types[index];
        let TypeKind::Union { fields } = &definition.kind else {
            continue;
        };
        let wide = |field: &FieldDefinition| match &field.ty {
            Type::Array { element, .. } => {
                let size = size_of(generated, target, &field.ty);
                size > Some(16) && size != size_of(generated, target, element)
            }
            _ => false,
        };
        let others: Vec<FieldDefinition> = fields.iter().filter(|field| !wide(field)).cloned().collect();
        if others.is_empty() || others.len() == fields.len() {
            continue;
        }
        let whole = size_of(generated, target, &Type::Named(definition.name.clone()));
        let vectors = others
            .iter()
            .filter(|field| matches!(field.ty, Type::Vector { .. }));
        let widest = vectors
            .filter_map(|field| size_of(generated, target, &field.ty))
            .max();
        let floats = |field: &FieldDefinition| matches!(field.ty, Type::Float(_) | Type::Vector { .. });
        let fields = match widest {
            // What follows the first two eightbytes is believed to continue them.
            Some(16..) if widest < whole && others.iter().all(floats) => vec![plain_field(Type::Vector {
                element: Box::new(Type::Float(FloatKind::F64)),
                lanes: whole.unwrap_or_default() / 8,
            })],
            _ => others,
        };
        changed.types[index].kind = TypeKind::Union { fields };
        any = true;
    }
    any.then_some(changed)
}

/// A union of floats and vectors, wider than the widest vector in it, is one vector.
pub(super) fn padded_vector_in_register(generated: &Generated, target: Target) -> Option<Generated> {
    let model = expected::model(generated, target);
    let mut changed = generated.clone();
    let mut any = false;
    for (index, definition) in generated.types.iter().enumerate() {
        let TypeKind::Union { fields } = &definition.kind else {
            continue;
        };
        let ty = Type::Named(definition.name.clone());
        let Some(whole @ (32 | 64)) = size_of(generated, target, &ty) else {
            continue;
        };
        let widest = fields
            .iter()
            .filter_map(|field| widest_vector(generated, target, &field.ty))
            .max();
        let answer = model.layout(&ty);
        let Some((table, id)) = answer.values().first().copied() else {
            continue;
        };
        let end = table.leaves(*id).iter().map(last_byte).max();
        if widest.is_none_or(|widest| widest < 16 || widest >= whole)
            || end > widest
            || !is_sse(generated, &ty)
        {
            continue;
        }
        changed.types[index].kind = TypeKind::Union {
            fields: vec![plain_field(Type::Vector {
                element: Box::new(Type::Float(FloatKind::F64)),
                lanes: whole / 8,
            })],
        };
        any = true;
    }
    any.then_some(changed)
}

/// Behind the last byte of a leaf in which there is a value.
fn last_byte(leaf: &Leaf) -> u64 {
    let start = leaf.offset.byte();
    match &leaf.kind {
        LeafKind::Scalar(_) => start + leaf.width.bytes_ceil().0,
        LeafKind::Bytes { mask } => {
            let last = mask.iter().rposition(|bits| *bits != 0);
            start + last.map_or(0, |last| last as u64 + 1)
        }
    }
}

/// Whether all that a type holds travels in vector registers where it travels alone.
fn is_sse(generated: &Generated, ty: &Type) -> bool {
    match ty {
        Type::Float(_) | Type::Complex(_) | Type::Vector { .. } => true,
        Type::Array { element, length } => *length == Some(0) || is_sse(generated, element),
        Type::Named(name) => definition(generated, name).is_some_and(|definition| {
            let mut fields = members(definition).iter();
            fields.all(|field| is_empty(&field.ty, &generated.types) || is_sse(generated, &field.ty))
        }),
        _ => false,
    }
}

/// Bytes of the widest vector that a type is or holds as a value.
fn widest_vector(generated: &Generated, target: Target, ty: &Type) -> Option<u64> {
    match ty {
        Type::Vector { .. } => size_of(generated, target, ty),
        Type::Array { element, length } if *length != Some(0) => widest_vector(generated, target, element),
        Type::Named(name) => {
            let fields = members(definition(generated, name)?);
            let widths = fields
                .iter()
                .filter_map(|field| widest_vector(generated, target, &field.ty));
            widths.max()
        }
        _ => None,
    }
}

/// Of an array only the first element is held against its alignment, and its class stands for all.
pub(super) fn first_element_for_all(generated: &Generated, target: Target) -> Option<Generated> {
    let mut changed = generated.clone();
    let mut any = false;
    for definition in &mut changed.types {
        let (TypeKind::Struct { fields } | TypeKind::Union { fields }) = &mut definition.kind else {
            continue;
        };
        for field in fields {
            let Type::Array {
                element,
                length: Some(2..),
            } = &field.ty
            else {
                continue;
            };
            let model = expected::model(generated, target);
            let layout = model.size_align(&field.ty);
            let Some(layout) = layout.values().first().copied().copied() else {
                continue;
            };
            if !matches!(innermost(element), Type::Named(_)) {
                continue;
            }
            // All bytes have the one class that the element has.
            let (part, width) = match only_floats(generated, element) {
                true => (Type::Float(FloatKind::F16), 2),
                false => (integer(8), 1),
            };
            field.ty = Type::Array {
                element: Box::new(part),
                length: Some(layout.size.0 / width),
            };
            field.align = field.align.max(Some(layout.align.0));
            any = true;
        }
    }
    any.then_some(changed)
}

fn only_floats(generated: &Generated, ty: &Type) -> bool {
    match ty {
        Type::Float(_) | Type::Complex(_) => true,
        Type::Array { element, .. } => only_floats(generated, element),
        Type::Named(name) => definition(generated, name).is_some_and(|definition| {
            let fields = members(definition);
            !fields.is_empty() && fields.iter().all(|field| only_floats(generated, &field.ty))
        }),
        _ => false,
    }
}

/// A C++ class with a member that is an empty class is neither one scalar nor empty, and passed by a pointer.
pub(super) fn class_of_empty_members(generated: &Generated, target: Target) -> Option<Generated> {
    if generated.vocabulary != Vocabulary::Cpp {
        return None;
    }
    let mut changed = generated.clone();
    let mut any = false;
    for definition in &mut changed.types {
        let ty = Type::Named(definition.name.clone());
        let fields = members(definition);
        let class = |field: &FieldDefinition| {
            base_class(field).is_none()
                && !has_no_elements(&field.ty)
                && matches!(innermost(&field.ty), Type::Named(_))
                && is_empty(&field.ty, &generated.types)
        };
        if !fields.iter().any(class) {
            continue;
        }
        let Some(size) = size_of(generated, target, &ty) else {
            continue;
        };
        // A union of two members is no single scalar.
        let bytes = Type::Array {
            element: Box::new(integer(8)),
            length: Some(size),
        };
        let second = FieldDefinition {
            name: Some("f1".to_owned()),
            ..plain_field(integer(8))
        };
        definition.kind = TypeKind::Union {
            fields: vec![plain_field(bytes), second],
        };
        any = true;
    }
    any.then_some(changed)
}

/// Whether a type is an array with a length of zero in any dimension.
fn has_no_elements(ty: &Type) -> bool {
    match ty {
        Type::Array { element, length } => *length == Some(0) || has_no_elements(element),
        _ => false,
    }
}

fn innermost(ty: &Type) -> &Type {
    match ty {
        Type::Array { element, .. } => innermost(element),
        _ => ty,
    }
}

/// A compiler that died of a division by zero.
pub(super) fn array_of_empty(generated: &Generated, words: &str) -> bool {
    let fields = generated.types.iter().flat_map(members);
    words.contains("Floating point exception")
        && fields.into_iter().any(
            |field| matches!(&field.ty, Type::Array { element, .. } if is_empty(element, &generated.types)),
        )
}

/// The same of a segmentation fault: a struct without size that ends in a flexible array finds no register free.
pub(super) fn flexible_without_size(generated: &Generated, words: &str) -> bool {
    let flexible = |field: &FieldDefinition| matches!(field.ty, Type::Array { length: None, .. });
    words.contains("Segmentation fault")
        && passed(generated).any(|ty| match ty {
            Type::Named(name) => definition(generated, name).is_some_and(|definition| {
                let (last, rest) = match members(definition).split_last() {
                    Some(both) => both,
                    None => return false,
                };
                flexible(last) && rest.iter().all(|field| is_empty(&field.ty, &generated.types))
            }),
            _ => false,
        })
}

/// A function that takes a struct aligned to 16 out of its unnamed arguments, and dies of it.
pub(super) fn aligned_unnamed(generated: &Generated) -> bool {
    let model = expected::model(generated, Target::X86_64LinuxGnu);
    generated.variadic.iter().any(|ty| {
        let layout = model.size_align(ty);
        let layout = layout.values().first().copied();
        matches!(ty, Type::Named(_)) && layout.is_some_and(|layout| layout.align.0 >= 16)
    })
}

/// Two floats of half precision at the start of a struct, or one `__bf16`, and nothing behind them in the eightbyte, are passed
/// as an integer if at most 4 bytes follow in the second.
pub(super) fn half_pair_in_general_register(generated: &Generated, target: Target) -> Option<Generated> {
    let model = expected::model(generated, target);
    let mut changed = generated.clone();
    let mut any = false;
    for index in 0..changed.types.len() {
        let ty = Type::Named(changed.types[index].name.clone());
        let answer = model.layout(&ty);
        let Some((table, id)) = answer.values().first().copied() else {
            continue;
        };
        let leaves = table.leaves(*id);
        let place = |leaf: &Leaf| (leaf.offset.0, leaf.width.0);
        let float = |leaf: &Leaf| matches!(leaf.kind, LeafKind::Scalar(Scalar::Float { .. }));
        let (first, second): (Vec<&Leaf>, Vec<&Leaf>) = leaves.iter().partition(|leaf| leaf.offset.0 < 64);
        let places: Vec<(u64, u64)> = first.iter().map(|leaf| place(leaf)).collect();
        let pair = first.iter().all(|leaf| float(leaf))
            && match places.as_slice() {
                [(0, 16), (16, 16)] => true,
                [(0, 16)] => slots::begins_with(generated, &ty, &[FloatKind::BF16]),
                _ => false,
            };
        let end = second.iter().map(|leaf| leaf.offset.0 + leaf.width.0).max();
        let layout = model.size_align(&ty);
        let Some(layout) = layout.values().first().copied().copied() else {
            continue;
        };
        if !pair || layout.size.0 > 16 || end.is_none_or(|end| end > 96) {
            continue;
        }
        let last = match second.iter().all(|leaf| float(leaf)) {
            true => Type::Float(FloatKind::F32),
            false => integer(32),
        };
        let last = FieldDefinition {
            name: Some("f1".to_owned()),
            align: Some(8),
            ..plain_field(last)
        };
        let definition = &mut changed.types[index];
        definition.kind = TypeKind::Struct {
            fields: vec![plain_field(integer(32)), last],
        };
        definition.attributes = TypeAttributes {
            c: true,
            align: Some(layout.align.0),
            ..TypeAttributes::default()
        };
        any = true;
    }
    any.then_some(changed)
}

fn definition<'g>(generated: &'g Generated, name: &str) -> Option<&'g TypeDefinition> {
    generated.types.iter().find(|definition| definition.name == name)
}

fn size_of(generated: &Generated, target: Target, ty: &Type) -> Option<u64> {
    let answer = expected::model(generated, target).size_align(ty);
    answer.values().first().map(|both| both.size.0)
}

fn integer(bits: u32) -> Type {
    Type::Integer {
        bits,
        signed: false,
        spelling: String::new(),
    }
}

fn plain_field(ty: Type) -> FieldDefinition {
    FieldDefinition {
        name: Some("f0".to_owned()),
        ty,
        bit_width: None,
        anonymous: None,
        align: None,
        packed: false,
    }
}
