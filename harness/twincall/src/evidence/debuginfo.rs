//! Reads layouts from the DWARF of a relocatable object: what the compiler says of the types that the
//! generated symbols `tc_<side>_types_*`, `tc_<side>_same` and `tc_<side>_data` reach. It judges nothing and
//! runs nothing, and takes alignments only where DWARF states them.
//!
//! clang describes a C++ class that is only pointed to as a declaration; C++ units need `-fstandalone-debug`.

use std::collections::BTreeMap;

use gimli::constants as dw;
use twincall_abi::interface::Side;
use twincall_abi::layout::{FunctionTypes, LayoutTable, TypeId};

mod base;
mod check;
mod dwarf;
mod names;
mod rust;
mod types;

#[cfg(test)]
pub(super) mod tests;

use dwarf::{Die, Entries, Sections};
use types::{Builder, Key};

/// Why no layouts could be read.
#[derive(Debug, thiserror::Error)]
pub enum DebugInfoError {
    #[error("parse the object file: {0}")]
    Object(#[from] object::Error),
    #[error("parse the DWARF of the object: {0}")]
    Dwarf(#[from] gimli::Error),
    #[error("find debug information in the object: compile it with `-g` (rustc: `-C debuginfo=2`)")]
    NoDebugInfo,
    #[error("follow a reference to offset {offset:#x}, outside of any unit of `.debug_info`")]
    DanglingReference { offset: usize },
    #[error(
        "resolve the type at offset {offset:#x} of `.debug_info`: its definition is circular or too deep"
    )]
    Endless { offset: usize },
    #[error("accept the layout of `{name}`: it contains itself, or is too large or too deeply nested")]
    Implausible { name: String },
    #[error("read the generated symbol `{symbol}`: {reason}")]
    Symbol { symbol: String, reason: String },
}

/// The layouts of all types that the generated symbols of `side` name, and of what those types reach.
pub fn read_layouts(object: &[u8], side: Side) -> Result<LayoutTable, DebugInfoError> {
    let sections = Sections::load(object)?;
    let entries = Entries::new(&sections)?;
    let prefix = format!("tc_{}_", side.tag());
    let Found {
        variables,
        scopes,
        functions,
    } = scan(&entries, &prefix)?;

    let mut builder = Builder::new(&entries, scopes, functions, sections.x86_64);
    let mut table = LayoutTable::default();
    for (symbol, ty) in variables {
        let suffix = &symbol[prefix.len()..];
        if let Some(function) = suffix.strip_prefix("types_") {
            table
                .functions
                .insert(function.to_owned(), read_function(&mut builder, &symbol, ty)?);
        } else if suffix == "same" {
            table.same = read_numbered(&symbol, 't', pointees(&mut builder, &symbol, ty)?)?;
        } else if suffix == "data" {
            table.data = read_data(&symbol, pointees(&mut builder, &symbol, ty)?)?;
        }
    }
    table.types = builder.finish()?;
    check::plausible(&table)?;
    Ok(table)
}

/// What one pass over all entries finds.
#[derive(Default)]
struct Found {
    /// Generated variables with the offsets of their types.
    variables: BTreeMap<String, usize>,
    /// The namespace of each Rust type.
    scopes: BTreeMap<usize, String>,
    /// Rust's function pointers by name.
    functions: BTreeMap<String, usize>,
}

fn scan(entries: &Entries, prefix: &str) -> Result<Found, DebugInfoError> {
    let mut found = Found::default();
    entries.scan(|die, scope| {
        if die.tag() == dw::DW_TAG_pointer_type {
            let name = entries.name(die)?.filter(|name| name.contains("fn("));
            found.functions.extend(name.map(|name| (name, die.offset)));
            return Ok(());
        }
        if die.tag() != dw::DW_TAG_variable {
            found.scopes.insert(die.offset, scope.to_owned());
            return Ok(());
        }
        // A link symbol that is no identifier is the linkage name only.
        for at in [dw::DW_AT_linkage_name, dw::DW_AT_name] {
            let Some(name) = entries.string(die, at)?.filter(|name| name.starts_with(prefix)) else {
                continue;
            };
            if let Some(ty) = entries.reference(die, dw::DW_AT_type)? {
                found.variables.entry(name).or_insert(ty);
            }
            break;
        }
        Ok(())
    })?;
    Ok(found)
}

