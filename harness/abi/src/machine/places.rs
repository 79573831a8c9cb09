//! From bytes to slots: in which registers and stack words a value was found that is known byte by byte.
//!
//! Nothing here knows how a value should be passed. A caller is asked with values that are hardly found anywhere by chance, a
//! callee with places that each hold bytes of their own ([`DirectFrame::marked`]).

use super::{Captured, DIRECT_STACK, DIRECT_STATE, DirectFrame, MachineState, ResultState, word_at};
use crate::slot::{ARGUMENT_REGISTERS, Content, Extension, Location, Slot};
use crate::units::Bytes;

/// Bytes of an eightbyte, the unit in which the psABI hands out registers (3.2.3).
const EIGHTBYTE: usize = 8;
/// Bytes of an x87 register.
const X87: usize = 10;

/// A value that crossed, byte by byte.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Passed {
    pub bytes: Vec<u8>,
    /// A bit set for each bit of `bytes` that belongs to the value rather than to padding.
    pub mask: Vec<u8>,
    /// An eightbyte of it may hold one value only, which whoever reads it need not look for: where it lies cannot be told.
    pub hidden: bool,
}

/// What was in each place that can carry a part of a value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Places {
    /// Registers with all their bytes, then the argument area as one place at offset 0.
    all: Vec<(Location, Vec<u8>)>,
}

/// Up to eight bytes of a value, and everywhere that they were found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chunk {
    /// Where in the value they begin.
    pub from: Bytes,
    pub width: Bytes,
    pub found: Vec<Part>,
}

/// A part of a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// A register, or the word of the argument area in which the bytes begin.
    pub location: Location,
    /// Bytes from the start of the register.
    pub offset: Bytes,
}

/// A slot that does not hold what it should.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missing {
    pub slot: Slot,
    /// What the slot should carry, padding being zero.
    pub wanted: Vec<u8>,
    /// What it carried, padding being zero. Empty if there is no such place.
    pub found: Vec<u8>,
}

impl Passed {
    fn at(&self, at: usize) -> (u8, u8) {
        let byte = |bytes: &[u8]| bytes.get(at).copied().unwrap_or(0);
        (byte(&self.bytes), byte(&self.mask))
    }

    /// Whether these bytes are the ones of the value from this offset on, as far as they belong to it.
    fn matches(&self, from: usize, found: &[u8]) -> bool {
        found.iter().enumerate().all(|(index, byte)| {
            let (wanted, mask) = self.at(from + index);
            (byte ^ wanted) & mask == 0
        })
    }

    /// Whether these bytes are the whole value, padding aside.
    pub fn equals(&self, found: &[u8]) -> bool {
        found.len() == self.bytes.len() && self.matches(0, found)
    }

    /// Whether these eight bytes are an eightbyte of the value, all of which counts.
    fn has_eightbyte(&self, found: &[u8]) -> bool {
        let whole = |from: usize| (from..from + EIGHTBYTE).all(|at| self.at(at).1 == 0xFF);
        found.len() == EIGHTBYTE
            && (0..self.bytes.len())
                .step_by(EIGHTBYTE)
                .any(|from| whole(from) && self.matches(from, found))
    }

    fn is_padding(&self, from: usize, width: usize) -> bool {
        (from..from + width).all(|at| self.at(at).1 == 0)
    }
}

impl Places {
    /// The argument registers and the argument area that a caller left.
    pub fn of_caller(captured: &Captured) -> Places {
        Places::of_arguments(
            &captured.state,
            captured.arguments(),
            usize::from(captured.vector_bytes),
        )
    }

    /// What a direct call had in its argument registers and its argument area, from the bytes of its frame.
    pub fn of_frame(bytes: &[u8]) -> Option<Places> {
        let state = MachineState::read(bytes, DIRECT_STATE)?;
        let vector_bytes = DirectFrame::decode(bytes)?.vector_bytes;
        let length = usize::try_from(word_at(bytes, super::DIRECT_STACK_LENGTH)?).ok()?;
        let stack = bytes.get(DIRECT_STACK..)?.get(..length)?;
        Some(Places::of_arguments(&state, stack, usize::from(vector_bytes)))
    }

