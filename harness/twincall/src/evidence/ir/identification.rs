//! Looks at the outermost blocks of a bitcode file without LLVM: is it bitcode, is it whole, who wrote it?
//!
//! The format is in LLVM's document "LLVM Bitcode File Format". Modules themselves are left to LLVM.

use super::IrError;

/// Raw bitcode starts with these bytes.
const MAGIC: [u8; 4] = [b'B', b'C', 0xc0, 0xde];
/// A wrapper around raw bitcode, which Apple's tools write, starts with these.
const WRAPPER_MAGIC: [u8; 4] = [0xde, 0xc0, 0x17, 0x0b];

/// Abbreviation numbers that every block knows.
const END_BLOCK: u64 = 0;
const ENTER_SUBBLOCK: u64 = 1;
const DEFINE_ABBREVIATION: u64 = 2;
const UNABBREVIATED_RECORD: u64 = 3;

/// `IDENTIFICATION_BLOCK_ID` and its two records.
const IDENTIFICATION_BLOCK: u64 = 13;
const RECORD_STRING: u64 = 1;
const RECORD_EPOCH: u64 = 2;

/// The compiler that wrote a bitcode file, as its identification block says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Producer {
    /// `LLVM22.1.8`, `LLVM22.1.2-rust-1.96.0-stable`; empty where the file does not say.
    pub text: String,
    /// The major version of LLVM in `text`.
    pub llvm_major: Option<u32>,
    epoch: u64,
}

/// Who wrote this bitcode.
pub fn producer(bitcode: &[u8]) -> Result<Producer, IrError> {
    identify(unwrap(bitcode)?)
}

/// The raw bitcode inside `bitcode` if the linked LLVM can be trusted with it.
pub(super) fn check(bitcode: &[u8], linked: (u32, u32, u32)) -> Result<&[u8], IrError> {
    let raw = unwrap(bitcode)?;
    let producer = identify(raw)?;
    if producer.llvm_major.is_some_and(|major| major > linked.0) {
        return Err(IrError::Newer {
            producer: producer.text,
            linked,
        });
    }
    match producer.epoch {
        0 => Ok(raw),
        epoch => Err(IrError::Epoch { epoch }),
    }
}

/// Takes off the wrapper, whose header is magic, version, offset, size and CPU type of 32 bits each.
fn unwrap(bitcode: &[u8]) -> Result<&[u8], IrError> {
    let not_bitcode = |bytes: &[u8]| IrError::NotBitcode {
        start: bytes.iter().copied().take(4).collect(),
    };
    let raw = if bitcode.starts_with(&WRAPPER_MAGIC) {
        let word = |at: usize| {
            let bytes = bitcode.get(at..at + 4)?.try_into().ok()?;
            usize::try_from(u32::from_le_bytes(bytes)).ok()
        };
        let range = word(8)
            .zip(word(12))
            .and_then(|(offset, size)| Some(offset..offset.checked_add(size)?));
        range
            .and_then(|range| bitcode.get(range))
            .ok_or(IrError::Damaged { offset: 4 })?
    } else {
        bitcode
    };
    if raw.starts_with(&MAGIC) {
        Ok(raw)
    } else {
        Err(not_bitcode(raw))
    }
}

/// Walks the outermost blocks, which must lie inside the file, and reads the identification among them.
fn identify(raw: &[u8]) -> Result<Producer, IrError> {
    let mut bits = Bits { bytes: raw, at: 32 };
    let mut producer = None;
    let mut blocks = 0;
    // LLVM, too, takes fewer than eight bytes at the end for padding.
    while bits.at / 8 + 8 <= raw.len() && raw.get(bits.at / 8..bits.at / 8 + 4) != Some(&MAGIC) {
        let damaged = IrError::Damaged { offset: bits.at / 8 };
        let Some((id, block)) = top_level_block(&mut bits) else {
            return Err(damaged);
        };
        if id == IDENTIFICATION_BLOCK && producer.is_none() {
            producer = Some(identification(block).ok_or(damaged)?);
        }
        blocks += 1;
    }
    match blocks {
        0 => Err(IrError::Damaged { offset: 4 }),
        // LLVM before 3.9 wrote no identification.
        _ => Ok(producer.unwrap_or_default()),
    }
}

/// A block's content with the width of its abbreviation numbers.
struct Block<'a> {
    bits: Bits<'a>,
    width: u32,
}

/// Reads a block's head and steps over its content.
fn top_level_block<'a>(bits: &mut Bits<'a>) -> Option<(u64, Block<'a>)> {
    if bits.fixed(2)? != ENTER_SUBBLOCK {
        return None;
    }
    let (id, width) = (bits.variable(8)?, u32::try_from(bits.variable(4)?).ok()?);
    bits.align_to_word();
    let length = usize::try_from(bits.fixed(32)?).ok()?.checked_mul(4)?;
    let start = bits.at / 8;
    let end = start.checked_add(length)?;
    let content = bits.bytes.get(start..end)?;
    bits.at = end * 8;
    Some((
        id,
        Block {
            bits: Bits {
                bytes: content,
                at: 0,
            },
            width,
        },
    ))
}

