//! Compilers with known faults must be caught: each rung names the toolchain, the pair and the finding that has to be there.
//! `scripts/setup --old-compilers` installs the toolchains; the rungs of one that is not there are ignored.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Failed, Trial};
use twincall::cache::Cache;
use twincall::cache::default_cache;
use twincall::discover::Case;
use twincall::facts::{CaseReport, Effect, Verdict};
use twincall::report::human::{self, Style};
use twincall::session::{Options, Session};
use twincall::testing::may_be_left_out;
use twincall::toolchain::{ToolchainChoice, is_rust_name, locate};
use twincall_abi::target::Target;

const NATIVE: Target = Target::X86_64LinuxGnu;
const WASM: Target = Target::Wasm32Unknown;

/// What must be found, or with `None` that the pair agrees.
struct Rung {
    toolchain: &'static str,
    case: &'static str,
    target: Target,
    finding: Option<Wanted>,
}

struct Wanted {
    rule: &'static str,
    symbol: &'static str,
    place: &'static str,
    /// What each side has there, C first.
    sides: [&'static str; 2],
}

const fn found(
    toolchain: &'static str,
    case: &'static str,
    target: Target,
    [rule, symbol, place]: [&'static str; 3],
    sides: [&'static str; 2],
) -> Rung {
    let finding = Some(Wanted {
        rule,
        symbol,
        place,
        sides,
    });
    Rung {
        toolchain,
        case,
        target,
        finding,
    }
}

const fn agrees(toolchain: &'static str, case: &'static str, target: Target) -> Rung {
    Rung {
        toolchain,
        case,
        target,
        finding: None,
    }
}

const RUSTC_63: &str = "rustc-1.63";
const RUSTC_85: &str = "rustc-1.85";
const LAYOUT: &str = "ladder/int128_layout";
const BY_VALUE: &str = "ladder/int128_by_value";
const SIXTH: &str = "ladder/int128_as_sixth";
const SEVENTH: &str = "ladder/int128_as_seventh";
const STACK: &str = "ladder/int128_on_the_stack";
const ONE_LEFT: &str = "registers/int128_with_one_left";
const OVERALIGNED: &str = "ladder/overaligned_on_the_stack";
const PAIR: &str = "ladder/pair_by_value";
const PADDING: &str = "ladder/padding_by_value";
const BYTES: &str = "ladder/bytes_by_value";
const SINGLETON: &str = "ladder/overaligned_singleton";
const UNION: &str = "ladder/union_of_two_scalars";

/// Every byte of padding is a parameter of its own.
const PADDED: &str = "param 0:1 param 1:1 param 2:1 param 3:1 param 4:4 param 5:4";
const SPLIT: &str = "r9:8 [rsp+8]:8";
const WHOLE: &str = "[rsp+8]:8 [rsp+16]:8";

const LOG_OF_SIXTH: &str = "argument 6 (u128): rustc-1.63 wrote r9 [rsp+8..16], clang-22 reads [rsp+8..24]";

#[rustfmt::skip]
const RUNGS: &[Rung] = &[
    // rust#54341: alignment of 128-bit integers, and LLVM's places for them.
    found(RUSTC_63, LAYOUT, NATIVE, ["field-offset", "value_behind", "*argument 1.value"], ["byte 16", "byte 8"]),
    found(RUSTC_63, LAYOUT, NATIVE, ["layout-size", "value_behind", "*argument 1"], ["32 bytes", "24 bytes"]),
    found(RUSTC_63, BY_VALUE, NATIVE, ["layout-align", "low_of", "argument 1"], ["align 16", "align 8"]),
    found(RUSTC_63, SIXTH, NATIVE, ["arg-location", "high_half", "argument 6"], [WHOLE, SPLIT]),
    agrees(RUSTC_63, SEVENTH, NATIVE),
    found(RUSTC_63, STACK, NATIVE, ["stack-layout", "after_a_word", "argument 8"], ["[rsp+24]:8 [rsp+32]:8", "[rsp+16]:8 [rsp+24]:8"]),
    agrees(RUSTC_85, LAYOUT, NATIVE),
    agrees(RUSTC_85, SIXTH, NATIVE),
    agrees(RUSTC_85, STACK, NATIVE),
    found("clang-14", SIXTH, NATIVE, ["arg-location", "high_half", "argument 6"], [SPLIT, WHOLE]),
    found("clang-14", STACK, NATIVE, ["stack-layout", "after_a_word", "argument 8"], ["[rsp+16]:8 [rsp+24]:8", "[rsp+24]:8 [rsp+32]:8"]),
    found("clang-16", SIXTH, NATIVE, ["arg-location", "high_half", "argument 6"], [SPLIT, WHOLE]),
    agrees("clang-19", SIXTH, NATIVE),
    agrees("clang-19", STACK, NATIVE),
    // LLVM 18 and 19 forget the register that the 128-bit integer left free.
    found("clang-19", ONE_LEFT, NATIVE, ["arg-location", "high_of_sixth", "argument 7"], ["[rsp+24]:8", "r9:8"]),
    agrees("gcc-12", SIXTH, NATIVE),
    agrees("gcc-12", STACK, NATIVE),
    agrees("gcc-12", ONE_LEFT, NATIVE),
    // rust#80127: over-aligned structs on the stack.
    found(RUSTC_63, OVERALIGNED, NATIVE, ["stack-layout", "after_one_word", "argument 8"], ["[rsp+24]:32", "[rsp+16]:32"]),
    agrees(RUSTC_85, OVERALIGNED, NATIVE),
    // rust#133991: 128-bit integers in wasm.
    found(RUSTC_63, LAYOUT, WASM, ["field-offset", "value_behind", "*argument 1.value"], ["byte 16", "byte 8"]),
    agrees(RUSTC_85, LAYOUT, WASM),
    // rust#71871: structs by value in wasm.
    found(RUSTC_63, PAIR, WASM, ["indirect", "extract_a", "argument 1"], ["param 0 -> 8 bytes", "param 0:4 param 1:4"]),
    found(RUSTC_85, PAIR, WASM, ["indirect", "extract_a", "argument 1"], ["param 0 -> 8 bytes", "param 0:4 param 1:4"]),
    found(RUSTC_63, PADDING, WASM, ["indirect", "sum_of", "argument 1"], ["param 0 -> 12 bytes", PADDED]),
    found(RUSTC_85, PADDING, WASM, ["indirect", "sum_of", "argument 1"], ["param 0 -> 12 bytes", PADDED]),
    found(RUSTC_63, BYTES, WASM, ["indirect", "last_of", "argument 1"], ["param 0 -> 4 bytes", "param 0:1 param 1:1"]),
    found(RUSTC_85, BYTES, WASM, ["indirect", "last_of", "argument 1"], ["param 0 -> 4 bytes", "param 0:1 param 1:1"]),
    found(RUSTC_63, SINGLETON, WASM, ["indirect", "value_of", "argument 1"], ["param 0 -> 8 bytes", "param 0:4"]),
    found(RUSTC_85, SINGLETON, WASM, ["indirect", "value_of", "argument 1"], ["param 0 -> 8 bytes", "param 0:4"]),
    agrees(RUSTC_63, PAIR, NATIVE),
    agrees(RUSTC_85, PAIR, NATIVE),
    // rust#121408: a union of two scalars in wasm, with every rustc so far.
    found(RUSTC_63, UNION, WASM, ["indirect", "first_name", "argument 1"], ["param 0 -> 4 bytes", "param 0:4"]),
    found(RUSTC_85, UNION, WASM, ["indirect", "first_name", "argument 1"], ["param 0 -> 4 bytes", "param 0:4"]),
];

/// Pairs that a toolchain cannot compile, and the words that say why.
const REASONS: &[(&str, &str, Target, &str)] = &[
    (
        RUSTC_63,
        "struct/three_floats",
        NATIVE,
        "needs rustc 1.82 for `unsafe(no_mangle)`, and this is rustc-1.63",
    ),
    ("gcc-12", PAIR, WASM, "gcc-12 has no back end for wasm"),
    ("gcc-12", "enum/explicit_u8", NATIVE, "gcc-12 does not know"),
];

/// The sessions of this run, one for each toolchain that is installed.
type Sessions = BTreeMap<&'static str, Arc<OnceLock<Result<Project, String>>>>;

struct Project {
    session: Session,
    cases: Vec<Case>,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let (cache, _) = Cache::open(&default_cache(), true);
    let sessions: Sessions = RUNGS
        .iter()
        .map(|rung| rung.toolchain)
        .chain(REASONS.iter().map(|reason| reason.0))
        .filter(|toolchain| locate(toolchain, &cache).is_some())
        .map(|toolchain| (toolchain, Arc::default()))
        .collect();
    let mut trials = Vec::new();
    for (index, rung) in RUNGS.iter().enumerate() {
        let what = rung.finding.as_ref().map_or("agrees", |wanted| wanted.rule);
        let name = format!(
            "{}::{:02}::{}::{}::{what}",
            rung.toolchain,
            index,
            rung.case,
            rung.target.short()
        );
        let run = move |report: &CaseReport| climb(rung, report);
        trials.push(trial(
            name,
            rung.toolchain,
            rung.case,
            rung.target,
            &sessions,
            run,
        ));
    }
    for &(toolchain, case, target, words) in REASONS {
        let name = format!("{toolchain}::unsupported::{case}::{}", target.short());
        let run = move |report: &CaseReport| {
            let reason = report.reason.as_deref().unwrap_or_default();
            let right = report.verdict == Verdict::Unsupported && reason.contains(words);
            right
                .then_some(())
                .ok_or(format!("{:?} because of `{reason}`", report.verdict))
        };
        trials.push(trial(name, toolchain, case, target, &sessions, run));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A test of one case with one toolchain, ignored where the toolchain is not installed.
fn trial(
    name: String,
    toolchain: &'static str,
    case: &'static str,
    target: Target,
    sessions: &Sessions,
    judge: impl FnOnce(&CaseReport) -> Result<(), String> + Send + 'static,
) -> Trial {
    let session = sessions.get(toolchain).cloned();
    let missing = session.is_none();
    let run = move || {
        // Asked for by `--ignored`, it fails with what installs the toolchain.
        let session = session.ok_or_else(|| twincall::toolchain::remedy(toolchain))?;
        let project = session.get_or_init(|| open(toolchain)).as_ref()?;
        let found = project.cases.iter().find(|known| known.name == case);
        let found = found.ok_or_else(|| format!("there is no case `{case}`"))?;
        let (report, _) = project.session.run(found, target);
        judge(&report)
            .map_err(|error| Failed::from(format!("{error}\n{}", human::explain(&report, Style::default()))))
    };
    Trial::test(name, run).with_ignored_flag(missing && may_be_left_out())
}

fn open(toolchain: &str) -> Result<Project, String> {
    let mut options = Options::default();
    let name = Some(toolchain.to_owned());
    options.toolchains = match is_rust_name(toolchain) {
        true => ToolchainChoice { c: None, rust: name },
        false => ToolchainChoice { c: name, rust: None },
    };
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let session = Session::open(&root, options).map_err(|error| error.to_string())?;
    let cases = session.discover().cases;
    Ok(Project { session, cases })
}

fn climb(rung: &Rung, report: &CaseReport) -> Result<(), String> {
    let Some(wanted) = &rung.finding else {
        return match report.verdict {
            Verdict::Agrees | Verdict::Conforms | Verdict::Ambiguous => Ok(()),
            other => Err(format!("the verdict is {other:?}")),
        };
    };
    let there = report.findings.iter().find(|finding| {
        finding.rule.id() == wanted.rule
            && finding.symbol == wanted.symbol
            && finding.place.to_string() == wanted.place
            && finding.c().starts_with(wanted.sides[0])
            && finding.rust().starts_with(wanted.sides[1])
    });
    let Some(finding) = there else {
        return Err(format!(
            "no `{}` of `{}` at {} with C {} and Rust {}",
            wanted.rule, wanted.symbol, wanted.place, wanted.sides[0], wanted.sides[1]
        ));
    };
    // Where it can be run, the machine has seen what the slots say.
    let logged = |line: &Effect| line.text.contains(" wrote ") && line.text.contains(" reads ");
    if finding.rule.needs_slots() && !rung.target.is_wasm() && !finding.effect.iter().any(logged) {
        return Err(format!(
            "nothing says what was written and read: {:?}",
            finding.effect
        ));
    }
    if (rung.toolchain, rung.case) == (RUSTC_63, SIXTH)
        && !finding.effect.iter().any(|line| line.text == LOG_OF_SIXTH)
    {
        return Err(format!("no line `{LOG_OF_SIXTH}` in {:?}", finding.effect));
    }
    Ok(())
}
