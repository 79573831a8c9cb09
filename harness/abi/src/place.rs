//! From an IR function to slots, by the rules of LLVM's own calling-convention tables.
//!
//! This is not the written ABI: it says where LLVM's back end puts what a front end wrote. A plain `ptr` is
//! a value here even where the front end means it as the address of an aggregate (`byval` and `sret` are the
//! only marks that IR has); whoever knows the source type may read it otherwise.

use crate::ir::IrFunction;
use crate::slot::Placement;
use crate::target::Target;
use crate::wasm::WasmFunction;

mod leaves;
mod sysv64;
mod vector;
mod wasm32;

/// The slots that LLVM's back end assigns to a function. `llvm_major` is the version of the compiler that
/// wrote the IR: LLVM before 18 splits an `i128` between the last register and the stack.
pub fn place(function: &IrFunction, target: Target, llvm_major: u32) -> Placement {
    place_typed(function, target, llvm_major, None)
}

/// The same with the function's wasm type, where it is known: a module's IR does not say whether several results stay values.
pub fn place_typed(
    function: &IrFunction,
    target: Target,
    llvm_major: u32,
    ty: Option<&WasmFunction>,
) -> Placement {
    let lowering = match target {
        Target::X86_64LinuxGnu => sysv64::place(function, llvm_major),
        Target::Wasm32Unknown => {
            let several = ty.map(|ty| ty.results.len() > 1);
            wasm32::place_with(function, llvm_major, several)
        }
    };
    match lowering {
        Ok(lowering) => Placement::Placed(lowering),
        Err(unsupported) => Placement::Unsupported(unsupported.0),
    }
}

/// Why a function cannot be placed, in words for the reader.
#[derive(Debug)]
struct Unsupported(String);

impl Unsupported {
    fn new(reason: impl Into<String>) -> Unsupported {
        Unsupported(reason.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{IrAttributes, IrParam, IrType};
    use crate::wasm::ValueType;

    /// Whether a struct of two integers comes back as two values is for the function's wasm type to say.
    #[test]
    fn a_wasm_type_of_several_results_keeps_them() {
        let result = IrParam {
            ty: IrType::Struct {
                fields: vec![IrType::Integer { bits: 32 }; 2],
                packed: false,
            },
            attributes: IrAttributes::default(),
        };
        let function = IrFunction {
            text: String::new(),
            symbol: "f".to_owned(),
            convention: 0,
            params: Vec::new(),
            result,
            variadic: false,
            defined: true,
            target_features: "+multivalue".to_owned(),
            nounwind: false,
        };
        let slots = |target, results: Option<usize>| {
            let ty = results.map(|count| WasmFunction {
                params: Vec::new(),
                results: vec![ValueType::I32; count],
                defined: true,
            });
            match place_typed(&function, target, 22, ty.as_ref()) {
                Placement::Placed(lowering) => lowering.result.iter().map(ToString::to_string).collect(),
                Placement::Unsupported(_) => vec!["?".to_owned()],
            }
        };
        let wasm = Target::Wasm32Unknown;
        assert_eq!(slots(wasm, Some(2)), ["result 0:4", "result 1:4"]);
        for results in [0, 1] {
            assert_eq!(slots(wasm, Some(results)), ["param 0 -> 8 bytes"], "{results}");
        }
        assert_eq!(slots(wasm, None), ["?"]);
        let native = Target::X86_64LinuxGnu;
        assert_eq!(slots(native, None), ["rax:4", "rdx:4"]);
        assert_eq!(slots(native, Some(1)), ["rax:4", "rdx:4"]);
    }
}
