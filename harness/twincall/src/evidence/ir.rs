//! Reads function types and attributes out of LLVM bitcode; where they put arguments is `twincall_abi::place`'s work.
//!
//! LLVM ends the process on some malformed input, so that everything that can be checked without it is
//! checked first, in [`identification`].

use std::ffi::CStr;

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::context::Context;
use inkwell::memory_buffer::MemoryBuffer;
use inkwell::module::Module;
use inkwell::targets::TargetData;
use inkwell::types::{AnyType, AnyTypeEnum, ArrayType, BasicMetadataTypeEnum, BasicTypeEnum};
use inkwell::values::{AnyValue, FunctionValue};
use object::{Object, ObjectSection};
use twincall_abi::ir::{FeatureCall, IrAttributes, IrFunction, IrParam, IrType, Unpromoted};
use twincall_abi::slot::Extension;
use twincall_abi::units::Bytes;

mod aliases;
mod features;
mod identification;
mod unpromoted;

pub use identification::{Producer, producer};

/// Why bitcode could not be read.
#[derive(Debug, thiserror::Error)]
pub enum IrError {
    #[error("the input is not LLVM bitcode: it starts with {start:02x?}")]
    NotBitcode { start: Vec<u8> },
    #[error("the bitcode is cut short or damaged at byte {offset}")]
    Damaged { offset: usize },
    #[error(
        "the bitcode was written by {producer}, which is newer than the linked LLVM {}.{}.{}",
        linked.0, linked.1, linked.2
    )]
    Newer {
        producer: String,
        linked: (u32, u32, u32),
    },
    #[error("the bitcode has epoch {epoch}, the linked LLVM reads epoch 0 only")]
    Epoch { epoch: u64 },
    #[error("LLVM refuses the bitcode: {message}")]
    Llvm { message: String },
}

/// The version of the LLVM library that this program is linked with.
pub fn linked_llvm() -> (u32, u32, u32) {
    inkwell::support::get_llvm_version()
}

/// What is read of a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IrModule {
    pub functions: Vec<IrFunction>,
    pub unpromoted: Vec<Unpromoted>,
    pub feature_calls: Vec<FeatureCall>,
}

/// The functions of a module that `keep` accepts by their symbol, in the module's order, and what its calls do wrong.
///
/// In a wasm module every function carries the features of all that are defined in it, because that is
/// what LLVM's WebAssembly back end compiles each of them with.
pub fn read_module(bitcode: &[u8], keep: &dyn Fn(&str) -> bool) -> Result<IrModule, IrError> {
    let checked = identification::check(bitcode, linked_llvm())?;
    let context = Context::create();
    let buffer = MemoryBuffer::create_from_memory_range_copy(checked, "bitcode");
    let module = Module::parse_bitcode_from_buffer(&buffer, &context).map_err(|message| IrError::Llvm {
        message: message.to_string(),
    })?;
    let layout = TargetData::create(&module.get_data_layout().as_str().to_string_lossy());
    let coalesced = coalesced_features(&module);
    let mut functions = Vec::new();
    let named = module
        .get_functions()
        .map(|function| (function.get_name().to_string_lossy().into_owned(), function));
    for (symbol, function) in named.chain(aliases::of_functions(&module)) {
        // Intrinsics have parameters of types that no call passes (metadata, tokens).
        if symbol.starts_with("llvm.") || !keep(&symbol) {
            continue;
        }
        let mut read = read_function(function, symbol, &layout);
        if let Some(features) = &coalesced {
            read.target_features.clone_from(features);
        }
        functions.push(read);
    }
    Ok(IrModule {
        functions,
        unpromoted: unpromoted::unpromoted(&module),
        feature_calls: features::feature_calls(&module),
    })
}

/// The bitcode that `clang -fembed-bitcode=all` left in an ELF or wasm object.
pub fn embedded_bitcode(object: &[u8]) -> Option<&[u8]> {
    let file = object::File::parse(object).ok()?;
    let data = file.section_by_name(".llvmbc")?.data().ok()?;
    (!data.is_empty()).then_some(data)
}

