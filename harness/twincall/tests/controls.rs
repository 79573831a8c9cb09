//! What a correct tool must not complain about: each control names pairs that look different to the two compilers, or that
//! other tools stumble over, and are one and the same at the boundary. `docs/controls.md` is printed from this table.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Failed, Trial};
use twincall::cache::Cache;
use twincall::cache::default_cache;
use twincall::discover::Case;
use twincall::facts::Verdict;
use twincall::report::human::{self, Style};
use twincall::session::{Options, Session};
use twincall::testing::may_be_left_out;
use twincall::toolchain::{ToolchainChoice, is_rust_name, locate, remedy};
use twincall_abi::target::Target;

struct Control {
    id: &'static str,
    says: &'static str,
    cases: &'static [&'static str],
    targets: &'static [Target],
    /// Toolchains beside the default ones with which it must hold too.
    with: &'static [&'static str],
    /// What the pairs do not show, and why.
    beyond: &'static str,
}

const NATIVE: &[Target] = &[Target::X86_64LinuxGnu];
const WASM: &[Target] = &[Target::Wasm32Unknown];
const BOTH: &[Target] = &Target::ALL;
const GCC: &[&str] = &["gcc-12"];

const CONTROLS: &[Control] = &[
    Control {
        id: "K01",
        says: "The IR of the two compilers differs and the places do not: `<2 x float>` and `double`, `{double, i32}` and \
               `{double, i64}`, `{ptr, i64}` and `{i64, i64}`, two parameters and one aggregate, `i128` and `{i64, i64}`, two \
               spellings of `sret`, `signext i8` and plain `i8` of a result.",
        cases: &[
            "struct/two_floats",
            "struct/three_floats",
            "struct/double_then_int",
            "struct/pointer_and_length",
            "struct/two_doubles",
            "struct/words_by_value",
            "struct/only_int128",
            "sret/forty_bytes",
            "extension/signed_8",
        ],
        targets: NATIVE,
        with: &[],
        beyond: "",
    },
    Control {
        id: "K01",
        says: "The same on wasm: `ptr byval` and plain `ptr`.",
        cases: &["struct/words_by_value", "struct/two_floats", "struct/nested"],
        targets: WASM,
        with: &[],
        beyond: "",
    },
    Control {
        id: "K03",
        says: "`_Complex` of floats is a struct of two, alone, in a struct and on the stack.",
        cases: &["complex/parts"],
        targets: BOTH,
        with: GCC,
        beyond: "Rust has nothing that is returned in `st0` and `st1` as `long double _Complex` is; `scripts/model-check` holds \
                 gcc and clang to it.",
    },
    Control {
        id: "K03",
        says: "`_Complex` of `char`, `short` and `int`, likewise.",
        cases: &["complex/of_integers"],
        targets: NATIVE,
        with: GCC,
        beyond: "",
    },
    Control {
        id: "K04",
        says: "`char`, `short` and `bool` as arguments and results with the right prototypes.",
        cases: &[
            "extension/bool_arithmetic",
            "extension/on_the_stack",
            "extension/signed_8",
            "extension/unsigned_8",
            "extension/signed_16",
            "extension/unsigned_16",
            "scalar/bool",
            "scalar/chars",
        ],
        targets: BOTH,
        with: GCC,
        beyond: "",
    },
    Control {
        id: "K05",
        says: "Sixteen awkward structs of bit-fields, packed or not, against the bytes by which bindings hold them.",
        cases: &["bitfield/sixteen_awkward"],
        targets: BOTH,
        with: GCC,
        beyond: "",
    },
    Control {
        id: "K06",
        says: "`_Float16` alone, in structs, on the stack and complex.",
        cases: &["half/scalars", "half/complex"],
        targets: NATIVE,
        with: &["gcc-12", "clang-16", "clang-19"],
        beyond: "",
    },
    Control {
        id: "K07",
        says: "Packed and over-aligned fields by value; a `long` under a typedef aligned to 16 on the stack.",
        cases: &["packed/fields_by_value", "registers/aligned_typedef"],
        targets: BOTH,
        with: GCC,
        beyond: "",
    },
    Control {
        id: "K08",
        says: "A `repr(C)` newtype where `repr(transparent)` was meant.",
        cases: &["niche/newtype_in_repr_c"],
        targets: BOTH,
        with: GCC,
        beyond: "",
    },
    Control {
        id: "K09",
        says: "A struct of two words when only one integer register is left.",
        cases: &["registers/straddle", "registers/straddle_mixed"],
        targets: NATIVE,
        with: &["gcc-12", "rustc-1.85"],
        beyond: "",
    },
    Control {
        id: "K10",
        says: "`struct { __int128 }` and `union { __int128; long }` at every register and on the stack.",
        cases: &["registers/int128_positions"],
        targets: NATIVE,
        with: &["gcc-12", "rustc-1.85"],
        beyond: "",
    },
    Control {
        id: "K12",
        says: "An empty base, and an empty member in padding, of a C++ struct by value.",
        cases: &["cpp/empty_base"],
        targets: BOTH,
        with: GCC,
        beyond: "",
    },
    Control {
        id: "K14",
        says: "The native twins of what breaks on wasm.",
        cases: &[
            "ladder/pair_by_value",
            "ladder/padding_by_value",
            "ladder/bytes_by_value",
            "ladder/overaligned_singleton",
            "ladder/union_of_two_scalars",
            "ladder/int128_layout",
            "target_dependent/long_as_i64",
            "target_dependent/pointer_in_struct",
            "link/size_as_u64",
        ],
        targets: NATIVE,
        with: &[],
        beyond: "A result that is declared away (`link/void_result`) does the same natively, but no clause promises it: it is \
                 `accidental`.",
    },
];

