//! The page `docs/trust.md`: what the judge was held against, and how it did.

use std::collections::BTreeSet;

use super::cause::CORRECT;
use super::forms::{tables, what_was_run};
use super::outcome::Outcome;
use super::plan::{Kind, Spelling};
use super::report::{CauseReport, FuzzReport, TargetReport};
use crate::text::markdown::Markdown;

/// The page.
pub fn page(report: &FuzzReport) -> String {
    let mut page = Markdown::default();
    page.own(
        "# How far verdicts can be trusted\n\n\
         This page is generated: `twincall fuzz --seed S --count N --format json -o run.json`, in parts with `--shard 1/8`, and then\n\
         `twincall fuzz --trust run.json… -o docs/trust.md`.\n\n\
         Pairs of C and Rust are drawn by the dice and go through the same discover, build, run and judge as those of `twincall check`. One of\n\
         three is correct, written in one of the ways in which people write it; the others have exactly one mistake. What is wanted of each is\n\
         fixed before the run. Where the target's own sizes and offsets decide whether a mistake makes a difference, clang is asked for them,\n\
         apart from the code under test.\n",
    );
    page.own("\n").text(&what_was_run(report));
    page.own(": ").text(&report.answer()).own(".\n");
    let seconds = report.seconds / report.judged().max(1) as f64;
    page.own("A pair took ").text(&format!("{seconds:.2}"));
    page.own(" s on each target.\n\n| column | what it counts |\n|---|---|\n");
    for outcome in Outcome::ALL {
        row(&mut page, outcome.name(), outcome.about());
    }
    for target in &report.targets {
        page.own("\n## ").own(target.target.short());
        page.own(", ").own(target.target.triple()).own("\n\n");
        tables(&mut page, target);
        page.own("\n");
    }
    page.own("\n## The mistakes\n\n| kind | what it is |\n|---|---|\n");
    for kind in Kind::ALL {
        row(&mut page, kind.id(), kind.about());
    }
    page.own("\n## The ways of writing\n\n| spelling | what it is |\n|---|---|\n");
    for spelling in Spelling::ALL {
        row(&mut page, spelling.id(), spelling.about());
    }
    equivalent(&mut page, report);
    not_reached(&mut page, report);
    page.finish()
}

/// A name and what it stands for.
fn row(page: &mut Markdown, name: &'static str, about: &str) {
    page.own("| ").own(name).own(" | ").text(about).own(" |\n");
}

/// Mistakes that make no difference somewhere.
fn equivalent(page: &mut Markdown, report: &FuzzReport) {
    page.own(
        "\n## What is equivalent\n\n\
         A mistake is equivalent where no program could notice it on the target: C's and Rust's types have one width there, the sizes and\n\
         offsets of both versions are equal, the field lies in the other side's padding, or the languages give both spellings one meaning. Such a\n\
         pair may have a warning and must not diverge.\n\n",
    );
    for target in &report.targets {
        let rows: Vec<String> = target
            .kinds
            .iter()
            .filter(|row| row.counts.of(Outcome::Equivalent) > 0)
            .map(|row| {
                let equal = row.counts.of(Outcome::Equivalent);
                format!("{} ({equal} of {})", row.kind, row.counts.sum())
            })
            .collect();
        let rows = if rows.is_empty() {
            "none".to_owned()
        } else {
            rows.join(", ")
        };
        page.own("- ")
            .own(target.target.short())
            .own(": ")
            .text(&rows)
            .own("\n");
    }
}

/// What did not come out as wanted, and what was not drawn.
fn not_reached(page: &mut Markdown, report: &FuzzReport) {
    page.own("\n## What is not reached\n\n");
    for target in &report.targets {
        for missing in undrawn(target) {
            page.own("- ").own(target.target.short());
            page.own(": ").text(&missing).own("\n");
        }
    }
    for CauseReport {
        cause,
        pairs,
        command,
        ..
    } in &report.causes
    {
        let noun = if *pairs == 1 { "pair" } else { "pairs" };
        page.own("- ")
            .text(&format!("{pairs} {noun} {}", cause.sentence()));
        page.own(": ").code(command).own("\n");
    }
    page.own(
        "- `long double`, `_BitInt`, complex numbers and vectors are not drawn; [the model](disagreements.md) is held against compilers on them.\n\
         - Compilers other than those above.\n",
    );
}

/// Kinds and spellings of which a run has no pair.
fn undrawn(target: &TargetReport) -> Vec<String> {
    let kinds: BTreeSet<&str> = target.kinds.iter().map(|row| row.kind.as_str()).collect();
    let spellings: BTreeSet<&str> = target.spellings.iter().map(|row| row.spelling.as_str()).collect();
    let list = |what: &str, names: Vec<&str>| {
        (!names.is_empty()).then(|| format!("no such pair was drawn: {what} {}", names.join(", ")))
    };
    let kinds: Vec<&str> = Kind::ALL
        .iter()
        .map(|kind| kind.id())
        .filter(|id| !kinds.contains(id))
        .collect();
    let spellings: Vec<&str> = Spelling::ALL
        .iter()
        .map(|spelling| spelling.id())
        .filter(|id| !spellings.contains(id))
        .collect();
    let of_target = |outcome: Outcome| target.correct.of(outcome);
    let unproven = of_target(Outcome::Unproven);
    let unproven =
        (unproven > 0).then(|| format!("{unproven} {CORRECT} pairs agree, and no clause promises it"));
    [
        list("mistaken by", kinds),
        list("correct and written with", spellings),
        unproven,
    ]
    .into_iter()
    .flatten()
    .collect()
}
