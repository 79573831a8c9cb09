#[repr(C, align(64))]
pub struct Line {
    pub head: u64,
    pub count: u32,
}

#[unsafe(no_mangle)]
pub extern "C" fn line_count(before: u32, l: Line, after: u32) -> u32 {
    l.count ^ before ^ after
}

#[unsafe(no_mangle)]
pub extern "C" fn make_line(head: u64, count: u32) -> Line {
    Line { head, count }
}
