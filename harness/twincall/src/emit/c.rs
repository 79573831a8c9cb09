//! Writes the C and C++ units: the fixture by `#include`, and after it drivers, echoes and tables; it does
//! not compile them.
//!
//! Types are written as `__typeof__(spelling)`, which makes a type name out of any abstract declarator, and
//! values are moved with `__builtin_memcpy`, because a result type may be `const` or have `const` members.
//! `tc_arena` exists on wasm only and is therefore not among [`Unit::exports`].

mod tables;

#[cfg(test)]
mod tests;

use twincall_abi::interface::{Convention, DataSymbol, Function, Interface};
use twincall_abi::types::{Type, TypeKind};

use super::{ARENA_SIZE, Unit, UnitRequest, VariadicCall};
use crate::account::{self, Part};
use crate::call::VariadicType;

/// Writes the unit of one C (`cpp` false) or C++ fixture.
pub fn write_unit(request: &UnitRequest<'_>, cpp: bool) -> Unit {
    let _counting = account::count(Part::Units);
    let interface = request.interface;
    let unit = Unit {
        source: String::new(),
        types: Vec::new(),
        exports: Vec::new(),
        left_out: Vec::new(),
    };
    let mut writer = Writer { interface, cpp, unit };
    writer.line(&format!("#include \"{}\"", request.source_path));
    writer.line(PROLOGUE);
    writer.line(ALIGNOF);
    if cpp {
        writer.line("extern \"C\" {");
    }
    writer.frame();
    for function in &interface.functions {
        let calls: Vec<&VariadicCall> = request
            .variadic_calls
            .iter()
            .filter(|call| call.symbol == function.symbol)
            .collect();
        writer.function(function, &calls);
    }
    writer.unusable_calls(request.variadic_calls);
    for data in &interface.data {
        writer.data(data);
    }
    writer.tables(request);
    writer.arena();
    if cpp {
        writer.line("}");
    }
    writer.line(EPILOGUE);
    writer.unit
}

/// The generated part must not add to the user's warnings.
const PROLOGUE: &str = "
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored \"-Weverything\"
#else
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored \"-Wpragmas\"
#pragma GCC diagnostic ignored \"-Wdeprecated-declarations\"
#pragma GCC diagnostic ignored \"-Wignored-qualifiers\"
#pragma GCC diagnostic ignored \"-Wignored-attributes\"
#pragma GCC diagnostic ignored \"-Wstrict-prototypes\"
#pragma GCC diagnostic ignored \"-Wreturn-type-c-linkage\"
#pragma GCC diagnostic ignored \"-Wunused-parameter\"
#pragma GCC diagnostic ignored \"-Wpsabi\"
#pragma GCC diagnostic ignored \"-Wpedantic\"
#endif
";

/// The alignment of a type. Standard `_Alignof` is the right one, since `__alignof__` is the preferred alignment, which may
/// be larger; but gcc caps `_Alignof` at what the enabled registers need: 16 for the `__m256` that it aligns to 32 in a struct.
const ALIGNOF: &str = "
#if !defined __clang__
#define tc_alignof(...) __alignof__(__VA_ARGS__)
#elif defined __cplusplus
#define tc_alignof(...) alignof(__VA_ARGS__)
#else
#define tc_alignof(...) _Alignof(__VA_ARGS__)
#endif
";

const EPILOGUE: &str = "
#ifdef __clang__
#pragma clang diagnostic pop
#else
#pragma GCC diagnostic pop
#endif
";

/// Keeps a symbol that nothing in the unit refers to, and lets the outside see it.
const KEEP: &str = "__attribute__((__used__, __visibility__(\"default\")))";

/// The halves of [`KEEP`], for constants: gcc takes one at the declaration only and one at the definition.
const VISIBLE: &str = "__attribute__((__visibility__(\"default\")))";
const USED: &str = "__attribute__((__used__))";

