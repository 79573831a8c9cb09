//! The change that mends a report, in the part that binds. It is written into a copy of the report's sources, built and judged like
//! the report itself, and told only where the copy conforms.

use std::collections::{BTreeMap, BTreeSet};

use twincall_abi::interface::{Function, Interface, Side};
use twincall_abi::types::Type;

use super::pair::{Pair, Sources};
use super::{ReproError, Request, accessors, is_entry};
use crate::facts::{Axis, CaseReport, ChangeReport, Finding, Mend, MendReport, Region, Root, Rule};
use crate::session::Session;

mod align;
mod c;
pub mod project;
mod rust;
mod stub;

/// A change that was tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mended {
    pub report: MendReport,
    /// All of the part that is changed.
    pub text: String,
}

/// What is wrong with a report, as far as declarations can mend it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Wrong {
    /// By symbol, the arguments and the result; [`Root::Whole`] stands for the number of parameters and what goes with it.
    functions: BTreeMap<String, BTreeSet<Root>>,
    /// Names of types that stand for each other and differ, C's first.
    types: BTreeSet<(String, String)>,
}

/// How much of a type is written anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Extent {
    /// What its attributes say of its layout.
    Attributes,
    /// All of it.
    Whole,
    /// All of it, and unions with a member of bytes. rustc passes a union on wasm32 as the integer that all its members are,
    /// where the Basic C ABI has the address of what has more than one member; bytes beside it keep rustc from doing so.
    WithBytes,
}

/// A change of a text: bytes, and what stands there instead.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Edit {
    range: std::ops::Range<usize>,
    text: String,
    /// The bytes of the declaration around it, which is shown.
    around: std::ops::Range<usize>,
}

/// What both sides say, and which of their types stand for each other.
struct Both<'a> {
    c: &'a Interface,
    rust: &'a Interface,
    /// C's names first.
    pairs: BTreeSet<(String, String)>,
}

impl Both<'_> {
    fn interface(&self, side: Side) -> &Interface {
        match side {
            Side::C => self.c,
            Side::Rust => self.rust,
        }
    }

    /// What the types of one side are called on the other.
    fn names(&self, from: Side) -> BTreeMap<String, String> {
        let pairs = self.pairs.iter().map(|(c, rust)| match from {
            Side::C => (c.clone(), rust.clone()),
            Side::Rust => (rust.clone(), c.clone()),
        });
        pairs.collect()
    }
}

/// The bytes of source that a bare name of a type is known by, without a keyword before it.
fn bare(name: &str) -> &str {
    let keywords = ["struct ", "union ", "enum ", "class "];
    keywords
        .iter()
        .find_map(|keyword| name.strip_prefix(keyword))
        .unwrap_or(name)
}

/// Tries changes until one mends the report. Nothing where none does, or where no declaration is at fault.
///
/// # Errors
/// Files that cannot be written, and toolchains that are not there.
pub(super) fn find(
    request: &Request<'_>,
    pair: &Pair,
    cases: &[CaseReport],
    interfaces: &[Option<(Interface, Interface)>],
) -> Result<Option<Mended>, ReproError> {
    let verified = |sources: &Sources, side, changes: Vec<ChangeReport>| {
        // The parts of a report are no files in which a tool could change them.
        let changes = changes.into_iter().map(|change| ChangeReport {
            region: None,
            ..change
        });
        let report = verify(request, cases, side, sources, changes.collect())?;
        let text = match side {
            Side::C => &sources.c.text,
            Side::Rust => &sources.rust.text,
        };
        Ok(report.map(|report| Mended {
            report,
            text: text.clone(),
        }))
    };
    first(request.sources, pair, cases, interfaces, verified)
}

/// The first change that is taken, of all that may mend the sources, from the smallest on.
fn first<T>(
    sources: &Sources,
    pair: &Pair,
    cases: &[CaseReport],
    interfaces: &[Option<(Interface, Interface)>],
    mut take: impl FnMut(&Sources, Side, Vec<ChangeReport>) -> Result<Option<T>, ReproError>,
) -> Result<Option<T>, ReproError> {
    let Some((c, rust)) = interfaces.iter().flatten().next() else {
        return Ok(None);
    };
    let wrong = wrong(pair, cases, c, rust);
    if wrong.functions.is_empty() && wrong.types.is_empty() {
        return Ok(None);
    }
    let both = Both {
        c,
        rust,
        pairs: paired(cases, c, rust),
    };
    for side in sides(&wrong, &both) {
        let mut tried: Vec<Sources> = Vec::new();
        for extent in [Extent::Attributes, Extent::Whole, Extent::WithBytes] {
            let edits = match side {
                Side::C => c::edits(&sources.c.text, &wrong, &both),
                Side::Rust => rust::edits(&sources.rust.text, &wrong, &both, extent),
            };
            let Some(edits) = edits.filter(|edits| !edits.is_empty()) else {
                continue;
            };
            let (changed, changes) = apply(sources, side, edits);
            if tried.contains(&changed) {
                continue;
            }
            if let Some(taken) = take(&changed, side, changes)? {
                return Ok(Some(taken));
            }
            tried.push(changed);
        }
    }
    Ok(None)
}

