//! Names of types as their language writes them, for people only: nothing is compared by them.

use gimli::constants as dw;

use super::DebugInfoError;
use super::base::part_name;
use super::dwarf::{Die, Language};
use super::types::Builder;

/// How many pointers, arrays and parameters deep a name is written out.
const MAX_DEPTH: usize = 6;

impl<'a> Builder<'_, 'a> {
    /// The name of the type at an offset, with C's tag keywords.
    pub(super) fn name_of(&self, offset: Option<usize>) -> Result<String, DebugInfoError> {
        self.spell(offset, MAX_DEPTH)
    }

    /// The name of an array entry from its dimension `from` inwards.
    pub(super) fn array_name(&self, die: &Die<'a>, from: usize) -> Result<String, DebugInfoError> {
        self.spell_array(die, from, MAX_DEPTH)
    }

    fn spell(&self, offset: Option<usize>, depth: usize) -> Result<String, DebugInfoError> {
        let Some(offset) = offset else {
            return Ok("void".to_owned());
        };
        if depth == 0 {
            return Ok("…".to_owned());
        }
        let die = self.entries.die(offset)?;
        let language = self.entries.language(&die);
        let name = self.entries.name(&die)?;
        let inner = |depth| self.spell(self.entries.reference(&die, dw::DW_AT_type)?, depth);
        Ok(match (die.tag(), name) {
            (dw::DW_TAG_const_type, _) => qualified("const", inner(depth - 1)?),
            (dw::DW_TAG_volatile_type, _) => qualified("volatile", inner(depth - 1)?),
            (dw::DW_TAG_restrict_type | dw::DW_TAG_immutable_type, _) => inner(depth - 1)?,
            (dw::DW_TAG_atomic_type, _) => format!("_Atomic({})", inner(depth - 1)?),
            (dw::DW_TAG_base_type, name) => self.base_name(&die, name.unwrap_or_default()),
            (tag, Some(name)) if language == Language::C => match keyword(tag) {
                Some(keyword) => format!("{keyword} {name}"),
                None => name,
            },
            (_, Some(name)) => name,
            (dw::DW_TAG_pointer_type, None) => self.spell_pointer(&die, "*", depth)?,
            (dw::DW_TAG_reference_type, None) => self.spell_pointer(&die, "&", depth)?,
            (dw::DW_TAG_rvalue_reference_type, None) => self.spell_pointer(&die, "&&", depth)?,
            (dw::DW_TAG_ptr_to_member_type, None) => "pointer to member".to_owned(),
            (dw::DW_TAG_array_type, None) => self.spell_array(&die, 0, depth)?,
            (dw::DW_TAG_subroutine_type, None) => {
                format!("{} ({})", inner(depth - 1)?, self.parameters(&die, depth)?)
            }
            (tag, None) => format!("{} (anonymous)", keyword(tag).unwrap_or("type")),
        })
    }

    fn base_name(&self, die: &Die<'a>, name: String) -> String {
        let encoding = self.entries.encoding(die);
        match (encoding, name.as_str()) {
            (Some(dw::DW_ATE_complex_float | dw::DW_ATE_lo_user), "complex") => {
                let size = self.entries.count(die, dw::DW_AT_byte_size).unwrap_or(0);
                format!("complex {}", part_name(encoding, size / 2))
            }
            _ => name,
        }
    }

    fn spell_pointer(&self, die: &Die<'a>, symbol: &str, depth: usize) -> Result<String, DebugInfoError> {
        let entries = self.entries;
        let pointee = entries.reference(die, dw::DW_AT_type)?;
        if entries.language(die) == Language::Rust {
            return Ok(format!("{symbol}{}", self.spell(pointee, depth - 1)?));
        }
        if let Some(offset) = pointee {
            let function = entries.die(offset)?;
            if function.tag() == dw::DW_TAG_subroutine_type {
                let result = self.spell(entries.reference(&function, dw::DW_AT_type)?, depth - 1)?;
                return Ok(format!(
                    "{result} ({symbol})({})",
                    self.parameters(&function, depth)?
                ));
            }
        }
        let pointee = self.spell(pointee, depth - 1)?;
        Ok(match pointee.ends_with('*') {
            true => format!("{pointee}{symbol}"),
            false => format!("{pointee} {symbol}"),
        })
    }

    fn parameters(&self, function: &Die<'a>, depth: usize) -> Result<String, DebugInfoError> {
        let mut parameters = Vec::new();
        for child in self.entries.children(function)? {
            match child.tag() {
                dw::DW_TAG_formal_parameter => {
                    let ty = self.entries.reference(&child, dw::DW_AT_type)?;
                    parameters.push(self.spell(ty, depth.saturating_sub(2))?);
                }
                dw::DW_TAG_unspecified_parameters => parameters.push("...".to_owned()),
                _ => {}
            }
        }
        match parameters.is_empty() {
            true => Ok("void".to_owned()),
            false => Ok(parameters.join(", ")),
        }
    }

    fn spell_array(&self, die: &Die<'a>, from: usize, depth: usize) -> Result<String, DebugInfoError> {
        let lengths = self.dimensions(die)?;
        let lengths = lengths.get(from..).unwrap_or_default();
        let element = self.spell(self.entries.reference(die, dw::DW_AT_type)?, depth - 1)?;
        if self.entries.flag(die, dw::DW_AT_GNU_vector) {
            let length = lengths.first().copied().unwrap_or(0);
            return Ok(format!("vector of {length} {element}"));
        }
        if self.entries.language(die) == Language::Rust {
            let wrap = |inner: String, length: &u64| format!("[{inner}; {length}]");
            return Ok(lengths.iter().rev().fold(element, wrap));
        }
        // The dimensions of an element that is itself an array come last in C.
        let at = element.find('[').unwrap_or(element.len());
        let (element, rest) = element.split_at(at);
        let brackets: String = lengths.iter().map(|length| format!("[{length}]")).collect();
        Ok(format!("{element}{brackets}{rest}"))
    }
}

/// Before a plain name, after a pointer.
fn qualified(qualifier: &str, name: String) -> String {
    match name.ends_with('*') {
        true => format!("{name} {qualifier}"),
        false => format!("{qualifier} {name}"),
    }
}

fn keyword(tag: dw::DwTag) -> Option<&'static str> {
    match tag {
        dw::DW_TAG_structure_type | dw::DW_TAG_class_type => Some("struct"),
        dw::DW_TAG_union_type => Some("union"),
        dw::DW_TAG_enumeration_type => Some("enum"),
        _ => None,
    }
}
