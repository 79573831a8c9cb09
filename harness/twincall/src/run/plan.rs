//! Turns a built level into calls, and what the runners saw back into values.
//!
//! For each function there are two kinds of call. An *echo* goes to a generated function of the same
//! type that stores what it receives: it shows whether each value arrives. A *body* call goes to the fixture's own
//! function: its result and the buffers it leaves are compared over all paths.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use twincall_abi::compare::common_leaves;
use twincall_abi::interface::Side;
use twincall_abi::layout::{FunctionTypes, LayoutTable, Leaf, TypeId};
use twincall_abi::run::{Assignment, Batch, Call, Ending, Group, Outcome, SymbolIn, Word};
use twincall_abi::target::Target;
use twincall_abi::value::{self, Domain, LeafValue, Pattern};

use crate::account::{self, Part};
use crate::build::{BuildError, CaseBuild, LevelBuild};
use crate::directive::OptLevel;
use crate::discover::Case;
use crate::facts::{CallKind, Form, Root};

mod arena;
mod body;
mod crossing;
mod echo;
mod encode;
mod machine;
mod preserved;
mod region;

pub(crate) use arena::Arena;
pub use crossing::{CrossingSeen, Record};
use machine::MachinePlan;
pub use machine::{CALLS_WATCHED, FUNCTIONS_WATCHED, MachineSeen};
pub use region::Reading;
use region::Region;

/// What fills memory that a call should not read, so that reading it shows.
const POISON: u8 = 0xA5;
/// Boundary values are drawn at most this often per function.
const MAX_EDGES: u32 = 16;
const DEFAULT_TIMEOUT_MS: u64 = 5_000;
const MEMORY_LIMIT: u64 = 256 << 20;

/// One batch with what is needed to read its outcomes.
#[derive(Debug)]
pub struct PlannedBatch {
    pub batch: Batch,
    /// Index into [`crate::build::Linked::libraries`], in the order of `batch.libraries`.
    pub libraries: Vec<usize>,
    /// On wasm, whether the module is instead that of [`crate::build::Linked::tapped`].
    pub tapped: bool,
    pub calls: Vec<PlannedCall>,
}

impl PlannedBatch {
    /// Adds calls that share a process or an instance.
    fn add(&mut self, calls: Vec<(Call, PlannedCall)>) {
        let mut group = Group::default();
        for (mut call, meaning) in calls {
            call.id = self.calls.len() as u32;
            group.calls.push(call);
            self.calls.push(meaning);
        }
        if !group.calls.is_empty() {
            self.batch.groups.push(group);
        }
    }
}

/// What a call was for. Its id is its index in [`PlannedBatch::calls`].
#[derive(Clone, Debug)]
pub struct PlannedCall {
    pub symbol: String,
    pub caller: Side,
    pub callee: Side,
    pub kind: CallKind,
    /// `graffiti`, `edge 3`, or the text of an explicit call.
    pub label: String,
    sent: Vec<Region>,
    received: Vec<Region>,
    outputs: Vec<Region>,
    /// The pinned result of an explicit call.
    expected: Option<Vec<Reading>>,
    /// Natively, what registers and stack tell of the call.
    machine: Option<MachinePlan>,
}

/// What was seen of one call, in terms of values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observation {
    pub opt: OptLevel,
    pub symbol: String,
    pub caller: Side,
    pub callee: Side,
    pub kind: CallKind,
    pub label: String,
    pub ending: Ending,
    /// Echo: each argument as the caller had it, and the result as the callee returned it.
    pub sent: Vec<Vec<Reading>>,
    /// Echo: the same as the other side saw it.
    pub received: Vec<Vec<Reading>>,
    /// Body: the result and every buffer, after the call.
    pub outputs: Vec<Vec<Reading>>,
    pub expected: Option<Vec<Reading>>,
    /// What the call printed.
    pub output: String,
    /// Whether it printed more than is let through.
    pub flooded: bool,
    /// What registers and stack held.
    pub machine: Option<MachineSeen>,
}

/// Everything that one level's batches need.
pub struct Planner<'a> {
    pub case: &'a Case,
    pub build: &'a CaseBuild,
    pub level: &'a LevelBuild,
    pub target: Target,
    pub scope: Scope,
    pub known: Known,
}

/// What the types of a level have in common, by side and type of both.
pub type Known = RefCell<BTreeMap<(Side, TypeId, Side, Option<TypeId>), Rc<[(Leaf, Domain)]>>>;

/// Which calls are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// All, on all paths.
    All,
    /// Those of C with itself that show registers and stack.
    MachineOfC,
}

impl std::fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Planner")
            .field("case", &self.case.name)
            .field("target", &self.target)
            .finish()
    }
}

