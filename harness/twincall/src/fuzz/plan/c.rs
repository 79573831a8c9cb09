//! Writes the C side of a pair.

use std::fmt::Write as _;

use super::model::{
    Callback, Convention, Definition, Enumeration, Function, Kind, Length, Model, Record, Scalar, Slot, Ty,
};
use super::spelling::Spelling;
use super::style::Style;

/// Windows' convention. A clang for another target ignores it with a warning.
const MS_ABI: &str = "__attribute__((ms_abi)) ";

/// Writes all that a side declares and, where it `defines`, the functions and variables themselves.
pub(super) fn write(model: &Model, prefix: &str, defines: bool, style: &mut Style) -> String {
    let mut writer = Writer::new(model, prefix, style);
    writer.types();
    for function in &model.functions {
        writer.function(function, defines);
    }
    for global in &model.globals {
        let name = format!("{prefix}{}", global.slot.name);
        // Writing to a string cannot fail.
        let declared = writer.declare(&global.slot.ty, !global.mutable, &name, global.slot.id);
        let storage = if defines { "" } else { "extern " };
        let value = if defines && !global.mutable {
            writer.constant(&global.slot.ty)
        } else {
            ""
        };
        let _ = writeln!(writer.text, "{storage}{declared}{value};");
    }
    writer.text
}

/// Writes the types alone.
pub(super) fn write_types(model: &Model, prefix: &str, style: &mut Style) -> String {
    let mut writer = Writer::new(model, prefix, style);
    writer.types();
    writer.text
}

/// How a type is written with a name in it, or without one.
pub(super) fn type_name(model: &Model, ty: &Ty, prefix: &str, style: &mut Style) -> String {
    Writer::new(model, prefix, style).declare(ty, false, "", 0)
}

struct Writer<'a> {
    model: &'a Model,
    prefix: &'a str,
    style: &'a mut Style,
    text: String,
}

