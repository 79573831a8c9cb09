//! Who reads the text: the points where readings part, and what becomes of them.

use crate::target::Target;
use crate::types::{FloatKind, Type, TypeDefinition, TypeKind};

use super::answer::{Answer, Reading};
use super::clauses::Clause;

/// Why something is not covered, in words for the reader.
#[derive(Clone, Debug)]
pub(super) struct Unsupported(pub(super) String);

impl Unsupported {
    pub(super) fn new(reason: impl Into<String>) -> Unsupported {
        Unsupported(reason.into())
    }
}

/// A way to read a target's text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reader {
    Gcc,
    Clang,
    /// What the wasm Basic C ABI says.
    Text,
    /// What C compilers for wasm do.
    Practice,
}

impl Reader {
    pub(super) fn of(target: Target) -> [Reader; 2] {
        match target {
            Target::X86_64LinuxGnu => [Reader::Gcc, Reader::Clang],
            Target::Wasm32Unknown => [Reader::Text, Reader::Practice],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Reader::Gcc => "gcc",
            Reader::Clang => "clang",
            Reader::Text => "the text",
            Reader::Practice => "practice",
        }
    }
}

/// The part of a function in which readings part, or a type alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Type,
    Argument(usize),
    Result,
}

/// What one reader makes of the text, and the places where another might read otherwise.
#[derive(Debug)]
pub(super) struct Outcome<T> {
    pub(super) value: T,
    pub(super) reader: Reader,
    pub(super) forks: Vec<(Place, Clause)>,
}

/// One answer if all readers agree, otherwise each reader's own with the clause on which they part.
pub(super) fn compare<T>(
    mut outcomes: Vec<Outcome<T>>,
    equal: impl Fn(&T, &T) -> bool,
    difference: impl Fn(&T, &T) -> Place,
) -> Answer<T> {
    let place = match outcomes.as_slice() {
        [first, rest @ ..] => rest
            .iter()
            .find(|other| !equal(&first.value, &other.value))
            .map(|other| difference(&first.value, &other.value)),
        [] => return Answer::unsupported("a text that nobody reads"),
    };
    let Some(place) = place else {
        return Answer::Settled(outcomes.swap_remove(0).value);
    };
    let readings = outcomes.into_iter().filter_map(|outcome| {
        let Outcome { value, reader, forks } = outcome;
        let clause = forks.iter().find(|fork| fork.0 == place).or(forks.first())?.1;
        Some(Reading {
            value,
            by: reader.name().to_owned(),
            clause,
        })
    });
    Answer::of_readings(readings.collect())
}

/// The default argument promotions (C 6.5.2.2): small integers to `int`, `float` to `double`.
pub(super) fn promote(types: &[Type], definitions: &[TypeDefinition]) -> Vec<Type> {
    types.iter().map(|ty| promoted(ty, definitions)).collect()
}

fn promoted(ty: &Type, definitions: &[TypeDefinition]) -> Type {
    let int = || Type::Integer {
        bits: 32,
        signed: true,
        spelling: "int".to_owned(),
    };
    match ty {
        Type::Bool => int(),
        Type::Integer { bits: 0..=31, .. } => int(),
        Type::Float(FloatKind::F32) => Type::Float(FloatKind::F64),
        Type::Atomic(inner) => match &**inner {
            Type::Bool | Type::Integer { .. } | Type::Float(_) => promoted(inner, definitions),
            _ => ty.clone(),
        },
        Type::Named(name) => {
            let definition = definitions.iter().find(|definition| definition.name == *name);
            match definition.map(|definition| &definition.kind) {
                // An enum promotes as the integer type it is compatible with.
                Some(TypeKind::Enum {
                    underlying: Some(Type::Bool | Type::Integer { bits: 0..=31, .. }),
                    ..
                }) => int(),
                _ => ty.clone(),
            }
        }
        _ => ty.clone(),
    }
}
