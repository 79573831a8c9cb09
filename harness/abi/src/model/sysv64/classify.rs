//! The classes of a type's eightbytes: psABI 3.2.3, *Classification*.
//!
//! "Goes to memory" is the error path: whichever field says so ends the walk.

use crate::types::FloatKind;

use super::super::layout::{Kind, Member, NodeId, Types};
use super::super::reader::{Reader, Unsupported};
use super::super::{Class, Clause, clauses};
use super::{Passing, push};

const EIGHTBYTE: u64 = 8;
const MOST_EIGHTBYTES: u64 = 8;

/// A walk over more members than this is refused. Members that overlap in nested unions multiply.
const MOST_STEPS: u32 = 10_000;

/// Why a walk over a type's fields ends early.
#[derive(Debug)]
pub(super) enum Stop {
    Memory(Clause),
    Unsupported(Unsupported),
}

impl From<Unsupported> for Stop {
    fn from(unsupported: Unsupported) -> Stop {
        Stop::Unsupported(unsupported)
    }
}

/// One class for each eightbyte: none for what takes no place, one `MEMORY` for each where any is.
pub(super) fn classify(
    types: &mut Types<'_>,
    id: NodeId,
    passing: Passing,
    because: &mut Vec<Clause>,
) -> Result<Vec<Class>, Unsupported> {
    let size = types.node(id).size;
    let count = size.div_ceil(EIGHTBYTE);
    let classes = if count > MOST_EIGHTBYTES {
        Err(Stop::Memory(clauses::SYSV_LARGE))
    } else {
        let mut walk = Walk {
            types,
            classes: vec![Class::NoClass; count as usize],
            passing,
            steps: 0,
            because,
        };
        walk.visit(id, 0)
            .map(|()| walk.classes)
            .and_then(|classes| cleaned(classes, because))
    };
    match classes {
        Ok(classes) if classes.iter().all(|class| *class == Class::NoClass) => {
            if size > 2 * EIGHTBYTE {
                types.fork(clauses::SYSV_EMPTY_CLASS);
                if types.reader == Reader::Clang {
                    push(because, clauses::SYSV_EMPTY_CLASS);
                    return Ok(vec![Class::Memory; classes.len()]);
                }
            }
            push(because, clauses::SYSV_EMPTY);
            Ok(Vec::new())
        }
        Ok(classes) => Ok(classes),
        Err(Stop::Memory(clause)) => {
            push(because, clause);
            // A struct of size 0 in memory still has a class to show.
            let shown = count.clamp(1, MOST_EIGHTBYTES) as usize;
            Ok(vec![Class::Memory; shown])
        }
        Err(Stop::Unsupported(unsupported)) => Err(unsupported),
    }
}

/// psABI 3.2.3, rule 4: two fields in one eightbyte.
pub(super) fn merge(old: Class, new: Class) -> Class {
    use Class::{ComplexX87, Integer, Memory, NoClass, Sse, X87, X87Up};
    match (old, new) {
        (old, new) if old == new => old,
        (NoClass, class) | (class, NoClass) => class,
        (Memory, _) | (_, Memory) => Memory,
        (Integer, _) | (_, Integer) => Integer,
        (X87 | X87Up | ComplexX87, _) | (_, X87 | X87Up | ComplexX87) => Memory,
        _ => Sse,
    }
}

/// psABI 3.2.3, rule 5: what the eightbytes are together.
fn cleaned(mut classes: Vec<Class>, because: &mut Vec<Clause>) -> Result<Vec<Class>, Stop> {
    if classes.contains(&Class::Memory) {
        return Err(Stop::Memory(clauses::SYSV_MERGE_X87));
    }
    let follows = |classes: &[Class], index: usize, allowed: &[Class]| {
        index > 0
            && classes
                .get(index - 1)
                .is_some_and(|class| allowed.contains(class))
    };
    for index in 0..classes.len() {
        if classes[index] == Class::X87Up && !follows(&classes, index, &[Class::X87]) {
            return Err(Stop::Memory(clauses::SYSV_X87UP));
        }
    }
    let one_vector =
        classes.first() == Some(&Class::Sse) && classes.iter().skip(1).all(|class| *class == Class::SseUp);
    let padding = classes.iter().all(|class| *class == Class::NoClass);
    // Only a bare complex long double keeps this class.
    let complex = classes.first() == Some(&Class::ComplexX87);
    if classes.len() > 2 && !one_vector && !padding && !complex {
        return Err(Stop::Memory(clauses::SYSV_TWO_EIGHTBYTES));
    }
    for index in 0..classes.len() {
        let vector = [Class::Sse, Class::SseUp];
        if classes[index] == Class::SseUp && !follows(&classes, index, &vector) {
            classes[index] = Class::Sse;
            push(because, clauses::SYSV_SSEUP);
        }
    }
    if classes.contains(&Class::NoClass) && !padding {
        push(because, clauses::SYSV_NO_CLASS);
    }
    Ok(classes)
}

