//! Functions under a second name: LLVM makes an alias of a function whose body is that of another one.

use inkwell::llvm_sys::core::{
    LLVMAliasGetAliasee, LLVMGetFirstGlobalAlias, LLVMGetNextGlobalAlias, LLVMGetValueName2,
};
use inkwell::module::Module;
use inkwell::values::FunctionValue;

/// The aliases of functions by their own names, each with the function that it stands for. Only functions of one type with the
/// same attributes are merged, so that what is read of the function holds for the alias.
#[expect(unsafe_code, reason = "inkwell has no safe way to a module's aliases")]
pub(super) fn of_functions<'m>(module: &Module<'m>) -> Vec<(String, FunctionValue<'m>)> {
    let mut found = Vec::new();
    // SAFETY: the module is alive, and LLVM's own iterator hands out aliases of it and null at the end; each has a name of the
    // length that is told beside it, and a function value is only made of what LLVM says is a function.
    unsafe {
        let mut alias = LLVMGetFirstGlobalAlias(module.as_mut_ptr());
        while !alias.is_null() {
            let mut length = 0;
            let start = LLVMGetValueName2(alias, &raw mut length).cast::<u8>();
            let name = std::slice::from_raw_parts(start, length);
            if let Some(function) = FunctionValue::new(LLVMAliasGetAliasee(alias)) {
                found.push((String::from_utf8_lossy(name).into_owned(), function));
            }
            alias = LLVMGetNextGlobalAlias(alias);
        }
    }
    found
}
