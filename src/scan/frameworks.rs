//! Variables that no line of a program reads, and that a framework or library in it reads by itself.

use super::files::Code;
use super::programs::Program;
use super::view::View;
use crate::model::{Basis, Evidence};
use crate::source::Location;

/// How the variables begin that frameworks of the languages of the JVM read.
const JVM: &[&str] =
    &["SPRING_", "QUARKUS_", "MICRONAUT_", "EUREKA_", "MANAGEMENT_", "FEIGN_", "CAMEL_", "KAFKA_BOOTSTRAP_", "MP_"];

/// The variables by which OpenTelemetry says where telemetry is sent: for all signals, and for each.
///
/// <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>
const TELEMETRY: &[&str] = &[
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
];

/// A word that is in every import of [`EXPORTERS`], in small letters.
pub(super) const TELEMETRY_WORD: &str = "opentelemetry";

/// How imports begin, by language, of the parts of OpenTelemetry that read these variables: SDKs that set themselves up, and
/// exporters. Its interface, by which libraries make spans, reads none.
const EXPORTERS: &[(&str, &[&str])] = &[
    ("Go", &["go.opentelemetry.io/otel/exporters/otlp/", "go.opentelemetry.io/contrib/exporters/autoexport"]),
    ("JavaScript", NODE),
    ("TypeScript", NODE),
    ("TSX", NODE),
    ("Python", &["opentelemetry.exporter.otlp", "opentelemetry.sdk._configuration", "opentelemetry.distro"]),
    ("Java", JAVA),
    ("Kotlin", JAVA),
    ("C#", &["OpenTelemetry.Exporter", "OpenTelemetry.Resources", "OpenTelemetry.Trace", "OpenTelemetry.Metrics"]),
    ("Ruby", &["opentelemetry/sdk", "opentelemetry-sdk", "opentelemetry/exporter/otlp", "opentelemetry-exporter-otlp"]),
    ("PHP", &["OpenTelemetry\\SDK\\", "OpenTelemetry\\Contrib\\Otlp\\"]),
    ("Rust", &["opentelemetry_otlp"]),
];
const NODE: &[&str] = &[
    "@opentelemetry/sdk-node",
    "@opentelemetry/auto-instrumentations-node",
    "@opentelemetry/exporter-trace-otlp-",
    "@opentelemetry/exporter-metrics-otlp-",
    "@opentelemetry/exporter-logs-otlp-",
];
const JAVA: &[&str] = &["io.opentelemetry.sdk.autoconfigure."];

/// Whether a variable is read by the framework that a program is built on, by a name that the framework knows.
pub(super) fn is_framework(name: &str, program: &Program, code: &Code) -> bool {
    // What clients of providers and stores read by themselves, in every language.
    const OF_CLIENTS: &[&str] = &["AWS_ENDPOINT_URL", "PGHOST", "DD_AGENT_HOST", "DD_TRACE_AGENT_URL"];
    if name.ends_with("_EMULATOR_HOST") || OF_CLIENTS.iter().any(|start| name.starts_with(start)) {
        return true;
    }
    let is_one = || program.files.iter().any(|file| matches!(code.files[*file].language, "Java" | "Kotlin"));
    JVM.iter().any(|start| name.starts_with(start)) && is_one()
}

/// Whether a variable says where telemetry is sent.
pub(super) fn is_telemetry(name: &str) -> bool {
    TELEMETRY.contains(&name)
}

/// The import of the exporter that reads a variable by itself: the first in the order of files.
pub(super) fn exporter(name: &str, view: &View<'_>) -> Option<Evidence> {
    if !is_telemetry(name) {
        return None;
    }
    let imports = view.files.iter().flat_map(|file| {
        let file = &view.code.files[*file];
        file.module.imports.iter().map(move |import| (file, import))
    });
    let mut found = imports.filter(|(file, import)| reads(file.language, &import.path));
    let (file, import) = found.next()?;
    let at = Location { file: file.path.clone(), line: import.line, column: 1, length: 0 };
    let note = format!("`{}` reads {name} by itself, and sends in the background", import.path);
    Some(Evidence { at, basis: Basis::Code, note: Some(note.into()) })
}

/// Whether what an import of a language brings reads the variables of telemetry.
fn reads(language: &str, path: &str) -> bool {
    let all = EXPORTERS.iter().filter(|(of, _)| *of == language).flat_map(|(_, paths)| *paths);
    all.into_iter().any(|start| {
        let rest = path.strip_prefix(start);
        // `opentelemetry_otlp` is no beginning of `opentelemetry_otlpish`, but all that ends in a sign is one.
        let whole = |rest: &str| !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        rest.is_some_and(|rest| start.ends_with(['/', '-', '.', '\\']) || whole(rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::languages::LANGUAGES;

    #[test]
    fn exporters_read_variables_and_the_interface_does_not() {
        for (language, path, expected) in [
            ("Go", "go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc", true),
            ("Go", "go.opentelemetry.io/otel/trace", false),
            ("Go", "go.opentelemetry.io/otel/exporters/stdout/stdouttrace", false),
            ("TypeScript", "@opentelemetry/sdk-node", true),
            ("JavaScript", "@opentelemetry/exporter-trace-otlp-http", true),
            ("JavaScript", "@opentelemetry/api", false),
            ("Python", "opentelemetry.exporter.otlp.proto.grpc.trace_exporter", true),
            ("Python", "opentelemetry.exporter.otlpish", false),
            ("Python", "opentelemetry.trace", false),
            ("Java", "io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk", true),
            ("Java", "io.opentelemetry.api.trace.Span", false),
            ("Rust", "opentelemetry_otlp::WithExportConfig", true),
            ("Rust", "opentelemetry::trace::Tracer", false),
            ("Ruby", "opentelemetry/exporter/otlp", true),
            ("PHP", "OpenTelemetry\\SDK\\Sdk", true),
            ("PHP", "OpenTelemetry\\API\\Globals", false),
            ("C#", "OpenTelemetry.Trace", true),
            ("C#", "System.Diagnostics", false),
        ] {
            assert_eq!(reads(language, path), expected, "{language} {path}");
        }
    }

    #[test]
    fn every_path_is_of_a_language_and_found_by_the_word() {
        for (language, paths) in EXPORTERS {
            assert!(LANGUAGES.iter().any(|one| one.name == *language), "{language}");
            assert!(paths.iter().all(|path| path.to_lowercase().contains(TELEMETRY_WORD)), "{language}");
        }
    }
}