/// What a generated Rust part is known by.
const GENERATED: [&str; 3] = [
    "automatically generated by rust-bindgen",
    "__BindgenBitfieldUnit",
    "__IncompleteArrayField",
];

fn is_generated(rust: &str) -> bool {
    GENERATED.iter().any(|mark| rust.contains(mark))
}

/// Which options have bindgen write what conforms, where it wrote the Rust part. What it writes is not to be changed by hand.
pub(super) fn regenerate(
    request: &Request<'_>,
    pair: &Pair,
    cases: &[CaseReport],
    interfaces: &[Option<(Interface, Interface)>],
) -> Option<String> {
    if !is_generated(&request.sources.rust.text) {
        return None;
    }
    let (c, rust) = interfaces.iter().flatten().next()?;
    let wrong = wrong(pair, cases, c, rust);
    let types: Vec<String> = wrong
        .types
        .iter()
        .map(|(in_c, _)| format!("`--opaque-type {in_c}`"))
        .collect();
    let functions: Vec<String> = wrong
        .functions
        .keys()
        .map(|symbol| format!("`--blocklist-function {symbol}`"))
        .collect();
    match (types.as_slice(), functions.as_slice()) {
        ([], []) => None,
        (types, []) => Some(format!(
            "have a newer bindgen generate it again, or give it {}, which keeps size and alignment",
            types.join(" and ")
        )),
        (types, functions) => Some(format!(
            "have bindgen generate it again from this header, or give it {} and declare what is left out by hand",
            [types, functions].concat().join(" and ")
        )),
    }
}

/// What findings say of declarations, on all targets.
fn wrong(pair: &Pair, cases: &[CaseReport], c: &Interface, rust: &Interface) -> Wrong {
    let mut wrong = Wrong::default();
    let findings = cases.iter().flat_map(|case| &case.findings);
    let declared = |finding: &&Finding| {
        !accessors::is_about(finding)
            && !is_entry(pair, &finding.symbol)
            && finding.axis != Axis::Run
            && finding.rule.mend() == Mend::Declaration
    };
    for finding in findings.filter(declared) {
        let classes = |symbol: &String| c.function(symbol).is_some_and(|function| function.passes_classes);
        if classes(&finding.symbol) {
            let roots = wrong.functions.entry(finding.symbol.clone()).or_default();
            roots.insert(Root::Whole);
            continue;
        }
        if let Some((in_c, in_rust)) = finding.types.as_ref().or(finding.cause.as_ref()) {
            let named = (bare(in_c).to_owned(), bare(in_rust).to_owned());
            if c.type_definition(&named.0).is_some() && rust.type_definition(&named.1).is_some() {
                wrong.types.insert(named);
                continue;
            }
        }
        let root = match finding.rule {
            // Of a callback it is the argument that is wrong.
            Rule::Arity | Rule::Variadic | Rule::CallingConvention if finding.place.path.is_empty() => {
                Root::Whole
            }
            _ => finding.place.root,
        };
        let symbols = finding.also.iter().chain([&finding.symbol]);
        for symbol in symbols {
            let (Some(of_c), Some(of_rust)) = (c.function(symbol), rust.function(symbol)) else {
                continue;
            };
            // What only lies elsewhere because of what comes before it is declared rightly.
            let moved = finding.rule.needs_slots()
                && of(of_c, root)
                    .zip(of(of_rust, root))
                    .is_some_and(|(c, rust)| align::alike(c, rust) && named(c).is_none());
            if !moved {
                wrong.functions.entry(symbol.clone()).or_default().insert(root);
            }
        }
    }
    // A type by value that travels otherwise than its partner is another type, and no other spelling of its name.
    let mut types = BTreeSet::new();
    for (symbol, roots) in &mut wrong.functions {
        let (Some(of_c), Some(of_rust)) = (c.function(symbol), rust.function(symbol)) else {
            continue;
        };
        roots.retain(|root| {
            let named = |interface: &Interface, function: &Function| {
                let name = named(of(function, *root)?)?;
                interface.type_definition(name).map(|known| known.name.clone())
            };
            // Behind a pointer on one side only it is not the type that differs.
            let depth = |function: &Function| of(function, *root).map(pointers);
            if depth(of_c) != depth(of_rust) {
                return true;
            }
            let pair = named(c, of_c).zip(named(rust, of_rust));
            let is_type = pair.is_some();
            types.extend(pair);
            !is_type
        });
    }
    wrong.functions.retain(|_, roots| !roots.is_empty());
    wrong.types.append(&mut types);
    wrong
}

