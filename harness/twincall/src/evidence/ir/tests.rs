//! The reader on modules that LLVM itself wrote, and on bytes that nobody should hand to LLVM.

use inkwell::targets::{CodeModel, FileType, InitializationConfig, RelocMode, Target, TargetTriple};
use inkwell::{AddressSpace, OptimizationLevel};
use twincall_abi::place::place;
use twincall_abi::slot::Placement;

use super::*;

const X86: &str = r#"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
%pair = type { i32, double }
%opaque = type opaque
define signext i8 @mixed(i8 noundef signext %a, i1 zeroext %b, ptr nonnull dereferenceable(12) align 4 %c, i32 range(i32 0, 2) %d) #0 {
  ret i8 %a
}
declare void @memory(ptr sret(%pair) align 8, ptr byval(%pair) align 16, ptr byval([3 x i8]))
declare { <2 x float>, float } @three(half, bfloat, float, double, x86_fp80, fp128, <4 x ptr>, i128, ...)
declare win64cc void @windows([5000000000 x i8])
declare x86_64_sysvcc <{ i8, [2 x i16] }> @explicit(ptr addrspace(1))
declare void @opaque(ptr byval(%opaque))
declare void @llvm.dbg.value(metadata, metadata, metadata)
attributes #0 = { nounwind "target-features"="+sse2,+avx" }
"#;

const WASM: &str = r#"
target datalayout = "e-m:e-p:32:32-p10:8:8-p20:8:8-i64:64-i128:128-n32:64-S128-ni:1:10:20"
target triple = "wasm32-unknown-unknown"
define void @vector(<4 x i32> %a) #0 { ret void }
define void @plain(<4 x i32> %a, ptr byval({ i32, ptr }) align 4 %b) #1 { ret void }
attributes #0 = { "target-features"="+sign-ext,+simd128" }
attributes #1 = { "target-features"="+sign-ext,-simd128" }
"#;

fn bitcode(text: &str) -> Vec<u8> {
    let context = Context::create();
    let buffer = MemoryBuffer::create_from_memory_range_copy(text.as_bytes(), "test");
    let module = context.create_module_from_ir(buffer).unwrap();
    module.write_bitcode_to_memory().as_slice().to_vec()
}

fn named(functions: &[IrFunction], symbol: &str) -> IrFunction {
    functions
        .iter()
        .find(|function| function.symbol == symbol)
        .unwrap()
        .clone()
}

#[test]
fn types_and_attributes_are_read_by_name() {
    let functions = read_module(&bitcode(X86), &|_| true).unwrap().functions;
    assert_eq!(functions.len(), 6, "{functions:#?}");

    let mixed = named(&functions, "mixed");
    assert!(mixed.defined && mixed.nounwind && !mixed.variadic);
    assert_eq!(
        (mixed.convention, mixed.target_features.as_str()),
        (0, "+sse2,+avx")
    );
    assert_eq!(mixed.result.attributes.extension, Extension::Sign);
    let [a, b, c, d] = &mixed.params[..] else {
        panic!("{mixed:?}")
    };
    assert_eq!(a.ty, IrType::Integer { bits: 8 });
    assert_eq!(
        (a.attributes.extension, a.attributes.noundef),
        (Extension::Sign, true)
    );
    assert_eq!(b.attributes.extension, Extension::Zero);
    assert_eq!(
        (c.attributes.align, c.attributes.dereferenceable),
        (Some(Bytes(4)), Some(Bytes(12)))
    );
    assert!(c.attributes.nonnull && !c.attributes.range && d.attributes.range);

    let memory = named(&functions, "memory");
    assert!(!memory.defined);
    assert_eq!(memory.params[0].attributes.sret, Some(Bytes(16)));
    assert_eq!(memory.params[1].attributes.byval, Some(Bytes(16)));
    assert_eq!(memory.params[1].attributes.align, Some(Bytes(16)));
    // Without `align` the alignment of the type holds.
    assert_eq!(memory.params[2].attributes.byval, Some(Bytes(3)));
    assert_eq!(memory.params[2].attributes.align, Some(Bytes(1)));

    let three = named(&functions, "three");
    assert!(three.variadic);
    let types: Vec<&IrType> = three.params.iter().map(|param| &param.ty).collect();
    assert_eq!(
        types[..6],
        [
            &IrType::Half,
            &IrType::BFloat,
            &IrType::Float,
            &IrType::Double,
            &IrType::X86Fp80,
            &IrType::Fp128,
        ]
    );
    assert_eq!(
        *types[6],
        IrType::Vector {
            element: Box::new(IrType::Pointer),
            lanes: 4
        }
    );
    assert!(matches!(&three.result.ty, IrType::Struct { fields, packed: false } if fields.len() == 2));

    let windows = named(&functions, "windows");
    assert_eq!(windows.convention, 79);
    let byte = Box::new(IrType::Integer { bits: 8 });
    assert_eq!(
        windows.params[0].ty,
        IrType::Array {
            element: byte,
            length: 5_000_000_000
        }
    );
    let explicit = named(&functions, "explicit");
    assert_eq!(explicit.convention, 78);
    assert!(matches!(explicit.result.ty, IrType::Struct { packed: true, .. }));
    assert_eq!(
        explicit.params[0].ty,
        IrType::Other("ptr addrspace(1)".to_owned())
    );
    assert_eq!(named(&functions, "opaque").params[0].attributes.byval, None);
}

