//! Holds the written ABI's model against real compilers on generated signatures.
//!
//! Each compiler is asked twice about each signature. As a *caller* it calls a stub that records registers and stack,
//! which must hold the values where the model says. As a *callee* it is called with registers and stack that the model
//! chose, and must find the values. Sizes, alignments, offsets and bit-fields are compared as numbers. One
//! compiler call makes a whole batch of signatures.

mod compilers;
mod coverage;
mod expected;
mod explain;
mod generate;
mod native;
mod outcome;
mod spell;
mod wasm;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use fastrand::Rng;
use rayon::prelude::*;
use thiserror::Error;
use twincall_abi::layout::Shape;
use twincall_abi::machine::MAX_CAPTURED_STACK;
use twincall_abi::model::Model;
use twincall_abi::run::{Batch, Group, Outcome};
use twincall_abi::target::Target;
use twincall_abi::types::Type;

use crate::directive::OptLevel;
use crate::run::native::{NativeError, run_batch};
use crate::toolchain::sysroot::ReadyLibraries;
use crate::toolchain::{CToolchain, RustToolchain};
use compilers::{Compiler, Kind};
pub use coverage::Coverage;
use expected::Expected;
pub use explain::{EXPLANATIONS, Explanation, table as explanations_table};
use generate::{Generated, Vocabulary, generate};
use native::Planned;
pub use outcome::{Difference, Disagreement, Place, Role};
use spell::{CUnit, Request, RustUnit};

/// Signatures of one unit.
const BATCH: usize = 250;
/// Room in bytes for the numbers of one signature's layouts.
const LAYOUT_NUMBERS: usize = 8192;
/// Candidates drawn for each signature, of which the one that reaches most that is new is taken.
const CANDIDATES: usize = 4;

/// What to check.
#[derive(Clone, Debug)]
pub struct ModelCheck<'a> {
    pub c: &'a CToolchain,
    pub rust: &'a RustToolchain,
    pub libraries: ReadyLibraries,
    pub target: Target,
    pub probe: &'a Path,
    pub seed: u64,
    pub count: usize,
    pub levels: Vec<OptLevel>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct ModelReport {
    pub compilers: Vec<String>,
    pub signatures: usize,
    /// Signatures on which the text allows several readings: how many compilers took each.
    pub ambiguous: BTreeMap<(String, String), usize>,
    /// Checks made, by compiler: signatures times roles and levels.
    pub checks: BTreeMap<String, usize>,
    pub coverage: Coverage,
    pub disagreements: Vec<Disagreement>,
    /// What the model does not cover: reason and number of signatures.
    pub unsupported: BTreeMap<String, usize>,
    /// Types that a compiler does not have.
    pub missing: Vec<(String, Vec<String>)>,
}

#[derive(Debug, Error)]
pub enum ModelCheckError {
    #[error("prepare a scratch folder: {0}")]
    Scratch(std::io::Error),
    #[error("start {compiler}: {source}")]
    Start {
        compiler: String,
        source: std::io::Error,
    },
    #[error("{compiler} does not compile a generated unit\n{message}")]
    Compile { compiler: String, message: String },
    #[error("run what {compiler} made\n{message}")]
    Wasm { compiler: String, message: String },
    #[error(transparent)]
    Native(#[from] NativeError),
}

/// What each reading of the text leaves to say about a signature in a role.
type Found = BTreeMap<(usize, Role), Vec<(usize, Vec<Difference>)>>;

/// A signature with the model's answer.
struct Item {
    generated: Generated,
    /// One for each reading of the text.
    expected: Vec<Expected>,
}

impl ModelCheck<'_> {
    /// Generates, compiles, calls and compares.
    pub fn run(&self, progress: &(dyn Fn(usize) + Sync)) -> Result<ModelReport, ModelCheckError> {
        let mut report = ModelReport::default();
        let items = self.draw(&mut report);
        let mut compilers = compilers::compilers(self.target, self.c, self.rust, &self.libraries);
        report.compilers = compilers.iter().map(|compiler| compiler.name.clone()).collect();
        report.signatures = items.len();
        let has: Vec<Vec<bool>> = compilers
            .iter_mut()
            .map(|compiler| items.iter().map(|item| compiler.has(&item.generated)).collect())
            .collect();
        for compiler in &compilers {
            let missing: Vec<String> = compiler.missing().map(str::to_owned).collect();
            report.missing.push((compiler.name.clone(), missing));
        }
        let mut jobs = Vec::new();
        for (compiler, has) in compilers.iter().zip(&has) {
            for (chunk, has) in items.chunks(BATCH).zip(has.chunks(BATCH)) {
                for &opt in &self.levels {
                    jobs.push((compiler, chunk, has, opt));
                }
            }
        }
        let results: Vec<Result<BatchResult, ModelCheckError>> = jobs
            .into_par_iter()
            .map(|(compiler, chunk, has, opt)| {
                let wanted: Vec<&Item> = chunk
                    .iter()
                    .zip(has)
                    .filter(|(_, has)| **has)
                    .map(|(item, _)| item)
                    .collect();
                let result = self.batch(compiler, &wanted, opt);
                progress(wanted.len());
                result
            })
            .collect();
        for result in results {
            let result = result?;
            *report.checks.entry(result.compiler).or_default() += result.checks;
            report.disagreements.extend(result.disagreements);
            for key in result.readings {
                *report.ambiguous.entry(key).or_default() += 1;
            }
        }
        Ok(report)
    }

