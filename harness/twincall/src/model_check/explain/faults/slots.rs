//! Faults that move, cut or leave open what the text says of a signature's slots.

use twincall_abi::layout::{Leaf, LeafKind, Scalar};
use twincall_abi::model::{Class, ModelArgument, ModelSlot};
use twincall_abi::slot::{ARGUMENT_REGISTERS, ARGUMENT_VECTORS, Content, Extension, Location, Slot};
use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeDefinition, TypeKind};
use twincall_abi::units::Bytes;

use super::super::super::expected::{self, Expected, is_empty};
use super::super::super::generate::Generated;
use super::super::super::spell::members;
use super::{definition, innermost};

/// Of an eightbyte of a union only the float at its start is carried.
pub(in super::super) fn union_narrowed_to_float(generated: &Generated, expected: &mut Expected) -> bool {
    narrow(generated, expected, 4, &[FloatKind::F32])
}

/// The same with a float of half precision.
pub(in super::super) fn union_narrowed_to_half(generated: &Generated, expected: &mut Expected) -> bool {
    narrow(generated, expected, 2, &[FloatKind::F16, FloatKind::BF16])
}

/// Forgets the bytes behind the first `width` of each eightbyte that a vector register holds, in values with such a union.
fn narrow(generated: &Generated, expected: &mut Expected, width: usize, kinds: &[FloatKind]) -> bool {
    let lowering = &expected.lowering;
    let placed = lowering.arguments.iter().chain(std::iter::once(&lowering.result));
    let mut any = false;
    for (argument, value) in placed.zip(&mut expected.values) {
        if !has_union(generated, &value.ty, kinds) {
            continue;
        }
        for slot in &argument.slots {
            let vector = matches!(&slot.slot.location, Location::Register(name) if name.contains("mm"));
            let from = slot.value_offset.0 as usize;
            let end = (from + slot.slot.width.0 as usize).min(value.mask.len());
            if vector && from + width < end {
                value.mask[from + width..end].fill(0);
                any = true;
            }
        }
    }
    any
}

/// Of a `_Complex _Float16` that is all of an eightbyte's value only the real part is carried.
pub(in super::super) fn complex_half_narrowed(generated: &Generated, expected: &mut Expected) -> bool {
    let half = Type::Complex(FloatKind::F16);
    let lowering = &expected.lowering;
    let placed = lowering.arguments.iter().chain(std::iter::once(&lowering.result));
    let mut any = false;
    for (argument, value) in placed.zip(&mut expected.values) {
        let has_half = holds(generated, &value.ty, &|definition| {
            let mut fields = members(definition).iter();
            fields.any(|field| *innermost(&field.ty) == half)
        });
        for slot in argument.slots.iter().filter(|_| has_half) {
            let vector = matches!(&slot.slot.location, Location::Register(name) if name.contains("mm"));
            let from = slot.value_offset.0 as usize;
            if vector && from >= 8 && slot.slot.width.0 == 4 && from + 4 <= value.mask.len() {
                value.mask[from + 2..from + 4].fill(0);
                any = true;
            }
        }
    }
    any
}

/// Whether a type has, anywhere inside, a union of several members one of which has such a float where an eightbyte begins.
fn has_union(generated: &Generated, ty: &Type, kinds: &[FloatKind]) -> bool {
    let model = expected::model(generated, Target::X86_64LinuxGnu);
    let later = |field: &FieldDefinition| {
        let answer = model.layout(&field.ty);
        let Some((table, id)) = answer.values().first().copied() else {
            return false;
        };
        let begins = |leaf: &Leaf| {
            let float = matches!(leaf.kind, LeafKind::Scalar(Scalar::Float { .. }));
            let widths: &[u64] = if kinds.contains(&FloatKind::F32) {
                &[32]
            } else {
                &[16]
            };
            float && leaf.offset.0 > 0 && leaf.offset.0.is_multiple_of(64) && widths.contains(&leaf.width.0)
        };
        table.leaves(*id).iter().any(begins)
    };
    holds(generated, ty, &|definition| {
        let fields = members(definition);
        let begins = |field: &FieldDefinition| begins_with(generated, &field.ty, kinds) || later(field);
        let union = matches!(definition.kind, TypeKind::Union { .. });
        union && fields.len() > 1 && fields.iter().any(begins)
    })
}