/// K13 is no pair: rustc refuses `__m256` in `extern "C"` without AVX.
const NO_PAIR: &str = "| K13 | `__m256` arguments with AVX on neither side. | none: rustc refuses such a function; \
                       `scripts/model-check` holds gcc and clang to it | |";

/// The sessions of this run, one for each choice of toolchains that is installed.
type Sessions = BTreeMap<&'static str, Arc<OnceLock<Result<Project, String>>>>;

struct Project {
    session: Session,
    cases: Vec<Case>,
}

const DEFAULT: &str = "default";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let (cache, _) = Cache::open(&default_cache(), true);
    let mut sessions = Sessions::from([(DEFAULT, Arc::default())]);
    for toolchain in CONTROLS.iter().flat_map(|control| control.with) {
        if locate(toolchain, &cache).is_some() {
            sessions.entry(toolchain).or_default();
        }
    }
    let mut trials = vec![Trial::test("the_page_is_this_table", page)];
    for control in CONTROLS {
        for (case, target) in control
            .cases
            .iter()
            .flat_map(|case| control.targets.iter().map(move |target| (*case, *target)))
        {
            for toolchain in std::iter::once(&DEFAULT).chain(control.with) {
                // gcc has no back end for wasm.
                if target.is_wasm() && *toolchain != DEFAULT {
                    continue;
                }
                let name = format!("{}::{toolchain}::{case}::{}", control.id, target.short());
                trials.push(trial(name, toolchain, case, target, &sessions));
            }
        }
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
) -> Trial {
    let session = sessions.get(toolchain).cloned();
    let missing = session.is_none();
    let run = move || {
        let session = session.ok_or_else(|| remedy(toolchain))?;
        let project = session.get_or_init(|| open(toolchain)).as_ref()?;
        let found = project.cases.iter().find(|known| known.name == case);
        let found = found.ok_or_else(|| format!("there is no case `{case}`"))?;
        let (report, _) = project.session.run(found, target);
        if report.verdict == Verdict::Conforms {
            return Ok(());
        }
        let shown = human::show(&report, Style::default());
        Err(Failed::from(format!(
            "the verdict is {:?}\n{shown}",
            report.verdict
        )))
    };
    Trial::test(name, run).with_ignored_flag(missing && may_be_left_out())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn open(toolchain: &str) -> Result<Project, String> {
    let mut options = Options::default();
    let name = (toolchain != DEFAULT).then(|| toolchain.to_owned());
    options.toolchains = match is_rust_name(toolchain) {
        true => ToolchainChoice { c: None, rust: name },
        false => ToolchainChoice { c: name, rust: None },
    };
    let session = Session::open(&root(), options).map_err(|error| error.to_string())?;
    let cases = session.discover().cases;
    Ok(Project { session, cases })
}

/// The table of the page, a line for each control.
fn table() -> String {
    let mut lines = vec![
        "| control | what it says | pairs | also held with |".to_owned(),
        "|---|---|---|---|".to_owned(),
    ];
    for control in CONTROLS {
        if control.id == "K14" {
            lines.push(NO_PAIR.to_owned());
        }
        let targets = match control.targets {
            [one] => format!(" ({})", one.short()),
            _ => String::new(),
        };
        let cases: Vec<String> = control.cases.iter().map(|case| format!("`{case}`")).collect();
        let says = [control.says, control.beyond].join(" ");
        lines.push(format!(
            "| {} | {} | {}{targets} | {} |",
            control.id,
            says.trim(),
            cases.join(", "),
            control.with.join(", ")
        ));
    }
    lines.join("\n") + "\n"
}

/// `TWINCALL_BLESS=1` writes the page anew.
fn page() -> Result<(), Failed> {
    const PAGE: &str = "docs/controls.md";
    let path = root().join(PAGE);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{PAGE}: {error}"))?;
    let start = text.find("| control |").ok_or("the page has no table")?;
    let wanted = text[..start].to_owned() + &table();
    if std::env::var_os("TWINCALL_BLESS").is_some() {
        std::fs::write(&path, &wanted).map_err(|error| format!("{PAGE}: {error}"))?;
        return Ok(());
    }
    if text == wanted {
        return Ok(());
    }
    Err(format!("{PAGE} is not the table of this test; TWINCALL_BLESS=1 writes it").into())
}
