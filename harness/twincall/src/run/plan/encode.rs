//! Fits the values of an explicit call to the caller's types.

use twincall_abi::layout::{LayoutTable, Leaf, LeafKind, Scalar, Shape, TypeId};
use twincall_abi::path::Path;
use twincall_abi::run::{SymbolIn, Word};
use twincall_abi::units::Bits;
use twincall_abi::value;

use super::arena::Arena;
use super::region::{Reading, Region};
use crate::call::Value;
use crate::call::VariadicType;
use crate::facts::Root;

/// Writes values into an arena.
pub(super) struct Encoder<'a> {
    pub(super) table: &'a LayoutTable,
    /// Where the address of a function of the pair can be read.
    pub(super) address_of: &'a dyn Fn(&str) -> Option<SymbolIn>,
    pub(super) arena: &'a mut Arena,
    /// Buffers made since the caller last took them.
    pub(super) buffers: Vec<Region>,
}

impl Encoder<'_> {
    /// Allocates and writes one argument; where it is, or why the value does not fit its type.
    pub(super) fn value(&mut self, value: &Value, id: TypeId) -> Result<usize, String> {
        let size = self.table.get(id).size.0 as usize;
        let at = self.arena.allocate(size, 0);
        self.store(value, id, at)?;
        Ok(at)
    }

    /// Allocates and writes one argument after the named ones of a variadic function.
    pub(super) fn variadic(&mut self, value: &Value, ty: Option<VariadicType>) -> Result<usize, String> {
        let at = self.arena.allocate(16, 0);
        match (value, ty) {
            (Value::Pointer(_) | Value::Text(_) | Value::Null | Value::Symbol(_), _) => {
                self.pointer(value, None, at)?;
            }
            (Value::Pipe(content), _) => self.arena.fix(
                at,
                Word::Pipe {
                    content: content.clone(),
                },
            ),
            (Value::Float { value, .. }, _) => self.put(at, &value.to_le_bytes()),
            (Value::Bool(value), _) => self.put(at, &i32::from(*value).to_le_bytes()),
            (
                Value::Integer {
                    negative, magnitude, ..
                },
                Some(ty),
            ) => {
                let (width, signed) = match ty {
                    VariadicType::I32 => (32, true),
                    VariadicType::U32 => (32, false),
                    VariadicType::I64 => (64, true),
                    _ => (64, false),
                };
                let bits = fit_integer(*negative, *magnitude, width, signed)?;
                self.put(at, &bits);
            }
            _ => return Err("it cannot follow the named parameters".to_owned()),
        }
        Ok(at)
    }

    /// The readings that a pinned scalar result must give.
    pub(super) fn expected(
        &mut self,
        value: &Value,
        id: TypeId,
        unsettled: &[u8],
    ) -> Result<Vec<Reading>, String> {
        let mut leaves = self.table.leaves(id);
        let [leaf] = leaves.as_mut_slice() else {
            return Err("only a scalar result can be pinned with `==`".to_owned());
        };
        leaf.leave_out(unsettled);
        let at = self.value(value, id)?;
        let size = self.table.get(id).size.0 as usize;
        let region = Region {
            root: Root::Result,
            at,
            count: 1,
            stride: size,
            leaves: vec![leaf.clone()],
        };
        Ok(region.read(&self.arena.bytes))
    }

    fn store(&mut self, value: &Value, id: TypeId, at: usize) -> Result<(), String> {
        let layout = self.table.get(id).clone();
        match (&layout.shape, value) {
            (Shape::Scalar(Scalar::Pointer { to, .. }), _) => self.pointer(value, *to, at),
            (Shape::Scalar(_), Value::Pipe(content)) if layout.size.0 == 4 => {
                self.arena.fix(
                    at,
                    Word::Pipe {
                        content: content.clone(),
                    },
                );
                Ok(())
            }
            (Shape::Scalar(scalar), _) => {
                let bits = scalar_bits(value, scalar, layout.size.0 * 8)?;
                self.put(at, &bits);
                Ok(())
            }
            (Shape::Array { element, length, .. }, Value::List(values) | Value::Aggregate(values)) => {
                if values.len() as u64 != *length {
                    return Err(format!(
                        "`{}` has {length} elements, not {}",
                        layout.name,
                        values.len()
                    ));
                }
                let stride = self.table.get(*element).size.0 as usize;
                values
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, value)| self.store(value, *element, at + index * stride))
            }
            (Shape::Array { element, length, .. }, Value::Repeat { value, count }) => {
                if *count as u64 != *length {
                    return Err(format!("`{}` has {length} elements, not {count}", layout.name));
                }
                let stride = self.table.get(*element).size.0 as usize;
                (0..*count).try_for_each(|index| self.store(value, *element, at + index * stride))
            }
            (Shape::Struct { fields }, Value::Aggregate(values)) => {
                if values.len() != fields.len() {
                    return Err(format!(
                        "`{}` has {} fields, not {}",
                        layout.name,
                        fields.len(),
                        values.len()
                    ));
                }
                for (field, value) in fields.iter().zip(values) {
                    if field.bit_field {
                        self.bit_field(value, field.offset, field.width, field.ty, at)?;
                    } else {
                        self.store(value, field.ty, at + field.offset.byte() as usize)?;
                    }
                }
                Ok(())
            }
            // A union takes one value, for the first member that it fits.
            (Shape::Union { fields }, Value::Aggregate(values)) if values.len() == 1 => {
                let mut refused = format!("`{}` has no members", layout.name);
                for field in fields {
                    match self.store(&values[0], field.ty, at + field.offset.byte() as usize) {
                        Ok(()) => return Ok(()),
                        Err(error) => refused = error,
                    }
                }
                Err(refused)
            }
            // So may a union be written as the value of a member.
            (Shape::Union { .. }, value) => {
                let value = Value::Aggregate(vec![value.clone()]);
                self.store(&value, id, at)
            }
            // A struct of one field may be written as that field's value.
            (Shape::Struct { fields }, value) if fields.len() == 1 => {
                self.store(value, fields[0].ty, at + fields[0].offset.byte() as usize)
            }
            // Bit-fields may be given by the integer that holds them all.
            (
                Shape::Struct { .. },
                Value::Integer {
                    negative: false,
                    magnitude,
                    ..
                },
            ) if layout.size.0 <= 16 && self.only_integers(id) => {
                let bits = fit_integer(false, *magnitude, layout.size.0 * 8, false)?;
                self.put(at, &bits);
                Ok(())
            }
            _ => Err(format!("{} does not fit `{}`", describe(value), layout.name)),
        }
    }

    fn only_integers(&self, id: TypeId) -> bool {
        let integer = |leaf: &Leaf| matches!(leaf.kind, LeafKind::Scalar(Scalar::Integer { .. }));
        self.table.leaves(id).iter().all(integer)
    }

    fn bit_field(
        &mut self,
        value: &Value,
        offset: Bits,
        width: Bits,
        ty: TypeId,
        at: usize,
    ) -> Result<(), String> {
        let Shape::Scalar(scalar) = &self.table.get(ty).shape else {
            return Err("a bit-field holds a scalar".to_owned());
        };
        let bits = scalar_bits(value, scalar, width.0)?;
        let leaf = Leaf {
            path: Path::WHOLE,
            offset,
            width,
            kind: LeafKind::Scalar(scalar.clone()),
            bit_field: false,
        };
        let end = self.arena.bytes.len();
        value::store(&mut self.arena.bytes[at..end], &leaf, &bits);
        Ok(())
    }

    fn pointer(&mut self, value: &Value, to: Option<TypeId>, at: usize) -> Result<(), String> {
        match value {
            Value::Null => {}
            Value::Integer {
                negative, magnitude, ..
            } => {
                let width = 8 * self.arena.word() as u64;
                let bits = fit_integer(*negative, *magnitude, width, *negative)?;
                self.put(at, &bits);
            }
            Value::Symbol(name) => {
                let symbol = (self.address_of)(name)
                    .ok_or_else(|| format!("no function `{name}` whose address could be taken"))?;
                self.arena.fix(at, Word::Load(symbol));
            }
            Value::Text(text) => {
                let buffer = self.arena.allocate(text.len() + 1, 0);
                self.put(buffer, text);
                self.add_buffer(buffer, text.len() + 1, None);
                self.arena.point(at, buffer);
            }
            Value::Pointer(inner) => {
                let buffer = self.buffer(inner, to)?;
                self.arena.point(at, buffer);
            }
            _ => return Err(format!("{} is no address; write `&` before it", describe(value))),
        }
        Ok(())
    }

    fn buffer(&mut self, value: &Value, to: Option<TypeId>) -> Result<usize, String> {
        let sized = to.filter(|&id| self.table.get(id).size.0 > 0);
        let elements: Vec<&Value> = match value {
            Value::List(values) => values.iter().collect(),
            Value::Repeat { value, count } => vec![value.as_ref(); *count],
            one => vec![one],
        };
        let Some(id) = sized else {
            return self.untyped_buffer(&elements);
        };
        // A pointer to an array takes the list as that array.
        if matches!(self.table.get(id).shape, Shape::Array { .. })
            && !matches!(elements[..], [Value::List(_), ..])
        {
            let at = self.value(value, id)?;
            self.add_buffer(at, 1, Some(id));
            return Ok(at);
        }
        let stride = self.table.get(id).size.0 as usize;
        let at = self.arena.allocate(stride * elements.len(), 0);
        for (index, element) in elements.iter().enumerate() {
            self.store(element, id, at + index * stride)?;
        }
        self.add_buffer(at, elements.len(), Some(id));
        Ok(at)
    }

    /// Behind `void *` a number without suffix is a byte.
    fn untyped_buffer(&mut self, elements: &[&Value]) -> Result<usize, String> {
        let mut bytes = Vec::new();
        for element in elements {
            match element {
                Value::Integer {
                    negative,
                    magnitude,
                    suffix,
                } => {
                    let (width, signed) = match suffix {
                        None => (8, *negative),
                        Some(VariadicType::I32) => (32, true),
                        Some(VariadicType::U32) => (32, false),
                        Some(VariadicType::I64) => (64, true),
                        Some(_) => (64, false),
                    };
                    bytes.extend(fit_integer(*negative, *magnitude, width, signed)?);
                }
                Value::Float { value, .. } => bytes.extend(value.to_le_bytes()),
                Value::Bool(value) => bytes.push(u8::from(*value)),
                other => {
                    return Err(format!(
                        "{} has no size behind an untyped pointer",
                        describe(other)
                    ));
                }
            }
        }
        let at = self.arena.allocate(bytes.len(), 0);
        self.put(at, &bytes);
        self.add_buffer(at, bytes.len(), None);
        Ok(at)
    }

    fn add_buffer(&mut self, at: usize, count: usize, ty: Option<TypeId>) {
        let byte = || {
            let kind = LeafKind::Scalar(Scalar::Integer { signed: false });
            vec![Leaf {
                path: Path::WHOLE,
                offset: Bits(0),
                width: Bits(8),
                kind,
                bit_field: false,
            }]
        };
        let (stride, leaves) = match ty {
            Some(id) => (self.table.get(id).size.0 as usize, self.table.leaves(id)),
            None => (1, byte()),
        };
        self.buffers.push(Region {
            root: Root::Whole,
            at,
            count,
            stride,
            leaves,
        });
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.arena.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }
}

