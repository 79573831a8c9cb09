use core::ffi::{c_char, c_int, c_long};

#[repr(C)]
pub struct Account {
    pub kind: c_int,
    pub text: *const c_char,
}

#[unsafe(no_mangle)]
pub extern "C" fn kind_of(_key: c_long, account: Account) -> c_int {
    account.kind
}

#[unsafe(no_mangle)]
pub extern "C" fn same_account(account: Account) -> Account {
    account
}
