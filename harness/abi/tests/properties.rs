//! Properties of the pure functions: they are total and deterministic, and comparison does not take sides.

use proptest::prelude::*;
use twincall_abi::compare::{TypeDifferenceKind, attribute, compare_slots, compare_types, pair_leaves};
use twincall_abi::ir::{IrAttributes, IrFunction, IrParam, IrType};
use twincall_abi::layout::{Field, Layout, LayoutTable, Leaf, LeafKind, Scalar, Shape, TypeId};
use twincall_abi::path::Path;
use twincall_abi::place::place;
use twincall_abi::slot::{Extension, Placement};
use twincall_abi::target::Target;
use twincall_abi::units::{Bits, Bytes};
use twincall_abi::value::{Domain, LeafValue, Pattern, load, store, synthesize};

/// How to make one more type out of those that a table has already.
#[derive(Clone, Debug)]
enum Step {
    Scalar(u8),
    Pointer(usize),
    Array(usize, u64),
    /// Fields with padding before each.
    Struct(Vec<(usize, u8)>),
    Union(Vec<usize>),
    Bits(Vec<u8>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any::<u8>().prop_map(Step::Scalar),
        1 => any::<usize>().prop_map(Step::Pointer),
        1 => (any::<usize>(), prop_oneof![0u64..6, 60u64..70]).prop_map(|(of, length)| Step::Array(of, length)),
        2 => prop::collection::vec((any::<usize>(), 0u8..4), 0..5).prop_map(Step::Struct),
        1 => prop::collection::vec(any::<usize>(), 0..4).prop_map(Step::Union),
        1 => prop::collection::vec(1u8..33, 0..5).prop_map(Step::Bits),
    ]
}

fn scalar(choice: u8) -> (u64, Scalar) {
    match choice % 10 {
        0 => (1, Scalar::Bool),
        1 => (1, Scalar::Integer { signed: true }),
        2 => (2, Scalar::Integer { signed: false }),
        3 => (4, Scalar::Integer { signed: true }),
        4 => (8, Scalar::Integer { signed: false }),
        5 => (16, Scalar::Integer { signed: true }),
        6 => (4, Scalar::Float { x87: false }),
        7 => (16, Scalar::Float { x87: true }),
        8 => (4, Scalar::UnicodeScalar),
        _ => {
            let values = vec![("B".to_owned(), 1), ("A".to_owned(), -1), ("C".to_owned(), 1)];
            (4, Scalar::Enumeration { signed: true, values })
        }
    }
}

/// A table of well-formed types; the last one is the one to look at.
fn table() -> impl Strategy<Value = LayoutTable> {
    prop::collection::vec(step(), 1..9).prop_map(|steps| {
        let mut table = LayoutTable::default();
        for step in steps {
            let known = table.types.len();
            let some = |choice: usize| (known > 0).then(|| TypeId(choice % known));
            let field = |index: usize, offset: u64, ty: TypeId, table: &LayoutTable| Field {
                name: format!("f{index}"),
                offset: Bytes(offset).bits(),
                width: table.get(ty).size.bits(),
                bit_field: false,
                ty,
            };
            let (size, shape) = match step {
                Step::Scalar(choice) => {
                    let (size, scalar) = scalar(choice);
                    (size, Shape::Scalar(scalar))
                }
                Step::Pointer(choice) => {
                    let pointer = Scalar::Pointer {
                        to: some(choice),
                        function: false,
                        constant: false,
                    };
                    (8, Shape::Scalar(pointer))
                }
                Step::Array(choice, length) => match some(choice).filter(|&of| table.get(of).size.0 < 512) {
                    Some(element) => {
                        let size = table.get(element).size.0 * length;
                        (
                            size,
                            Shape::Array {
                                element,
                                length,
                                vector: false,
                            },
                        )
                    }
                    None => (0, Shape::Incomplete),
                },
                Step::Struct(choices) => {
                    let (mut fields, mut end) = (Vec::new(), 0);
                    for (index, (choice, padding)) in choices.into_iter().enumerate() {
                        let Some(ty) = some(choice).filter(|&ty| table.get(ty).size.0 < 512) else {
                            continue;
                        };
                        let offset = end + u64::from(padding);
                        fields.push(field(index, offset, ty, &table));
                        end = offset + table.get(ty).size.0;
                    }
                    (end, Shape::Struct { fields })
                }
                Step::Union(choices) => {
                    let fields: Vec<Field> = choices
                        .into_iter()
                        .enumerate()
                        .filter_map(|(index, choice)| Some(field(index, 0, some(choice)?, &table)))
                        .collect();
                    let size = fields.iter().map(|field| field.width.0 / 8).max().unwrap_or(0);
                    (size, Shape::Union { fields })
                }
                Step::Bits(widths) => {
                    let ty = TypeId(known);
                    let (signed, mut at) = (false, 0);
                    let unit = Shape::Scalar(Scalar::Integer { signed });
                    table.types.push(Layout {
                        name: "unit".to_owned(),
                        size: Bytes(4),
                        align: None,
                        shape: unit,
                    });
                    let mut fields = Vec::new();
                    for (index, width) in widths.into_iter().enumerate() {
                        let (offset, width) = (Bits(at), Bits(u64::from(width)));
                        at += width.0;
                        fields.push(Field {
                            name: format!("b{index}"),
                            offset,
                            width,
                            bit_field: true,
                            ty,
                        });
                    }
                    (at.div_ceil(8), Shape::Struct { fields })
                }
            };
            let name = format!("type{}", table.types.len());
            table.types.push(Layout {
                name,
                size: Bytes(size),
                align: None,
                shape,
            });
        }
        table
    })
}

