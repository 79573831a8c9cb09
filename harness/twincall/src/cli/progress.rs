//! Progress on standard error: a bar where it is a terminal, otherwise only what takes long.

use crate::events::Events;
use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over so many steps, or nothing where standard error is no terminal.
pub(crate) fn bar(steps: usize, quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(steps as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    bar
}

/// Says that something takes long.
pub fn announce(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{message}");
}

/// Events of the library, each as a line.
pub(crate) fn events() -> Events {
    Events::to(|event| announce(&event.to_string()))
}
