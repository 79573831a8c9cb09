//! Writes what did not come out as wanted as fixtures of a project.

use std::io;
use std::path::Path;

use super::plan::{Kind, Plan};
use super::project::{texts_of, write_as};
use super::report::FuzzReport;

/// Writes a pair of each cause below a folder, under `fuzz/`: the smallest where one was looked for, else the first as it was
/// drawn.
///
/// # Errors
/// Files that cannot be written.
pub fn keep(report: &FuzzReport, folder: &Path) -> io::Result<()> {
    let kinds: Vec<Kind> = report.kinds.iter().filter_map(|id| Kind::from_id(id)).collect();
    for one in &report.causes {
        let cause = &one.cause;
        let first = one.examples.first().copied();
        let (number, c, rust) = match (&one.smallest, first) {
            (Some(smallest), _) => (smallest.number, smallest.c.clone(), smallest.rust.clone()),
            (None, Some(first)) => {
                let written = Plan::draw(report.seed, first, &kinds).write();
                (first, written.c, written.rust)
            }
            (None, None) => continue,
        };
        let name = format!(
            "fuzz/{}_{}_{number}_{}",
            cause.kind.replace('-', "_"),
            cause.outcome.name().replace('-', "_"),
            cause.target.short()
        );
        let about = cause.sentence().replace('"', "'").replace('\\', "/");
        let head = format!(
            "//@ about = \"{about}\"\n//@ targets = [\"{}\"]\n",
            cause.target.short()
        );
        write_as(folder, &name, &texts_of(&head, &c, &rust))?;
    }
    Ok(())
}

/// Writes so many correct pairs of a seed as a project, a fixture each.
///
/// # Errors
/// Files that cannot be written.
pub fn write_correct(seed: u64, count: u64, folder: &Path) -> io::Result<()> {
    let plans = (0..).map(|number| Plan::draw(seed, number, &[]));
    let correct = plans.filter(|plan| plan.kind().is_none());
    for plan in correct.take(usize::try_from(count).unwrap_or(usize::MAX)) {
        let written = plan.write();
        let name = format!("fuzz/pair_{}", plan.number);
        write_as(folder, &name, &texts_of("", &written.c, &written.rust))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use twincall_abi::target::Target;

    use super::*;
    use crate::discover::discover;
    use crate::fuzz::outcome::Outcome;
    use crate::fuzz::report::{CauseReport, Smallest};
    use crate::fuzz::{CORRECT, Cause};

    #[test]
    fn what_failed_is_a_case_of_a_project() {
        let cause = |outcome, number, smallest| CauseReport {
            cause: Cause {
                target: Target::Wasm32Unknown,
                outcome,
                kind: CORRECT.to_owned(),
                rule: String::new(),
                place: "error: \"quoted\" by \\".to_owned(),
            },
            pairs: 1,
            examples: vec![number],
            spellings: Default::default(),
            command: String::new(),
            smallest,
        };
        let mut report = FuzzReport::new(1, 48, Vec::new(), Vec::new());
        let smallest = Smallest {
            number: 3,
            c: "int p3_f(void) { return 0; }\n".to_owned(),
            rust: "unsafe extern \"C\" { pub fn p3_f() -> i32; }\n".to_owned(),
            said: Vec::new(),
        };
        report.causes = vec![
            cause(Outcome::Accused, 3, Some(smallest)),
            cause(Outcome::Refused, 6, None),
        ];
        let folder = tempfile::tempdir().unwrap();
        keep(&report, folder.path()).unwrap();
        let discovery = discover(folder.path());
        assert_eq!(discovery.errors, []);
        let [small, drawn] = &discovery.cases[..] else {
            panic!("{:?}", discovery.cases)
        };
        assert_eq!(small.name, "fuzz/correct_accused_3_wasm");
        assert!(small.c.text.contains("int p3_f(void)"));
        assert_eq!(small.not_applicable(Target::Wasm32Unknown), None);
        assert!(small.not_applicable(Target::X86_64LinuxGnu).is_some());
        assert_eq!(drawn.name, "fuzz/correct_refused_6_wasm");
        assert!(drawn.c.text.contains("p6_"), "{}", drawn.c.text);
    }
}
