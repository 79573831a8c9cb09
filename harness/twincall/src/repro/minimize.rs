//! Shrinks a report to the declarations that still show its finding: other functions go, then arguments, fields and the result,
//! as long as the same rule is broken by the same function.

use crate::directive::Edition;
use std::time::{Duration, Instant};

use twincall_abi::interface::{Function, Interface, Side};
use twincall_abi::target::Target;
use twincall_abi::types::{Type, TypeKind};

use super::pair::{Source, Sources};
use super::{ReproError, Request};
use crate::explain::translate::{self, Style};
use crate::facts::{Axis, Finding, Rule};
use crate::session::Session;

/// What is left of a report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Minimized {
    pub c: String,
    pub rust: String,
    /// Shrinking steps that were kept.
    pub steps: usize,
    /// No further step keeps the finding; otherwise time ran out.
    pub complete: bool,
}

/// Shrinks what shows a finding on a target within a time limit. `None` where the finding is about a run, or cannot be shown by
/// declarations alone.
///
/// # Errors
/// Files that cannot be written, and toolchains that are not there.
pub fn minimize(
    request: &Request<'_>,
    interfaces: &(Interface, Interface),
    finding: &Finding,
    target: Target,
    limit: Duration,
) -> Result<Option<Minimized>, ReproError> {
    let start = Instant::now();
    let (c, rust) = interfaces;
    let both = (c.function(&finding.symbol), rust.function(&finding.symbol));
    let (Some(c_function), Some(rust_function)) = both else {
        return Ok(None);
    };
    if finding.axis == Axis::Run {
        return Ok(None);
    }
    let folder = request.folder("smaller")?;
    for side in [crate::discover::C_FOLDER, crate::discover::RUST_FOLDER] {
        std::fs::create_dir_all(folder.join(side))?;
    }
    let shrinker = Shrinker {
        session: Session::open(&folder, request.options.clone())?,
        request,
        wanted: (finding.rule, finding.symbol.clone()),
        target,
    };
    let mut best = Candidate {
        c: translate::alone(c, c_function),
        rust: translate::alone(rust, rust_function),
    };
    if !shrinker.shows(&best)? {
        return Ok(None);
    }
    let mut steps = 0;
    let mut complete = true;
    'shrinking: loop {
        for smaller in best.smaller() {
            if start.elapsed() > limit {
                complete = false;
                break 'shrinking;
            }
            if shrinker.shows(&smaller)? {
                best = smaller;
                steps += 1;
                continue 'shrinking;
            }
        }
        break;
    }
    Ok(shrinker.written(&best).map(|(c, rust)| Minimized {
        c,
        rust,
        steps,
        complete,
    }))
}

/// Both sides of one function.
#[derive(Clone)]
struct Candidate {
    c: Interface,
    rust: Interface,
}

struct Shrinker<'r> {
    session: Session,
    request: &'r Request<'r>,
    wanted: (Rule, String),
    target: Target,
}

impl Shrinker<'_> {
    /// The texts of a candidate, of which C's is compiled in the report's language.
    fn written(&self, candidate: &Candidate) -> Option<(String, String)> {
        let write = |interface: &Interface, side: Side| {
            let style = match interface.functions.first() {
                Some(function) if function.defined => Style::Defined,
                _ => Style::Readable,
            };
            translate::translate(interface, side, self.target, style).ok()
        };
        let mut rust = write(&candidate.rust, Side::Rust)?;
        if !self.edition_has_unsafe_blocks() {
            rust = rust.replace("unsafe extern", "extern");
        }
        Some((write(&candidate.c, Side::C)?, rust))
    }

    fn edition_has_unsafe_blocks(&self) -> bool {
        self.request
            .sources
            .edition
            .is_some_and(|edition| edition >= Edition::E2024)
    }

    /// Whether the finding is still there. What does not compile shows nothing.
    fn shows(&self, candidate: &Candidate) -> Result<bool, ReproError> {
        let Some((c, rust)) = self.written(candidate) else {
            return Ok(false);
        };
        let sources = Sources {
            c: Source::of_file("smaller.c", &c),
            rust: Source::of_file("smaller.rs", &rust),
            headers: Vec::new(),
            ..self.request.sources.clone()
        };
        sources.pair("smaller").write(self.session.root())?;
        let discovery = self.session.discover();
        let Some(case) = discovery.cases.first() else {
            return Ok(false);
        };
        let Ok((_, judgement)) = self.session.examine(case, self.target) else {
            return Ok(false);
        };
        let (rule, symbol) = &self.wanted;
        Ok(judgement
            .findings
            .iter()
            .any(|finding| finding.rule == *rule && finding.symbol == *symbol))
    }
}

impl Candidate {
    /// Every candidate that is one step smaller, the largest steps first.
    fn smaller(&self) -> Vec<Candidate> {
        let mut all = Vec::new();
        let count = |interface: &Interface| {
            interface
                .functions
                .first()
                .map_or(0, |function| function.signature.params.len())
        };
        for index in (0..count(&self.c).max(count(&self.rust))).rev() {
            all.extend(self.step(|interface| {
                let function = interface.functions.first_mut()?;
                (index < function.signature.params.len()).then(|| function.signature.params.remove(index))?;
                Some(())
            }));
        }
        all.extend(self.step(|interface| {
            let function = interface.functions.first_mut()?;
            (function.signature.result != Type::Void).then_some(())?;
            function.signature.result = Type::Void;
            function.result_spelling.clear();
            Some(())
        }));
        let pairs = self.c.types.iter().zip(&self.rust.types).count();
        for ty in 0..pairs.max(self.c.types.len()).max(self.rust.types.len()) {
            let fields = fields(&self.c, ty).max(fields(&self.rust, ty));
            for field in (0..fields).rev() {
                all.extend(self.step(|interface| remove_field(interface, ty, field)));
            }
        }
        all
    }

    /// Changes both sides alike; a side on which there is nothing to change stays as it is.
    fn step(&self, change: impl Fn(&mut Interface) -> Option<()>) -> Option<Candidate> {
        let mut next = self.clone();
        let changed = [change(&mut next.c), change(&mut next.rust)];
        if changed.iter().all(Option::is_none) {
            return None;
        }
        for interface in [&mut next.c, &mut next.rust] {
            let function: Function = interface.functions.first()?.clone();
            *interface = translate::alone(interface, &function);
        }
        Some(next)
    }
}

/// How many fields a type of the interface has.
fn fields(interface: &Interface, ty: usize) -> usize {
    match interface.types.get(ty).map(|definition| &definition.kind) {
        Some(TypeKind::Struct { fields } | TypeKind::Union { fields }) => fields.len(),
        _ => 0,
    }
}

fn remove_field(interface: &mut Interface, ty: usize, field: usize) -> Option<()> {
    let definition = interface.types.get_mut(ty)?;
    let (TypeKind::Struct { fields } | TypeKind::Union { fields }) = &mut definition.kind else {
        return None;
    };
    if field >= fields.len() || fields.len() == 1 {
        return None;
    }
    fields.remove(field);
    Some(())
}
