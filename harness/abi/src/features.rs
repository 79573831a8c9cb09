//! Features of a machine as LLVM writes them, `+avx,-sse3`, as far as they move arguments.
//!
//! A `target-cpu` attribute enables features too, but it is no part of [`crate::ir::IrFunction`]: clang
//! spells out every feature of its CPU, so that only the text of features is read here.

/// The widest vector registers that a function may use for arguments.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum VectorLevel {
    /// No SSE: floating-point values have no registers.
    None,
    Sse,
    Avx,
    Avx512,
}

/// Features that imply AVX (llvm/lib/Target/X86/X86.td), other than AVX-512, which implies it by its name.
const IMPLY_AVX: [&str; 15] = [
    "avx",
    "avx2",
    "fma",
    "fma4",
    "f16c",
    "xop",
    "vaes",
    "vpclmulqdq",
    "avxvnni",
    "avxifma",
    "avxneconvert",
    "avxvnniint8",
    "avxvnniint16",
    "sm4",
    "sha512",
];

/// The vector registers that x86-64 code with these features has. SSE2 is part of the base line; the last
/// mention of a feature counts, as in LLVM's own reading of the attribute.
pub fn vector_level(features: &str) -> VectorLevel {
    let (mut sse, mut avx, mut avx512, mut evex512) = (true, false, false, true);
    for (on, name) in switches(features) {
        let implies_avx512 = name.starts_with("avx512") || name.starts_with("avx10");
        match (on, name) {
            (_, "evex512") => evex512 = on,
            (true, _) if implies_avx512 => (sse, avx, avx512) = (true, true, true),
            (true, _) if IMPLY_AVX.contains(&name) => (sse, avx) = (true, true),
            (true, "sse" | "sse2") => sse = true,
            (false, "sse" | "sse2") => (sse, avx, avx512) = (false, false, false),
            // Switching a feature off takes along those that imply it.
            (false, "sse3" | "ssse3" | "sse4.1" | "sse4.2" | "avx") => (avx, avx512) = (false, false),
            (false, "avx2" | "fma" | "f16c" | "avx512f") => avx512 = false,
            _ => {}
        }
    }
    match (sse, avx, avx512 && evex512) {
        (false, ..) => VectorLevel::None,
        (true, false, _) => VectorLevel::Sse,
        (true, true, false) => VectorLevel::Avx,
        (true, true, true) => VectorLevel::Avx512,
    }
}

/// Whether the features enable `name` by that very name.
pub fn enabled(features: &str, name: &str) -> bool {
    switches(features)
        .filter(|(_, found)| *found == name)
        .last()
        .is_some_and(|(on, _)| on)
}

/// The features of an attribute in the source, `avx2,fma` or `no-avx`, as LLVM writes them. A processor that is named there is
/// known by the IR alone.
pub fn of_attribute(names: &str) -> String {
    let names = names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty() && !name.contains('='));
    let written = names.map(|name| match name.strip_prefix("no-") {
        Some(off) => format!("-{off}"),
        None => format!("+{name}"),
    });
    written.collect::<Vec<_>>().join(",")
}

/// Features of the whole unit and of one function, which count last.
pub fn joined(unit: &str, own: &str) -> String {
    [unit, own]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(",")
}

/// The entries of the attribute: whether they switch on or off, and their names.
fn switches(features: &str) -> impl Iterator<Item = (bool, &str)> {
    features.split(',').map(str::trim).filter_map(|entry| {
        entry
            .strip_prefix('+')
            .map(|name| (true, name))
            .or(entry.strip_prefix('-').map(|name| (false, name)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn implied_features_count_and_the_last_mention_wins() {
        assert_eq!(vector_level(""), VectorLevel::Sse);
        assert_eq!(vector_level("+cx8,+mmx,+sse2"), VectorLevel::Sse);
        assert_eq!(vector_level("+avx2"), VectorLevel::Avx);
        assert_eq!(vector_level("+avx2,-avx"), VectorLevel::Sse);
        assert_eq!(vector_level("+avx512bw"), VectorLevel::Avx512);
        assert_eq!(vector_level("+avx512f,-evex512"), VectorLevel::Avx);
        assert_eq!(vector_level("+avx512f,-avx512f"), VectorLevel::Avx);
        assert_eq!(vector_level("-sse"), VectorLevel::None);
        for (features, level) in [
            ("+avx10.1-256", VectorLevel::Avx512),
            ("+avx512f,-evex512,+evex512", VectorLevel::Avx512),
            ("-avx,+avx512f", VectorLevel::Avx512),
            ("-sse,+avx512f", VectorLevel::Avx512),
            ("-sse,+avx", VectorLevel::Avx),
            ("+avx512f,-avx2", VectorLevel::Avx),
            ("+avx512f,-sse4.2", VectorLevel::Sse),
            ("+avx,-sse3", VectorLevel::Sse),
            ("-sse,+sse2", VectorLevel::Sse),
            ("-evex512,-avx512f,-cx8", VectorLevel::Sse),
            ("+avx512f,-sse2", VectorLevel::None),
            ("+avx512f,-sse,+sse2", VectorLevel::Sse),
        ] {
            assert_eq!(vector_level(features), level, "{features}");
        }
        assert!(enabled("+simd128", "simd128"));
        assert!(!enabled("+simd128,-simd128", "simd128"));
        assert!(!enabled("+relaxed-simd", "simd128"));
    }
}
