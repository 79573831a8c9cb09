#[repr(C)]
pub struct Labelled {
    pub x: f32,
    pub y: f32,
    pub label: i32,
}

#[unsafe(no_mangle)]
pub extern "C" fn relabel(p: Labelled, label: i32) -> Labelled {
    Labelled {
        x: p.x,
        y: p.y,
        label,
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn label_of(p: Labelled) -> i32 {
    p.label
}
