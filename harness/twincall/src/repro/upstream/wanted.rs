//! From the places that the written ABI wants to the IR with which LLVM's back end puts values there: what a compiler that
//! departs from the text would have to write. Where several types of IR are passed alike, any of them will do.

use twincall_abi::interface::{Interface, Side, Signature};
use twincall_abi::model::{ModelArgument, ModelLowering, ModelSlot};
use twincall_abi::slot::{Content, Extension, Location};
use twincall_abi::types::{FloatKind, Type, TypeKind};

use super::ir::{Line, Value};

/// The line of a definition. Nothing where no IR is known for some place.
pub(super) fn line(
    lowering: &ModelLowering,
    signature: &Signature,
    interface: &Interface,
    side: Side,
) -> Option<Line> {
    let writer = Writer { interface, side };
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
        let first = piece(first)?;
        Some(match (rest, self.side) {
            ([], _) => vec![Value::of(first)],
            ([second], Side::C) => vec![Value::of(first), Value::of(piece(second)?)],
            // rustc puts both into one value.
            ([second], Side::Rust) => vec![pair(&first, &piece(second)?)],
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
            (None, [one]) => Value::of(piece(one)?),
            (None, [first, second]) => pair(&piece(first)?, &piece(second)?),
            _ => return None,
        };
        Some(Value {
            named: false,
            ..value
        })
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

/// The types of IR that one slot of an aggregate can have.
fn piece(slot: &ModelSlot) -> Option<String> {
    let width = slot.slot.width.0;
    Some(match (&slot.slot.location, width) {
        (Location::Register(name), 4) if name.starts_with("xmm") => "float".to_owned(),
        (Location::Register(name), 2) if name.starts_with("xmm") => "half".to_owned(),
        (Location::Register(name), 8) if name.starts_with("xmm") => "{{double|<2 x float>}}".to_owned(),
        (Location::Register(name), 16) if name.starts_with("xmm") => {
            "{{fp128|<[0-9]+ x [a-z0-9]+>}}".to_owned()
        }
        (Location::Register(name), _) if name.starts_with(['y', 'z']) => {
            "{{<[0-9]+ x [a-z0-9]+>}}".to_owned()
        }
        (Location::Register(name), 8) if name.starts_with('r') => "{{i64|ptr}}".to_owned(),
        (Location::Register(name), 1..8) if name.starts_with('r') => format!("i{}", 8 * width),
        (Location::WasmParam { .. } | Location::WasmResult { .. }, 4) => "{{i32|float|ptr}}".to_owned(),
        (Location::WasmParam { .. } | Location::WasmResult { .. }, 8) => "{{i64|double}}".to_owned(),
        (Location::WasmParam { .. } | Location::WasmResult { .. }, 1) => "i8".to_owned(),
        (Location::WasmParam { .. } | Location::WasmResult { .. }, 2) => "i16".to_owned(),
        (Location::WasmParam { .. } | Location::WasmResult { .. }, 16) => {
            "{{fp128|<[0-9]+ x [a-z0-9]+>}}".to_owned()
        }
        _ => return None,
    })
}
