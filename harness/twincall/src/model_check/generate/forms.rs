//! What Rust writes in another way than C: enums with an integer type or with fields, and optional values with a niche.

use twincall_abi::types::{FieldDefinition, Type, TypeKind};

use super::{Dice, integer, plain};

/// How Rust writes a definition whose C form is in the table of types.
#[derive(Clone, Debug)]
pub(in crate::model_check) enum RustForm {
    /// A name for this type. The C form is a transparent struct around what the type is documented to be laid out as.
    Alias(&'static str),
    /// An enum with fields; the C form is that of RFC 2195, a union of structs or a struct of tag and union.
    DataEnum {
        /// `u8`, or `C`, or `C, u8`.
        repr: String,
        /// Bytes of the tag at the start of the C form, if that is a union.
        tag_in_union: Option<usize>,
        variants: Vec<Vec<FieldDefinition>>,
    },
}

/// Integer types of enums, as C and Rust name them.
const UNDERLYING: [(&str, u32, bool, &str); 6] = [
    ("unsigned char", 8, false, "u8"),
    ("signed char", 8, true, "i8"),
    ("unsigned short", 16, false, "u16"),
    ("int", 32, true, "i32"),
    ("unsigned int", 32, false, "u32"),
    ("unsigned long long", 64, false, "u64"),
];

impl Dice<'_> {
    /// A `repr(u8)` enum and the like.
    pub(super) fn rust_enumeration(&mut self) -> Type {
        let (spelling, bits, signed, _) = self.pick(&UNDERLYING);
        let last = if bits > 16 { self.pick(&[1, 70_000]) } else { 127 };
        self.values_enum(integer((spelling, bits, signed)), &[0, last])
    }

    fn values_enum(&mut self, underlying: Type, values: &[i128]) -> Type {
        let numbered = values.iter().enumerate();
        let kind = TypeKind::Enum {
            underlying: Some(underlying),
            values: numbered
                .map(|(index, value)| (format!("V{index}"), *value))
                .collect(),
        };
        self.define(kind, plain())
    }

    /// RFC 2195: an enum with fields as Rust lays it out and C writes it.
    pub(super) fn data_enum(&mut self, depth: usize) -> Type {
        let (spelling, bits, signed, rust) = self.pick(&UNDERLYING);
        let count = self.rng.usize(1..4);
        let mut variants = Vec::new();
        for variant in 0..count {
            let fields = self.rng.usize(usize::from(variant == 0)..4);
            let fields = (0..fields).map(|index| self.field(index, depth + 1));
            variants.push(fields.collect::<Vec<_>>());
        }
        let values: Vec<i128> = (0..count as i128).collect();
        let tag_bytes = (bits / 8) as usize;
        let (repr, tag) = match self.rng.u32(0..4) {
            // `repr(C)` alone has the tag that a C enum of these values has.
            0 => ("C".to_owned(), integer(("unsigned int", 32, false))),
            1 => (format!("C, {rust}"), integer((spelling, bits, signed))),
            _ => (rust.to_owned(), integer((spelling, bits, signed))),
        };
        let tag = self.values_enum(tag, &values);
        let in_union = !repr.starts_with('C');
        let mut members = Vec::new();
        for (index, fields) in variants.iter().enumerate() {
            let tag = in_union.then(|| named("tag", tag.clone()));
            let fields = tag.into_iter().chain(fields.iter().cloned()).collect();
            let ty = self.define(TypeKind::Struct { fields }, plain());
            members.push(named(&format!("v{index}"), ty));
        }
        let union = self.define(TypeKind::Union { fields: members }, plain());
        let whole = if in_union {
            union
        } else {
            let fields = vec![named("tag", tag), named("payload", union)];
            self.define(TypeKind::Struct { fields }, plain())
        };
        let form = RustForm::DataEnum {
            repr,
            tag_in_union: in_union.then_some(tag_bytes),
            variants,
        };
        if let Type::Named(name) = &whole {
            self.forms.insert(name.clone(), form);
        }
        whole
    }

    /// A value of which one bit pattern means that there is none: the standard library documents each of these to be
    /// laid out and passed as what it wraps (*Option representation*).
    pub(super) fn niche(&mut self) -> Type {
        let pointer = super::pointer();
        let (rust, ty) = self.pick(&[
            ("Option<core::ptr::NonNull<c_void>>", pointer.clone()),
            ("Option<&'static u8>", pointer.clone()),
            ("Option<extern \"C\" fn(u8) -> u8>", pointer.clone()),
            ("Option<Handle>", pointer),
            (
                "Option<core::num::NonZero<u32>>",
                integer(("unsigned int", 32, false)),
            ),
            (
                "Option<core::num::NonZero<i8>>",
                integer(("signed char", 8, true)),
            ),
            (
                "Option<core::num::NonZero<u64>>",
                integer(("unsigned long long", 64, false)),
            ),
        ]);
        let mut attributes = plain();
        (attributes.transparent, attributes.c) = (true, false);
        let fields = vec![named("f0", ty)];
        let whole = self.define(TypeKind::Struct { fields }, attributes);
        if let Type::Named(name) = &whole {
            self.forms.insert(name.clone(), RustForm::Alias(rust));
        }
        whole
    }
}

fn named(name: &str, ty: Type) -> FieldDefinition {
    FieldDefinition {
        name: Some(name.to_owned()),
        ty,
        bit_width: None,
        anonymous: None,
        align: None,
        packed: false,
    }
}
