//! Real texts of each compiler against one table, the self-test against them and against texts that drifted.

use super::*;

mod hostile;
mod rules;

/// `(files, name, text)`: what `calls.c` and `calls.rs` became.
const CALLS: [(&str, &str); 7] = [
    ("clang-14.O0", include_str!("testdata/calls.clang-14.O0.mir")),
    ("clang-16.O0", include_str!("testdata/calls.clang-16.O0.mir")),
    ("clang-19.O0", include_str!("testdata/calls.clang-19.O0.mir")),
    ("clang-22.O0", include_str!("testdata/calls.clang-22.O0.mir")),
    ("clang-22.O2", include_str!("testdata/calls.clang-22.O2.mir")),
    ("rustc-1.96.O0", include_str!("testdata/calls.rustc-1.96.O0.mir")),
    ("rustc-1.96.O2", include_str!("testdata/calls.rustc-1.96.O2.mir")),
];

const SELF_TESTS: [(&str, &str); 12] = [
    ("clang-14.O0", include_str!("testdata/self_test.clang-14.O0.mir")),
    ("clang-14.O2", include_str!("testdata/self_test.clang-14.O2.mir")),
    ("clang-16.O0", include_str!("testdata/self_test.clang-16.O0.mir")),
    ("clang-16.O2", include_str!("testdata/self_test.clang-16.O2.mir")),
    ("clang-19.O0", include_str!("testdata/self_test.clang-19.O0.mir")),
    ("clang-19.O2", include_str!("testdata/self_test.clang-19.O2.mir")),
    ("clang-22.O0", include_str!("testdata/self_test.clang-22.O0.mir")),
    ("clang-22.O2", include_str!("testdata/self_test.clang-22.O2.mir")),
    (
        "rustc-1.95.O0",
        include_str!("testdata/self_test.rustc-1.95.O0.mir"),
    ),
    (
        "rustc-1.95.O2",
        include_str!("testdata/self_test.rustc-1.95.O2.mir"),
    ),
    (
        "rustc-1.96.O0",
        include_str!("testdata/self_test.rustc-1.96.O0.mir"),
    ),
    (
        "rustc-1.96.O2",
        include_str!("testdata/self_test.rustc-1.96.O2.mir"),
    ),
];

const EXPECTED: &str = include_str!("testdata/calls.expected");

/// What Rust has no type for.
const ONLY_C: [&str; 6] = [
    "f_long_double",
    "f_complex_float",
    "f_complex_double",
    "f_complex_long_double",
    "c_long_double",
    "c_complex_long_double",
];

fn compiler_and_major(name: &str) -> (Compiler, u32) {
    match name
        .split_once('.')
        .map(|(start, _)| start.split_once('-').unwrap())
    {
        Some(("clang", major)) => (Compiler::Clang, major.parse().unwrap()),
        _ => (Compiler::Rustc, 22),
    }
}

/// The table's lines for one file, the later of two for one symbol.
fn expected(file: &str) -> Vec<(&'static str, &'static str)> {
    let mut lines: Vec<(&str, &str)> = Vec::new();
    for line in EXPECTED.lines().filter(|line| !line.starts_with('#')) {
        let [files, symbol, form]: [&str; 3] = line.split(" | ").collect::<Vec<_>>().try_into().unwrap();
        if files != "*" && !files.split(' ').any(|known| known == file) {
            continue;
        }
        lines.retain(|(known, _)| *known != symbol);
        lines.push((symbol, form));
    }
    lines
}

/// A function and its calls, without those of Rust's own library.
fn form(function: &BackendFunction) -> String {
    let calls = function.calls.iter().map(BackendCall::to_string);
    let own = calls.filter(|call| !call.starts_with("_R"));
    std::iter::once(function.to_string())
        .chain(own)
        .collect::<Vec<_>>()
        .join("; calls ")
}

