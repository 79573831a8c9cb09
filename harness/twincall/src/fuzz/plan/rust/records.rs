//! Definitions of types as Rust writes them: structs, unions, enums, incomplete types.

use super::{At, Stand, Writer};
use crate::fuzz::plan::layout::{self, Gap};
use crate::fuzz::plan::model::{Bits, Definition, Enumeration, Kind, Length, Record, Scalar, Slot, Ty};
use crate::fuzz::plan::spelling::Spelling;
use crate::fuzz::plan::words::{FIELDS, is_keyword};

/// How padding is written where it is.
const PADDING: [Spelling; 4] = [
    Spelling::PadBytes,
    Spelling::PadInteger,
    Spelling::PadBindgen,
    Spelling::PadMaybeUninit,
];

impl Writer<'_> {
    pub(super) fn definition(&mut self, definition: &Definition) {
        let name = self.type_name(&definition.name);
        match &definition.kind {
            Kind::Record(record) => self.record(definition.id, &name, record),
            Kind::Enum(enumeration) => self.enumeration(definition.id, &name, enumeration),
            Kind::Opaque => {
                let text = if self.style.takes(Spelling::OpaqueEnum, definition.id) {
                    format!("pub enum {name} {{}}")
                } else if self.style.takes(Spelling::OpaqueVoid, definition.id) {
                    format!("pub type {name} = c_void;")
                } else {
                    self.style.note(Spelling::OpaqueBytes);
                    format!("#[repr(C)]\npub struct {name} {{ _private: [u8; 0] }}")
                };
                self.item(&text);
            }
        }
    }

    /// Whether a mistake is in this definition or in what it holds.
    fn is_changed(&self, id: u32) -> bool {
        self.changed
            .is_some_and(|changed| self.model.reaches(&Ty::Named(id), changed) || changed == id)
    }

    fn record(&mut self, id: u32, name: &str, record: &Record) {
        let changed = self.is_changed(id);
        let mut repr = Vec::new();
        if record.repr_c {
            repr.push("C".to_owned());
        }
        match record.packed {
            Some(1) => repr.push("packed".to_owned()),
            Some(most) => repr.push(format!("packed({most})")),
            None => {}
        }
        repr.extend(record.align.map(|align| format!("align({align})")));
        let repr = if repr.is_empty() {
            String::new()
        } else {
            format!("#[repr({})]\n", repr.join(", "))
        };
        let head = format!("{repr}#[derive(Clone, Copy)]\npub");
        let simple = !record.union && record.fields.iter().all(|field| !matches!(field.ty, Ty::Bits(_)));
        let gaps = self.gaps(id, record, changed);
        if simple && gaps.is_empty() && !changed && self.style.takes(Spelling::TupleStruct, id) {
            let mut types = Vec::new();
            for field in &record.fields {
                types.push(format!("pub {}", self.field_type(field)));
            }
            return self.item(&format!("{head} struct {name}({});", types.join(", ")));
        }
        let cyclic = record
            .fields
            .iter()
            .any(|field| self.model.reaches(&field.ty, id));
        let fits =
            simple && gaps.is_empty() && record.packed.is_none() && record.fields.len() <= 4 && !cyclic;
        if fits && self.style.takes(Spelling::GenericStruct, id) {
            return self.generic(&head, name, record, changed);
        }
        let mut fields = Vec::new();
        for (index, field) in record.fields.iter().enumerate() {
            self.padding(&gaps, index, id, &mut fields);
            self.field(record, field, changed, &mut fields);
        }
        self.padding(&gaps, record.fields.len(), id, &mut fields);
        let word = if record.union { "union" } else { "struct" };
        self.item(&format!("{head} {word} {name} {{ {} }}", fields.join(", ")));
    }

    /// A struct whose field types are its parameters, and an alias that fills them in.
    fn generic(&mut self, head: &str, name: &str, record: &Record, changed: bool) {
        let letters = ["A", "B", "C", "D"];
        let (mut fields, mut types) = (Vec::new(), Vec::new());
        for (field, letter) in record.fields.iter().zip(letters) {
            fields.push(format!("pub {}: {letter}", self.field_name(field, changed)));
            types.push(self.field_type(field));
        }
        let letters = letters[..types.len()].join(", ");
        self.item(&format!(
            "{head} struct {name}Of<{letters}> {{ {} }}",
            fields.join(", ")
        ));
        self.item(&format!("pub type {name} = {name}Of<{}>;", types.join(", ")));
    }

    fn gaps(&mut self, id: u32, record: &Record, changed: bool) -> Vec<Gap> {
        if changed || !PADDING.iter().any(|spelling| self.style.is_allowed(*spelling)) {
            return Vec::new();
        }
        let gaps = layout::gaps(self.model, record).unwrap_or_default();
        // The tail of a flexible array lies in what would be written out.
        if self.model.has_tail(&Ty::Named(id)) {
            Vec::new()
        } else {
            gaps
        }
    }

    fn padding(&mut self, gaps: &[Gap], index: usize, id: u32, fields: &mut Vec<String>) {
        let Some(gap) = gaps.iter().find(|gap| gap.before == index) else {
            return;
        };
        let place = id * 64 + index as u32;
        let bytes = gap.bytes;
        let text = if self.style.takes(Spelling::PadMaybeUninit, place) {
            format!("pub _pad{index}: [core::mem::MaybeUninit<u8>; {bytes}]")
        } else if self.style.takes(Spelling::PadBindgen, place) {
            format!("pub __bindgen_padding_{index}: [u8; {bytes}]")
        } else if matches!(bytes, 1 | 2 | 4)
            && gap.at % bytes == 0
            && self.style.takes(Spelling::PadInteger, place)
        {
            format!("pub _reserved{index}: u{}", 8 * bytes)
        } else if self.style.takes(Spelling::PadBytes, place) {
            format!("pub _pad{index}: [u8; {bytes}]")
        } else {
            return;
        };
        fields.push(text);
    }

    fn field_name(&mut self, field: &Slot, changed: bool) -> String {
        let known = FIELDS.iter().find(|(name, _)| *name == field.name);
        if let Some((_, other)) = known
            && !changed
            && self.style.takes(Spelling::OtherFieldNames, field.id)
        {
            return (*other).to_owned();
        }
        match is_keyword(&field.name) {
            true if self.style.takes(Spelling::RawKeyword, field.id) => format!("r#{}", field.name),
            true => format!("{}_", field.name),
            false => field.name.clone(),
        }
    }

    fn field_type(&mut self, field: &Slot) -> String {
        let at = At {
            id: field.id,
            depth: 0,
            stand: Stand::Inside,
        };
        self.ty(&field.ty, at)
    }

    fn field(&mut self, record: &Record, field: &Slot, changed: bool, fields: &mut Vec<String>) {
        match &field.ty {
            Ty::Bits(bits) => self.bits(record, field, bits, changed, fields),
            Ty::Array(element, Length::Flexible) => {
                let byte = matches!(**element, Ty::Scalar(Scalar::U8 | Scalar::Char));
                if byte && !changed && self.style.takes(Spelling::NoTail, field.id) {
                    return;
                }
                if self.style.takes(Spelling::BindgenTail, field.id) {
                    let name = self.type_name("incomplete_array_field");
                    self.once(&name, || {
                        format!(
                            "#[repr(C)]\n#[derive(Clone, Copy)]\npub struct {name}<T>(core::marker::PhantomData<T>, [T; 0]);"
                        )
                    });
                    let at = At {
                        id: field.id,
                        depth: 1,
                        stand: Stand::Inside,
                    };
                    let element = self.ty(element, at);
                    fields.push(format!("pub {}: {name}<{element}>", field.name));
                    return;
                }
                self.style.note(Spelling::EmptyTail);
                let ty = self.field_type(field);
                fields.push(format!("pub {}: {ty}", field.name));
            }
            _ => {
                let name = if field.anonymous {
                    format!("__bindgen_anon_{}", field.id)
                } else {
                    self.field_name(field, changed)
                };
                let ty = self.field_type(field);
                fields.push(format!("pub {name}: {ty}"));
            }
        }
    }

    fn bits(&mut self, record: &Record, field: &Slot, bits: &Bits, changed: bool, fields: &mut Vec<String>) {
        let unit = bits.plain.unwrap_or(bits.unit);
        let bytes = unit / 8;
        let word = Scalar::integer(unit, false).rust();
        if bits.plain.is_none() && self.style.takes(Spelling::BitsBindgen, field.id) {
            let number = field.id;
            fields.push(format!("pub _bitfield_align_{number}: [{word}; 0]"));
            if self.style.roll(5, field.id, 2) == 0 {
                fields.push(format!("pub _bitfield_{number}: [u8; {bytes}]"));
            } else {
                let name = self.type_name("bitfield_unit");
                self.once(&name, || {
                    format!("#[repr(C)]\n#[derive(Clone, Copy)]\npub struct {name}<Storage> {{ storage: Storage }}")
                });
                fields.push(format!("pub _bitfield_{number}: {name}<[u8; {bytes}]>"));
            }
            return;
        }
        let aligned = record.packed.is_some()
            || bytes == 1
            || record.fields.first().is_some_and(|first| first.id == field.id)
                && record.fields.iter().any(|other| {
                    let scalar = other.ty.scalar().and_then(Scalar::fixed_bits);
                    scalar.is_some_and(|bits| bits >= unit)
                });
        if aligned && !changed && self.style.takes(Spelling::BitsBytes, field.id) {
            let name = self.field_name(field, changed);
            fields.push(format!("pub {name}: [u8; {bytes}]"));
            return;
        }
        self.style.note(Spelling::BitsMask);
        let name = self.field_name(field, changed);
        fields.push(format!("pub {name}: {word}"));
    }

    fn enumeration(&mut self, id: u32, name: &str, enumeration: &Enumeration) {
        let negative = enumeration.values.iter().any(|(_, value)| *value < 0);
        let word = Scalar::integer(enumeration.bits, negative).rust();
        let values = &enumeration.values;
        let upper = name.to_uppercase();
        if !enumeration.strict && self.style.takes(Spelling::EnumInteger, id) {
            self.item(&format!("pub type {name} = {word};"));
            for (value, number) in values {
                self.item(&format!(
                    "pub const {upper}_{}: {name} = {number};",
                    value.to_uppercase()
                ));
            }
            return;
        }
        if !enumeration.strict && self.style.takes(Spelling::EnumNewtype, id) {
            self.item(&format!(
                "#[repr(transparent)]\n#[derive(Clone, Copy)]\npub struct {name}(pub {word});"
            ));
            for (value, number) in values {
                self.item(&format!(
                    "pub const {upper}_{}: {name} = {name}({number});",
                    value.to_uppercase()
                ));
            }
            return;
        }
        self.style.note(Spelling::RustEnum);
        let repr = if enumeration.bits == 32 && self.style.roll(6, id, 2) == 0 {
            "C"
        } else {
            word
        };
        let values: Vec<String> = values
            .iter()
            .map(|(value, number)| format!("{value} = {number}"))
            .collect();
        self.item(&format!(
            "#[repr({repr})]\n#[derive(Clone, Copy)]\npub enum {name} {{ {} }}",
            values.join(", ")
        ));
    }
}
