use super::*;
use crate::model_check::spell::members;

const VOCABULARIES: [Vocabulary; 3] = [Vocabulary::Common, Vocabulary::C, Vocabulary::Cpp];
const EACH: usize = 400;

/// Many signatures, over batches of every feature.
fn drawn(seed: u64, vocabulary: Vocabulary, wasm: bool) -> Vec<Generated> {
    let mut rng = Rng::with_seed(seed);
    let numbers = (0..EACH).map(|index| index % 4 * BATCH + index);
    numbers
        .map(|number| generate(&mut rng, number, vocabulary, wasm))
        .collect()
}

/// Everything that a signature crosses with or holds, whatever it is inside of.
fn types(generated: &Generated) -> Vec<&Type> {
    let mut found: Vec<&Type> = Vec::new();
    let signature = &generated.signature;
    let mut open: Vec<&Type> = signature.params.iter().map(|param| &param.ty).collect();
    open.extend(&generated.variadic);
    open.push(&signature.result);
    for definition in &generated.types {
        open.extend(members(definition).iter().map(|field| &field.ty));
    }
    while let Some(ty) = open.pop() {
        found.push(ty);
        match ty {
            Type::Array { element, .. } | Type::Vector { element, .. } => open.push(element),
            Type::Atomic(inner) => open.push(inner),
            _ => {}
        }
    }
    found
}

/// Runs a check on signatures of every vocabulary and target.
fn each(check: impl Fn(&Generated, bool)) {
    for vocabulary in VOCABULARIES {
        for wasm in [false, true] {
            for generated in drawn(1, vocabulary, wasm) {
                check(&generated, wasm);
            }
        }
    }
}

#[test]
fn one_seed_gives_the_same_signatures_and_another_gives_others() {
    for vocabulary in VOCABULARIES {
        let text = |seed| format!("{:?}", drawn(seed, vocabulary, false));
        assert_eq!(text(1), text(1), "{vocabulary:?}");
        assert_ne!(text(1), text(2), "{vocabulary:?}");
    }
}

#[test]
fn every_fourth_batch_has_one_set_of_features() {
    use Features::{Avx, Avx512, Baseline, Simd128};
    let of = |wasm| [0, 1, 2, 3, 4, 5].map(|batch| Features::of_batch(batch, wasm));
    assert_eq!(of(false), [Baseline, Avx, Baseline, Avx512, Baseline, Avx]);
    assert_eq!(
        of(true),
        [Baseline, Simd128, Baseline, Baseline, Baseline, Simd128]
    );
    let words = [Baseline, Avx, Avx512, Simd128].map(Features::name);
    assert_eq!(words, [None, Some("avx"), Some("avx512f"), Some("simd128")]);
    for number in [0, BATCH - 1, BATCH, 3 * BATCH] {
        let generated = generate(&mut Rng::with_seed(1), number, Vocabulary::C, false);
        assert_eq!(generated.features, Features::of_batch(number / BATCH, false));
    }
}

/// `f(...)` has no argument from which `va_start` could go on before C23.
#[test]
fn dots_follow_a_parameter_and_unnamed_arguments_need_dots() {
    each(|generated, _| {
        let signature = &generated.signature;
        assert!(signature.params.len() <= 12);
        assert!(!signature.variadic || !signature.params.is_empty());
        assert!(signature.variadic || generated.variadic.is_empty());
    });
}

#[test]
fn a_type_is_defined_once_and_after_what_it_holds() {
    each(|generated, _| {
        let mut known: Vec<&str> = Vec::new();
        for definition in &generated.types {
            for field in members(definition) {
                let mut ty = &field.ty;
                while let Type::Array { element, .. } = ty {
                    ty = element;
                }
                if let Type::Named(name) = ty {
                    assert!(known.contains(&name.as_str()), "{name} in {definition:?}");
                }
            }
            assert!(!known.contains(&definition.name.as_str()), "{definition:?}");
            known.push(&definition.name);
        }
    });
}