    fn of_arguments(state: &MachineState, stack: &[u8], vector_bytes: usize) -> Places {
        let register = |name: &str, bytes: &[u8]| (Location::Register(name.to_owned()), bytes.to_vec());
        let general = ARGUMENT_REGISTERS.iter().zip(&state.general);
        let mut all: Vec<(Location, Vec<u8>)> = general
            .map(|(name, word)| register(name, &word.to_le_bytes()))
            .collect();
        for (index, vector) in state.vectors.iter().enumerate() {
            let width = vector_bytes.min(vector.len());
            all.push(register(&format!("xmm{index}"), &vector[..width]));
        }
        all.push((Location::Stack { offset: Bytes(0) }, stack.to_vec()));
        Places { all }
    }

    /// The registers in which a result came back.
    pub fn of_result(result: &ResultState, vector_bytes: u8) -> Places {
        let register = |name: String, bytes: &[u8]| (Location::Register(name), bytes.to_vec());
        let mut all = vec![
            register("rax".to_owned(), &result.rax.to_le_bytes()),
            register("rdx".to_owned(), &result.rdx.to_le_bytes()),
        ];
        for (index, vector) in result.vectors.iter().enumerate() {
            let width = usize::from(vector_bytes).min(vector.len());
            all.push(register(format!("xmm{index}"), &vector[..width]));
        }
        for (index, st) in result.st.iter().enumerate() {
            if index < usize::from(result.st_count) {
                all.push(register(format!("st{index}"), st));
            }
        }
        Places { all }
    }

    /// The bytes from the start of a location to the end of the register or of the area.
    fn bytes(&self, location: &Location) -> Option<&[u8]> {
        let (wanted, offset) = match location {
            Location::Register(name) => (Location::Register(common_name(name)), 0),
            Location::Stack { offset } => (Location::Stack { offset: Bytes(0) }, offset.0 as usize),
            Location::WasmParam { .. } | Location::WasmResult { .. } => return None,
        };
        let (_, bytes) = self.all.iter().find(|(location, _)| *location == wanted)?;
        bytes.get(offset..)
    }

    /// The first of these slots that does not hold its part of the value. What a pointer leads to is not seen, but where a
    /// part of the value itself lies in the slot, it holds no address. Stack above what was copied says nothing.
    ///
    /// # Errors
    /// What the slot should have held and what it held.
    pub fn check(&self, slots: &[Slot], value: &Passed) -> Result<(), Missing> {
        let mut from = 0;
        for slot in slots {
            let mut width = slot.width.0 as usize;
            let all = self.bytes(&slot.location).unwrap_or_default();
            if self.ends_before(slot) {
                width = all.len().min(width);
                if width == 0 {
                    from += slot.width.0.next_multiple_of(EIGHTBYTE as u64) as usize;
                    continue;
                }
            }
            let found = all.get(..width.min(all.len())).unwrap_or_default();
            if matches!(slot.content, Content::Pointer { .. }) {
                return match from > 0 || value.has_eightbyte(found) {
                    true => Err(missing(slot, value, from, width, found)),
                    false => Ok(()),
                };
            }
            // An eightbyte of padding takes no register (psABI 3.2.3, class NO_CLASS). What has room for all that is left, as an
            // aggregate in memory has, holds the padding too.
            while width < value.bytes.len().saturating_sub(from)
                && value.is_padding(from, EIGHTBYTE)
                && !value.is_padding(from, value.bytes.len())
            {
                from += EIGHTBYTE;
            }
            if found.len() < width || !value.matches(from, found) {
                return Err(missing(slot, value, from, width, found));
            }
            let above = all.get(width..4).filter(|_| width > 0).unwrap_or_default();
            let fill = match slot.extension {
                Extension::Sign if found.last().is_some_and(|last| last & 0x80 != 0) => Some(0xFF),
                Extension::Sign | Extension::Zero => Some(0),
                Extension::None => None,
            };
            let register = matches!(slot.location, Location::Register(_));
            if register && fill.is_some_and(|fill| above.iter().any(|byte| *byte != fill)) {
                return Err(missing(slot, value, from, 4, &all[..4]));
            }
            from += slot.width.0.next_multiple_of(EIGHTBYTE as u64) as usize;
        }
        Ok(())
    }

