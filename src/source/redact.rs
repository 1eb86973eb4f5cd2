//! Secrets in lines that are quoted: reports go to pull requests, logs and other people's screens.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// The password of an address: `amqp://user:password@host`.
static USER_INFO: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?<kept>[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@'"]*:)(?<secret>[^\s/@'"]+)@"#).ok());

/// What a key of that name is given: `Password=…;` in a connection string, `DB_PASSWORD: …` in a manifest.
static GIVEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let key =
        r"(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key)";
    Regex::new(&format!(r#"(?i)(?<kept>{key}["']?\s*(?:=|:\s|:$|:["'])\s*["']?)(?<secret>[^\s"';,&]+)"#)).ok()
});

/// What follows a flag of that name: `--requirepass …`, `"--token", "…"`.
static FLAGGED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let flag = r"--[a-z0-9-]*(?:pass|password|passwd|secret|token|api-?key|access-?key)";
    Regex::new(&format!(r#"(?i)(?<kept>{flag}(?:\s+|["'],\s*["']))(?<secret>[^\s"',-][^\s"',]*)"#)).ok()
});

/// A line with the passwords, tokens and keys in it struck out, each letter by a `*`, so that columns stay what they were.
///
/// What only refers to a secret (`${DB_PASSWORD}`, `var.token`, `!Ref Secret`) is left as it is.
pub fn redacted(line: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(line);
    for pattern in [&*USER_INFO, &*GIVEN, &*FLAGGED].into_iter().flatten() {
        let struck = |found: &Captures<'_>| {
            let (whole, kept, secret) = (&found[0], &found["kept"], &found["secret"]);
            let after = &whole[kept.len() + secret.len()..];
            let stars = || "*".repeat(secret.chars().count());
            if refers(secret) { whole.to_owned() } else { format!("{kept}{}{after}", stars()) }
        };
        if let Cow::Owned(changed) = pattern.replace_all(&text, struck) {
            text = Cow::Owned(changed);
        }
    }
    text
}

/// Whether a value stands for one that is elsewhere, or is none.
fn refers(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let starts = [
        "$", "{", "[", "<", "!", "%", "*", "var.", "local.", "data.", "module.", "random_", "aws_", "google_",
        "azurerm_",
    ];
    let words = ["true", "false", "null", "none", "~", "|", ">", "|-", ">-"];
    starts.iter().any(|start| value.starts_with(start)) || words.contains(&&*value) || value.contains(['(', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_struck_out_and_columns_stay() {
        for (line, told) in [
            ("  - URL=amqp://shop:hunter2@queue:5672/v", "  - URL=amqp://shop:*******@queue:5672/v"),
            ("URL=amqp://admin:admin@queue", "URL=amqp://admin:*****@queue"),
            (
                "Server=db;User Id=sa;Password=SwN123;Encrypt=False",
                "Server=db;User Id=sa;Password=******;Encrypt=False",
            ),
            ("  POSTGRES_PASSWORD: admin1234", "  POSTGRES_PASSWORD: *********"),
            ("  \"apiKey\": \"abc-def\",", "  \"apiKey\": \"*******\","),
            ("  password = \"pässwort\"", "  password = \"********\""),
            ("command: redis-server --requirepass hunter2", "command: redis-server --requirepass *******"),
            ("args: [\"--api-token\", \"abc\", \"x\"]", "args: [\"--api-token\", \"***\", \"x\"]"),
            ("AccountName=shop;AccountKey=Zm9v==;", "AccountName=shop;AccountKey=******;"),
        ] {
            assert_eq!(redacted(line), told);
            assert_eq!(redacted(line).chars().count(), line.chars().count());
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for line in [
            "  - URL=amqp://shop:${PASSWORD}@queue:5672",
            "  - URL=http://queue:5672/path@v1",
            "  PASSWORD: ${DB_PASSWORD}",
            "  password = random_password.db.result",
            "  secretKeyRef: {name: db, key: password}",
            "  secretName: shop-tls",
            "resource \"aws_secretsmanager_secret\" \"db\" {",
            "  password: !Ref Password",
            "  token = file(\"token\")",
            "  image: token:1.2",
            "run --no-password --port 80",
            "run --token ${TOKEN} --secret-name shop",
        ] {
            assert_eq!(redacted(line), line);
        }
    }
}
