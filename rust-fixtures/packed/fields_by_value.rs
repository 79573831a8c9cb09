#[repr(C, packed)]
pub struct Off {
    pub tag: u8,
    pub value: u32,
}

#[repr(C, packed)]
pub struct InPlace {
    pub value: u32,
    pub tag: u16,
}

#[repr(C, align(8))]
pub struct Aligned {
    pub inner: u32,
}

#[repr(C)]
pub struct Spaced {
    pub tag: u8,
    pub value: Aligned,
}

#[unsafe(no_mangle)]
pub extern "C" fn off_value(o: Off, after: u32) -> u32 {
    o.value ^ after
}

#[unsafe(no_mangle)]
pub extern "C" fn in_place_value(i: InPlace, after: u32) -> u32 {
    i.value ^ after
}

#[unsafe(no_mangle)]
pub extern "C" fn spaced_value(s: Spaced, after: u32) -> u32 {
    s.value.inner ^ after
}

#[unsafe(no_mangle)]
pub extern "C" fn make_off(tag: u8, value: u32) -> Off {
    Off { tag, value }
}

#[unsafe(no_mangle)]
pub extern "C" fn make_in_place(value: u32, tag: u16) -> InPlace {
    InPlace { value, tag }
}

#[unsafe(no_mangle)]
pub extern "C" fn make_spaced(tag: u8, value: u32) -> Spaced {
    Spaced {
        tag,
        value: Aligned { inner: value },
    }
}
