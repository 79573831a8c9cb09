//! What carries the value of a type, to the bit.

use super::*;

/// A table of types, each of which may use those before it.
#[derive(Default)]
struct Table(LayoutTable);

impl Table {
    fn add(&mut self, size: u64, shape: Shape) -> TypeId {
        self.0.types.push(Layout {
            name: String::new(),
            size: Bytes(size),
            align: None,
            shape,
        });
        TypeId(self.0.types.len() - 1)
    }

    fn integer(&mut self, size: u64) -> TypeId {
        self.add(size, Shape::Scalar(Scalar::Integer { signed: false }))
    }

    fn long_double(&mut self) -> TypeId {
        self.add(16, Shape::Scalar(Scalar::Float { x87: true }))
    }

    fn array(&mut self, element: TypeId, length: u64) -> TypeId {
        let size = self.0.get(element).size.0 * length;
        self.add(
            size,
            Shape::Array {
                element,
                length,
                vector: false,
            },
        )
    }

    fn field(&self, name: &str, at: u64, ty: TypeId) -> Field {
        Field {
            name: name.to_owned(),
            offset: Bytes(at).bits(),
            width: self.0.get(ty).size.bits(),
            bit_field: false,
            ty,
        }
    }

    fn structure(&mut self, size: u64, fields: &[(&str, u64, TypeId)]) -> TypeId {
        let fields = fields.iter().map(|&(name, at, ty)| self.field(name, at, ty));
        let fields = fields.collect();
        self.add(size, Shape::Struct { fields })
    }

    fn union(&mut self, size: u64, members: &[TypeId]) -> TypeId {
        let fields = members.iter().map(|&ty| self.field("m", 0, ty)).collect();
        self.add(size, Shape::Union { fields })
    }

    /// `path offset.width` of each leaf, in bits; what is bytes has a `*` behind it.
    fn leaves(&self, id: TypeId) -> Vec<String> {
        let leaves = self.0.leaves(id).into_iter().map(|leaf| {
            let bytes = matches!(leaf.kind, LeafKind::Bytes { .. });
            let star = if bytes { "*" } else { "" };
            format!("{} {}.{}{star}", leaf.path, leaf.offset.0, leaf.width.0)
        });
        leaves.collect()
    }
}

/// 10 of 16 bytes carry the value (psABI 3.1.2, figure 3.1), wherever such a number lies.
#[test]
fn an_x87_number_has_80_bits() {
    let mut table = Table::default();
    let number = table.long_double();
    let mut one = vec![0xFF; 10];
    one.extend([0; 6]);
    assert_eq!(table.leaves(number), [" 0.80"]);
    assert_eq!(table.0.value_mask(number), one);
    let pair = table.array(number, 2);
    assert_eq!(table.leaves(pair), ["[0] 0.80", "[1] 128.80"]);
    assert_eq!(table.0.value_mask(pair), one.repeat(2));
    let long = table.array(number, 65);
    assert_eq!(table.0.value_mask(long), one.repeat(65));
    let word = table.integer(4);
    let structure = table.structure(32, &[("a", 0, number), ("b", 16, word)]);
    assert_eq!(table.leaves(structure), ["a 0.80", "b 128.32"]);
    let union = table.union(16, &[number, word]);
    assert_eq!(table.leaves(union), [" 0.128*"]);
    assert_eq!(table.0.value_mask(union), one);
    // Another format of 16 bytes fills them.
    let quad = table.add(16, Shape::Scalar(Scalar::Float { x87: false }));
    assert_eq!(table.leaves(quad), [" 0.128"]);
}

/// What a union holds is known only where every member has it.
#[test]
fn bits_of_some_members_are_not_settled() {
    let mut table = Table::default();
    let [byte, word, long] = [1, 4, 8].map(|size| table.integer(size));
    let union = table.union(8, &[word, long]);
    assert_eq!(table.0.unsettled_mask(union), [0, 0, 0, 0, 255, 255, 255, 255]);
    assert_eq!(table.0.unsettled_mask(long), [0; 8]);
    let same = table.union(8, &[long, long]);
    assert_eq!(table.0.unsettled_mask(same), [0; 8]);
    let structure = table.structure(16, &[("tag", 0, byte), ("of", 8, union)]);
    let mut expected = [0; 16];
    expected[12..].fill(255);
    assert_eq!(table.0.unsettled_mask(structure), expected);
    let within = table.union(16, &[structure, byte]);
    let mut expected = [255; 16];
    // Padding of the struct has no value in any case.
    expected[..8].fill(0);
    assert_eq!(table.0.unsettled_mask(within), expected);
    let many = table.array(union, 65);
    assert_eq!(
        table.0.unsettled_mask(many),
        [0, 0, 0, 0, 255, 255, 255, 255].repeat(65)
    );
    let tag = table.field("", 0, byte);
    let variants = [("Small", 4, word), ("Long", 8, long)].map(|(name, at, ty)| table.field(name, at, ty));
    let shape = Shape::Variants {
        tag: Some(tag),
        variants: variants.into(),
    };
    let variants = table.add(16, shape);
    let mut expected = [255; 16];
    expected[..4].fill(0);
    assert_eq!(table.0.unsettled_mask(variants), expected);
}

