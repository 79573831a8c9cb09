//! What calls showed, by function, path and level.

use std::path::Path;

use serde::{Deserialize, Serialize};
use twincall_abi::run::Ending;

use super::CrashReport;
use crate::run::plan::{CallKind, Observation, Reading};

/// The calls of one function on one path at one level.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ObservationReport {
    pub symbol: String,
    pub kind: CallKind,
    /// `rust->c`: caller and callee.
    pub path: String,
    pub opt: u8,
    /// Calls made.
    pub calls: usize,
    /// Of these, how many came back.
    pub returned: usize,
    /// The calls that did not come back, and how the first of each kind ended.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub endings: Vec<String>,
    /// The first of them that crashed, natively.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub crash: Option<CrashReport>,
    /// Results of explicit calls: the call and what it left.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub results: Vec<CallResult>,
}

/// What one explicit call left.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CallResult {
    pub call: String,
    pub values: Vec<String>,
}

impl ObservationReport {
    /// Observations by function, path and level.
    pub(crate) fn of_all(observations: &[Observation], root: &Path) -> Vec<ObservationReport> {
        let mut summary: Vec<ObservationReport> = Vec::new();
        // Bodies that were made once more with a tap are told apart from the others, by the calls that they made.
        for observation in observations.iter().filter(|seen| seen.kind != CallKind::Tapped) {
            let path = format!("{}->{}", observation.caller.tag(), observation.callee.tag());
            let opt = observation.opt.number();
            let known = summary.iter_mut().find(|known| {
                known.symbol == observation.symbol
                    && known.kind == observation.kind
                    && known.path == path
                    && known.opt == opt
            });
            let entry = match known {
                Some(entry) => entry,
                None => {
                    summary.push(ObservationReport {
                        symbol: observation.symbol.clone(),
                        kind: observation.kind,
                        path,
                        opt,
                        calls: 0,
                        returned: 0,
                        endings: Vec::new(),
                        crash: None,
                        results: Vec::new(),
                    });
                    let Some(entry) = summary.last_mut() else { continue };
                    entry
                }
            };
            entry.calls += 1;
            if observation.ending == Ending::Returned {
                entry.returned += 1;
            } else {
                entry.crash = entry.crash.take().or_else(|| CrashReport::of(observation, root));
                let text = describe_ending(&observation.ending);
                if !entry.endings.contains(&text) {
                    entry.endings.push(text);
                }
            }
            if observation.kind == CallKind::Body
                && observation.label.contains('(')
                && observation.ending == Ending::Returned
            {
                let values = observation
                    .outputs
                    .iter()
                    .map(|values| show_values(values))
                    .collect();
                entry.results.push(CallResult {
                    call: observation.label.clone(),
                    values,
                });
            }
        }
        summary
    }
}

/// Values of one result or buffer, shortened where there are many.
fn show_values(values: &[Reading]) -> String {
    const SHOWN: usize = 16;
    let mut texts: Vec<String> = values.iter().take(SHOWN).map(Reading::show).collect();
    if values.len() > SHOWN {
        texts.push(format!("{} more", values.len() - SHOWN));
    }
    let place = values
        .first()
        .map(|value| value.place.split(['[', '.']).next().unwrap_or_default());
    format!("{}: {}", place.unwrap_or("nothing"), texts.join(" "))
}

/// How a call ended, with the registers of a crash.
pub fn describe_ending(ending: &Ending) -> String {
    match ending {
        Ending::Returned => "returned".to_owned(),
        Ending::Crashed {
            signal,
            address,
            registers,
            ..
        } => {
            let address = address
                .map(|address| format!(" at address {address:#x}"))
                .unwrap_or_default();
            let shown: Vec<String> = registers
                .iter()
                .map(|(name, value)| format!("{name}={value:#x}"))
                .collect();
            format!("{signal}{address} ({})", shown.join(" "))
        }
        Ending::Exited { status } => format!("the process exited with status {status}"),
        Ending::TimedOut => "no return within the time limit".to_owned(),
        Ending::Trapped { trap, frames } => format!("trap {trap} in {}", frames.join(" < ")),
        Ending::Refused { reason } => format!("not called: {reason}"),
    }
}
