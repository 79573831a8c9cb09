// bits: low in bits 0 to 11, middle in bits 12 to 31, high in bits 32 to 63.
#[repr(C)]
pub struct Fields {
    pub bits: u64,
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn high_of(f: *const Fields) -> u32 {
    unsafe { ((*f).bits >> 32) as u32 }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn set_middle(f: *mut Fields, middle: u32) {
    unsafe { (*f).bits = (*f).bits & !0xffff_f000 | ((middle & 0xfffff) as u64) << 12 }
}