#[test]
fn a_leaf_is_left_alone_where_nothing_of_it_is_left_out() {
    let mut table = Table::default();
    let word = table.integer(4);
    let pair = table.structure(8, &[("a", 0, word), ("b", 4, word)]);
    let mut leaves = table.0.leaves(pair);
    for leaf in &mut leaves {
        leaf.leave_out(&[0, 0, 0, 0, 0, 0xFF, 0, 0]);
    }
    assert_eq!(leaves[0], table.0.leaves(pair)[0]);
    let kept = LeafKind::Bytes {
        mask: vec![0xFF, 0, 0xFF, 0xFF],
    };
    assert_eq!(leaves[1].kind, kept);
}

#[test]
fn an_array_is_taken_apart_up_to_64_elements() {
    let mut table = Table::default();
    let word = table.integer(2);
    let short = table.array(word, 64);
    assert_eq!(table.leaves(short).len(), 64);
    assert_eq!(table.leaves(short)[63], "[63] 1008.16");
    let long = table.array(word, 65);
    assert_eq!(table.leaves(long), [" 0.1040*"]);
}

#[test]
fn a_leaf_is_named_by_the_way_to_it() {
    let mut table = Table::default();
    let word = table.integer(4);
    let words = table.array(word, 2);
    let inner = table.structure(8, &[("x", 4, words)]);
    let newtype = table.structure(4, &[("0", 0, word)]);
    let tuple = table.structure(8, &[("0", 0, word), ("1", 4, word)]);
    let named = table.structure(4, &[("raw", 0, word)]);
    let outer = table.structure(
        40,
        &[
            ("a", 0, inner),
            ("", 16, named),
            ("n", 20, newtype),
            ("t", 24, tuple),
            ("r", 32, named),
        ],
    );
    assert_eq!(
        table.leaves(outer),
        [
            "a.x[0] 32.32",
            "a.x[1] 64.32",
            "raw 128.32",
            "n 160.32",
            "t.0 192.32",
            "t.1 224.32",
            "r.raw 256.32",
        ]
    );
}

#[test]
fn bits_that_no_member_covers_are_padding() {
    let mut table = Table::default();
    let (byte, word) = (table.integer(1), table.integer(4));
    let mut bits = table.field("bits", 0, word);
    (bits.offset, bits.width, bits.bit_field) = (Bits(3), Bits(7), true);
    let fields = vec![bits, table.field("b", 2, byte)];
    let structure = table.add(
        4,
        Shape::Struct {
            fields: fields.clone(),
        },
    );
    let union = table.add(
        4,
        Shape::Union {
            fields: fields.clone(),
        },
    );
    let tag = Some(table.field("tag", 3, byte));
    let variants = table.add(
        4,
        Shape::Variants {
            tag,
            variants: fields,
        },
    );
    assert_eq!(table.leaves(structure), ["bits 3.7", "b 16.8"]);
    for (ty, mask) in [
        (structure, [0xF8, 0x03, 0xFF, 0]),
        (union, [0xF8, 0x03, 0xFF, 0]),
        (variants, [0xF8, 0x03, 0xFF, 0xFF]),
    ] {
        assert_eq!(table.0.value_mask(ty), mask);
    }
    // A mask holds what lies in it; what reaches beyond is cut off.
    let outer = table.structure(8, &[("u", 2, union)]);
    let leaf = table.0.leaves(outer).remove(0);
    let mut short = [0; 3];
    leaf.cover(&mut short);
    assert_eq!(short, [0, 0, 0xF8]);
}

#[test]
fn fields_without_bytes_are_hollow() {
    let mut table = Table::default();
    let word = table.integer(4);
    let none = table.array(word, 0);
    let structure = table.structure(4, &[("n", 0, word), ("data", 4, none), ("", 4, none)]);
    let hollow = table.0.hollow_fields(structure);
    let told: Vec<_> = hollow
        .iter()
        .map(|leaf| (leaf.path.to_string(), leaf.offset))
        .collect();
    assert_eq!(told, [("data".to_owned(), Bits(32))]);
    assert_eq!(table.leaves(structure), ["n 0.32"]);
    let union = table.union(4, &[word, none]);
    assert!(table.0.hollow_fields(union).is_empty());
    let opaque = table.add(0, Shape::Incomplete);
    assert!(table.leaves(opaque).is_empty());
}