/// The calls of a batch by kind.
#[derive(Default)]
struct Calls {
    echoes: Vec<(Call, PlannedCall)>,
    bodies: Vec<(Call, PlannedCall)>,
    machine: Vec<(Call, PlannedCall)>,
    preserving: Vec<(Call, PlannedCall)>,
    tapped: Vec<(Call, PlannedCall)>,
}

/// Where a side's code is in a batch.
type LibraryOf = BTreeMap<Side, u32>;

impl Planner<'_> {
    /// The batches of this level: one natively, on wasm one for each module.
    pub fn plan(&self) -> Result<Vec<PlannedBatch>, BuildError> {
        let _counting = account::count(Part::Plans);
        let libraries = &self.level.linked.libraries;
        let path = |index: usize| libraries[index].path().display().to_string();
        let mut planned = Vec::new();
        if self.target.is_wasm() {
            for (index, library) in libraries.iter().enumerate() {
                let of: LibraryOf = Side::BOTH.iter().map(|side| (*side, 0)).collect();
                let mut batch = self.empty_batch(vec![path(index)], vec![index]);
                self.fill(&mut batch, &library.callees, &of)?;
                planned.push(batch);
            }
            if let Some(tapped) = self
                .level
                .linked
                .tapped
                .as_ref()
                .filter(|_| self.scope == Scope::All)
            {
                let mut batch =
                    self.empty_batch(vec![tapped.library.path().display().to_string()], Vec::new());
                batch.tapped = true;
                batch.add(self.tapped(&self.symbols(), 0)?);
                planned.push(batch);
            }
            return Ok(planned);
        }
        let complete = match self.build.form {
            Form::Twins => libraries.len() == 2,
            Form::Boundary => libraries.len() == 1,
        };
        if complete {
            let of: LibraryOf = Side::BOTH
                .iter()
                .filter_map(|side| {
                    let index = libraries
                        .iter()
                        .position(|library| library.callees.contains(side))?;
                    Some((*side, index as u32))
                })
                .collect();
            let all: Vec<usize> = (0..libraries.len()).collect();
            let mut paths: Vec<String> = all.iter().map(|&index| path(index)).collect();
            let tapped = self.level.linked.tapped.as_ref();
            paths.extend(tapped.map(|tapped| tapped.library.path().display().to_string()));
            let mut batch = self.empty_batch(paths, all);
            self.fill(&mut batch, &Side::BOTH, &of)?;
            planned.push(batch);
        }
        Ok(planned)
    }

    fn empty_batch(&self, paths: Vec<String>, libraries: Vec<usize>) -> PlannedBatch {
        let batch = Batch {
            libraries: paths,
            groups: Vec::new(),
            timeout_ms: self.case.timeout_ms.unwrap_or(DEFAULT_TIMEOUT_MS),
            memory_limit: MEMORY_LIMIT,
        };
        PlannedBatch {
            batch,
            libraries,
            tapped: false,
            calls: Vec::new(),
        }
    }

    /// The functions of both sides, those of C first.
    fn symbols(&self) -> Vec<String> {
        let mut symbols: Vec<String> = Vec::new();
        for function in self.build.c.functions.iter().chain(&self.build.rust.functions) {
            if !symbols.contains(&function.symbol) {
                symbols.push(function.symbol.clone());
            }
        }
        symbols
    }

    fn fill(&self, planned: &mut PlannedBatch, callees: &[Side], of: &LibraryOf) -> Result<(), BuildError> {
        let symbols = self.symbols();
        let mut calls = Calls::default();
        for symbol in &symbols {
            for caller in Side::BOTH {
                for &callee in callees {
                    if self.scope == Scope::All || (caller, callee) == (Side::C, Side::C) {
                        self.path(&mut calls, symbol, caller, callee, of)?;
                    }
                }
            }
        }
        if self.scope == Scope::All && !self.target.is_wasm() {
            calls.tapped = self.tapped(&symbols, planned.batch.libraries.len() - 1)?;
        }
        // Echoes are our own code and share a process; so do bodies until one of them fails.
        for calls in [
            calls.echoes,
            calls.bodies,
            calls.machine,
            calls.preserving,
            calls.tapped,
        ] {
            planned.add(calls);
        }
        Ok(())
    }

    /// All calls of one function on one path.
    fn path(
        &self,
        calls: &mut Calls,
        symbol: &str,
        caller: Side,
        callee: Side,
        of: &LibraryOf,
    ) -> Result<(), BuildError> {
        if !of.contains_key(&caller) || !of.contains_key(&callee) {
            return Ok(());
        }
        if let Some((types, patterns)) = self.echo_types(symbol, caller, callee) {
            for pattern in patterns {
                calls
                    .echoes
                    .push(self.echo(symbol, caller, callee, pattern, &types, of));
            }
            if caller == callee && !self.target.is_wasm() {
                calls.machine.extend(self.callee(symbol, callee, &types.1, of));
            }
        }
        if self.scope == Scope::MachineOfC {
            return Ok(());
        }
        if self
            .build
            .interface(callee)
            .function(symbol)
            .is_some_and(|function| function.defined)
        {
            self.bodies(&mut calls.bodies, symbol, caller, callee, of)?;
            if caller == callee && !self.target.is_wasm() {
                calls.preserving.extend(self.preserving(symbol, callee, of)?);
            }
        }
        Ok(())
    }

    /// How many edge patterns it takes for every boundary value of every leaf.
    fn edges(&self, caller: Side, mine: &FunctionTypes, callee: Side, theirs: Option<&FunctionTypes>) -> u32 {
        let ids = mine.params.iter().copied().chain(mine.result);
        let others: Vec<Option<TypeId>> = match theirs {
            Some(theirs) => theirs
                .params
                .iter()
                .copied()
                .map(Some)
                .chain([theirs.result])
                .collect(),
            None => Vec::new(),
        };
        let mut most = 0;
        for (index, id) in ids.enumerate() {
            let other = others.get(index).copied().flatten();
            for (_, domain) in self.domains(caller, id, callee, other).iter() {
                most = most.max(domain.edges());
            }
        }
        most.min(MAX_EDGES)
    }

    /// The leaves that a type has in common with its partner, or all of them where there is none to compare with, with the
    /// values that are valid for both.
    fn domains(&self, side: Side, id: TypeId, other: Side, partner: Option<TypeId>) -> Rc<[(Leaf, Domain)]> {
        let key = (side, id, other, partner);
        // Every call of a function asks again, and pairing large types costs more than the call.
        if let Some(known) = self.known.borrow().get(&key) {
            return Rc::clone(known);
        }
        let found: Rc<[(Leaf, Domain)]> = match self.common(side, id, other, partner) {
            Some(pairs) => {
                let meet = |(mine, theirs): (Leaf, Leaf)| {
                    let domain = Domain::of(&mine).meet(Domain::of(&theirs));
                    (mine, domain)
                };
                pairs.into_iter().map(meet).collect()
            }
            None => {
                let own = |leaf: Leaf| {
                    let domain = Domain::of(&leaf);
                    (leaf, domain)
                };
                self.layouts(side).leaves(id).into_iter().map(own).collect()
            }
        };
        self.known.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    /// The leaves that a type has in common with its partner, the partner's behind each.
    fn common(
        &self,
        side: Side,
        id: TypeId,
        other: Side,
        partner: Option<TypeId>,
    ) -> Option<Vec<(Leaf, Leaf)>> {
        let (mine, theirs) = (self.layouts(side), self.layouts(other));
        // Which of the two sides is asked must not decide the order.
        if side == Side::Rust {
            let pairs = common_leaves(theirs, partner?, mine, id)?;
            return Some(pairs.into_iter().map(|(theirs, mine)| (mine, theirs)).collect());
        }
        common_leaves(mine, id, theirs, partner?)
    }

    fn leaves(&self, side: Side, id: TypeId, other: Side, partner: Option<TypeId>) -> Vec<Leaf> {
        let domains = self.domains(side, id, other, partner);
        domains.iter().map(|(leaf, _)| leaf.clone()).collect()
    }

    fn layouts(&self, side: Side) -> &LayoutTable {
        &self.level.side(side).layouts
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the two sides' types are one thought each"
    )]
    fn synthesize(
        &self,
        arena: &mut Arena,
        symbols: &Symbols<'_>,
        side: Side,
        id: TypeId,
        other: Side,
        partner: Option<TypeId>,
        pattern: Pattern,
        argument: usize,
    ) -> usize {
        let size = self.layouts(side).get(id).size.0 as usize;
        let at = arena.allocate(size, 0);
        let mut first_byte = 0;
        for (leaf, domain) in self.domains(side, id, other, partner).iter() {
            match value::synthesize(pattern, argument, first_byte, leaf, domain) {
                LeafValue::Bits(bits) => value::store(&mut arena.bytes[at..at + size], leaf, &bits),
                LeafValue::DataAddress => {
                    let to = arena.scratch();
                    arena.point(at + leaf.offset.byte() as usize, to);
                }
                LeafValue::FunctionAddress => {
                    let word = Word::Load(symbols.own_address());
                    arena.fix(at + leaf.offset.byte() as usize, word);
                }
            }
            first_byte += leaf.width.bytes_ceil().0 as usize;
        }
        at
    }

    /// Room for a value of either side's type, filled with poison.
    fn poisoned(
        &self,
        arena: &mut Arena,
        side: Side,
        id: Option<TypeId>,
        other: Side,
        partner: Option<TypeId>,
    ) -> usize {
        let size =
            |side: Side, id: Option<TypeId>| id.map_or(0, |id| self.layouts(side).get(id).size.0 as usize);
        arena.allocate(size(side, id).max(size(other, partner)).max(16), POISON)
    }

    /// Where a body's result is. What is not certain to have a value on either side is left out.
    fn result_region(
        &self,
        (side, id): (Side, TypeId),
        partner: (Side, Option<TypeId>),
        at: usize,
        unsettled: &[u8],
    ) -> Region {
        let mut region = self.region((side, id), partner, at, Root::Result);
        for leaf in &mut region.leaves {
            leaf.leave_out(unsettled);
        }
        region
    }

    /// The bits of a function's result that only some members cover by either side's type.
    fn unsettled(&self, symbol: &str) -> Vec<u8> {
        let mut all: Vec<u8> = Vec::new();
        for side in Side::BOTH {
            let table = self.layouts(side);
            let result = table.functions.get(symbol).and_then(|types| types.result);
            let mask = result.map(|id| table.unsettled_mask(id)).unwrap_or_default();
            all.resize(all.len().max(mask.len()), 0);
            for (byte, open) in all.iter_mut().zip(mask) {
                *byte |= open;
            }
        }
        all
    }

    /// Where a value of one side's type is, with the leaves that it has in common with the other side's.
    fn region(
        &self,
        (side, id): (Side, TypeId),
        partner: (Side, Option<TypeId>),
        at: usize,
        root: Root,
    ) -> Region {
        let stride = self.layouts(side).get(id).size.0 as usize;
        Region {
            root,
            at,
            count: 1,
            stride,
            leaves: self.leaves(side, id, partner.0, partner.1),
        }
    }
}

