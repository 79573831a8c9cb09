//! How LLVM's type legaliser turns a vector that is no register type into ones that are.
//!
//! `TargetLoweringBase::computeRegisterProperties` and `getVectorTypeBreakdown`
//! (llvm/lib/CodeGen/TargetLoweringBase.cpp) with the action `TypeWidenVector`, which both back ends prefer.

/// The registers or scalars that stand for one vector argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Breakdown {
    /// One register of `register_bits`, of which the vector fills the low part or all.
    Whole { register_bits: u64 },
    /// `count` registers of `register_bits`, all of them full.
    Split { count: u64, register_bits: u64 },
    /// Each lane on its own, as a scalar of the lane's type.
    Scalars,
}

/// Breaks down a vector of `lanes` lanes of `lane_bits` bits, given the widths in bits of the vector
/// registers for this lane type, narrowest first.
pub(super) fn break_down(lane_bits: u64, lanes: u32, registers: &[u64]) -> Breakdown {
    let bits = lane_bits * u64::from(lanes);
    let Some((&narrowest, &widest)) = registers.first().zip(registers.last()) else {
        return Breakdown::Scalars;
    };
    if lanes.is_power_of_two() {
        if bits > widest {
            return Breakdown::Split {
                count: bits / widest,
                register_bits: widest,
            };
        }
        return Breakdown::Whole {
            register_bits: bits.max(narrowest),
        };
    }
    // A number of lanes that is no power of two is widened to the next one only, never further.
    let widened = lane_bits * u64::from(lanes).next_power_of_two();
    if registers.contains(&widened) {
        Breakdown::Whole {
            register_bits: widened,
        }
    } else {
        Breakdown::Scalars
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_widened_split_or_scalarised() {
        let whole = |register_bits| Breakdown::Whole { register_bits };
        assert_eq!(break_down(32, 2, &[128]), whole(128));
        assert_eq!(break_down(32, 3, &[128]), whole(128));
        assert_eq!(break_down(32, 5, &[128]), Breakdown::Scalars);
        assert_eq!(break_down(8, 3, &[128, 256]), Breakdown::Scalars);
        assert_eq!(
            break_down(32, 8, &[128]),
            Breakdown::Split {
                count: 2,
                register_bits: 128
            }
        );
        assert_eq!(break_down(32, 8, &[128, 256]), whole(256));
        assert_eq!(break_down(64, 3, &[128, 256]), whole(256));
        assert_eq!(break_down(32, 4, &[]), Breakdown::Scalars);
    }
}
