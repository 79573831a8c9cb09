//! Known ways in which compilers depart from the written ABI, and what each predicts of a signature.

mod faults;
#[cfg(test)]
mod tests;

use twincall_abi::target::Target;

use super::expected::Expected;
use super::generate::Generated;
use super::outcome::{Difference, Place, Role};

/// One explained kind of disagreement.
#[derive(Debug)]
pub struct Explanation {
    pub id: &'static str,
    /// Who departs and how.
    pub who: &'static str,
    /// What the text says.
    pub clause: &'static str,
    /// Where it is reported or documented, and which fixture shows it.
    pub report: &'static str,
    /// The compiler's name begins so.
    compiler: &'static str,
    wasm: bool,
    /// Where the compiler does one thing right and the other wrong.
    role: Option<Role>,
    /// What the compiler does instead; one of these.
    faults: &'static [Fault],
}

/// A departure from the text, exact enough to predict every slot of a signature.
#[derive(Debug)]
pub(super) enum Fault {
    /// It passes a signature as the text has it pass this one. Nothing where the signature has nothing of the kind.
    Types(fn(&Generated, Target) -> Option<Generated>),
    /// It changes what the text says of the signature; whether there is anything to change.
    Slots(fn(&Generated, &mut Expected) -> bool),
    /// It does not compile the signature, with these words.
    Refusal(fn(&Generated, &str) -> bool),
    /// The call ends in a segmentation fault.
    Crash(fn(&Generated) -> bool),
}

/// What an explanation looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sign<'a> {
    pub(super) compiler: &'a str,
    pub(super) target: Target,
    pub(super) role: Role,
    pub(super) generated: &'a Generated,
}

/// What a compiler does with the whole signature, if these explanations hold of it and nothing else is wrong.
#[derive(Debug)]
pub(super) struct Prediction {
    pub(super) explanation: &'static Explanation,
    pub(super) expected: Expected,
}

/// More faults than this in one signature are not tried together.
const MOST_TOGETHER: usize = 4;

/// What the explained faults predict, alone and together, the fewest first.
pub(super) fn predictions(sign: Sign<'_>, expected: &[Expected]) -> Vec<Prediction> {
    if sign.role == Role::Layout {
        return Vec::new();
    }
    let of =
        |explanation: &'static Explanation| explanation.faults.iter().map(move |fault| (explanation, fault));
    let concerned = EXPLANATIONS
        .iter()
        .filter(|explanation| explanation.concerns(&sign));
    let faults: Vec<(&'static Explanation, &'static Fault)> = concerned
        .flat_map(of)
        .filter(|(_, fault)| fault.occurs(&sign, expected))
        .take(MOST_TOGETHER)
        .collect();
    let mut sets: Vec<usize> = (1..1 << faults.len()).collect();
    sets.sort_by_key(|set| set.count_ones());
    let mut all = Vec::new();
    for set in sets {
        let chosen = faults
            .iter()
            .enumerate()
            .filter(|(index, _)| set >> index & 1 == 1);
        let chosen: Vec<_> = chosen.map(|(_, fault)| fault).collect();
        let Some((explanation, _)) = chosen.first() else {
            continue;
        };
        for expected in together(sign, expected, chosen.iter().map(|(_, fault)| *fault)) {
            all.push(Prediction {
                explanation,
                expected,
            });
        }
    }
    all
}

