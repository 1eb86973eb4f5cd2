//! Which values of a manifest are network addresses: `CART_ADDR=cart:7070` is one, `POSTGRES_DB=orders` is not.

use std::sync::Arc;

use crate::facts::Address;

/// Schemes whose authority is no host: a file, a socket, a bucket.
const NO_HOST_SCHEMES: &[&str] = &["file", "unix", "data", "s3", "s3a", "gs", "oss", "cos", "cosn", "obs", "abfss"];

/// Ends of a variable's name that say its value is a host.
const HOST_KEYS: &[&str] = &[
    "ADDR",
    "ADDRESS",
    "ADDRESSES",
    "BOOTSTRAP",
    "BROKER",
    "BROKERS",
    "ENDPOINT",
    "ENDPOINTS",
    "HOST",
    "HOSTNAME",
    "HOSTS",
    "PGHOST",
    "DBHOST",
    "SERVER",
    "SERVERS",
    "SERVICE",
    "UPSTREAM",
    "URI",
    "URL",
    "URLS",
    "DSN",
    "NODES",
    "PEERS",
    "BACKEND",
    "TARGET",
    "SEED",
    "SEEDS",
];

/// Parts of a variable's name that say its value is not what the process calls: where it listens, who may call it, what
/// it sends to browsers.
const NOT_CALLED: &[&str] = &[
    "LISTEN",
    "BIND",
    "ADVERTISED",
    "CORS",
    "ORIGIN",
    "ORIGINS",
    "CALLBACK",
    "REDIRECT",
    "WEBHOOK",
    "NO_PROXY",
    "ISSUER",
    "ISSUERS",
    "MATCH_HOSTS",
    "AUDIENCE",
    "USER_AGENT",
    "SERVICE_NAME",
    "SCHEMA",
    "PUBLIC_URL",
    "EXTERNAL_URL",
    "ROOT_URL",
    "SITE_URL",
    "VIRTUAL_HOST",
    "LETSENCRYPT_HOST",
    "ALLOWED_HOSTS",
    "CHARACTER_SET",
    "COLLATION",
    "AUTH_HOST",
];

/// Parts that say so too, unless the name ends in a word for a host: `IMAGE_PROVIDER_HOST` is one, `IMAGE_URL` is not.
const NOT_CALLED_AS_URL: &[&str] = &["IMAGE", "TAG", "VERSION", "DOCS"];

/// Keys of connection strings that say which host is meant: `Host=db;Port=5432`, `host=db dbname=orders`.
const CONNECTION_KEYS: &[&str] =
    &["host", "hostname", "server", "data source", "datasource", "addr", "address", "network address"];

/// The addresses in the value of a variable or field with this name, in order.
///
/// A value counts if it has a scheme or a port, or if the name says that it is a host (`CART_HOST`). Lists separated by
/// commas are several. What stands for the machine itself (`localhost`, `0.0.0.0`) is none.
pub fn of_variable(name: &str, value: &str) -> Vec<Address> {
    let words = words(name);
    let ends_in = |key: &str| words.last().is_some_and(|last| last == key);
    // A registry of schemas is called; a schema is not.
    let whole = format!("_{}_", words.join("_")).replace("_SCHEMA_REGISTRY_", "_REGISTRY_");
    let has = |parts: &[&str]| parts.iter().any(|part| whole.contains(&format!("_{part}_")));
    let is_host_name = words.ends_with(&["HOST".to_owned(), "NAME".to_owned()]);
    let is_host = is_host_name || HOST_KEYS.iter().any(|key| ends_in(key));
    let is_url = ["URL", "URLS", "URI"].into_iter().any(ends_in);
    if has(NOT_CALLED) || (has(NOT_CALLED_AS_URL) && (is_url || !is_host)) {
        return Vec::new();
    }
    if value.starts_with('-') {
        return of_command(value.split_whitespace());
    }
    let found = if value.contains("://") { Vec::new() } else { of_connection_string(value) };
    if found.is_empty() { of_value(value, is_host) } else { found }
}

