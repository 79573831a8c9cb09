//! What the comparison gave: differences, where they are, and the table that explains each kind of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use twincall_abi::run::Ending;

use super::explain::Explanation;

/// Where a compiler and the model part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// The unit does not compile.
    Unit,
    /// The whole call: it crashed, or never came.
    Call,
    /// An argument, counted from 0.
    Argument(usize),
    Result,
    /// The bits of a register above a small integer.
    Extension,
    /// The alignment of the stack at the call.
    StackAlign,
    /// `al` in a variadic call.
    VectorCount,
    /// Registers and flags that a callee must preserve.
    Preserved,
    /// Size, alignment or offset of a type.
    Layout,
    /// The bits of a bit-field.
    Bits,
    /// The wasm function type.
    FunctionType,
}

/// One thing that is other than the model says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    pub place: Place,
    pub model: String,
    pub compiler: String,
}

/// What a compiler was doing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    Caller,
    Callee,
    Layout,
}

/// A difference with what it belongs to.
#[derive(Clone, Debug)]
pub struct Disagreement {
    pub number: usize,
    pub compiler: String,
    pub target: twincall_abi::target::Target,
    pub opt: u8,
    pub role: Role,
    pub difference: Difference,
    /// The signature in C.
    pub signature: String,
    pub explanation: Option<&'static Explanation>,
}

impl Difference {
    pub(super) fn new(place: Place, model: &str, compiler: &str) -> Difference {
        Difference {
            place,
            model: model.to_owned(),
            compiler: compiler.to_owned(),
        }
    }

    pub(super) fn ended(ending: &Ending) -> Difference {
        let seen = match ending {
            Ending::Crashed { signal, .. } => signal.clone(),
            Ending::Exited { status } => format!("exit with status {status}"),
            Ending::TimedOut => "no return in time".to_owned(),
            Ending::Trapped { trap, .. } => format!("trap {trap}"),
            Ending::Refused { reason } | Ending::NotLoaded { reason } | Ending::Unknown { reason } => {
                reason.clone()
            }
            Ending::Returned => "return".to_owned(),
        };
        Difference::new(Place::Call, "a call that returns", &seen)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Unit => f.write_str("compiling it"),
            Place::Call => f.write_str("the call"),
            Place::Argument(index) => write!(f, "argument {}", index + 1),
            Place::Result => f.write_str("the result"),
            Place::Extension => f.write_str("extension"),
            Place::StackAlign => f.write_str("stack alignment"),
            Place::VectorCount => f.write_str("al"),
            Place::Preserved => f.write_str("preserved state"),
            Place::Layout => f.write_str("layout"),
            Place::Bits => f.write_str("bit-field"),
            Place::FunctionType => f.write_str("wasm type"),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Caller => "caller",
            Role::Callee => "callee",
            Role::Layout => "layout",
        })
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} as {} on {} at -O{}, {}: model {}, compiler {}\n  {}",
            self.compiler,
            self.role,
            self.target,
            self.opt,
            self.difference.place,
            self.difference.model,
            self.difference.compiler,
            self.signature
        )
    }
}

/// An explanation's id, if there is one, and a compiler.
type Kind = (Option<&'static str>, String);

/// Disagreements by explanation and compiler: how many signatures, and one of them.
pub(super) fn by_explanation(disagreements: &[Disagreement]) -> BTreeMap<Kind, (usize, &Disagreement)> {
    let mut table: BTreeMap<Kind, (BTreeSet<usize>, &Disagreement)> = BTreeMap::new();
    for disagreement in disagreements {
        let key = (
            disagreement.explanation.map(|explanation| explanation.id),
            disagreement.compiler.clone(),
        );
        let entry = table
            .entry(key)
            .or_insert_with(|| (Default::default(), disagreement));
        entry.0.insert(disagreement.number);
        // The shortest signature shows most.
        if disagreement.signature.len() < entry.1.signature.len() {
            entry.1 = disagreement;
        }
    }
    table
        .into_iter()
        .map(|(key, (numbers, example))| (key, (numbers.len(), example)))
        .collect()
}

/// Bytes in the order of memory.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