/// The explanation of why a compiler does not compile a signature, if it has one.
pub(super) fn refusal(sign: Sign<'_>, words: &str) -> Option<&'static Explanation> {
    let refuses = |fault: &Fault| matches!(fault, Fault::Refusal(fits) if fits(sign.generated, words));
    EXPLANATIONS
        .iter()
        .find(|explanation| explanation.concerns(&sign) && explanation.faults.iter().any(refuses))
}

/// The explanation of why a call of this signature dies, if it has one.
pub(super) fn crash(sign: Sign<'_>, differences: &[Difference]) -> Option<&'static Explanation> {
    let [
        Difference {
            place: Place::Call,
            compiler,
            ..
        },
    ] = differences
    else {
        return None;
    };
    let dies = |fault: &Fault| matches!(fault, Fault::Crash(fits) if fits(sign.generated));
    EXPLANATIONS
        .iter()
        .find(|explanation| explanation.concerns(&sign) && explanation.faults.iter().any(dies))
        .filter(|_| compiler.contains("SIGSEGV"))
}

/// The readings of a signature with several faults at once; none if one of them has nothing to change.
fn together<'f>(
    sign: Sign<'_>,
    expected: &[Expected],
    faults: impl Iterator<Item = &'f Fault>,
) -> Vec<Expected> {
    let mut generated = sign.generated.clone();
    let mut slots = Vec::new();
    for fault in faults {
        match fault {
            Fault::Types(change) => match change(&generated, sign.target) {
                Some(changed) => generated = changed,
                None => return Vec::new(),
            },
            Fault::Slots(change) => slots.push(change),
            Fault::Refusal(_) | Fault::Crash(_) => return Vec::new(),
        }
    }
    let mut readings = Expected::instead(&generated, sign.target, expected);
    readings.retain_mut(|reading| slots.iter().all(|change| change(sign.generated, reading)));
    readings
}

impl Explanation {
    fn concerns(&self, sign: &Sign<'_>) -> bool {
        sign.compiler.starts_with(self.compiler)
            && sign.target.is_wasm() == self.wasm
            && self.role.is_none_or(|role| role == sign.role)
    }
}

impl Fault {
    fn occurs(&self, sign: &Sign<'_>, expected: &[Expected]) -> bool {
        match self {
            Fault::Types(change) => change(sign.generated, sign.target).is_some(),
            Fault::Slots(change) => expected
                .iter()
                .any(|reading| change(sign.generated, &mut reading.clone())),
            Fault::Refusal(_) | Fault::Crash(_) => false,
        }
    }
}

/// All explained kinds. The table in `docs/disagreements.md` is printed from them.
pub static EXPLANATIONS: &[Explanation] = &[
    Explanation {
        id: "wasm-rust-union",
        who: "rustc passes a union of several scalars of one size by value; clang and the text pass a pointer",
        clause: "wasm Basic C ABI: only a struct or union that holds one scalar, recursively, is passed as that scalar",
        report: "rust-lang/rust#121408; fixtures union/same_scalar_twice, ladder/union_of_two_scalars",
        compiler: "rustc",
        wasm: true,
        role: None,
        faults: &[Fault::Types(faults::unions_by_value)],
    },
    Explanation {
        id: "wasm-cpp-empty-member",
        who: "clang++ counts a member that is an empty class: a class that holds only such is passed by a pointer, and a scalar beside one is not alone",
        clause: "wasm Basic C ABI: an empty struct or union is not passed; the text does not speak of C++, where a member of class type has a size",
        report: "no report known; seen with struct E {}; struct S { E e[4]; }; and union { double a; E b; }",
        compiler: "clang++",
        wasm: true,
        role: None,
        faults: &[Fault::Types(faults::class_of_empty_members)],
    },
    Explanation {
        id: "gcc-array-first-element",
        who: "gcc looks at the first element of an array only, and passes a struct in registers although a later element of a packed type lies off its alignment; clang uses memory",
        clause: "psABI 3.2.3, classification (1): a field off its alignment makes the class MEMORY",
        report: "no report known; seen with an array of two packed structs of 7 bytes, each with a short at offset 4",
        compiler: "g",
        wasm: false,
        role: None,
        faults: &[Fault::Types(faults::first_element_for_all)],
    },
    Explanation {
        id: "misaligned-empty-member",
        who: "clang passes a struct in memory if a member without size lies off its alignment; gcc looks at no such member",
        clause: "psABI 3.2.3, classification (1): a field off its alignment makes the class MEMORY; a field of size 0 is no C",
        report: "no report known; a zero-length array is a GNU extension; fixture packed/zero_length_at_eight",
        compiler: "clang",
        wasm: false,
        role: None,
        faults: &[Fault::Types(faults::misaligned_empty_in_memory)],
    },
    Explanation {
        id: "wasm-vararg-empty",
        who: "clang's callers leave out an unnamed argument whose type holds nothing; its va_arg aligns to such a type and skips its size, which unnamed bit-fields and alignment can give it",
        clause: "wasm Basic C ABI, variadic: each argument lies in the buffer; the compiler disagrees with itself",
        report: "no report known; fixture variadic/empty_unnamed",
        compiler: "clang",
        wasm: true,
        role: Some(Role::Callee),
        faults: &[Fault::Slots(faults::unnamed_empty_takes_room)],
    },
    Explanation {
        id: "wasm-vararg-packed",
        who: "clang's callers align an unnamed packed struct of one scalar as the scalar; its va_arg aligns it as the struct",
        clause: "wasm Basic C ABI, variadic: each argument lies at the next address that suits its type; the compiler disagrees with itself",
        report: "no report known; fixture variadic/packed_unnamed",
        compiler: "clang",
        wasm: true,
        role: None,
        faults: &[Fault::Types(faults::unnamed_packed_as_scalar)],
    },
    Explanation {
        id: "rust-misaligned-empty-member",
        who: "rustc passes a packed struct in registers although a member without size lies off its alignment; gcc and clang use memory",
        clause: "psABI 3.2.3, classification (1): a field off its alignment makes the class MEMORY; a field of size 0 is no C",
        report: "no report known; a zero-length array is a GNU extension; fixture packed/zero_length_off_alignment",
        compiler: "rustc",
        wasm: false,
        role: None,
        faults: &[Fault::Types(faults::without_empty_members)],
    },
    Explanation {
        id: "clang-union-narrowed",
        who: "clang passes only the first float of an eightbyte of a union, although another member fills the eightbyte",
        clause: "psABI 3.2.3, classification (4): the eightbyte is SSE and travels whole in its vector register",
        report: "llvm/llvm-project#83388; fixtures union/float_before_double and enum/float_payloads show the upper half of a double lost",
        compiler: "clang",
        wasm: false,
        role: None,
        faults: &[
            Fault::Slots(faults::union_narrowed_to_float),
            Fault::Slots(faults::union_narrowed_to_half),
        ],
    },
    Explanation {
        id: "clang-union-float128",
        who: "clang gives the first eightbyte of a union of __float128 and two doubles to a general register; gcc uses two vector registers",
        clause: "psABI 3.2.3, classification (4) and (5): SSE merged with SSE stays SSE, and SSEUP merged with SSE becomes SSE",
        report: "no report known; seen with union { __float128 a; double b[2]; }",
        compiler: "clang",
        wasm: false,
        role: None,
        faults: &[Fault::Types(faults::float128_union_in_general_register)],
    },
    Explanation {
        id: "clang-union-wide-array",
        who: "clang gives no class to an array of more than two eightbytes in a union, so that a vector of 32 or 64 bytes beside it decides and the union travels in a vector register; gcc uses memory",
        clause: "psABI 3.2.3, classification (4) and (5): the eightbytes are merged, and what is no single vector goes to memory",
        report: "llvm/llvm-project#183723; fixture union/vector_and_array",
        compiler: "clang",
        wasm: false,
        role: None,
        faults: &[Fault::Types(faults::wide_arrays_in_unions_without_class)],
    },
    Explanation {
        id: "clang-union-padded-vector",
        who: "clang passes a union that is wider than the widest vector in it, by its alignment or by a member without size, in one vector register of the union's size; gcc uses memory",
        clause: "psABI 3.2.3, classification (5): the eightbytes behind the vector are NO_CLASS, so that not all behind the first are SSEUP",
        report: "no report known; fixture union/padded_vector",
        compiler: "clang",
        wasm: false,
        role: None,
        faults: &[Fault::Types(faults::padded_vector_in_register)],
    },
    Explanation {
        id: "clang-wide-struct-of-parts",
        who: "clang passes a struct of one vector of 32 or 64 bytes in memory if it has a further member without size or, in C++, an empty base class; gcc uses the vector register",
        clause: "psABI 3.2.3, classification (5): the first eightbyte is SSE and all others are SSEUP, so that it is not memory; a field of size 0 is no C",
        report: "no report known; fixture vector/m256_beside_nothing",
        compiler: "clang",
        wasm: false,
        role: None,
        faults: &[Fault::Types(faults::wide_struct_of_parts_in_memory)],
    },
    Explanation {
        id: "clang-half-pair",
        who: "clang passes two halves, or one __bf16, alone in the first eightbyte in a general register if at most 4 bytes follow in the second; gcc uses a vector register",
        clause: "psABI 3.2.3, classification (4): the eightbyte is SSE",
        report: "no report known; fixture half/pair",
        compiler: "clang",
        wasm: false,
        role: None,
        faults: &[Fault::Types(faults::half_pair_in_general_register)],
    },
    Explanation {
        id: "clang-atomic-uncounted",
        who: "clang does not count the register of an _Atomic scalar: a later struct of two eightbytes that no longer fits is split between the last register and the stack",
        clause: "psABI 3.2.3, passing: if there are no registers for any eightbyte of an argument, the whole argument is passed on the stack; gcc does so",
        report: "no report known; fixture atomic/argument",
        compiler: "clang",
        wasm: false,
        role: None,
        faults: &[Fault::Slots(faults::atomic_scalars_take_no_register)],
    },
    Explanation {
        id: "wasm-atomic-unextended",
        who: "clang does not extend a small integer argument that is _Atomic",
        clause: "wasm Basic C ABI: small integers are extended to i32 by their sign",
        report: "no report known; fixture atomic/argument",
        compiler: "clang",
        wasm: true,
        role: None,
        faults: &[Fault::Slots(faults::atomic_scalars_unextended)],
    },
    Explanation {
        id: "gcc-complex-half-alone",
        who: "gcc passes of a _Complex _Float16 that is all of a struct's second eightbyte only the real part; clang passes both",
        clause: "psABI 3.2.3, classification (1) and (4): both parts are in the eightbyte, which is SSE",
        report: "no report known; seen with gcc 12 and struct { float a; _Complex _Float16 b[2]; }",
        compiler: "g",
        wasm: false,
        role: None,
        faults: &[Fault::Slots(faults::complex_half_narrowed)],
    },
    Explanation {
        id: "gcc-union-vzeroupper",
        who: "gcc at -O2 ends a function that returns a union with a vector of more than 16 bytes with vzeroupper, which clears all but the first 16 bytes of the result",
        clause: "psABI 3.2.3, returning of values: a result of classes SSE, SSEUP, .. returns in the whole vector register",
        report: "no report known; seen with gcc 12 -O2 -mavx and union { double a; __m256 b; }",
        compiler: "g",
        wasm: false,
        role: Some(Role::Callee),
        faults: &[Fault::Slots(faults::union_upper_half_lost)],
    },
    Explanation {
        id: "gcc-vararg-aligned",
        who: "gcc's va_arg of some structs aligned to 16, packed ones and those with a flexible array, reads them out of the register save area, where they lie at 8, with an instruction that needs 16",
        clause: "none: the function dies with SIGSEGV",
        report: "no report known; seen with gcc 12 -O2 and struct { long long a; unsigned b; } packed, aligned(16), behind an int",
        compiler: "g",
        wasm: false,
        role: Some(Role::Callee),
        faults: &[Fault::Crash(faults::aligned_unnamed)],
    },
    Explanation {
        id: "rust-merged-variadic",
        who: "rustc at -O2 merges a function that makes a variadic call with one that makes the same call without `...`; if the latter is kept, al is not set",
        clause: "psABI 3.2.3, variadic functions: al holds an upper bound of the vector registers used",
        report: "no report known; LLVM's pass MergeFunctions, which rustc runs and clang does not",
        compiler: "rustc",
        wasm: false,
        role: Some(Role::Caller),
        faults: &[Fault::Slots(faults::no_vector_count)],
    },
    Explanation {
        id: "clang-crash-empty-array",
        who: "clang divides by the size of an array's element, which is 0, when it looks for the padding of an eightbyte",
        clause: "none: the compiler dies with SIGFPE",
        report: "no report known; seen with struct { long long a; float b; struct {} c[3]; } as a result",
        compiler: "clang",
        wasm: false,
        role: None,
        faults: &[Fault::Refusal(faults::array_of_empty)],
    },
    Explanation {
        id: "clang-crash-flexible-empty",
        who: "clang passes a struct without size that ends in a flexible array as an integer of 0 bits when no general register is left",
        clause: "none: the compiler dies with SIGSEGV",
        report: "no report known; seen with struct { double a[]; } behind six integers",
        compiler: "clang",
        wasm: false,
        role: None,
        faults: &[Fault::Refusal(faults::flexible_without_size)],
    },
];

/// The table of `docs/disagreements.md`.
pub fn table() -> String {
    let mut text = String::from(
        "| id | who departs, and how | what the text says | report and fixture |\n|---|---|---|---|\n",
    );
    for one in EXPLANATIONS {
        text.push_str(&format!(
            "| `{}` | {} | {} | {} |\n",
            one.id, one.who, one.clause, one.report
        ));
    }
    text
}