    /// Whether a slot reaches beyond the part of the stack that was copied.
    fn ends_before(&self, slot: &Slot) -> bool {
        let copied = self
            .bytes(&Location::Stack { offset: Bytes(0) })
            .map_or(0, <[u8]>::len);
        match slot.location {
            Location::Stack { offset } => offset.0 + slot.width.0 > copied as u64,
            _ => false,
        }
    }

    /// Everywhere that each eightbyte of the value lies. Eightbytes of padding are left out.
    pub fn find(&self, value: &Passed) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        let mut from = 0;
        while from < value.bytes.len() {
            let width = EIGHTBYTE.min(value.bytes.len() - from);
            if !value.is_padding(from, width) {
                chunks.push(Chunk {
                    from: Bytes(from as u64),
                    width: Bytes(width as u64),
                    found: self.find_part(value, from, width),
                });
            }
            from += EIGHTBYTE;
        }
        chunks
    }

    /// The slots in which a value was found, see [`slots`]. `None` where a part of it was not found, or cannot be.
    pub fn locate(&self, value: &Passed, likely: &[Slot]) -> Option<Vec<Slot>> {
        match value.hidden {
            true => None,
            false => slots(&self.find(value), likely),
        }
    }

    fn find_part(&self, value: &Passed, from: usize, width: usize) -> Vec<Part> {
        // What is padding at the end need not be there: the second part of an x87 register has two bytes.
        let needed = (0..width)
            .rev()
            .find(|index| value.at(from + index).1 != 0)
            .map_or(0, |last| last + 1);
        let mut found = Vec::new();
        for (location, bytes) in &self.all {
            for offset in (0..bytes.len()).step_by(EIGHTBYTE) {
                let Some(part) = bytes.get(offset..offset + needed) else {
                    continue;
                };
                if !value.matches(from, part) {
                    continue;
                }
                found.push(match location {
                    Location::Stack { .. } => Part {
                        location: Location::Stack {
                            offset: Bytes(offset as u64),
                        },
                        offset: Bytes(0),
                    },
                    register => Part {
                        location: register.clone(),
                        offset: Bytes(offset as u64),
                    },
                });
            }
        }
        found
    }
}

fn missing(slot: &Slot, value: &Passed, from: usize, width: usize, found: &[u8]) -> Missing {
    let masked = |index: usize, byte: u8| {
        let (_, mask) = value.at(from + index);
        byte & mask
    };
    Missing {
        slot: slot.clone(),
        wanted: (0..width)
            .map(|index| masked(index, value.at(from + index).0))
            .collect(),
        found: found
            .iter()
            .enumerate()
            .map(|(index, byte)| masked(index, *byte))
            .collect(),
    }
}

/// `xmm0` for `ymm0` and `zmm0`.
fn common_name(register: &str) -> String {
    match register.strip_prefix("ymm").or(register.strip_prefix("zmm")) {
        Some(number) => format!("xmm{number}"),
        None => register.to_owned(),
    }
}