/// The bits of a scalar of `width` bits.
fn scalar_bits(value: &Value, scalar: &Scalar, width: u64) -> Result<Vec<u8>, String> {
    let misfit = || {
        format!(
            "{} does not fit a {}",
            describe(value),
            twincall_abi::fact::ScalarFact::of(scalar, twincall_abi::units::Bits(width))
        )
    };
    match (scalar, value) {
        (Scalar::Float { x87: false }, Value::Float { value, .. }) => {
            float_bits(*value, width).ok_or_else(misfit)
        }
        (
            Scalar::Float { x87: false },
            Value::Integer {
                negative, magnitude, ..
            },
        ) => {
            let magnitude = *magnitude as f64;
            float_bits(if *negative { -magnitude } else { magnitude }, width).ok_or_else(misfit)
        }
        (Scalar::Bool | Scalar::Integer { .. }, Value::Bool(value)) => {
            Ok(value::integer(i128::from(*value), width as u32))
        }
        (
            Scalar::Integer { signed } | Scalar::Enumeration { signed, .. },
            Value::Integer {
                negative, magnitude, ..
            },
        ) => {
            // An unsigned type may be given by its two's complement: -1 for the greatest.
            fit_integer(*negative, *magnitude, width, *signed || *negative)
        }
        (
            Scalar::Bool | Scalar::UnicodeScalar,
            Value::Integer {
                negative: false,
                magnitude,
                ..
            },
        ) => fit_integer(false, *magnitude, width, false),
        _ => Err(misfit()),
    }
}

