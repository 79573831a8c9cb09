//! Identification blocks written bit by bit, as the document "LLVM Bitcode File Format" describes them.

use super::*;

/// The other direction of [`Bits`].
#[derive(Default)]
struct Writer(Vec<bool>);

impl Writer {
    fn fixed(&mut self, value: u64, width: u32) -> &mut Writer {
        self.0.extend((0..width).map(|bit| value >> bit & 1 == 1));
        self
    }

    fn variable(&mut self, mut value: u64, width: u32) -> &mut Writer {
        let payload = width - 1;
        while value >> payload != 0 {
            self.fixed(value & ((1 << payload) - 1) | 1 << payload, width);
            value >>= payload;
        }
        self.fixed(value, width)
    }

    fn aligned(&mut self) -> &mut Writer {
        self.0.resize(self.0.len().next_multiple_of(32), false);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
        self.0.chunks(8).map(byte).collect()
    }

    /// Whole words of a block's content behind its head.
    fn block(&mut self, id: u64, width: u64, content: &Writer) -> &mut Writer {
        let mut content = Writer(content.0.clone());
        content.aligned();
        self.fixed(ENTER_SUBBLOCK, 2)
            .variable(id, 8)
            .variable(width, 4)
            .aligned();
        self.fixed(content.0.len() as u64 / 32, 32);
        self.0.extend(content.0);
        self
    }
}

/// The width of abbreviation numbers in the blocks below.
const WIDTH: u32 = 5;

fn record(writer: &mut Writer, code: u64, values: &[u64]) {
    writer.fixed(UNABBREVIATED_RECORD, WIDTH).variable(code, 6);
    writer.variable(values.len() as u64, 6);
    for value in values {
        writer.variable(*value, 6);
    }
}

fn text(text: &str) -> Vec<u64> {
    text.bytes().map(u64::from).collect()
}

/// A file with these blocks and room behind them.
fn file(blocks: &[(u64, &Writer)]) -> Vec<u8> {
    let mut writer = Writer::default();
    for (id, content) in blocks {
        writer.block(*id, WIDTH.into(), content);
    }
    let mut bytes = MAGIC.to_vec();
    bytes.extend(writer.bytes());
    bytes
}

fn identification_of(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut content = Writer::default();
    write(&mut content);
    content.fixed(END_BLOCK, WIDTH);
    file(&[(IDENTIFICATION_BLOCK, &content)])
}

#[test]
fn records_without_an_abbreviation_name_producer_and_epoch() {
    for (epoch, name, major) in [
        (0, "LLVM22.1.8", Some(22)),
        (1, "LLVM3.9", Some(3)),
        (70, "swiftc", None),
    ] {
        let bytes = identification_of(|writer| {
            record(writer, 9, &[1, 2, 3]);
            record(writer, RECORD_STRING, &text(name));
            record(writer, RECORD_EPOCH, &[epoch]);
        });
        let found = producer(&bytes).unwrap();
        assert_eq!(
            (found.text.as_str(), found.llvm_major, found.epoch),
            (name, major, epoch)
        );
    }
}

/// A reader of epoch 0 refuses every other, and what a newer LLVM wrote (LLVM's developer policy: bitcode is read by the
/// same version and by later ones).
#[test]
fn only_what_the_linked_llvm_reads_is_handed_to_it() {
    let written = |epoch, name: &str| {
        let bytes = identification_of(|writer| {
            record(writer, RECORD_STRING, &text(name));
            record(writer, RECORD_EPOCH, &[epoch]);
        });
        check(&bytes, (22, 1, 8))
            .map(<[u8]>::len)
            .map_err(|error| match error {
                IrError::Newer { .. } => "newer",
                IrError::Epoch { epoch: found } if found == epoch => "epoch",
                _ => "another error",
            })
    };
    assert!(written(0, "LLVM22.1.8").is_ok());
    assert!(written(0, "LLVM22.9").is_ok(), "the major version decides");
    assert!(written(0, "LLVM14").is_ok());
    assert!(written(0, "another compiler").is_ok());
    assert_eq!(written(0, "LLVM23.0").unwrap_err(), "newer");
    assert_eq!(written(1, "LLVM22.1.8").unwrap_err(), "epoch");
    assert_eq!(written(1, "LLVM23.0").unwrap_err(), "newer");
}

