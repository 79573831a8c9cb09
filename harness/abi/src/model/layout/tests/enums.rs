//! Enums whose layout no text gives.

use super::*;
use crate::layout::SizeAlign;
use crate::units::Bytes;

/// C lets `aligned` raise an enum's alignment, after which its size and its place in memory part; no text says more.
#[test]
fn an_enum_aligned_to_more_than_its_size_has_no_layout() {
    for (align, covered) in [
        (None, true),
        (Some(2), true),
        (Some(4), true),
        (Some(8), false),
        (Some(16), false),
    ] {
        let mut parser = Parser::default();
        let kind = TypeKind::Enum {
            underlying: None,
            values: vec![("V".to_owned(), 1)],
        };
        let attributes = TypeAttributes {
            c: true,
            align,
            ..TypeAttributes::default()
        };
        let ty = Type::Named(parser.add(kind, attributes));
        let layout = C.model(&parser.definitions).size_align(&ty).settled();
        let four = covered.then_some(SizeAlign {
            size: Bytes(4),
            align: Bytes(4),
        });
        assert_eq!(layout, four, "{align:?}");
    }
}