/// A walk over the fields of one object.
#[derive(Debug)]
pub(super) struct Walk<'w, 't> {
    pub(super) types: &'w mut Types<'t>,
    classes: Vec<Class>,
    pub(super) passing: Passing,
    steps: u32,
    because: &'w mut Vec<Clause>,
}

impl Walk<'_, '_> {
    /// Adds the classes of a field at `offset` bytes from the start of the object.
    fn visit(&mut self, id: NodeId, offset: u64) -> Result<(), Stop> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(Unsupported::new(format!("more than {MOST_STEPS} fields by value")).into());
        }
        let node = self.types.node(id);
        let (size, align) = (node.size, node.align);
        match node.kind.clone() {
            Kind::Array {
                element,
                length,
                flexible,
            } => return self.array(element, length, flexible, offset),
            Kind::Record(record) => {
                push(self.because, clauses::SYSV_MERGE);
                return self.aggregate(size, |walk| walk.members(&record.members, offset));
            }
            Kind::Variants { tag, variants } => {
                push(self.because, clauses::SYSV_MERGE);
                return self.aggregate(size, |walk| {
                    walk.member(&tag, offset)?;
                    walk.members(&variants, offset)
                });
            }
            Kind::Atomic(inner) => return self.atomic(inner, offset),
            _ => {}
        }
        if !offset.is_multiple_of(align) {
            return Err(Stop::Memory(clauses::SYSV_UNALIGNED));
        }
        match self.types.node(id).kind {
            Kind::Bool
            | Kind::Integer { .. }
            | Kind::UnicodeScalar
            | Kind::Pointer { .. }
            | Kind::FunctionPointer { .. }
            | Kind::Enum { .. } => {
                push(self.because, clauses::SYSV_CLASSES);
                self.fill(offset, size, Class::Integer)
            }
            Kind::BitInt { .. } => {
                push(self.because, clauses::SYSV_BIT_INT);
                self.fill(offset, size, Class::Integer)
            }
            Kind::Float(FloatKind::X87) => {
                push(self.because, clauses::SYSV_CLASSES);
                self.fill(offset, 8, Class::X87)?;
                self.fill(offset + 8, 8, Class::X87Up)
            }
            Kind::Float(FloatKind::F128) => {
                push(self.because, clauses::SYSV_CLASSES);
                self.fill(offset, 8, Class::Sse)?;
                self.fill(offset + 8, 8, Class::SseUp)
            }
            Kind::Float(_) => {
                push(self.because, clauses::SYSV_CLASSES);
                self.fill(offset, size, Class::Sse)
            }
            Kind::Complex { part } => self.complex(part, offset),
            Kind::Vector { element, lanes } => self.vector(element, lanes, offset, size),
            Kind::Array { .. } | Kind::Record(_) | Kind::Variants { .. } | Kind::Atomic(_) => Ok(()),
        }
    }

    /// An aggregate inside the object is classified on its own, rule 5 included, before it is merged (psABI 3.2.3, rule 3:
    /// fields are classified recursively).
    fn aggregate(
        &mut self,
        size: u64,
        visit: impl FnOnce(&mut Self) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let empty = vec![Class::NoClass; self.classes.len()];
        let outer = std::mem::replace(&mut self.classes, empty);
        let visited = visit(self);
        let inner = std::mem::replace(&mut self.classes, outer);
        visited?;
        if inner.contains(&Class::Memory) {
            return Err(Stop::Memory(clauses::SYSV_MERGE_X87));
        }
        let alone = |index: usize| index == 0 || inner[index - 1] != Class::X87;
        if (0..inner.len()).any(|index| inner[index] == Class::X87Up && alone(index)) {
            return Err(Stop::Memory(clauses::SYSV_X87UP));
        }
        let valued = inner.iter().any(|class| *class != Class::NoClass);
        if size > 2 * EIGHTBYTE && valued && !inner.contains(&Class::SseUp) {
            return Err(Stop::Memory(clauses::SYSV_TWO_EIGHTBYTES));
        }
        for (old, new) in self.classes.iter_mut().zip(inner) {
            *old = merge(*old, new);
        }
        Ok(())
    }

    /// Merges a class into every eightbyte that `size` bytes at `offset` touch.
    pub(super) fn fill(&mut self, offset: u64, size: u64, class: Class) -> Result<(), Stop> {
        self.fill_bits(offset * 8, size * 8, class);
        Ok(())
    }

    fn fill_bits(&mut self, offset: u64, width: u64, class: Class) {
        let first = offset / 64;
        let past = (offset + width).div_ceil(64);
        for index in first..past {
            if let Some(old) = self.classes.get_mut(index as usize) {
                *old = merge(*old, class);
            }
        }
    }

    /// Notes that a clause decided.
    pub(super) fn because(&mut self, clause: Clause) {
        push(self.because, clause);
    }

    fn members(&mut self, members: &[Member], offset: u64) -> Result<(), Stop> {
        members.iter().try_for_each(|member| self.member(member, offset))
    }

    fn member(&mut self, member: &Member, offset: u64) -> Result<(), Stop> {
        if member.bit_field {
            return self.bit_field(member, offset);
        }
        if member.base && member.width == 0 {
            return Ok(());
        }
        let at = offset + member.offset / 8;
        let node = self.types.node(member.ty);
        // Scalars are held against their alignment in `visit`.
        if !at.is_multiple_of(node.align) && !self.types.is_one_field(member.ty) {
            self.types.fork(clauses::SYSV_UNALIGNED_MEMBER);
            if self.types.reader == Reader::Clang {
                return Err(Stop::Memory(clauses::SYSV_UNALIGNED_MEMBER));
            }
        }
        self.visit(member.ty, at)
    }

    fn bit_field(&mut self, member: &Member, offset: u64) -> Result<(), Stop> {
        if member.width == 0 {
            return Ok(());
        }
        if member.name.is_empty() {
            self.types.fork(clauses::SYSV_UNNAMED_BIT_FIELD);
            if self.types.reader == Reader::Clang {
                return Ok(());
            }
        }
        push(self.because, clauses::SYSV_BIT_FIELD);
        self.fill_bits(offset * 8 + member.offset, member.width, Class::Integer);
        Ok(())
    }

    fn array(&mut self, element: NodeId, length: u64, flexible: bool, offset: u64) -> Result<(), Stop> {
        if flexible {
            self.types.fork(clauses::SYSV_FLEXIBLE);
            return match self.types.reader {
                Reader::Clang => Err(Stop::Memory(clauses::SYSV_FLEXIBLE)),
                _ => Ok(()),
            };
        }
        let size = self.types.node(element).size;
        if length == 0 {
            self.types.fork(clauses::SYSV_ZERO_LENGTH);
            return match self.types.reader {
                Reader::Gcc if !offset.is_multiple_of(EIGHTBYTE) => {
                    // The element is classified on its own, rule 5 included, over the eightbytes that it would touch.
                    let touched = (offset % EIGHTBYTE + size).div_ceil(EIGHTBYTE);
                    let record = matches!(self.types.node(element).kind, Kind::Record(_));
                    if record && touched > 2 {
                        return Err(Stop::Memory(clauses::SYSV_ZERO_LENGTH));
                    }
                    self.visit(element, offset)
                }
                _ => Ok(()),
            };
        }
        if size == 0 {
            // All elements lie at one place.
            return self.visit(element, offset);
        }
        (0..length).try_for_each(|index| self.visit(element, offset + index * size))
    }

    /// A bare atomic scalar never comes here: it is passed as its value.
    fn atomic(&mut self, inner: NodeId, offset: u64) -> Result<(), Stop> {
        self.types.fork(clauses::SYSV_ATOMIC);
        match self.types.reader {
            Reader::Clang => Err(Stop::Memory(clauses::SYSV_ATOMIC)),
            _ => self.visit(inner, offset),
        }
    }

    fn complex(&mut self, part: NodeId, offset: u64) -> Result<(), Stop> {
        let size = self.types.node(part).size;
        match self.types.node(part).kind {
            Kind::Float(FloatKind::X87) => {
                push(self.because, clauses::SYSV_COMPLEX_X87);
                // Alone it has its own class; in a struct it is larger than two eightbytes.
                if self.steps > 1 {
                    return Err(Stop::Memory(clauses::SYSV_TWO_EIGHTBYTES));
                }
                self.fill(offset, 2 * size, Class::ComplexX87)
            }
            Kind::Float(FloatKind::F128) => Err(Stop::Memory(clauses::SYSV_COMPLEX)),
            _ => {
                push(self.because, clauses::SYSV_COMPLEX);
                self.visit(part, offset)?;
                self.visit(part, offset + size)
            }
        }
    }
}
