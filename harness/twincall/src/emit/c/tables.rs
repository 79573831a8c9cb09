//! Writes the tables of a C unit: structs of pointers for debug information, and sizes with alignments.

use twincall_abi::types::{Type, TypeKind};

use crate::emit::{SIZES_MARKER, TypeKey, UnitRequest};
use crate::interface::c::declarator::{ArrayLength, CType, parse_type_name};

use super::{KEEP, USED, VISIBLE, Writer, identifier, is_complete, type_of};

impl Writer<'_> {
    pub(super) fn tables(&mut self, request: &UnitRequest<'_>) {
        let interface = self.interface;
        let mut words = Vec::new();
        for function in &interface.functions {
            let mut members = Vec::new();
            let symbol = &function.symbol;
            for (index, parameter) in function.signature.params.iter().enumerate() {
                let ty = type_of(&parameter.spelling);
                members.push(format!("{ty} *a{index};"));
                let complete = is_complete(interface, &parameter.ty);
                self.measure(
                    &mut words,
                    TypeKey::Param {
                        symbol: symbol.clone(),
                        index,
                    },
                    &ty,
                    complete,
                );
            }
            if !function.result_spelling.is_empty() {
                let ty = type_of(&function.result_spelling);
                members.push(format!("{ty} *result;"));
                // A function that never returns may still declare a result.
                let complete = is_complete(interface, &function.signature.result);
                self.measure(
                    &mut words,
                    TypeKey::Result {
                        symbol: symbol.clone(),
                    },
                    &ty,
                    complete,
                );
            }
            self.structure(&format!("tc_c_types_{}", identifier(symbol)), &members);
        }
        let mut members = Vec::new();
        for (index, spelling) in request.same.iter().enumerate() {
            let ty = type_of(spelling);
            members.push(format!("{ty} *t{index};"));
            let complete = self.spelling_is_complete(spelling);
            self.measure(&mut words, TypeKey::Same { index }, &ty, complete);
        }
        self.structure("tc_c_same", &members);
        let mut members = Vec::new();
        for data in &interface.data {
            let ty = format!("__typeof__({})", self.file_scope(&data.name));
            members.push(format!("{ty} *{};", identifier(&data.symbol)));
            let complete = is_complete(interface, &data.ty);
            self.measure(
                &mut words,
                TypeKey::Data {
                    symbol: data.symbol.clone(),
                },
                &ty,
                complete,
            );
        }
        self.structure("tc_c_data", &members);
        self.sizes(&words);
    }

    /// Adds a row of the size table: zeros where the type has no size.
    fn measure(&mut self, words: &mut Vec<String>, key: TypeKey, ty: &str, complete: bool) {
        self.unit.types.push(key);
        words.push(match complete {
            true => format!("sizeof({ty}), tc_alignof({ty}),"),
            false => "0, 0,".to_owned(),
        });
    }

    /// A struct and a variable of it, without which debug information would leave the struct out.
    fn structure(&mut self, name: &str, members: &[String]) {
        if !members.is_empty() {
            self.line(&format!(
                "struct {name} {{ {} }};\n{KEEP} struct {name} {name};",
                members.join(" ")
            ));
        }
    }

    fn sizes(&mut self, words: &[String]) {
        let marker: Vec<String> = SIZES_MARKER.iter().map(u8::to_string).collect();
        let marker = marker.join(", ");
        let (member, values) = match words.is_empty() {
            true => (String::new(), String::new()),
            false => {
                let count = words.len() * 2;
                (
                    format!(" unsigned long long words[{count}];"),
                    format!(", {{ {} }}", words.join(" ")),
                )
            }
        };
        self.line(&format!(
            "struct tc_c_sizes_table {{ unsigned char marker[16];{member} }};"
        ));
        self.line(&format!(
            "extern {VISIBLE} struct tc_c_sizes_table const tc_c_sizes;"
        ));
        self.line(&format!(
            "{USED} struct tc_c_sizes_table const tc_c_sizes = {{ {{ {marker} }}{values} }};"
        ));
    }

    /// Whether a type that the fixture's directive spells has a size, as far as the interface knows it.
    fn spelling_is_complete(&self, spelling: &str) -> bool {
        let Some(parsed) = parse_type_name(spelling.trim()) else {
            return true;
        };
        let mut ty = &parsed.ty;
        while let CType::Const(inner) | CType::Array(inner, ArrayLength::Known(_)) = ty {
            ty = inner;
        }
        match ty {
            CType::Function(_) | CType::Array(..) => false,
            CType::Name(name) if name == "void" => false,
            CType::Name(name) => {
                let name = name.rsplit(' ').next().unwrap_or(name);
                let named = Type::Named(name.to_owned());
                let definition = self.interface.type_definition(name);
                definition.is_none_or(|definition| definition.kind != TypeKind::Incomplete)
                    && is_complete(self.interface, &named)
            }
            _ => true,
        }
    }
}
