//! One unit of signatures: it is written, compiled, called in both roles, and held against the model.

use std::collections::BTreeMap;
use std::path::Path;

use twincall_abi::run::{Batch, Group, Outcome};

use super::compilers::{Compiler, Kind};
use super::generate::Generated;
use super::native::Planned;
use super::numbers::numbers_differ;
use super::outcome::{Difference, Disagreement, Place, Role};
use super::spell::{self, CUnit, Request, RustUnit};
use super::{Item, ModelCheck, ModelCheckError, explain, native, wasm};
use crate::directive::OptLevel;
use crate::run::native::run_batch;

/// Room in bytes for the numbers of one signature's layouts.
const LAYOUT_NUMBERS: usize = 8192;

/// What each reading of the text leaves to say about a signature in a role.
type Found = BTreeMap<(usize, Role), Vec<(usize, Vec<Difference>)>>;

#[derive(Debug, Default)]
pub(super) struct BatchResult {
    pub(super) compiler: String,
    pub(super) checks: usize,
    pub(super) disagreements: Vec<Disagreement>,
    /// Which reading a compiler took, where there were several.
    pub(super) readings: Vec<(String, String)>,
}

impl ModelCheck<'_> {
    /// One unit, and where the compiler refuses it or crashes, its halves, down to the signature that is the reason.
    pub(super) fn batch(
        &self,
        compiler: &Compiler,
        items: &[&Item],
        opt: OptLevel,
    ) -> Result<BatchResult, ModelCheckError> {
        match self.unit(compiler, items, opt) {
            Err(ModelCheckError::Compile { .. }) if items.len() > 1 => {
                let (first, second) = items.split_at(items.len() / 2);
                let mut result = self.batch(compiler, first, opt)?;
                let second = self.batch(compiler, second, opt)?;
                result.checks += second.checks;
                result.disagreements.extend(second.disagreements);
                result.readings.extend(second.readings);
                Ok(result)
            }
            Err(ModelCheckError::Compile { message, .. }) => {
                let mut result = BatchResult {
                    compiler: compiler.name.clone(),
                    ..BatchResult::default()
                };
                let mut lines = message.lines().filter(|line| line.contains("error:"));
                let words = lines.next().unwrap_or("the compiler failed");
                let words = words
                    .split_once("error:")
                    .map_or(words, |(_, words)| words)
                    .trim();
                let difference = Difference::new(Place::Unit, "a valid program", words);
                for item in items {
                    self.disagree(compiler, item, opt, Role::Layout, difference.clone(), &mut result);
                }
                Ok(result)
            }
            other => other,
        }
    }

    fn unit(
        &self,
        compiler: &Compiler,
        items: &[&Item],
        opt: OptLevel,
    ) -> Result<BatchResult, ModelCheckError> {
        let mut result = BatchResult {
            compiler: compiler.name.clone(),
            ..BatchResult::default()
        };
        if items.is_empty() {
            return Ok(result);
        }
        let source = self.source(compiler, items);
        let folder = tempfile::tempdir().map_err(ModelCheckError::Scratch)?;
        let library = compiler.compile(&source, opt, folder.path())?;
        if self.target.is_wasm() {
            self.batch_wasm(compiler, items, opt, &library, &mut result)?;
        } else {
            self.batch_native(compiler, items, opt, &library, &mut result)?;
        }
        Ok(result)
    }

    /// The text of the unit with these signatures.
    pub(super) fn source(&self, compiler: &Compiler, items: &[&Item]) -> String {
        let signatures: Vec<Generated> = items.iter().map(|item| item.generated.clone()).collect();
        let request = Request {
            signatures: &signatures,
            wasm: self.target.is_wasm(),
        };
        match compiler.kind {
            Kind::C => CUnit::write(request),
            Kind::Rust => RustUnit::write(request).0,
        }
    }

    fn batch_native(
        &self,
        compiler: &Compiler,
        items: &[&Item],
        opt: OptLevel,
        library: &Path,
        result: &mut BatchResult,
    ) -> Result<(), ModelCheckError> {
        let mut planned: Vec<(usize, Role, usize, Planned)> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let number = item.generated.number;
            for (reading, expected) in item.expected.iter().enumerate() {
                let caller = native::plan_caller(number, expected);
                planned.push((index, Role::Caller, reading, caller));
                if compiler.kind == Kind::C || !item.generated.signature.variadic {
                    let callee = native::plan_callee(number, expected);
                    planned.push((index, Role::Callee, reading, callee));
                }
            }
            for reading in 0..item.expected.len() {
                let layout = native::plan_numbers(format!("layout_{number}"), LAYOUT_NUMBERS, self.target);
                planned.push((index, Role::Layout, reading, layout));
            }
        }
        let outcomes = self.call(library, &mut planned)?;
        let mut found = Found::new();
        for ((index, role, reading, planned), outcome) in planned.iter().zip(&outcomes) {
            let item = items[*index];
            let expected = &item.expected[*reading];
            let differences = match role {
                Role::Layout => numbers_differ(
                    &item.generated,
                    self.target,
                    &expected.by,
                    planned.numbers(outcome),
                ),
                Role::Caller => planned.judge_caller(expected, outcome),
                Role::Callee => planned.judge_callee(expected, outcome),
            };
            found
                .entry((*index, *role))
                .or_default()
                .push((*reading, differences));
        }
        self.settle(compiler, items, opt, found, result);
        Ok(())
    }

    fn batch_wasm(
        &self,
        compiler: &Compiler,
        items: &[&Item],
        opt: OptLevel,
        library: &Path,
        result: &mut BatchResult,
    ) -> Result<(), ModelCheckError> {
        let bytes = std::fs::read(library).map_err(ModelCheckError::Scratch)?;
        let mut wasm = wasm::Wasm::load(&bytes).map_err(|error| ModelCheckError::Wasm {
            compiler: compiler.name.clone(),
            message: format!("{error:#}"),
        })?;
        let mut found = Found::new();
        for (index, item) in items.iter().enumerate() {
            let number = item.generated.number;
            for (reading, expected) in item.expected.iter().enumerate() {
                let caller = wasm.caller(number, expected);
                found
                    .entry((index, Role::Caller))
                    .or_default()
                    .push((reading, caller));
                if compiler.kind == Kind::C || !item.generated.signature.variadic {
                    let callee = wasm.callee(number, expected);
                    found
                        .entry((index, Role::Callee))
                        .or_default()
                        .push((reading, callee));
                }
            }
            let numbers = wasm.numbers(&format!("layout_{number}"), LAYOUT_NUMBERS);
            for (reading, expected) in item.expected.iter().enumerate() {
                let layout = match &numbers {
                    Ok(numbers) => numbers_differ(&item.generated, self.target, &expected.by, numbers),
                    Err(difference) => vec![difference.clone()],
                };
                found
                    .entry((index, Role::Layout))
                    .or_default()
                    .push((reading, layout));
            }
        }
        self.settle(compiler, items, opt, found, result);
        Ok(())
    }

    /// Of several readings a compiler must follow one, the same for all arguments of a call.
    fn settle(
        &self,
        compiler: &Compiler,
        items: &[&Item],
        opt: OptLevel,
        found: Found,
        result: &mut BatchResult,
    ) {
        for ((index, role), readings) in found {
            let item = items[index];
            result.checks += 1;
            let best = readings
                .into_iter()
                .min_by_key(|(_, differences)| differences.len());
            let Some((reading, differences)) = best else {
                continue;
            };
            if item.expected.len() > 1 && differences.is_empty() && role != Role::Layout {
                let by = item.expected[reading].by.clone();
                result.readings.push((compiler.name.clone(), by));
            }
            for difference in differences {
                self.disagree(compiler, item, opt, role, difference, result);
            }
        }
    }

    fn disagree(
        &self,
        compiler: &Compiler,
        item: &Item,
        opt: OptLevel,
        role: Role,
        difference: Difference,
        result: &mut BatchResult,
    ) {
        let explanation = explain::explain(explain::Sign {
            compiler: &compiler.name,
            target: self.target,
            role,
            place: difference.place,
            generated: &item.generated,
        });
        result.disagreements.push(Disagreement {
            number: item.generated.number,
            compiler: compiler.name.clone(),
            target: self.target,
            opt: opt.number(),
            role,
            difference,
            signature: spell::in_c(&item.generated),
            explanation,
        });
    }

    fn call(
        &self,
        library: &Path,
        planned: &mut [(usize, Role, usize, Planned)],
    ) -> Result<Vec<Outcome>, ModelCheckError> {
        let mut groups: Vec<Group> = Vec::new();
        for (id, (_, _, _, planned)) in planned.iter_mut().enumerate() {
            planned.call.id = id as u32;
            // A group's results must fit into what a child may write.
            if id % 100 == 0 {
                groups.push(Group::default());
            }
            if let Some(group) = groups.last_mut() {
                group.calls.push(planned.call.clone());
            }
        }
        let batch = Batch {
            libraries: vec![library.display().to_string()],
            groups,
            timeout_ms: 2_000,
            memory_limit: 256 << 20,
        };
        Ok(run_batch(self.probe, &batch)?)
    }
}
