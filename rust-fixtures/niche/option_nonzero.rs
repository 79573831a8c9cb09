use core::num::NonZeroU32;

#[repr(C)]
pub struct Node {
    pub id: u32,
    pub parent: Option<NonZeroU32>,
}

#[unsafe(no_mangle)]
pub extern "C" fn id_or(id: Option<NonZeroU32>, otherwise: u32) -> u32 {
    id.map_or(otherwise, NonZeroU32::get)
}

#[unsafe(no_mangle)]
pub extern "C" fn parent_or(n: Node, otherwise: u32) -> u32 {
    n.parent.map_or(otherwise, NonZeroU32::get)
}
