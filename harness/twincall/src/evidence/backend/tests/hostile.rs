//! Text that no compiler wrote: whatever it is, there is an answer, and soon.

use super::super::*;
use super::{CALLS, SELF_TESTS};

/// A small generator with a period long enough for these loops (Knuth's constants).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// Reads and shows, so that everything a user could reach has run.
fn survive(text: &str) {
    if let Ok(functions) = read(text, 22) {
        for function in functions {
            let _ = function.to_string();
            for call in &function.calls {
                let _ = (call.to_string(), call.merged_stores());
            }
        }
    }
    if let Err(drift) = self_test(text, Compiler::Clang, 22) {
        let _ = drift.to_string();
    }
}

#[test]
fn truncated_text_never_panics() {
    for (_, text) in SELF_TESTS {
        for end in (0..text.len()).step_by(487) {
            let end = text.floor_char_boundary(end);
            let error = read(&text[..end], 22);
            survive(&text[..end]);
            let whole_documents = text[..end].trim_end().ends_with("...");
            assert_eq!(error.is_ok(), whole_documents, "cut at {end}");
        }
    }
}

#[test]
fn damaged_text_never_panics() {
    let mut random = Random(1);
    let pieces = [
        "$",
        "%",
        "%9",
        " = ",
        "COPY",
        "'",
        "\"",
        "{",
        "}",
        "(",
        "<",
        ",",
        " :: (",
        "-1",
        "18446744073709551615",
        "9223372036854775807",
        "\u{fffd}",
        "\n",
        "---\n",
        "...\n",
        "é",
    ];
    for round in 0..400 {
        let (_, text) = SELF_TESTS[round % SELF_TESTS.len()];
        let mut damaged = text.to_owned();
        for _ in 0..1 + random.below(12) {
            let at = damaged.floor_char_boundary(random.below(damaged.len()));
            let end = damaged
                .floor_char_boundary((at + random.below(9)).min(damaged.len()))
                .max(at);
            damaged.replace_range(at..end, pieces[random.below(pieces.len())]);
        }
        survive(&damaged);
    }
}

#[test]
fn shuffled_lines_never_panic() {
    let mut random = Random(7);
    let (_, text) = CALLS[3];
    let lines: Vec<&str> = text.lines().collect();
    for _ in 0..60 {
        let mut shuffled = String::from("---\nname: f\nbody: |\n");
        for _ in 0..400 {
            shuffled.push_str(lines[random.below(lines.len())]);
            shuffled.push('\n');
        }
        shuffled.push_str("...\n");
        survive(&shuffled);
    }
}

#[test]
fn bytes_that_are_no_text_never_panic() {
    let mut random = Random(3);
    for _ in 0..200 {
        let bytes: Vec<u8> = (0..random.below(2000)).map(|_| random.below(256) as u8).collect();
        let text = String::from_utf8_lossy(&bytes);
        survive(&text);
        survive(&format!("---\nname: f\nbody: |\n  {text}\n...\n"));
        survive(&format!("---\nname: f\nliveins:\n  - {{ {text} }}\n...\n"));
    }
}

#[test]
fn extreme_numbers_never_panic() {
    for number in [
        "-1",
        "0",
        "-9223372036854775808",
        "9223372036854775807",
        "18446744073709551615",
        "99999999999999999999",
    ] {
        survive(&format!(
            "---\nname: f\nfixedStack:\n  - {{ type: default, offset: {number}, size: {number}, alignment: {number} }}\nbody: |\n  \
             bb.0:\n    ADJCALLSTACKDOWN64 {number}, 0, 0\n    %1:gr64 = COPY $rsp\n    %2:gr64 = ADD64ri32 %1, {number}\n    \
             MOV64mr %2, 1, $noreg, {number}, $noreg, %2 :: (store (s{number}))\n    $rdi = COPY %2\n    $rcx = MOV64ri {number}\n    \
             REP_MOVSQ_64 implicit $rcx\n    $al = MOV8ri {number}\n    CALL64pcrel32 @f, implicit $al, implicit $r{number}\n    \
             $xmm{number} = COPY %{number}\n    RET64 implicit $xmm{number}\n...\n"
        ));
    }
}

/// Every text here is megabytes long and would take minutes if any step were quadratic.
#[test]
fn huge_text_is_read() {
    let many = 20_000;
    let body = |lines: String| format!("---\nname: f\nbody: |\n{lines}...\n");
    let repeat = |line: &str| line.repeat(many);
    let numbered = |make: &dyn Fn(usize) -> String| (0..many).map(make).collect::<String>();
    let texts = [
        body(repeat("    ADJCALLSTACKDOWN64 8, 0, 0\n")),
        body(repeat(
            "    CALL64pcrel32 @f, csr_64, implicit $rdi, implicit-def $rax\n",
        )),
        body(repeat(
            "    %1:gr64 = COPY %2\n    %2:gr64 = COPY %1\n    $rdi = COPY %1\n    CALL64r %1, implicit $rdi\n",
        )),
        body(numbered(&|n| {
            format!(
                "    %{}:gr64 = COPY %{n}\n    $rdi = COPY %{n}\n    CALL64r %{n}, implicit $rdi\n",
                n + 1
            )
        })),
        body(format!(
            "    CALL64pcrel32 @f{}\n",
            repeat(", implicit $rdi, implicit-def $rax")
        )),
        body(format!(
            "    CALL64pcrel32 @f{}\n",
            numbered(&|n| format!(", implicit $xmm{}", n % 40))
        )),
        body(format!("    RET 0{}\n", repeat(", %1"))),
        body(format!("    CALL64pcrel32 {}\n", repeat("(<"))),
        body(format!("    {} CALL64pcrel32 @f\n", repeat("nsw "))),
        body(format!("    MOV64mr {}\n", repeat("dead "))),
        body(format!(
            "    ADJCALLSTACKDOWN64 8, 0, 0\n{}    CALL64r %1\n",
            numbered(&|n| format!("    M{n} $rsp, 1, $rax, 0, $noreg, %1\n"))
        )),
        body(format!(
            "    VASTART_SAVE_XMM_REGS %1, %stack.3{}\n{}",
            repeat(", $xmm0"),
            repeat("    MOV64mr %stack.3, 1, $noreg, 8, $noreg, %1\n")
        )),
        format!(
            "---\nname: f\nliveins:\n{}body: |\n...\n",
            repeat("  - { reg: '$xmm0', virtual-reg: '%1' }\n")
        ),
        format!("---\nname: f\nliveins:\n  - {{{}\n...\n", repeat(" a: b,\n")),
        repeat("---\nname: f\nbody: |\n    RET64\n...\n"),
        repeat("--- |\n...\n"),
        format!("---\nname: {}\n", repeat("f")),
    ];
    // A reader that takes quadratic time would not come to the end of these.
    for text in &texts {
        survive(text);
    }
}
