//! The crate root of a unit: its attributes, the fixture, and what a crate without a standard library needs.

use std::fmt::Write as _;

use super::UnitRequest;
use super::signature::features_in;

/// Ends the process or the instance, so that a panic is seen as a crash or a trap. The library `core` was built
/// for unwinding and names a personality routine, which nothing calls when panics abort.
pub(super) const PANIC_HANDLER: &str = "#[panic_handler]
fn tc_panic(_: &::core::panic::PanicInfo<'_>) -> ! {
#[cfg(target_arch = \"wasm32\")]
::core::arch::wasm32::unreachable();
#[cfg(not(target_arch = \"wasm32\"))]
{
unsafe extern \"C\" {
safe fn abort() -> !;
}
abort()
}
}
#[cfg(not(target_arch = \"wasm32\"))]
#[unsafe(export_name = \"rust_eh_personality\")]
extern \"C\" fn tc_personality() {}";

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