#[test]
fn names_of_two_signatures_in_a_unit_differ() {
    let mut rng = Rng::with_seed(1);
    let mut names: Vec<String> = Vec::new();
    for number in 0..100 {
        let generated = generate(&mut rng, number, Vocabulary::C, false);
        names.extend(generated.types.into_iter().map(|definition| definition.name));
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn what_is_common_has_no_type_that_rust_lacks() {
    for wasm in [false, true] {
        for generated in drawn(1, Vocabulary::Common, wasm) {
            for ty in types(&generated) {
                let known = match ty {
                    Type::Void
                    | Type::Bool
                    | Type::Integer { .. }
                    | Type::Pointer { .. }
                    | Type::Named(_) => true,
                    Type::Float(kind) => matches!(kind, FloatKind::F32 | FloatKind::F64),
                    Type::Array { length, .. } => length.is_some(),
                    Type::Vector { .. } => !wasm,
                    _ => false,
                };
                assert!(known, "{ty:?}");
            }
            let fields = generated.types.iter().flat_map(members);
            for field in fields {
                assert!(field.bit_width.is_none() && field.align.is_none(), "{field:?}");
            }
        }
    }
}

#[test]
fn a_vector_of_both_languages_is_as_wide_as_the_features_allow() {
    let mut widest = [0, 0, 0];
    for generated in drawn(1, Vocabulary::Common, false) {
        let (index, most) = match generated.features {
            Features::Baseline | Features::Simd128 => (0, 16),
            Features::Avx => (1, 32),
            Features::Avx512 => (2, 64),
        };
        for ty in types(&generated) {
            let Type::Vector { element, lanes } = ty else {
                continue;
            };
            let lane = match **element {
                Type::Float(FloatKind::F32) => 4,
                _ => 8,
            };
            assert!(lanes * lane <= most, "{ty:?} with {:?}", generated.features);
            widest[index] = widest[index].max(lanes * lane);
        }
    }
    assert_eq!(widest, [16, 32, 64]);
}

/// Rust promotes nothing, C++ promises nothing about objects, and `va_arg` takes no atomic type.
#[test]
fn unnamed_arguments_are_those_that_can_be_read() {
    each(|generated, _| {
        for ty in &generated.variadic {
            let fits = match generated.vocabulary {
                Vocabulary::C => !matches!(ty, Type::Atomic(_)),
                Vocabulary::Common | Vocabulary::Cpp => matches!(
                    ty,
                    Type::Integer { bits: 32 | 64, .. } | Type::Float(FloatKind::F64) | Type::Pointer { .. }
                ),
            };
            assert!(fits, "{ty:?} in {:?}", generated.vocabulary);
        }
    });
}

#[test]
fn an_array_without_length_is_the_last_member_of_a_struct_in_c() {
    let mut seen = 0;
    each(|generated, _| {
        for definition in &generated.types {
            let fields = members(definition);
            for (index, field) in fields.iter().enumerate() {
                if matches!(field.ty, Type::Array { length: None, .. }) {
                    assert_eq!(generated.vocabulary, Vocabulary::C);
                    assert!(matches!(definition.kind, TypeKind::Struct { .. }));
                    assert!(index > 0 && index + 1 == fields.len(), "{definition:?}");
                }
            }
        }
    });
    for generated in drawn(1, Vocabulary::C, false) {
        let is_open = |ty: &&Type| matches!(ty, Type::Array { length: None, .. });
        seen += types(&generated).into_iter().filter(is_open).count();
    }
    assert!(seen > 0);
}

#[test]
fn a_bit_field_fits_into_its_type_and_only_one_without_name_has_no_bits() {
    let mut unnamed = 0;
    for generated in drawn(1, Vocabulary::C, false) {
        for field in generated.types.iter().flat_map(members) {
            let (Some(width), Type::Integer { bits, .. }) = (field.bit_width, &field.ty) else {
                continue;
            };
            assert!(width <= u64::from(*bits), "{field:?}");
            assert!(width > 0 || field.name.is_none(), "{field:?}");
            unnamed += usize::from(field.name.is_none());
        }
    }
    assert!(unnamed > 0);
}

/// A union with a member that has a destructor would have none, and could not be copied.
#[test]
fn a_union_holds_no_class_with_a_destructor() {
    for generated in drawn(1, Vocabulary::Cpp, false) {
        let find = |name: &str| generated.types.iter().find(|definition| definition.name == name);
        let inside = |definition: &TypeDefinition| {
            let mut held: Vec<String> = Vec::new();
            for field in members(definition) {
                let mut ty = &field.ty;
                while let Type::Array { element, .. } = ty {
                    ty = element;
                }
                if let Type::Named(name) = ty {
                    held.push(name.clone());
                }
            }
            held
        };
        for union in &generated.types {
            if !matches!(union.kind, TypeKind::Union { .. }) {
                continue;
            }
            assert!(!union.attributes.non_trivial, "{union:?}");
            let mut open = inside(union);
            while let Some(name) = open.pop() {
                let definition = find(&name).unwrap();
                assert!(!definition.attributes.non_trivial, "{definition:?}");
                open.extend(inside(definition));
            }
        }
    }
}

/// RFC 2195: in a union every variant begins with the tag; otherwise the tag comes before the union of the payloads.
#[test]
fn the_c_form_of_an_enum_with_fields_is_that_of_its_representation() {
    let mut seen = [0, 0];
    for generated in drawn(1, Vocabulary::Common, false) {
        let find = |name: &str| {
            generated
                .types
                .iter()
                .find(|definition| definition.name == name)
                .unwrap()
        };
        for (name, form) in &generated.forms {
            let RustForm::DataEnum {
                repr,
                tag_in_union,
                variants,
            } = form
            else {
                continue;
            };
            let whole = find(name);
            seen[usize::from(tag_in_union.is_some())] += 1;
            assert_eq!(tag_in_union.is_none(), repr.starts_with('C'), "{repr}");
            let payload = match (&whole.kind, members(whole)) {
                (TypeKind::Union { .. }, _) => whole,
                (TypeKind::Struct { .. }, [tag, payload]) => {
                    assert_eq!(
                        (tag.name.as_deref(), payload.name.as_deref()),
                        (Some("tag"), Some("payload"))
                    );
                    match &payload.ty {
                        Type::Named(name) => find(name),
                        other => panic!("{other:?}"),
                    }
                }
                other => panic!("{other:?}"),
            };
            assert!(matches!(payload.kind, TypeKind::Union { .. }));
            assert_eq!(members(payload).len(), variants.len());
            for (member, variant) in members(payload).iter().zip(variants) {
                let Type::Named(name) = &member.ty else {
                    panic!("{member:?}");
                };
                let fields = members(find(name));
                let tag = usize::from(tag_in_union.is_some());
                assert_eq!(fields[tag..], variant[..]);
                assert!(tag == 0 || fields[0].name.as_deref() == Some("tag"));
            }
        }
    }
    assert!(seen.iter().all(|seen| *seen > 0), "{seen:?}");
}
