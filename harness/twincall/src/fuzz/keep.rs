//! Writes what did not come out as wanted as fixtures of a project.

use std::io;
use std::path::Path;

use super::project::write_as;
use super::report::FuzzReport;

/// Writes the smallest pair of each cause that has one below a folder, under `fuzz/`.
///
/// # Errors
/// Files that cannot be written.
pub fn keep(report: &FuzzReport, folder: &Path) -> io::Result<()> {
    for one in &report.causes {
        let Some(smallest) = &one.smallest else { continue };
        let cause = &one.cause;
        let name = format!(
            "fuzz/{}_{}_{}_{}",
            cause.kind.replace('-', "_"),
            cause.outcome.name().replace('-', "_"),
            smallest.number,
            cause.target.short()
        );
        let about = cause.sentence().replace('"', "'").replace('\\', "/");
        let head = format!(
            "//@ about = \"{about}\"\n//@ targets = [\"{}\"]\n",
            cause.target.short()
        );
        let texts = super::project::texts_of(&head, &smallest.c, &smallest.rust);
        write_as(folder, &name, &texts)?;
    }
    Ok(())
}