#[test]
fn only_the_functions_asked_for_are_read() {
    let functions = read_module(&bitcode(X86), &|symbol| symbol == "three")
        .unwrap()
        .functions;
    assert_eq!(functions.len(), 1);
}

#[test]
fn wasm_functions_share_the_features_of_their_module() {
    let functions = read_module(&bitcode(WASM), &|_| true).unwrap().functions;
    for function in &functions {
        assert_eq!(
            function.target_features, "+sign-ext,+simd128",
            "{}",
            function.symbol
        );
    }
    let plain = named(&functions, "plain");
    assert_eq!(plain.params[1].attributes.byval, Some(Bytes(8)));
    let Placement::Placed(lowering) = place(&plain, twincall_abi::target::Target::Wasm32Unknown, 22) else {
        panic!("not placed")
    };
    assert_eq!(lowering.arguments[0].len(), 1, "the whole vector is one v128");
}

#[test]
fn the_producer_is_the_linked_llvm() {
    let producer = producer(&bitcode(X86)).unwrap();
    assert_eq!(producer.llvm_major, Some(linked_llvm().0), "{producer:?}");
}

#[test]
fn a_module_from_the_future_is_refused_before_llvm_sees_it() {
    let bytes = bitcode(X86);
    let (major, minor, patch) = linked_llvm();
    let newer = identification::check(&bytes, (major - 1, minor, patch)).unwrap_err();
    assert!(matches!(newer, IrError::Newer { .. }), "{newer}");
}

#[test]
fn a_wrapper_is_taken_off_and_must_hold_what_it_says() {
    let raw = bitcode(X86);
    let wrapped = |size: u32| {
        let mut bytes = vec![0xde, 0xc0, 0x17, 0x0b, 0, 0, 0, 0, 20, 0, 0, 0];
        bytes.extend(size.to_le_bytes());
        bytes.extend([7, 0, 0, 1]);
        bytes.extend(&raw);
        bytes
    };
    let size = u32::try_from(raw.len()).unwrap();
    assert_eq!(read_module(&wrapped(size), &|_| true).unwrap().functions.len(), 6);
    assert!(matches!(
        read_module(&wrapped(size + 1), &|_| true),
        Err(IrError::Damaged { .. })
    ));
    assert!(matches!(
        read_module(&wrapped(size)[..10], &|_| true),
        Err(IrError::Damaged { .. })
    ));
}

#[test]
fn what_is_not_bitcode_is_an_error() {
    for bytes in [
        &b""[..],
        b"\0",
        b"BC",
        b"\x7fELF\x02\x01\x01",
        b"; ModuleID = 'x'",
    ] {
        assert!(
            matches!(read_module(bytes, &|_| true), Err(IrError::NotBitcode { .. })),
            "{bytes:?}"
        );
    }
    assert!(matches!(
        read_module(b"BC\xc0\xde", &|_| true),
        Err(IrError::Damaged { .. })
    ));
}

#[test]
fn every_truncation_is_an_error() {
    let bytes = bitcode(X86);
    for length in (0..bytes.len() - 8).step_by(7) {
        assert!(
            read_module(&bytes[..length], &|_| true).is_err(),
            "the first {length} bytes"
        );
    }
}

