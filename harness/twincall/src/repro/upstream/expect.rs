//! What a test has to look for: the IR that the written ABI wants, or what the compiler does where the text says nothing, and
//! which of both it is.

use twincall_abi::interface::Side;

use super::ir::{self, Line};
use super::{Found, Judged, Unmade, wanted};
use crate::facts::{ModelReport, ModelState};

/// What is looked for in one function's IR.
#[derive(Debug)]
pub(super) struct Expected {
    /// Where it comes from, in words.
    pub(super) says: String,
    pub(super) line: Line,
}

/// What a test of one side has to find of a function in a module's text.
pub(super) fn expected(
    found: &Found<'_>,
    on: &Judged<'_>,
    side: Side,
    symbol: &str,
    module: &str,
) -> Result<Expected, Unmade> {
    let compiler = found.compiler(side);
    let actual = ir::read(module, symbol).ok_or_else(|| Unmade::NotInIr {
        symbol: symbol.to_owned(),
        compiler: compiler.clone(),
    })?;
    let does = |reason: String| Expected {
        says: format!("What {compiler} does; {reason}"),
        line: actual.clone(),
    };
    // Of gcc there is no IR: what was judged is gcc's, and what is read here clang's.
    if side == Side::C && found.session.compilers().0.gcc.is_some() {
        return Ok(does(
            "another compiler was held against the written ABI.".to_owned(),
        ));
    }
    let Some(model) = model(on, side, symbol) else {
        return Ok(does("it was not held against the written ABI.".to_owned()));
    };
    let places = model.lowering.as_deref().unwrap_or("nothing is passed");
    let clauses = model.clauses.join("; ");
    Ok(match model.state {
        ModelState::Follows => Expected {
            says: format!("The written ABI wants {places} ({clauses}). {compiler} does so."),
            line: actual,
        },
        ModelState::Ambiguous => does(format!(
            "the written ABI has several readings. {}.",
            model.readings.join("; ")
        )),
        ModelState::Unsupported => does(format!(
            "the written ABI does not say: {}.",
            model.reason.as_deref().unwrap_or("it is not covered")
        )),
        ModelState::Departs => {
            let departs = model.departures.join("; ");
            match wanted_line(found, on, side, symbol) {
                Some(line) => Expected {
                    says: format!(
                        "The written ABI wants {places} ({clauses}). {compiler} departs from it: {departs}."
                    ),
                    line: Line {
                        defined: actual.defined,
                        ..line
                    },
                },
                None => does(format!(
                    "the written ABI wants {places} ({clauses}), for which no IR is known here: {departs}."
                )),
            }
        }
    })
}

/// What was said of one side's function.
pub(super) fn model<'a>(on: &Judged<'a>, side: Side, symbol: &str) -> Option<&'a ModelReport> {
    let mut functions = on.report.functions.iter();
    let function = functions.find(|function| function.symbol == symbol)?;
    let own = match side {
        Side::C => &function.c,
        Side::Rust => &function.rust,
    };
    own.as_ref()?.model.as_ref()
}

/// The IR that the text wants of one side's declaration.
pub(super) fn wanted_line(found: &Found<'_>, on: &Judged<'_>, side: Side, symbol: &str) -> Option<Line> {
    let function = on.function(side, symbol)?;
    let model = found.model(on, side)?;
    wanted::line(&model, &function.signature, on.side(side), side)
}
