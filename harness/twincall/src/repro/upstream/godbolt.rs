//! A state of Compiler Explorer: a session for each side, with that side's compiler for each target. The code is such that what
//! comes out shows where everything is: what a callee receives goes to variables, what a caller passes comes from there.

use serde_json::{Value, json};
use twincall_abi::interface::{Function, Side};
use twincall_abi::types::Type;

use super::source::{self, Source};
use super::{Found, Judged, Unmade, compile, rustc_ui, text};
use crate::explain::translate::{Untranslatable, Writer};
use crate::toolchain::{CToolchain, RustToolchain};

const LINTS: &str = "#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals, improper_ctypes, improper_ctypes_definitions)]";

/// The state, as JSON.
pub(super) fn make(found: &Found<'_>) -> Result<String, Unmade> {
    if found.case.c.cpp {
        return Err(Unmade::Cpp);
    }
    let judged = found.judged()?;
    let symbols = found.symbols(&judged)?;
    let c = source::write(&judged, &symbols, Side::C, c_function)?;
    let rust = source::write(&judged, &symbols, Side::Rust, rust_function)?;
    let about: Vec<String> = found
        .headlines(&judged, &symbols)
        .iter()
        .map(|line| text::comment(line))
        .collect();
    let about = about.concat();
    let c = whole(&about, "", &c);
    let head = format!("#![no_std]\n{LINTS}\n#[allow(unused_imports)]\nuse core::mem::ManuallyDrop;\n\n");
    let rust = whole(&about, &head, &rust);
    let flags = rustc_ui::flags(found);
    for on in &judged {
        found.check_c(on.target(), &c)?;
        found.rust_ir(on.target(), &flags, &rust)?;
    }
    let (c_toolchain, rust_toolchain) = found.session.compilers();
    let c_flags = &found.case.c.directives.flags;
    let c_options = options(&judged, &["-O2"], "--target=", c_flags);
    let edition = format!("--edition={}", compile::EDITION.name());
    let rust_options = options(&judged, &[&edition, "-Copt-level=2"], "--target=", &flags);
    let state = json!({
        "sessions": [
            session(1, "c", &c, &c_id(c_toolchain), &c_options),
            session(2, "rust", &rust, &rust_id(rust_toolchain), &rust_options),
        ]
    });
    Ok(format!("{state:#}\n"))
}

fn session(id: u32, language: &str, source: &str, compiler: &str, options: &[String]) -> Value {
    let compilers: Vec<Value> = options
        .iter()
        .map(|options| json!({ "id": compiler, "options": options }))
        .collect();
    json!({ "id": id, "language": language, "source": source, "compilers": compilers })
}

