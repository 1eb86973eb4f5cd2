//! Configuration files inside ConfigMaps: the addresses in their `key: value`, `key=value` and nginx lines.

use crate::facts::Address;
use crate::ingest::address;

/// Longer texts are data: dashboards, schemas, certificates.
const MOST_BYTES: usize = 64 * 1024;

/// Endings of names of files that hold programs, data or prose.
const NOT_CONFIGURATION: &[&str] = &[
    ".sh", ".py", ".js", ".ts", ".rb", ".lua", ".sql", ".html", ".css", ".md", ".txt", ".crt", ".pem", ".key", ".csv",
    ".rules", ".rego", ".groovy", ".xsd", ".wsdl", ".proto", ".lock", ".svg", ".graphql",
];

/// nginx directives whose first word is an address.
const PASSES: &[&str] =
    &["proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass", "server"];

/// The addresses in a configuration file, each group with its line from 0.
pub(super) fn addresses(name: &str, text: &str) -> Vec<(usize, Vec<Address>)> {
    let name = name.to_lowercase();
    if text.len() > MOST_BYTES || NOT_CONFIGURATION.iter().any(|end| name.ends_with(end)) || text.starts_with("#!") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let addresses = of_line(line);
        if !addresses.is_empty() {
            found.push((number, addresses));
        }
    }
    found
}

fn of_line(line: &str) -> Vec<Address> {
    let line = line.trim();
    if line.starts_with(['#', ';', '<']) || line.starts_with("//") {
        return Vec::new();
    }
    let line = line.split(" #").next().unwrap_or(line).trim_end().trim_end_matches([',', '{']).trim_end();
    let line = line.strip_prefix("- ").unwrap_or(line).trim_start();
    if let Some((directive, rest)) = line.split_once(char::is_whitespace).filter(|(first, _)| PASSES.contains(first)) {
        let target = rest.split_whitespace().next().unwrap_or_default().trim_end_matches(';');
        return address::of_variable(if directive == "server" { "server_address" } else { "pass" }, target);
    }
    let split = ["\": ", "\":", ": ", "="].iter().find_map(|sign| line.split_once(sign));
    let (key, value) = split.unwrap_or(("", line));
    let key = key.trim_matches(['"', '\'', ' ']);
    let value = value.trim().trim_matches(['[', ']', ' ']).trim_matches(['"', '\'']).trim();
    let value = value.strip_prefix("= ").unwrap_or(value).replace("\", \"", ",").replace("', '", ",");
    if key.contains(char::is_whitespace) || value.contains(char::is_whitespace) && !value.contains('=') {
        return Vec::new();
    }
    // Comments and links to documentation are full of public URLs; a key that says `host` or `url` vouches for one.
    let vouched = !address::of_variable(key, "name").is_empty();
    let mut found = address::of_variable(key, &value);
    found.retain(|address| {
        let web = address.scheme.as_ref().is_some_and(|scheme| scheme.starts_with("http"));
        vouched || !web || !address.host.contains('.') || address.port.is_some() || address.host.contains(".svc")
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_hold_addresses_and_lines_that_do_not() {
        for (line, expected) in [
            ("spring.datasource.url=jdbc:postgresql://db:5432/x", "postgresql://db:5432"),
            ("  host: redis # the cache", "redis"),
            ("\"GeoAddress\": \"geo:8083\",", "geo:8083"),
            ("proxy_pass http://api:8080;", "http://api:8080"),
            ("server app-1:9000 weight=5;", "app-1:9000"),
            ("- targets: ['api:9090', 'web:9090']", "api:9090 web:9090"),
            ("- kafka:9092", "kafka:9092"),
            ("image: redis:7", ""),
            ("# url: http://db", ""),
            ("see http://example.com/docs for more", ""),
            ("homepage: https://example.com", ""),
            ("level: info", ""),
            ("listen: 0.0.0.0:80", ""),
            ("time: 12:30", ""),
            ("server_name shop.example.com;", ""),
            ("listen 8080;", ""),
        ] {
            let texts: Vec<String> = of_line(line).iter().map(ToString::to_string).collect();
            assert_eq!(texts.join(" "), expected, "{line}");
        }
    }
}
