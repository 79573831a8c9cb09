//! Chooses signatures: of several candidates the one that reaches most that no other has reached.

use fastrand::Rng;
use twincall_abi::machine::MAX_CAPTURED_STACK;
use twincall_abi::target::Target;

use super::coverage::{self, Cell};
use super::expected::Expected;
use super::generate::{Vocabulary, generate};
use super::{Item, ModelReport};

/// Candidates drawn for each signature, of which the one that reaches most that is new is taken.
const CANDIDATES: usize = 4;

/// Draws this many signatures with the model's answers, from one seed.
pub(super) fn draw(target: Target, seed: u64, count: usize, report: &mut ModelReport) -> Vec<Item> {
    let mut rng = Rng::with_seed(seed);
    let mut items = Vec::with_capacity(count);
    while items.len() < count {
        let number = items.len();
        let vocabulary = match number % 8 {
            7 => Vocabulary::Cpp,
            number if number % 2 == 0 => Vocabulary::Common,
            _ => Vocabulary::C,
        };
        let mut best: Option<(usize, Vec<Cell>, Item)> = None;
        for _ in 0..CANDIDATES {
            let generated = generate(&mut rng, number, vocabulary, target.is_wasm());
            let expected = match Expected::of(&generated, target, &mut rng) {
                Ok(expected) => expected,
                Err(reason) => {
                    *report.unsupported.entry(reason).or_default() += 1;
                    continue;
                }
            };
            let Some(Expected { lowering, .. }) = expected.first() else {
                continue;
            };
            // A capture stub copies no more of the stack, whichever reading is right; the return address is part of it.
            let most = u64::from(MAX_CAPTURED_STACK);
            let reaches = |expected: &Expected| expected.lowering.stack.0 + 8 > most;
            if lowering.stack.0 + 64 > most || expected.iter().any(reaches) {
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

#[cfg(test)]
mod tests;