    /// Draws signatures, of several candidates the one that reaches most that no other has reached.
    fn draw(&self, report: &mut ModelReport) -> Vec<Item> {
        let mut rng = Rng::with_seed(self.seed);
        let mut items = Vec::with_capacity(self.count);
        while items.len() < self.count {
            let number = items.len();
            let vocabulary = if number % 2 == 0 {
                Vocabulary::Common
            } else {
                Vocabulary::C
            };
            let mut best: Option<(usize, Vec<coverage::Cell>, Item)> = None;
            for _ in 0..CANDIDATES {
                let generated = generate(&mut rng, number, vocabulary);
                let expected = match Expected::of(&generated, self.target, &mut rng) {
                    Ok(expected) => expected,
                    Err(reason) => {
                        *report.unsupported.entry(reason).or_default() += 1;
                        continue;
                    }
                };
                let Some(Expected { lowering, .. }) = expected.first() else {
                    continue;
                };
                // A capture stub copies no more of the stack.
                if lowering.stack.0 + 64 > u64::from(MAX_CAPTURED_STACK) {
                    continue;
                }
                let cells = coverage::cells(lowering, generated.signature.params.len());
                let gain = report.coverage.gain(&cells);
                if best.as_ref().is_none_or(|(most, _, _)| gain > *most) {
                    best = Some((gain, cells, Item { generated, expected }));
                }
            }
            if let Some((_, cells, item)) = best {
                report.coverage.add(cells);
                items.push(item);
            }
        }
        items
    }

