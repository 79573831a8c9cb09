//! Whether an explanation covers what it predicts and nothing else.

use fastrand::Rng;
use twincall_abi::interface::{Convention, Parameter, Signature, SourceLocation};
use twincall_abi::machine::{CAPTURE_RSP, CAPTURE_SEEN, CaptureRecord};
use twincall_abi::run::{Ending, Outcome};
use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeAttributes, TypeDefinition, TypeKind};

use super::super::expected::Expected;
use super::super::generate::{Features, Generated, Vocabulary};
use super::super::native::{Planned, plan_caller};
use super::super::outcome::Role;
use super::{Sign, predictions};

/// `void f(struct { float f0; double f1[0]; } packed, int, double)`
fn signature() -> Generated {
    let field = |name: &str, ty| FieldDefinition {
        name: Some(name.to_owned()),
        ty,
        bit_width: None,
        anonymous: None,
        align: None,
        packed: false,
    };
    let (float, double) = (Type::Float(FloatKind::F32), Type::Float(FloatKind::F64));
    let none = Type::Array {
        element: Box::new(double.clone()),
        length: Some(0),
    };
    let packed = TypeDefinition {
        name: "T".to_owned(),
        kind: TypeKind::Struct {
            fields: vec![field("f0", float), field("f1", none)],
        },
        attributes: TypeAttributes {
            c: true,
            packed: Some(1),
            ..TypeAttributes::default()
        },
        location: SourceLocation::default(),
    };
    let int = Type::Integer {
        bits: 32,
        signed: true,
        spelling: "int".to_owned(),
    };
    let parameter = |ty| Parameter {
        name: None,
        ty,
        spelling: String::new(),
    };
    let params = [Type::Named("T".to_owned()), int, double];
    Generated {
        number: 0,
        types: vec![packed],
        signature: Signature {
            convention: Convention::C,
            params: params.into_iter().map(parameter).collect(),
            result: Type::Void,
            variadic: false,
            unprototyped: false,
        },
        variadic: Vec::new(),
        vocabulary: Vocabulary::Common,
        features: Features::Baseline,
        forms: Default::default(),
    }
}

/// A call as a caller makes it that puts everything where this reading has it.
fn captured(planned: &Planned, by: &Expected) -> Outcome {
    let mut arena = planned.call.arena.clone();
    let block = planned.block as usize;
    arena[block + CAPTURE_SEEN] = 1;
    arena[block + CAPTURE_RSP] = 56;
    for (argument, value) in by.lowering.arguments.iter().zip(by.arguments()) {
        for slot in &argument.slots {
            let at = CaptureRecord::argument_at(planned.block, &slot.slot.location).unwrap() as usize;
            let bytes = value.slot_bytes(slot.value_offset.0 as usize, slot.slot.width.0 as usize);
            arena[at..at + bytes.len()].copy_from_slice(&bytes);
        }
    }
    Outcome {
        arena,
        ..Outcome::unseen(0, Ending::Returned)
    }
}

#[test]
fn a_second_fault_in_the_same_signature_stays_without_explanation() {
    let generated = signature();
    let target = Target::X86_64LinuxGnu;
    let base = Expected::of(&generated, target, &mut Rng::with_seed(1)).unwrap();
    let sign = Sign {
        compiler: "rustc-1.96",
        target,
        role: Role::Caller,
        generated: &generated,
    };
    let predictions = predictions(sign, &base);
    let prediction = predictions.first().expect("a known fault");
    assert_eq!(prediction.explanation.id, "rust-misaligned-empty-member");
    let planned = plan_caller(0, &prediction.expected);
    let known = captured(&planned, &prediction.expected);
    for reading in &base {
        assert_ne!(planned.judge_caller(reading, &known), [], "the fault shows");
    }
    assert_eq!(planned.judge_caller(&prediction.expected, &known), []);
    // The integer, which the known fault does not touch.
    let slot = &prediction.expected.lowering.arguments[1].slots[0].slot.location;
    let at = CaptureRecord::argument_at(planned.block, slot).unwrap() as usize;
    let mut second = known;
    second.arena[at] ^= 1;
    for prediction in &predictions {
        assert_ne!(planned.judge_caller(&prediction.expected, &second), []);
    }
}

/// `union { double f0; double f1 __attribute__((vector_size(16))); } aligned(32)`, which clang passes as four doubles.
#[test]
fn a_vector_in_a_wider_union_is_believed_to_fill_it() {
    let mut generated = signature();
    let definition = &mut generated.types[0];
    let TypeKind::Struct { fields } = &definition.kind else {
        panic!("{definition:?}")
    };
    let field = |ty| FieldDefinition {
        ty,
        ..fields[0].clone()
    };
    let double = Type::Float(FloatKind::F64);
    let pair = Type::Vector {
        element: Box::new(double.clone()),
        lanes: 2,
    };
    definition.kind = TypeKind::Union {
        fields: vec![field(double.clone()), field(pair)],
    };
    definition.attributes = TypeAttributes {
        c: true,
        align: Some(32),
        ..TypeAttributes::default()
    };
    generated.features = Features::Avx;
    let target = Target::X86_64LinuxGnu;
    let expected = Expected::of(&generated, target, &mut Rng::with_seed(1)).unwrap();
    let places = |readings: &[Expected]| readings[0].lowering.arguments[0].slots[0].slot.to_string();
    assert_eq!(places(&expected), "[rsp+8]:32");
    let sign = Sign {
        compiler: "clang-22",
        target,
        role: Role::Caller,
        generated: &generated,
    };
    let predicted = predictions(sign, &expected);
    let of_union = predicted
        .iter()
        .find(|one| one.explanation.id == "clang-union-padded-vector")
        .unwrap();
    let place = of_union.expected.lowering.arguments[0].slots[0].slot.to_string();
    assert!(place.starts_with("ymm0:32"), "{place}");
}
