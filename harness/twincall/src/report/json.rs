//! The report as JSON, under the schema in `docs/report.schema.json`.

use crate::facts::Report;
use crate::text;

/// One line-broken JSON document.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    text::json(report)
}
