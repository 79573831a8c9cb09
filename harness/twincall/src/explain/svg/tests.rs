use super::*;
use crate::explain::layout::DrawnType;
use crate::explain::samples::{bits, drawing, field};

#[test]
fn text_is_no_markup() {
    assert_eq!(escape("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
    assert_eq!(
        escape("a\u{1b}[0m\n\u{0}b\u{202e}c\u{9b}"),
        "a\u{fffd}[0m \u{fffd}b\u{fffd}c\u{fffd}"
    );
}

#[test]
fn a_word_is_cut_to_the_room_that_it_has() {
    for (word, room, shown) in [
        ("", 0, ""),
        ("a", 0, "a"),
        ("ab", 0, "…"),
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("äöü", 3, "äöü"),
    ] {
        assert_eq!(cut(word, room), shown, "{word}");
    }
}

#[test]
fn a_field_keeps_its_fill_and_neighbours_have_others() {
    let mut names = Vec::new();
    let fills: Vec<&str> = ["a", "b", "a"]
        .iter()
        .map(|name| fill_of(name, &mut names))
        .collect();
    assert_eq!(fills, [FILLS[0], FILLS[1], FILLS[0]]);
    for (index, fill) in FILLS.iter().enumerate().skip(2) {
        assert_eq!(fill_of(&index.to_string(), &mut names), *fill);
    }
    assert_eq!(fill_of("one more", &mut names), FILLS[0]);
}

/// Whatever a type is called, the drawing is XML, and everything in it lies on the page.
#[test]
fn a_drawing_is_well_formed_and_holds_all_that_is_drawn() {
    let fields = vec![
        field("operator<<\"&\u{7}", 0, 8),
        bits("a", 64, 3),
        field("long", 16, 600),
        field("member", 16, 8),
    ];
    let mut all = Layouts::empty();
    all.types.push(DrawnType {
        name: "T<\"&\">".to_owned(),
        drawings: vec![drawing(616, fields)],
        across: None,
    });
    let text = layouts(&all);
    let page = roxmltree::Document::parse(&text).unwrap();
    let number = |node: roxmltree::Node<'_, '_>, name: &str| -> u64 {
        node.attribute(name).map_or(0, |value| value.parse().unwrap())
    };
    let root = page.root_element();
    let (width, height) = (number(root, "width"), number(root, "height"));
    for node in page.descendants().filter(|node| node.has_tag_name("g")) {
        for rect in node.children().filter(|node| node.has_tag_name("rect")) {
            assert!(number(rect, "x") + number(rect, "width") <= width);
            assert!(number(rect, "y") + number(rect, "height") <= height);
        }
    }
    let words: Vec<&str> = page.descendants().filter_map(|node| node.text()).collect();
    for word in ["T<\"&\">", "operator<<\"&\u{fffd}", "long", "member", "or"] {
        assert!(words.contains(&word), "{word} is not in {words:?}");
    }
}