#[test]
fn every_compiler_reads_as_the_table_says() {
    for (file, text) in CALLS {
        let (compiler, major) = compiler_and_major(file);
        let functions = read(text, major).unwrap();
        let mut table = expected(file);
        if compiler == Compiler::Rustc {
            table.retain(|(symbol, _)| !ONLY_C.contains(symbol));
        }
        assert_eq!(functions.len(), table.len(), "{file}");
        for (symbol, expected) in table {
            let function = functions
                .iter()
                .find(|function| function.symbol == symbol)
                .unwrap();
            assert_eq!(form(function), expected, "{file}: {symbol}");
            assert!(
                function.calls.iter().all(|call| call.unread.is_empty()),
                "{file}: {symbol}"
            );
        }
    }
}

#[test]
fn the_table_names_only_files_that_are_read() {
    let files = EXPECTED
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(" | ").next().unwrap().split(' '));
    for file in files.filter(|file| *file != "*") {
        assert!(CALLS.iter().any(|(known, _)| *known == file), "{file}");
    }
}

#[test]
fn the_self_test_passes_for_every_compiler_and_level() {
    for (file, text) in SELF_TESTS {
        let (compiler, major) = compiler_and_major(file);
        self_test(text, compiler, major).unwrap_or_else(|drift| panic!("{file}: {drift}"));
    }
}

/// Each replacement is a way in which another LLVM could write the text.
#[test]
fn the_self_test_refuses_text_that_drifted() {
    let (_, text) = SELF_TESTS[6];
    let drifts = [
        ("CALL64pcrel32", "CALLX64pcrel32"),
        ("RET64", "RETQ"),
        ("liveins:\n", "live-ins:\n"),
        ("virtual-reg: '%0'", "virtual-reg: '%900'"),
        ("fixedStack:", "fixed-stack:"),
        ("hasVAStart:", "hasVariadicStart:"),
        ("offset: 8,", "offset: 16,"),
        ("$edi", "$ecx"),
        ("COPY", "PCOPY"),
        ("(s32)", "(i32)"),
        ("MOVSX32", "SEXT32"),
        ("ADJCALLSTACKDOWN64 16", "ADJCALLSTACKDOWN64 24"),
        ("ADJCALLSTACKDOWN64", "CALLSEQ_START"),
        ("VASTART_SAVE_XMM_REGS", "SAVE_XMM"),
        ("MOV8ri 2", "MOV8i 2"),
        ("name:  ", "symbol:"),
        ("$xmm0", "$vec0"),
        ("$fp0", "$x87_0"),
    ];
    for (from, to) in drifts {
        assert!(text.contains(from), "{from}");
        let drift = self_test(&text.replace(from, to), Compiler::Clang, 22);
        // The width of a store that its memory operand no longer tells comes from the value.
        assert_eq!(drift.is_ok(), from == "(s32)", "{from}");
    }
}

#[test]
fn a_drift_says_what_drifted() {
    let (_, text) = SELF_TESTS[6];
    let drift = self_test(&text.replace("$edi", "$ecx"), Compiler::Clang, 23).unwrap_err();
    let message = drift.to_string();
    assert!(message.starts_with(
        "the machine IR of clang with LLVM 23 does not read as the psABI wants it\n  t_integers: "
    ));
    assert!(message.contains("expected `rdi:4 rsi:4 rdx:4 rcx:8"), "{message}");
    let empty = self_test("\t.text\n", Compiler::Rustc, 22).unwrap_err();
    assert!(matches!(
        &empty.differences[..],
        [Difference::Unreadable(BackendError::NotMachineIr { .. })]
    ));
}