/// What LLVM itself writes: the string as an array of six-bit characters or of bytes, the epoch as a fixed field.
#[test]
fn abbreviations_are_read_as_they_were_defined() {
    let bytes = identification_of(|writer| {
        // 4: the string's code, then an array of six-bit characters.
        writer.fixed(DEFINE_ABBREVIATION, WIDTH).variable(3, 5);
        writer.fixed(1, 1).variable(RECORD_STRING, 8);
        writer.fixed(0, 1).fixed(3, 3);
        writer.fixed(0, 1).fixed(4, 3);
        // 5: the epoch's code, then a fixed field of three bits; 6: the code itself, then a variable one.
        writer.fixed(DEFINE_ABBREVIATION, WIDTH).variable(2, 5);
        writer.fixed(1, 1).variable(RECORD_EPOCH, 8);
        writer.fixed(0, 1).fixed(1, 3).variable(3, 5);
        writer.fixed(DEFINE_ABBREVIATION, WIDTH).variable(2, 5);
        writer.fixed(0, 1).fixed(2, 3).variable(6, 5);
        writer.fixed(0, 1).fixed(2, 3).variable(4, 5);

        writer.fixed(4, WIDTH).variable(6, 6);
        for index in [37, 37, 47, 38, 54, 62] {
            writer.fixed(index, 6);
        }
        writer.fixed(5, WIDTH).fixed(5, 3);
        writer.fixed(6, WIDTH).variable(RECORD_EPOCH, 6).variable(100, 4);
    });
    let found = producer(&bytes).unwrap();
    assert_eq!(
        found.text, "LLVM2.",
        "L is the 37th of a-z, A-Z, 0-9, period and underscore"
    );
    assert_eq!(
        (found.llvm_major, found.epoch),
        (Some(2), 100),
        "the last epoch counts"
    );
}

#[test]
fn what_no_identification_holds_is_damage() {
    type Write = fn(&mut Writer);
    for (what, write) in [
        (
            "a block inside",
            (|writer| {
                writer.fixed(ENTER_SUBBLOCK, WIDTH);
            }) as Write,
        ),
        ("an abbreviation that was not defined", |writer| {
            writer.fixed(4, WIDTH);
        }),
        ("a blob", |writer| {
            writer
                .fixed(DEFINE_ABBREVIATION, WIDTH)
                .variable(1, 5)
                .fixed(0, 1)
                .fixed(5, 3);
        }),
        ("an operand of more than 64 bits", |writer| {
            writer
                .fixed(DEFINE_ABBREVIATION, WIDTH)
                .variable(1, 5)
                .fixed(0, 1)
                .fixed(1, 3)
                .variable(65, 5);
        }),
        ("an epoch without a number", |writer| {
            record(writer, RECORD_EPOCH, &[])
        }),
        ("a record that goes on behind the end", |writer| {
            writer
                .fixed(UNABBREVIATED_RECORD, WIDTH)
                .variable(1, 6)
                .variable(1000, 6);
        }),
        ("an array without an element", |writer| {
            writer
                .fixed(DEFINE_ABBREVIATION, WIDTH)
                .variable(1, 5)
                .fixed(0, 1)
                .fixed(3, 3);
            writer.fixed(4, WIDTH);
        }),
        ("an array of arrays", |writer| {
            writer.fixed(DEFINE_ABBREVIATION, WIDTH).variable(2, 5);
            writer.fixed(0, 1).fixed(3, 3).fixed(0, 1).fixed(3, 3);
            writer.fixed(4, WIDTH).variable(1, 6);
        }),
    ] {
        let found = producer(&identification_of(write));
        assert!(
            matches!(found, Err(IrError::Damaged { offset: 4 })),
            "{what}: {found:?}"
        );
    }
    let widest = producer(&identification_of(|writer| {
        writer
            .fixed(DEFINE_ABBREVIATION, WIDTH)
            .variable(2, 5)
            .fixed(1, 1)
            .variable(RECORD_EPOCH, 8);
        writer.fixed(0, 1).fixed(1, 3).variable(64, 5);
        writer.fixed(4, WIDTH).fixed(u64::MAX, 64);
    }));
    assert_eq!(widest.unwrap().epoch, u64::MAX);
}

