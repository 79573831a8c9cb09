//! A function: where each side puts its arguments and result, what the written ABI says, and who stands alone.

use serde::{Deserialize, Serialize};
use twincall_abi::slot::Slot;

use super::{Declaration, Place};

/// A function with both sides' slots.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FunctionReport {
    pub symbol: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub c: Option<SideFunction>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rust: Option<SideFunction>,
    /// Arguments, and the result, that not everybody has in the same place.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub standings: Vec<Standing>,
}

/// One side of a function.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SideFunction {
    pub declaration: Declaration,
    /// Slots by level, where they could be read.
    pub levels: Vec<LevelSlots>,
    /// The wasm function type, on wasm.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wasm_type: Option<String>,
    /// Natively, what registers and stack of calls showed, by level.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub machine: Vec<MachineSlots>,
    /// What the written ABI says of this side's declaration.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub model: Option<ModelReport>,
}

/// Who puts one argument, or the result, where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Standing {
    #[serde(flatten)]
    pub place: Place,
    /// The written ABI first, where it has an answer, then the compilers.
    pub voices: Vec<Voice>,
    /// The voices that put it into one place together, by their indices, in the order of the first of each.
    pub groups: Vec<Vec<usize>>,
    /// Those that depart from the text, where a clause of it decides. clang and rustc share a back end: two of them that
    /// agree are no two witnesses.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub alone: Vec<String>,
}

/// One opinion on a place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Voice {
    /// [`Voice::TEXT`], with the reader where the text has several readings, or a compiler.
    pub name: String,
    pub slots: Vec<Slot>,
    /// The clause that decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clause: Option<String>,
}

impl Voice {
    /// The name of the written ABI among the voices.
    pub const TEXT: &str = "the text";
}

/// What the written ABI says of one side's function, held against what its compiler does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ModelReport {
    pub state: ModelState,
    /// Where the text puts arguments and result: `(rdi:4, xmm0:8) -> rax:4`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lowering: Option<String>,
    /// The clauses that decide, in the order in which they are applied.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub clauses: Vec<String>,
    /// Where the compiler does otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub departures: Vec<String>,
    /// The readings of the text, where it has several.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub readings: Vec<String>,
    /// Why the text does not cover it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// How a compiler stands to the written ABI.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelState {
    /// Every slot and every layout is where a clause puts it.
    Follows,
    /// The text has several readings, of which this is one.
    Ambiguous,
    /// Something is not where the text puts it.
    Departs,
    /// The text does not cover it.
    Unsupported,
}

impl ModelReport {
    pub(crate) fn unsupported(reason: String) -> ModelReport {
        ModelReport {
            state: ModelState::Unsupported,
            lowering: None,
            clauses: Vec::new(),
            departures: Vec::new(),
            readings: Vec::new(),
            reason: Some(reason),
        }
    }
}

/// The slots of a function at one optimisation level.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LevelSlots {
    pub opt: u8,
    /// By source-level argument; one entry for all where `attributed` is false.
    pub arguments: Vec<Vec<Slot>>,
    pub result: Vec<Slot>,
    pub attributed: bool,
    /// The function's line in the IR, for a reader; nothing is compared by it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ir: Option<String>,
    /// What tells the slots.
    #[serde(skip_serializing_if = "SlotSource::is_ir", default)]
    pub source: SlotSource,
}

/// What slots were read from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotSource {
    /// The compiler's IR, placed as its back end would.
    #[default]
    Ir,
    /// Registers and stack of a call. It does not tell whether small integers are promised to be extended.
    Machine,
    /// The slots of another level at which the function has the same wasm type.
    WasmType,
}

impl SlotSource {
    fn is_ir(&self) -> bool {
        *self == SlotSource::Ir
    }
}

/// Where a compiler's caller left the arguments, where its callee looked for them, and where it returned the result. `None`
/// where a value was in no place that was looked at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MachineSlots {
    pub opt: u8,
    pub wrote: Vec<Option<Vec<Slot>>>,
    pub read: Vec<Option<Vec<Slot>>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub returned: Option<Vec<Slot>>,
}
