//! Hand-checked against the `.functype` lines of llc 14 and 22.

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

fn pointer_with(attributes: IrAttributes) -> IrParam {
    IrParam {
        ty: IrType::Pointer,
        attributes,
    }
}

fn function(params: Vec<IrParam>, result: IrType, features: &str) -> IrFunction {
    IrFunction {
        text: String::new(),
        symbol: "f".to_owned(),
        convention: 0,
        params,
        result: plain(result),
        variadic: false,
        defined: true,
        target_features: features.to_owned(),
        nounwind: false,
    }
}

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

fn place(function: &IrFunction, llvm_major: u32) -> Result<Lowering, Unsupported> {
    place_with(function, llvm_major, None)
}

fn placed(function: &IrFunction) -> String {
    show(&place(function, 22).unwrap())
}

fn arguments(types: &[IrType], features: &str) -> String {
    placed(&function(
        types.iter().cloned().map(plain).collect(),
        IrType::Void,
        features,
    ))
}

fn result(ty: IrType, features: &str) -> String {
    placed(&function(Vec::new(), ty, features))
}

#[test]
fn each_legal_value_is_one_parameter() {
    assert_eq!(
        arguments(
            &[
                int(1),
                int(8),
                int(32),
                int(64),
                IrType::Float,
                IrType::Double,
                IrType::Pointer
            ],
            ""
        ),
        "param 0:1; param 1:1; param 2:4; param 3:8; param 4:4; param 5:8; param 6:4 =>"
    );
    assert_eq!(
        arguments(&[int(128), IrType::Fp128, int(32)], ""),
        "param 0:8 param 1:8; param 2:8 param 3:8; param 4:4 =>"
    );
    assert_eq!(
        arguments(&[structure(&[]), structure(&[int(8), int(64)])], ""),
        "; param 0:1 param 1:8 =>"
    );
}

#[test]
fn small_integers_carry_their_extension_both_ways() {
    let extended = |bits, extension| {
        let attributes = IrAttributes {
            extension,
            ..IrAttributes::default()
        };
        IrParam {
            ty: int(bits),
            attributes,
        }
    };
    let function = IrFunction {
        result: extended(16, Extension::Zero),
        ..function(
            vec![extended(8, Extension::Sign), extended(32, Extension::Sign)],
            IrType::Void,
            "",
        )
    };
    assert_eq!(placed(&function), "param 0:1 sext; param 1:4 => result 0:2 zext");
}

#[test]
fn aggregates_in_memory_are_pointers_and_a_plain_pointer_is_a_value() {
    let sret = pointer_with(IrAttributes {
        sret: Some(Bytes(24)),
        ..IrAttributes::default()
    });
    let byval = pointer_with(IrAttributes {
        byval: Some(Bytes(8)),
        ..IrAttributes::default()
    });
    let bare = pointer_with(IrAttributes {
        dereferenceable: Some(Bytes(8)),
        ..IrAttributes::default()
    });
    assert_eq!(
        placed(&function(vec![sret, byval, bare], IrType::Void, "")),
        "param 1 -> 8 bytes; param 2:4 => param 0 -> 24 bytes"
    );
}

#[test]
fn a_result_is_one_value_or_goes_through_memory() {
    assert_eq!(result(IrType::Double, ""), "=> result 0:8");
    assert_eq!(result(int(128), "+multivalue"), "=> param 0 -> 16 bytes");
    assert_eq!(result(IrType::Fp128, ""), "=> param 0 -> 16 bytes");
    assert_eq!(result(structure(&[structure(&[int(32)])]), ""), "=> result 0:4");
    assert_eq!(result(structure(&[int(8), int(32)]), ""), "=> param 0 -> 8 bytes");
    // i128 was aligned to 8 before LLVM 20.
    let old = function(Vec::new(), structure(&[int(8), int(128)]), "");
    assert_eq!(show(&place(&old, 19).unwrap()), "=> param 0 -> 24 bytes");
    assert_eq!(placed(&old), "=> param 0 -> 32 bytes");
}

