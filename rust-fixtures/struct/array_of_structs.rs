#[repr(C)]
pub struct Entry {
    pub key: u16,
    pub value: f32,
}

#[repr(C)]
pub struct Table {
    pub entries: [Entry; 2],
}

#[unsafe(no_mangle)]
pub extern "C" fn second_value(t: Table) -> f32 {
    t.entries[1].value
}

#[unsafe(no_mangle)]
pub extern "C" fn exchange(t: Table) -> Table {
    let [first, second] = t.entries;
    Table {
        entries: [second, first],
    }
}
