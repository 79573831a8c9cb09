#[repr(C)]
pub struct Four {
    pub v: [i16; 4],
}

#[repr(C)]
pub struct Five {
    pub v: [i16; 5],
}

#[unsafe(no_mangle)]
pub extern "C" fn last_of_four(s: Four) -> i16 {
    s.v[3]
}

#[unsafe(no_mangle)]
pub extern "C" fn last_of_five(s: Five) -> i16 {
    s.v[4]
}

#[unsafe(no_mangle)]
pub extern "C" fn append(s: Four, last: i16) -> Five {
    Five {
        v: [s.v[0], s.v[1], s.v[2], s.v[3], last],
    }
}