impl PlannedCall {
    /// Reads the values of a finished call.
    pub fn read(&self, outcome: Outcome, opt: OptLevel) -> Observation {
        let read = |regions: &[Region]| regions.iter().map(|region| region.read(&outcome.arena)).collect();
        Observation {
            opt,
            symbol: self.symbol.clone(),
            caller: self.caller,
            callee: self.callee,
            kind: self.kind,
            label: self.label.clone(),
            sent: read(&self.sent),
            received: read(&self.received),
            outputs: read(&self.outputs),
            expected: self.expected.clone(),
            machine: match (&self.machine, &outcome.ending) {
                // A record of what came back from a body holds whatever its caller ran into after that.
                (Some(machine), ending)
                    if *ending == Ending::Returned
                        || self.kind == CallKind::Tapped
                        || matches!(machine, MachinePlan::Body { .. }) =>
                {
                    machine.read(&outcome.arena)
                }
                _ => None,
            },
            output: String::from_utf8_lossy(&outcome.output).into_owned(),
            flooded: outcome.flooded,
            ending: outcome.ending,
        }
    }
}

fn label(pattern: Pattern) -> String {
    match pattern {
        Pattern::Graffiti => "graffiti".to_owned(),
        Pattern::Edge(edge) => format!("edge {edge}"),
    }
}

