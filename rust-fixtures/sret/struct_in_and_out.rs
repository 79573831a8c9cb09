#[repr(C)]
pub struct Triple {
    pub a: u64,
    pub b: u64,
    pub c: u64,
}

#[unsafe(no_mangle)]
pub extern "C" fn rotate_triple(t: Triple, add: u64) -> Triple {
    Triple {
        a: t.b.wrapping_add(add),
        b: t.c,
        c: t.a,
    }
}
