//! Hand-checked against the machine code of llc 14 and 22.

use super::*;
use crate::ir::IrAttributes;

fn int(bits: u32) -> IrType {
    IrType::Integer { bits }
}

fn vector(element: IrType, lanes: u32) -> IrType {
    IrType::Vector {
        element: Box::new(element),
        lanes,
    }
}

fn array(element: IrType, length: u64) -> IrType {
    IrType::Array {
        element: Box::new(element),
        length,
    }
}

fn structure(fields: &[IrType]) -> IrType {
    IrType::Struct {
        fields: fields.to_vec(),
        packed: false,
    }
}

fn plain(ty: IrType) -> IrParam {
    IrParam {
        ty,
        attributes: IrAttributes::default(),
    }
}

fn byval(size: u64, align: u64) -> IrParam {
    let attributes = IrAttributes {
        byval: Some(Bytes(size)),
        align: Some(Bytes(align)),
        ..IrAttributes::default()
    };
    IrParam {
        ty: IrType::Pointer,
        attributes,
    }
}

fn sret(size: u64) -> IrParam {
    IrParam {
        ty: IrType::Pointer,
        attributes: IrAttributes {
            sret: Some(Bytes(size)),
            ..IrAttributes::default()
        },
    }
}

fn extended(bits: u32, extension: Extension) -> IrParam {
    IrParam {
        ty: int(bits),
        attributes: IrAttributes {
            extension,
            ..IrAttributes::default()
        },
    }
}

fn function(params: Vec<IrParam>, result: IrType) -> IrFunction {
    IrFunction {
        text: String::new(),
        symbol: "f".to_owned(),
        convention: CC_C,
        params,
        result: plain(result),
        variadic: false,
        defined: true,
        target_features: String::new(),
        nounwind: false,
    }
}

