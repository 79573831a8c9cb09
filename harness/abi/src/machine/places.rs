//! From bytes to slots: in which registers and stack words a value was found that is known byte by byte.
//!
//! Nothing here knows how a value should be passed. A caller is asked with values that are hardly found anywhere by chance, a
//! callee with places that each hold bytes of their own ([`DirectFrame::marked`]).

use super::{Captured, DIRECT_STACK, DIRECT_STATE, DirectFrame, GENERAL, MachineState, ResultState, word_at};
use crate::slot::{Content, Extension, Location, Slot};
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
        let general = GENERAL.iter().zip(&state.general);
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
            // An eightbyte of padding takes no register (psABI 3.2.3, class NO_CLASS).
            while from < value.bytes.len()
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
mod tests {
    use super::*;

    fn register(name: &str, width: u64) -> Slot {
        Slot {
            location: Location::Register(name.to_owned()),
            width: Bytes(width),
            extension: Extension::None,
            content: Content::Value,
        }
    }

    fn stack(offset: u64, width: u64) -> Slot {
        Slot {
            location: Location::Stack {
                offset: Bytes(offset),
            },
            ..register("", width)
        }
    }

    fn marked() -> Places {
        let frame = DirectFrame::marked(512);
        Places::of_arguments(&frame.state, &frame.stack, 64)
    }

    /// What a callee would store that reads its argument from these slots.
    fn stored(places: &Places, slots: &[Slot]) -> Passed {
        let mut bytes = Vec::new();
        for slot in slots {
            bytes.extend(&places.bytes(&slot.location).unwrap()[..slot.width.0 as usize]);
        }
        Passed {
            mask: vec![0xFF; bytes.len()],
            bytes,
        }
    }

    #[test]
    fn a_marked_frame_tells_each_place() {
        let places = marked();
        let cases = [
            vec![register("rdi", 8)],
            vec![register("r9", 1)],
            vec![register("rsi", 8), register("rdx", 4)],
            vec![register("xmm3", 8), register("rcx", 8)],
            vec![register("xmm0", 8), register("xmm1", 8)],
            vec![register("xmm0", 16)],
            vec![register("ymm7", 32)],
            vec![register("zmm1", 64)],
            vec![stack(0, 16)],
            vec![stack(8, 16)],
            vec![stack(496, 16)],
            vec![stack(24, 2)],
        ];
        for case in cases {
            let value = stored(&places, &case);
            assert_eq!(slots(&places.find(&value), &[]), Some(case.clone()), "{case:?}");
            assert_eq!(places.check(&case, &value), Ok(()), "{case:?}");
        }
    }

    #[test]
    fn no_mark_begins_like_another_or_like_an_address() {
        let firsts: Vec<u8> = (1..=134).map(|number| mark(number)[0]).collect();
        for (index, first) in firsts.iter().enumerate() {
            assert!(!firsts[..index].contains(first), "mark {}", index + 1);
            assert_ne!(first % 64, 0);
        }
    }

    #[test]
    fn a_slot_that_holds_something_else_is_missed() {
        let places = marked();
        let value = stored(&places, &[stack(8, 16)]);
        let missing = places.check(&[stack(0, 16)], &value).unwrap_err();
        assert_eq!(missing.slot, stack(0, 16));
        assert_eq!(missing.wanted, value.bytes);
        assert!(
            places.check(&[register("rbx", 8)], &value).is_err(),
            "no such place"
        );
    }

    /// What a stub did not copy is no contradiction, and what it copied of a slot is looked at.
    #[test]
    fn stack_beyond_what_was_copied_says_nothing() {
        let places = marked();
        let value = stored(&places, &[stack(504, 8)]);
        let mut longer = value.clone();
        longer.bytes.extend([0xEE; 16]);
        longer.mask.extend([0xFF; 16]);
        assert_eq!(places.check(&[stack(504, 24)], &longer), Ok(()));
        longer.bytes[0] ^= 1;
        assert!(places.check(&[stack(504, 24)], &longer).is_err());
        let small = Slot {
            extension: Extension::Sign,
            ..stack(1024, 2)
        };
        let value = Passed {
            bytes: vec![0, 0x80],
            mask: vec![0xFF; 2],
        };
        assert_eq!(places.check(&[small], &value), Ok(()));
    }

    /// A slot that should hold an address holds a part of the value, or follows such a part.
    #[test]
    fn a_part_of_the_value_is_no_address() {
        let places = marked();
        let value = stored(&places, &[register("rdi", 8), register("rsi", 8)]);
        let pointer = |name: &str| Slot {
            content: Content::Pointer { to: Bytes(16) },
            ..register(name, 8)
        };
        assert!(places.check(&[pointer("rsi")], &value).is_err());
        assert!(
            places
                .check(&[register("rdi", 8), pointer("rdx")], &value)
                .is_err()
        );
        assert_eq!(places.check(&[pointer("rdx")], &value), Ok(()));
    }

    /// What is padding in an eightbyte may be anything, an address too.
    #[test]
    fn only_a_whole_eightbyte_is_a_part_of_the_value() {
        let places = marked();
        let value = stored(&places, &[register("rdi", 8)]);
        let pointer = Slot {
            content: Content::Pointer { to: Bytes(8) },
            ..register("rdi", 8)
        };
        assert!(places.check(std::slice::from_ref(&pointer), &value).is_err());
        for padding in 0..8 {
            let mut value = value.clone();
            value.mask[padding] = 0x7F;
            assert_eq!(places.check(std::slice::from_ref(&pointer), &value), Ok(()));
        }
    }