/// Whether the value of a variable or field with this name is an address of the machine itself, `localhost`: where nothing
/// else is said it names nothing that others run.
pub fn is_of_machine(name: &str, value: &str) -> bool {
    const ELSEWHERE: &str = "the-machine-itself";
    let moved = value.replace("localhost", ELSEWHERE).replace("127.0.0.1", ELSEWHERE);
    moved != value && of_variable(name, &moved).iter().any(|address| &*address.host == ELSEWHERE)
}

/// Whether several hosts differ in their digits alone (`kafka-0:9092,kafka-1:9092`): they are the members of one thing.
pub fn are_members(addresses: &[Address]) -> bool {
    let stem = |address: &Address| address.host.chars().filter(|letter| !letter.is_ascii_digit()).collect::<String>();
    let first = addresses.first().map(stem);
    addresses.len() > 1
        && first.as_ref().is_some_and(|first| first.chars().any(char::is_alphabetic))
        && addresses.iter().all(|address| Some(stem(address)) == first)
        && addresses.windows(2).all(|pair| pair[0].host != pair[1].host)
}

/// The addresses in a connection string of pairs, separated by semicolons or spaces; none in other texts.
fn of_connection_string(value: &str) -> Vec<Address> {
    let separator = |c: char| if value.contains(';') { c == ';' } else { c.is_whitespace() };
    let mut found = Vec::new();
    for (key, host) in value.trim_matches(['"', '\'']).split(separator).filter_map(|pair| pair.split_once('=')) {
        if !CONNECTION_KEYS.contains(&key.trim().to_lowercase().as_str()) {
            continue;
        }
        let host = host.trim().strip_prefix("tcp:").unwrap_or(host.trim());
        // A comma stands before a port in one family of databases and before another host in the others.
        match host.split_once(',') {
            Some((host, port)) if port.parse::<u16>().is_ok() => {
                found.extend(of_value(&format!("{host}:{port}"), true))
            }
            _ => found.extend(of_value(host, true)),
        }
    }
    found
}

/// The addresses in the words of a command line: `--redis=redis:6379`, `-url http://cart/`.
pub fn of_command<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<Address> {
    let mut found = Vec::new();
    let mut flag: Option<&str> = None;
    for word in words {
        match word.strip_prefix('-').map(|rest| rest.trim_start_matches('-')) {
            Some(option) => match option.split_once('=') {
                Some((name, value)) => found.extend(of_variable(name, value)),
                None => {
                    flag = Some(option);
                    continue;
                }
            },
            None => found.extend(match (flag, word.split_once('=')) {
                (Some(name), _) => of_variable(name, word),
                (None, Some((name, value))) if !word.contains("://") => of_variable(name, value),
                _ => word.split_whitespace().flat_map(|part| of_value(part, false)).collect(),
            }),
        }
        flag = None;
    }
    found
}

/// The addresses in a value; `bare` when a name without scheme and port counts too.
fn of_value(value: &str, bare: bool) -> Vec<Address> {
    let value = value.trim().trim_matches(['"', '\'']);
    if value.is_empty() || value.len() > 4096 || value.contains(char::is_whitespace) && !value.contains("://") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut scheme: Option<Arc<str>> = None;
    for part in value.split([',', ';', ' ']).filter(|part| !part.is_empty()) {
        let part = part.trim_matches(['"', '\'', '[', ']']);
        if let Some(address) = one(part, scheme.as_ref(), bare) {
            scheme.clone_from(&address.scheme);
            found.push(address);
        }
    }
    found
}