fn last(table: &LayoutTable) -> TypeId {
    TypeId(table.types.len() - 1)
}

fn ir_type() -> impl Strategy<Value = IrType> {
    let leaf = prop_oneof![
        Just(IrType::Void),
        prop_oneof![0u32..300, Just(u32::MAX)].prop_map(|bits| IrType::Integer { bits }),
        Just(IrType::Half),
        Just(IrType::BFloat),
        Just(IrType::Float),
        Just(IrType::Double),
        Just(IrType::X86Fp80),
        Just(IrType::Fp128),
        Just(IrType::Pointer),
        Just(IrType::Other("token".to_owned())),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let count = prop_oneof![0u64..9, Just(u64::MAX)];
        prop_oneof![
            (inner.clone(), prop_oneof![0u32..70, Just(u32::MAX)]).prop_map(|(element, lanes)| {
                IrType::Vector {
                    element: Box::new(element),
                    lanes,
                }
            }),
            (inner.clone(), count).prop_map(|(element, length)| IrType::Array {
                element: Box::new(element),
                length
            }),
            (prop::collection::vec(inner, 0..5), any::<bool>())
                .prop_map(|(fields, packed)| IrType::Struct { fields, packed }),
        ]
    })
}

fn ir_param() -> impl Strategy<Value = IrParam> {
    let bytes = || prop::option::weighted(0.2, prop_oneof![0u64..100, Just(u64::MAX)].prop_map(Bytes));
    let extension = prop_oneof![
        Just(Extension::None),
        Just(Extension::Sign),
        Just(Extension::Zero)
    ];
    (
        ir_type(),
        bytes(),
        bytes(),
        bytes(),
        bytes(),
        extension,
        any::<[bool; 4]>(),
    )
        .prop_map(
            |(ty, byval, sret, align, dereferenceable, extension, [inreg, noundef, nonnull, range])| {
                IrParam {
                    ty,
                    attributes: IrAttributes {
                        byval,
                        sret,
                        align,
                        extension,
                        inreg,
                        noundef,
                        nonnull,
                        dereferenceable,
                        range,
                    },
                }
            },
        )
}

fn ir_function() -> impl Strategy<Value = IrFunction> {
    let features = prop_oneof![
        Just(""),
        Just("+avx"),
        Just("+avx512f,-avx"),
        Just("+simd128"),
        Just(",+,")
    ];
    let convention = prop_oneof![8 => Just(0u32), 1 => Just(78), 1 => Just(79), 1 => any::<u32>()];
    (
        prop::collection::vec(ir_param(), 0..9),
        ir_param(),
        convention,
        features,
        any::<bool>(),
    )
        .prop_map(|(params, result, convention, features, variadic)| IrFunction {
            text: String::new(),
            symbol: "f".to_owned(),
            convention,
            params,
            result,
            variadic,
            defined: true,
            target_features: features.to_owned(),
            nounwind: true,
        })
}