    /// psABI 3.2.3: an eightbyte of padding has NO_CLASS and takes no register.
    #[test]
    fn padding_takes_no_place() {
        let places = marked();
        let mut value = stored(&places, &[register("rdi", 8)]);
        value.bytes.splice(0..0, [0xEE; 8]);
        value.mask.splice(0..0, [0; 8]);
        value.bytes.extend([0xEE; 16]);
        value.mask.extend([0; 16]);
        assert_eq!(places.check(&[register("rdi", 8)], &value), Ok(()));
        assert_eq!(slots(&places.find(&value), &[]), Some(vec![register("rdi", 8)]));
    }

    /// A struct on the stack is one piece, its padding included.
    #[test]
    fn padding_on_the_stack_divides_nothing() {
        let places = marked();
        let mut value = stored(&places, &[stack(16, 32)]);
        value.mask[8..16].fill(0);
        value.bytes[8..16].fill(0);
        assert_eq!(slots(&places.find(&value), &[]), Some(vec![stack(16, 32)]));
    }

    #[test]
    fn a_promised_extension_is_looked_at() {
        let mut frame = DirectFrame::marked(0);
        frame.state.general[0] = 0xFFFF_FF80;
        let places = Places::of_arguments(&frame.state, &[], 16);
        let value = Passed {
            bytes: vec![0x80],
            mask: vec![0xFF],
        };
        let slot = |extension| Slot {
            extension,
            ..register("rdi", 1)
        };
        assert_eq!(places.check(&[slot(Extension::Sign)], &value), Ok(()));
        assert_eq!(places.check(&[slot(Extension::None)], &value), Ok(()));
        let missing = places.check(&[slot(Extension::Zero)], &value).unwrap_err();
        assert_eq!(missing.found.len(), 4);
    }

    /// A small integer behind a struct of a KiB on the stack lies above what was copied.
    #[test]
    fn an_extension_that_was_not_seen_is_no_miss() {
        let places = marked();
        let value = Passed {
            bytes: vec![0x80, 0xFF],
            mask: vec![0xFF; 2],
        };
        for extension in [Extension::Sign, Extension::Zero] {
            let slot = Slot {
                extension,
                ..stack(1024, 2)
            };
            assert_eq!(places.check(&[slot], &value), Ok(()));
        }
    }

    #[test]
    fn of_equal_places_the_likely_one_is_taken() {
        let mut frame = DirectFrame::marked(16);
        frame.state.general[5] = frame.state.general[0];
        let places = Places::of_arguments(&frame.state, &frame.stack, 16);
        let value = stored(&places, &[register("rdi", 8)]);
        let chunks = places.find(&value);
        assert_eq!(chunks[0].found.len(), 2);
        assert_eq!(slots(&chunks, &[]), Some(vec![register("rdi", 8)]));
        assert_eq!(
            slots(&chunks, &[register("r9", 8)]),
            Some(vec![register("r9", 8)])
        );
        assert_eq!(
            slots(
                &[Chunk {
                    found: Vec::new(),
                    ..chunks[0].clone()
                }],
                &[]
            ),
            None
        );
    }

    #[test]
    fn a_long_double_comes_back_in_st0() {
        let mut result = ResultState {
            st_count: 1,
            ..ResultState::default()
        };
        result.st[0] = [1, 2, 3, 4, 5, 6, 7, 0x88, 9, 10];
        let mut value = Passed {
            bytes: result.st[0].to_vec(),
            mask: vec![0xFF; 10],
        };
        value.bytes.extend([0; 6]);
        value.mask.extend([0; 6]);
        let places = Places::of_result(&result, 16);
        assert_eq!(slots(&places.find(&value), &[]), Some(vec![register("st0", 10)]));
        assert_eq!(places.check(&[register("st0", 10)], &value), Ok(()));
        result.st_count = 0;
        let empty = Places::of_result(&result, 16);
        assert!(empty.check(&[register("st0", 10)], &value).is_err());
    }

    #[test]
    fn a_value_is_equal_to_its_bytes_padding_aside() {
        let value = Passed {
            bytes: vec![1, 2, 3],
            mask: vec![0xFF, 0, 0xFF],
        };
        assert!(value.equals(&[1, 9, 3]));
        assert!(!value.equals(&[1, 2, 4]));
        assert!(!value.equals(&[1, 2]), "a part is not the whole");
    }

    /// A value that lies in a register and on the stack is taken from where it is expected.
    #[test]
    fn a_likely_slot_of_the_stack_covers_its_words() {
        let mut frame = DirectFrame::marked(32);
        let words: Vec<u8> = frame.stack[8..24].to_vec();
        frame.state.general[0] = u64::from_le_bytes(words[..8].try_into().unwrap());
        frame.state.general[1] = u64::from_le_bytes(words[8..].try_into().unwrap());
        let places = Places::of_arguments(&frame.state, &frame.stack, 16);
        let value = Passed {
            mask: vec![0xFF; 16],
            bytes: words,
        };
        let chunks = places.find(&value);
        assert_eq!(slots(&chunks, &[stack(8, 16)]), Some(vec![stack(8, 16)]));
        let registers = Some(vec![register("rdi", 8), register("rsi", 8)]);
        assert_eq!(slots(&chunks, &[]), registers);
        // A slot that ends where the words begin covers none of them.
        assert_eq!(slots(&chunks, &[stack(0, 8)]), registers);
    }
}
