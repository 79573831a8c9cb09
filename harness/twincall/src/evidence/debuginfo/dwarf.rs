//! DWARF entries of a relocatable object, addressed by their offset in `.debug_info`. Knows nothing of layouts.

use gimli::constants as dw;
use gimli::{AttributeValue, DwarfSections, EndianSlice, LittleEndian};
use object::{Object, ObjectSection, ObjectSymbol, RelocationKind, RelocationTarget};

use super::DebugInfoError;

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// The DWARF sections of an object, relocated as if every section began at address 0.
pub(super) struct Sections {
    sections: DwarfSections<Vec<u8>>,
    /// Whether the object is for x86-64.
    pub(super) x86_64: bool,
}

impl Sections {
    pub(super) fn load(object: &[u8]) -> Result<Sections, DebugInfoError> {
        let file = object::File::parse(object)?;
        let sections = DwarfSections::load(|id| read_section(&file, id.name()))?;
        Ok(Sections {
            sections,
            x86_64: file.architecture() == object::Architecture::X86_64,
        })
    }
}

/// Offsets between DWARF sections are left to the linker in ELF objects. Relocatable wasm objects hold
/// provisional values in place, which are right within the object, and `object` shows no relocations there.
fn read_section(file: &object::File, name: &str) -> Result<Vec<u8>, DebugInfoError> {
    let Some(section) = file.section_by_name(name) else {
        return Ok(Vec::new());
    };
    let mut data = section.uncompressed_data()?.into_owned();
    for (offset, relocation) in section.relocations() {
        // Other kinds, such as offsets of thread-local variables, occur in locations only.
        if relocation.kind() != RelocationKind::Absolute {
            continue;
        }
        let base = match relocation.target() {
            RelocationTarget::Symbol(index) => file.symbol_by_index(index)?.address(),
            _ => 0,
        };
        let value = base.wrapping_add(relocation.addend() as u64).to_le_bytes();
        let width = usize::from(relocation.size() / 8).min(value.len());
        let place = usize::try_from(offset)
            .ok()
            .and_then(|at| data.get_mut(at..at.checked_add(width)?));
        if let Some(place) = place {
            place.copy_from_slice(&value[..width]);
        }
    }
    Ok(data)
}

/// The source language of a unit, as far as layouts and names depend on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Language {
    C,
    Cpp,
    Rust,
}

/// A debugging information entry.
#[derive(Clone, Debug)]
pub(super) struct Die<'a> {
    /// From the start of `.debug_info`, so that units may refer to each other's entries.
    pub(super) offset: usize,
    unit: usize,
    entry: gimli::DebuggingInformationEntry<Slice<'a>>,
}

impl Die<'_> {
    pub(super) fn tag(&self) -> dw::DwTag {
        self.entry.tag()
    }
}

struct Unit<'a> {
    start: usize,
    language: Language,
    unit: gimli::Unit<Slice<'a>>,
}

/// All units of an object.
pub(super) struct Entries<'a> {
    dwarf: gimli::Dwarf<Slice<'a>>,
    units: Vec<Unit<'a>>,
}