/// The names that one path's call uses.
struct Symbols<'a> {
    of: &'a LibraryOf,
    caller: Side,
    callee: Side,
    symbol: &'a str,
}

impl Symbols<'_> {
    fn caller(&self, symbol: String) -> SymbolIn {
        SymbolIn {
            library: self.of[&self.caller],
            symbol,
        }
    }

    fn callee(&self, symbol: String) -> SymbolIn {
        SymbolIn {
            library: self.of[&self.callee],
            symbol,
        }
    }

    /// The function itself, where the caller's side knows it.
    fn own_address(&self) -> SymbolIn {
        self.caller(format!("tc_{}_address_{}", self.caller.tag(), self.symbol))
    }

    fn body_target(&self) -> Assignment {
        Assignment {
            variable: self.caller(format!("tc_{}_target_{}", self.caller.tag(), self.symbol)),
            word: Word::Load(self.callee(format!("tc_{}_address_{}", self.callee.tag(), self.symbol))),
        }
    }

    fn body(
        &self,
        label: String,
        sent: Vec<Region>,
        outputs: Vec<Region>,
        expected: Option<Vec<Reading>>,
    ) -> PlannedCall {
        PlannedCall {
            symbol: self.symbol.to_owned(),
            caller: self.caller,
            callee: self.callee,
            kind: CallKind::Body,
            label,
            sent,
            received: Vec::new(),
            outputs,
            expected,
            machine: None,
        }
    }
}
