// Each struct has the bytes of C's. Bits that C leaves unnamed are padding there and bytes here.

/// `width` bits from bit `from` on of little-endian bytes.
fn bits(bytes: &[u8], from: usize, width: usize) -> u32 {
    let mut value = 0;
    for index in 0..width {
        let at = from + index;
        value |= u32::from(bytes[at / 8] >> (at % 8) & 1) << index;
    }
    value
}

#[repr(C)]
pub struct Date {
    pub bytes: [u8; 3],
}

#[repr(C)]
pub struct DateList {
    pub bytes: [u8; 7],
}

#[repr(C)]
pub struct Crossing {
    pub bytes: [u8; 2],
}

#[repr(C, align(4))]
pub struct Widening {
    pub bytes: [u8; 4],
}

#[repr(C)]
pub struct Tight {
    pub bytes: [u8; 5],
}

#[repr(C, align(4))]
pub struct Barrier {
    pub bytes: [u8; 8],
}

#[repr(C, align(4))]
pub struct ShortBarrier {
    pub bytes: [u8; 4],
}

#[repr(C, align(2))]
pub struct Unnamed {
    pub bytes: [u8; 2],
}

#[repr(C, align(8))]
pub struct LongBits {
    pub bytes: [u8; 8],
}

#[repr(C, align(4))]
pub struct Split {
    pub bytes: [u8; 8],
}

#[repr(C)]
pub struct PackedSplit {
    pub bytes: [u8; 5],
}

#[repr(C, align(4))]
pub struct AfterAByte {
    pub bytes: [u8; 4],
}

#[repr(C)]
pub struct PackedAfterAByte {
    pub bytes: [u8; 4],
}

#[repr(C)]
pub struct Flags {
    pub bytes: [u8; 2],
}

#[repr(C, align(4))]
pub struct WordOfBits {
    pub bytes: [u8; 4],
}

#[repr(C, align(2))]
pub struct Nested {
    pub bytes: [u8; 4],
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn date_year(p: *const Date) -> u32 {
    bits(unsafe { &(*p).bytes }, 9, 14)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn date_list_tail(p: *const DateList) -> u32 {
    bits(unsafe { &(*p).bytes }, 48, 8)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn crossing_b(p: *const Crossing) -> u32 {
    bits(unsafe { &(*p).bytes }, 8, 6)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn widening_b(p: *const Widening) -> u32 {
    bits(unsafe { &(*p).bytes }, 3, 20)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn tight_c(p: *const Tight) -> u32 {
    bits(unsafe { &(*p).bytes }, 24, 16)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn barrier_b(p: *const Barrier) -> u32 {
    bits(unsafe { &(*p).bytes }, 32, 5)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn short_barrier_b(p: *const ShortBarrier) -> u32 {
    bits(unsafe { &(*p).bytes }, 16, 5)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn unnamed_b(p: *const Unnamed) -> u32 {
    bits(unsafe { &(*p).bytes }, 8, 8)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn long_bits_b(p: *const LongBits) -> u32 {
    bits(unsafe { &(*p).bytes }, 33, 30)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn split_b(p: *const Split) -> u32 {
    bits(unsafe { &(*p).bytes }, 32, 17)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn packed_split_b(p: *const PackedSplit) -> u32 {
    bits(unsafe { &(*p).bytes }, 17, 17)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn after_a_byte_last(p: *const AfterAByte) -> u32 {
    bits(unsafe { &(*p).bytes }, 24, 8)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn packed_after_a_byte_last(p: *const PackedAfterAByte) -> u32 {
    bits(unsafe { &(*p).bytes }, 24, 8)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn flags_level(p: *const Flags) -> u32 {
    bits(unsafe { &(*p).bytes }, 2, 6)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn word_of_bits_c(p: *const WordOfBits) -> u32 {
    bits(unsafe { &(*p).bytes }, 16, 8)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nested_rest(p: *const Nested) -> u32 {
    bits(unsafe { &(*p).bytes }, 16, 9)
}
