use super::*;
use crate::explain::samples::{bits, drawing, field};

/// A row as its cells: the name, `+` between fields that share bytes, `.` for padding and `~` for what another layer shows,
/// each with its bytes.
fn rows(layer: &Layer) -> Vec<String> {
    let cell = |cell: &Cell| {
        let word = match &cell.holds {
            Holds::Field(name) => name.clone(),
            Holds::Bits(names) => format!("({})", names.join("+")),
            Holds::Padding => ".".to_owned(),
            Holds::Elsewhere => "~".to_owned(),
        };
        format!("{word}{}", cell.length)
    };
    let row = |line: &Line| {
        let cells: Vec<String> = line.cells.iter().map(cell).collect();
        let more = match line.repeated {
            0 => String::new(),
            more => format!(" x{more}"),
        };
        format!("{}: {}{more}", line.offset, cells.join(" "))
    };
    layer.rows.iter().map(row).collect()
}

#[test]
fn a_row_is_eight_bytes_and_shows_fields_and_padding() {
    let (layers, more) = layers(&drawing(16, vec![field("a", 0, 1), field("b", 4, 8)]));
    assert_eq!((layers.len(), more), (1, 0));
    assert_eq!(rows(&layers[0]), ["0: a1 .3 b4", "8: b4 .4"]);
    for row in &layers[0].rows {
        let mut at = 0;
        for cell in &row.cells {
            assert_eq!(cell.start, at);
            at += cell.length;
        }
    }
}

#[test]
fn members_that_overlap_are_on_layers_of_their_own() {
    let fields = vec![
        field("head", 0, 8),
        field("a", 8, 4),
        field("b", 8, 8),
        field("", 16, 1),
    ];
    let (layers, _) = layers(&drawing(24, fields));
    assert_eq!(layers.len(), 2);
    // Bytes 12 to 15 are no padding, because `b` is there.
    assert_eq!(rows(&layers[0]), ["0: head8", "8: a4 ~4", "16: value1 .7"]);
    assert_eq!(rows(&layers[1]), ["8: b8"]);
}

#[test]
fn fields_that_share_a_byte_are_named_together() {
    let fields = vec![
        bits("a", 0, 3),
        bits("b", 3, 5),
        bits("c", 8, 4),
        bits("d", 16, 8),
    ];
    let (layers, _) = layers(&drawing(4, fields));
    assert_eq!(rows(&layers[0]), ["0: (a+b)1 (c)1 d1 .1"]);
}

#[test]
fn rows_that_repeat_are_counted_between_the_first_and_the_last() {
    for (bytes, expected) in [
        (16, vec!["0: a8", "8: a8"]),
        (24, vec!["0: a8 x1", "16: a8"]),
        (44, vec!["0: a8 x4", "40: a4"]),
    ] {
        let (layers, _) = layers(&drawing(bytes, vec![field("a", 0, bytes)]));
        assert_eq!(rows(&layers[0]), expected);
    }
    // Rows of several cells are never left out.
    let pairs: Vec<FieldPlace> = (0..6).map(|index| field("a", index * 4, 2)).collect();
    let (layers, _) = layers(&drawing(24, pairs));
    assert_eq!(layers[0].rows.len(), 3);
}

#[test]
fn a_drawing_ends_and_says_how_much_follows() {
    let (drawn, more) = layers(&drawing(515, vec![field("a", 0, 515)]));
    assert_eq!(
        (rows(&drawn[0]), more),
        (vec!["0: a8 x62".to_owned(), "504: a8".to_owned()], 3)
    );
    let (drawn, more) = layers(&drawing(0, vec![]));
    assert_eq!((drawn, more), (vec![Layer::default()], 0));
}

#[test]
fn the_bits_of_a_shared_byte_are_told_from_the_highest_down() {
    let fields = vec![
        bits("a", 0, 3),
        bits("b", 5, 6),
        bits("whole", 16, 8),
        field("int", 4, 4),
    ];
    let run = |first, length, name: Option<&str>| (first, length, name.map(str::to_owned));
    let expected = [
        Byte {
            offset: 0,
            runs: vec![run(5, 3, Some("b")), run(3, 2, None), run(0, 3, Some("a"))],
        },
        Byte {
            offset: 1,
            runs: vec![run(3, 5, None), run(0, 3, Some("b"))],
        },
    ];
    assert_eq!(bytes(&drawing(8, fields)), expected);
}
