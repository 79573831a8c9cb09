//! Writes the Rust unit of a fixture: a crate root that includes the fixture and, in a module of its own, the
//! drivers, echoes and tables. What the symbols mean is said in [`super`]; it compiles nothing.

use std::fmt::Write as _;

use twincall_abi::interface::{DataSymbol, Function};
use twincall_abi::types::{Type, TypeKind};

use super::{SIZES_MARKER, TypeKey, Unit, UnitRequest, VariadicCall};
use crate::account::{self, Part};
use crate::call::VariadicType;

mod dialect;
mod root;
mod signature;
#[cfg(test)]
mod tests;

pub use dialect::Dialect;
use signature::{Callable, is_feature_enabled};

/// Writes the Rust side's unit. It always yields a unit; what cannot be generated is in [`Unit::left_out`].
pub fn write_unit(request: &UnitRequest<'_>) -> Unit {
    let _counting = account::count(Part::Units);
    let unit = Unit {
        source: root::head(request),
        types: Vec::new(),
        exports: Vec::new(),
        left_out: Vec::new(),
    };
    let mut writer = Writer {
        request,
        unit,
        rows: Vec::new(),
        declared: 0,
    };
    writer.line("#[allow(warnings)]\nmod tc_drivers {\nuse super::*;");
    if !request.std {
        writer.line(&request.dialect.panic_handler());
    }
    writer.line(SHARED);
    writer.frame();
    for function in &request.interface.functions {
        writer.function(function);
    }
    writer.unusable_calls();
    writer.same();
    writer.data();
    writer.sizes();
    writer.line("}");
    writer.unit
}

/// Pointers are not `Sync`; nothing runs in parallel here.
const SHARED: &str =
    "#[repr(transparent)]\npub struct tc_shared<T>(T);\nunsafe impl<T> Sync for tc_shared<T> {}";