impl<'a> Writer<'a> {
    fn new(model: &'a Model, prefix: &'a str, style: &'a mut Style) -> Writer<'a> {
        Writer {
            model,
            prefix,
            style,
            text: String::new(),
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn types(&mut self) {
        let mut times: Vec<Scalar> = (self.model.slots().iter())
            .flat_map(|(slot, ..)| scalars(&slot.ty))
            .filter(|scalar| matches!(scalar, Scalar::Time | Scalar::WideTime))
            .collect();
        times.sort_unstable();
        times.dedup();
        for scalar in times {
            let name = self.time(scalar);
            self.line(&format!("typedef {} {name};", scalar.c()[0]));
        }
        let model = self.model;
        for definition in &model.types {
            match &definition.kind {
                Kind::Enum(enumeration) => self.enumeration(definition, enumeration),
                _ if self.model.is_anonymous(definition.id) => {}
                _ => {
                    let tag = self.tag(definition);
                    let name = format!("{}{}", self.prefix, definition.name);
                    if self.is_typedef(definition.id) {
                        self.line(&format!("typedef {tag} {name};"));
                    } else {
                        self.line(&format!("{tag};"));
                    }
                }
            }
        }
        for definition in &model.types {
            if let Kind::Record(record) = &definition.kind
                && !self.model.is_anonymous(definition.id)
            {
                let body = self.record(record);
                let tag = self.tag(definition);
                let text = format!("{tag} {body};");
                // The attribute packs to bytes only.
                match record.packed {
                    Some(most) if most > 1 => {
                        self.line(&format!("#pragma pack(push, {most})\n{text}\n#pragma pack(pop)"));
                    }
                    _ => self.line(&text),
                }
            }
        }
    }

    fn is_typedef(&mut self, id: u32) -> bool {
        self.style.takes(Spelling::CTypedef, id)
    }

    fn tag(&self, definition: &Definition) -> String {
        let word = match &definition.kind {
            Kind::Record(record) if record.union => "union",
            Kind::Record(_) | Kind::Opaque => "struct",
            Kind::Enum(_) => "enum",
        };
        format!("{word} {}{}", self.prefix, definition.name)
    }

    fn time(&self, scalar: Scalar) -> String {
        let name = if scalar == Scalar::Time {
            "time_t"
        } else {
            "time64_t"
        };
        format!("{}{name}", self.prefix)
    }

    fn enumeration(&mut self, definition: &Definition, enumeration: &Enumeration) {
        let upper = format!("{}{}", self.prefix, definition.name).to_uppercase();
        let values: Vec<String> = (enumeration.values.iter())
            .map(|(name, value)| format!("{upper}_{} = {value}", name.to_uppercase()))
            .collect();
        // A byte wide, as a compiler is told by an attribute.
        let narrow = if enumeration.bits == 8 {
            "__attribute__((packed)) "
        } else {
            ""
        };
        let name = format!("{}{}", self.prefix, definition.name);
        self.line(&format!("enum {narrow}{name} {{ {} }};", values.join(", ")));
        if self.is_typedef(definition.id) {
            self.line(&format!("typedef enum {name} {name};"));
        }
    }

    /// The braces of a struct or union, with its attributes.
    fn record(&mut self, record: &Record) -> String {
        let mut body = String::from("{ ");
        for field in &record.fields {
            let field = self.field(field);
            body.push_str(&field);
            body.push(' ');
        }
        body.push('}');
        let mut attributes = Vec::new();
        if record.packed == Some(1) {
            attributes.push("packed".to_owned());
        }
        attributes.extend(record.align.map(|align| format!("aligned({align})")));
        if attributes.is_empty() {
            body
        } else {
            format!("{body} __attribute__(({}))", attributes.join(", "))
        }
    }

    fn field(&mut self, field: &Slot) -> String {
        match &field.ty {
            Ty::Bits(bits) => {
                let unit = bits.plain.unwrap_or(bits.unit);
                let word = Scalar::integer(unit, false).c()[0];
                if bits.plain.is_some() {
                    return format!("{word} {};", field.name);
                }
                let parts: Vec<String> = (bits.widths.iter().enumerate())
                    .map(|(index, width)| format!("{}_{index} : {width}", field.name))
                    .collect();
                format!("{word} {};", parts.join(", "))
            }
            Ty::Named(id) if field.anonymous => {
                let Some(record) = self.model.record(*id) else {
                    return String::new();
                };
                let word = if record.union { "union" } else { "struct" };
                let text = format!("{word} {};", self.record(record));
                // The attribute knows one byte only; a limit to more is a pragma around the definition.
                match record.packed {
                    Some(limit) if limit > 1 => {
                        format!("_Pragma(\"pack(push, {limit})\") {text} _Pragma(\"pack(pop)\")")
                    }
                    _ => text,
                }
            }
            ty => format!("{};", self.declare(ty, false, &field.name, field.id)),
        }
    }

    /// A declaration of `name` with this type.
    fn declare(&mut self, ty: &Ty, constant: bool, name: &str, place: u32) -> String {
        let with = |word: &str| {
            let constant = if constant { "const " } else { "" };
            let space = if name.is_empty() { "" } else { " " };
            format!("{constant}{word}{space}{name}")
        };
        match ty {
            Ty::Void => with("void"),
            Ty::VaList => with("va_list"),
            Ty::Bits(bits) => with(Scalar::integer(bits.unit, false).c()[0]),
            Ty::Scalar(scalar @ (Scalar::Time | Scalar::WideTime)) => with(&self.time(*scalar)),
            Ty::Scalar(scalar) => {
                let words = scalar.c();
                let other = words.len() > 1 && self.style.takes(Spelling::COtherWord, place);
                with(words[usize::from(other)])
            }
            Ty::Named(id) => {
                let Some(definition) = self.model.definition(*id) else {
                    return with("void");
                };
                let tag = self.tag(definition);
                if self.is_typedef(*id) {
                    with(&format!("{}{}", self.prefix, definition.name))
                } else {
                    with(&tag)
                }
            }
            Ty::Pointer(pointer) => {
                let constant = if constant { "const " } else { "" };
                let inner = format!("*{constant}{name}");
                let inner = inner.trim_end().to_owned();
                let inner = if matches!(*pointer.to, Ty::Array(..)) {
                    format!("({inner})")
                } else {
                    inner
                };
                self.declare(&pointer.to, !pointer.mutable, &inner, place)
            }
            Ty::Array(element, length) => {
                let length = match length {
                    Length::Known(length) => length.to_string(),
                    Length::Flexible => String::new(),
                };
                self.declare(element, constant, &format!("{name}[{length}]"), place)
            }
            Ty::Callback(callback) => {
                let constant = if constant { "const " } else { "" };
                let convention = if callback.convention == Convention::Win64 {
                    MS_ABI.to_owned()
                } else {
                    String::new()
                };
                let inner = format!("({convention}*{constant}{name})({})", self.params(callback));
                self.declare(&callback.result.ty, false, &inner, callback.result.id)
            }
        }
    }

    fn params(&mut self, callback: &Callback) -> String {
        let named = self.style.roll(1, callback.result.id, 2) == 0;
        let params: Vec<String> = (callback.params.iter())
            .map(|slot| self.declare(&slot.ty, false, if named { &slot.name } else { "" }, slot.id))
            .collect();
        if params.is_empty() {
            "void".to_owned()
        } else {
            params.join(", ")
        }
    }

    fn function(&mut self, function: &Function, defines: bool) {
        let mut params = Vec::new();
        for slot in &function.params {
            let constant = defines && self.style.takes(Spelling::CConstParam, slot.id);
            let text = match &slot.ty {
                // C adjusts a parameter that is an array to a pointer.
                Ty::Pointer(pointer)
                    if self.model.is_complete(&pointer.to)
                        && !self.model.has_tail(&pointer.to)
                        && !matches!(*pointer.to, Ty::Array(..))
                        && self.style.takes(Spelling::CArrayParam, slot.id) =>
                {
                    let length = ["", "4", "16"][self.style.roll(2, slot.id, 3) as usize];
                    let name = format!("{}[{length}]", slot.name);
                    self.declare(&pointer.to, !pointer.mutable, &name, slot.id)
                }
                Ty::Callback(_) if self.style.takes(Spelling::CTypedef, slot.id) => {
                    let name = format!("{}callback{}", self.prefix, slot.id);
                    let typedef = self.declare(&slot.ty, false, &name, slot.id);
                    self.line(&format!("typedef {typedef};"));
                    format!("{name} {}", slot.name)
                }
                ty => self.declare(ty, constant && *ty != Ty::VaList, &slot.name, slot.id),
            };
            params.push(text);
        }
        if function.variadic {
            params.push("...".to_owned());
        }
        if params.is_empty() {
            params.push("void".to_owned());
        }
        let convention = if function.convention == Convention::Win64 {
            MS_ABI.to_owned()
        } else {
            String::new()
        };
        let inner = format!(
            "{convention}{}{}({})",
            self.prefix,
            function.name,
            params.join(", ")
        );
        let head = self.declare(&function.result.ty, false, &inner, function.result.id);
        if !defines {
            return self.line(&format!("{head};"));
        }
        let mut body: Vec<String> = function
            .params
            .iter()
            .map(|slot| format!("(void){};", slot.name))
            .collect();
        match function
            .returns
            .and_then(|id| function.params.iter().find(|slot| slot.id == id))
        {
            // One type may be written in two ways here, between whose pointers C wants a cast.
            Some(slot) if matches!(slot.ty, Ty::Pointer(_)) => {
                body.push(format!("return (void *){};", slot.name));
            }
            Some(slot) => body.push(format!("return {};", slot.name)),
            None => body.extend(self.zero(&function.result.ty)),
        }
        self.line(&format!("{head} {{ {} }}", body.join(" ")));
    }

    /// Statements that return a value of nothing but zeros.
    fn zero(&mut self, ty: &Ty) -> Option<String> {
        Some(match ty {
            Ty::Void => return None,
            Ty::Named(id) if self.model.record(*id).is_some() => {
                let zero = self.declare(ty, true, "zero", 0);
                format!("static {zero}; return zero;")
            }
            Ty::Named(id) => {
                let name = self.declare(&Ty::Named(*id), false, "", 0);
                format!("return ({name})0;")
            }
            _ => "return 0;".to_owned(),
        })
    }

    /// What a constant variable is initialised with.
    fn constant(&self, ty: &Ty) -> &'static str {
        match ty {
            Ty::Array(..) | Ty::Named(_) => " = {0}",
            _ => " = 0",
        }
    }
}

/// The scalars that a type is written with.
fn scalars(ty: &Ty) -> Vec<Scalar> {
    match ty {
        Ty::Scalar(scalar) => vec![*scalar],
        Ty::Pointer(pointer) => scalars(&pointer.to),
        Ty::Array(element, _) => scalars(element),
        _ => Vec::new(),
    }
}