#[test]
fn several_results_depend_on_an_abi_that_new_modules_do_not_name() {
    let pair = function(
        vec![plain(int(32))],
        structure(&[int(32), IrType::Float]),
        "+multivalue",
    );
    assert_eq!(
        show(&place(&pair, 18).unwrap()),
        "param 0:4 => result 0:4 result 1:4"
    );
    assert!(place(&pair, 22).is_err());
    // The function's wasm type tells.
    assert_eq!(
        show(&place_with(&pair, 22, Some(true)).unwrap()),
        "param 0:4 => result 0:4 result 1:4"
    );
    assert_eq!(
        show(&place_with(&pair, 22, Some(false)).unwrap()),
        "param 1:4 => param 0 -> 8 bytes"
    );
}

#[test]
fn vectors_need_simd128_to_stay_whole() {
    let four = || vector(int(32), 4);
    assert_eq!(
        arguments(&[four()], ""),
        "param 0:4 param 1:4 param 2:4 param 3:4 =>"
    );
    assert_eq!(arguments(&[four()], "+simd128"), "param 0:16 =>");
    assert_eq!(result(four(), ""), "=> param 0 -> 16 bytes");
    assert_eq!(result(four(), "+simd128"), "=> result 0:16");
    assert_eq!(
        arguments(&[vector(IrType::Float, 8)], "+simd128"),
        "param 0:16 param 1:16 =>"
    );
    assert_eq!(
        arguments(&[vector(int(64), 1), vector(int(32), 3)], "+simd128"),
        "param 0:8; param 1:12 =>"
    );
    assert_eq!(
        arguments(&[vector(int(8), 3)], "+simd128"),
        "param 0:1 param 1:1 param 2:1 =>"
    );
}

#[test]
fn what_is_not_covered_is_a_value() {
    let refused = |function: &IrFunction| place(function, 22).is_err();
    let sret = || {
        pointer_with(IrAttributes {
            sret: Some(Bytes(8)),
            ..IrAttributes::default()
        })
    };
    assert!(refused(&function(vec![sret()], int(32), "")), "two results");
    assert!(refused(&function(vec![sret(), sret()], IrType::Void, "")));
    assert!(!refused(&function(vec![sret()], IrType::Void, "")));
    assert!(refused(&IrFunction {
        convention: 8,
        ..function(Vec::new(), IrType::Void, "")
    }));
    for ty in [
        IrType::X86Fp80,
        IrType::BFloat,
        IrType::Other("externref".to_owned()),
        vector(int(1), 4),
    ] {
        assert!(
            refused(&function(vec![plain(ty.clone())], IrType::Void, "")),
            "{ty:?}"
        );
        assert!(refused(&function(Vec::new(), ty.clone(), "")), "{ty:?}");
    }
}

#[test]
fn versions_and_limits_decide_at_their_own_number() {
    let of = |param: IrParam, major| {
        let placed = place(&function(vec![param], IrType::Void, "+simd128"), major);
        placed.map(|lowering| lowering.arguments[0].len()).ok()
    };
    let byval = |ty| IrParam {
        ty,
        ..pointer_with(IrAttributes {
            byval: Some(Bytes(8)),
            ..IrAttributes::default()
        })
    };
    for (param, major, slots) in [
        (plain(IrType::Half), 21, None),
        (plain(IrType::Half), 22, Some(1)),
        (plain(vector(int(8), 4096)), 22, Some(256)),
        (plain(vector(int(8), 4097)), 22, None),
        (plain(vector(int(8), 0)), 22, None),
        (plain(vector(IrType::Pointer, 4)), 22, Some(1)),
        (byval(IrType::Pointer), 22, Some(1)),
        (byval(int(32)), 22, None),
    ] {
        assert_eq!(of(param.clone(), major), slots, "{param:?}");
    }
    // The feature alone decided before LLVM 19.
    let wide = function(Vec::new(), int(128), "+multivalue");
    let at = |major| show(&place(&wide, major).unwrap());
    assert_eq!(at(18), "=> result 0:8 result 1:8");
    assert_eq!(at(19), "=> param 0 -> 16 bytes");
    let pair = function(Vec::new(), structure(&[int(32), int(32)]), "+multivalue");
    assert!(place(&pair, 19).is_err());
}