#[test]
fn bitcode_is_found_in_objects() {
    // A wasm object with nothing but a custom section.
    let mut wasm = b"\0asm\x01\0\0\0\0\x0c\x07.llvmbcBC\xc0\xde".to_vec();
    assert_eq!(embedded_bitcode(&wasm), Some(&b"BC\xc0\xde"[..]));
    wasm.truncate(8);
    assert_eq!(embedded_bitcode(&wasm), None);
    assert_eq!(embedded_bitcode(b"no object"), None);

    Target::initialize_x86(&InitializationConfig::default());
    let triple = TargetTriple::create("x86_64-unknown-linux-gnu");
    let machine = Target::from_triple(&triple).unwrap().create_target_machine(
        &triple,
        "x86-64",
        "",
        OptimizationLevel::None,
        RelocMode::PIC,
        CodeModel::Default,
    );
    let context = Context::create();
    let module = context.create_module("embedding");
    let content = context.const_string(b"BC\xc0\xde", false);
    let global = module.add_global(content.get_type(), None, "llvm.embedded.module");
    global.set_initializer(&content);
    global.set_section(Some(".llvmbc"));
    let elf = machine
        .unwrap()
        .write_to_memory_buffer(&module, FileType::Object)
        .unwrap();
    assert_eq!(embedded_bitcode(elf.as_slice()), Some(&b"BC\xc0\xde"[..]));
}

#[test]
fn arguments_that_were_not_promoted_are_told_from_small_aggregates() {
    let text = r#"
target triple = "x86_64-unknown-linux-gnu"
declare double @f(i32, ...)
declare void @plain(float, i8)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare i32 @personality(...)
define void @scalars(float %x, i8 %y, i1 %z, half %h, ptr %p) {
  %loaded = load float, ptr %p
  %a = call double (i32, ...) @f(i32 1, float %x, double 1.0, i8 signext %y)
  %b = call double (i32, ...) @f(i32 1, i1 zeroext %z, i32 7, ptr %p, half %h)
  %c = call double (i32, ...) %p(i32 1, i16 3, float %loaded)
  call void @plain(float %x, i8 %y)
  ret void
}
define void @aggregates(ptr %s) {
  %copy = alloca [4 x i8]
  %old = alloca { i8 }
  call void @llvm.memcpy.p0.p0.i64(ptr %copy, ptr %s, i64 4, i1 false)
  %x = load float, ptr %copy
  %y = load i8, ptr %old
  %a = call double (i32, ...) @f(i32 1, float %x, i8 %y)
  ret void
}
define void @copied_from(ptr %s) {
  %local = alloca float
  call void @llvm.memcpy.p0.p0.i64(ptr %s, ptr %local, i64 4, i1 false)
  %x = load float, ptr %local
  %a = call double (i32, ...) @f(i32 1, float %x)
  ret void
}
define void @unwinds(float %x) personality ptr @personality {
  %a = invoke double (i32, ...) @f(i32 1, float %x) to label %then unwind label %pad
then:
  ret void
pad:
  %e = landingpad { ptr, i32 } cleanup
  ret void
}
"#;
    let found = read_module(&bitcode(text), &|_| true).unwrap().unpromoted;
    let shown: Vec<String> = found
        .iter()
        .map(|call| {
            let callee = call.callee.as_deref().unwrap_or("?");
            format!(
                "{callee} {} {} {:?} in {}",
                call.argument, call.ty, call.extension, call.caller
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "? 2 i16 None in scalars",
            "? 3 float None in scalars",
            "f 2 float None in copied_from",
            "f 2 float None in scalars",
            "f 2 i1 Zero in scalars",
            "f 4 i8 Sign in scalars",
            "f 2 float None in unwinds",
        ]
    );
}

/// LLVM ends the process where the size of a type without one is asked for.
#[test]
fn types_without_a_size_are_not_asked_for_it() {
    let context = Context::create();
    let layout = TargetData::create("e-m:e-i64:64-i128:128-f80:128-n8:16:32:64-S128");
    let (byte, word) = (context.i8_type(), context.i64_type());
    let opaque = context.opaque_struct_type("opaque");
    let sized = context.struct_type(&[byte.into(), word.into()], false);
    let around = context.struct_type(&[byte.into(), opaque.into()], false);
    let scalable = context.f32_type().scalable_vec_type(4);
    let none = [
        context.void_type().as_any_type_enum(),
        context.void_type().fn_type(&[], false).as_any_type_enum(),
        opaque.as_any_type_enum(),
        around.as_any_type_enum(),
        scalable.as_any_type_enum(),
    ];
    for ty in none {
        assert_eq!(size_and_align(ty, &layout), None, "{ty}");
    }
    for (ty, size, align) in [
        (word.as_any_type_enum(), 8, 8),
        (context.i128_type().as_any_type_enum(), 16, 16),
        (context.x86_f80_type().as_any_type_enum(), 16, 16),
        (sized.as_any_type_enum(), 16, 8),
        (sized.array_type(3).as_any_type_enum(), 48, 8),
        (
            context
                .struct_type(&[byte.into(), word.into()], true)
                .as_any_type_enum(),
            9,
            1,
        ),
        (context.struct_type(&[], false).as_any_type_enum(), 0, 1),
    ] {
        assert_eq!(
            size_and_align(ty, &layout),
            Some((Bytes(size), Bytes(align))),
            "{ty}"
        );
    }
    assert!(!is_sized(opaque.into()) && !is_sized(around.into()) && !is_sized(scalable.into()));
    assert!(is_sized(sized.into()) && is_sized(sized.array_type(2).into()) && is_sized(word.into()));
    assert!(
        !is_sized(context.struct_type(&[around.into()], false).into()),
        "deeper inside"
    );
}

#[test]
fn types_that_no_interface_needs_are_kept_by_their_text() {
    let context = Context::create();
    let layout = TargetData::create("e");
    let read = |ty: BasicTypeEnum<'_>| read_type(ty, &layout);
    let other = |ty: BasicTypeEnum<'_>| matches!(read(ty), IrType::Other(_));
    assert!(other(context.opaque_struct_type("opaque").into()));
    assert!(
        other(context.ptr_type(AddressSpace::from(1)).into()),
        "no address of C"
    );
    assert!(other(context.ppc_f128_type().into()));
    assert!(other(context.f32_type().scalable_vec_type(4).into()));
    assert_eq!(
        read(context.ptr_type(AddressSpace::default()).into()),
        IrType::Pointer
    );
    let empty = context.struct_type(&[], false);
    let none = IrType::Struct {
        fields: Vec::new(),
        packed: false,
    };
    assert_eq!(read(empty.into()), none, "a struct without fields is known");
    let array = |length| IrType::Array {
        element: Box::new(none.clone()),
        length,
    };
    assert_eq!(
        read(empty.array_type(7).into()),
        array(7),
        "elements without bytes still count"
    );
}

#[test]
fn calls_across_target_features_are_told_where_wide_vectors_travel() {
    let text = r#"
target triple = "x86_64-unknown-linux-gnu"
declare void @plain(<8 x float>)
declare void @narrow(<4 x float>)
declare { i32, [2 x <4 x double>] } @inside()
define void @wide(<8 x float> %v) #0 { ret void }
define void @caller(<8 x float> %v, <4 x float> %n, ptr %p) #0 {
  call void @plain(<8 x float> %v)
  call void @plain(<8 x float> %v)
  call void @narrow(<4 x float> %n)
  call void @wide(<8 x float> %v)
  call void %p(<8 x float> %v)
  %r = call { i32, [2 x <4 x double>] } @inside()
  ret void
}
attributes #0 = { "target-features"="+avx" }
"#;
    let found = read_module(&bitcode(text), &|_| true).unwrap().feature_calls;
    let shown: Vec<String> = found
        .iter()
        .map(|call| format!("{} in {} ({})", call.callee, call.caller, call.caller_features))
        .collect();
    assert_eq!(shown, ["inside in caller (+avx)", "plain in caller (+avx)"]);
}