/// Reads the records of an identification block.
fn identification(mut block: Block<'_>) -> Option<Producer> {
    let mut abbreviations: Vec<Vec<Operand>> = Vec::new();
    let mut producer = Producer::default();
    loop {
        let record = match block.bits.fixed(block.width)? {
            END_BLOCK => break,
            ENTER_SUBBLOCK => return None,
            DEFINE_ABBREVIATION => {
                abbreviations.push(read_abbreviation(&mut block.bits)?);
                continue;
            }
            UNABBREVIATED_RECORD => {
                let (code, count) = (block.bits.variable(6)?, block.bits.variable(6)?);
                let values = (0..count).map(|_| block.bits.variable(6));
                std::iter::once(Some(code))
                    .chain(values)
                    .collect::<Option<Vec<_>>>()?
            }
            number => {
                let abbreviation = abbreviations.get(usize::try_from(number - 4).ok()?)?;
                read_record(&mut block.bits, abbreviation)?
            }
        };
        match record.split_first()? {
            (&RECORD_STRING, text) => {
                producer.text = text
                    .iter()
                    .map(|&unit| u8::try_from(unit).map_or('?', char::from))
                    .collect();
            }
            (&RECORD_EPOCH, values) => producer.epoch = *values.first()?,
            _ => {}
        }
    }
    producer.llvm_major = major_of(&producer.text);
    Some(producer)
}

/// The major version in `LLVM22.1.8`.
fn major_of(text: &str) -> Option<u32> {
    let version = text.strip_prefix("LLVM")?;
    version
        .split(|character: char| !character.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

/// How an abbreviation encodes one operand.
#[derive(Clone, Copy, Debug)]
enum Operand {
    Literal(u64),
    Fixed(u32),
    Variable(u32),
    /// As many of the next operand as its own length says.
    Array,
    Char6,
}

fn read_abbreviation(bits: &mut Bits<'_>) -> Option<Vec<Operand>> {
    let count = bits.variable(5)?;
    let mut operands = Vec::new();
    for _ in 0..count {
        if bits.fixed(1)? == 1 {
            operands.push(Operand::Literal(bits.variable(8)?));
            continue;
        }
        operands.push(match bits.fixed(3)? {
            1 => Operand::Fixed(width(bits.variable(5)?)?),
            2 => Operand::Variable(width(bits.variable(5)?)?),
            3 => Operand::Array,
            4 => Operand::Char6,
            // Blobs do not occur in an identification.
            _ => return None,
        });
    }
    Some(operands)
}

fn width(bits: u64) -> Option<u32> {
    u32::try_from(bits).ok().filter(|width| *width <= 64)
}

fn read_record(bits: &mut Bits<'_>, abbreviation: &[Operand]) -> Option<Vec<u64>> {
    let mut values = Vec::new();
    let mut operands = abbreviation.iter();
    while let Some(operand) = operands.next() {
        match operand {
            Operand::Array => {
                let element = operands.next()?;
                let length = bits.variable(6)?;
                // Every element takes at least one bit, which bounds a hostile length.
                if length > u64::try_from(bits.bytes.len()).ok()?.checked_mul(8)? {
                    return None;
                }
                for _ in 0..length {
                    values.push(read_scalar(bits, *element)?);
                }
            }
            scalar => values.push(read_scalar(bits, *scalar)?),
        }
    }
    Some(values)
}

fn read_scalar(bits: &mut Bits<'_>, operand: Operand) -> Option<u64> {
    const CHAR6: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._";
    match operand {
        Operand::Literal(value) => Some(value),
        Operand::Fixed(width) => bits.fixed(width),
        Operand::Variable(width) => bits.variable(width),
        Operand::Char6 => {
            let index = usize::try_from(bits.fixed(6)?).ok()?;
            CHAR6.get(index).map(|character| u64::from(*character))
        }
        Operand::Array => None,
    }
}

/// A bit stream, least significant bit of each byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    /// Position in bits.
    at: usize,
}

impl Bits<'_> {
    /// An unsigned integer of `width` bits.
    fn fixed(&mut self, width: u32) -> Option<u64> {
        let mut value = 0;
        for bit in 0..width {
            let byte = self.bytes.get(self.at / 8)?;
            value |= u64::from(byte >> (self.at % 8) & 1).checked_shl(bit)?;
            self.at += 1;
        }
        Some(value)
    }

    /// An integer in chunks of `width` bits, whose highest bit says that another follows.
    fn variable(&mut self, width: u32) -> Option<u64> {
        let payload = width.checked_sub(1).filter(|payload| *payload > 0)?;
        let (mut value, mut shift) = (0u64, 0u32);
        loop {
            let chunk = self.fixed(width)?;
            value |= (chunk & !(1 << payload)).checked_shl(shift)?;
            if chunk >> payload == 0 {
                return Some(value);
            }
            shift = shift.checked_add(payload)?;
        }
    }

    fn align_to_word(&mut self) {
        self.at = self.at.next_multiple_of(32);
    }
}

#[cfg(test)]
mod tests;
