//! Two declarations' types side by side, as their sources have them: what each promises of nulls, values and layouts.

use twincall_abi::fact::Domain;
use twincall_abi::interface::Side;
use twincall_abi::layout::SizeAlign;
use twincall_abi::model::Answer;
use twincall_abi::path::Step;
use twincall_abi::types::{FieldDefinition, Type, TypeDefinition, TypeKind};

use super::super::{Draft, Findings, model};
use super::signatures;
use crate::facts::{Fact, Place, Rule};

/// Callbacks inside callbacks are followed this far.
pub(super) const MAX_DEPTH: usize = 8;

/// Goes through two source-level types side by side.
pub(super) struct Walk<'a, 'f> {
    pub(super) findings: &'a Findings<'f>,
    pub(super) symbol: &'a str,
}

impl Walk<'_, '_> {
    pub(super) fn types(
        &self,
        new: &mut Vec<Draft>,
        c: &Type,
        rust: &Type,
        place: &Place,
        to_rust: bool,
        depth: usize,
    ) {
        if depth > MAX_DEPTH {
            return;
        }
        match (c, rust) {
            (
                Type::FunctionPointer { signature: c, .. },
                Type::FunctionPointer {
                    signature: rust,
                    nullable,
                },
            ) => {
                if to_rust && !nullable {
                    new.push(self.nullability(place));
                }
                let function = place.then(Step::Callback);
                let result = place.then(Step::CallbackResult);
                signatures(
                    new,
                    self.symbol,
                    [&function, &result],
                    c,
                    rust,
                    self.findings.evidence.target,
                );
                for (index, (c, rust)) in c.params.iter().zip(&rust.params).enumerate() {
                    // Arguments of a callback go the other way.
                    let place = place.then(Step::CallbackArgument(index));
                    self.definitions(new, &c.ty, &rust.ty, &place, true);
                    self.types(new, &c.ty, &rust.ty, &place, !to_rust, depth + 1);
                }
                let place = place.then(Step::CallbackResult);
                self.definitions(new, &c.result, &rust.result, &place, true);
                self.types(new, &c.result, &rust.result, &place, to_rust, depth + 1);
            }
            (
                Type::Pointer { .. },
                Type::Pointer {
                    pointee, nullable, ..
                },
            ) => {
                if to_rust && !nullable {
                    new.push(self.nullability(place));
                }
                let Type::Pointer { pointee: c, .. } = c else {
                    return;
                };
                let place = place.then(Step::Pointee);
                self.definitions(new, c, pointee, &place, true);
                match (&**c, &**pointee) {
                    (Type::Named(_), Type::Named(_)) => {
                        self.fields(new, c, pointee, &place, to_rust, depth);
                    }
                    // Whether what lies there may be null is for whoever fills it.
                    (c, pointee) => self.types(new, c, pointee, &place, false, depth + 1),
                }
            }
            (Type::Array { element: c, .. }, Type::Array { element: rust, .. }) => {
                self.types(new, c, rust, &place.then(Step::Element(0)), to_rust, depth + 1);
            }
            (Type::Atomic(c), rust) => self.types(new, c, rust, place, to_rust, depth),
            (Type::Integer { .. }, Type::Integer { spelling, .. })
                if to_rust && spelling.starts_with("NonZero") =>
            {
                let finding = Draft::new(
                    Rule::InvalidValue,
                    self.symbol,
                    place,
                    Fact::Domain(Domain::AnyInteger),
                    Fact::Domain(Domain::AnyButZero),
                );
                new.push(finding.contract_only());
            }
            _ => {
                self.definitions(new, c, rust, place, false);
                self.fields(new, c, rust, place, to_rust, depth);
            }
        }
    }

    /// What the definitions of two types promise of their layouts.
    fn definitions(&self, new: &mut Vec<Draft>, c: &Type, rust: &Type, place: &Place, no_constants: bool) {
        let build = self.findings.evidence.build;
        let Type::Named(name) = rust else { return };
        let Some(definition) = build.rust.type_definition(name) else {
            return;
        };
        let (c_name, incomplete) = match c {
            Type::Named(c) => match build.c.type_definition(c) {
                Some(c) => (c.name.clone(), c.kind == TypeKind::Incomplete),
                None => return,
            },
            Type::Void | Type::Opaque(_) => return,
            _ => (String::new(), false),
        };
        if incomplete {
            return;
        }
        self.promised(new, &c_name, definition, place);
        // Of what a function itself takes or returns the compilers' own constants tell the alignment.
        if !no_constants {
            return;
        }
        let align = |side: Side, ty: &Type| match model::of_types(self.findings, side).size_align(ty) {
            Answer::Settled(SizeAlign { size, align }) => (size.0 > 0).then_some(align),
            Answer::Ambiguous { .. } | Answer::Unsupported(_) => None,
        };
        if let (Some(c), Some(rust)) = (align(Side::C, c), align(Side::Rust, rust))
            && c != rust
        {
            let [c, rust] = [c, rust].map(|bytes| Fact::Align { bytes });
            let mut finding = Draft::new(Rule::LayoutAlign, self.symbol, place, c, rust);
            finding.types = Some((c_name, definition.name.clone()));
            new.push(finding);
        }
    }