#[test]
fn other_inputs_are_refused_with_a_reason() {
    let module = "--- |\n  target triple = \"aarch64-unknown-linux-gnu\"\n...\n";
    assert_eq!(
        read(module, 22),
        Err(BackendError::OtherTarget {
            triple: "aarch64-unknown-linux-gnu".to_owned()
        })
    );
    assert_eq!(read("", 13), Err(BackendError::TooOld { major: 13 }));
    assert_eq!(
        read("", 22),
        Err(BackendError::NotMachineIr { start: String::new() })
    );
    assert!(matches!(
        read("\t.text\n\t.file \"x.c\"\n", 22),
        Err(BackendError::NotMachineIr { .. })
    ));
    assert_eq!(read("--- |\n  x\n...\n", 22), Ok(Vec::new()));
    let cut = "---\nname:            f\nbody:             |\n  bb.0:\n    RET64\n";
    assert_eq!(
        read(cut, 22),
        Err(BackendError::Truncated {
            within: "`f`".to_owned()
        })
    );
}

fn one(document: &str) -> BackendFunction {
    let mut functions = read(&format!("---\n{document}...\n"), 22).unwrap();
    assert_eq!(functions.len(), 1);
    functions.remove(0)
}

#[test]
fn names_are_read_as_the_linker_sees_them() {
    let call = |operand| {
        let body = format!(
            "name: 'a b'\nbody: |\n  bb.0:\n    CALL64pcrel32 {operand}, csr_64, implicit $rsp\n    RET64\n"
        );
        let function = one(&body);
        assert_eq!(function.symbol, "a b");
        function.calls[0].callee.clone()
    };
    assert_eq!(call("@f").as_deref(), Some("f"));
    assert_eq!(call("target-flags(x86-plt) @f").as_deref(), Some("f"));
    assert_eq!(
        call("target-flags(x86-plt) <mcsymbol memcpy>").as_deref(),
        Some("memcpy")
    );
    assert_eq!(call("&memcpy").as_deref(), Some("memcpy"));
    assert_eq!(call("@\"a, b :: (c\"").as_deref(), Some("a, b :: (c"));
    assert_eq!(call("@\"\\01raw\"").as_deref(), Some("raw"));
    assert_eq!(call("%3").as_deref(), None);
}

#[test]
fn a_call_through_memory_has_a_name_only_in_the_global_offset_table() {
    let callee = |call: &str| {
        let load = "%0:gr64 = MOV64rm $rip, 1, $noreg, target-flags(x86-gotpcrel) @g, $noreg";
        let function = one(&format!(
            "name: f\nbody: |\n  bb.0:\n    {load}\n    {call}, csr_64\n    RET64\n"
        ));
        function.calls[0].callee.clone()
    };
    assert_eq!(callee("CALL64r %0").as_deref(), Some("g"));
    assert_eq!(callee("CALL64r killed %0").as_deref(), Some("g"));
    assert_eq!(
        callee("CALL64m $rip, 1, $noreg, target-flags(x86-gotpcrel) @h, $noreg").as_deref(),
        Some("h")
    );
    // `g` is a variable that holds the pointer, and `h` another.
    assert_eq!(callee("CALL64m %0, 1, $noreg, 0, $noreg"), None);
    assert_eq!(callee("CALL64m $rip, 1, $noreg, @h, $noreg"), None);
}

#[test]
fn what_the_reader_cannot_follow_is_said() {
    let function = one(
        "name: f\nbody: |\n  bb.0:\n    ADJCALLSTACKDOWN64 64, 0, 0\n    MOV64mr $rsp, 8, %1, 0, $noreg, %2\n    \
         %3:gr64 = COPY $rsp\n    $rdi = COPY %3\n    $rcx = COPY %9\n    REP_MOVSQ_64 implicit $rcx\n    \
         $al = COPY %9\n    CALL64pcrel32 @g, csr_64, implicit $al\n",
    );
    assert_eq!(
        function.calls[0].unread,
        [
            "a MOV64mr into the argument area",
            "a REP_MOVSQ_64 into the argument area"
        ]
    );
    assert_eq!(function.calls[0].al, Some(VectorCount::Computed));
    assert_eq!(function.results, None);
}

