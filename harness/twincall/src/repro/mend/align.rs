//! Which parameter of one declaration is which of another one that has more or fewer.

use twincall_abi::interface::Parameter;
use twincall_abi::types::Type;

const GAP: u32 = 2;
const OTHER_TYPE: u32 = 3;
const OTHER_NAME: u32 = 1;

/// For each parameter of `to` its partner in `from`, in order, with the fewest differences.
pub(super) fn align(to: &[Parameter], from: &[Parameter]) -> Vec<Option<usize>> {
    let (rows, columns) = (to.len() + 1, from.len() + 1);
    let at = |row: usize, column: usize| row * columns + column;
    let mut costs = vec![0_u32; rows * columns];
    for row in 0..rows {
        for column in 0..columns {
            costs[at(row, column)] = match (row, column) {
                (0, column) => column as u32 * GAP,
                (row, 0) => row as u32 * GAP,
                (row, column) => {
                    let both = costs[at(row - 1, column - 1)] + cost(&to[row - 1], &from[column - 1]);
                    let gap = costs[at(row - 1, column)].min(costs[at(row, column - 1)]) + GAP;
                    both.min(gap)
                }
            };
        }
    }
    let mut partners = vec![None; to.len()];
    let (mut row, mut column) = (to.len(), from.len());
    while row > 0 && column > 0 {
        let here = costs[at(row, column)];
        if here == costs[at(row - 1, column - 1)] + cost(&to[row - 1], &from[column - 1]) {
            (row, column) = (row - 1, column - 1);
            partners[row] = Some(column);
        } else if here == costs[at(row - 1, column)] + GAP {
            row -= 1;
        } else {
            column -= 1;
        }
    }
    partners
}

fn cost(one: &Parameter, other: &Parameter) -> u32 {
    let types = match alike(&one.ty, &other.ty) {
        true => 0,
        false => OTHER_TYPE,
    };
    let names = match (&one.name, &other.name) {
        (Some(one), Some(other)) if one != other => OTHER_NAME,
        _ => 0,
    };
    types + names
}

/// Whether two types are of one kind and width, so that the spelling of either may stay.
pub(super) fn alike(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Integer { bits: one, .. }, Type::Integer { bits: other, .. }) => one == other,
        (Type::Float(one), Type::Float(other)) => one == other,
        (Type::FunctionPointer { signature: one, .. }, Type::FunctionPointer { signature: other, .. }) => {
            one.params.len() == other.params.len() && one.variadic == other.variadic
        }
        (Type::Array { .. }, Type::Array { .. }) | (Type::Named(_), Type::Named(_)) => true,
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(list: &[(&str, u32)]) -> Vec<Parameter> {
        let one = |(name, bits): &(&str, u32)| Parameter {
            name: (!name.is_empty()).then(|| (*name).to_owned()),
            ty: match bits {
                0 => Type::Pointer {
                    pointee: Box::new(Type::Void),
                    mutable: true,
                    nullable: true,
                },
                bits => Type::Integer {
                    bits: *bits,
                    signed: true,
                    spelling: String::new(),
                },
            },
            spelling: String::new(),
        };
        list.iter().map(one).collect()
    }

    #[test]
    fn a_parameter_too_many_or_too_few_is_found_by_type_and_name() {
        let all = parameters(&[("a", 0), ("b", 32), ("c", 64)]);
        assert_eq!(
            align(&all, &parameters(&[("a", 0), ("b", 32)])),
            [Some(0), Some(1), None]
        );
        assert_eq!(
            align(&all, &parameters(&[("", 0), ("", 64)])),
            [Some(0), None, Some(1)]
        );
        assert_eq!(align(&parameters(&[("c", 64)]), &all), [Some(2)]);
        assert_eq!(
            align(&parameters(&[("a", 32)]), &parameters(&[("a", 64)])),
            [Some(0)]
        );
    }
}
