//! Reads the table of sizes and alignments that a generated unit carries, from the bytes of its object. It
//! needs no object format: a marker stands before the table.

use twincall_abi::layout::SizeAlign;
use twincall_abi::units::Bytes;

use crate::emit::SIZES_MARKER;

/// Why a size table could not be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConstantsError {
    #[error("find the size table in the object: its marker is not there")]
    Missing,
    #[error("find the size table in the object: its marker is there {times} times")]
    Repeated { times: usize },
    #[error("read {rows} rows of the size table: only {available} bytes follow its marker")]
    Truncated { rows: usize, available: usize },
    #[error("read row {row} of the size table: the alignment {align} is not a power of two")]
    Alignment { row: usize, align: u64 },
}

/// The `rows` pairs of size and alignment after the marker. Both are 0 for an incomplete type.
pub fn read_size_table(object: &[u8], rows: usize) -> Result<Vec<SizeAlign>, ConstantsError> {
    let mut places = object
        .windows(SIZES_MARKER.len())
        .enumerate()
        .filter(|(_, bytes)| *bytes == SIZES_MARKER);
    let (marker, _) = places.next().ok_or(ConstantsError::Missing)?;
    let more = places.count();
    if more != 0 {
        return Err(ConstantsError::Repeated { times: more + 1 });
    }
    let (words, _) = object[marker + SIZES_MARKER.len()..].as_chunks::<8>();
    let (pairs, _) = words.as_chunks::<2>();
    let pairs = pairs.get(..rows).ok_or(ConstantsError::Truncated {
        rows,
        available: object.len() - marker - SIZES_MARKER.len(),
    })?;
    let read_row = |(row, [size, align]): (usize, &[[u8; 8]; 2])| {
        let (size, align) = (u64::from_le_bytes(*size), u64::from_le_bytes(*align));
        match align.is_power_of_two() || (size, align) == (0, 0) {
            true => Ok(SizeAlign {
                size: Bytes(size),
                align: Bytes(align),
            }),
            false => Err(ConstantsError::Alignment { row, align }),
        }
    };
    pairs.iter().enumerate().map(read_row).collect()
}

#[cfg(test)]
mod tests {
    use twincall_abi::target::Target;

    use super::super::debuginfo::tests::{clang, rustc};
    use super::*;

    #[test]
    fn objects_of_both_languages_carry_the_table() {
        let c = r#"const struct { unsigned char marker[16]; unsigned long long rows[4]; } tc_c_sizes =
            { "twincall-sizes\1", { sizeof(long), _Alignof(long), sizeof(short), _Alignof(short) } };"#;
        let rust = r#"
            #![no_std]
            #[panic_handler] fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
            #[repr(C)] pub struct Sizes { marker: [u8; 16], words: [u64; 4] }
            #[unsafe(no_mangle)] #[used] pub static tc_rust_sizes: Sizes =
                Sizes { marker: *b"twincall-sizes\x01\0", words: [8, 8, 2, 2] };"#;
        let row = |size| SizeAlign {
            size: Bytes(size),
            align: Bytes(size),
        };
        for level in ["-O0", "-O2"] {
            for target in Target::ALL {
                let object = clang(target, &[level], "unit.c", c);
                assert_eq!(
                    read_size_table(&object, 2),
                    Ok(vec![row(target.pointer_size().0), row(2)])
                );
            }
        }
        assert_eq!(
            read_size_table(&rustc(&["-Copt-level=2"], rust), 2),
            Ok(vec![row(8), row(2)])
        );
    }

    fn table(rows: &[(u64, u64)]) -> Vec<u8> {
        let mut bytes = b"some other bytes".to_vec();
        bytes.extend(SIZES_MARKER);
        for (size, align) in rows {
            bytes.extend(size.to_le_bytes());
            bytes.extend(align.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn rows_follow_the_marker() {
        let object = table(&[(16, 8), (0, 1)]);
        let row = |size, align| SizeAlign {
            size: Bytes(size),
            align: Bytes(align),
        };
        assert_eq!(read_size_table(&object, 2), Ok(vec![row(16, 8), row(0, 1)]));
        assert_eq!(read_size_table(&object, 1), Ok(vec![row(16, 8)]));
        assert_eq!(read_size_table(&object, 0), Ok(vec![]));
        assert_eq!(read_size_table(&table(&[(0, 0)]), 1), Ok(vec![row(0, 0)]));
    }

    #[test]
    fn the_marker_must_be_there_once() {
        assert_eq!(read_size_table(b"", 1), Err(ConstantsError::Missing));
        assert_eq!(
            read_size_table(&SIZES_MARKER[1..], 1),
            Err(ConstantsError::Missing)
        );
        let twice = [table(&[(1, 1)]), table(&[(1, 1)])].concat();
        assert_eq!(
            read_size_table(&twice, 1),
            Err(ConstantsError::Repeated { times: 2 })
        );
    }

    #[test]
    fn damaged_tables_are_refused() {
        let object = table(&[(16, 8), (4, 3)]);
        assert_eq!(
            read_size_table(&object, 2),
            Err(ConstantsError::Alignment { row: 1, align: 3 })
        );
        assert_eq!(
            read_size_table(&object, 3),
            Err(ConstantsError::Truncated {
                rows: 3,
                available: 32
            })
        );
        let no_align = read_size_table(&table(&[(4, 0)]), 1);
        assert_eq!(no_align, Err(ConstantsError::Alignment { row: 0, align: 0 }));
        let huge = read_size_table(&object, usize::MAX);
        assert_eq!(
            huge,
            Err(ConstantsError::Truncated {
                rows: usize::MAX,
                available: 32
            })
        );
    }
}