proptest! {
    #[test]
    fn every_function_is_placed_or_said_to_be_unsupported(function in ir_function(), llvm in 0u32..30) {
        for target in Target::ALL {
            let first = place(&function, target, llvm);
            prop_assert_eq!(&first, &place(&function, target, llvm));
            if let Placement::Placed(lowering) = first {
                let visible = function.params.iter().filter(|param| param.attributes.sret.is_none()).count();
                prop_assert_eq!(lowering.arguments.len(), visible);
            }
        }
    }

    #[test]
    fn slots_are_attributed_without_panic_and_equal_themselves(
        function in ir_function(),
        table in table(),
        choices in prop::collection::vec(any::<usize>(), 0..6),
    ) {
        let params: Vec<TypeId> = choices.into_iter().map(|choice| TypeId(choice % table.types.len())).collect();
        for target in Target::ALL {
            let Placement::Placed(lowering) = place(&function, target, 22) else { continue };
            if let Some(slots) = attribute(&function, &lowering, &table, &params, Some(last(&table)), target) {
                prop_assert_eq!(slots.arguments.len(), params.len());
                prop_assert_eq!(compare_slots(&slots, &slots, target), []);
            }
        }
    }

    #[test]
    fn a_type_equals_itself(table in table()) {
        let id = last(&table);
        prop_assert_eq!(compare_types(&table, id, &table, id, false), []);
    }

    #[test]
    fn layout_differences_do_not_depend_on_the_side(one in table(), other in table()) {
        let kinds = |c: &LayoutTable, rust: &LayoutTable| {
            let layout = [
                TypeDifferenceKind::Size,
                TypeDifferenceKind::Offset,
                TypeDifferenceKind::Width,
                TypeDifferenceKind::Missing,
            ];
            let mut kinds: Vec<_> = compare_types(c, last(c), rust, last(rust), false)
                .into_iter()
                .map(|difference| difference.kind)
                .filter(|kind| layout.contains(kind))
                .collect();
            kinds.sort();
            kinds
        };
        prop_assert_eq!(kinds(&one, &other), kinds(&other, &one));
    }

    #[test]
    fn leaves_pair_once_each(one in table(), other in table()) {
        let (mine, theirs) = (one.leaves(last(&one)), other.leaves(last(&other)));
        if let Some(pairs) = pair_leaves(&mine, &theirs) {
            let mut firsts: Vec<usize> = pairs.iter().map(|pair| pair.0).collect();
            let mut seconds: Vec<usize> = pairs.iter().map(|pair| pair.1).collect();
            firsts.sort_unstable();
            seconds.sort_unstable();
            prop_assert_eq!(&firsts, &(0..mine.len()).collect::<Vec<_>>());
            prop_assert_eq!(&seconds, &firsts);
        }
    }

    #[test]
    fn leaves_stay_inside_their_type(table in table()) {
        let id = last(&table);
        let size = table.get(id).size.bits();
        for leaf in table.leaves(id) {
            prop_assert!(leaf.offset + leaf.width <= size, "{:?} in {} bits", leaf, size.0);
        }
        prop_assert_eq!(table.value_mask(id).len() as u64, table.get(id).size.0);
    }

    #[test]
    fn what_is_stored_is_loaded_and_neighbours_stay(
        offset in 0u64..70, width in 1u64..130, bits in prop::collection::vec(any::<u8>(), 17), fill in any::<u8>(),
    ) {
        let kind = LeafKind::Scalar(Scalar::Integer { signed: false });
        let leaf = Leaf { path: Path::WHOLE, offset: Bits(offset), width: Bits(width), kind, bit_field: false, };
        let mut bytes = vec![fill; 32];
        store(&mut bytes, &leaf, &bits);
        let loaded = load(&bytes, &leaf);
        prop_assert_eq!(loaded.len() as u64, width.div_ceil(8));
        for bit in 0..width {
            let get = |bytes: &[u8]| bytes[(bit / 8) as usize] >> (bit % 8) & 1;
            prop_assert_eq!(get(&loaded), get(&bits));
        }
        for bit in (0..256).filter(|bit| *bit < offset || *bit >= offset + width) {
            prop_assert_eq!(bytes[(bit / 8) as usize] >> (bit % 8) & 1, fill >> (bit % 8) & 1);
        }
    }

    #[test]
    fn values_fill_their_leaf_and_are_the_same_for_both_sides(
        one in table(), other in table(), edge in any::<u32>(), argument in 0usize..40,
    ) {
        let mine = one.leaves(last(&one));
        let theirs = other.leaves(last(&other));
        for (leaf, partner) in mine.iter().zip(&theirs) {
            let domain = Domain::of(leaf).meet(Domain::of(partner));
            prop_assert_eq!(&domain, &Domain::of(partner).meet(Domain::of(leaf)));
            for pattern in [Pattern::Graffiti, Pattern::Edge(edge % 1000)] {
                if let LeafValue::Bits(bits) = synthesize(pattern, argument, 3, leaf, &domain) {
                    prop_assert_eq!(bits.len() as u64, leaf.width.0.div_ceil(8));
                }
            }
        }
    }
}