#[test]
fn results_of_inline_assembly_are_not_those_of_the_call_before() {
    let function = one(
        "name: f\nbody: |\n  bb.0:\n    CALL64pcrel32 @g, implicit-def $xmm0\n    %1:fr64 = COPY $xmm0\n    \
         INLINEASM &\"$xmm1 = COPY, :: (\", 0, 10, implicit-def $xmm0\n    %2:fr32 = COPY $xmm0\n    RET64\n",
    );
    assert_eq!(function.calls[0].to_string(), "g -> xmm0:8");
}

#[test]
fn an_undefined_upper_half_is_seen() {
    let function = one(
        "name: f\nbody: |\n  bb.0:\n    %1:gr8 = MOV8rm %0, 1, $noreg, 0, $noreg\n    %2:gr32 = IMPLICIT_DEF\n    \
         %3:gr32 = INSERT_SUBREG %2, %1, %subreg.sub_8bit\n    $edi = COPY %3\n    CALL64pcrel32 @g, implicit $edi\n",
    );
    assert_eq!(
        function.calls[0].registers[0].upper,
        Upper::Undefined { from: Bytes(1) }
    );
}

#[test]
fn objects_below_the_arguments_are_not_arguments() {
    let object = |offset, kind| {
        format!(
            "  - {{ id: 0, type: {kind}, offset: {offset}, size: 8, alignment: 8, stack-id: default, \n      note: 'a, }}: b' }}\n"
        )
    };
    let listed = [
        object(-8, "default"),
        object(16, "default"),
        object(0, "default"),
        object(8, "spill-slot"),
    ]
    .concat();
    let function = one(&format!(
        "name: f\nfixedStack:\n{listed}body: |\n  bb.0:\n    RET 0\n"
    ));
    let offsets: Vec<u64> = function.stack.iter().map(|object| object.offset.0).collect();
    assert_eq!(offsets, [0, 16]);
    assert_eq!(function.to_string(), "[rsp+8]:8 [rsp+24]:8 ->");
}

/// `-mno-sse`: no instruction names the save area, only the place of each register in it does.
#[test]
fn a_save_area_without_vector_registers_is_found() {
    let live_in = |(number, register): (usize, &str)| {
        format!("  - {{ reg: '${register}', virtual-reg: '%{number}' }}\n")
    };
    let copy = |(number, register): (usize, &str)| format!("    %{number}:gr64 = COPY ${register}\n");
    let registers = ["rdi", "rsi", "rdx", "rcx", "r8", "r9"];
    let function = one(&format!(
        "name: f\nliveins:\n{}frameInfo:\n  hasVAStart:      true\nfixedStack:\n  - {{ type: default, offset: 0, size: 1, \
         alignment: 16 }}\nbody: |\n  bb.0:\n{}    MOV64mr %stack.0, 1, $noreg, 0, $noreg, %0\n    MOV64mr %stack.0, 1, $noreg, 8, \
         $noreg, %1\n    MOV64mr %stack.2, 1, $noreg, 16, $noreg, %2\n    MOV64mr %stack.2, 1, $noreg, 24, $noreg, %3\n    \
         MOV64mr %stack.2, 1, $noreg, 32, $noreg, %4\n    MOV64mr %stack.2, 1, $noreg, 40, $noreg, %5\n    RET64\n",
        registers.into_iter().enumerate().map(live_in).collect::<String>(),
        registers.into_iter().enumerate().map(copy).collect::<String>(),
    ));
    assert_eq!(function.to_string(), "rdi:8 rsi:8 -> ... rdx rcx r8 r9 [rsp+8]");
}

#[test]
fn the_words_for_each_compiler() {
    assert_eq!(assembler_arguments(Compiler::Clang)[0], "-S");
    assert_eq!(assembler_arguments(Compiler::Rustc)[0], "--emit=asm");
    assert_eq!(known_source(Compiler::Clang).0, "self_test.c");
    assert!(known_source(Compiler::Rustc).1.contains("t_integers"));
}
