//! Calls whose small integers come without the extension that the text or its practice promises: which callees read the bits
//! above the value?
//!
//! Each callee is written so that it widens its small integers to 64 bits. A compiler that trusts its callers leaves the
//! extension out, and then what lay above the value is in the result.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rayon::prelude::*;
use twincall_abi::target::Target;
use twincall_abi::types::Type;

use super::batch::{self, Callable};
use super::compilers::{Compiler, Kind};
use super::generate::Generated;
use super::spell;
use super::{Item, Job, ModelCheck, ModelCheckError, ModelReport, native};
use crate::temporary;

/// Bytes of a small integer after it was widened.
pub(super) const WIDE: usize = 8;

/// Who read what nobody wrote.
#[derive(Debug, Default)]
pub struct UnextendedReport {
    pub signatures: usize,
    /// By compiler and level.
    pub callees: BTreeMap<(String, u8), Relying>,
    pub seconds: f64,
}

/// The callees of one compiler at one level.
#[derive(Debug, Default)]
pub struct Relying {
    pub asked: usize,
    /// How many gave another value than they were sent.
    pub relying: usize,
    /// The shortest of these, in C.
    pub example: Option<String>,
}

impl ModelCheck<'_> {
    /// Generates signatures, keeps those with a small integer, and calls their callees without its extension.
    ///
    /// # Errors
    /// As [`ModelCheck::run`].
    pub fn unextended(&self) -> Result<UnextendedReport, ModelCheckError> {
        let started = std::time::Instant::now();
        let mut prepared = self.prepare(&mut ModelReport::default());
        let wanted: Vec<bool> = prepared.items.iter().map(is_asked).collect();
        for has in &mut prepared.has {
            has.iter_mut()
                .zip(&wanted)
                .for_each(|(has, wanted)| *has &= wanted);
        }
        let mut report = UnextendedReport {
            signatures: wanted.iter().filter(|wanted| **wanted).count(),
            ..UnextendedReport::default()
        };
        let answers: Vec<Result<_, ModelCheckError>> = self
            .jobs(&prepared)
            .into_par_iter()
            .map(|job| {
                let answers = self.widened(&job, &job.wanted)?;
                Ok((job.compiler.name.clone(), job.opt.number(), answers))
            })
            .collect();
        for answer in answers {
            let (compiler, opt, answers) = answer?;
            let entry = report.callees.entry((compiler, opt)).or_default();
            for (item, relies) in answers {
                entry.asked += 1;
                if relies {
                    entry.relying += 1;
                    entry.example.get_or_insert_with(|| spell::in_c(&item.generated));
                }
            }
        }
        report.seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    /// Whether each callee depends on the bits above its small integers. Signatures that a compiler does not take are left out.
    fn widened<'p>(
        &self,
        job: &Job<'p>,
        items: &[&'p Item],
    ) -> Result<Vec<(&'p Item, bool)>, ModelCheckError> {
        match self.widened_unit(job, items) {
            Err(ModelCheckError::Compile { .. }) if items.len() > 1 => {
                let (first, second) = items.split_at(items.len() / 2);
                let mut answers = self.widened(job, first)?;
                answers.extend(self.widened(job, second)?);
                Ok(answers)
            }
            Err(ModelCheckError::Compile { .. }) => Ok(Vec::new()),
            other => other,
        }
    }

    fn widened_unit<'p>(
        &self,
        job: &Job<'p>,
        items: &[&'p Item],
    ) -> Result<Vec<(&'p Item, bool)>, ModelCheckError> {
        let compiler = job.compiler;
        let items: Vec<&Item> = items
            .iter()
            .copied()
            .filter(|item| is_defined(compiler, &item.generated))
            .collect();
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let folder = temporary::Folder::new().map_err(ModelCheckError::Scratch)?;
        let source = self.source(compiler, &items, true);
        let library = compiler.compile(&source, job.opt, batch::features_of(&items), folder.path())?;
        let found: Vec<Vec<Vec<u8>>> = match self.load(compiler, library)? {
            Callable::Native(library) => {
                let plan =
                    |item: &&Item| native::plan_callee(item.generated.number, &item.expected[0], false);
                let mut planned: Vec<native::Planned> = items.iter().map(plan).collect();
                let outcomes = self.call(&library, &mut planned)?;
                let both = planned.iter().zip(&outcomes);
                both.map(|(planned, outcome)| planned.stored(outcome, WIDE))
                    .collect()
            }
            Callable::Wasm(mut wasm) => items
                .iter()
                .map(|item| wasm.stored(item.generated.number, &item.expected[0], WIDE))
                .collect(),
        };
        let relies = |(item, stored): (&Item, &Vec<Vec<u8>>)| {
            let params = item.generated.signature.params.iter();
            let values = params.zip(item.expected[0].arguments()).zip(stored);
            values
                .filter_map(|((param, value), stored)| Some((widened(&param.ty, &value.bytes)?, stored)))
                .any(|(sent, stored)| sent.as_slice() != stored.as_slice())
        };
        Ok(items
            .iter()
            .zip(&found)
            .map(|(item, stored)| (*item, relies((item, stored))))
            .collect())
    }
}

/// Whether a signature has a small integer, and one reading.
fn is_asked(item: &Item) -> bool {
    let params = item.generated.signature.params.iter();
    item.expected.len() == 1 && params.filter(|param| is_small(&param.ty)).count() > 0
}

/// Defining variadic functions is not stable Rust.
fn is_defined(compiler: &Compiler, generated: &Generated) -> bool {
    compiler.kind != Kind::Rust || !generated.signature.variadic
}

/// Whether a caller may be trusted to extend it.
pub(super) fn is_small(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Integer { bits: 8 | 16, .. })
}

/// The value of a small integer in 64 bits, little-endian.
fn widened(ty: &Type, bytes: &[u8]) -> Option<[u8; WIDE]> {
    if !is_small(ty) {
        return None;
    }
    let signed = matches!(ty, Type::Integer { signed: true, .. });
    let negative = signed && bytes.last()? & 0x80 != 0;
    let mut wide = [if negative { 0xFF } else { 0 }; WIDE];
    wide.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(wide)
}

impl UnextendedReport {
    /// A line for each compiler and level.
    pub fn render(&self, target: Target) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{target}: {} signatures with a small integer, called with nothing promised above it, in {:.1} s",
            self.signatures, self.seconds
        );
        for ((compiler, opt), callees) in &self.callees {
            let Relying { asked, relying, .. } = callees;
            let _ = writeln!(
                text,
                "  {compiler:<12} -O{opt}: {relying} of {asked} callees depend on what lies there"
            );
            if let Some(example) = &callees.example {
                let _ = writeln!(text, "    such as {example}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_integers_widen_by_their_sign() {
        let integer = |bits, signed| Type::Integer {
            bits,
            signed,
            spelling: String::new(),
        };
        for (ty, bytes, wide) in [
            (integer(8, true), &[0x80][..], Some(-128i64)),
            (integer(8, false), &[0x80], Some(128)),
            (integer(16, true), &[0xFF, 0x7F], Some(0x7FFF)),
            (integer(16, true), &[0x00, 0x80], Some(-0x8000)),
            (Type::Bool, &[1], Some(1)),
            (integer(32, true), &[0, 0, 0, 0x80], None),
        ] {
            assert_eq!(
                widened(&ty, bytes),
                wide.map(i64::to_le_bytes),
                "{ty:?} {bytes:?}"
            );
        }
    }
}