/// The type of a parameter or the result.
fn of(function: &Function, root: Root) -> Option<&Type> {
    match root {
        Root::Argument(index) => Some(&function.signature.params.get(index)?.ty),
        Root::Result => Some(&function.signature.result),
        _ => None,
    }
}

/// The name of a type, also behind pointers.
fn named(ty: &Type) -> Option<&str> {
    match ty {
        Type::Named(name) => Some(name),
        Type::Pointer { pointee, .. } => named(pointee),
        _ => None,
    }
}

/// Through how many pointers a type leads.
fn pointers(ty: &Type) -> usize {
    match ty {
        Type::Pointer { pointee, .. } => 1 + pointers(pointee),
        _ => 0,
    }
}

/// Types that stand for each other where they cross, and those that share a name.
fn paired(cases: &[CaseReport], c: &Interface, rust: &Interface) -> BTreeSet<(String, String)> {
    let mut pairs = BTreeSet::new();
    let crossing = cases.iter().flat_map(|case| &case.types);
    for ty in crossing {
        if let (Some(in_c), Some(in_rust)) = (&ty.c, &ty.rust) {
            pairs.insert((bare(&in_c.name).to_owned(), bare(&in_rust.name).to_owned()));
        }
    }
    let shared = c.types.iter().map(|ty| &ty.name);
    for name in shared.filter(|name| rust.type_definition(name).is_some()) {
        if pairs
            .iter()
            .all(|(in_c, in_rust)| in_c != name && in_rust != name)
        {
            pairs.insert((name.clone(), name.clone()));
        }
    }
    pairs.retain(|(in_c, in_rust)| {
        let is = |interface: &Interface, name: &str| interface.type_definition(name).is_some();
        is(c, in_c) && is(rust, in_rust)
    });
    pairs
}

/// Which part to change, the likelier first. A header that defines or publishes is no binding: C's part is one only where it
/// declares what Rust defines, and nothing of it is held against what C defines.
fn sides(wrong: &Wrong, both: &Both<'_>) -> Vec<Side> {
    let defines = |side: Side| {
        let mut symbols = wrong.functions.keys();
        let interface = both.interface(side);
        symbols.any(|symbol| {
            interface
                .function(symbol)
                .is_some_and(|function| function.defined)
        })
    };
    match (defines(Side::C), defines(Side::Rust)) {
        (false, true) => vec![Side::C, Side::Rust],
        _ => vec![Side::Rust],
    }
}

/// A copy of the sources with some changes, and what to tell of them.
fn apply(sources: &Sources, side: Side, mut edits: Vec<Edit>) -> (Sources, Vec<ChangeReport>) {
    let mut sources = sources.clone();
    let source = match side {
        Side::C => &mut sources.c,
        Side::Rust => &mut sources.rust,
    };
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.range.start));
    let mut around: BTreeMap<(usize, usize), Vec<&Edit>> = BTreeMap::new();
    for edit in &edits {
        around
            .entry((edit.around.start, edit.around.end))
            .or_default()
            .push(edit);
    }
    let before = source.text.clone();
    let changes = around.into_iter().map(|((start, end), edits)| {
        let mut after = before[start..end].to_owned();
        for edit in edits {
            after.replace_range(edit.range.start - start..edit.range.end - start, &edit.text);
        }
        let line = before[..start].matches('\n').count();
        let place = source.lines.get(line).cloned().flatten();
        ChangeReport {
            region: Some(region(&before, start..end)),
            place: place.map(|(file, line)| format!("{file}:{line}")),
            before: before[start..end].to_owned(),
            after,
        }
    });
    let changes: Vec<ChangeReport> = changes
        .filter(|changed| changed.before != changed.after)
        .collect();
    for edit in &edits {
        replace(source, edit.range.clone(), &edit.text);
    }
    (sources, changes)
}