fn float_bits(value: f64, width: u64) -> Option<Vec<u8>> {
    match width {
        32 => Some((value as f32).to_le_bytes().to_vec()),
        64 => Some(value.to_le_bytes().to_vec()),
        _ => None,
    }
}

/// The two's complement of a number, if it is in range.
fn fit_integer(negative: bool, magnitude: u128, width: u64, signed: bool) -> Result<Vec<u8>, String> {
    let width = width.clamp(1, 128) as u32;
    let all = u128::MAX >> (128 - width);
    let limit = match (signed, negative) {
        (true, true) => (all >> 1) + 1,
        // A signed type may be given by its bits: 0xFFFFFFFF for -1.
        (true, false) => all,
        (false, true) => 0,
        (false, false) => all,
    };
    if magnitude > limit {
        let sign = if negative { "-" } else { "" };
        return Err(format!("{sign}{magnitude} does not fit {width} bits"));
    }
    let bits = if negative {
        magnitude.wrapping_neg()
    } else {
        magnitude
    };
    Ok(value::integer(bits as i128, width))
}

fn describe(value: &Value) -> String {
    match value {
        Value::Integer {
            negative, magnitude, ..
        } => {
            format!("the integer {}{magnitude}", if *negative { "-" } else { "" })
        }
        Value::Float { value, .. } => format!("the float {value}"),
        Value::Bool(value) => format!("`{value}`"),
        Value::Null => "`null`".to_owned(),
        Value::Aggregate(values) => format!("a struct of {} values", values.len()),
        Value::List(values) => format!("a list of {} values", values.len()),
        Value::Repeat { count, .. } => format!("a list of {count} values"),
        Value::Pointer(_) => "an address".to_owned(),
        Value::Text(_) => "a text".to_owned(),
        Value::Symbol(name) => format!("the address of `{name}`"),
        Value::Pipe(_) => "a pipe".to_owned(),
    }
}
