//! One unit of signatures: it is written, compiled, called in both roles, and held against the model.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use twincall_abi::run::{Batch, Group, Outcome};

use super::compilers::{Compiler, Kind};
use super::expected::Expected;
use super::generate::{Features, Generated};
use super::native::Planned;
use super::numbers::numbers_differ;
use super::outcome::{Difference, Disagreement, Place, Role};
use super::spell::{self, CUnit, Request, RustUnit};
use super::{Explanation, Item, ModelCheck, ModelCheckError, explain, native, wasm};
use crate::directive::OptLevel;
use crate::run::native::run_batch;
use crate::temporary;

/// Room in bytes for the numbers of one signature's layouts.
const LAYOUT_NUMBERS: usize = 8192;

/// A unit that can be called.
pub(super) enum Callable {
    Native(PathBuf),
    Wasm(Box<wasm::Wasm>),
}

/// What is asked of a unit: whether a signature is, in this role, as one reading of the text says.
#[derive(Clone, Copy)]
struct Question<'q> {
    item: &'q Item,
    role: Role,
    expected: &'q Expected,
}

/// The reading that a compiler came closest to, and how it differs.
struct Settled<'q> {
    item: &'q Item,
    role: Role,
    by: &'q str,
    differences: Vec<Difference>,
}

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
                    let sign = self.sign(compiler, Role::Layout, item);
                    let explanation = explain::refusal(sign, words);
                    let disagreement = self.disagreement(sign, opt, item, difference.clone(), explanation);
                    result.disagreements.push(disagreement);
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
        let source = self.source(compiler, items, false);
        let folder = temporary::Folder::new().map_err(ModelCheckError::Scratch)?;
        let library = compiler.compile(&source, opt, features_of(items), folder.path())?;
        let mut callable = self.load(compiler, library)?;
        let mut questions = Vec::new();
        for &item in items {
            for expected in &item.expected {
                let mut ask = |role| questions.push(Question { item, role, expected });
                ask(Role::Caller);
                // Defining variadic functions is not stable Rust.
                if compiler.kind != Kind::Rust || !item.generated.signature.variadic {
                    ask(Role::Callee);
                }
                ask(Role::Layout);
            }
        }
        let answers = self.ask(&mut callable, &questions)?;
        let mut open = Vec::new();
        for one in settled(questions, answers) {
            result.checks += 1;
            if !one.differences.is_empty() {
                open.push(one);
            } else if one.item.expected.len() > 1 && one.role != Role::Layout {
                result.readings.push((compiler.name.clone(), one.by.to_owned()));
            }
        }
        self.explain(compiler, opt, &mut callable, open, &mut result)?;
        Ok(result)
    }

    pub(super) fn load(&self, compiler: &Compiler, library: PathBuf) -> Result<Callable, ModelCheckError> {
        if !self.target.is_wasm() {
            return Ok(Callable::Native(library));
        }
        let bytes = std::fs::read(library).map_err(ModelCheckError::Scratch)?;
        let wasm = wasm::Wasm::load(&bytes).map_err(|error| ModelCheckError::Wasm {
            compiler: compiler.name.clone(),
            message: format!("{error:#}"),
        })?;
        Ok(Callable::Wasm(Box::new(wasm)))
    }

    /// A difference is explained if what an explanation predicts for the whole signature, to the last slot and byte, is what
    /// the compiler does. Each prediction is put to the unit as one more reading of the text.
    fn explain(
        &self,
        compiler: &Compiler,
        opt: OptLevel,
        callable: &mut Callable,
        open: Vec<Settled<'_>>,
        result: &mut BatchResult,
    ) -> Result<(), ModelCheckError> {
        let predictions: Vec<Vec<explain::Prediction>> = open
            .iter()
            .map(|one| explain::predictions(self.sign(compiler, one.role, one.item), &one.item.expected))
            .collect();
        let mut questions = Vec::new();
        for (one, predictions) in open.iter().zip(&predictions) {
            questions.extend(predictions.iter().map(|prediction| Question {
                item: one.item,
                role: one.role,
                expected: &prediction.expected,
            }));
        }
        let mut answers = self.ask(callable, &questions)?.into_iter();
        for (one, predictions) in open.iter().zip(&predictions) {
            let mut explanation = None;
            for (prediction, answer) in predictions.iter().zip(answers.by_ref()) {
                if answer.is_empty() && explanation.is_none() {
                    explanation = Some(prediction.explanation);
                }
            }
            let sign = self.sign(compiler, one.role, one.item);
            let explanation = explanation.or_else(|| explain::crash(sign, &one.differences));
            for difference in &one.differences {
                let disagreement = self.disagreement(sign, opt, one.item, difference.clone(), explanation);
                result.disagreements.push(disagreement);
            }
        }
        Ok(())
    }

    fn sign<'s>(&self, compiler: &'s Compiler, role: Role, item: &'s Item) -> explain::Sign<'s> {
        explain::Sign {
            compiler: &compiler.name,
            target: self.target,
            role,
            generated: &item.generated,
        }
    }

    /// The text of the unit with these signatures.
    pub(super) fn source(&self, compiler: &Compiler, items: &[&Item], widen: bool) -> String {
        let signatures: Vec<Generated> = items.iter().map(|item| item.generated.clone()).collect();
        let request = Request {
            signatures: &signatures,
            wasm: self.target.is_wasm(),
            cpp: compiler.kind == Kind::Cpp,
            widen,
        };
        match compiler.kind {
            Kind::C | Kind::Cpp => CUnit::write(request),
            Kind::Rust => RustUnit::write(request),
        }
    }

    /// One list of differences for each question.
    fn ask(
        &self,
        callable: &mut Callable,
        questions: &[Question<'_>],
    ) -> Result<Vec<Vec<Difference>>, ModelCheckError> {
        match callable {
            Callable::Native(library) => self.ask_native(library, questions),
            Callable::Wasm(wasm) => Ok(questions
                .iter()
                .map(|question| self.ask_wasm(wasm, question))
                .collect()),
        }
    }

    fn ask_native(
        &self,
        library: &Path,
        questions: &[Question<'_>],
    ) -> Result<Vec<Vec<Difference>>, ModelCheckError> {
        if questions.is_empty() {
            return Ok(Vec::new());
        }
        let plan = |question: &Question<'_>| {
            let number = question.item.generated.number;
            match question.role {
                Role::Caller => native::plan_caller(number, question.expected),
                Role::Callee => native::plan_callee(number, question.expected, true),
                Role::Layout => native::plan_numbers(format!("layout_{number}"), LAYOUT_NUMBERS, self.target),
            }
        };
        let mut planned: Vec<Planned> = questions.iter().map(plan).collect();
        let outcomes = self.call(library, &mut planned)?;
        let judge = |((question, planned), outcome): ((&Question<'_>, &Planned), &Outcome)| {
            let Question { item, role, expected } = *question;
            match role {
                Role::Layout => match planned.numbers(outcome) {
                    Ok(numbers) => numbers_differ(&item.generated, self.target, &expected.by, numbers),
                    Err(difference) => vec![difference],
                },
                Role::Caller => planned.judge_caller(expected, outcome),
                Role::Callee => planned.judge_callee(expected, outcome),
            }
        };
        let all = questions.iter().zip(&planned).zip(&outcomes);
        Ok(all.map(judge).collect())
    }

    fn ask_wasm(&self, wasm: &mut wasm::Wasm, question: &Question<'_>) -> Vec<Difference> {
        let Question { item, role, expected } = *question;
        let number = item.generated.number;
        match role {
            Role::Caller => wasm.caller(number, expected),
            Role::Callee => wasm.callee(number, expected),
            Role::Layout => match wasm.numbers(&format!("layout_{number}"), LAYOUT_NUMBERS) {
                Ok(numbers) => numbers_differ(&item.generated, self.target, &expected.by, &numbers),
                Err(difference) => vec![difference],
            },
        }
    }

    fn disagreement(
        &self,
        sign: explain::Sign<'_>,
        opt: OptLevel,
        item: &Item,
        difference: Difference,
        explanation: Option<&'static Explanation>,
    ) -> Disagreement {
        Disagreement {
            number: item.generated.number,
            compiler: sign.compiler.to_owned(),
            target: self.target,
            opt: opt.number(),
            role: sign.role,
            difference,
            signature: spell::in_c(&item.generated),
            explanation,
        }
    }

    pub(super) fn call(
        &self,
        library: &Path,
        planned: &mut [Planned],
    ) -> Result<Vec<Outcome>, ModelCheckError> {
        let mut groups: Vec<Group> = Vec::new();
        for (id, planned) in planned.iter_mut().enumerate() {
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

/// Of several readings a compiler must follow one, the same for all arguments of a call: the one that leaves least to say.
fn settled<'q>(questions: Vec<Question<'q>>, answers: Vec<Vec<Difference>>) -> Vec<Settled<'q>> {
    let mut best: BTreeMap<(usize, Role), Settled<'q>> = BTreeMap::new();
    for (Question { item, role, expected }, differences) in questions.into_iter().zip(answers) {
        let one = Settled {
            item,
            role,
            by: &expected.by,
            differences,
        };
        match best.entry((item.generated.number, role)) {
            Entry::Vacant(entry) => {
                entry.insert(one);
            }
            Entry::Occupied(mut entry) if one.differences.len() < entry.get().differences.len() => {
                entry.insert(one);
            }
            Entry::Occupied(_) => {}
        }
    }
    best.into_values().collect()
}

/// All signatures of a batch have the same.
pub(super) fn features_of(items: &[&Item]) -> Features {
    items
        .first()
        .map_or(Features::Baseline, |item| item.generated.features)
}

#[cfg(test)]
mod tests;