/// Every argument's slots, arguments separated by `; `, then the result.
fn show(lowering: &Lowering) -> String {
    let list = |slots: &[Slot]| {
        slots
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let arguments: Vec<String> = lowering.arguments.iter().map(|slots| list(slots)).collect();
    format!("{} => {}", arguments.join("; "), list(&lowering.result))
        .trim()
        .to_owned()
}

fn placed(function: &IrFunction) -> String {
    show(&place(function, 22).unwrap())
}

fn arguments(types: &[IrType]) -> String {
    placed(&function(
        types.iter().cloned().map(plain).collect(),
        IrType::Void,
    ))
}

fn result(ty: IrType) -> String {
    placed(&function(Vec::new(), ty))
}

#[test]
fn integers_take_six_registers_then_the_stack() {
    assert_eq!(
        arguments(&[
            int(1),
            int(8),
            int(16),
            int(32),
            int(64),
            IrType::Pointer,
            int(8),
            int(32)
        ]),
        "rdi:1; rsi:1; rdx:2; rcx:4; r8:8; r9:8; [rsp+8]:1; [rsp+16]:4 =>"
    );
}

#[test]
fn small_integers_carry_their_extension_and_full_ones_do_not() {
    let params = vec![
        extended(8, Extension::Sign),
        extended(1, Extension::Zero),
        extended(32, Extension::Sign),
        extended(48, Extension::Zero),
        extended(65, Extension::Sign),
    ];
    assert_eq!(
        placed(&function(params, IrType::Void)),
        "rdi:1 sext; rsi:1 zext; rdx:4; rcx:6 zext; r8:8 r9:1 sext =>"
    );
    // i8 and i16 results are left as they are on Linux, with or without the attribute.
    for (bits, text) in [
        (8, "=> rax:1"),
        (16, "=> rax:2"),
        (1, "=> rax:1 sext"),
        (32, "=> rax:4"),
    ] {
        let function = IrFunction {
            result: extended(bits, Extension::Sign),
            ..function(Vec::new(), IrType::Void)
        };
        assert_eq!(placed(&function), text);
    }
}

#[test]
fn a_bare_i128_takes_two_registers_or_none() {
    let params: Vec<IrParam> = [64, 64, 64, 64, 64, 128, 64].map(int).map(plain).into();
    let at = |major| show(&place(&function(params.clone(), IrType::Void), major).unwrap());
    let start = "rdi:8; rsi:8; rdx:8; rcx:8; r8:8; ";
    assert_eq!(at(14), format!("{start}r9:8 [rsp+8]:8; [rsp+16]:8 =>"));
    assert_eq!(at(17), at(14));
    assert_eq!(at(18), format!("{start}[rsp+8]:8 [rsp+16]:8; [rsp+24]:8 =>"));
    assert_eq!(at(19), at(18));
    assert_eq!(at(20), at(22));
    assert_eq!(at(22), format!("{start}[rsp+8]:8 [rsp+16]:8; r9:8 =>"));
    assert_eq!(
        arguments(&[64, 64, 64, 64, 128].map(int)),
        "rdi:8; rsi:8; rdx:8; rcx:8; r8:8 r9:8 =>"
    );
}

#[test]
fn a_bare_i128_on_the_stack_is_aligned_to_16() {
    let mut params: Vec<IrParam> = [64; 7].map(int).map(plain).into();
    params.push(plain(int(128)));
    let at = |major| {
        place(&function(params.clone(), IrType::Void), major)
            .unwrap()
            .arguments[7]
            .clone()
    };
    let offsets = |slots: &[Slot]| {
        slots
            .iter()
            .map(|slot| slot.location.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(offsets(&at(14)), ["[rsp+16]", "[rsp+24]"]);
    assert_eq!(offsets(&at(22)), ["[rsp+24]", "[rsp+32]"]);
}

#[test]
fn an_i128_inside_an_aggregate_is_two_words() {
    let five = [64; 5].map(int);
    let with = |last| arguments(&[&five[..], &[last]].concat());
    let split = "rdi:8; rsi:8; rdx:8; rcx:8; r8:8; r9:8 [rsp+8]:8 =>";
    assert_eq!(with(structure(&[int(128)])), split);
    assert_eq!(with(array(int(64), 2)), split);
    assert_eq!(
        with(int(96)),
        "rdi:8; rsi:8; rdx:8; rcx:8; r8:8; r9:8 [rsp+8]:4 =>"
    );
}

#[test]
fn floating_point_takes_eight_registers_then_the_stack() {
    let mut types = vec![
        IrType::Half,
        IrType::BFloat,
        IrType::Float,
        IrType::Double,
        IrType::Fp128,
    ];
    types.extend([vector(IrType::Float, 4), vector(IrType::Float, 2), IrType::Double]);
    types.extend([IrType::Float, IrType::Fp128, IrType::X86Fp80, vector(int(8), 4)]);
    assert_eq!(
        arguments(&types),
        "xmm0:2; xmm1:2; xmm2:4; xmm3:8; xmm4:16; xmm5:16; xmm6:8; xmm7:8; \
         [rsp+8]:4; [rsp+24]:16; [rsp+40]:10; [rsp+56]:4 =>"
    );
}

#[test]
fn aggregates_are_their_leaves() {
    let inner = structure(&[IrType::Double, vector(IrType::Float, 2)]);
    assert_eq!(
        arguments(&[structure(&[int(32), inner, array(IrType::Pointer, 2)])]),
        "rdi:4 xmm0:8 xmm1:8 rsi:8 rdx:8 =>"
    );
    assert_eq!(
        arguments(&[structure(&[]), array(int(64), 0), int(64)]),
        "; ; rdi:8 =>"
    );
}

#[test]
fn equal_contracts_in_different_text_are_placed_alike() {
    let float2 = || vector(IrType::Float, 2);
    let locations = |types: &[IrType]| {
        let function = function(types.iter().cloned().map(plain).collect(), IrType::Void);
        let slots: Vec<Slot> = place(&function, 22).unwrap().arguments.concat();
        slots.into_iter().map(|slot| slot.location).collect::<Vec<_>>()
    };
    assert_eq!(
        locations(&[float2(), IrType::Float]),
        locations(&[structure(&[IrType::Double, IrType::Float])])
    );
    assert_eq!(
        locations(&[IrType::Double, int(32)]),
        locations(&[structure(&[IrType::Double, int(64)])])
    );
    assert_eq!(
        locations(&[int(64), int(64)]),
        locations(&[structure(&[IrType::Pointer, int(32)])])
    );
    assert_eq!(
        locations(&[int(128)]),
        locations(&[structure(&[int(64), int(64)])])
    );
}

#[test]
fn wide_vectors_follow_the_features() {
    let eight = || vector(IrType::Float, 8);
    let sixteen = || vector(int(32), 16);
    let with = |features: &str, ty: IrType, variadic| {
        let base = function(vec![plain(ty.clone())], ty);
        placed(&IrFunction {
            target_features: features.to_owned(),
            variadic,
            ..base
        })
    };
    assert_eq!(with("", eight(), false), "xmm0:16 xmm1:16 => xmm0:16 xmm1:16");
    assert_eq!(with("+avx", eight(), false), "ymm0:32 => ymm0:32");
    assert_eq!(with("+avx", eight(), true), "[rsp+8]:32 => ymm0:32");
    assert_eq!(
        with("+avx", sixteen(), false),
        "ymm0:32 ymm1:32 => ymm0:32 ymm1:32"
    );
    assert_eq!(with("+avx512f", sixteen(), false), "zmm0:64 => zmm0:64");
    assert_eq!(
        with("+avx512f,-evex512", sixteen(), false),
        "ymm0:32 ymm1:32 => ymm0:32 ymm1:32"
    );
    // Eight xmm registers do not fit into the four of a result.
    assert_eq!(
        with("", vector(int(64), 16), false).split(" => ").nth(1),
        Some("rdi -> 128 bytes")
    );
}

/// `CCIfNotVarArg` stands before vectors of 32 and 64 bytes only.
#[test]
fn vectors_of_one_xmm_register_keep_it_in_a_variadic_function() {
    for features in ["", "+avx", "+avx512f"] {
        let function = IrFunction {
            variadic: true,
            target_features: features.to_owned(),
            ..function(
                vec![
                    plain(vector(IrType::Float, 4)),
                    plain(int(32)),
                    plain(vector(int(32), 2)),
                ],
                IrType::Void,
            )
        };
        assert_eq!(placed(&function), "xmm0:16; rdi:4; xmm1:8 =>", "{features}");
    }
}

#[test]
fn short_and_odd_vectors() {
    assert_eq!(
        arguments(&[vector(IrType::Double, 1), vector(int(64), 1)]),
        "xmm0:8; rdi:8 =>"
    );
    assert_eq!(
        arguments(&[vector(int(16), 1), vector(IrType::Half, 3)]),
        "rdi:2; xmm0:6 =>"
    );
    assert_eq!(
        arguments(&[vector(IrType::Float, 3), vector(int(8), 3)]),
        "xmm0:12; rdi:1 rsi:1 rdx:1 =>"
    );
    assert_eq!(result(vector(IrType::Double, 1)), "=> xmm0:8");
    assert_eq!(result(vector(int(32), 2)), "=> xmm0:8");
}

#[test]
fn byval_takes_whole_words_of_stack_at_its_alignment() {
    let params = vec![
        byval(0, 1),
        byval(3, 1),
        plain(IrType::X86Fp80),
        byval(24, 32),
        plain(int(64)),
        byval(8, 8),
    ];
    let lowering = place(&function(params, IrType::Void), 22).unwrap();
    assert_eq!(
        show(&lowering),
        "[rsp+8]:0; [rsp+16]:3; [rsp+24]:10; [rsp+40]:24; rdi:8; [rsp+64]:8 =>"
    );
    assert_eq!((lowering.stack, lowering.stack_align), (Bytes(64), Bytes(32)));
}

#[test]
fn results_use_three_general_and_two_vector_registers() {
    assert_eq!(result(int(128)), "=> rax:8 rdx:8");
    assert_eq!(result(array(int(64), 3)), "=> rax:8 rdx:8 rcx:8");
    assert_eq!(result(array(int(64), 4)), "=> rdi -> 32 bytes");
    assert_eq!(result(int(256)), "=> rdi -> 32 bytes");
    assert_eq!(
        result(structure(&[vector(IrType::Float, 2), IrType::Float])),
        "=> xmm0:8 xmm1:4"
    );
    assert_eq!(result(array(IrType::Float, 3)), "=> xmm0:4 xmm1:4 st0:4");
    assert_eq!(result(array(IrType::Fp128, 3)), "=> rdi -> 48 bytes");
    assert_eq!(
        result(structure(&[IrType::X86Fp80, IrType::X86Fp80])),
        "=> st0:10 st1:10"
    );
    assert_eq!(result(structure(&[IrType::Double, int(64)])), "=> xmm0:8 rax:8");
    // The last that fits, and one more.
    for (one, most, fits, memory) in [
        (
            IrType::Float,
            4,
            "=> xmm0:4 xmm1:4 st0:4 st1:4",
            "=> rdi -> 20 bytes",
        ),
        (IrType::Half, 3, "=> xmm0:2 xmm1:2 xmm2:2", "=> rdi -> 8 bytes"),
        (IrType::X86Fp80, 2, "=> st0:10 st1:10", "=> rdi -> 48 bytes"),
        (
            vector(IrType::Float, 4),
            4,
            "=> xmm0:16 xmm1:16 xmm2:16 xmm3:16",
            "=> rdi -> 80 bytes",
        ),
    ] {
        assert_eq!(result(array(one.clone(), most)), fits);
        assert_eq!(result(array(one, most + 1)), memory);
    }
    assert_eq!(result(structure(&[])), "=>");
}

#[test]
fn hidden_results_take_the_first_register() {
    let declared = placed(&function(vec![sret(24), plain(int(32))], IrType::Void));
    assert_eq!(declared, "rsi:4 => rdi -> 24 bytes");
    let demoted = placed(&function(
        vec![plain(int(32))],
        structure(&[int(8), array(int(64), 3)]),
    ));
    assert_eq!(demoted, "rsi:4 => rdi -> 32 bytes");
}

#[test]
fn what_is_not_covered_is_a_value() {
    let refused = |function: &IrFunction| place(function, 22).is_err();
    let base = || function(Vec::new(), IrType::Void);
    for convention in [CC_FAST, CC_WIN64, 1, u32::MAX] {
        assert!(refused(&IrFunction { convention, ..base() }));
    }
    let mut nested = int(8);
    for _ in 0..100 {
        nested = structure(&[nested]);
    }
    let types = [
        IrType::Other("target(\"x\")".to_owned()),
        array(int(8), u64::MAX),
        int(0),
        int(u32::MAX),
        vector(int(1), 8),
        vector(int(8), 0),
        vector(int(8), u32::MAX),
        vector(structure(&[]), 2),
        nested,
    ];
    for ty in types {
        assert!(
            refused(&function(vec![plain(ty.clone())], IrType::Void)),
            "{ty:?}"
        );
        assert!(refused(&function(Vec::new(), ty.clone())), "{ty:?}");
    }
    assert!(refused(&function(vec![byval(u64::MAX, 8)], IrType::Void)));
    assert!(refused(&function(vec![byval(8, 24)], IrType::Void)));
    assert!(refused(&function(vec![sret(8)], int(32))));
    let no_sse = IrFunction {
        target_features: "-sse".to_owned(),
        ..function(vec![plain(IrType::Float)], IrType::Void)
    };
    assert!(refused(&no_sse));
    // Empty elements are no work, however many they are.
    assert!(!refused(&function(
        vec![plain(array(structure(&[]), u64::MAX))],
        IrType::Void
    )));
}

#[test]
fn the_named_system_v_convention_is_the_same() {
    let base = function(vec![plain(int(64)), plain(IrType::Double)], int(128));
    assert_eq!(
        placed(&IrFunction {
            convention: CC_X86_64_SYSV,
            ..base.clone()
        }),
        placed(&base)
    );
}

#[test]
fn a_version_decides_from_its_own_number_on() {
    let at = |ty: &IrType, major| {
        let placed = place(&function(vec![plain(ty.clone())], IrType::Void), major);
        placed.map(|lowering| show(&lowering)).ok()
    };
    for (ty, first, slots) in [
        (IrType::Half, 15, "xmm0:2 =>"),
        (IrType::BFloat, 16, "xmm0:2 =>"),
        (vector(IrType::Half, 2), 16, "xmm0:4 =>"),
        (vector(IrType::BFloat, 1), 16, "xmm0:2 =>"),
    ] {
        assert_eq!(at(&ty, first - 1), None, "{ty:?}");
        assert_eq!(at(&ty, first).as_deref(), Some(slots), "{ty:?}");
    }
    // An `i128` was aligned to 8 in memory before LLVM 18.
    let memory = function(Vec::new(), structure(&[int(8), int(128), int(8)]));
    let demoted = |major| show(&place(&memory, major).unwrap());
    assert_eq!(demoted(17), "=> rdi -> 32 bytes");
    assert_eq!(demoted(18), "=> rdi -> 48 bytes");
}

#[test]
fn limits_are_the_last_that_is_taken() {
    let nested = |depth| (0..depth).fold(int(8), |inner, _| structure(&[inner]));
    let arrays = |depth| (0..depth).fold(int(8), |inner, _| array(inner, 1));
    for (taken, refused) in [
        (nested(64), nested(65)),
        (arrays(64), arrays(65)),
        (array(int(8), 4096), array(int(8), 4097)),
        (vector(int(8), 4096), vector(int(8), 4097)),
        (int(1 << 23), int((1 << 23) + 1)),
    ] {
        let of = |ty| place(&function(vec![plain(ty)], IrType::Void), 22);
        assert!(of(taken).is_ok());
        assert!(of(refused).is_err());
    }
}

#[test]
fn lanes_of_every_type() {
    for (lane, lanes, slots) in [
        (IrType::Pointer, 2, "xmm0:16 =>"),
        (IrType::BFloat, 8, "xmm0:16 =>"),
        (IrType::Half, 1, "xmm0:2 =>"),
        (IrType::Double, 2, "xmm0:16 =>"),
        (IrType::X86Fp80, 1, "[rsp+8]:10 =>"),
        (IrType::Fp128, 1, "xmm0:16 =>"),
        (int(128), 1, "rdi:8 rsi:8 =>"),
        (int(1), 1, "rdi:1 =>"),
    ] {
        assert_eq!(arguments(&[vector(lane, lanes)]), slots);
    }
    for lane in [IrType::X86Fp80, IrType::Fp128, int(128), int(1)] {
        let two = function(vec![plain(vector(lane, 2))], IrType::Void);
        assert!(place(&two, 22).is_err());
    }
}

#[test]
fn attributes_that_contradict_the_type_are_refused() {
    let on_integer = |param: IrParam| IrParam { ty: int(64), ..param };
    let both = IrParam {
        attributes: IrAttributes {
            sret: Some(Bytes(8)),
            ..byval(8, 8).attributes
        },
        ..byval(8, 8)
    };
    for param in [on_integer(byval(8, 8)), on_integer(sret(8)), both] {
        assert!(place(&function(vec![param], IrType::Void), 22).is_err());
    }
}

/// What the caller promises of the upper bits holds on the stack as it does in a register.
#[test]
fn a_small_integer_on_the_stack_keeps_its_extension() {
    let mut params: Vec<IrParam> = (0..6).map(|_| plain(int(64))).collect();
    params.push(extended(8, Extension::Sign));
    params.push(extended(16, Extension::Zero));
    let lowering = place(&function(params, IrType::Void), 22).unwrap();
    let told: Vec<String> = lowering.arguments[6..]
        .concat()
        .iter()
        .map(Slot::to_string)
        .collect();
    assert_eq!(told, ["[rsp+8]:1 sext", "[rsp+16]:2 zext"]);
}