/// A member of a generated struct.
struct Pointee {
    name: String,
    /// `None` if the member is not a pointer.
    target: Option<Target>,
}

/// What a member of a generated struct points to.
enum Target {
    Void,
    /// Rust's `()` or `!`: types without size, and as a result none.
    Unit(TypeId),
    Type(TypeId),
}

impl Target {
    fn id(self) -> Option<TypeId> {
        match self {
            Target::Void => None,
            Target::Unit(id) | Target::Type(id) => Some(id),
        }
    }
}

fn read_function(builder: &mut Builder, symbol: &str, ty: usize) -> Result<FunctionTypes, DebugInfoError> {
    let (results, params): (Vec<_>, Vec<_>) = pointees(builder, symbol, ty)?
        .into_iter()
        .partition(|member| member.name == "result");
    let result = match results.into_iter().next().map(|member| member.target) {
        None | Some(Some(Target::Void | Target::Unit(_))) => None,
        Some(Some(Target::Type(id))) => Some(id),
        Some(None) => return Err(malformed(symbol, "`result` is not a pointer")),
    };
    Ok(FunctionTypes {
        params: read_numbered(symbol, 'a', params)?,
        result,
    })
}

/// The types of members `a0`, `a1`, … (or `t0`, …). Members with other names fill structs that C does not
/// let be empty.
fn read_numbered(symbol: &str, letter: char, members: Vec<Pointee>) -> Result<Vec<TypeId>, DebugInfoError> {
    let mut numbered = BTreeMap::new();
    for member in members {
        let Some(index) = member
            .name
            .strip_prefix(letter)
            .and_then(|digits| digits.parse::<usize>().ok())
        else {
            continue;
        };
        let Some(id) = member.target.and_then(Target::id) else {
            return Err(malformed(
                symbol,
                &format!("`{}` does not point to a type", member.name),
            ));
        };
        numbered.insert(index, id);
    }
    match numbered.keys().copied().eq(0..numbered.len()) {
        true => Ok(numbered.into_values().collect()),
        false => Err(malformed(symbol, "its members are not numbered without gaps")),
    }
}

fn read_data(symbol: &str, members: Vec<Pointee>) -> Result<BTreeMap<String, TypeId>, DebugInfoError> {
    let mut data = BTreeMap::new();
    for member in members {
        match member.target.and_then(Target::id) {
            Some(id) => {
                data.insert(member.name, id);
            }
            // Names that begin with `tc_` are the generator's own and fill an empty struct.
            _ if member.name.starts_with("tc_") => {}
            _ => {
                return Err(malformed(
                    symbol,
                    &format!("`{}` does not point to a type", member.name),
                ));
            }
        }
    }
    Ok(data)
}

fn pointees(builder: &mut Builder, symbol: &str, ty: usize) -> Result<Vec<Pointee>, DebugInfoError> {
    let structure = match builder.look_through(ty)? {
        Some(found) if found.die.tag() == dw::DW_TAG_structure_type => found.die,
        _ => return Err(malformed(symbol, "it is not a struct")),
    };
    let mut members = Vec::new();
    for member in builder.entries.children(&structure)? {
        if member.tag() != dw::DW_TAG_member {
            continue;
        }
        let name = builder.entries.name(&member)?.unwrap_or_default();
        let target = match builder.entries.reference(&member, dw::DW_AT_type)? {
            Some(ty) => match builder.look_through(ty)? {
                Some(found) if types::is_pointer(&found.die) => Some(target(builder, &found.die)?),
                _ => None,
            },
            None => None,
        };
        members.push(Pointee { name, target });
    }
    Ok(members)
}

fn target(builder: &mut Builder, pointer: &Die) -> Result<Target, DebugInfoError> {
    let Some(ty) = builder.entries.reference(pointer, dw::DW_AT_type)? else {
        return Ok(Target::Void);
    };
    let Some(found) = builder.look_through(ty)? else {
        return Ok(Target::Void);
    };
    let id = builder.id(Key::Entry(found.outer));
    let unit = found.die.tag() == dw::DW_TAG_base_type && builder.size_of(ty)? == 0;
    Ok(if unit { Target::Unit(id) } else { Target::Type(id) })
}

fn malformed(symbol: &str, reason: &str) -> DebugInfoError {
    DebugInfoError::Symbol {
        symbol: symbol.to_owned(),
        reason: reason.to_owned(),
    }
}
