//! Properties of the model: it is total and deterministic, layouts hold together, and no two arguments share a
//! place.

use std::collections::BTreeMap;

use proptest::prelude::*;
use twincall_abi::interface::{Convention, Parameter, Signature, SourceLocation};
use twincall_abi::layout::{LayoutTable, Shape, TypeId};
use twincall_abi::model::{Answer, Class, Language, Model, ModelArgument, ModelLowering, Options};
use twincall_abi::slot::{Content, Location, Slot};
use twincall_abi::target::Target;
use twincall_abi::types::{FieldDefinition, FloatKind, Type, TypeAttributes, TypeDefinition, TypeKind};

/// Names that definitions have and refer to; the last is defined nowhere.
const NAMES: usize = 6;

fn named() -> impl Strategy<Value = Type> {
    (0..NAMES + 1).prop_map(|index| Type::Named(format!("T{index}")))
}

fn float() -> impl Strategy<Value = FloatKind> {
    prop::sample::select(vec![
        FloatKind::F16,
        FloatKind::BF16,
        FloatKind::F32,
        FloatKind::F64,
        FloatKind::X87,
        FloatKind::F128,
    ])
}

fn bits() -> impl Strategy<Value = u32> {
    prop_oneof![8 => prop::sample::select(vec![8, 16, 32, 64, 128]), 1 => any::<u32>()]
}

fn length() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![8 => (0u64..9).prop_map(Some), 1 => any::<u64>().prop_map(Some), 1 => Just(None)]
}

fn leaf() -> impl Strategy<Value = Type> {
    prop_oneof![
        4 => (bits(), any::<bool>()).prop_map(|(bits, signed)| Type::Integer { bits, signed, spelling: "i".to_owned() }),
        3 => float().prop_map(Type::Float),
        1 => float().prop_map(Type::Complex),
        1 => (bits(), any::<bool>()).prop_map(|(bits, signed)| Type::ComplexInteger { bits, signed }),
        1 => (prop_oneof![1u32..140, any::<u32>()], any::<bool>()).prop_map(|(bits, signed)| Type::BitInt { bits, signed }),
        1 => Just(Type::Bool),
        1 => Just(Type::UnicodeScalar),
        1 => prop::sample::select(vec![
            Type::Void,
            Type::Never,
            Type::Opaque("va_list".to_owned()),
            Type::Opaque("unknown".to_owned()),
        ]),
        4 => named(),
    ]
}

fn ty() -> impl Strategy<Value = Type> {
    leaf().prop_recursive(3, 8, 2, |inner| {
        let boxed = inner.prop_map(Box::new);
        prop_oneof![
            2 => (boxed.clone(), any::<bool>()).prop_map(|(pointee, nullable)| Type::Pointer { pointee, mutable: true, nullable }),
            3 => (boxed.clone(), length()).prop_map(|(element, length)| Type::Array { element, length }),
            2 => (boxed.clone(), prop_oneof![4 => prop::sample::select(vec![1u64, 2, 4, 8, 16]), 1 => any::<u64>()])
                .prop_map(|(element, lanes)| Type::Vector { element, lanes }),
            1 => boxed.clone().prop_map(Type::Atomic),
            1 => boxed.prop_map(|element| Type::Slice { element, mutable: false }),
        ]
    })
}

/// Mostly powers of two, sometimes what no compiler takes.
fn align() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![
        12 => Just(None),
        4 => (0u32..6).prop_map(|power| Some(1 << power)),
        1 => any::<u64>().prop_map(Some),
        1 => Just(Some(0)),
    ]
}

fn field() -> impl Strategy<Value = FieldDefinition> {
    let width =
        prop_oneof![6 => Just(None), 2 => (0u64..40).prop_map(Some), 1 => any::<u64>().prop_map(Some)];
    (ty(), width, align(), any::<[bool; 3]>()).prop_map(|(ty, bit_width, align, [named, packed, rare])| {
        FieldDefinition {
            name: (named || bit_width.is_none()).then(|| match (&ty, rare) {
                (Type::Named(name), true) => name.clone(),
                _ => "f".to_owned(),
            }),
            ty,
            bit_width,
            anonymous: None,
            align,
            packed: packed && rare,
        }
    })
}

