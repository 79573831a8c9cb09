//! The targets Twincall knows, under their triples.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::units::Bytes;

/// A target triple. On the command line it also has a short name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Target {
    /// `x86_64-unknown-linux-gnu`, short `native`: x86-64 System V.
    #[serde(rename = "x86_64-unknown-linux-gnu")]
    X86_64LinuxGnu,
    /// `wasm32-unknown-unknown`, short `wasm`: the wasm Basic C ABI without a system.
    #[serde(rename = "wasm32-unknown-unknown")]
    Wasm32Unknown,
}

impl Target {
    /// Every target, in the order of reports.
    pub const ALL: [Target; 2] = [Target::X86_64LinuxGnu, Target::Wasm32Unknown];

    /// The triple, as compilers take it.
    pub const fn triple(self) -> &'static str {
        match self {
            Target::X86_64LinuxGnu => "x86_64-unknown-linux-gnu",
            Target::Wasm32Unknown => "wasm32-unknown-unknown",
        }
    }

    /// The name on the command line, in test names and in snapshots.
    pub const fn short(self) -> &'static str {
        match self {
            Target::X86_64LinuxGnu => "native",
            Target::Wasm32Unknown => "wasm",
        }
    }

    /// The target with this short name or triple.
    pub fn from_name(name: &str) -> Option<Target> {
        Target::ALL
            .into_iter()
            .find(|target| target.short() == name || target.triple() == name)
    }

    /// Size of a pointer, in bytes.
    pub const fn pointer_size(self) -> Bytes {
        match self {
            Target::X86_64LinuxGnu => Bytes(8),
            Target::Wasm32Unknown => Bytes(4),
        }
    }

    /// Whether artifacts of this target are WebAssembly modules.
    pub const fn is_wasm(self) -> bool {
        matches!(self, Target::Wasm32Unknown)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_by_both_names() {
        for target in Target::ALL {
            assert_eq!(Target::from_name(target.short()), Some(target));
            assert_eq!(Target::from_name(target.triple()), Some(target));
        }
        assert_eq!(Target::from_name("x86"), None);
        assert_eq!(Target::from_name(""), None);
    }
}
