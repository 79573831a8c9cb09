//! Which aggregates are one scalar in disguise: wasm Basic C ABI, *Function arguments and return values*.

use super::super::layout::{Kind, Member, NodeId, Types};
use super::super::reader::Unsupported;
use super::super::{Clause, clauses};

/// Nested unions multiply the ways to one scalar; more steps than this are refused.
const MOST_STEPS: u32 = 10_000;

/// What a search for the only scalar found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Single {
    Scalar(NodeId),
    /// None or several, by this clause.
    No(Clause),
}

/// The only scalar of an aggregate, if there is one and nothing beside it, padding included.
pub(super) fn single(types: &Types<'_>, id: NodeId) -> Result<Single, Unsupported> {
    search(types, id, &mut 0)
}

fn search(types: &Types<'_>, id: NodeId, steps: &mut u32) -> Result<Single, Unsupported> {
    *steps += 1;
    if *steps > MOST_STEPS {
        return Err(Unsupported::new(format!(
            "more than {MOST_STEPS} fields by value"
        )));
    }
    let node = types.node(id);
    let found = match &node.kind {
        Kind::Array { element, length, .. } => match length {
            1 => search(types, *element, steps)?,
            _ => Single::No(clauses::WASM_INDIRECT),
        },
        Kind::Record(record) if types.node(id).traits.flexible || record.non_trivial => {
            Single::No(clauses::WASM_INDIRECT)
        }
        Kind::Record(record) => members(types, &record.members, record.union, steps)?,
        Kind::Variants { tag, variants } => {
            let valued = variants
                .iter()
                .any(|variant| types.node(variant.ty).traits.valued);
            if valued || variants.len() != 1 {
                Single::No(clauses::WASM_UNION)
            } else {
                Single::Scalar(tag.ty)
            }
        }
        Kind::Atomic(inner) => search(types, *inner, steps)?,
        Kind::Complex { .. } => Single::No(clauses::WASM_INDIRECT),
        _ => Single::Scalar(id),
    };
    Ok(match found {
        Single::Scalar(scalar) if types.node(scalar).size != node.size => {
            Single::No(clauses::WASM_OVER_ALIGNED)
        }
        other => other,
    })
}

/// Empty members do not count; neither do unnamed bit-fields, but the room they take does.
fn members(
    types: &Types<'_>,
    members: &[Member],
    union: bool,
    steps: &mut u32,
) -> Result<Single, Unsupported> {
    let mut found = None;
    for member in members {
        if member.is_unnamed_bit_field() || !types.node(member.ty).traits.valued {
            continue;
        }
        let clause = if union {
            clauses::WASM_UNION
        } else {
            clauses::WASM_INDIRECT
        };
        if found.is_some() {
            return Ok(Single::No(clause));
        }
        found = Some(search(types, member.ty, steps)?);
    }
    Ok(found.unwrap_or(Single::No(clauses::WASM_INDIRECT)))
}