fn kind() -> impl Strategy<Value = TypeKind> {
    let fields = || prop::collection::vec(field(), 0..5);
    let underlying = || prop::option::of(leaf());
    let values = prop::collection::vec(
        (Just("V".to_owned()), any::<i128>().prop_map(|value| value >> 64)),
        0..3,
    );
    prop_oneof![
        6 => fields().prop_map(|fields| TypeKind::Struct { fields }),
        2 => fields().prop_map(|fields| TypeKind::Union { fields }),
        1 => (underlying(), values).prop_map(|(underlying, values)| TypeKind::Enum { underlying, values }),
        1 => (underlying(), prop::collection::vec((Just("V".to_owned()), fields()), 0..3))
            .prop_map(|(underlying, variants)| TypeKind::DataEnum { underlying, variants }),
        1 => Just(TypeKind::Incomplete),
    ]
}

fn attributes() -> impl Strategy<Value = TypeAttributes> {
    (align(), align(), any::<[bool; 4]>()).prop_map(|(packed, align, [c, more, transparent, rare])| {
        TypeAttributes {
            c: c || more,
            transparent: transparent && rare && !more,
            packed,
            align,
            non_trivial: rare && transparent && more,
        }
    })
}

fn definitions() -> impl Strategy<Value = Vec<TypeDefinition>> {
    prop::collection::vec((kind(), attributes()), NAMES).prop_map(|kinds| {
        let named = kinds.into_iter().enumerate();
        named
            .map(|(index, (kind, attributes))| TypeDefinition {
                name: format!("T{index}"),
                kind,
                attributes,
                location: SourceLocation::default(),
            })
            .collect()
    })
}

/// Definitions with members of earlier ones only, so that most of them have a layout.
fn tame_definitions() -> impl Strategy<Value = Vec<TypeDefinition>> {
    let scalar = prop_oneof![
        3 => prop::sample::select(vec![8u32, 16, 32, 64]).prop_map(|bits| (bits, false)),
        1 => Just((128, false)),
        2 => prop::sample::select(vec![32u32, 64]).prop_map(|bits| (bits, true)),
    ];
    let member = (scalar, 0..NAMES, any::<[bool; 3]>(), 1u64..9, 0u64..4);
    let record = (prop::collection::vec(member, 0..5), 0u8..10);
    prop::collection::vec(record, NAMES).prop_map(|records| {
        let named = records.into_iter().enumerate();
        named
            .map(|(index, (members, shape))| tame(index, members, shape))
            .collect()
    })
}

type Draw = ((u32, bool), usize, [bool; 3], u64, u64);

fn tame(index: usize, members: Vec<Draw>, shape: u8) -> TypeDefinition {
    let members = members.into_iter();
    let fields = members.map(
        |((bits, float), other, [nested, bit_field, array], width, length)| {
            let scalar = match (float, bits) {
                (true, 32) => Type::Float(FloatKind::F32),
                (true, _) => Type::Float(FloatKind::F64),
                (false, bits) => Type::Integer {
                    bits,
                    signed: true,
                    spelling: "int".to_owned(),
                },
            };
            let bit_field = bit_field && !nested && !float;
            let ty = match index.checked_sub(1) {
                Some(last) if nested => Type::Named(format!("T{}", other.min(last))),
                _ if array && !bit_field => Type::Array {
                    element: Box::new(scalar),
                    length: Some(length),
                },
                _ => scalar,
            };
            FieldDefinition {
                name: (!bit_field || !array).then(|| "f".to_owned()),
                bit_width: bit_field.then_some(width.min(u64::from(bits))),
                ty,
                anonymous: None,
                align: None,
                packed: false,
            }
        },
    );
    let fields = fields.collect();
    TypeDefinition {
        name: format!("T{index}"),
        kind: match shape {
            0 | 1 => TypeKind::Union { fields },
            _ => TypeKind::Struct { fields },
        },
        attributes: TypeAttributes {
            c: true,
            packed: [None, Some(1), Some(2)][usize::from(shape == 2) + 2 * usize::from(shape == 3)],
            align: (shape == 4).then_some(16),
            ..TypeAttributes::default()
        },
        location: SourceLocation::default(),
    }
}

fn signature(params: Vec<Type>, result: Type, variadic: bool) -> Signature {
    Signature {
        convention: Convention::C,
        params: params
            .into_iter()
            .map(|ty| Parameter {
                name: None,
                ty,
                spelling: String::new(),
            })
            .collect(),
        result,
        variadic,
        unprototyped: false,
    }
}

