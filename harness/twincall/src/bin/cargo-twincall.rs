//! `cargo twincall …`: the same commands, with cargo's idea of which package is meant.

use std::process::ExitCode;

fn main() -> ExitCode {
    twincall::cli::cargo_main()
}
