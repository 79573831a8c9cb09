//! JUnit XML: a suite for each family and target, a test for each case. What is not as expected is a failure whose type is the
//! rule, what could not be built or run is an error.

use std::collections::BTreeMap;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite, XmlString};

use super::human::{self, Style};
use super::results::{Results, TestState};
use crate::facts::{CaseReport, Report, SnapshotState, Verdict};
use crate::report::format::RenderError;
use crate::text::{marked, xml};

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
            .or_insert_with(|| TestSuite::new(text(&name)));
        suite.add_test_case(test(case));
    }
    let mut document = dated("twincall", date);
    for (_, mut suite) in suites {
        for toolchain in &report.toolchains {
            suite.add_property((text(&toolchain.name), text(&toolchain.version)));
        }
        document.add_test_suite(suite);
    }
    finished(&document)
}

/// The text of a document.
fn finished(document: &Document) -> Result<String, RenderError> {
    let text = document.to_string().map_err(RenderError::from)?;
    Ok(xml(&text))
}

/// Text for a document. Its library would leave out what a terminal obeys, and with it all that stands behind an order without
/// an end.
fn text(text: &str) -> XmlString {
    XmlString::new(marked(text))
}

/// The document of what is no report.
///
/// # Errors
/// What the XML writer reports; none is known.
pub(super) fn results(results: &Results<'_>, date: Option<u64>) -> Result<String, RenderError> {
    let mut document = dated(&format!("twincall {}", results.verb), date);
    for suite in &results.suites {
        let mut written = TestSuite::new(text(&suite.name));
        for toolchain in results.toolchains.iter().filter(|_| suite.names_toolchains) {
            written.add_property((text(&toolchain.name), text(&toolchain.version)));
        }
        for one in &suite.tests {
            let mut test = TestCase::new(text(one.name), state(&one.state));
            test.set_classname(text(&one.class));
            for (name, value) in &one.properties {
                test.add_property((text(name), text(value)));
            }
            written.add_test_case(test);
        }
        document.add_test_suite(written);
    }
    finished(&document)
}

fn state(state: &TestState) -> TestCaseStatus {
    let TestState::Failed {
        error,
        first,
        text: lines,
    } = state
    else {
        return TestCaseStatus::success();
    };
    let mut status = TestCaseStatus::non_success(match error {
        true => NonSuccessKind::Error,
        false => NonSuccessKind::Failure,
    });
    if let Some((kind, sentence)) = first {
        status.set_type(*kind).set_message(text(sentence));
    }
    status.set_description(text(lines));
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
    let mut test = TestCase::new(text(&case.name), status(case));
    let class = format!("{}.{}", case.target.short(), case.name.replace('/', "."));
    test.set_classname(text(&class));
    if let Some(file) = case
        .functions
        .iter()
        .find_map(|function| function.c.as_ref().or(function.rust.as_ref()))
    {
        test.extra
            .insert(XmlString::new("file"), text(&file.declaration.location.file));
    }
    test.add_property(("verdict", case.verdict.name()));
    test.add_property((text("command"), text(&case.command)));
    for one in case.unchecked.iter().filter(|one| one.symbol.is_some()) {
        let value = format!("{one}: {}", one.reason);
        test.add_property((text("unchecked"), text(&value)));
    }
    test
}

fn status(case: &CaseReport) -> TestCaseStatus {
    let failed = |kind, ty: &str, message: &str| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_type(ty).set_message(text(message));
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
        status.set_message(text(&format!("{}: {reason}", case.verdict.name())));
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