fn read_function(function: FunctionValue<'_>, symbol: String, layout: &TargetData) -> IrFunction {
    let ty = function.get_type();
    let params = (0..).zip(ty.get_param_types()).map(|(index, ty)| {
        let attributes = read_attributes(function, AttributeLoc::Param(index), layout);
        IrParam {
            ty: read_param_type(ty, layout),
            attributes,
        }
    });
    let result = IrParam {
        ty: ty
            .get_return_type()
            .map_or(IrType::Void, |ty| read_type(ty, layout)),
        attributes: read_attributes(function, AttributeLoc::Return, layout),
    };
    IrFunction {
        text: first_line(function),
        symbol,
        convention: function.get_call_conventions(),
        params: params.collect(),
        result,
        variadic: ty.is_var_arg(),
        defined: function.count_basic_blocks() > 0,
        target_features: target_features(function),
        nounwind: attribute(function, AttributeLoc::Function, "nounwind").is_some(),
    }
}

/// `define i32 @f(i32 noundef %0)`.
fn first_line(function: FunctionValue<'_>) -> String {
    let printed = function.print_to_string();
    let printed = printed.to_string_lossy();
    let line = printed
        .lines()
        .find(|line| line.starts_with("define") || line.starts_with("declare"))
        .unwrap_or_default();
    // Attribute groups are numbers whose meaning is elsewhere in the module, and so is metadata.
    let end = line.rfind(')').map_or(line.len(), |end| end + 1);
    line[..end].to_owned()
}

fn target_features(function: FunctionValue<'_>) -> String {
    let features = function.get_string_attribute(AttributeLoc::Function, "target-features");
    features.map_or_else(String::new, |features| text(features.get_string_value()))
}

/// `CoalesceFeaturesAndStripAtomics` of LLVM's WebAssembly back end: the union over all functions that are
/// defined. `None` for any other target, and for a module without definitions.
fn coalesced_features(module: &Module<'_>) -> Option<String> {
    if !module.get_triple().as_str().to_bytes().starts_with(b"wasm") {
        return None;
    }
    let mut defined = module
        .get_functions()
        .filter(|function| function.count_basic_blocks() > 0)
        .peekable();
    defined.peek()?;
    let mut union: Vec<String> = Vec::new();
    for features in defined.map(target_features) {
        for feature in features.split(',').filter(|feature| feature.starts_with('+')) {
            if !union.iter().any(|known| known == feature) {
                union.push(feature.to_owned());
            }
        }
    }
    Some(union.join(","))
}

/// An attribute by its name. Walking all of a parameter's attributes would panic on `range(..)`, for which
/// inkwell has no kind.
fn attribute(function: FunctionValue<'_>, location: AttributeLoc, name: &str) -> Option<Attribute> {
    function.get_enum_attribute(location, attribute_kind(name))
}

fn attribute_kind(name: &str) -> u32 {
    Attribute::get_named_enum_kind_id(name)
}

fn read_attributes(function: FunctionValue<'_>, location: AttributeLoc, layout: &TargetData) -> IrAttributes {
    let find = |name| attribute(function, location, name);
    let number = |name| {
        find(name)
            .filter(|attribute| attribute.is_enum())
            .map(|attribute| Bytes(attribute.get_enum_value()))
    };
    let pointee = |name| {
        let attribute = find(name).filter(|attribute| attribute.is_type());
        attribute.and_then(|attribute| size_and_align(attribute.get_type_value(), layout))
    };
    let byval = pointee("byval");
    IrAttributes {
        byval: byval.map(|(size, _)| size),
        sret: pointee("sret").map(|(size, _)| size),
        // `getByValTypeAlignment`: without an `align` the type's own alignment holds.
        align: number("align").or(byval.map(|(_, align)| align)),
        extension: match (find("signext"), find("zeroext")) {
            (Some(_), _) => Extension::Sign,
            (None, Some(_)) => Extension::Zero,
            (None, None) => Extension::None,
        },
        inreg: find("inreg").is_some(),
        noundef: find("noundef").is_some(),
        nonnull: find("nonnull").is_some(),
        dereferenceable: number("dereferenceable"),
        range: find("range").is_some(),
    }
}

