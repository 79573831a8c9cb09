//! The crate root of a unit: its attributes and the fixture.

use std::fmt::Write as _;

use super::UnitRequest;
use super::signature::features_in;

/// Everything up to the generated module.
pub(super) fn head(request: &UnitRequest<'_>) -> String {
    let mut text = String::new();
    if !request.std {
        text.push_str("#![no_std]\n");
    }
    // Fixtures break lints on purpose (odd types at the boundary, null checks of what cannot be null), and
    // most of their items are used by the other side only.
    text.push_str("#![allow(warnings)]\n");
    // A feature that is enabled twice is an error.
    let already = features_in(request.inner_attributes);
    let mut features: Vec<&str> = Vec::new();
    for feature in request.features {
        if !already.contains(feature) && !features.contains(&feature.as_str()) {
            features.push(feature);
        }
    }
    if !features.is_empty() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "#![feature({})]", features.join(", "));
    }
    for attribute in request.inner_attributes {
        text.push_str(attribute);
        text.push('\n');
    }
    let _ = writeln!(text, "include!({:?});", request.source_path);
    text
}
