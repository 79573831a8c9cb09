//! JUnit XML: a suite for each family and target, a test for each case. What is not as expected is a failure whose type is the
//! rule, what could not be built or run is an error.

use std::collections::BTreeMap;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite, XmlString};

use super::human::{self, Style};
use super::results::{Results, TestState};
use crate::facts::{CaseReport, Report, SnapshotState, Verdict};
use crate::report::format::RenderError;

/// The document.
///
/// # Errors
/// What the XML writer reports; none is known.
pub fn render(report: &Report, date: Option<u64>) -> Result<String, RenderError> {
    let mut suites: BTreeMap<String, TestSuite> = BTreeMap::new();
    for case in &report.cases {
        let family = case.name.split_once('/').map_or("", |(family, _)| family);
        let name = match family {
            "" => case.target.short().to_owned(),
            family => format!("{family} on {}", case.target.short()),
        };
        let suite = suites
            .entry(name.clone())
            .or_insert_with(|| TestSuite::new(name.as_str()));
        suite.add_test_case(test(case));
    }
    let mut document = dated("twincall", date);
    for (_, mut suite) in suites {
        for toolchain in &report.toolchains {
            suite.add_property((toolchain.name.as_str(), toolchain.version.as_str()));
        }
        document.add_test_suite(suite);
    }
    document.to_string().map_err(RenderError::from)
}

/// The document of what is no report.
///
/// # Errors
/// What the XML writer reports; none is known.
pub(super) fn results(results: &Results<'_>, date: Option<u64>) -> Result<String, RenderError> {
    let mut document = dated(&format!("twincall {}", results.verb), date);
    for suite in &results.suites {
        let mut written = TestSuite::new(suite.name.as_str());
        for toolchain in results.toolchains.iter().filter(|_| suite.names_toolchains) {
            written.add_property((toolchain.name.as_str(), toolchain.version.as_str()));
        }
        for one in &suite.tests {
            let mut test = TestCase::new(one.name, state(&one.state));
            test.set_classname(one.class.as_str());
            for (name, value) in &one.properties {
                test.add_property((*name, value.as_str()));
            }
            written.add_test_case(test);
        }
        document.add_test_suite(written);
    }
    document.to_string().map_err(RenderError::from)
}

fn state(state: &TestState) -> TestCaseStatus {
    let TestState::Failed { error, first, text } = state else {
        return TestCaseStatus::success();
    };
    let mut status = TestCaseStatus::non_success(match error {
        true => NonSuccessKind::Error,
        false => NonSuccessKind::Failure,
    });
    if let Some((kind, sentence)) = first {
        status.set_type(*kind).set_message(sentence.as_str());
    }
    status.set_description(text.as_str());
    status
}

fn dated(name: &str, date: Option<u64>) -> Document {
    let mut document = Document::new(name);
    if let Some(date) = date {
        let date = std::time::UNIX_EPOCH + Duration::from_secs(date);
        document.set_timestamp(chrono::DateTime::<chrono::Utc>::from(date));
    }
    document
}

fn test(case: &CaseReport) -> TestCase {
    let mut test = TestCase::new(case.name.as_str(), status(case));
    test.set_classname(format!("{}.{}", case.target.short(), case.name.replace('/', ".")));
    if let Some(file) = case
        .functions
        .iter()
        .find_map(|function| function.c.as_ref().or(function.rust.as_ref()))
    {
        test.extra.insert(
            XmlString::new("file"),
            XmlString::new(&file.declaration.location.file),
        );
    }
    test.add_property(("verdict", case.verdict.name()));
    test.add_property(("command", case.command.as_str()));
    for one in case.unchecked.iter().filter(|one| one.symbol.is_some()) {
        let value = format!("{one}: {}", one.reason);
        test.add_property(("unchecked", value.as_str()));
    }
    test
}

fn status(case: &CaseReport) -> TestCaseStatus {
    let failed = |kind, ty: &str, message: &str| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_type(ty).set_message(message);
        status.set_description(human::explain(case, Style::default()));
        status
    };
    let reason = case.reason.as_deref().unwrap_or_default();
    let first_line = reason.lines().next().unwrap_or_default();
    if case.verdict == Verdict::Error {
        return failed(NonSuccessKind::Error, "error", first_line);
    }
    if !case.executed() {
        let mut status = TestCaseStatus::skipped();
        status.set_message(format!("{}: {reason}", case.verdict.name()));
        return status;
    }
    if !case.unexpected() {
        return TestCaseStatus::success();
    }
    let unexpected = case
        .findings
        .iter()
        .find(|finding| !finding.expected && !finding.contract_only);
    if let Some(finding) = unexpected {
        let message = format!("{}: {}", finding.symbol, human::headline(finding));
        return failed(NonSuccessKind::Failure, finding.rule.id(), &message);
    }
    if let Some(vanished) = case.vanished.first() {
        let message = format!(
            "the expected `{}` did not occur: delete it from {}:{}",
            vanished.rule, vanished.file, vanished.line
        );
        return failed(NonSuccessKind::Failure, "vanished", &message);
    }
    let message = match case.snapshot {
        SnapshotState::Changed { .. } => "the snapshot changed",
        _ => "not as expected",
    };
    failed(NonSuccessKind::Failure, "snapshot", message)
}