/// Whether a type is, or has anywhere inside, a definition that fits.
fn holds(generated: &Generated, ty: &Type, fits: &impl Fn(&TypeDefinition) -> bool) -> bool {
    match ty {
        Type::Array { element, .. } => holds(generated, element, fits),
        Type::Named(name) => definition(generated, name).is_some_and(|definition| {
            let mut fields = members(definition).iter();
            fits(definition) || fields.any(|field| holds(generated, &field.ty, fits))
        }),
        _ => false,
    }
}

pub(super) fn begins_with(generated: &Generated, ty: &Type, kinds: &[FloatKind]) -> bool {
    match ty {
        Type::Float(kind) | Type::Complex(kind) => kinds.contains(kind),
        Type::Array { element, .. } => begins_with(generated, element, kinds),
        Type::Named(name) => definition(generated, name).is_some_and(|definition| {
            let mut fields = members(definition)
                .iter()
                .filter(|field| !is_empty(&field.ty, &generated.types));
            match definition.kind {
                TypeKind::Union { .. } => fields.any(|field| begins_with(generated, &field.ty, kinds)),
                _ => fields
                    .next()
                    .is_some_and(|field| begins_with(generated, &field.ty, kinds)),
            }
        }),
        _ => false,
    }
}

/// Of a union with a vector of more than 16 bytes only these return.
pub(in super::super) fn union_upper_half_lost(generated: &Generated, expected: &mut Expected) -> bool {
    let wide =
        |slot: &ModelSlot| slot.slot.width.0 > 16 && matches!(slot.slot.location, Location::Register(_));
    if !expected.lowering.result.slots.iter().any(wide) {
        return false;
    }
    let Some(value) = expected.values.last_mut().filter(|_| expected.has_result) else {
        return false;
    };
    let union = holds(generated, &value.ty, &|definition| {
        matches!(definition.kind, TypeKind::Union { .. })
    });
    if union {
        // The instruction that ends the function clears them.
        value.bytes[16..].fill(0);
    }
    union
}

/// `al` says nothing about the vector registers of a call without unnamed arguments.
pub(in super::super) fn no_vector_count(generated: &Generated, expected: &mut Expected) -> bool {
    generated.variadic.is_empty() && expected.lowering.vector_count.take().is_some()
}

/// An integer argument or result under `_Atomic` is not extended.
pub(in super::super) fn atomic_scalars_unextended(_: &Generated, expected: &mut Expected) -> bool {
    let lowering = &mut expected.lowering;
    let placed = lowering
        .arguments
        .iter_mut()
        .chain(std::iter::once(&mut lowering.result));
    let mut any = false;
    for (argument, value) in placed.zip(&expected.values) {
        if !matches!(value.ty, Type::Atomic(_)) {
            continue;
        }
        for slot in &mut argument.slots {
            any |= slot.slot.extension != Extension::None;
            slot.slot.extension = Extension::None;
        }
    }
    any
}

/// `va_arg` aligns to a type that holds nothing, and skips its size.
pub(in super::super) fn unnamed_empty_takes_room(generated: &Generated, expected: &mut Expected) -> bool {
    let model = expected::model(generated, Target::Wasm32Unknown);
    let mut any = false;
    let mut end = 0u64;
    let named = generated.signature.params.len();
    let unnamed = expected.lowering.arguments.iter_mut().skip(named);
    for (argument, ty) in unnamed.zip(&generated.variadic) {
        let layout = model.size_align(ty).values().first().copied().copied();
        let (size, own) = layout.map_or((0, 1), |layout| (layout.size.0, layout.align.0));
        let Some(ModelSlot {
            slot,
            in_buffer: Some(offset),
            ..
        }) = argument.slots.first_mut()
        else {
            end = end.next_multiple_of(own) + size.next_multiple_of(4);
            continue;
        };
        let align = match (slot.content, ty) {
            (Content::Pointer { .. }, _) => 4,
            // Promoted to `double`.
            (_, Type::Float(FloatKind::F32)) => 8,
            _ if slot.width == Bytes(16) => 16,
            _ => own.max(4),
        };
        let text = *offset;
        *offset = Bytes(end.next_multiple_of(align));
        any |= *offset != text;
        end = offset.0 + slot.width.0.max(4);
    }
    any
}

/// The registers that a compiler believes free, and those that are.
#[derive(Debug)]
struct Registers {
    believed: (usize, usize),
    general: usize,
    vectors: usize,
    stack: u64,
}

