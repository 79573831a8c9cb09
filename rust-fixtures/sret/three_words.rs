#[repr(C)]
pub struct Triple {
    pub a: u64,
    pub b: u64,
    pub c: u64,
}

#[unsafe(no_mangle)]
pub extern "C" fn make_triple() -> Triple {
    Triple {
        a: 0x1111_1111_1111_1111,
        b: 0x2222_2222_2222_2222,
        c: 0x3333_3333_3333_3333,
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn triple_from(base: u64) -> Triple {
    Triple {
        a: base,
        b: base.wrapping_add(1),
        c: base.wrapping_add(2),
    }
}
