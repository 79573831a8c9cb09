//! Questions to the target's C compiler about both versions of what a mistake changed.

use std::collections::BTreeSet;

use super::Oracle;
use super::c;
use super::model::{Definition, Kind, Length, Model, Of, Slot, Ty};
use super::style::Style;

/// Asks for sizes, alignments and offsets of every type that both views have, in both. Rust's view is written
/// without bit-fields, which only C has.
pub(super) fn ask(c_view: &Model, rust_view: &Model, prefix: &str) -> Oracle {
    let (units, rust) = (with_plain_units(c_view), with_plain_units(rust_view));
    let names = ["c", "rust", "units"].map(|view| format!("{prefix}asked_{view}_"));
    let mut style = Style::new(0, BTreeSet::new());
    let mut text = String::new();
    for (model, name) in [(c_view, &names[0]), (&rust, &names[1]), (&units, &names[2])] {
        text.push_str(&c::write_types(model, name, &mut style));
    }
    let mut questions = Vec::new();
    for one in &c_view.types {
        let Some(other) = rust.definition(one.id) else {
            continue;
        };
        questions.extend(about_definition(one, other, c_view, &rust, &names));
    }
    // A scalar that became a struct is asked for itself.
    for (slot, of, _) in c_view.slots() {
        let Some(other) = rust.slot(slot.id) else {
            continue;
        };
        let named = matches!(
            (&slot.ty, &other.ty),
            (Ty::Scalar(_), Ty::Named(_)) | (Ty::Named(_), Ty::Scalar(_))
        );
        if named && of != Of::Field {
            let mut name = |model: &Model, ty: &Ty, name: &str| c::type_name(model, ty, name, &mut style);
            let (one, other) = (
                name(c_view, &slot.ty, &names[0]),
                name(&rust, &other.ty, &names[1]),
            );
            for word in ["sizeof", "_Alignof"] {
                questions.push([format!("{word}({one})"), format!("{word}({other})")]);
            }
        }
    }
    Oracle { c: text, questions }
}

/// The types as a language without bit-fields has them: each unit as one integer.
fn with_plain_units(model: &Model) -> Model {
    let mut model = model.clone();
    for definition in &mut model.types {
        if let Kind::Record(record) = &mut definition.kind {
            for field in &mut record.fields {
                if let Ty::Bits(bits) = &mut field.ty {
                    bits.plain = Some(bits.plain.unwrap_or(bits.unit));
                }
            }
        }
    }
    model
}

/// Whether values of a type cross by themselves or lie behind a pointer, rather than only in other types.
fn stands_alone(model: &Model, id: u32) -> bool {
    fn reaches(ty: &Ty, id: u32, alone: bool) -> bool {
        match ty {
            Ty::Named(named) => alone && *named == id,
            Ty::Pointer(pointer) => reaches(&pointer.to, id, true),
            Ty::Array(element, _) => reaches(element, id, alone),
            _ => false,
        }
    }
    let mut slots = model.slots().into_iter();
    slots.any(|(slot, of, _)| reaches(&slot.ty, id, of != Of::Field))
}

fn about_definition(
    one: &Definition,
    other: &Definition,
    c_view: &Model,
    rust: &Model,
    names: &[String; 3],
) -> Vec<[String; 2]> {
    let (Kind::Record(record), Kind::Record(other_record)) = (&one.kind, &other.kind) else {
        return Vec::new();
    };
    // A member without a name has a type without a name; its own members are asked from outside.
    if c_view.is_anonymous(one.id) || rust.is_anonymous(one.id) {
        return Vec::new();
    }
    let tag =
        |union: bool, name: &str| format!("{} {name}{}", if union { "union" } else { "struct" }, one.name);
    let tags = [tag(record.union, &names[0]), tag(other_record.union, &names[1])];
    let units = tag(record.union, &names[2]);
    let both = |text: &dyn Fn(&str) -> String| [text(&tags[0]), text(&tags[1])];
    let mut questions = vec![both(&|tag| format!("sizeof({tag})"))];
    // Inside of another type an alignment is nothing but offsets and sizes.
    if stands_alone(c_view, one.id) {
        questions.push(both(&|tag| format!("_Alignof({tag})")));
    }
    let mut fields: Vec<(&Slot, &Slot)> = Vec::new();
    for field in &record.fields {
        let Some(twin) = other_record.fields.iter().find(|twin| twin.id == field.id) else {
            continue;
        };
        match &field.ty {
            Ty::Named(id) if field.anonymous => {
                let (Some(inner), Some(inner_twin)) = (c_view.record(*id), rust.record(*id)) else {
                    continue;
                };
                fields.extend(inner.fields.iter().filter_map(|field| {
                    Some((field, inner_twin.fields.iter().find(|twin| twin.id == field.id)?))
                }));
            }
            _ => fields.push((field, twin)),
        }
    }
    for (field, twin) in fields {
        let name = &field.name;
        // The offset of a bit-field is nothing that C tells; that of its unit is.
        if matches!(field.ty, Ty::Bits(_)) || matches!(twin.ty, Ty::Bits(_)) {
            questions.push([&units, &tags[1]].map(|tag| format!("__builtin_offsetof({tag}, {name})")));
            continue;
        }
        questions.push(both(&|tag| format!("__builtin_offsetof({tag}, {name})")));
        let flexible = |slot: &Slot| matches!(slot.ty, Ty::Array(_, Length::Flexible));
        // Elements that begin there are no address of elements, wherever they lie.
        if flexible(field) != flexible(twin) && (field.ty.is_pointer() || twin.ty.is_pointer()) {
            questions.push(["0".to_owned(), "1".to_owned()]);
        }
        if !flexible(field) && !flexible(twin) {
            questions.push(both(&|tag| format!("sizeof((({tag} *)0)->{name})")));
        }
    }
    questions
}