/// The words of a compiler for each target.
fn options(judged: &[Judged<'_>], first: &[&str], target: &str, flags: &[String]) -> Vec<String> {
    judged
        .iter()
        .map(|on| {
            let mut words: Vec<String> = first.iter().map(|word| (*word).to_owned()).collect();
            words.push(format!("{target}{}", on.target().triple()));
            words.extend(flags.iter().cloned());
            words.join(" ")
        })
        .collect()
}

/// What Compiler Explorer calls a C compiler: of clang it has the first release of each version, from 18 on `x.1.0`.
fn c_id(c: &CToolchain) -> String {
    let (major, minor, _) = c.version;
    match &c.gcc {
        Some(_) => format!("cg{major}{minor}"),
        None if major >= 18 => format!("cclang{major}10"),
        None if major == 17 => "cclang1701".to_owned(),
        None => format!("cclang{major}00"),
    }
}

/// What it calls rustc.
fn rust_id(rust: &RustToolchain) -> String {
    let (major, minor, patch) = rust.version;
    match rust.release.split_once('-') {
        Some((_, channel)) if channel.starts_with("beta") => "beta".to_owned(),
        Some(_) => "nightly".to_owned(),
        None => format!("r{major}{minor}{patch}"),
    }
}

fn whole(about: &str, head: &str, source: &Source) -> String {
    let left_out = source.left_out.iter().map(|line| text::comment(line));
    format!("{about}{}{head}{}", left_out.collect::<String>(), source.plain())
}

/// What stands for an argument, or for the result.
fn argument(name: &str, index: usize) -> String {
    format!("{name}_argument_{}", index + 1)
}

fn result(name: &str) -> String {
    format!("{name}_result")
}

fn returns(ty: &Type) -> bool {
    !matches!(ty, Type::Void | Type::Never)
}

fn c_function(writer: &Writer<'_>, function: &Function) -> Result<String, Untranslatable> {
    let name = writer.declared_name(function)?;
    let signature = &function.signature;
    let head = writer.c_declared(function)?;
    let mut lines = Vec::new();
    for (index, parameter) in signature.params.iter().enumerate() {
        lines.push(format!(
            "extern {};",
            writer.c_parameter(parameter, &argument(name, index))?
        ));
    }
    if returns(&signature.result) {
        lines.push(format!(
            "extern {};",
            writer.c(&signature.result, &result(name))?.trim()
        ));
    }
    let own = |index: usize, name: Option<&str>| writer.label(index, name);
    let count = signature.params.len();
    if function.defined {
        let stores = signature.params.iter().enumerate().map(|(index, parameter)| {
            format!(
                "\n    {} = {};",
                argument(name, index),
                own(index, parameter.name.as_deref())
            )
        });
        let body: String = stores.collect();
        let end = match returns(&signature.result) {
            true => format!("\n    return {};", result(name)),
            false => String::new(),
        };
        lines.push(format!("{head} {{{body}{end}\n}}"));
    } else {
        let values: Vec<String> = (0..count).map(|index| argument(name, index)).collect();
        let assigned = match returns(&signature.result) {
            true => format!("{} = ", result(name)),
            false => String::new(),
        };
        lines.push(format!("{head};"));
        lines.push(format!(
            "void calls_{name}(void) {{\n    {assigned}{name}({});\n}}",
            values.join(", ")
        ));
    }
    Ok(lines.join("\n"))
}

fn rust_function(writer: &Writer<'_>, function: &Function) -> Result<String, Untranslatable> {
    let name = writer.declared_name(function)?;
    let signature = &function.signature;
    let convention = writer.rust_convention(&signature.convention)?;
    let (params, returned) = writer.rust_parts(signature)?;
    let mut statics = String::new();
    let mut values = Vec::new();
    let mut stores = String::new();
    for (index, parameter) in signature.params.iter().enumerate() {
        let place = argument(name, index);
        let ty = writer.rust_parameter(parameter)?;
        let label = writer.rust_label(index, parameter.name.as_deref());
        statics.push_str(&format!("    static mut {place}: {ty};\n"));
        stores.push_str(&format!("\n    core::ptr::addr_of_mut!({place}).write({label});"));
        values.push(format!("core::ptr::addr_of!({place}).read()"));
    }
    let place = result(name);
    if returns(&signature.result) {
        let ty = writer.rust(&signature.result)?;
        statics.push_str(&format!("    static mut {place}: {ty};\n"));
    }
    // Only C defines functions that take any number of arguments.
    let defined = function.defined && !signature.variadic;
    if !defined {
        statics.push_str(&format!("    fn {name}({params}){returned};\n"));
    }
    let declared = format!("extern \"{convention}\" {{\n{statics}}}");
    let code = match (defined, &signature.result) {
        (true, Type::Never) => format!(
            "#[no_mangle]\npub unsafe extern \"{convention}\" fn {name}({params}){returned} {{{stores}\n    loop {{}}\n}}"
        ),
        (true, result) => {
            let end = match returns(result) {
                true => format!("\n    core::ptr::addr_of!({place}).read()"),
                false => String::new(),
            };
            format!(
                "#[no_mangle]\npub unsafe extern \"{convention}\" fn {name}({params}){returned} {{{stores}{end}\n}}"
            )
        }
        (false, result) => {
            let call = format!("{name}({})", values.join(", "));
            let body = match returns(result) {
                true => format!("core::ptr::addr_of_mut!({place}).write({call});"),
                false => format!("{call};"),
            };
            format!("#[no_mangle]\npub unsafe extern \"C\" fn calls_{name}() {{\n    {body}\n}}")
        }
    };
    Ok(match statics.is_empty() {
        true => code,
        false => format!("{declared}\n{code}"),
    })
}
