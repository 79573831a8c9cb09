//! Draws definitions: the shapes that libraries are full of, and now and then anything.

use super::Dice;
use crate::fuzz::plan::model::{
    Bits, Definition, Enumeration, Kind, Length, Model, Record, Scalar, Slot, Ty,
};
use crate::fuzz::plan::words;

impl Dice<'_> {
    /// Draws the definitions. Those that nothing reaches in the end are taken away again.
    pub(super) fn types(&mut self) {
        if self.wishes("enum") || self.one_in(3) {
            self.enumeration();
        }
        if self.one_in(4) {
            let name = self.pick(&words::OPAQUES).to_owned();
            self.define(name, Kind::Opaque);
        }
        let records = self.pick(&[0, 1, 1, 2, 2, 3]);
        let most = if self.wishes("width") || self.wishes("sign") {
            records
        } else {
            records.max(1)
        };
        for _ in 0..most {
            if self.wishes("union-as") || self.one_in(8) {
                self.union();
            } else {
                self.structure();
            }
        }
    }

    fn define(&mut self, name: String, kind: Kind) -> u32 {
        let id = self.model.fresh();
        self.model.types.push(Definition { id, name, kind });
        id
    }

    fn type_name(&mut self, pool: &[&str]) -> String {
        let used: Vec<String> = self
            .model
            .types
            .iter()
            .map(|definition| definition.name.clone())
            .collect();
        self.unused(pool, &used)
    }

    fn enumeration(&mut self) {
        let name = self.type_name(&words::ENUMS);
        let count = self.rng.usize(2..6);
        let mut next: i64 = if self.one_in(4) { -self.rng.i64(1..4) } else { 0 };
        let mut values = Vec::new();
        for word in words::VARIANTS.iter().take(count) {
            values.push(((*word).to_owned(), next));
            next += match self.rng.u32(0..6) {
                0 => self.rng.i64(2..100),
                1 if next >= 0 => next + 1,
                _ => 1,
            };
        }
        // Zero is among them, so that zeroed memory is a value.
        if !values.iter().any(|(_, value)| *value == 0) {
            values.push(("Zero".to_owned(), 0));
        }
        self.define(
            name,
            Kind::Enum(Enumeration {
                values,
                bits: 32,
                strict: false,
            }),
        );
    }

    fn field_name(&mut self, fields: &[Slot]) -> String {
        for _ in 0..60 {
            let (name, _) = self.pick(&words::FIELDS);
            if !fields.iter().any(|field| field.name == name) {
                return name.to_owned();
            }
        }
        format!("field{}", fields.len())
    }

    fn record(&mut self, union: bool, fields: Vec<Slot>) -> Record {
        let mut record = Record {
            union,
            fields,
            packed: None,
            align: None,
            repr_c: true,
        };
        let aligned = |_: &Ty, inner: Option<&Record>| inner.is_some_and(|inner| inner.align.is_some());
        let holds_aligned = record
            .fields
            .iter()
            .any(|field| self.model.holds(&field.ty, &aligned));
        if !union
            && !holds_aligned
            && (self.wishes("packed-lost") || self.wishes("packed-alone") || self.one_in(14))
        {
            record.packed = Some(1);
        } else if !union && !holds_aligned && (self.wishes("packed-other") || self.one_in(40)) {
            record.packed = Some(2);
        } else if self.wishes("align-lost") || self.wishes("align-other") || self.one_in(20) {
            record.align = Some(self.pick(&[8, 16, 16, 32, 64]));
        }
        record
    }

    fn structure(&mut self) {
        let name = self.type_name(&words::RECORDS);
        let types = self.shape();
        let mut fields: Vec<Slot> = Vec::new();
        for ty in types {
            let name = self.field_name(&fields);
            fields.push(self.slot(&name, ty));
        }
        if self.one_in(12) || self.wishes("anonymous") {
            let field = self.anonymous();
            fields.push(field);
        }
        if self.wishes("bits") || self.one_in(10) {
            let name = self.field_name(&fields);
            let bits = self.bits();
            let slot = self.slot(&name, bits);
            let at = if self.rng.bool() {
                0
            } else {
                self.rng.usize(0..=fields.len())
            };
            fields.insert(at, slot);
        }
        let flexible = self.wishes("flexible") || self.one_in(10);
        if flexible || self.wishes("zero-length") || self.one_in(24) {
            let length = if flexible {
                Length::Flexible
            } else {
                Length::Known(0)
            };
            let element = self.pick(&[
                Scalar::U8,
                Scalar::Char,
                Scalar::U16,
                Scalar::U32,
                Scalar::U64,
                Scalar::U64,
            ]);
            let tail = self.slot("tail", Ty::Array(Box::new(Ty::Scalar(element)), length));
            fields.push(tail);
        }
        let mut record = self.record(false, fields);
        // Bit-fields that do not fill a unit of their own become one field less.
        if !record.has_whole_units() {
            record.fields.retain(|field| !matches!(field.ty, Ty::Bits(_)));
        }
        if record.fields.is_empty() {
            return;
        }
        let id = self.define(name, Kind::Record(record));
        if self.one_in(12) && !self.model.has_tail(&Ty::Named(id)) {
            let next = self.slot("next_one", Ty::pointer(Ty::Named(id), true));
            if let Some(record) = self.model.record_mut(id) {
                record.fields.push(next);
                if !record.has_whole_units() {
                    record.fields.pop();
                }
            }
        }
    }

    fn union(&mut self) {
        let name = self.type_name(&words::RECORDS);
        let mut fields: Vec<Slot> = Vec::new();
        for _ in 0..self.pick(&[2, 2, 3, 4]) {
            let name = self.field_name(&fields);
            let ty = self.field(false);
            fields.push(self.slot(&name, ty));
        }
        let record = self.record(true, fields);
        self.define(name, Kind::Record(record));
    }

    /// A union or struct without a name inside a struct.
    fn anonymous(&mut self) -> Slot {
        let name = format!("inner{}", self.model.types.len());
        let mut fields = Vec::new();
        let first = self.rng.usize(0..words::INNER.len() - 2);
        for word in &words::INNER[first..first + 2] {
            let ty = Ty::Scalar(self.scalar());
            fields.push(self.slot(word, ty));
        }
        let union = !self.one_in(3);
        let record = Record {
            union,
            fields,
            packed: None,
            align: None,
            repr_c: true,
        };
        let id = self.define(name.clone(), Kind::Record(record));
        Slot {
            anonymous: true,
            ..self.slot(&name, Ty::Named(id))
        }
    }

    fn bits(&mut self) -> Ty {
        let unit = self.pick(&[8, 16, 32, 32, 64]);
        let mut left = unit;
        let mut widths = Vec::new();
        while left > 0 && widths.len() < 3 {
            let width = self.rng.u32(1..=left);
            widths.push(width);
            left -= width;
        }
        if left > 0 && self.one_in(2) {
            widths.push(left);
        }
        // A field as wide as its unit is a plain integer.
        if widths.len() == 1 {
            widths = vec![1, unit / 2];
        }
        Ty::Bits(Bits {
            unit,
            widths,
            plain: None,
        })
    }

    /// The types of a struct's fields.
    fn shape(&mut self) -> Vec<Ty> {
        let scalar = Ty::Scalar;
        let text = Ty::pointer(Ty::Scalar(Scalar::Char), false);
        let untyped = Ty::pointer(Ty::Void, true);
        let bytes = Ty::pointer(Ty::Scalar(Scalar::U8), true);
        if self.wishes("value") && self.one_in(2) || self.one_in(14) {
            return self.exact();
        }
        match self.rng.u32(0..26) {
            0 | 1 => vec![scalar(Scalar::I32), text],
            2 => vec![scalar(Scalar::F64), untyped],
            3 => vec![bytes, scalar(Scalar::Size)],
            4 => vec![scalar(Scalar::Size), text],
            5 => vec![scalar(Scalar::I32), scalar(Scalar::I32)],
            6 => vec![scalar(Scalar::F32); self.rng.usize(2..5)],
            7 => vec![scalar(Scalar::F64), scalar(Scalar::F64)],
            8 => vec![scalar(Scalar::U8), scalar(Scalar::U32)],
            9 => vec![scalar(Scalar::U8), scalar(Scalar::U16), scalar(Scalar::U32)],
            10 => vec![untyped, text],
            11 => vec![scalar(Scalar::I64), scalar(Scalar::I32)],
            12 => vec![self.callback(1), untyped],
            13 => vec![
                scalar(Scalar::U32),
                Ty::array(Ty::Scalar(Scalar::Char), self.rng.u64(2..40)),
            ],
            14 => vec![scalar(Scalar::I16), scalar(Scalar::I16)],
            15 => vec![self.field(false)],
            16 if self.one_in(4) => {
                let kilobytes = self.rng.u64(1..5);
                vec![
                    scalar(Scalar::U32),
                    Ty::array(Ty::Scalar(Scalar::U8), 1024 * kilobytes),
                ]
            }
            _ => (0..self.rng.usize(2..7)).map(|_| self.field(true)).collect(),
        }
    }

    /// A struct of exactly so many bytes, each size from 1 to 64 as likely as any other.
    fn exact(&mut self) -> Vec<Ty> {
        let size = self.rng.u64(1..=64);
        let units = [
            (8, Scalar::U64),
            (8, Scalar::F64),
            (4, Scalar::U32),
            (4, Scalar::F32),
            (2, Scalar::I16),
            (1, Scalar::U8),
        ];
        let (width, unit) = units[self.rng.usize(0..units.len())];
        let mut types = Vec::new();
        let whole = size / width;
        if whole > 4 || whole > 1 && self.rng.bool() {
            types.push(Ty::array(Ty::Scalar(unit), whole));
        } else {
            types.extend((0..whole).map(|_| Ty::Scalar(unit)));
        }
        let rest = size % width;
        if rest > 0 {
            // What is left is narrower than the unit, whose alignment would round the size up.
            if whole > 0 {
                types.clear();
                types.push(Ty::array(Ty::Scalar(Scalar::U8), size - rest));
            }
            types.push(Ty::array(Ty::Scalar(Scalar::U8), rest));
        }
        types
    }

    fn field(&mut self, nested: bool) -> Ty {
        match self.rng.u32(0..20) {
            0..=9 => Ty::Scalar(self.scalar()),
            10..=12 => {
                let element = Ty::Scalar(self.scalar());
                Ty::array(element, self.rng.u64(2..9))
            }
            13..=14 if nested => {
                let plain = |model: &Model, ty: &Ty| model.is_complete(ty) && !model.has_tail(ty);
                let ty = self.named(plain).unwrap_or(Ty::Scalar(Scalar::U16));
                if self.one_in(3) {
                    Ty::array(ty, self.rng.u64(1..4))
                } else {
                    ty
                }
            }
            15 => self.callback(1),
            16..=18 => self.pointer(1),
            _ => Ty::pointer(Ty::Scalar(Scalar::Char), false),
        }
    }
}