    /// Whether Rust promises where the fields of a type lie that stands for one of C.
    fn promised(&self, new: &mut Vec<Draft>, c: &str, rust: &TypeDefinition, place: &Place) {
        if has_no_promised_layout(rust) {
            let mut finding = Draft::new(
                Rule::UnspecifiedLayout,
                self.symbol,
                place,
                "laid out by the C ABI",
                "laid out as rustc likes: repr(C) is missing",
            );
            finding.types = Some((c.to_owned(), rust.name.clone()));
            new.push(finding.contract_only());
        }
    }

    fn fields(
        &self,
        new: &mut Vec<Draft>,
        c: &Type,
        rust: &Type,
        place: &Place,
        to_rust: bool,
        depth: usize,
    ) {
        let (Type::Named(c), Type::Named(rust)) = (c, rust) else {
            return;
        };
        let build = self.findings.evidence.build;
        let (Some(c), Some(rust)) = (build.c.type_definition(c), build.rust.type_definition(rust)) else {
            return;
        };
        self.members(new, c, rust, place, to_rust, depth);
    }

    fn members(
        &self,
        new: &mut Vec<Draft>,
        c: &TypeDefinition,
        rust: &TypeDefinition,
        place: &Place,
        to_rust: bool,
        depth: usize,
    ) {
        let (
            TypeKind::Struct { fields: c } | TypeKind::Union { fields: c },
            TypeKind::Struct { fields: rust } | TypeKind::Union { fields: rust },
        ) = (&c.kind, &rust.kind)
        else {
            return;
        };
        let build = self.findings.evidence.build;
        // Padding may be written out on one side only.
        let by_name = |c: &FieldDefinition| {
            rust.iter()
                .find(|rust| rust.name.is_some() && rust.name == c.name)
        };
        let in_order = c.len() == rust.len() && c.iter().all(|c| c.bit_width.is_none());
        let pairs: Vec<(&FieldDefinition, &FieldDefinition)> = if in_order {
            c.iter().zip(rust).collect()
        } else {
            // A member without a name has one in Rust, which no field of C has.
            let unnamed = c.iter().filter(|c| c.anonymous.is_some());
            let own = |rust: &&FieldDefinition| c.iter().all(|c| c.name != rust.name);
            let named = rust.iter().filter(|rust| matches!(rust.ty, Type::Named(_)));
            let own: Vec<&FieldDefinition> = named.filter(own).collect();
            let same = unnamed.clone().count() == own.len();
            let by_name = c.iter().filter_map(|c| Some((c, by_name(c)?)));
            by_name.chain(unnamed.zip(own).filter(|_| same)).collect()
        };
        for (c, rust) in pairs {
            let name = rust.name.as_deref().unwrap_or_default();
            if let (Some(c), Type::Named(rust)) = (&c.anonymous, &rust.ty) {
                if let Some(rust) = build.rust.type_definition(rust).filter(|_| depth < MAX_DEPTH) {
                    let place = place.field(name);
                    self.promised(new, &c.name, rust, &place);
                    self.members(new, c, rust, &place, to_rust, depth + 2);
                }
                continue;
            }
            // Pointers to the type itself end at the depth limit.
            self.types(new, &c.ty, &rust.ty, &place.field(name), to_rust, depth + 2);
        }
    }

    fn nullability(&self, place: &Place) -> Draft {
        Draft::new(Rule::Nullability, self.symbol, place, "may be null", "never null").contract_only()
    }
}

/// Whether the Rust reference leaves the order of a type's fields, or its tag, to the compiler.
pub(super) fn has_no_promised_layout(definition: &TypeDefinition) -> bool {
    let attributes = &definition.attributes;
    if attributes.c || attributes.transparent {
        return false;
    }
    match &definition.kind {
        // `struct { _private: [u8; 0] }` is a handle, of which nobody sees the inside.
        TypeKind::Struct { fields } | TypeKind::Union { fields } => {
            let empty = |field: &FieldDefinition| {
                matches!(field.ty, Type::Array { length: Some(0), .. } | Type::Void)
            };
            !fields.iter().all(empty)
        }
        TypeKind::Enum { underlying, .. } | TypeKind::DataEnum { underlying, .. } => underlying.is_none(),
        TypeKind::Incomplete => false,
    }
}