impl<'a> Entries<'a> {
    pub(super) fn new(sections: &'a Sections) -> Result<Entries<'a>, DebugInfoError> {
        let dwarf = sections
            .sections
            .borrow(|section| EndianSlice::new(section, LittleEndian));
        let mut units = Vec::new();
        let mut headers = dwarf.units();
        while let Some(header) = headers.next()? {
            let Some(start) = header.debug_info_offset() else {
                continue;
            };
            let unit = dwarf.unit(header)?;
            let root = unit.entry(unit.header.root_offset())?;
            let language = match root.attr_value(dw::DW_AT_language) {
                Some(AttributeValue::Language(language)) => language_of(language),
                _ => Language::C,
            };
            units.push(Unit {
                start: start.0,
                language,
                unit,
            });
        }
        match units.is_empty() {
            true => Err(DebugInfoError::NoDebugInfo),
            false => Ok(Entries { dwarf, units }),
        }
    }

    /// Calls `visit` for each variable, and for each struct, union and enum of a Rust unit, with the path
    /// of the namespaces around it.
    pub(super) fn scan(
        &self,
        mut visit: impl FnMut(&Die<'a>, &str) -> Result<(), DebugInfoError>,
    ) -> Result<(), DebugInfoError> {
        for (index, unit) in self.units.iter().enumerate() {
            let mut scopes: Vec<(isize, String)> = Vec::new();
            let mut cursor = unit.unit.entries();
            while let Some(entry) = cursor.next_dfs()? {
                while scopes.last().is_some_and(|(depth, _)| *depth >= entry.depth()) {
                    scopes.pop();
                }
                let tag = entry.tag();
                let wanted = match tag {
                    dw::DW_TAG_variable | dw::DW_TAG_namespace => true,
                    dw::DW_TAG_structure_type
                    | dw::DW_TAG_union_type
                    | dw::DW_TAG_enumeration_type
                    | dw::DW_TAG_pointer_type => unit.language == Language::Rust,
                    _ => false,
                };
                if !wanted {
                    continue;
                }
                let die = Die {
                    offset: unit.start + entry.offset().0,
                    unit: index,
                    entry: entry.clone(),
                };
                let scope = scopes.last().map_or("", |(_, path)| path);
                if tag == dw::DW_TAG_namespace {
                    let path = format!("{scope}{}::", self.name(&die)?.unwrap_or_default());
                    scopes.push((die.entry.depth(), path));
                } else {
                    visit(&die, scope)?;
                }
            }
        }
        Ok(())
    }

    /// The entry at an offset of `.debug_info`.
    pub(super) fn die(&self, offset: usize) -> Result<Die<'a>, DebugInfoError> {
        let after = self.units.partition_point(|unit| unit.start <= offset);
        let index = after
            .checked_sub(1)
            .ok_or(DebugInfoError::DanglingReference { offset })?;
        let unit = &self.units[index];
        let entry = unit
            .unit
            .entry(gimli::UnitOffset(offset - unit.start))
            .map_err(|_| DebugInfoError::DanglingReference { offset })?;
        Ok(Die {
            offset,
            unit: index,
            entry,
        })
    }

    pub(super) fn children(&self, die: &Die<'a>) -> Result<Vec<Die<'a>>, DebugInfoError> {
        let unit = &self.units[die.unit];
        let mut tree = unit.unit.entries_tree(Some(die.entry.offset()))?;
        let mut nodes = tree.root()?.children();
        let mut children = Vec::new();
        while let Some(node) = nodes.next()? {
            let entry = node.entry().clone();
            children.push(Die {
                offset: unit.start + entry.offset().0,
                unit: die.unit,
                entry,
            });
        }
        Ok(children)
    }

    pub(super) fn language(&self, die: &Die) -> Language {
        self.units[die.unit].language
    }

    /// Bytes of an address in the entry's unit.
    pub(super) fn address_size(&self, die: &Die) -> u64 {
        u64::from(self.units[die.unit].unit.header.address_size())
    }

    pub(super) fn name(&self, die: &Die<'a>) -> Result<Option<String>, DebugInfoError> {
        self.string(die, dw::DW_AT_name)
    }

    pub(super) fn string(&self, die: &Die<'a>, at: dw::DwAt) -> Result<Option<String>, DebugInfoError> {
        let Some(value) = die.entry.attr_value(at) else {
            return Ok(None);
        };
        let text = self.dwarf.attr_string(&self.units[die.unit].unit, value)?;
        Ok(Some(text.to_string_lossy().into_owned()))
    }

    /// The offset of the entry that an attribute refers to.
    pub(super) fn reference(&self, die: &Die, at: dw::DwAt) -> Result<Option<usize>, DebugInfoError> {
        match die.entry.attr_value(at) {
            None => Ok(None),
            Some(AttributeValue::UnitRef(offset)) => match self.units[die.unit].start.checked_add(offset.0) {
                Some(offset) => Ok(Some(offset)),
                None => Err(DebugInfoError::DanglingReference { offset: offset.0 }),
            },
            Some(AttributeValue::DebugInfoRef(offset)) => Ok(Some(offset.0)),
            Some(_) => Err(DebugInfoError::DanglingReference { offset: die.offset }),
        }
    }

    /// A constant attribute. Data forms carry no sign: both compilers use `DW_FORM_sdata` below zero.
    pub(super) fn integer(&self, die: &Die, at: dw::DwAt) -> Option<i128> {
        match die.entry.attr_value(at)? {
            AttributeValue::Data1(value) => Some(value.into()),
            AttributeValue::Data2(value) => Some(value.into()),
            AttributeValue::Data4(value) => Some(value.into()),
            AttributeValue::Data8(value) | AttributeValue::Udata(value) => Some(value.into()),
            AttributeValue::Data16(value) => Some(value as i128),
            AttributeValue::Sdata(value) => Some(value.into()),
            // Values of more than 64 bits: little-endian, as wide as their type.
            AttributeValue::Block(bytes) if bytes.len() <= 16 => {
                let mut wide = [0; 16];
                wide[..bytes.len()].copy_from_slice(bytes.slice());
                Some(i128::from_le_bytes(wide))
            }
            _ => None,
        }
    }

    /// A constant attribute that counts something.
    pub(super) fn count(&self, die: &Die, at: dw::DwAt) -> Option<u64> {
        self.integer(die, at).and_then(|value| u64::try_from(value).ok())
    }

    /// The place of a member in bytes: a constant, or in DWARF 2 and 3 the expression
    /// `DW_OP_plus_uconst`. `None` for places that are known at run time only.
    pub(super) fn member_location(&self, die: &Die<'a>) -> Option<u64> {
        match die.entry.attr_value(dw::DW_AT_data_member_location) {
            // Members of unions need not say that they are at the start.
            None => Some(0),
            Some(AttributeValue::Exprloc(expression)) => self.constant_expression(die, expression),
            Some(AttributeValue::Block(bytes)) => self.constant_expression(die, gimli::Expression(bytes)),
            Some(_) => self.count(die, dw::DW_AT_data_member_location),
        }
    }

    fn constant_expression(&self, die: &Die, expression: gimli::Expression<Slice<'a>>) -> Option<u64> {
        let mut operations = expression.operations(self.units[die.unit].unit.encoding());
        match (operations.next(), operations.next()) {
            (Ok(Some(gimli::Operation::PlusConstant { value })), Ok(None)) => Some(value),
            _ => None,
        }
    }

    pub(super) fn flag(&self, die: &Die, at: dw::DwAt) -> bool {
        matches!(die.entry.attr_value(at), Some(AttributeValue::Flag(true)))
    }

    pub(super) fn encoding(&self, die: &Die) -> Option<dw::DwAte> {
        match die.entry.attr_value(dw::DW_AT_encoding) {
            Some(AttributeValue::Encoding(encoding)) => Some(encoding),
            _ => None,
        }
    }
}

fn language_of(language: dw::DwLang) -> Language {
    match language {
        dw::DW_LANG_Rust => Language::Rust,
        dw::DW_LANG_C_plus_plus
        | dw::DW_LANG_C_plus_plus_03
        | dw::DW_LANG_C_plus_plus_11
        | dw::DW_LANG_C_plus_plus_14
        | dw::DW_LANG_C_plus_plus_17
        | dw::DW_LANG_C_plus_plus_20 => Language::Cpp,
        _ => Language::C,
    }
}