/// Allocation size and ABI alignment by the module's data layout; `None` for a type without a size, at which
/// LLVM would stop the process.
fn size_and_align(ty: AnyTypeEnum<'_>, layout: &TargetData) -> Option<(Bytes, Bytes)> {
    let sized = match ty {
        AnyTypeEnum::FunctionType(_) | AnyTypeEnum::VoidType(_) => false,
        AnyTypeEnum::StructType(ty) => is_sized(ty.into()),
        AnyTypeEnum::ArrayType(ty) => is_sized(ty.into()),
        AnyTypeEnum::ScalableVectorType(_) => false,
        _ => true,
    };
    sized.then(|| {
        (
            Bytes(layout.get_abi_size(&ty)),
            Bytes(layout.get_abi_alignment(&ty).into()),
        )
    })
}

fn is_sized(ty: BasicTypeEnum<'_>) -> bool {
    match ty {
        BasicTypeEnum::StructType(ty) => !ty.is_opaque() && ty.get_field_types_iter().all(is_sized),
        BasicTypeEnum::ArrayType(ty) => is_sized(ty.get_element_type()),
        BasicTypeEnum::ScalableVectorType(_) => false,
        _ => true,
    }
}

fn read_param_type(ty: BasicMetadataTypeEnum<'_>, layout: &TargetData) -> IrType {
    match BasicTypeEnum::try_from(ty) {
        Ok(ty) => read_type(ty, layout),
        Err(()) => IrType::Other(ty.print_to_string().to_string()),
    }
}

fn read_type(ty: BasicTypeEnum<'_>, layout: &TargetData) -> IrType {
    let other = || IrType::Other(ty.print_to_string().to_string());
    match ty {
        BasicTypeEnum::IntType(ty) => IrType::Integer {
            bits: ty.get_bit_width(),
        },
        BasicTypeEnum::FloatType(ty) => match ty.print_to_string().to_bytes() {
            b"half" => IrType::Half,
            b"bfloat" => IrType::BFloat,
            b"float" => IrType::Float,
            b"double" => IrType::Double,
            b"x86_fp80" => IrType::X86Fp80,
            b"fp128" => IrType::Fp128,
            _ => other(),
        },
        // Other address spaces hold references and segment-relative pointers, not addresses of C.
        BasicTypeEnum::PointerType(ty) if ty.print_to_string().to_bytes() == b"ptr" => IrType::Pointer,
        BasicTypeEnum::PointerType(_) => other(),
        BasicTypeEnum::VectorType(ty) => IrType::Vector {
            element: Box::new(read_type(ty.get_element_type(), layout)),
            lanes: ty.get_size(),
        },
        BasicTypeEnum::ArrayType(ty) => IrType::Array {
            length: array_length(ty, layout),
            element: Box::new(read_type(ty.get_element_type(), layout)),
        },
        BasicTypeEnum::StructType(ty) if ty.is_opaque() => other(),
        BasicTypeEnum::StructType(ty) => IrType::Struct {
            fields: ty
                .get_field_types_iter()
                .map(|field| read_type(field, layout))
                .collect(),
            packed: ty.is_packed(),
        },
        _ => other(),
    }
}

/// The length of an array. inkwell's own answer has 32 bits only.
fn array_length(ty: ArrayType<'_>, layout: &TargetData) -> u64 {
    let element = ty.get_element_type();
    if !is_sized(element) {
        return ty.len().into();
    }
    layout
        .get_abi_size(&ty.as_any_type_enum())
        .checked_div(layout.get_abi_size(&element.as_any_type_enum()))
        .unwrap_or_else(|| ty.len().into())
}

fn text(value: &CStr) -> String {
    value.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests;