/// One address: `scheme://user:password@host:port/path`, `host:port`, or `host` where that counts.
fn one(text: &str, inherited: Option<&Arc<str>>, bare: bool) -> Option<Address> {
    let text = text.strip_prefix("jdbc:").or_else(|| text.strip_prefix("r2dbc:")).unwrap_or(text);
    let named = resolved(text);
    let (bare, text) = (bare || named.is_some(), named.unwrap_or(text));
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.to_lowercase()), rest),
        None => (None, text.strip_prefix("//").unwrap_or(text)),
    };
    let valid = |scheme: &String| {
        scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_')) && !scheme.is_empty()
    };
    if scheme.as_ref().is_some_and(|scheme| !valid(scheme) || NO_HOST_SCHEMES.contains(&scheme.as_str())) {
        return None;
    }
    let scheme: Option<Arc<str>> =
        scheme.map(|scheme| scheme.rsplit(':').next().unwrap_or(&scheme).into()).or_else(|| inherited.cloned());
    let whole = authority(rest);
    let in_tcp = whole.rsplit_once("tcp(").map(|(_, inner)| inner.trim_end_matches(')'));
    let authority = in_tcp.unwrap_or_else(|| whole.rsplit_once('@').map_or(whole, |(_, host)| host));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, UNKNOWN)) if scheme.is_some() || bare => (host, None),
        Some((host, port)) => (host, Some(port.parse::<u16>().ok()?)),
        None => (authority, None),
    };
    // Nobody writes the whole name of a cluster's service but to call it.
    let in_cluster = host.ends_with(".svc") || host.ends_with(".svc.cluster.local");
    let counts = scheme.is_some() || port.is_some() || bare || in_cluster;
    let path_only = scheme.is_none() && port.is_none() && rest.contains('/');
    if !counts || path_only || (scheme.is_none() && is_mail(whole)) || !is_host_in_part(host) || is_itself(host) {
        return None;
    }
    Some(Address { host: host.trim_end_matches('.').to_lowercase().into(), port, scheme })
}

/// Stands in a text for what is not known of it.
const UNKNOWN: &str = "?";

/// The part of an address that names a host, without its path and query.
///
/// What is not known in it stands as `?`, which begins a query elsewhere. A host of which only the end is not known, or
/// the namespace within a cluster, is meant by what stands before.
fn authority(rest: &str) -> &str {
    let whole = rest.split(['/', '#']).next().unwrap_or(rest);
    let Some((before, after)) = whole.split_once(UNKNOWN) else { return whole };
    let is_known = matches!(after, "" | ".svc" | ".svc.cluster.local") || after.starts_with(".svc:");
    match before {
        _ if before.ends_with(':') && after.is_empty() => whole,
        _ if before.ends_with('.') && after.starts_with('.') && !is_known => whole,
        _ => before,
    }
}

/// Whether a text can be a host of which some labels, not the first, are not known.
fn is_host_in_part(text: &str) -> bool {
    let known: Vec<&str> = text.split('.').map(|label| if label == UNKNOWN { "x" } else { label }).collect();
    !text.starts_with(UNKNOWN) && is_host(&known.join("."))
}

/// What a target of gRPC names, without the resolver that it is looked up with: `dns://8.8.8.8/cart:80` is `cart:80`, and
/// what is looked up by the server of a mesh or a cluster stands in the path too. `None` for other texts.
fn resolved(text: &str) -> Option<&str> {
    const RESOLVERS: &[&str] = &["dns", "xds", "passthrough", "kubernetes", "k8s", "consul", "etcd", "discovery"];
    let (scheme, rest) = text.split_once(':')?;
    if !RESOLVERS.contains(&scheme.to_ascii_lowercase().as_str()) {
        return None;
    }
    match rest.strip_prefix("//") {
        // The authority is whom to ask; without a path there is none, and it is the name after all.
        Some(rest) => match rest.split_once('/') {
            Some((asked, name)) => (asked.is_empty() || is_target(name)).then_some(name),
            None => None,
        },
        // A port alone makes `consul:8500` a host.
        None => (rest.starts_with(|letter: char| letter.is_ascii_alphabetic()) && is_target(rest)).then_some(rest),
    }
}

/// Whether a text is a host with a port.
fn is_target(text: &str) -> bool {
    text.split_once(':').is_some_and(|(host, port)| is_host(host) && port.parse::<u16>().is_ok())
}

/// Whether a text can be a DNS name or an IPv4 address.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let trimmed = text.strip_suffix('.').unwrap_or(text);
    trimmed.len() <= 253
        && trimmed.split('.').all(label)
        && trimmed.chars().any(|c| c.is_ascii_alphabetic()) | is_ipv4(trimmed)
        && !matches!(trimmed.to_lowercase().as_str(), "true" | "false" | "none" | "null" | "yes" | "no" | "off" | "on")
}

