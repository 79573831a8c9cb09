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
        id: 0,
        ending: Ending::Returned,
        arena,
        output: Vec::new(),
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