struct Writer<'a> {
    request: &'a UnitRequest<'a>,
    unit: Unit,
    /// Spellings of the types of the size table; `None` for a type without a size.
    rows: Vec<Option<String>>,
    /// How many items are declared that the fixture declares where nothing here can name them.
    declared: usize,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.unit.source.push_str(text);
        self.unit.source.push('\n');
    }

    fn leave_out(&mut self, symbol: &str, reason: impl Into<String>) {
        self.unit.left_out.push((symbol.to_owned(), reason.into()));
    }

    /// Begins an item that has `symbol` as its link symbol: its attribute, and the name it gets in the source.
    fn item(&mut self, symbol: &str, export: bool) -> (String, String) {
        if export {
            self.unit.exports.push(symbol.to_owned());
        }
        if symbol.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return (self.request.dialect.no_mangle().to_owned(), symbol.to_owned());
        }
        let name = symbol.chars().fold(String::new(), |mut name, c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                name.push(c);
            } else {
                // Writing to a string cannot fail.
                let _ = write!(name, "_u{:x}_", u32::from(c));
            }
            name
        });
        (self.request.dialect.export_name(symbol), name)
    }

    fn frame(&mut self) {
        let (attribute, name) = self.item("tc_rust_frame", true);
        self.line(&format!(
            "{attribute}\n#[used]\npub static mut {name}: *mut *mut ::core::ffi::c_void = ::core::ptr::null_mut();"
        ));
    }

    fn calls_of<'s>(&'s self, function: &'s Function) -> impl Iterator<Item = &'s VariadicCall> {
        self.request
            .variadic_calls
            .iter()
            .filter(|call| call.symbol == function.symbol)
    }

    fn function(&mut self, function: &Function) {
        let symbol = &function.symbol;
        let callable = Callable::of(function);
        let pointer = callable.pointer_type();
        let place = self.function_place(function, &callable);
        let (attribute, address) = self.item(&format!("tc_rust_address_{symbol}"), true);
        self.line(&format!(
            "{attribute}\n#[used]\npub static {address}: {pointer} = {place};"
        ));
        let (attribute, target) = self.item(&format!("tc_rust_target_{symbol}"), true);
        self.line(&format!(
            "{attribute}\n#[used]\npub static mut {target}: {pointer} = {place};"
        ));
        if function.signature.variadic {
            let calls: Vec<Vec<VariadicType>> =
                self.calls_of(function).map(|call| call.extra.clone()).collect();
            if calls.is_empty() {
                self.leave_out(
                    symbol,
                    "a variadic function is driven only with the arguments of a `call`",
                );
            }
            for (number, extra) in calls.iter().enumerate() {
                self.driver(function, &callable, &target, extra, &format!("__v{number}"));
                self.echo(function, &callable, extra, &format!("__v{number}"));
            }
        } else {
            self.driver(function, &callable, &target, &[], "");
            self.echo(function, &callable, &[], "");
        }
        self.types(function);
    }

    /// How the function is called here. One without a name to call it by is declared here once more.
    fn function_place(&mut self, function: &Function, callable: &Callable<'_>) -> String {
        if !function.name.is_empty() {
            return format!("super::{}", function.name);
        }
        let block = self.request.dialect.foreign();
        let name = self.declared_name();
        let mut params: Vec<String> = callable.params().map(|ty| format!("_: {ty}")).collect();
        if function.signature.variadic {
            params.push("...".to_owned());
        }
        self.line(&format!(
            "{block} {:?} {{ #[link_name = {:?}] fn {name}({}){}; }}",
            callable.abi(),
            function.symbol,
            params.join(", "),
            callable.arrow()
        ));
        name
    }

    fn data_place(&mut self, data: &DataSymbol) -> String {
        if !data.name.is_empty() {
            return format!("super::{}", data.name);
        }
        let block = self.request.dialect.foreign();
        let name = self.declared_name();
        self.line(&format!(
            "{block} \"C\" {{ #[link_name = {:?}] static {name}: {}; }}",
            data.symbol, data.spelling
        ));
        name
    }

    fn declared_name(&mut self) -> String {
        self.declared += 1;
        format!("tc_declared_{}", self.declared)
    }

    fn driver(
        &mut self,
        function: &Function,
        callable: &Callable<'_>,
        target: &str,
        extra: &[VariadicType],
        suffix: &str,
    ) {
        let (attribute, name) = self.item(&format!("tc_rust_call_{}{suffix}", function.symbol), true);
        let features = callable.feature_attributes(self.request.dialect);
        let abi = callable.driver_abi();
        let mut types: Vec<&str> = callable.params().collect();
        for ty in extra {
            types.push(rust_type(*ty));
        }
        let mut body = String::new();
        for (index, ty) in types.iter().enumerate() {
            let _ = writeln!(
                body,
                "let tc_{index} = ::core::ptr::read((*tc_args.add({index})).cast::<{ty}>());"
            );
        }
        let arguments: Vec<String> = (0..types.len()).map(|index| format!("tc_{index}")).collect();
        let call = format!("tc_target({})", arguments.join(", "));
        let end = match callable.result() {
            Some(result) => format!("::core::ptr::write(tc_ret.cast::<{result}>(), {call});"),
            None => format!("{call};"),
        };
        self.line(&format!(
            "{attribute}\n{features}pub unsafe extern \"{abi}\" fn {name}(tc_args: *const *const ::core::ffi::c_void, tc_ret: *mut ::core::ffi::c_void) {{ unsafe {{\n\
             let tc_target = ::core::ptr::read_volatile({});\n{body}{end}\n}} }}",
            self.request.dialect.address_of(target)
        ));
    }

    fn echo(&mut self, function: &Function, callable: &Callable<'_>, extra: &[VariadicType], suffix: &str) {
        let symbol = &function.symbol;
        if function.signature.result == Type::Never {
            return self.leave_out(symbol, "no echo: the function does not return");
        }
        let variadic = function.signature.variadic;
        if variadic && !is_feature_enabled(self.request, "c_variadic") {
            return self.leave_out(
                symbol,
                "no echo: defining a variadic function needs the Rust feature `c_variadic`",
            );
        }
        if variadic && !matches!(callable.abi(), "C" | "C-unwind") {
            let reason = format!(
                "no echo: Rust cannot define a variadic function with the ABI \"{}\"",
                callable.abi()
            );
            return self.leave_out(symbol, reason);
        }
        let (attribute, name) = self.item(&format!("tc_rust_echo_{symbol}{suffix}"), false);
        let mut params: Vec<String> = callable
            .params()
            .enumerate()
            .map(|(index, ty)| format!("tc_{index}: {ty}"))
            .collect();
        let mut body = String::new();
        for (index, ty) in callable.params().enumerate() {
            let _ = writeln!(
                body,
                "::core::ptr::write((*tc_rust_frame.add({index})).cast::<{ty}>(), tc_{index});"
            );
        }
        if variadic {
            params.push("mut tc_more: ...".to_owned());
            for (index, ty) in extra.iter().copied().map(rust_type).enumerate() {
                let at = function.signature.params.len() + index;
                let _ = writeln!(
                    body,
                    "::core::ptr::write((*tc_rust_frame.add({at})).cast::<{ty}>(), tc_more.arg::<{ty}>());"
                );
            }
        }
        let at = function.signature.params.len() + extra.len();
        let result = match callable.result() {
            Some(result) => {
                let _ = writeln!(
                    body,
                    "::core::ptr::read((*tc_rust_frame.add({at})).cast::<{result}>())"
                );
                format!(" -> {result}")
            }
            None => String::new(),
        };
        let (abi, features, params) = (
            callable.abi(),
            callable.feature_attributes(self.request.dialect),
            params.join(", "),
        );
        self.line(&format!(
            "{attribute}\n{features}pub unsafe extern \"{abi}\" fn {name}({params}){result} {{ unsafe {{\n{body}}} }}"
        ));
        let (attribute, address) = self.item(&format!("tc_rust_echo_address_{symbol}{suffix}"), true);
        let pointer = callable.pointer_type();
        self.line(&format!(
            "{attribute}\n#[used]\npub static {address}: {pointer} = {name};"
        ));
    }

    fn types(&mut self, function: &Function) {
        let callable = Callable::of(function);
        let mut members = Vec::new();
        for (index, (ty, param)) in callable.params().zip(&function.signature.params).enumerate() {
            members.push((format!("a{index}"), ty.to_owned()));
            self.row(
                TypeKey::Param {
                    symbol: function.symbol.clone(),
                    index,
                },
                ty,
                Some(&param.ty),
            );
        }
        if let Some(result) = callable.result() {
            members.push(("result".to_owned(), result.to_owned()));
            let key = TypeKey::Result {
                symbol: function.symbol.clone(),
            };
            self.row(key, result, Some(&function.signature.result));
        }
        self.pointers(&format!("tc_rust_types_{}", function.symbol), &members);
    }

    fn unusable_calls(&mut self) {
        let request = self.request;
        for call in request.variadic_calls {
            match request.interface.function(&call.symbol) {
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

    /// A static struct of pointers to types, for debug information to describe.
    fn pointers(&mut self, symbol: &str, members: &[(String, String)]) {
        let (attribute, name) = self.item(symbol, false);
        let fields: Vec<String> = members
            .iter()
            .map(|(field, ty)| format!("pub {field}: *const {ty}"))
            .collect();
        self.line(&format!(
            "#[repr(C)]\npub struct {name} {{ {} }}\nunsafe impl Sync for {name} {{}}\n\
             {attribute}\n#[used]\npub static {name}: {name} = unsafe {{ {} }};",
            fields.join(", "),
            self.request.dialect.null_pointers(members.len())
        ));
    }

    fn same(&mut self) {
        let request = self.request;
        let mut members = Vec::new();
        for (index, spelling) in request.same.iter().enumerate() {
            members.push((format!("t{index}"), spelling.clone()));
            self.row(
                TypeKey::Same { index },
                spelling,
                Some(&Type::Named(spelling.clone())),
            );
        }
        self.pointers("tc_rust_same", &members);
    }

    fn data(&mut self) {
        let request = self.request;
        let mut members = Vec::new();
        for data in &request.interface.data {
            self.data_address(data);
            match member_name(&data.symbol) {
                Some(member) => members.push((member, data.spelling.clone())),
                None => self.leave_out(
                    &data.symbol,
                    "no layout: the symbol cannot be the name of a field",
                ),
            }
            self.row(
                TypeKey::Data {
                    symbol: data.symbol.clone(),
                },
                &data.spelling,
                Some(&data.ty),
            );
        }
        self.pointers("tc_rust_data", &members);
    }

    fn data_address(&mut self, data: &DataSymbol) {
        if data.thread_local {
            return self.leave_out(&data.symbol, "no address: each thread has its own");
        }
        let place = self.data_place(data);
        let (attribute, name) = self.item(&format!("tc_rust_data_address_{}", data.symbol), true);
        self.line(&format!(
            "{attribute}\n#[used]\npub static {name}: tc_shared<*const ::core::ffi::c_void> = tc_shared({}.cast());",
            self.request.dialect.address_of(&place)
        ));
    }

    fn row(&mut self, key: TypeKey, spelling: &str, ty: Option<&Type>) {
        let incomplete = match ty {
            Some(Type::Named(name)) => self
                .request
                .interface
                .type_definition(name)
                .is_some_and(|definition| definition.kind == TypeKind::Incomplete),
            _ => false,
        };
        self.unit.types.push(key);
        self.rows.push((!incomplete).then(|| spelling.to_owned()));
    }

    fn sizes(&mut self) {
        let rows: Vec<String> = self
            .rows
            .iter()
            .map(|row| match row {
                Some(ty) => format!(
                    "::core::mem::size_of::<{ty}>() as u64, ::core::mem::align_of::<{ty}>() as u64,\n"
                ),
                None => "0, 0,\n".to_owned(),
            })
            .collect();
        let (attribute, name) = self.item("tc_rust_sizes", false);
        let words = rows.len() * 2;
        self.line(&format!(
            "#[repr(C)]\npub struct {name} {{ pub marker: [u8; {}], pub words: [u64; {words}] }}\n\
             {attribute}\n#[used]\npub static {name}: {name} = {name} {{ marker: {SIZES_MARKER:?}, words: [\n{}] }};",
            SIZES_MARKER.len(),
            rows.concat()
        ));
    }
}

fn rust_type(ty: VariadicType) -> &'static str {
    match ty {
        VariadicType::I32 => "i32",
        VariadicType::U32 => "u32",
        VariadicType::I64 => "i64",
        VariadicType::U64 => "u64",
        VariadicType::F64 => "f64",
        VariadicType::Pointer => "*mut ::core::ffi::c_void",
    }
}

/// The symbol as a field name; debug information shows it without `r#`.
fn member_name(symbol: &str) -> Option<String> {
    if syn::parse_str::<syn::Ident>(symbol).is_ok() {
        return Some(symbol.to_owned());
    }
    let raw = format!("r#{symbol}");
    syn::parse_str::<syn::Ident>(&raw).is_ok().then_some(raw)
}
