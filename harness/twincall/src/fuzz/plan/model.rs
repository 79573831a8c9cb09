//! A small interface as neither language writes it: types, functions and variables, each place with a number that stays.

use std::collections::BTreeSet;

pub(super) use super::scalar::Scalar;

/// All that one side of a pair declares.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Model {
    /// In the order in which C has to define them.
    pub types: Vec<Definition>,
    pub functions: Vec<Function>,
    pub globals: Vec<Global>,
    /// The next number that nothing has.
    pub next: u32,
}

/// A type, as one place has it.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Ty {
    Void,
    Scalar(Scalar),
    Pointer(Pointer),
    Array(Box<Ty>, Length),
    /// A definition, by its number.
    Named(u32),
    Callback(Box<Callback>),
    VaList,
    /// Bit-fields that fill one unit together.
    Bits(Bits),
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Pointer {
    pub to: Box<Ty>,
    pub mutable: bool,
    pub form: PointerForm,
}

/// How a mistaken Rust side insists on a pointer; everything else is a matter of spelling.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PointerForm {
    Free,
    Reference,
    Slice,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Length {
    Known(u64),
    Flexible,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Bits {
    /// 8, 16, 32 or 64.
    pub unit: u32,
    pub widths: Vec<u32>,
    /// Written as plain integers of this width by a side that has another unit.
    pub plain: Option<u32>,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Callback {
    pub params: Vec<Slot>,
    pub result: Slot,
    pub convention: Convention,
    /// A mistaken Rust side that allows no null pointer.
    pub bare: bool,
}

/// A place with a type: a parameter, a result, a field.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Slot {
    pub id: u32,
    pub name: String,
    pub ty: Ty,
    /// A member whose own members C reaches without a name.
    pub anonymous: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Definition {
    pub id: u32,
    pub name: String,
    pub kind: Kind,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Kind {
    Record(Record),
    Enum(Enumeration),
    /// Declared and never defined.
    Opaque,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Record {
    pub union: bool,
    pub fields: Vec<Slot>,
    pub packed: Option<u32>,
    pub align: Option<u32>,
    /// False on a mistaken Rust side.
    pub repr_c: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Enumeration {
    pub values: Vec<(String, i64)>,
    /// 32 where nobody is mistaken.
    pub bits: u32,
    /// Only a Rust enum can lack a value.
    pub strict: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Convention {
    C,
    Rust,
    Win64,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Function {
    pub id: u32,
    pub name: String,
    pub params: Vec<Slot>,
    pub result: Slot,
    pub variadic: bool,
    pub convention: Convention,
    /// The parameter that a body hands back.
    pub returns: Option<u32>,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Global {
    pub slot: Slot,
    pub mutable: bool,
}

impl Global {
    /// Whether it is a number or an array of them.
    pub(super) fn is_plain(&self) -> bool {
        match &self.slot.ty {
            Ty::Scalar(_) => true,
            Ty::Array(element, _) => element.scalar().is_some(),
            _ => false,
        }
    }
}

/// What a place is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Of {
    Param,
    Result,
    Field,
    Global,
    CallbackParam,
    CallbackResult,
}

impl Of {
    /// Whether a value stands there by itself, in a register or on the stack.
    pub(super) fn is_passed(self) -> bool {
        !matches!(self, Of::Field | Of::Global)
    }
}

impl Ty {
    pub(super) fn pointer(to: Ty, mutable: bool) -> Ty {
        Ty::Pointer(Pointer {
            to: Box::new(to),
            mutable,
            form: PointerForm::Free,
        })
    }

    pub(super) fn array(element: Ty, length: u64) -> Ty {
        Ty::Array(Box::new(element), Length::Known(length))
    }

    pub(super) fn scalar(&self) -> Option<Scalar> {
        match self {
            Ty::Scalar(scalar) => Some(*scalar),
            _ => None,
        }
    }

    pub(super) fn pointee(&self) -> Option<&Ty> {
        match self {
            Ty::Pointer(pointer) => Some(&pointer.to),
            _ => None,
        }
    }

    pub(super) fn is_pointer(&self) -> bool {
        matches!(self, Ty::Pointer(_) | Ty::Callback(_))
    }

    /// Function pointers inside this type, through pointers and arrays.
    fn callback(&self) -> Option<&Callback> {
        match self {
            Ty::Callback(callback) => Some(callback),
            Ty::Pointer(pointer) => pointer.to.callback(),
            Ty::Array(element, _) => element.callback(),
            _ => None,
        }
    }

    fn callback_mut(&mut self) -> Option<&mut Callback> {
        match self {
            Ty::Callback(callback) => Some(callback),
            Ty::Pointer(pointer) => pointer.to.callback_mut(),
            Ty::Array(element, _) => element.callback_mut(),
            _ => None,
        }
    }
}

impl Record {
    pub(super) fn has_whole_units(&self) -> bool {
        self.fields.iter().enumerate().all(|(index, field)| {
            let Ty::Bits(bits) = &field.ty else { return true };
            let full = bits.widths.iter().sum::<u32>() == bits.unit;
            let wide = |slot: &Slot| match &slot.ty {
                Ty::Scalar(scalar) => scalar.fixed_bits().is_some_and(|width| width >= bits.unit),
                Ty::Pointer(_) | Ty::Callback(_) => bits.unit <= 32,
                _ => false,
            };
            let after = index
                .checked_sub(1)
                .is_none_or(|before| wide(&self.fields[before]));
            let next = self.fields.get(index + 1).is_none_or(wide);
            after && (full || next && self.packed.is_none())
        })
    }
}

impl Model {
    pub(super) fn fresh(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    pub(super) fn definition(&self, id: u32) -> Option<&Definition> {
        self.types.iter().find(|definition| definition.id == id)
    }

    pub(super) fn record(&self, id: u32) -> Option<&Record> {
        match &self.definition(id)?.kind {
            Kind::Record(record) => Some(record),
            _ => None,
        }
    }

    pub(super) fn record_mut(&mut self, id: u32) -> Option<&mut Record> {
        match &mut self.types.iter_mut().find(|definition| definition.id == id)?.kind {
            Kind::Record(record) => Some(record),
            _ => None,
        }
    }

    pub(super) fn enumeration_mut(&mut self, id: u32) -> Option<&mut Enumeration> {
        match &mut self.types.iter_mut().find(|definition| definition.id == id)?.kind {
            Kind::Enum(enumeration) => Some(enumeration),
            _ => None,
        }
    }

    pub(super) fn enumeration(&self, id: u32) -> Option<&Enumeration> {
        match &self.definition(id)?.kind {
            Kind::Enum(enumeration) => Some(enumeration),
            _ => None,
        }
    }

    pub(super) fn function_mut(&mut self, id: u32) -> Option<&mut Function> {
        self.functions.iter_mut().find(|function| function.id == id)
    }

    /// Every place, with what it is and the number of the definition, function, callback's place or variable around it.
    pub(super) fn slots(&self) -> Vec<(&Slot, Of, u32)> {
        let mut slots = Vec::new();
        for function in &self.functions {
            for param in &function.params {
                slots.push((param, Of::Param, function.id));
            }
            slots.push((&function.result, Of::Result, function.id));
        }
        for definition in &self.types {
            if let Kind::Record(record) = &definition.kind {
                slots.extend(
                    record
                        .fields
                        .iter()
                        .map(|field| (field, Of::Field, definition.id)),
                );
            }
        }
        slots.extend(
            self.globals
                .iter()
                .map(|global| (&global.slot, Of::Global, global.slot.id)),
        );
        // Callbacks inside callbacks are found as the list grows.
        let mut at = 0;
        while at < slots.len() {
            let slot = slots[at].0;
            if let Some(callback) = slot.ty.callback() {
                for param in &callback.params {
                    slots.push((param, Of::CallbackParam, slot.id));
                }
                slots.push((&callback.result, Of::CallbackResult, slot.id));
            }
            at += 1;
        }
        slots
    }

    pub(super) fn slot(&self, id: u32) -> Option<&Slot> {
        self.slots()
            .into_iter()
            .find(|(slot, ..)| slot.id == id)
            .map(|(slot, ..)| slot)
    }

    /// The callback whose place has this number.
    pub(super) fn callback(&self, id: u32) -> Option<&Callback> {
        self.slot(id)?.ty.callback()
    }

    pub(super) fn callback_mut(&mut self, id: u32) -> Option<&mut Callback> {
        self.slot_mut(id)?.ty.callback_mut()
    }

    pub(super) fn slot_mut(&mut self, id: u32) -> Option<&mut Slot> {
        let mut roots: Vec<&mut Slot> = Vec::new();
        for function in &mut self.functions {
            roots.extend(&mut function.params);
            roots.push(&mut function.result);
        }
        for definition in &mut self.types {
            if let Kind::Record(record) = &mut definition.kind {
                roots.extend(&mut record.fields);
            }
        }
        roots.extend(self.globals.iter_mut().map(|global| &mut global.slot));
        roots.into_iter().find_map(|root| inside(root, id))
    }

    /// Whether something with this number is in a type, however deep.
    pub(super) fn reaches(&self, ty: &Ty, id: u32) -> bool {
        self.reach(ty, id, &mut BTreeSet::new())
    }

    fn reach(&self, ty: &Ty, id: u32, seen: &mut BTreeSet<u32>) -> bool {
        match ty {
            Ty::Void | Ty::Scalar(_) | Ty::VaList | Ty::Bits(_) => false,
            Ty::Pointer(pointer) => self.reach(&pointer.to, id, seen),
            Ty::Array(element, _) => self.reach(element, id, seen),
            Ty::Callback(callback) => callback
                .params
                .iter()
                .chain([&callback.result])
                .any(|slot| slot.id == id || self.reach(&slot.ty, id, seen)),
            Ty::Named(name) => {
                if *name == id {
                    return true;
                }
                let fields = self.record(*name).filter(|_| seen.insert(*name));
                fields.is_some_and(|record| {
                    record
                        .fields
                        .iter()
                        .any(|field| field.id == id || self.reach(&field.ty, id, seen))
                })
            }
        }
    }

    /// Whether a value of this type holds one of what `wanted` names, without going through a pointer.
    pub(super) fn holds(&self, ty: &Ty, wanted: &dyn Fn(&Ty, Option<&Record>) -> bool) -> bool {
        let record = match ty {
            Ty::Named(id) => self.record(*id),
            _ => None,
        };
        if wanted(ty, record) {
            return true;
        }
        match ty {
            Ty::Array(element, _) => self.holds(element, wanted),
            Ty::Named(_) => {
                record.is_some_and(|record| record.fields.iter().any(|field| self.holds(&field.ty, wanted)))
            }
            _ => false,
        }
    }

    /// A record that ends in an array without a length of its own is used behind pointers only.
    pub(super) fn has_tail(&self, ty: &Ty) -> bool {
        self.holds(ty, &|ty, _| {
            matches!(ty, Ty::Array(_, Length::Flexible | Length::Known(0)))
        })
    }

    /// Whether the type is one that has a size.
    pub(super) fn is_complete(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Void => false,
            Ty::Named(id) => self
                .definition(*id)
                .is_some_and(|definition| definition.kind != Kind::Opaque),
            Ty::Array(element, _) => self.is_complete(element),
            _ => true,
        }
    }

    /// Whether all bit-fields stand where C begins a unit with them and where nothing moves into what they leave of it.
    pub(super) fn has_whole_units(&self) -> bool {
        self.types.iter().all(|definition| match &definition.kind {
            Kind::Record(record) => record.has_whole_units(),
            _ => true,
        })
    }

    /// Whether a definition is that of a member without a name, which C writes in place.
    pub(super) fn is_anonymous(&self, id: u32) -> bool {
        self.slots()
            .iter()
            .any(|(slot, ..)| slot.anonymous && slot.ty == Ty::Named(id))
    }

    /// Takes away definitions that no function and no variable reaches.
    pub(super) fn prune(&mut self) {
        let roots: Vec<Ty> = (self.functions.iter())
            .flat_map(|function| function.params.iter().chain([&function.result]))
            .chain(self.globals.iter().map(|global| &global.slot))
            .map(|slot| slot.ty.clone())
            .collect();
        let kept: Vec<Definition> = (self.types.iter())
            .filter(|definition| roots.iter().any(|root| self.reaches(root, definition.id)))
            .cloned()
            .collect();
        self.types = kept;
    }
}

fn inside(slot: &mut Slot, id: u32) -> Option<&mut Slot> {
    if slot.id == id {
        return Some(slot);
    }
    let callback = slot.ty.callback_mut()?;
    let slots = callback.params.iter_mut().chain([&mut callback.result]);
    slots.into_iter().find_map(|slot| inside(slot, id))
}