    /// One unit, and where the compiler refuses it or crashes, its halves, down to the signature that is the reason.
    fn batch(
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
        let signatures: Vec<Generated> = items.iter().map(|item| item.generated.clone()).collect();
        let request = Request {
            signatures: &signatures,
            wasm: self.target.is_wasm(),
        };
        let source = match compiler.kind {
            Kind::C => CUnit::write(request),
            Kind::Rust => RustUnit::write(request).0,
        };
        let folder = tempfile::tempdir().map_err(ModelCheckError::Scratch)?;
        let library = compiler.compile(&source, opt, folder.path())?;
        if self.target.is_wasm() {
            self.batch_wasm(compiler, items, opt, &library, &mut result)?;
        } else {
            self.batch_native(compiler, items, opt, &library, &mut result)?;
        }
        Ok(result)
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

#[derive(Debug, Default)]
struct BatchResult {
    compiler: String,
    checks: usize,
    disagreements: Vec<Disagreement>,
    /// Which reading a compiler took, where there were several.
    readings: Vec<(String, String)>,
}

/// Holds the numbers of `layout_N` against the model.
fn numbers_differ(generated: &Generated, target: Target, by: &str, found: &[u8]) -> Vec<Difference> {
    let model = expected::model(generated, target);
    let mut wanted: Vec<(String, u64)> = Vec::new();
    for definition in &generated.types {
        let ty = Type::Named(definition.name.clone());
        let answer = model.layout(&ty);
        let Some((table, id)) = expected::read_by(&answer, by) else {
            return Vec::new();
        };
        let layout = table.get(*id);
        let name = &definition.name;
        wanted.push((format!("size of {name}"), layout.size.0));
        wanted.push((
            format!("alignment of {name}"),
            layout.align.map_or(0, |align| align.0),
        ));
        let fields = match &layout.shape {
            Shape::Struct { fields } | Shape::Union { fields } => fields.as_slice(),
            _ => &[],
        };
        for field in spell::members(definition)
            .iter()
            .filter(|field| spell::has_offset(field))
        {
            let field_name = field.name.as_deref().unwrap_or("");
            let offset = fields
                .iter()
                .find(|field| field.name == field_name)
                .map_or(u64::MAX, |field| field.offset.byte());
            wanted.push((format!("offset of {name}.{field_name}"), offset));
        }
    }
    for (index, ty) in spell::passed(generated)
        .filter(|ty| **ty != Type::Void)
        .enumerate()
    {
        let Some(both) = expected::read_by(&model.size_align(ty), by).copied() else {
            return Vec::new();
        };
        wanted.push((format!("size of argument {}", index + 1), both.size.0));
        wanted.push((format!("alignment of argument {}", index + 1), both.align.0));
    }
    let numbers = found
        .chunks_exact(4)
        .map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    let mut differences: Vec<Difference> = wanted
        .iter()
        .zip(numbers)
        .filter(|((_, wanted), found)| *wanted != u64::from(*found))
        .map(|((what, wanted), found)| {
            let wanted = format!("{what} is {wanted}");
            Difference::new(Place::Layout, &wanted, &found.to_string())
        })
        .collect();
    if differences.is_empty() {
        let bits = found.get(wanted.len() * 4..).unwrap_or_default();
        differences.extend(bits_differ(generated, &model, by, bits));
    }
    differences
}

/// Holds the bytes with one bit-field set against the model.
fn bits_differ(generated: &Generated, model: &Model<'_>, by: &str, found: &[u8]) -> Option<Difference> {
    let mut at = 0;
    for definition in &generated.types {
        let answer = model.layout(&Type::Named(definition.name.clone()));
        let (table, id) = expected::read_by(&answer, by)?;
        let layout = table.get(*id);
        let size = layout.size.0;
        let (Shape::Struct { fields } | Shape::Union { fields }) = &layout.shape else {
            continue;
        };
        for field in spell::named_bit_fields(definition).filter(|_| size <= spell::MAX_BITS) {
            let name = field.name.as_deref().unwrap_or("");
            let field = fields.iter().find(|field| field.name == name)?;
            let mut wanted = vec![0u8; size as usize];
            for bit in field.offset.0..field.offset.0 + field.width.0 {
                if let Some(byte) = wanted.get_mut((bit / 8) as usize) {
                    *byte |= 1 << (bit % 8);
                }
            }
            let end = at + wanted.len();
            let got = found.get(at..end).unwrap_or_default();
            if got != wanted {
                let what = format!("the bits of {}.{name} are {wanted:02x?}", definition.name);
                return Some(Difference::new(Place::Bits, &what, &format!("{got:02x?}")));
            }
            at = end;
        }
    }
    None
}

impl ModelReport {
    /// Disagreements without an explanation.
    pub fn unexplained(&self) -> impl Iterator<Item = &Disagreement> {
        self.disagreements
            .iter()
            .filter(|disagreement| disagreement.explanation.is_none())
    }

    /// The whole report as text.
    pub fn render(&self, target: Target) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{target}: {} signatures, {} situations reached",
            self.signatures,
            self.coverage.reached()
        );
        for (compiler, checks) in &self.checks {
            let wrong = self
                .disagreements
                .iter()
                .filter(|one| one.compiler == *compiler)
                .count();
            let _ = writeln!(text, "  {compiler:<12} {checks} checks, {wrong} differences");
        }
        for (compiler, missing) in &self.missing {
            if !missing.is_empty() {
                let _ = writeln!(text, "  {compiler} lacks {}", missing.join(", "));
            }
        }
        for ((compiler, by), count) in &self.ambiguous {
            let _ = writeln!(
                text,
                "  where readings part, {compiler} reads as {by}: {count} checks"
            );
        }
        for (reason, count) in &self.unsupported {
            let _ = writeln!(
                text,
                "  the model does not cover {count} drawn signatures: {reason}"
            );
        }
        let _ = writeln!(text, "\n{}", self.coverage.table());
        for ((id, _), (count, example)) in outcome::by_explanation(&self.disagreements) {
            let id = id.unwrap_or("UNEXPLAINED");
            let _ = writeln!(text, "{id}: {count} signatures, such as\n  {example}");
        }
        text
    }
}