/// LLVM compiles what a module defines; what it only declares was compiled elsewhere, with other features.
#[test]
fn features_of_declarations_are_not_those_of_the_module() {
    let text = r#"
target triple = "wasm32-unknown-unknown"
declare void @elsewhere() #0
define void @here() #1 { ret void }
attributes #0 = { "target-features"="+atomics" }
attributes #1 = { "target-features"="+sign-ext" }
"#;
    let functions = read_module(&bitcode(text), &|_| true).unwrap().functions;
    assert_eq!(named(&functions, "here").target_features, "+sign-ext");
}

#[test]
fn a_second_name_is_read_like_the_function_behind_it() {
    let text = X86.to_owned()
        + "@second = unnamed_addr alias i8 (i8, i1, ptr, i32), ptr @mixed
           @data = global i32 0
           @other = alias i32, ptr @data
           @inside = alias i8, getelementptr (i8, ptr @mixed, i64 1)";
    let read = read_module(&bitcode(&text), &|symbol| symbol != "data").unwrap();
    let (first, second) = (named(&read.functions, "mixed"), named(&read.functions, "second"));
    assert_eq!((&second.params, &second.result), (&first.params, &first.result));
    assert_eq!(second.target_features, first.target_features);
    let names = |symbol: &str| read.functions.iter().any(|function| function.symbol == symbol);
    assert!(
        !names("other") && !names("inside"),
        "data and parts of functions are none"
    );
}
