//! The report as JSON, under the schema in `docs/report.schema.json`.

use crate::facts::Report;

/// One line-broken JSON document.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(report)?;
    text.push('\n');
    Ok(text)
}
