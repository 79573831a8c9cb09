//! Turns a built level into calls, and what the runners saw back into values.
//!
//! For each function there are two kinds of call. An *echo* goes to a generated function of the same
//! type that stores what it receives: it shows whether each value arrives. A *body* call goes to the fixture's own
//! function: its result and the buffers it leaves are compared over all paths.

use std::collections::BTreeMap;

use twincall_abi::interface::Side;
use twincall_abi::layout::{FunctionTypes, LayoutTable, Leaf, LeafKind, Scalar, TypeId};
use twincall_abi::run::{Assignment, Batch, Call, Ending, Fixup, Group, Outcome, SymbolIn, Word};
use twincall_abi::target::Target;
use twincall_abi::value::{self, Domain, LeafValue, Pattern};

use crate::build::{BuildError, CaseBuild, Form, LevelBuild, variadic_call};
use crate::call::CallExpression;
use crate::directive::OptLevel;
use crate::discover::Case;

mod encode;

use encode::Encoder;

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
    pub calls: Vec<PlannedCall>,
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
}

/// The two kinds of call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallKind {
    Echo,
    Body,
}

/// Part of the arena that holds a value of a known type, once or several times.
#[derive(Clone, Debug)]
struct Region {
    /// `argument 1`, `result`, `buffer of argument 2`.
    place: String,
    at: usize,
    count: usize,
    stride: usize,
    leaves: Vec<Leaf>,
}

/// The bits of one leaf after a call.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Reading {
    /// `argument 1.b`
    pub place: String,
    /// The leaf's own path, for pairing.
    pub path: String,
    /// Little-endian.
    pub bits: Vec<u8>,
    /// Bits of the leaf.
    pub width: u64,
    /// An address, which differs from run to run.
    pub pointer: bool,
    pub float: bool,
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
}

/// Everything that one level's batches need.
pub struct Planner<'a> {
    pub case: &'a Case,
    pub build: &'a CaseBuild,
    pub level: &'a LevelBuild,
    pub target: Target,
}

impl std::fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Planner")
            .field("case", &self.case.name)
            .field("target", &self.target)
            .finish()
    }
}

/// Where a side's code is in a batch.
type LibraryOf = BTreeMap<Side, u32>;

