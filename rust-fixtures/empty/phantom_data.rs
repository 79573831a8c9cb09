use core::marker::PhantomData;

#[repr(C)]
pub struct Token {
    pub value: u64,
    pub owner: u32,
    pub marker: PhantomData<*mut u8>,
}

#[unsafe(no_mangle)]
pub extern "C" fn owner_of(t: Token) -> u32 {
    t.owner
}

#[unsafe(no_mangle)]
pub extern "C" fn make_token(value: u64, owner: u32) -> Token {
    Token {
        value,
        owner,
        marker: PhantomData,
    }
}
