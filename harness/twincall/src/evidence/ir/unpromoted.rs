//! Calls of C-variadic functions with an unnamed argument that kept a type which C promotes.
//!
//! A compiler of C promotes by itself, so that only what Rust passes through a generic function is found here.

use inkwell::attributes::AttributeLoc;
use inkwell::module::Module;
use inkwell::types::{BasicTypeEnum, FunctionType};
use inkwell::values::{
    AnyValueEnum, AsValueRef, BasicValueEnum, CallSiteValue, InstructionOpcode, InstructionValue,
};
use twincall_abi::ir::Unpromoted;
use twincall_abi::slot::Extension;

use super::{attribute_kind, text};

/// All such arguments of a module, each once.
pub(super) fn unpromoted(module: &Module<'_>) -> Vec<Unpromoted> {
    let mut found = Vec::new();
    for function in module.get_functions() {
        let caller = text(function.get_name());
        let instructions = function
            .get_basic_block_iter()
            .flat_map(|block| block.get_instructions());
        for call in instructions {
            let Some((callee, ty)) = called(call, module).filter(|(_, ty)| ty.is_var_arg()) else {
                continue;
            };
            let site = CallSiteValue::try_from(call).ok();
            for index in ty.count_param_types()..arguments(call) {
                let operand = call.get_operand(index).and_then(|operand| operand.value());
                let Some(name) =
                    operand.and_then(|value| promoted_type(value).filter(|_| !is_aggregate(value)))
                else {
                    continue;
                };
                let has = |name: &str| {
                    site.is_some_and(|site| {
                        site.get_enum_attribute(AttributeLoc::Param(index), attribute_kind(name))
                            .is_some()
                    })
                };
                found.push(Unpromoted {
                    callee: callee.clone(),
                    caller: caller.clone(),
                    argument: index + 1,
                    ty: name,
                    extension: match (has("signext"), has("zeroext")) {
                        (true, _) => Extension::Sign,
                        (_, true) => Extension::Zero,
                        _ => Extension::None,
                    },
                });
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// What a call or an `invoke` calls, if it is no intrinsic.
pub(super) fn called<'ctx>(
    call: InstructionValue<'ctx>,
    module: &Module<'ctx>,
) -> Option<(Option<String>, FunctionType<'ctx>)> {
    match call.get_opcode() {
        InstructionOpcode::Call => {
            let site = CallSiteValue::try_from(call).ok()?;
            let callee = site.get_called_fn_value().map(|callee| text(callee.get_name()));
            if callee
                .as_deref()
                .is_some_and(|callee| callee.starts_with("llvm."))
            {
                return None;
            }
            Some((callee, site.get_called_fn_type()))
        }
        // inkwell has no call site for it, so that only functions that are called by their name are known.
        InstructionOpcode::Invoke => {
            let last = call.get_num_operands().checked_sub(1)?;
            let BasicValueEnum::PointerValue(callee) = call.get_operand(last)?.value()? else {
                return None;
            };
            let callee = text(callee.get_name());
            let ty = module.get_function(&callee)?.get_type();
            Some((Some(callee), ty))
        }
        _ => None,
    }
}

/// How many of the operands are arguments: after them come the callee and, of an `invoke`, the two destinations.
fn arguments(call: InstructionValue<'_>) -> u32 {
    match CallSiteValue::try_from(call) {
        Ok(site) => site.count_arguments(),
        Err(()) => call.get_num_operands().saturating_sub(3),
    }
}

/// The type of a value that C promotes to `int` or `double`. `_Float16` and `__bf16` are not among them: C passes both as
/// they are.
fn promoted_type(value: BasicValueEnum<'_>) -> Option<String> {
    match value.get_type() {
        BasicTypeEnum::IntType(ty) if ty.get_bit_width() < 32 => Some(format!("i{}", ty.get_bit_width())),
        BasicTypeEnum::FloatType(ty) if ty.print_to_string().to_bytes() == b"float" => {
            Some("float".to_owned())
        }
        _ => None,
    }
}

/// Whether a value is an aggregate of one small member, which no language promotes: rustc copies such an argument to
/// memory of its own and loads it from there as what the ABI makes of it. Older ones load it from a variable of its type.
fn is_aggregate(value: BasicValueEnum<'_>) -> bool {
    let loaded = match value {
        BasicValueEnum::IntValue(value) => value.as_instruction(),
        BasicValueEnum::FloatValue(value) => value.as_instruction(),
        _ => None,
    };
    let Some(load) = loaded.filter(|value| value.get_opcode() == InstructionOpcode::Load) else {
        return false;
    };
    let Some(BasicValueEnum::PointerValue(place)) = load.get_operand(0).and_then(|place| place.value())
    else {
        return false;
    };
    // Without such a place of its own in the frame the value is a scalar, loaded through some pointer.
    let Some(slot) = place.as_instruction() else {
        return false;
    };
    let of_aggregate = matches!(slot.get_allocated_type(), Ok(BasicTypeEnum::StructType(_)));
    let is_filled_by_copy = || {
        std::iter::successors(slot.get_first_use(), |used| used.get_next_use()).any(|used| {
            let AnyValueEnum::InstructionValue(copy) = used.get_user() else {
                return false;
            };
            let callee = CallSiteValue::try_from(copy)
                .ok()
                .and_then(|site| site.get_called_fn_value());
            let is_copy = callee.is_some_and(|callee| text(callee.get_name()).starts_with("llvm.memcpy."));
            let to = copy.get_operand(0).and_then(|to| to.value());
            is_copy && to.is_some_and(|to| to.as_value_ref() == place.as_value_ref())
        })
    };
    of_aggregate || is_filled_by_copy()
}