fn is_ipv4(text: &str) -> bool {
    text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u8>().is_ok())
}

/// Whether a text is a person's address and no host's: `team@shop.example`.
fn is_mail(text: &str) -> bool {
    let Some((user, host)) = text.rsplit_once('@') else { return false };
    host.contains('.') && !host.contains(':') && !user.is_empty() && !user.contains([':', '(', '@'])
}

fn is_itself(host: &str) -> bool {
    let host = host.to_lowercase();
    let first = host.split('.').next().and_then(|part| part.parse::<u8>().ok());
    // To a group of machines one speaks without that any of them must answer.
    let is_group = is_ipv4(&host) && first.is_some_and(|first| (224..240).contains(&first));
    let loopback = is_ipv4(&host) && (host.starts_with("127.") || host == "0.0.0.0");
    loopback || is_group || host == "localhost" || host.ends_with(".localhost") || host == "host.docker.internal"
}

/// The words of a name in capitals: `redisHost`, `redis-host` and `REDIS_HOST` are `REDIS`, `HOST`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = '_';
    for letter in name.chars() {
        let edge = !letter.is_ascii_alphanumeric() || (letter.is_ascii_uppercase() && before.is_ascii_lowercase());
        if edge && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_ascii_alphanumeric()) {
            word.push(letter.to_ascii_uppercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(found: Vec<Address>) -> Vec<String> {
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_machine_itself_is_told_from_others() {
        for (name, value, expected) in [
            ("spring.datasource.url", "jdbc:postgresql://127.0.0.1:5433/postgres", true),
            ("eureka.client.serviceUrl.defaultZone", "http://localhost:8761/eureka", true),
            ("spring.redis.host", "localhost", true),
            ("spring.redis.host", "redis", false),
            ("app.cors.origin", "http://localhost:3000", false),
            ("greeting", "localhost is home", false),
        ] {
            assert_eq!(is_of_machine(name, value), expected, "{name}={value}");
        }
    }

    #[test]
    fn values_that_are_addresses() {
        for (name, value, expected) in [
            ("CART_ADDR", "cart:7070", vec!["cart:7070"]),
            ("CATALOGUE_HOST", "catalogue", vec!["catalogue"]),
            ("redisHost", "cache.svc", vec!["cache.svc"]),
            ("DB", "postgres://u:p%40ss@db:5432/orders?x=1", vec!["postgres://db:5432"]),
            ("SPRING_DATASOURCE_URL", "jdbc:mysql://db:3306/x", vec!["mysql://db:3306"]),
            ("X", "mongodb://a:1,b:2/db", vec!["mongodb://a:1", "mongodb://b:2"]),
            ("KAFKA_BROKERS", "k0:9092,k1:9092", vec!["k0:9092", "k1:9092"]),
            ("DSN", "root:secret@tcp(mysql:3306)/db", vec!["mysql:3306"]),
            ("EP", "http://otel-collector:4317", vec!["http://otel-collector:4317"]),
            ("IMAGE_PROVIDER_HOST", "image-provider", vec!["image-provider"]),
            ("DB_CONNECTION_STRING", "Host=db;Username=u;Password=p=;Database=d", vec!["db"]),
            ("ConnectionStrings__Orders", "Server=tcp:sql,1433;User Id=sa", vec!["sql:1433"]),
            ("PGHOST", "db", vec!["db"]),
            ("ZIPKIN", "zipkin.tracing.svc.cluster.local", vec!["zipkin.tracing.svc.cluster.local"]),
            ("DSN", "root:secret@tcp(mysql:3306)/db?parseTime=true", vec!["mysql:3306"]),
            ("REDIS", "redis:6379,password=x,ssl=False", vec!["redis:6379"]),
            ("DSN", "host=db port=5432 dbname=orders", vec!["db"]),
            ("KEY_CONVERTER_SCHEMA_REGISTRY_URL", "http://schemas:8081", vec!["http://schemas:8081"]),
            ("CASSANDRA_SEEDS", "c0,c1", vec!["c0", "c1"]),
            ("DB_ADDRESS", "orders@db:5432", vec!["db:5432"]),
            ("DB_ADDRESS", "orders@db", vec!["db"]),
            ("DB_ADDRESS", "orders:secret@db.example.com", vec!["db.example.com"]),
            ("DB_ADDRESS", "smtp://team@mail.example.com", vec!["smtp://mail.example.com"]),
            ("AUTH", "kubernetes:///auth.shop:50100", vec!["auth.shop:50100"]),
            ("AUTH", "dns:///auth.shop", vec!["auth.shop"]),
            ("AUTH", "dns://8.8.8.8/auth:80", vec!["auth:80"]),
            ("AUTH", "dns:auth:80", vec!["auth:80"]),
            ("AUTH", "xds:///auth:80,xds:///ads:80", vec!["auth:80", "ads:80"]),
            ("AUTH", "passthrough:///auth:80", vec!["auth:80"]),
            ("AUTH", "kubernetes://auth.shop:80", vec!["kubernetes://auth.shop:80"]),
            ("AUTH", "consul://consul:8500/auth?tag=a", vec!["consul://consul:8500"]),
            ("CONSUL", "consul:8500", vec!["consul:8500"]),
            ("STORE", "https://s3.?.amazonaws.com/bucket", vec!["https://s3.?.amazonaws.com"]),
            ("STORE", "https://oss.?.?.example.com", vec!["https://oss.?.?.example.com"]),
            ("API", "http://api.?", vec!["http://api"]),
            ("API", "http://api.?.svc.cluster.local", vec!["http://api"]),
            ("API", "http://api:?/x", vec!["http://api"]),
            ("API", "http://api?x=1", vec!["http://api"]),
            ("API", "http://?.example.com", vec![]),
            ("API", "http://a-?.example.com", vec![]),
            ("JAVA_OPTS", "-Xmx1g -Dspring.redis.host=redis -Ddb.url=jdbc:mysql://db/x", vec!["redis", "mysql://db"]),
        ] {
            assert_eq!(texts(of_variable(name, value)), expected, "{name}={value}");
        }
    }

    #[test]
    fn look_alikes_that_are_none() {
        for (name, value) in [
            ("POSTGRES_DB", "orders"),
            ("HOST", "0.0.0.0"),
            ("PORT", "8080"),
            ("REDIS_HOST", "localhost:6379"),
            ("LISTEN_ADDR", "cart:80"),
            ("SYSTEM_EMAIL_ADDRESS", "team@shop.example.com"),
            ("SMTP_FROM_ADDRESS", "\"team@shop.example.com\""),
            ("CORS_ORIGIN", "https://shop.example.com"),
            ("OTEL_SERVICE_NAME", "cart"),
            ("TIME", "12:30"),
            ("IMAGE", "redis:7"),
            ("IMAGE_URL", "https://cdn.example.com/a.png"),
            ("VIRTUAL_HOST", "shop.example.com"),
            ("character-set-server", "utf8mb4"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.namespace=shop,host=web"),
            ("FLAGS", "database=orders;user=shop"),
            ("KEY", "file:///etc/key"),
            ("X_URL", "$(HOST):80"),
            ("DATA_HOST", "/var/lib/data"),
            ("DISABLE_HOST", "true"),
            ("POSTGRES_INITDB_ARGS", "--auth-host=scram-sha-256"),
            ("PEERS", "228.6.7.20:7800"),
            ("AUTH", "kubernetes:///"),
            ("AUTH", "etcd:///services/auth"),
            ("AUTH", "xds:///"),
            ("SCHEMA_URL", "https://schemas.example.com/a.json"),
            ("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://kafka:9092"),
        ] {
            assert_eq!(texts(of_variable(name, value)), Vec::<String>::new(), "{name}={value}");
        }
    }

    #[test]
    fn command_lines() {
        let words = ["server", "--redis=redis:6379", "-url", "http://cart/x", "--verbose", "nats://nats:4222"];
        assert_eq!(texts(of_command(words)), ["redis:6379", "http://cart", "nats://nats:4222"]);
        assert_eq!(texts(of_command(["--log", "info", "serve"])), Vec::<String>::new());
    }
}
