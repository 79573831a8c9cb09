#[unsafe(no_mangle)]
pub extern "C" fn plain_id(id: core::num::NonZeroU32) -> u32 {
    id.get()
}
