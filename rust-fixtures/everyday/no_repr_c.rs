use core::ffi::c_int;

pub struct Triple {
    pub a: i64,
    pub b: i64,
    pub c: i32,
}

#[unsafe(no_mangle)]
pub extern "C" fn by_value(triple: Triple) -> c_int {
    triple.c
}

pub struct PacketInner {
    pub raw: u32,
}

#[repr(C)]
pub struct Packet {
    pub bits: u32,
    pub __bindgen_anon_1: PacketInner,
}

#[unsafe(no_mangle)]
pub extern "C" fn without_a_name(packet: Packet) -> u32 {
    packet.__bindgen_anon_1.raw
}

#[unsafe(no_mangle)]
pub extern "C" fn by_pointer(_triple: *const Triple) -> c_int {
    0
}
