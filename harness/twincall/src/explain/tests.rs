use super::*;
use crate::facts::{Declaration, SideFunction};

fn column(side: Side) -> ToolchainReport {
    ToolchainReport {
        name: format!("{}-1", side.tag()),
        version: "1.0.0".to_owned(),
        language: side.tag().to_owned(),
    }
}

#[test]
fn options_of_the_model_are_the_compilers_flags() {
    let none = Options::default();
    for (options, word) in [
        (none, None),
        (Options { avx: true, ..none }, Some("-mavx")),
        (Options { avx512: true, ..none }, Some("-mavx512f")),
        (
            Options {
                simd128: true,
                ..none
            },
            Some("-msimd128"),
        ),
        (
            Options {
                short_enums: true,
                ..none
            },
            Some("-fshort-enums"),
        ),
    ] {
        assert_eq!(flags(options), Vec::from_iter(word), "{options:?}");
    }
}

/// Where the compiler refuses a text on every target, its whole message is the answer; elsewhere it is a note.
#[test]
fn a_target_that_refuses_a_text_does_not_hide_the_others() {
    let message = "text:1:1: warning: old\ntext:1:2: error: no stdio.h\n1 error";
    let refuse = || {
        let mut refused = Refused::default();
        let read: Result<(), _> = Err(ExplainError::Refused(message.to_owned()));
        assert!(matches!(refused.unless(Target::Wasm32Unknown, read), Ok(None)));
        assert!(matches!(
            refused.unless(Target::X86_64LinuxGnu, Ok(7)),
            Ok(Some(7))
        ));
        refused
    };
    let notes = refuse().notes(false).unwrap();
    assert_eq!(notes, ["not on wasm: text:1:2: error: no stdio.h"]);
    let error = refuse().notes(true).unwrap_err();
    assert!(
        matches!(&error, ExplainError::Refused(whole) if whole == message),
        "{error:?}"
    );
    let fault: Result<(), _> = Err(ExplainError::Text("no function".to_owned()));
    assert!(Refused::default().unless(Target::Wasm32Unknown, fault).is_err());
    assert_eq!(Refused::default().notes(true).unwrap(), Vec::<String>::new());
}

#[test]
fn only_the_text_of_a_person_is_a_fault_of_theirs() {
    let gone = || std::io::Error::from(std::io::ErrorKind::NotFound);
    for (error, usage) in [
        (ExplainError::Refused(String::new()), true),
        (ExplainError::Text(String::new()), true),
        (ExplainError::Folder(gone()), false),
        (ExplainError::Call(CallError::Record(gone())), false),
    ] {
        assert_eq!(error.is_usage(), usage, "{error:?}");
    }
}

#[test]
fn a_function_has_one_entry_with_all_its_targets() {
    let on = |target| ExplainedTarget {
        target,
        sides: Vec::new(),
        compilers: Vec::new(),
    };
    let mut explanation = Explanation::empty();
    for (symbol, target) in [
        ("f", Target::X86_64LinuxGnu),
        ("g", Target::X86_64LinuxGnu),
        ("f", Target::Wasm32Unknown),
    ] {
        explanation.add(symbol, on(target));
    }
    let told: Vec<(&str, Vec<Target>)> = explanation
        .functions
        .iter()
        .map(|own| {
            (
                own.symbol.as_str(),
                own.targets.iter().map(|on| on.target).collect(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("f", Target::ALL.to_vec()), ("g", vec![Target::X86_64LinuxGnu])]
    );
}

/// A case's compilers go beside the function and the target that they compiled, at the first level.
#[test]
fn columns_of_a_case_are_added_where_they_belong() {
    let on = |target| ExplainedTarget {
        target,
        sides: Vec::new(),
        compilers: Vec::new(),
    };
    let mut explanation = Explanation::empty();
    for symbol in ["f", "g"] {
        for target in Target::ALL {
            explanation.add(symbol, on(target));
        }
    }
    let level = |name: &str| samples::level(Vec::new(), vec![samples::register(name, 4)]);
    let report = FunctionReport {
        symbol: "g".to_owned(),
        c: None,
        rust: Some(SideFunction {
            declaration: Declaration {
                text: String::new(),
                location: Default::default(),
                defined: true,
            },
            levels: vec![level("rax"), level("rdx")],
            wasm_type: None,
            machine: Vec::new(),
            model: None,
        }),
        standings: Vec::new(),
    };
    let toolchains = [column(Side::C), column(Side::Rust)];
    add_compilers(&mut explanation, Target::Wasm32Unknown, &toolchains, &[report]);
    for function in &explanation.functions {
        for on in &function.targets {
            let here = function.symbol == "g" && on.target == Target::Wasm32Unknown;
            let found: Vec<(&str, Side)> = on
                .compilers
                .iter()
                .map(|own| (own.compiler.as_str(), own.side))
                .collect();
            let wanted: &[(&str, Side)] = if here { &[("rust-1", Side::Rust)] } else { &[] };
            assert_eq!(found, wanted, "{} on {}", function.symbol, on.target);
            for own in &on.compilers {
                assert_eq!(own.result, [samples::register("rax", 4)]);
            }
        }
    }
}