/// The slots that chunks come down to, or nothing where one of them was not found. Of several places that hold the same
/// bytes the one in `likely` is taken, then the one that continues the chunk before.
pub fn slots(chunks: &[Chunk], likely: &[Slot]) -> Option<Vec<Slot>> {
    let mut parts: Vec<(&Chunk, &Part)> = Vec::new();
    for chunk in chunks {
        let continues = |part: &&Part| {
            let before = parts.last();
            before.is_some_and(|(last, before)| follows(last, before, chunk, part))
        };
        let taken = |part: &&Part| !parts.iter().any(|(_, before)| before == part);
        let expected = |part: &&Part| likely.iter().any(|slot| covers(slot, part));
        let all = || chunk.found.iter().filter(taken);
        let part = all()
            .filter(expected)
            .find(continues)
            .or_else(|| all().find(expected))
            .or_else(|| all().find(continues))
            .or_else(|| all().next())?;
        parts.push((chunk, part));
    }
    let mut slots: Vec<Slot> = Vec::new();
    let mut before: Option<(&Chunk, &Part)> = None;
    for (chunk, part) in parts {
        match (before, slots.last_mut()) {
            (Some((last, at)), Some(slot)) if follows(last, at, chunk, part) => {
                slot.width = Bytes(slot.width.0 + chunk.from.0 - last.from.0 - last.width.0 + chunk.width.0);
            }
            _ => slots.push(Slot {
                location: part.location.clone(),
                width: chunk.width,
                extension: Extension::None,
                content: Content::Value,
            }),
        }
        before = Some((chunk, part));
    }
    for slot in &mut slots {
        widen(slot);
    }
    Some(slots)
}

/// Whether a part lies behind another as the value has them, as in a vector register or in a struct on the stack.
fn follows(last: &Chunk, before: &Part, chunk: &Chunk, part: &Part) -> bool {
    let distance = chunk.from.0 - last.from.0;
    match (&before.location, &part.location) {
        (Location::Stack { offset: low }, Location::Stack { offset: high }) => low.0 + distance == high.0,
        (low, high) => low == high && before.offset.0 + distance == part.offset.0,
    }
}

fn covers(slot: &Slot, part: &Part) -> bool {
    match (&slot.location, &part.location) {
        (Location::Stack { offset: start }, Location::Stack { offset }) => {
            (start.0..start.0 + slot.width.0.max(1)).contains(&offset.0)
        }
        (Location::Register(slot), Location::Register(part)) => common_name(slot) == *part,
        _ => false,
    }
}

/// Gives a register the name that goes with its width, and an x87 register its own width.
fn widen(slot: &mut Slot) {
    let Location::Register(name) = &mut slot.location else {
        return;
    };
    if name.starts_with("st") {
        slot.width = Bytes(X87 as u64);
    }
    if let Some(number) = name.strip_prefix("xmm") {
        let kind = match slot.width.0 {
            0..=16 => return,
            17..=32 => "ymm",
            _ => "zmm",
        };
        *name = format!("{kind}{number}");
    }
}

impl DirectFrame {
    /// A call in which each place has bytes of its own, so that what arrives tells where it was read. The general registers
    /// hold no addresses; `stack` is the length of the argument area in bytes.
    pub fn marked(stack: usize) -> DirectFrame {
        let mut number = 0;
        let mut word = || {
            number += 1;
            mark(number)
        };
        let mut frame = DirectFrame::poisoned(0xA5);
        for general in &mut frame.state.general {
            *general = u64::from_le_bytes(word());
        }
        for vector in &mut frame.state.vectors {
            for eightbyte in vector.chunks_exact_mut(EIGHTBYTE) {
                eightbyte.copy_from_slice(&word());
            }
        }
        frame.stack = (0..stack.div_ceil(EIGHTBYTE)).flat_map(|_| word()).collect();
        frame.stack_align = 64;
        frame.state.al = 8;
        frame
    }
}

/// Eight bytes, of which already the first tells the number, up to 252 of them. It is never a multiple of 64, as the
/// lowest byte of an address of a buffer is.
fn mark(number: usize) -> [u8; EIGHTBYTE] {
    let low = number + (number - 1) / 63;
    let mut bytes = [0; EIGHTBYTE];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = (low.wrapping_mul(2 * index + 1)).wrapping_add(index * 0x3B) as u8;
    }
    bytes
}

#[cfg(test)]
mod tests;