/// Every model of a set of definitions: both targets, all languages, with and without features.
fn models(types: &[TypeDefinition]) -> Vec<Model<'_>> {
    let mut models = Vec::new();
    for target in Target::ALL {
        for language in [Language::C, Language::Cpp, Language::Rust] {
            for features in [false, true] {
                let options = Options {
                    avx: features,
                    avx512: features,
                    simd128: features,
                    short_enums: features,
                };
                models.push(Model {
                    target,
                    language,
                    types,
                    options,
                });
            }
        }
    }
    models
}

/// Sizes are multiples of alignments, and fields lie inside their types without overlapping.
fn check_table(table: &LayoutTable) {
    for layout in &table.types {
        let align = layout.align.expect("every layout has an alignment").0;
        assert!(align.is_power_of_two(), "{layout:?}");
        assert!(layout.size.0.is_multiple_of(align), "{layout:?}");
        let (fields, overlap) = match &layout.shape {
            Shape::Struct { fields } => (fields, false),
            Shape::Union { fields } => (fields, true),
            Shape::Variants { variants, .. } => (variants, true),
            Shape::Function { .. } => continue,
            Shape::Array { element, length, .. } => {
                assert!(table.get(*element).size.0 * length <= layout.size.0, "{layout:?}");
                continue;
            }
            Shape::Scalar(_) | Shape::Incomplete => continue,
        };
        let mut end = 0;
        for field in fields {
            assert!(overlap || field.offset.0 >= end, "{layout:?}");
            end = field.offset.0 + field.width.0;
            assert!(end <= layout.size.0 * 8, "{layout:?}");
            assert!(
                field.bit_field || field.width.0 == table.get(field.ty).size.0 * 8,
                "{layout:?}"
            );
        }
    }
}

/// The bytes of stack, buffer or register that a slot takes.
fn place(argument: &ModelArgument, slot: &Slot, in_buffer: Option<u64>) -> (String, u64, u64) {
    let width = match slot.content {
        Content::Pointer { .. } if in_buffer.is_some() => 4,
        _ => slot.width.0,
    };
    match (&slot.location, in_buffer) {
        (_, Some(offset)) => ("buffer".to_owned(), offset, offset + width),
        (Location::Stack { offset }, _) => ("stack".to_owned(), offset.0, offset.0 + width),
        // The rest of a register is nobody else's.
        (Location::Register(name), _) => {
            assert!(!argument.slots.is_empty());
            (name.replace("ymm", "xmm").replace("zmm", "xmm"), 0, 64)
        }
        (location, _) => (format!("{location:?}"), 0, 16),
    }
}

fn check_lowering(lowering: &ModelLowering, model: &Model<'_>, types: &[Type]) {
    let mut taken: BTreeMap<String, Vec<(u64, u64)>> = BTreeMap::new();
    let hidden = lowering.result.slots.iter().filter(|slot| {
        matches!(slot.slot.content, Content::Pointer { .. })
            || matches!(slot.slot.location, Location::Stack { .. })
    });
    let hidden_result = hidden.map(|slot| place(&lowering.result, &slot.slot, None));
    let places = hidden_result.chain(lowering.arguments.iter().flat_map(|argument| {
        let slots = argument.slots.iter();
        slots.map(move |slot| place(argument, &slot.slot, slot.in_buffer.map(|offset| offset.0)))
    }));
    for (name, start, end) in places {
        let ranges = taken.entry(name.clone()).or_default();
        let free = ranges.iter().all(|&(from, to)| end <= from || to <= start);
        assert!(free, "{name} {start}..{end} of {lowering:?}");
        if name == "stack" {
            assert!(end <= lowering.stack.0, "{lowering:?}");
        }
        if name == "buffer" {
            assert!(
                Some(end) <= lowering.buffer.map(|buffer| buffer.0),
                "{lowering:?}"
            );
        }
        ranges.push((start, end));
    }
    assert!(lowering.stack_align.0.is_power_of_two());
    assert!(lowering.vector_count.is_none_or(|count| count <= 8));
    for (argument, ty) in lowering.arguments.iter().zip(types) {
        check_argument(argument, model, ty);
    }
    for argument in &lowering.arguments {
        let mut clauses = argument.clauses.clone();
        clauses.sort();
        clauses.dedup();
        assert_eq!(clauses.len(), argument.clauses.len());
    }
}