struct Writer<'a> {
    interface: &'a Interface,
    cpp: bool,
    unit: Unit,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.unit.source.push_str(text);
        self.unit.source.push('\n');
    }

    fn export(&mut self, symbol: &str) {
        self.unit.exports.push(symbol.to_owned());
    }

    fn leave_out(&mut self, symbol: &str, reason: &str) {
        self.unit.left_out.push((symbol.to_owned(), reason.to_owned()));
    }

    /// Points to an array with a place for each argument that an echo receives, and one for its result.
    fn frame(&mut self) {
        self.line(&format!("{KEEP} void **tc_c_frame;"));
        self.export("tc_c_frame");
    }

    /// Two declarations, because a constant of C++ is internal unless a declaration made it external, and
    /// a declaration with `extern` and a value is warned of.
    fn constant(&mut self, ty: &str, name: &str, value: &str) {
        self.line(&format!("extern {VISIBLE} {ty} const {name};"));
        self.line(&format!("{USED} {ty} const {name} = {value};"));
        self.export(name);
    }

    fn function(&mut self, function: &Function, calls: &[&VariadicCall]) {
        let (symbol, name) = (&function.symbol, &function.name);
        let tag = identifier(symbol);
        // A function-like macro of the same name is not expanded before a closing parenthesis.
        self.constant(
            &format!("__typeof__({name}) *"),
            &format!("tc_c_address_{tag}"),
            &format!("({name})"),
        );
        if let Some(reason) = self.why_not_callable(function) {
            self.leave_out(symbol, &reason);
            return;
        }
        self.line(&format!(
            "{KEEP} __typeof__({name}) *__volatile__ tc_c_target_{tag} = ({name});"
        ));
        self.export(&format!("tc_c_target_{tag}"));
        if !function.signature.variadic {
            self.driver(function, &tag, &tag, &[]);
            self.echo(function, &tag, &[]);
            return;
        }
        if calls.is_empty() {
            self.leave_out(symbol, "it is variadic and no call says with which arguments");
        }
        for (index, call) in calls.iter().enumerate() {
            let numbered = format!("{tag}__v{index}");
            self.driver(function, &tag, &numbered, &call.extra);
            self.echo(function, &numbered, &call.extra);
        }
    }

    fn why_not_callable(&self, function: &Function) -> Option<String> {
        let signature = &function.signature;
        let incomplete = |ty: &Type| !is_complete(self.interface, ty);
        if let Some(parameter) = signature
            .params
            .iter()
            .find(|parameter| incomplete(&parameter.ty))
        {
            return Some(format!(
                "its parameter type `{}` is incomplete",
                parameter.spelling
            ));
        }
        // A value that nobody constructed must not be copied or destroyed.
        if function.passes_classes {
            return Some(
                "it passes a class by value whose copies run code, so that no calls are made".to_owned(),
            );
        }
        let returns_value = !matches!(signature.result, Type::Void | Type::Never);
        if returns_value && incomplete(&signature.result) {
            return Some(format!(
                "its result type `{}` is incomplete",
                function.result_spelling
            ));
        }
        None
    }

    fn driver(&mut self, function: &Function, target: &str, tag: &str, extra: &[VariadicType]) {
        let named = function
            .signature
            .params
            .iter()
            .map(|parameter| type_of(&parameter.spelling));
        let extra = extra.iter().map(|ty| spell(*ty).to_owned());
        let arguments: Vec<String> = named
            .chain(extra)
            .enumerate()
            .map(|(index, ty)| format!("*({ty} __const *)tc_args[{index}]"))
            .collect();
        let call = format!("tc_c_target_{target}({})", arguments.join(", "));
        let body = match self.result(function) {
            None => format!("    {call};\n"),
            Some(result) => format!(
                "    {result} tc_result = {call};\n    __builtin_memcpy(tc_ret, (__const void *)&tc_result, sizeof tc_result);\n"
            ),
        };
        let features = features(function);
        self.line(&format!(
            "{KEEP} {features}void tc_c_call_{tag}(__const void *__const *tc_args, void *tc_ret) {{\n{body}}}"
        ));
        self.export(&format!("tc_c_call_{tag}"));
    }

    /// The result type, where a value comes back.
    fn result(&self, function: &Function) -> Option<String> {
        let returns_value = !matches!(function.signature.result, Type::Void | Type::Never);
        returns_value.then(|| type_of(&function.result_spelling))
    }

    fn echo(&mut self, function: &Function, tag: &str, extra: &[VariadicType]) {
        let signature = &function.signature;
        if matches!(signature.result, Type::Never) {
            return;
        }
        let count = signature.params.len();
        let mut params: Vec<String> = signature
            .params
            .iter()
            .enumerate()
            .map(|(index, parameter)| format!("{} tc_a{index}", type_of(&parameter.spelling)))
            .collect();
        let mut body = String::new();
        for index in 0..count {
            body.push_str(&store(&format!("tc_a{index}"), index));
        }
        if signature.variadic {
            params.push("...".to_owned());
            body.push_str(&receive_extra(
                count,
                extra,
                signature.convention == Convention::Win64,
            ));
        }
        let list = match params.is_empty() && !signature.unprototyped && !self.cpp {
            true => "void".to_owned(),
            false => params.join(", "),
        };
        let result = self.result(function);
        if let Some(result) = &result {
            body.push_str(&format!(
                "    return *({result} __const *)tc_c_frame[{}];\n",
                count + extra.len()
            ));
        }
        let result = result.unwrap_or_else(|| "void".to_owned());
        let features = features(function);
        let convention = convention(&signature.convention);
        self.line(&format!(
            "{KEEP} {features}{convention}{result} tc_c_echo_{tag}({list}) {{\n{body}}}"
        ));
        self.export(&format!("tc_c_echo_{tag}"));
        let ty = format!("__typeof__(tc_c_echo_{tag}) *");
        self.constant(
            &ty,
            &format!("tc_c_echo_address_{tag}"),
            &format!("tc_c_echo_{tag}"),
        );
    }

    fn unusable_calls(&mut self, calls: &[VariadicCall]) {
        for call in calls {
            match self.interface.function(&call.symbol) {
                None => self.leave_out(&call.symbol, "a call names it, and this side does not declare it"),
                Some(function) if !function.signature.variadic => {
                    self.leave_out(
                        &call.symbol,
                        "a call gives it variable arguments, and it takes none",
                    );
                }
                Some(_) => {}
            }
        }
    }

    fn data(&mut self, data: &DataSymbol) {
        if data.thread_local {
            self.leave_out(&data.symbol, "a thread-local variable has no constant address");
            return;
        }
        let name = self.file_scope(&data.name);
        let address = format!("tc_c_data_address_{}", identifier(&data.symbol));
        self.constant(&format!("__typeof__({name}) *"), &address, &format!("&{name}"));
    }

    /// A name at file scope, which in C++ a member of the same name would otherwise hide.
    fn file_scope(&self, name: &str) -> String {
        if self.cpp {
            format!("::{name}")
        } else {
            name.to_owned()
        }
    }

    fn arena(&mut self) {
        self.line(&format!(
            "#ifdef __wasm__\n__attribute__((__used__, __visibility__(\"default\"), __aligned__(64))) unsigned char tc_arena[{ARENA_SIZE}];\n#endif"
        ));
    }
}

