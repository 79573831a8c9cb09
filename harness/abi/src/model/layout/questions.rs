//! Questions about a laid-out type that do not depend on the target.

use super::{Kind, NodeId, Traits, Types};

impl Types<'_> {
    /// The type behind `repr(transparent)` and behind `_Atomic` of a scalar.
    pub(in crate::model) fn bare(&self, id: NodeId) -> NodeId {
        match &self.node(id).kind {
            Kind::Record(record) if record.transparent => record
                .members
                .iter()
                .find(|member| member.width > 0)
                .map_or(id, |member| self.bare(member.ty)),
            Kind::Atomic(inner) if self.is_scalar(*inner) => *inner,
            _ => id,
        }
    }

    /// Whether a type is one value rather than an aggregate.
    pub(in crate::model) fn is_scalar(&self, id: NodeId) -> bool {
        !matches!(
            self.node(id).kind,
            Kind::Array { .. }
                | Kind::Record(_)
                | Kind::Variants { .. }
                | Kind::Atomic(_)
                | Kind::Complex { .. }
                | Kind::Vector { .. }
        )
    }

    /// Whether a type counts as one field when psABI 3.2.3, rule 1 asks for alignment.
    pub(in crate::model) fn is_one_field(&self, id: NodeId) -> bool {
        self.is_scalar(id) || matches!(self.node(id).kind, Kind::Complex { .. } | Kind::Vector { .. })
    }

    /// What a new node has inside it.
    pub(super) fn traits(&self, size: u64, kind: &Kind<'_>) -> Traits {
        let inner = |ty: NodeId| self.node(ty).traits;
        let mut traits = match kind {
            Kind::Array {
                element, flexible, ..
            } => Traits {
                // An array of structs that end in a flexible array does not end in one itself.
                flexible: *flexible,
                ..inner(*element)
            },
            Kind::Atomic(element) => inner(*element),
            Kind::Record(record) => {
                let mut traits = Traits {
                    non_trivial: record.non_trivial,
                    ..Traits::default()
                };
                for member in &record.members {
                    let own = inner(member.ty);
                    let counts = member.width > 0 && !member.is_unnamed_bit_field();
                    traits.valued |= counts && own.valued;
                    traits.flexible |= own.flexible;
                    traits.non_trivial |= own.non_trivial;
                    traits.derived |= own.derived || member.base;
                }
                traits
            }
            _ => Traits {
                valued: true,
                ..Traits::default()
            },
        };
        traits.valued &= size > 0;
        traits
    }
}
