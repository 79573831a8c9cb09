//! Calls of a function with wide vectors by a caller whose target features are not those of the function.
//!
//! LLVM passes a vector in the registers that the function in question may use: the caller looks at its own features, the
//! callee at its own.

use inkwell::module::Module;
use inkwell::types::{BasicMetadataTypeEnum, BasicTypeEnum, FunctionType};
use twincall_abi::ir::FeatureCall;

use super::unpromoted::called;
use super::{target_features, text};

/// Vectors up to this width are passed alike on every x86-64 processor.
const ALWAYS_THERE: u64 = 128;

/// All such calls of a module, each once.
pub(super) fn feature_calls(module: &Module<'_>) -> Vec<FeatureCall> {
    let mut found = Vec::new();
    for function in module.get_functions() {
        let caller_features = target_features(function);
        let instructions = function
            .get_basic_block_iter()
            .flat_map(|block| block.get_instructions());
        for call in instructions {
            let Some((Some(callee), ty)) = called(call, module) else {
                continue;
            };
            if !has_wide_vector(ty) {
                continue;
            }
            let own = module.get_function(&callee).map(target_features);
            if own.is_some_and(|own| own != caller_features) {
                found.push(FeatureCall {
                    callee,
                    caller: text(function.get_name()),
                    caller_features: caller_features.clone(),
                });
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn has_wide_vector(ty: FunctionType<'_>) -> bool {
    let params = ty
        .get_param_types()
        .into_iter()
        .filter_map(|ty: BasicMetadataTypeEnum<'_>| BasicTypeEnum::try_from(ty).ok());
    params.chain(ty.get_return_type()).any(|ty| is_wide(ty))
}

fn is_wide(ty: BasicTypeEnum<'_>) -> bool {
    match ty {
        BasicTypeEnum::VectorType(vector) => {
            let lane = match vector.get_element_type() {
                BasicTypeEnum::IntType(lane) => u64::from(lane.get_bit_width()),
                BasicTypeEnum::FloatType(lane) => match lane.print_to_string().to_bytes() {
                    b"half" | b"bfloat" => 16,
                    b"float" => 32,
                    _ => 64,
                },
                _ => 64,
            };
            lane * u64::from(vector.get_size()) > ALWAYS_THERE
        }
        BasicTypeEnum::StructType(ty) => ty.get_field_types_iter().any(is_wide),
        BasicTypeEnum::ArrayType(ty) => is_wide(ty.get_element_type()),
        _ => false,
    }
}