#[test]
fn other_blocks_are_stepped_over_and_the_first_identification_counts() {
    let identified = |name: &str| {
        let mut content = Writer::default();
        record(&mut content, RECORD_STRING, &text(name));
        content.fixed(END_BLOCK, WIDTH);
        content
    };
    let mut module = Writer::default();
    module.fixed(0x0123_4567_89ab_cdef, 64).fixed(7, 40);
    let (first, second) = (identified("LLVM21"), identified("LLVM22"));
    let both = file(&[
        (8, &module),
        (IDENTIFICATION_BLOCK, &first),
        (8, &module),
        (IDENTIFICATION_BLOCK, &second),
    ]);
    assert_eq!(producer(&both).unwrap().text, "LLVM21");
    let none = producer(&file(&[(8, &module)])).unwrap();
    assert_eq!(
        (none.text.as_str(), none.llvm_major),
        ("", None),
        "as before LLVM 3.9"
    );
    let files = [&first, &second].map(|content| file(&[(IDENTIFICATION_BLOCK, content)]));
    assert_eq!(
        producer(&files.concat()).unwrap().text,
        "LLVM21",
        "a second file behind it is no damage"
    );
    // Bytes in front of the next file's magic belong to that file, and a few at the end are padding.
    for rest in [&MAGIC[..], &[0xff; 7]] {
        let followed = [file(&[(IDENTIFICATION_BLOCK, &first)]), rest.to_vec()].concat();
        assert_eq!(producer(&followed).unwrap().text, "LLVM21");
    }
    let more = [file(&[(IDENTIFICATION_BLOCK, &first)]), vec![0xff; 8]].concat();
    assert!(matches!(producer(&more), Err(IrError::Damaged { .. })));
    assert!(
        matches!(producer(&MAGIC), Err(IrError::Damaged { offset: 4 })),
        "no block at all"
    );
    let whole = file(&[(IDENTIFICATION_BLOCK, &first)]);
    assert!(
        producer(&whole[..whole.len() - 4]).is_err(),
        "a block has to lie in its file"
    );
}

#[test]
fn bits_come_lowest_first_and_in_chunks() {
    let bits = |bytes: &'static [u8]| Bits { bytes, at: 0 };
    let mut one = bits(&[0b1010_0110, 0b0000_0001]);
    let parts = [one.fixed(3), one.fixed(4), one.fixed(2), one.fixed(0)];
    assert_eq!(parts, [Some(0b110), Some(0b0100), Some(0b11), Some(0)]);
    assert_eq!(one.at, 9);
    assert_eq!(one.fixed(8), None, "only seven bits are left");
    assert_eq!(bits(&[0xff; 9]).fixed(64), Some(u64::MAX));
    assert_eq!(bits(&[0xff; 9]).fixed(65), None);
    // 27 in chunks of four bits: 011 with more to come, then 011.
    assert_eq!(bits(&[0b0011_1011]).variable(4), Some(27));
    assert_eq!(bits(&[0b0000_0111]).variable(4), Some(7));
    assert_eq!(bits(&[0xff]).variable(4), None, "no end");
    assert_eq!(bits(&[0]).variable(1), None, "chunks without room for a payload");
    for value in [0, 1, 31, 32, 1 << 40, u64::MAX] {
        for width in [2, 4, 6, 8] {
            let mut writer = Writer::default();
            writer.variable(value, width);
            let bytes = writer.bytes();
            assert_eq!(
                Bits { bytes: &bytes, at: 0 }.variable(width),
                Some(value),
                "{value} {width}"
            );
        }
    }
    let mut at = bits(&[]);
    for (from, to) in [(0, 0), (1, 32), (31, 32), (32, 32), (33, 64)] {
        at.at = from;
        at.align_to_word();
        assert_eq!(at.at, to);
    }
}

#[test]
fn the_major_version_stands_behind_llvm() {
    for (text, major) in [
        ("LLVM22.1.8", Some(22)),
        ("LLVM22", Some(22)),
        ("LLVM22.1.2-rust-1.96.0-stable", Some(22)),
        ("LLVM7svn", Some(7)),
        ("LLVM", None),
        ("APPLE_1_1500", None),
    ] {
        assert_eq!(major_of(text), major, "{text}");
    }
}