/// The lines and columns of some bytes of a text.
fn region(text: &str, bytes: std::ops::Range<usize>) -> Region {
    let at = |end: usize| {
        let before = &text[..end];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (
            before.matches('\n').count() + 1,
            before[start..].chars().count() + 1,
        )
    };
    let ((line, column), (end_line, end_column)) = (at(bytes.start), at(bytes.end));
    Region {
        line,
        column,
        end_line,
        end_column,
    }
}

/// Replaces bytes; lines that are added have the place of the first.
fn replace(source: &mut super::pair::Source, range: std::ops::Range<usize>, text: &str) {
    let first = source.text[..range.start].matches('\n').count();
    let gone = source.text[range.clone()].matches('\n').count();
    let place = source.lines.get(first).cloned().flatten();
    let lines = std::iter::repeat_n(place, text.matches('\n').count());
    source
        .lines
        .splice(first..(first + gone).min(source.lines.len()), lines);
    source.text.replace_range(range, text);
}

/// Builds and judges a copy. What it breaks elsewhere is left out of the copy once, and told.
fn verify(
    request: &Request<'_>,
    cases: &[CaseReport],
    side: Side,
    sources: &Sources,
    changes: Vec<ChangeReport>,
) -> Result<Option<MendReport>, ReproError> {
    let mut sources = sources.clone();
    let mut breaks: Vec<String> = Vec::new();
    let judged: Vec<_> = cases.iter().filter(|case| case.executed()).collect();
    // Each round leaves out the bodies that do not compile; more rounds than languages and their passes never help.
    for _ in 0..4 {
        let pair = sources.pair(request.name);
        let changed = Request {
            sources: &sources,
            ..request.clone()
        };
        let folder = changed.folder("mend")?;
        pair.write(&folder)?;
        let session = Session::open(&folder, request.options.clone())?;
        let Some(case) = session.discover().cases.first().cloned() else {
            return Ok(None);
        };
        let mut failure: Option<String> = None;
        let mut right = true;
        for before in &judged {
            let (report, _) = session.run(&case, before.target);
            if !report.executed() {
                failure = report.reason;
                break;
            }
            right &= conforms(&pair, before, &report, !breaks.is_empty());
        }
        let Some(reason) = failure else {
            let targets = judged.iter().map(|case| case.target).collect();
            return Ok((right && !judged.is_empty()).then_some(MendReport {
                side,
                changes,
                breaks,
                targets,
            }));
        };
        let Some(further) = stub::without_broken(&mut sources, &pair, &reason) else {
            return Ok(None);
        };
        breaks.extend(further);
    }
    Ok(None)
}

/// Whether nothing is wrong any more and nothing new is. Without some bodies, what runs tells nothing.
fn conforms(pair: &Pair, before: &CaseReport, after: &CaseReport, without_bodies: bool) -> bool {
    let counts = |finding: &&Finding| {
        !(is_entry(pair, &finding.symbol) || without_bodies && finding.axis == Axis::Run)
    };
    // What is not compared any more shows nothing wrong either.
    let compared = |case: &CaseReport, symbol: &str| {
        let mut functions = case.functions.iter();
        functions.any(|function| function.symbol == symbol && function.c.is_some() && function.rust.is_some())
    };
    let lost = |symbol: &str| compared(before, symbol) && !compared(after, symbol);
    if before.functions.iter().any(|function| lost(&function.symbol)) {
        return false;
    }
    after.findings.iter().filter(counts).all(|finding| {
        let known = before.findings.iter().any(|known| {
            known.contract_only
                && (known.rule, &known.symbol, &known.place)
                    == (finding.rule, &finding.symbol, &finding.place)
        });
        finding.contract_only && known
    })
}

/// What to do where no declaration mends it.
pub(super) fn advice(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::TargetFeatures => "build both sides with the same features, or pass vectors through a pointer",
        Rule::Nullability => "use Option<&T>, Option<fn> or a raw pointer in Rust",
        Rule::InvalidValue => "use an integer in Rust and convert it with a check",
        Rule::VarargPromotion => "convert to f64 or i32 (c_double, c_int) before the call",
        Rule::Unwind => {
            "catch it on the side that raised it and return an error, or declare both sides `extern \"C-unwind\"`"
        }
        Rule::SymbolMissing => "add what defines it to the report, or link the library that does",
        Rule::CalleeSaved => {
            "have the function save the register, or say in the assembly that it is overwritten"
        }
        Rule::StackAlignment => "have the assembly leave the stack aligned to 16 bytes where it calls",
        Rule::StackOverflow => {
            "link with --stack-first, so that it traps, or give the stack more room (-z stack-size)"
        }
        _ => return None,
    })
}
