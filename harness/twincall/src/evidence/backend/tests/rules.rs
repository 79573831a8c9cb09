//! Single rules of the reader, each in a few lines such as a compiler writes them.

use super::super::instruction::{Operand, parse};
use super::super::*;
use super::one;

/// A function with these lines as its body.
fn function(lines: &[&str]) -> BackendFunction {
    let body: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    one(&format!("name: f\nbody: |\n  bb.0:\n{body}"))
}

/// The calls of a function with these lines as its body.
fn calls(lines: &[&str]) -> Vec<String> {
    function(lines).calls.iter().map(BackendCall::to_string).collect()
}

#[test]
fn every_name_of_a_register_tells_its_full_name_and_its_width() {
    let known = [
        ("rax", "rax:8"),
        ("edx", "rdx:4"),
        ("si", "rsi:2"),
        ("dil", "rdi:1"),
        ("r8", "r8:8"),
        ("r9d", "r9:4"),
        ("r10w", "r10:2"),
        ("r15b", "r15:1"),
        ("xmm31", "xmm31:16"),
        ("ymm1", "ymm1:32"),
        ("zmm7", "zmm7:64"),
        ("fp1", "st1:10"),
        ("st0", "st0:10"),
        ("mm0", "mm0:8"),
        ("k1", "k1:8"),
    ];
    for (name, slot) in known {
        let call = format!("CALL64pcrel32 @g, csr_64, implicit ${name}");
        assert_eq!(calls(&[&call]), [format!("g {slot} ->")]);
    }
    for name in ["eflags", "mxcsr", "ssp", "xmm32", "r8x", "rsp"] {
        let call = format!("CALL64pcrel32 @g, csr_64, implicit ${name}");
        assert_eq!(calls(&[&call]), ["g ->"], "{name}");
    }
}

#[test]
fn a_mask_of_a_narrower_width_extends_with_zeros() {
    let passed = |mask: &str| {
        let and = format!("%2:gr32 = {mask}, implicit-def dead $eflags");
        calls(&[
            "%1:gr32 = COPY $esi",
            &and,
            "$edi = COPY %2",
            "CALL64pcrel32 @g, csr_64, implicit $edi",
        ])
    };
    assert_eq!(passed("AND32ri %1, 1"), ["g rdi:4 zext 1 ->"]);
    assert_eq!(passed("AND32ri %1, 255"), ["g rdi:4 zext 1 ->"]);
    assert_eq!(passed("AND32ri %1, 65535"), ["g rdi:4 zext 2 ->"]);
    // Until LLVM 16 a small mask has an opcode of its own.
    assert_eq!(passed("AND32ri8 %1, 1"), ["g rdi:4 zext 1 ->"]);
    // No type is 7 bits wide, and only `and` clears what is above a mask.
    assert_eq!(passed("AND32ri %1, 127"), ["g rdi:4 ->"]);
    assert_eq!(passed("OR32ri %1, 255"), ["g rdi:4 ->"]);
}

/// `MOVHPDmr` stores one half of a vector register: an argument `vector[1]`.
#[test]
fn the_memory_operand_says_how_wide_a_store_is() {
    let stored = |memory: &str| {
        let store = format!("MOVHPDmr $rsp, 1, $noreg, 0, $noreg, killed %1{memory}");
        calls(&[
            "ADJCALLSTACKDOWN64 32, 0, 0",
            "%1:vr128 = ADDPDrr %0, %0",
            &store,
            "CALL64pcrel32 @g, csr_64",
            "ADJCALLSTACKUP64 32, 0",
        ])
    };
    assert_eq!(
        stored(" :: (store (s64) into stack)"),
        ["g [rsp+8]:8 / 32 bytes ->"]
    );
    assert_eq!(
        stored(" :: (store (p0) into stack)"),
        ["g [rsp+8]:8 / 32 bytes ->"]
    );
    assert_eq!(
        stored(" :: (store (<2 x s32>) into stack)"),
        ["g [rsp+8]:8 / 32 bytes ->"]
    );
    // A size in bits that fills no byte still takes the byte.
    assert_eq!(
        stored(" :: (store (s1) into stack)"),
        ["g [rsp+8]:1 / 32 bytes ->"]
    );
    // Without a memory operand nothing is left but the register.
    assert_eq!(stored(""), ["g [rsp+8]:16 / 32 bytes ->"]);
}

#[test]
fn an_address_computed_from_the_stack_pointer_holds_in_its_own_call_sequence() {
    let lea = "%1:gr64 = LEA64r $rsp, 1, $noreg, 8, $noreg";
    let (down, up) = ("ADJCALLSTACKDOWN64 16, 0, 0", "ADJCALLSTACKUP64 16, 0");
    let store = "MOV32mr %1, 1, $noreg, 4, $noreg, %2 :: (store (s32))";
    let call = "CALL64pcrel32 @g, csr_64";
    assert_eq!(
        calls(&[down, lea, store, call, up]),
        ["g [rsp+20]:4 / 16 bytes ->"],
        "8 and 4 from the stack pointer, and the return address"
    );
    // The start of a sequence moves the stack pointer: what was computed earlier points elsewhere.
    assert_eq!(calls(&[lea, down, store, call, up]), ["g / 16 bytes ->"]);
    assert_eq!(
        calls(&[down, lea, call, up, down, store, call, up]),
        ["g / 16 bytes ->", "g / 16 bytes ->"]
    );
}

