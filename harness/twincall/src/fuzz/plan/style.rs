//! Which of the allowed spellings each place takes, always the same for the same place.

use std::collections::BTreeSet;

use super::spelling::Spelling;

/// The spellings that a pair may use, and those that it used.
#[derive(Clone, Debug)]
pub(super) struct Style {
    seed: u64,
    allowed: BTreeSet<Spelling>,
    used: BTreeSet<Spelling>,
}

impl Style {
    pub(super) fn new(seed: u64, allowed: BTreeSet<Spelling>) -> Style {
        Style {
            seed,
            allowed,
            used: BTreeSet::new(),
        }
    }

    /// Whether the place takes this spelling, which it can. Two thirds of the places do where it is allowed.
    pub(super) fn takes(&mut self, spelling: Spelling, place: u32) -> bool {
        let takes = self.allowed.contains(&spelling) && self.roll(spelling as u32, place, 3) > 0;
        if takes {
            self.used.insert(spelling);
        }
        takes
    }

    /// Whether any place may take this spelling.
    pub(super) fn is_allowed(&self, spelling: Spelling) -> bool {
        self.allowed.contains(&spelling)
    }

    /// Remembers a spelling that is taken where no other is.
    pub(super) fn note(&mut self, spelling: Spelling) {
        self.used.insert(spelling);
    }

    /// A number below `below` that follows from the place.
    pub(super) fn roll(&self, purpose: u32, place: u32, below: u32) -> u32 {
        let mixed = mix(self.seed, u64::from(purpose) << 32 | u64::from(place));
        (mixed % u64::from(below)) as u32
    }

    pub(super) fn used(self) -> BTreeSet<Spelling> {
        self.used
    }
}

/// Two numbers made into one that looks like neither (splitmix64).
pub(super) fn mix(first: u64, second: u64) -> u64 {
    let mut state = first.wrapping_add(second.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}
