#[repr(C)]
pub enum Shape {
    Circle,
    Square,
}

#[repr(u8)]
pub enum Fill {
    None,
    Solid,
}

#[repr(C)]
pub struct Figure {
    pub fill: Fill,
    pub shape: Shape,
    pub size: u16,
}

#[unsafe(no_mangle)]
pub extern "C" fn shape_of(f: Figure) -> Shape {
    f.shape
}

#[unsafe(no_mangle)]
pub extern "C" fn make_figure(shape: Shape, fill: Fill, size: u16) -> Figure {
    Figure { fill, shape, size }
}
