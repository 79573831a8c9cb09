use std::path::Path;

use twincall_abi::target::Target;

use super::{MergeError, ReadError, merge, parse};
use crate::facts::{CaseReport, Report, Shard, ToolchainReport, Verdict};
use crate::report::json;

fn report(shard: Option<(usize, usize)>, cases: &[&str]) -> Report {
    let toolchain = ToolchainReport {
        name: "clang-22".to_owned(),
        version: "22.1.8".to_owned(),
        language: "c".to_owned(),
    };
    let cases = cases
        .iter()
        .map(|name| CaseReport::listed(name, Target::X86_64LinuxGnu, Verdict::Agrees, String::new()))
        .collect();
    let mut report = Report::new(vec![toolchain], cases);
    report.shard = shard.map(|(number, of)| Shard { number, of });
    report
}

fn named(reports: Vec<Report>) -> Vec<(String, Report)> {
    let names = (b'a'..).map(|letter| char::from(letter).to_string());
    names.zip(reports).collect()
}

fn parsed(text: &str) -> Result<Report, ReadError> {
    parse(Path::new("old.json"), text.as_bytes())
}

#[test]
fn what_was_written_is_read() {
    let report = report(None, &["one", "other"]);
    assert_eq!(parsed(&json::render(&report).unwrap()).unwrap(), report);
}

#[test]
fn what_is_no_report_of_this_version_is_refused_with_the_reason() {
    let good = json::render(&report(None, &["one"])).unwrap();
    let refused = |text: &str, with: &str| {
        let error = parsed(text).unwrap_err().to_string();
        assert!(error.contains(with), "{error}");
    };
    refused(&good[..good.len() / 2], "`old.json` is cut short at line");
    refused("", "is cut short at line 1");
    refused("<html>", "is no JSON");
    refused("[\"twincall\", 1]", "not a report of twincall: it is no object");
    refused("{\"runs\": []}", "not a report of twincall: it has no `tool`");
    refused(
        &good.replace("\"twincall\"", "\"abidiff\""),
        "`tool` is \"abidiff\"",
    );
    refused(
        &good.replace("\"schema_version\": 2", "\"schema_version\": 7"),
        "has schema version 7",
    );
    refused(
        &good.replace("\"planned\": 1", "\"planned\": 2"),
        "does not count its cases",
    );
    refused(
        &good.replace("\"agrees\"", "\"agreeable\""),
        "does not follow docs/report.schema.json",
    );
}

#[test]
fn parts_are_put_together_in_the_order_of_one_run() {
    let whole = report(None, &["a", "b", "c"]);
    let parts = vec![report(Some((2, 2)), &["b"]), report(Some((1, 2)), &["a", "c"])];
    assert_eq!(merge(named(parts)).unwrap(), whole);
}

#[test]
fn parts_that_overlap_or_are_missing_are_named() {
    let refused = |reports: Vec<Report>, with: &str| {
        let error: MergeError = merge(named(reports)).unwrap_err();
        assert!(error.to_string().contains(with), "{error}");
    };
    refused(Vec::new(), "there is no report");
    refused(
        vec![report(Some((1, 4)), &["a"]), report(Some((3, 4)), &["b"])],
        "of 4 parts some are missing: 2/4, 4/4",
    );
    refused(
        vec![report(Some((1, 2)), &["a"])],
        "of 2 parts one is missing: 2/2",
    );
    refused(
        vec![report(Some((1, 2)), &["a"]), report(Some((1, 2)), &["a"])],
        "`a` and `b` are both part 1/2",
    );
    refused(
        vec![report(Some((1, 2)), &["a"]), report(Some((2, 2)), &["a"])],
        "a on native is in `a` and in `b`",
    );
    refused(
        vec![report(Some((1, 2)), &["a"]), report(Some((2, 3)), &["b"])],
        "part 1/2 of a run",
    );
    refused(
        vec![report(None, &["a"]), report(None, &["a"])],
        "a on native is in",
    );
    let mut other = report(None, &["b"]);
    other.toolchains[0].name = "clang-14".to_owned();
    refused(vec![report(None, &["a"]), other], "clang-14 (22.1.8)");
}

#[test]
fn every_job_is_in_one_part() {
    for of in 1..7 {
        for index in 0..40 {
            let parts = (1..=of).filter(|number| Shard { number: *number, of }.has(index));
            assert_eq!(parts.count(), 1, "job {index} of {of} parts");
        }
    }
    for wrong in ["", "3", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2"] {
        assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
    }
}
