//! CSV: a line for each finding, those that do not count included.

use super::{Check, Surroundings};

/// Writes the findings with a heading; lists within a cell are separated by spaces, chains by arrows.
pub(super) fn write(report: &Check, surroundings: &Surroundings<'_>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heading = [
        "state",
        "severity",
        "rule",
        "confidence",
        "app",
        "cut_set",
        "message",
        "remedy",
        "path",
        "file",
        "line",
        "column",
        "waiver_owner",
        "waiver_reason",
        "waiver_until",
        "fingerprint",
    ];
    // Writing to memory does not fail.
    let _ = writer.write_record(heading);
    for finding in &report.findings {
        let (file, line, column) = match finding.places.first() {
            Some((at, _)) => ((surroundings.path)(&at.file), at.line.to_string(), at.column.to_string()),
            None => Default::default(),
        };
        let waiver = finding.waiver.as_ref();
        let _ = writer.write_record([
            finding.state,
            finding.severity.word(),
            &finding.rule,
            confidence(finding.confidence),
            finding.app.as_deref().unwrap_or_default(),
            &finding.cut_set.join(" "),
            &finding.message,
            &finding.remedy,
            &finding.witness.join(" -> "),
            &file,
            &line,
            &column,
            waiver.and_then(|waiver| waiver.owner.as_deref()).unwrap_or_default(),
            waiver.map(|waiver| waiver.reason.as_str()).unwrap_or_default(),
            waiver.map(|waiver| waiver.until.as_str()).unwrap_or_default(),
            &finding.fingerprint,
        ]);
    }
    for fixed in &report.fixed {
        let cut_set = fixed.cut_set.join(" ");
        let app = fixed.app.as_deref().unwrap_or_default();
        let mut cells = vec!["fixed", "", &fixed.rule, "", app, &cut_set];
        cells.resize(heading.len(), "");
        let _ = writer.write_record(cells);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn confidence(confidence: crate::model::Confidence) -> &'static str {
    match confidence {
        crate::model::Confidence::Declared => "declared",
        crate::model::Confidence::Observed => "observed",
        crate::model::Confidence::Inferred => "inferred",
    }
}
