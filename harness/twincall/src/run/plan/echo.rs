//! Calls of generated echoes, which show whether each value arrives.

use twincall_abi::interface::Side;
use twincall_abi::layout::FunctionTypes;
use twincall_abi::run::{Assignment, Call, Word};
use twincall_abi::value::Pattern;

use super::arena::Arena;
use super::{LibraryOf, PlannedCall, Planner, Symbols, label};
use crate::facts::{CallKind, Root};

impl Planner<'_> {
    /// The types of caller and callee where an echo of the function can be called.
    pub(super) fn echo_types(
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
        // A compiler that calls its own code is only a reference; the boundary is what is between the two.
        let edges = if caller == callee {
            0
        } else {
            self.edges(caller, &mine, callee, Some(&theirs))
        };
        let patterns = std::iter::once(Pattern::Graffiti)
            .chain((0..edges).map(Pattern::Edge))
            .collect();
        Some(((mine, theirs), patterns))
    }

    pub(super) fn echo(
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
        let mut arguments = Vec::new();
        for (index, &id) in mine.params.iter().enumerate() {
            let partner = theirs.params.get(index).copied();
            let at = self.synthesize(&mut arena, &symbols, caller, id, callee, partner, pattern, index);
            arena.point(pointers + index * arena.word(), at);
            arguments.push(at);
            sent.push(self.region((caller, id), (callee, partner), at, Root::Argument(index)));
        }
        let result_at = self.poisoned(&mut arena, caller, mine.result, callee, theirs.result);
        let frame = arena.pointers(theirs.params.len() + 1);
        for (index, &id) in theirs.params.iter().enumerate() {
            let partner = mine.params.get(index).copied();
            let at = self.poisoned(&mut arena, callee, Some(id), caller, partner);
            arena.point(frame + index * arena.word(), at);
            received.push(self.region((callee, id), (caller, partner), at, Root::Argument(index)));
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
            sent.push(self.region((callee, id), (caller, mine.result), at, Root::Result));
            if let Some(id) = mine.result {
                received.push(self.region((caller, id), (callee, theirs.result), result_at, Root::Result));
            }
        }
        let variable = symbols.caller(format!("tc_{}_target_{symbol}", caller.tag()));
        let echo = Word::Load(symbols.callee(format!("tc_{}_echo_address_{symbol}", callee.tag())));
        let mut assignments = vec![Assignment {
            variable: symbols.callee(format!("tc_{}_frame", callee.tag())),
            word: Word::Arena { offset: frame as u32 },
        }];
        let mut machine = None;
        if caller == callee && !self.target.is_wasm() {
            machine = self
                .watch(&mut arena, &mut assignments, variable, echo)
                .map(|record| self.caller_plan(caller, mine, &arguments, record));
        } else {
            assignments.push(Assignment { variable, word: echo });
        }
        let call = arena.finish(
            symbols.caller(format!("tc_{}_call_{symbol}", caller.tag())),
            assignments,
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
            machine,
        };
        (call, meaning)
    }
}