/// An aggregate in registers is there whole, but for eightbytes of padding.
fn check_argument(argument: &ModelArgument, model: &Model<'_>, ty: &Type) {
    let Answer::Settled(layout) = model.size_align(ty) else {
        return;
    };
    let memory = argument.classes.contains(&Class::Memory);
    if model.target.is_wasm() || memory || !matches!(ty, Type::Named(_)) || argument.classes.is_empty() {
        return;
    }
    let padding: u64 = argument
        .classes
        .iter()
        .zip(0u64..)
        .filter(|(class, _)| **class == Class::NoClass)
        .map(|(_, index)| (layout.size.0 - 8 * index).min(8))
        .sum();
    let pointer = argument
        .slots
        .iter()
        .any(|slot| matches!(slot.slot.content, Content::Pointer { .. }));
    let on_stack = argument
        .slots
        .iter()
        .any(|slot| matches!(slot.slot.location, Location::Stack { .. }));
    let width: u64 = argument.slots.iter().map(|slot| slot.slot.width.0).sum();
    if !pointer && !on_stack {
        assert_eq!(width, layout.size.0 - padding, "{argument:?} {ty:?}");
        let mut end = 0;
        for slot in &argument.slots {
            assert!(slot.value_offset.0 >= end);
            end = slot.value_offset.0 + slot.slot.width.0;
        }
    }
}

fn all_values<T>(answer: &Answer<T>) -> Vec<&T> {
    if let Answer::Ambiguous { readings } = answer {
        assert!(readings.len() >= 2);
    }
    answer.values()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_model_answers_whatever_it_is_asked(
        types in definitions(),
        params in prop::collection::vec(ty(), 0..9),
        result in ty(),
        variadic in prop::option::of(prop::collection::vec(ty(), 0..3)),
    ) {
        let signature = signature(params.clone(), result, variadic.is_some());
        let variadic = variadic.unwrap_or_default();
        for model in models(&types) {
            for ty in &params {
                let layout = model.layout(ty);
                prop_assert_eq!(&layout, &model.layout(ty));
                for (table, id) in all_values(&layout) {
                    prop_assert!(id.0 < table.types.len());
                    check_table(table);
                }
            }
            let lowering = model.lower(&signature, &variadic);
            prop_assert_eq!(&lowering, &model.lower(&signature, &variadic));
            for value in all_values(&lowering) {
                check_lowering(value, &model, &params);
            }
        }
    }

    #[test]
    fn ordinary_types_have_sound_layouts_and_places(
        types in tame_definitions(),
        picks in prop::collection::vec(0..NAMES, 0..9),
        result in 0..NAMES,
        variadic in any::<bool>(),
    ) {
        let params: Vec<Type> = picks.into_iter().map(|index| Type::Named(format!("T{index}"))).collect();
        let unnamed: &[Type] = if variadic { &params } else { &[] };
        let signature = signature(params.clone(), Type::Named(format!("T{result}")), variadic);
        for model in models(&types).into_iter().filter(|model| model.language != Language::Rust) {
            for index in 0..NAMES {
                let answer = model.layout(&Type::Named(format!("T{index}")));
                prop_assert!(matches!(answer, Answer::Settled(_)), "{:?}", answer);
                for (table, id) in all_values(&answer) {
                    prop_assert_eq!(*id, TypeId(0));
                    check_table(table);
                }
            }
            let lowering = model.lower(&signature, unnamed);
            prop_assert!(!matches!(lowering, Answer::Unsupported(_)), "{:?}", lowering);
            for value in all_values(&lowering) {
                prop_assert_eq!(value.arguments.len(), params.len() + unnamed.len());
                check_lowering(value, &model, &params);
            }
        }
    }
}

/// Members that repeat in nested unions would be visited without end.
#[test]
fn nested_unions_are_refused_rather_than_walked() {
    let definitions: Vec<TypeDefinition> = (0..90)
        .map(|index| {
            let ty = match index {
                0 => Type::Float(FloatKind::F32),
                _ => Type::Named(format!("T{}", index - 1)),
            };
            let field = FieldDefinition {
                name: Some("f".to_owned()),
                ty,
                bit_width: None,
                anonymous: None,
                align: None,
                packed: false,
            };
            TypeDefinition {
                name: format!("T{index}"),
                kind: TypeKind::Union {
                    fields: vec![field.clone(), field],
                },
                attributes: TypeAttributes {
                    c: true,
                    ..TypeAttributes::default()
                },
                location: SourceLocation::default(),
            }
        })
        .collect();
    let outer = Type::Named("T89".to_owned());
    let signature = signature(vec![outer.clone()], outer, false);
    for model in models(&definitions) {
        assert!(matches!(model.layout(&signature.result), Answer::Settled(_)));
        let lowering = model.lower(&signature, &[]);
        assert!(!matches!(lowering, Answer::Ambiguous { .. }), "{lowering:?}");
    }
}
