//! Writes the Rust side of a pair, in the spellings that it takes.

mod records;
mod types;

use std::collections::BTreeSet;

use super::PairForm;
use super::model::{Convention, Function, Global, Model, Ty};
use super::spelling::Spelling;
use super::style::Style;
use super::words::camel;

/// Writes all that the Rust side declares or defines. `changed` has what a mistake touched: no names and no
/// padding are written otherwise there.
pub(super) fn write(
    model: &Model,
    form: PairForm,
    prefix: &str,
    changed: Option<u32>,
    style: &mut Style,
) -> String {
    let mut writer = Writer {
        model,
        form,
        prefix,
        changed,
        style,
        text: String::new(),
        names: BTreeSet::new(),
    };
    for definition in &model.types {
        writer.definition(definition);
    }
    for function in &model.functions {
        writer.function(function);
    }
    for global in &model.globals {
        writer.global(global);
    }
    writer.unused();
    writer.text
}

struct Writer<'a> {
    model: &'a Model,
    form: PairForm,
    prefix: &'a str,
    changed: Option<u32>,
    style: &'a mut Style,
    text: String,
    /// Items that several places share and that are written once.
    names: BTreeSet<String>,
}

/// Where a type stands.
#[derive(Clone, Copy, Debug)]
struct At {
    /// The number of the place.
    id: u32,
    /// Pointers and arrays around.
    depth: u32,
    stand: Stand,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stand {
    /// A parameter that Rust hands to C, so that Rust may promise more of it than C asks for.
    ParamOut,
    Param,
    /// A result that Rust hands to C and makes itself.
    ResultOut,
    Result,
    Inside,
}

impl At {
    fn deeper(self) -> At {
        At {
            depth: self.depth + 1,
            stand: Stand::Inside,
            ..self
        }
    }

    /// A number for this place and depth.
    fn number(self) -> u32 {
        self.id * 8 + self.depth
    }
}

impl Writer<'_> {
    fn item(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Writes an item unless one of this name is there.
    fn once(&mut self, name: &str, text: impl FnOnce() -> String) {
        if self.names.insert(name.to_owned()) {
            let text = text();
            self.item(&text);
        }
    }

    /// `P12Account` for `account`.
    fn type_name(&self, name: &str) -> String {
        camel(&format!("{}{name}", self.prefix))
    }

    fn abi(&mut self, place: u32) -> &'static str {
        if self.style.takes(Spelling::SystemAbi, place) {
            "system"
        } else if self.style.takes(Spelling::UnwindAbi, place) {
            "C-unwind"
        } else {
            "C"
        }
    }

    fn function(&mut self, function: &Function) {
        let defines = self.form != PairForm::CDefines;
        let stand = if defines { Stand::Param } else { Stand::ParamOut };
        let mut params = Vec::new();
        let mut handed_back = None;
        for slot in &function.params {
            let at = At {
                id: slot.id,
                depth: 0,
                stand,
            };
            let ty = self.ty(&slot.ty, at);
            params.push(format!("{}: {ty}", slot.name));
            if function.returns == Some(slot.id) {
                handed_back = Some((slot.name.as_str(), ty));
            }
        }
        let makes = self.form == PairForm::RustDefines && handed_back.is_none();
        let at = At {
            id: function.result.id,
            depth: 0,
            stand: if makes { Stand::ResultOut } else { Stand::Result },
        };
        let result = if function.result.ty == Ty::Void {
            None
        } else {
            Some(self.ty(&function.result.ty, at))
        };
        if function.variadic {
            params.push("...".to_owned());
        }
        let arrow = result
            .as_ref()
            .map(|result| format!(" -> {result}"))
            .unwrap_or_default();
        let head = format!(
            "fn {}{}({}){arrow}",
            self.prefix,
            function.name,
            params.join(", ")
        );
        let body = match (&result, handed_back) {
            (None, _) => String::new(),
            (Some(result), Some((name, ty))) if *result == ty => name.to_owned(),
            (Some(_), Some((name, _))) => format!("unsafe {{ core::mem::transmute_copy(&{name}) }}"),
            (Some(result), None) if result.starts_with("core::ptr::NonNull<") => {
                "core::ptr::NonNull::dangling()".to_owned()
            }
            (Some(_), None) => "unsafe { core::mem::zeroed() }".to_owned(),
        };
        let abi = self.abi(function.id);
        let safe = if self.style.roll(3, function.id, 2) == 0 {
            "unsafe "
        } else {
            ""
        };
        let item = |abi: Option<&str>, condition: &str| {
            let condition = if condition.is_empty() {
                String::new()
            } else {
                format!("#[cfg({condition})]\n")
            };
            match (defines, abi) {
                (true, Some(abi)) => {
                    format!("{condition}#[unsafe(no_mangle)]\npub {safe}extern \"{abi}\" {head} {{ {body} }}")
                }
                (true, None) => format!("{condition}#[unsafe(no_mangle)]\npub {safe}{head} {{ {body} }}"),
                (false, abi) => {
                    format!(
                        "{condition}unsafe extern \"{}\" {{ pub {head}; }}",
                        abi.unwrap_or("Rust")
                    )
                }
            }
        };
        let text = match function.convention {
            // Only C's own convention is one that dots can follow.
            Convention::C if function.variadic => item(Some("C"), ""),
            Convention::C => item(Some(abi), ""),
            Convention::Rust => item(None, ""),
            Convention::Win64 => format!(
                "{}\n{}",
                item(Some("win64"), "target_arch = \"x86_64\""),
                item(Some("C"), "not(target_arch = \"x86_64\")")
            ),
        };
        self.item(&text);
    }

    fn global(&mut self, global: &Global) {
        let at = At {
            id: global.slot.id,
            depth: 0,
            stand: Stand::Inside,
        };
        let ty = self.ty(&global.slot.ty, at);
        let mutable = if global.mutable { "mut " } else { "" };
        let head = format!("pub static {mutable}{}{}: {ty}", self.prefix, global.slot.name);
        let text = if self.form == PairForm::CDefines {
            format!("unsafe extern \"C\" {{ {head}; }}")
        } else {
            format!("#[unsafe(no_mangle)]\n{head} = unsafe {{ core::mem::zeroed() }};")
        };
        self.item(&text);
    }

    fn unused(&mut self) {
        if self.style.takes(Spelling::UnusedType, 0) {
            let name = self.type_name("unused");
            self.item(&format!(
                "#[repr(C)]\n#[derive(Clone, Copy)]\npub struct {name} {{ pub first: u16, pub rest: [f64; 3] }}"
            ));
        }
    }
}