/// The body of a variadic echo that takes the arguments after the named ones.
fn receive_extra(count: usize, extra: &[VariadicType], microsoft: bool) -> String {
    let last = match count.checked_sub(1) {
        Some(last) => format!("tc_a{last}"),
        // C23 allows `f(...)`; what stands in the place of the last name is then ignored.
        None => "0".to_owned(),
    };
    let flavour = if microsoft { "ms_" } else { "" };
    let mut body = format!(
        "    __builtin_{flavour}va_list tc_list;\n    __builtin_{flavour}va_start(tc_list, {last});\n"
    );
    for (offset, ty) in extra.iter().enumerate() {
        let name = format!("tc_v{offset}");
        body.push_str(&format!(
            "    {} {name} = __builtin_va_arg(tc_list, {});\n",
            spell(*ty),
            spell(*ty)
        ));
        body.push_str(&store(&name, count + offset));
    }
    body.push_str(&format!("    __builtin_{flavour}va_end(tc_list);\n"));
    body
}

fn store(name: &str, index: usize) -> String {
    format!("    __builtin_memcpy(tc_c_frame[{index}], (__const void *)&{name}, sizeof {name});\n")
}

fn spell(ty: VariadicType) -> &'static str {
    match ty {
        VariadicType::I32 => "int",
        VariadicType::U32 => "unsigned",
        VariadicType::I64 => "long long",
        VariadicType::U64 => "unsigned long long",
        VariadicType::F64 => "double",
        VariadicType::Pointer => "void *",
    }
}

fn features(function: &Function) -> String {
    match &function.target_features {
        Some(features) => format!("__attribute__((__target__(\"{features}\"))) "),
        None => String::new(),
    }
}

fn convention(convention: &Convention) -> String {
    match convention {
        Convention::C | Convention::CUnwind | Convention::Rust => String::new(),
        Convention::SysV64 => "__attribute__((__sysv_abi__)) ".to_owned(),
        Convention::Win64 => "__attribute__((__ms_abi__)) ".to_owned(),
        Convention::Other(name) => format!("__attribute__((__{name}__)) "),
    }
}

/// A spelling as something that a name may follow. The tag of x86-64's `va_list` has no name that a
/// program could write, though clang prints one.
fn type_of(spelling: &str) -> String {
    let element = "__typeof__((*(__builtin_va_list *)0)[0])";
    let spelling = spelling
        .replace("struct __va_list_tag", "__va_list_tag")
        .replace("__va_list_tag", element);
    let (attribute, rest) = trailing_attribute(&spelling);
    format!("__typeof__({attribute}{rest})")
}

/// A function pointer's attribute with the blank behind it, and the type without it. clang prints a convention behind the
/// parameters, where a type without a name may not have it, and takes it before the type.
fn trailing_attribute(spelling: &str) -> (String, &str) {
    let end = spelling.strip_suffix("))");
    match end.and_then(|_| spelling.rfind(") __attribute__((")) {
        Some(at) if spelling[at..].matches("__attribute__").count() == 1 => {
            (format!("{} ", &spelling[at + 2..]), &spelling[..at + 1])
        }
        _ => (String::new(), spelling),
    }
}

/// A link symbol as part of an identifier: what C does not allow in one is written in hexadecimal.
fn identifier(symbol: &str) -> String {
    let mut text = String::with_capacity(symbol.len());
    for c in symbol.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '$') {
            text.push(c);
        } else {
            text.push_str(&format!("_x{:x}_", u32::from(c)));
        }
    }
    text
}

/// Whether a type has a size here.
fn is_complete(interface: &Interface, ty: &Type) -> bool {
    match ty {
        Type::Void => false,
        Type::Array { element, length } => length.is_some() && is_complete(interface, element),
        Type::Named(name) => {
            let definition = interface.type_definition(name);
            definition.is_none_or(|definition| definition.kind != TypeKind::Incomplete)
        }
        _ => true,
    }
}