impl Planner<'_> {
    /// The batches of this level: one natively, on wasm one for each module.
    pub fn plan(&self) -> Result<Vec<PlannedBatch>, BuildError> {
        let libraries = &self.level.linked.libraries;
        let path = |index: usize| libraries[index].path.display().to_string();
        let mut planned = Vec::new();
        if self.target.is_wasm() {
            for (index, library) in libraries.iter().enumerate() {
                let of: LibraryOf = Side::BOTH.iter().map(|side| (*side, 0)).collect();
                let mut batch = self.empty_batch(vec![path(index)], vec![index]);
                self.fill(&mut batch, &library.callees, &of)?;
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
            let mut batch = self.empty_batch(all.iter().map(|&index| path(index)).collect(), all);
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
            calls: Vec::new(),
        }
    }

    fn fill(&self, planned: &mut PlannedBatch, callees: &[Side], of: &LibraryOf) -> Result<(), BuildError> {
        let c = self
            .build
            .c
            .functions
            .iter()
            .map(|function| function.symbol.clone());
        let rust = self
            .build
            .rust
            .functions
            .iter()
            .map(|function| function.symbol.clone());
        let mut symbols: Vec<String> = c.collect();
        for symbol in rust {
            if !symbols.contains(&symbol) {
                symbols.push(symbol);
            }
        }
        let mut echoes = Vec::new();
        let mut bodies = Vec::new();
        for symbol in &symbols {
            for caller in Side::BOTH {
                for &callee in callees {
                    self.path(&mut echoes, &mut bodies, symbol, caller, callee, of)?;
                }
            }
        }
        // Echoes are our own code and share a process; so do bodies until one of them fails.
        for calls in [echoes, bodies] {
            let mut group = Group::default();
            for (mut call, meaning) in calls {
                call.id = planned.calls.len() as u32;
                group.calls.push(call);
                planned.calls.push(meaning);
            }
            if !group.calls.is_empty() {
                planned.batch.groups.push(group);
            }
        }
        Ok(())
    }

    /// All calls of one function on one path.
    fn path(
        &self,
        echoes: &mut Vec<(Call, PlannedCall)>,
        bodies: &mut Vec<(Call, PlannedCall)>,
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
                echoes.push(self.echo(symbol, caller, callee, pattern, &types, of));
            }
        }
        if self
            .build
            .interface(callee)
            .function(symbol)
            .is_some_and(|function| function.defined)
        {
            self.bodies(bodies, symbol, caller, callee, of)?;
        }
        Ok(())
    }

    /// The types of caller and callee where an echo of the function can be called.
    fn echo_types(
        &self,
        symbol: &str,
        caller: Side,
        callee: Side,
    ) -> Option<((FunctionTypes, FunctionTypes), Vec<Pattern>)> {
        self.build.c.function(symbol)?;
        self.build.rust.function(symbol)?;
        let has = |side: Side, name: String| self.level.side(side).symbols.defined.contains(&name);
        if !has(caller, format!("tc_{}_call_{symbol}", caller.tag()))
            || !has(callee, format!("tc_{}_echo_address_{symbol}", callee.tag()))
        {
            return None;
        }
        let types = |side: Side| self.level.side(side).layouts.functions.get(symbol).cloned();
        let (mine, theirs) = (types(caller)?, types(callee)?);
        let edges = self.edges(caller, &mine, callee, Some(&theirs));
        let patterns = std::iter::once(Pattern::Graffiti)
            .chain((0..edges).map(Pattern::Edge))
            .collect();
        Some(((mine, theirs), patterns))
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
            for (_, domain) in self.domains(caller, id, callee, other) {
                most = most.max(domain.edges());
            }
        }
        most.min(MAX_EDGES)
    }

    /// The leaves of a type with the values that are valid for it and for its partner.
    fn domains(&self, side: Side, id: TypeId, other: Side, partner: Option<TypeId>) -> Vec<(Leaf, Domain)> {
        let leaves = self.leaves(side, id, other, partner);
        let partner = partner
            .map(|partner| self.leaves(other, partner, side, Some(id)))
            .unwrap_or_default();
        let pairs = twincall_abi::compare::pair_leaves(&leaves, &partner).unwrap_or_default();
        let mut domains: Vec<(Leaf, Domain)> = leaves
            .into_iter()
            .map(|leaf| {
                let domain = Domain::of(&leaf);
                (leaf, domain)
            })
            .collect();
        for (mine, theirs) in pairs {
            let domain = &mut domains[mine].1;
            *domain = domain.clone().meet(Domain::of(&partner[theirs]));
        }
        domains
    }

    /// The leaves of a type, or the bytes it has in common with a partner that divides them differently.
    fn leaves(&self, side: Side, id: TypeId, other: Side, partner: Option<TypeId>) -> Vec<Leaf> {
        let common = partner.and_then(|partner| {
            twincall_abi::compare::common_bytes(self.layouts(side), id, self.layouts(other), partner)
        });
        match common {
            Some(leaf) => vec![leaf],
            None => self.layouts(side).leaves(id),
        }
    }

    fn layouts(&self, side: Side) -> &LayoutTable {
        &self.level.side(side).layouts
    }

    fn echo(
        &self,
        symbol: &str,
        caller: Side,
        callee: Side,
        pattern: Pattern,
        (mine, theirs): &(FunctionTypes, FunctionTypes),
        of: &LibraryOf,
    ) -> (Call, PlannedCall) {
        let mut arena = Arena::new(self.target);
        let symbols = Symbols {
            of,
            caller,
            callee,
            symbol,
        };
        let count = mine.params.len();
        let pointers = arena.pointers(count);
        let mut sent = Vec::new();
        let mut received = Vec::new();
        for (index, &id) in mine.params.iter().enumerate() {
            let partner = theirs.params.get(index).copied();
            let at = self.synthesize(&mut arena, &symbols, caller, id, callee, partner, pattern, index);
            arena.point(pointers + index * arena.word(), at);
            sent.push(self.region(
                (caller, id),
                (callee, partner),
                at,
                format!("argument {}", index + 1),
            ));
        }
        let result_at = self.poisoned(&mut arena, caller, mine.result, callee, theirs.result);
        let frame = arena.pointers(theirs.params.len() + 1);
        for (index, &id) in theirs.params.iter().enumerate() {
            let partner = mine.params.get(index).copied();
            let at = self.poisoned(&mut arena, callee, Some(id), caller, partner);
            arena.point(frame + index * arena.word(), at);
            received.push(self.region(
                (callee, id),
                (caller, partner),
                at,
                format!("argument {}", index + 1),
            ));
        }
        // The result goes the other way: the callee sends it, the caller receives it.
        if let Some(id) = theirs.result {
            let at = self.synthesize(
                &mut arena,
                &symbols,
                callee,
                id,
                caller,
                mine.result,
                pattern,
                count,
            );
            arena.point(frame + theirs.params.len() * arena.word(), at);
            sent.push(self.region((callee, id), (caller, mine.result), at, "result".to_owned()));
            if let Some(id) = mine.result {
                received.push(self.region(
                    (caller, id),
                    (callee, theirs.result),
                    result_at,
                    "result".to_owned(),
                ));
            }
        }
        let target = Assignment {
            variable: symbols.caller(format!("tc_{}_target_{symbol}", caller.tag())),
            word: Word::Load(symbols.callee(format!("tc_{}_echo_address_{symbol}", callee.tag()))),
        };
        let frame = Assignment {
            variable: symbols.callee(format!("tc_{}_frame", callee.tag())),
            word: Word::Arena { offset: frame as u32 },
        };
        let call = arena.finish(
            symbols.caller(format!("tc_{}_call_{symbol}", caller.tag())),
            vec![target, frame],
            pointers,
            result_at,
        );
        let meaning = PlannedCall {
            symbol: symbol.to_owned(),
            caller,
            callee,
            kind: CallKind::Echo,
            label: label(pattern),
            sent,
            received,
            outputs: Vec::new(),
            expected: None,
        };
        (call, meaning)
    }

    fn bodies(
        &self,
        calls: &mut Vec<(Call, PlannedCall)>,
        symbol: &str,
        caller: Side,
        callee: Side,
        of: &LibraryOf,
    ) -> Result<(), BuildError> {
        let explicit: Vec<&CallExpression> = self
            .case
            .calls
            .iter()
            .filter(|call| call.function == symbol)
            .collect();
        let symbols = Symbols {
            of,
            caller,
            callee,
            symbol,
        };
        let Some(types) = self.layouts(caller).functions.get(symbol).cloned().or_else(|| {
            // A function without parameters and result has no type table.
            let function = self.build.interface(caller).function(symbol)?;
            function.signature.params.is_empty().then(FunctionTypes::default)
        }) else {
            return Ok(());
        };
        for expression in explicit.iter().copied() {
            if let Some(call) = self.explicit(&symbols, expression, &types)? {
                calls.push(call);
            }
        }
        let variadic = self
            .build
            .interface(caller)
            .function(symbol)
            .is_some_and(|f| f.signature.variadic);
        let drivers = &self.level.side(caller).symbols.defined;
        let has_driver = drivers.contains(&format!("tc_{}_call_{symbol}", caller.tag()));
        // A fixture that says what to call is taken at its word: other bodies may not be safe for any value.
        if !self.case.calls.is_empty() || variadic || !has_driver || !self.by_value(caller, &types) {
            return Ok(());
        }
        // All paths must get the same values, so the other side's type restricts them whoever is called.
        let partner = self.layouts(caller.other()).functions.get(symbol).cloned();
        let edges = self.edges(caller, &types, caller.other(), partner.as_ref());
        let patterns = std::iter::once(Pattern::Graffiti).chain((0..edges).map(Pattern::Edge));
        let patterns: Vec<Pattern> = if types.params.is_empty() {
            vec![Pattern::Graffiti]
        } else {
            patterns.collect()
        };
        for pattern in patterns {
            calls.push(self.synthesized_body(&symbols, &types, partner.as_ref(), pattern));
        }
        Ok(())
    }

    /// Whether no parameter holds an address, so that any value is safe to pass to a body.
    fn by_value(&self, side: Side, types: &FunctionTypes) -> bool {
        let table = self.layouts(side);
        types.params.iter().all(|&id| {
            table.leaves(id).iter().all(|leaf| match &leaf.kind {
                LeafKind::Scalar(scalar) => !matches!(scalar, Scalar::Pointer { .. }),
                LeafKind::Bytes { .. } => !holds_pointer(table, id, 0),
            })
        })
    }

    fn synthesized_body(
        &self,
        symbols: &Symbols<'_>,
        types: &FunctionTypes,
        partner: Option<&FunctionTypes>,
        pattern: Pattern,
    ) -> (Call, PlannedCall) {
        let (caller, other_side) = (symbols.caller, symbols.caller.other());
        let mut arena = Arena::new(self.target);
        let pointers = arena.pointers(types.params.len());
        let mut sent = Vec::new();
        for (index, &id) in types.params.iter().enumerate() {
            let other = partner.and_then(|partner| partner.params.get(index).copied());
            let at = self.synthesize(&mut arena, symbols, caller, id, other_side, other, pattern, index);
            arena.point(pointers + index * arena.word(), at);
            sent.push(self.region(
                (caller, id),
                (other_side, other),
                at,
                format!("argument {}", index + 1),
            ));
        }
        let other_result = partner.and_then(|partner| partner.result);
        let result_at = self.poisoned(&mut arena, caller, types.result, other_side, other_result);
        let outputs: Vec<Region> = types
            .result
            .map(|id| {
                self.region(
                    (caller, id),
                    (other_side, other_result),
                    result_at,
                    "result".to_owned(),
                )
            })
            .into_iter()
            .collect();
        let driver = format!("tc_{}_call_{}", caller.tag(), symbols.symbol);
        let call = arena.finish(
            symbols.caller(driver),
            vec![symbols.body_target()],
            pointers,
            result_at,
        );
        (call, symbols.body(label(pattern), sent, outputs, None))
    }

    fn explicit(
        &self,
        symbols: &Symbols<'_>,
        expression: &CallExpression,
        types: &FunctionTypes,
    ) -> Result<Option<(Call, PlannedCall)>, BuildError> {
        let caller = symbols.caller;
        let wrong = |message: String| BuildError::Call {
            call: expression.text.clone(),
            message,
        };
        let variadic = variadic_call(expression, &self.build.c, &self.build.rust)?;
        let position = variadic.as_ref().and_then(|wanted| {
            self.build
                .variadic_calls
                .iter()
                .filter(|call| call.symbol == wanted.symbol)
                .position(|call| call == wanted)
        });
        let mut driver = format!("tc_{}_call_{}", caller.tag(), symbols.symbol);
        if let Some(position) = position {
            driver.push_str(&format!("__v{position}"));
        }
        if !self.level.side(caller).symbols.defined.contains(&driver) {
            return Ok(None);
        }
        if variadic.is_none() && types.params.len() != expression.arguments.len() {
            // This side declares another number of parameters; the difference is a finding, and
            // a call with values for the other's parameters means nothing here.
            return Ok(None);
        }
        let mut arena = Arena::new(self.target);
        let pointers = arena.pointers(expression.arguments.len());
        let mut sent = Vec::new();
        let mut outputs = Vec::new();
        let address_of = |name: &str| self.address_of(symbols, name);
        let mut encoder = Encoder {
            table: self.layouts(caller),
            address_of: &address_of,
            arena: &mut arena,
            buffers: Vec::new(),
        };
        for (index, argument) in expression.arguments.iter().enumerate() {
            let extra = index.checked_sub(types.params.len());
            let at = match (types.params.get(index), extra) {
                (Some(&id), _) => encoder.value(argument, id).map(|at| {
                    sent.push(self.region(
                        (caller, id),
                        (caller, None),
                        at,
                        format!("argument {}", index + 1),
                    ));
                    at
                }),
                (None, Some(extra)) => {
                    let ty = variadic.as_ref().and_then(|call| call.extra.get(extra).copied());
                    encoder.variadic(argument, ty)
                }
                (None, None) => Err("there is no such parameter".to_owned()),
            };
            let at = at.map_err(|message| wrong(format!("argument {}: {message}", index + 1)))?;
            encoder.arena.point(pointers + index * encoder.arena.word(), at);
            for mut buffer in std::mem::take(&mut encoder.buffers) {
                buffer.place = format!("buffer of argument {}", index + 1);
                outputs.push(buffer);
            }
        }
        let expected = match (&expression.expected, types.result) {
            (Some(value), Some(id)) => Some(encoder.expected(value, id).map_err(wrong)?),
            (Some(_), None) => return Err(wrong("it returns nothing to compare with".to_owned())),
            (None, _) => None,
        };
        let result_at = self.poisoned(&mut arena, caller, types.result, caller, None);
        if let Some(id) = types.result {
            outputs.insert(
                0,
                self.region((caller, id), (caller, None), result_at, "result".to_owned()),
            );
        }
        let call = arena.finish(
            symbols.caller(driver),
            vec![symbols.body_target()],
            pointers,
            result_at,
        );
        Ok(Some((
            call,
            symbols.body(expression.text.clone(), sent, outputs, expected),
        )))
    }

    /// Where the address of a function of the pair can be read, by preference as the caller sees it.
    fn address_of(&self, symbols: &Symbols<'_>, name: &str) -> Option<SymbolIn> {
        [symbols.caller, symbols.caller.other()]
            .into_iter()
            .find_map(|side| {
                let symbol = format!("tc_{}_address_{name}", side.tag());
                let library = *symbols.of.get(&side)?;
                let known = self.level.side(side).symbols.defined.contains(&symbol);
                known.then_some(SymbolIn { library, symbol })
            })
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
        for (leaf, domain) in self.domains(side, id, other, partner) {
            match value::synthesize(pattern, argument, first_byte, &leaf, &domain) {
                LeafValue::Bits(bits) => value::store(&mut arena.bytes[at..at + size], &leaf, &bits),
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

    /// Where a value of one side's type is, with the leaves that it has in common with the other side's.
    fn region(
        &self,
        (side, id): (Side, TypeId),
        partner: (Side, Option<TypeId>),
        at: usize,
        place: String,
    ) -> Region {
        let stride = self.layouts(side).get(id).size.0 as usize;
        Region {
            place,
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
            output: String::from_utf8_lossy(&outcome.output).into_owned(),
            ending: outcome.ending,
        }
    }
}

impl Region {
    fn read(&self, arena: &[u8]) -> Vec<Reading> {
        let mut readings = Vec::new();
        for index in 0..self.count {
            let at = self.at + index * self.stride;
            let bytes = arena
                .get(at..(at + self.stride).min(arena.len()))
                .unwrap_or_default();
            for leaf in &self.leaves {
                let element = if self.count > 1 {
                    format!("[{index}]")
                } else {
                    String::new()
                };
                let dot = if leaf.path.is_empty() || leaf.path.starts_with('[') {
                    ""
                } else {
                    "."
                };
                let scalar = match &leaf.kind {
                    LeafKind::Scalar(scalar) => Some(scalar),
                    LeafKind::Bytes { .. } => None,
                };
                readings.push(Reading {
                    place: format!("{}{element}{dot}{}", self.place, leaf.path),
                    path: format!("{element}{}", leaf.path),
                    bits: value::load(bytes, leaf),
                    width: leaf.width.0,
                    pointer: matches!(scalar, Some(Scalar::Pointer { .. })),
                    float: matches!(scalar, Some(Scalar::Float { .. })),
                });
            }
        }
        readings
    }
}

fn label(pattern: Pattern) -> String {
    match pattern {
        Pattern::Graffiti => "graffiti".to_owned(),
        Pattern::Edge(edge) => format!("edge {edge}"),
    }
}

/// Whether some member of a union or enum holds an address.
fn holds_pointer(table: &LayoutTable, id: TypeId, depth: usize) -> bool {
    use twincall_abi::layout::Shape;
    if depth > 16 {
        return true;
    }
    match &table.get(id).shape {
        Shape::Scalar(scalar) => matches!(scalar, Scalar::Pointer { .. }),
        Shape::Array { element, .. } => holds_pointer(table, *element, depth + 1),
        Shape::Struct { fields } | Shape::Union { fields } => fields
            .iter()
            .any(|field| holds_pointer(table, field.ty, depth + 1)),
        Shape::Variants { variants, .. } => variants
            .iter()
            .any(|field| holds_pointer(table, field.ty, depth + 1)),
        Shape::Incomplete => false,
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
        }
    }
}

/// The memory of one call while it is laid out.
struct Arena {
    bytes: Vec<u8>,
    fixups: Vec<Fixup>,
    word: usize,
    scratch: Option<usize>,
}

impl Arena {
    fn new(target: Target) -> Arena {
        Arena {
            bytes: Vec::new(),
            fixups: Vec::new(),
            word: target.pointer_size().0 as usize,
            scratch: None,
        }
    }

    fn word(&self) -> usize {
        self.word
    }

    /// Values are aligned to 64 bytes, the most that any type here needs.
    fn allocate(&mut self, size: usize, fill: u8) -> usize {
        let at = self.bytes.len().next_multiple_of(64);
        self.bytes.resize(at, POISON);
        self.bytes.resize(at + size, fill);
        at
    }

    fn pointers(&mut self, count: usize) -> usize {
        self.allocate((count * self.word).max(self.word), 0)
    }

    fn fix(&mut self, at: usize, word: Word) {
        self.fixups.push(Fixup { at: at as u32, word });
    }

    fn point(&mut self, at: usize, to: usize) {
        self.fix(at, Word::Arena { offset: to as u32 });
    }

    /// Memory that synthesised addresses point to.
    fn scratch(&mut self) -> usize {
        if let Some(at) = self.scratch {
            return at;
        }
        let at = self.allocate(64, POISON);
        self.scratch = Some(at);
        at
    }

    fn finish(
        mut self,
        driver: SymbolIn,
        assignments: Vec<Assignment>,
        arguments_at: usize,
        result_at: usize,
    ) -> Call {
        let end = self.bytes.len().next_multiple_of(64);
        self.bytes.resize(end, POISON);
        Call {
            id: 0,
            driver,
            assignments,
            arena: self.bytes,
            fixups: self.fixups,
            arguments_at: arguments_at as u32,
            result_at: result_at as u32,
        }
    }
}
