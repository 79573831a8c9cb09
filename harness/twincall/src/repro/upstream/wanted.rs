//! From the places that the written ABI wants to the IR with which LLVM's back end puts values there: what a compiler that
//! departs from the text would have to write. Where several types of IR are passed alike, any of them will do.

use twincall_abi::interface::{Interface, Side, Signature};
use twincall_abi::model::{Model, ModelArgument, ModelSlot};
use twincall_abi::slot::{Content, Extension, Location};
use twincall_abi::types::{FloatKind, Type, TypeKind};

use super::ir::{Line, Value};

/// The line of a definition. Nothing where the text has several answers, or no IR is known for some place.
pub(super) fn line(
    model: &Model<'_>,
    signature: &Signature,
    interface: &Interface,
    side: Side,
) -> Option<Line> {
    let writer = Writer {
        model,
        interface,
        side,
    };
    let lowering = model.lower(signature, &[]).settled()?;
    let hidden = lowering.result.slots.first().is_some_and(is_address);
    let mut params: Vec<Value> = Vec::new();
    if hidden {
        params.push(Value::of("ptr").with("sret({{[^)]*}})"));
    }
    for (parameter, argument) in signature.params.iter().zip(&lowering.arguments) {
        params.extend(writer.argument(&parameter.ty, argument)?);
    }
    let result = match hidden || lowering.result.slots.is_empty() {
        true => Value::of("void"),
        false => writer.result(&signature.result, &lowering.result)?,
    };
    Some(Line {
        defined: true,
        result,
        params,
        variadic: signature.variadic,
    })
}

struct Writer<'a> {
    model: &'a Model<'a>,
    interface: &'a Interface,
    side: Side,
}

impl Writer<'_> {
    /// The parameters of IR for one of the source.
    fn argument(&self, ty: &Type, argument: &ModelArgument) -> Option<Vec<Value>> {
        let [first, rest @ ..] = argument.slots.as_slice() else {
            return Some(Vec::new());
        };
        if is_address(first) {
            return Some(vec![self.address(first)]);
        }
        if let Some(scalar) = self.scalar(ty) {
            return Some(vec![extended(scalar, first)]);
        }
        if matches!(first.slot.location, Location::Stack { .. }) {
            return Some(vec![Value::of("ptr").with("byval({{[^)]*}})")]);
        }
        let first = self.piece(ty, first)?;
        Some(match (rest, self.side) {
            ([], _) => vec![Value::of(first)],
            ([second], Side::C) => vec![Value::of(first), Value::of(self.piece(ty, second)?)],
            // rustc puts both into one value.
            ([second], Side::Rust) => vec![pair(&first, &self.piece(ty, second)?)],
            _ => return None,
        })
    }

    /// The address of a copy. wasm passes it as any other pointer, and rustc writes it so.
    fn address(&self, slot: &ModelSlot) -> Value {
        let by_value = matches!(slot.slot.location, Location::Stack { .. }) || self.side == Side::C;
        match by_value && !matches!(slot.slot.location, Location::Register(_)) {
            true => Value::of("ptr").with("byval({{[^)]*}})"),
            false => Value::of("ptr"),
        }
    }

    fn result(&self, ty: &Type, result: &ModelArgument) -> Option<Value> {
        let value = match (self.scalar(ty), result.slots.as_slice()) {
            (Some(scalar), [first, ..]) => extended(scalar, first),
            (None, [one]) => Value::of(self.piece(ty, one)?),
            (None, [first, second]) => pair(&self.piece(ty, first)?, &self.piece(ty, second)?),
            _ => return None,
        };
        Some(Value {
            named: false,
            ..value
        })
    }

    /// The types of IR that one slot of an aggregate can have. What is padding at its end may be left out.
    fn piece(&self, ty: &Type, slot: &ModelSlot) -> Option<String> {
        const VECTOR: &str = "<[0-9]+ x [a-z0-9]+>";
        let width = slot.slot.width.0;
        let needed = self.needed(ty, slot)?;
        Some(match &slot.slot.location {
            Location::Register(name) if name.starts_with('r') => {
                let integers = (needed.max(1)..=8).map(|bytes| format!("i{}", 8 * bytes));
                let pointer = (needed == 8).then(|| "ptr".to_owned());
                let all: Vec<String> = integers.chain(pointer).collect();
                format!("{{{{{}}}}}", all.join("|"))
            }
            Location::Register(name) if name.starts_with("xmm") => match (width, needed) {
                (2, _) => "half".to_owned(),
                (4, _) => "float".to_owned(),
                (8, 0..=4) => "{{float|double|<2 x float>}}".to_owned(),
                (8, _) => "{{double|<2 x float>}}".to_owned(),
                (16, _) => format!("{{{{fp128|{VECTOR}}}}}"),
                _ => return None,
            },
            Location::Register(name) if name.starts_with(['y', 'z']) => format!("{{{{{VECTOR}}}}}"),
            Location::WasmParam { .. } | Location::WasmResult { .. } => match width {
                1 | 2 => format!("i{}", 8 * width),
                4 => "{{i32|float|ptr}}".to_owned(),
                8 => "{{i64|double}}".to_owned(),
                16 => format!("{{{{fp128|{VECTOR}}}}}"),
                _ => return None,
            },
            Location::Register(_) | Location::Stack { .. } => return None,
        })
    }

    /// How many bytes of a slot the value needs.
    fn needed(&self, ty: &Type, slot: &ModelSlot) -> Option<u64> {
        let (table, id) = self.model.layout(ty).settled()?;
        let mask = table.value_mask(id);
        let start = usize::try_from(slot.value_offset.0).ok()?;
        let end = start + usize::try_from(slot.slot.width.0).ok()?;
        let carried = mask.get(start..end.min(mask.len())).unwrap_or_default();
        let last = carried.iter().rposition(|byte| *byte != 0);
        Some(last.map_or(0, |last| last as u64 + 1))
    }

    /// The type of IR of what is one value in the source.
    fn scalar(&self, ty: &Type) -> Option<String> {
        Some(match ty {
            Type::Bool => "i1".to_owned(),
            Type::Integer { bits, .. } => format!("i{bits}"),
            Type::BitInt { bits, .. } if *bits <= 64 => format!("i{bits}"),
            Type::UnicodeScalar => "i32".to_owned(),
            Type::Float(FloatKind::F16) => "half".to_owned(),
            Type::Float(FloatKind::BF16) => "bfloat".to_owned(),
            Type::Float(FloatKind::F32) => "float".to_owned(),
            Type::Float(FloatKind::F64) => "double".to_owned(),
            Type::Float(FloatKind::X87) => "x86_fp80".to_owned(),
            Type::Float(FloatKind::F128) => "fp128".to_owned(),
            Type::Pointer { .. } | Type::FunctionPointer { .. } => "ptr".to_owned(),
            Type::Named(name) => match &self.interface.type_definition(name)?.kind {
                TypeKind::Enum { underlying, .. } => match underlying {
                    Some(ty) => return self.scalar(ty),
                    None => "i32".to_owned(),
                },
                _ => return None,
            },
            _ => return None,
        })
    }
}

fn is_address(slot: &ModelSlot) -> bool {
    matches!(slot.slot.content, Content::Pointer { .. })
}

fn extended(ty: String, slot: &ModelSlot) -> Value {
    match slot.slot.extension {
        Extension::None => Value::of(ty),
        Extension::Sign => Value::of(ty).with("signext"),
        Extension::Zero => Value::of(ty).with("zeroext"),
    }
}

fn pair(first: &str, second: &str) -> Value {
    Value::of(format!("{{ {first}, {second} }}"))
}