#[test]
fn the_end_of_a_call_sequence_closes_its_argument_area() {
    let lines = [
        "ADJCALLSTACKDOWN64 8, 0, 0",
        "MOV32mi $rsp, 1, $noreg, 0, $noreg, 7 :: (store (s32) into stack)",
        "CALL64pcrel32 @many, csr_64",
        "ADJCALLSTACKUP64 8, 0",
        // What the program itself keeps at its stack pointer is no argument.
        "MOV32mi $rsp, 1, $noreg, 4, $noreg, 7 :: (store (s32))",
        "TCRETURNdi64 @last, 0, csr_64, implicit $edi",
    ];
    assert_eq!(
        calls(&lines),
        ["many [rsp+8]:4 / 8 bytes ->", "last rdi:4 -> tail"]
    );
}

/// Where a part of the value is undefined, a return may leave its register out.
#[test]
fn of_several_returns_the_one_with_most_registers_tells_the_result() {
    let (short, long) = ("RET 0, $rax", "RET 0, $rax, $rdx");
    assert_eq!(function(&[short, long]).to_string(), "-> rax:8 rdx:8");
    assert_eq!(function(&[long, short]).to_string(), "-> rax:8 rdx:8");
}

#[test]
fn a_call_through_a_register_has_the_name_whose_address_was_put_there() {
    let callee = |address: &str| {
        let defined = format!("%1:gr64 = {address}");
        let mut function = function(&[&defined, "%2:gr64 = COPY %1", "CALL64r killed %2, csr_64"]);
        function.calls.remove(0).callee
    };
    assert_eq!(callee("LEA64r $rip, 1, $noreg, @g, $noreg").as_deref(), Some("g"));
    // What a non-PIC program and the large code model write.
    assert_eq!(callee("MOV64ri @\"g h\"").as_deref(), Some("g h"));
    assert_eq!(callee("MOV64ri32 target-flags(x86-plt) @g").as_deref(), Some("g"));
    assert_eq!(callee("MOV32ri64 @g").as_deref(), Some("g"));
    // An address of the program's own, and a sum.
    assert_eq!(callee("LEA64r %stack.0, 1, $noreg, 0, $noreg"), None);
    assert_eq!(callee("ADD64rr %3, @g"), None);
}

/// `-mretpoline`: the callee is in `r11`, which is then no argument, and the symbol is the thunk's.
#[test]
fn a_call_through_a_thunk_is_a_call_of_what_the_register_holds() {
    for thunk in ["&__llvm_retpoline_r11", "&__x86_indirect_thunk_r11"] {
        let call = format!("CALL64pcrel32 {thunk}, csr_64, implicit $edi, implicit killed $r11");
        let through = |address: &str| calls(&[address, "$edi = COPY %2", "$r11 = COPY %0", &call]).remove(0);
        assert_eq!(through("%0:gr64 = COPY $rdi"), "* rdi:4 ->");
        assert_eq!(
            through("%0:gr64 = MOV64rm $rip, 1, $noreg, target-flags(x86-gotpcrel) @g, $noreg"),
            "g rdi:4 ->"
        );
    }
    // Of any other function `r11` would be an argument.
    assert_eq!(
        calls(&["CALL64pcrel32 @g, csr_64, implicit killed $r11"]),
        ["g r11:8 ->"]
    );
}

/// All six general registers are named parameters here, and the body keeps the sixth in its own structure, at the
/// offset that this register has in a save area: `s.a[5] = f;`.
#[test]
fn the_save_of_vector_registers_names_the_save_area() {
    let function = one(
        "name: f\nliveins:\n  - { reg: '$r9', virtual-reg: '%5' }\n  - { reg: '$al', virtual-reg: '%6' }\n  \
         - { reg: '$xmm0', virtual-reg: '' }\n  - { reg: '$xmm1', virtual-reg: '' }\nframeInfo:\n  hasVAStart:      true\n\
         fixedStack:\n  - { type: default, offset: 0, size: 1, alignment: 16 }\nbody: |\n  bb.0:\n    %6:gr8 = COPY $al\n    \
         %5:gr64 = COPY $r9\n    VASTART_SAVE_XMM_REGS %6, %stack.2, 1, $noreg, 0, $noreg, 48, $xmm0, $xmm1, implicit-def \
         dead $eflags\n    MOV64mr %stack.0, 1, $noreg, 40, $noreg, %5\n    RET 0\n",
    );
    assert_eq!(function.to_string(), "r9:8 -> ... xmm0 xmm1 [rsp+8] al");
}

#[test]
fn what_follows_the_operands_is_memory() {
    let load = parse("  CALL64m $rip, 1, $noreg, @\"a :: (b\", $noreg, 8 :: (load (s64) from got)").unwrap();
    assert_eq!(load.memory, "(load (s64) from got)");
    assert_eq!(load.operand(3), Some(Operand::Other("@\"a :: (b\"")));
    assert_eq!(load.operand(5), Some(Operand::Integer(8)));
    assert_eq!(load.operand(6), None);
    let bare = parse("FLUSH :: (store (s8) into %ir.\"a b\")").unwrap();
    assert_eq!(bare.memory, "(store (s8) into %ir.\"a b\")");
    assert_eq!(bare.operand(0), None);
    assert_eq!(parse("MOV32mi $rsp, 1, $noreg, 0, $noreg, 7").unwrap().memory, "");
}
