//! The words in which the judge writes, reports show, and `repro`, `diff` and `explain` reason: rules, places, findings,
//! verdicts, cases, calls that were seen and crashes. Data only, at the bottom of the crate: nothing here compiles, runs or compares.

mod calls;
mod case;
pub mod confinement;
mod crash;
mod crossings;
mod finding;
mod function;
mod matrix;
mod observed;
mod place;
mod program;
mod report;
mod repro;
mod rules;
mod types;

pub use calls::{CallPath, Effect, SeenOn};
pub use case::{CaseReport, Form, SnapshotState, Unchecked, Vanished, Verdict, show_command};
pub use confinement::{Confinement, Layer, LayerState};
pub use crash::{CrashReport, FrameReport};
pub use crossings::{Crossing, CrossingValue, Crossings};
pub use finding::{Declaration, Finding, SideFacts};
pub use function::{
    FunctionReport, LevelSlots, MachineSlots, ModelReport, ModelState, SideFunction, SlotSource, Standing,
    Voice,
};
pub use matrix::{Cell, Change, Matrix, State};
pub use observed::{CallKind, CallResult, EndedCall, Endings, ObservationReport};
pub use place::{Place, Root};
pub use program::{End, ProgramEnd};
pub(crate) use report::path_from;
pub use report::{Report, SCHEMA_VERSION, Shard, Summary, TOOL, ToolchainReport};
pub use repro::{
    AnswerReport, ChangeReport, DeclarationReport, EndedReport, FaultReport, MendReport, MinimizedReport,
    ProgramReport, Region, ReproReport, ShownCrash,
};
pub(crate) use rules::Mend;
pub use rules::{Axis, Rule};
pub use twincall_abi::fact::Fact;
pub use twincall_abi::slot::lowering_text;
pub use types::{FieldRow, SideType, TypeReport};