/// The register of an `_Atomic` scalar is not counted when a later struct is held against the registers that are left, so
/// that a part of the struct lies in a register and the rest on the stack.
pub(in super::super) fn atomic_scalars_take_no_register(
    generated: &Generated,
    expected: &mut Expected,
) -> bool {
    let model = expected::model(generated, Target::X86_64LinuxGnu);
    let hidden = usize::from(expected::in_memory(&expected.lowering.result));
    let mut registers = Registers {
        believed: (ARGUMENT_REGISTERS.len() - hidden, ARGUMENT_VECTORS),
        general: hidden,
        vectors: 0,
        stack: 0,
    };
    let types: Vec<Type> = expected
        .arguments()
        .iter()
        .map(|value| value.ty.clone())
        .collect();
    let mut split = false;
    for (argument, ty) in expected.lowering.arguments.iter_mut().zip(&types) {
        let layout = model.size_align(ty).values().first().copied().copied();
        let (size, align) = layout.map_or((8, 8), |layout| (layout.size.0, layout.align.0.max(8)));
        let count = |class: Class| argument.classes.iter().filter(|own| **own == class).count();
        let wanted = (count(Class::Integer), count(Class::Sse));
        let register = |slot: &ModelSlot| matches!(slot.slot.location, Location::Register(_));
        let fits = wanted.0 <= registers.believed.0 && wanted.1 <= registers.believed.1;
        let aggregate = matches!(ty, Type::Named(_) | Type::Complex(_));
        if argument.slots.iter().all(register) && !aggregate
            || fits && in_registers(&argument.classes) && aggregate
        {
            let mut placed = registers.place(argument, size);
            if placed.len() == argument.slots.len() {
                // A scalar keeps its width and extension.
                for (new, old) in placed.iter_mut().zip(&argument.slots) {
                    new.slot.width = old.slot.width;
                    new.slot.extension = old.slot.extension;
                }
            } else {
                split = true;
            }
            argument.slots = placed;
            if !matches!(ty, Type::Atomic(_)) {
                registers.believed.0 = registers.believed.0.saturating_sub(wanted.0);
                registers.believed.1 = registers.believed.1.saturating_sub(wanted.1);
            }
            continue;
        }
        let at = registers.stack.next_multiple_of(align);
        registers.stack = at + size.max(1).next_multiple_of(8);
        for slot in &mut argument.slots {
            slot.slot.location = Location::Stack {
                offset: Bytes(at + slot.value_offset.0),
            };
        }
    }
    if split {
        expected.lowering.stack = Bytes(registers.stack);
    }
    split
}

/// Whether a value of these classes is passed in registers while there are any.
fn in_registers(classes: &[Class]) -> bool {
    !classes.is_empty()
        && classes
            .iter()
            .all(|class| matches!(class, Class::Integer | Class::Sse | Class::SseUp | Class::NoClass))
}

impl Registers {
    /// Puts each eightbyte into the next register of its class, or on the stack.
    fn place(&mut self, argument: &ModelArgument, size: u64) -> Vec<ModelSlot> {
        let mut slots: Vec<ModelSlot> = Vec::new();
        for (index, class) in argument.classes.iter().enumerate() {
            let offset = 8 * index as u64;
            let width = size.saturating_sub(offset).min(8);
            let register = match class {
                Class::Integer => {
                    self.general += 1;
                    ARGUMENT_REGISTERS.get(self.general - 1).map(ToString::to_string)
                }
                Class::Sse => {
                    self.vectors += 1;
                    (self.vectors <= ARGUMENT_VECTORS).then(|| format!("xmm{}", self.vectors - 1))
                }
                Class::SseUp => {
                    if let Some(last) = slots.last_mut() {
                        last.slot.width.0 += width;
                        let prefix = match last.slot.width.0 {
                            33.. => 'z',
                            17.. => 'y',
                            _ => 'x',
                        };
                        if let Location::Register(name) = &mut last.slot.location {
                            *name = format!("{prefix}mm{}", self.vectors - 1);
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            let location = register.map(Location::Register).unwrap_or_else(|| {
                self.stack += 8;
                Location::Stack {
                    offset: Bytes(self.stack - 8),
                }
            });
            slots.push(ModelSlot {
                slot: Slot {
                    location,
                    width: Bytes(width),
                    extension: Extension::None,
                    content: Content::Value,
                },
                value_offset: Bytes(offset),
                in_buffer: None,
            });
        }
        slots
    }
}
