//! Functions on texts, addresses and versions.

use regex::Regex;

use super::exec::Failure;
use super::functions::at;
use super::value::Value;

/// A text repeated further is no manifest.
const MOST_BYTES: usize = 1024 * 1024;

/// The value of a function on texts; `None` for other functions.
pub(super) fn call(name: &str, a: &[Value]) -> Option<Result<Value, Failure>> {
    let text = |index: usize| a.get(index).map(Value::shown).unwrap_or_default();
    let last = || a.last().map(Value::shown).unwrap_or_default();
    let done = |text: String| Some(Ok(Value::text(text)));
    let pattern = || Regex::new(&text(0)).map_err(|_| format!("`{}` is no pattern", text(0)));
    match name {
        "quote" => done(quoted(a, '"')),
        "squote" => done(quoted(a, '\'')),
        "toString" => done(text(0)),
        "toStrings" => match at(a, 0) {
            Ok(Value::List(items)) => {
                Some(Ok(Value::list(items.iter().map(|item| Value::text(item.shown())).collect())))
            }
            _ => Some(Ok(Value::list(Vec::new()))),
        },
        "print" => done(a.iter().map(Value::shown).collect()),
        "println" => done(a.iter().map(Value::shown).collect::<Vec<_>>().join(" ") + "\n"),
        "printf" => done(printf(&text(0), a.get(1..).unwrap_or_default())),
        "indent" | "nindent" => {
            let pad = " ".repeat(usize::try_from(at(a, 0).map(Value::int).unwrap_or(0)).unwrap_or(0).min(200));
            let body = pad.clone() + &text(1).replace('\n', &format!("\n{pad}"));
            done(if name == "nindent" { format!("\n{body}") } else { body })
        }
        "trim" => done(text(0).trim().to_owned()),
        "trimAll" => done(text(1).trim_matches(|letter| text(0).contains(letter)).to_owned()),
        "trimSuffix" => done(text(1).strip_suffix(&text(0)).map_or_else(|| text(1), str::to_owned)),
        "trimPrefix" => done(text(1).strip_prefix(&text(0)).map_or_else(|| text(1), str::to_owned)),
        "upper" => done(text(0).to_uppercase()),
        "lower" => done(text(0).to_lowercase()),
        "title" => done(words(&text(0), &[' '], true)),
        "untitle" => done(text(0).to_lowercase()),
        "camelcase" => done(words(&text(0), &['_', '-', ' '], true).replace(['_', '-', ' '], "")),
        "kebabcase" => done(apart(&text(0), '-')),
        "snakecase" => done(apart(&text(0), '_')),
        "nospace" => done(text(0).split_whitespace().collect()),
        "replace" => {
            let (old, new, all) = (text(0), text(1), text(2));
            let grown = all.matches(&old).count().saturating_mul(new.len());
            if grown > MOST_BYTES {
                return Some(Err("a text that grows too large".to_owned()));
            }
            done(all.replace(&old, &new))
        }
        "contains" => Some(Ok(Value::Bool(text(1).contains(&text(0))))),
        "hasPrefix" => Some(Ok(Value::Bool(text(1).starts_with(&text(0))))),
        "hasSuffix" => Some(Ok(Value::Bool(text(1).ends_with(&text(0))))),
        "trunc" => {
            let (count, text) = (at(a, 0).map(Value::int).unwrap_or(0), text(1));
            let letters: Vec<char> = text.chars().collect();
            let size = usize::try_from(count.abs()).unwrap_or(usize::MAX).min(letters.len());
            let kept = if count < 0 { &letters[letters.len() - size..] } else { &letters[..size] };
            done(kept.iter().collect())
        }
        "substr" => {
            let number = |index: usize| at(a, index).map(Value::int).unwrap_or(0);
            let letters: Vec<char> = text(2).chars().collect();
            let end =
                if number(1) < 0 { letters.len() } else { usize::try_from(number(1)).unwrap_or(0).min(letters.len()) };
            let start = usize::try_from(number(0)).unwrap_or(0).min(end);
            done(letters[start..end].iter().collect())
        }
        "repeat" => {
            let count = usize::try_from(at(a, 0).map(Value::int).unwrap_or(0)).unwrap_or(0);
            let text = text(1);
            let count = count.min(MOST_BYTES / text.len().max(1));
            done(text.repeat(count))
        }
        "cat" => done(a.iter().map(Value::shown).collect::<Vec<_>>().join(" ")),
        "join" => match a.get(1) {
            Some(Value::List(items)) => done(items.iter().map(Value::shown).collect::<Vec<_>>().join(&text(0))),
            _ => done(text(1)),
        },
        "splitList" => Some(Ok(Value::list(text(1).split(&text(0)).map(Value::text).collect()))),
        "split" => {
            let parts: Vec<String> = text(1).split(&text(0)).map(str::to_owned).collect();
            Some(Ok(Value::map(
                parts.iter().enumerate().map(|(number, part)| (format!("_{number}"), Value::text(part))),
            )))
        }
        "regexMatch" | "mustRegexMatch" => Some(pattern().map(|pattern| Value::Bool(pattern.is_match(&text(1))))),
        "regexFind" | "mustRegexFind" => {
            Some(pattern().map(|p| Value::text(p.find(&text(1)).map_or("", |found| found.as_str()))))
        }
        "regexFindAll" | "mustRegexFindAll" => Some(pattern().map(|pattern| {
            let all = text(1);
            Value::list(pattern.find_iter(&all).map(|found| Value::text(found.as_str())).collect())
        })),
        "regexReplaceAll" | "mustRegexReplaceAll" => {
            Some(pattern().map(|pattern| Value::text(pattern.replace_all(&text(1), text(2).as_str()))))
        }
        "regexReplaceAllLiteral" | "mustRegexReplaceAllLiteral" => {
            Some(pattern().map(|pattern| Value::text(pattern.replace_all(&text(1), regex::NoExpand(&text(2))))))
        }
        "regexSplit" => Some(pattern().map(|pattern| Value::list(pattern.split(&text(1)).map(Value::text).collect()))),
        "regexQuoteMeta" => done(regex::escape(&text(0))),
        // What is encoded or hashed is a secret or a mark of change: no reader looks into it.
        "b64enc" | "b32enc" | "sha256sum" | "sha1sum" | "sha512sum" | "adler32sum" | "md5sum" => {
            done("encoded".to_owned())
        }
        "b64dec" | "b32dec" => done(last()),
        "base" => done(text(0).rsplit('/').next().unwrap_or_default().to_owned()),
        "dir" => done(text(0).rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned()),
        "ext" => done(text(0).rsplit_once('.').map_or(String::new(), |(_, end)| format!(".{end}"))),
        "clean" => done(text(0)),
        "urlquery" | "html" | "js" => done(text(0)),
        "plural" => done(if at(a, 2).map(Value::int).unwrap_or(0) == 1 { text(0) } else { text(1) }),
        "wrap" | "wrapWith" => done(last()),
        _ => None,
    }
}

fn quoted(a: &[Value], quote: char) -> String {
    let one = |value: &Value| match quote {
        '"' => serde_json::Value::from(value.shown()).to_string(),
        _ => format!("'{}'", value.shown()),
    };
    a.iter().filter(|value| !matches!(value, Value::Null)).map(one).collect::<Vec<_>>().join(" ")
}

fn words(text: &str, between: &[char], upper: bool) -> String {
    let mut start = upper;
    let letter = |letter: char| {
        let shown = if start { letter.to_uppercase().to_string() } else { letter.to_string() };
        start = between.contains(&letter);
        shown
    };
    text.chars().map(letter).collect()
}

fn apart(text: &str, sign: char) -> String {
    let mut result = String::new();
    for letter in text.chars() {
        if letter.is_uppercase() && !result.is_empty() && !result.ends_with(sign) {
            result.push(sign);
        }
        let plain = if matches!(letter, '_' | '-' | ' ') { sign } else { letter };
        result.extend(plain.to_lowercase());
    }
    result
}

/// Puts values into a pattern: `%s`, `%d`, `%v`, `%q`, `%t`, `%5d`, `%.2f`, `%%`.
fn printf(pattern: &str, values: &[Value]) -> String {
    let mut result = String::new();
    let mut values = values.iter();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            result.push(letter);
            continue;
        }
        let mut options = String::new();
        while letters.peek().is_some_and(|next| matches!(next, '0'..='9' | '.' | '-' | '+' | '#' | ' ')) {
            options.extend(letters.next());
        }
        let verb = letters.next().unwrap_or('%');
        if verb == '%' {
            result.push('%');
            continue;
        }
        let Some(value) = values.next() else { continue };
        let shown = match verb {
            'd' => value.int().to_string(),
            'f' | 'g' | 'e' => {
                let digits = options.split_once('.').and_then(|(_, digits)| digits.parse().ok());
                digits.map_or_else(
                    || value.float().to_string(),
                    |digits: usize| format!("{:.*}", digits.min(30), value.float()),
                )
            }
            'q' => serde_json::Value::from(value.shown()).to_string(),
            'x' => format!("{:x}", value.int()),
            _ => value.shown(),
        };
        let width: usize = options
            .split('.')
            .next()
            .and_then(|width| width.trim_start_matches(['-', '+', '#', ' ']).parse().ok())
            .unwrap_or(0);
        let zeros = options.starts_with('0') && verb == 'd';
        let missing = width.min(200).saturating_sub(shown.chars().count());
        result.push_str(&(if zeros { "0" } else { " " }).repeat(missing));
        result.push_str(&shown);
    }
    result
}

/// The parts of an address, in Helm's words.
pub(super) fn url(text: &str) -> Value {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let name = host.split(':').next().unwrap_or_default();
    let parts =
        [("scheme", scheme), ("host", host), ("hostname", name), ("path", path), ("query", ""), ("fragment", "")];
    Value::map(parts.into_iter().map(|(key, value)| (key.to_owned(), Value::text(value))))
}

fn numbers(version: &str) -> [u64; 3] {
    let plain = version.trim().trim_start_matches('v');
    let plain = plain.split(['-', '+']).next().unwrap_or_default();
    let mut parts = plain.split('.').map(|part| part.parse().unwrap_or(0));
    [parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0)]
}

/// The parts of a version.
pub(super) fn version(text: &str) -> Value {
    let parts = ["Major", "Minor", "Patch"].into_iter().zip(numbers(text));
    let mut all: Vec<(String, Value)> =
        parts.map(|(key, value)| (key.to_owned(), Value::Int(i64::try_from(value).unwrap_or(0)))).collect();
    all.push(("Original".to_owned(), Value::text(text)));
    Value::map(all)
}

/// Whether a version satisfies a constraint: `>=1.19-0`, `^1.2`, `~1.2.3`, `1.x`, several with commas and `||`.
pub(super) fn semver(constraint: &str, version: &str) -> bool {
    let own = numbers(version);
    let one = |text: &str| {
        let text = text.trim();
        let sign_end =
            text.find(|letter: char| letter.is_ascii_digit() || letter == 'v' || letter == '*' || letter == 'x');
        let (sign, wanted) = text.split_at(sign_end.unwrap_or(text.len()));
        let given = wanted
            .split(['-', '+'])
            .next()
            .unwrap_or_default()
            .split('.')
            .filter(|part| part.parse::<u64>().is_ok() || part.starts_with('v'))
            .count();
        let wanted = numbers(wanted);
        let next = |place: usize| {
            let mut next = [0; 3];
            next[..=place].copy_from_slice(&wanted[..=place]);
            next[place] += 1;
            next
        };
        match sign.trim() {
            ">" => own > wanted,
            ">=" | "=>" => own >= wanted,
            "<" => own < wanted,
            "<=" | "=<" => own <= wanted,
            "!=" => own != wanted,
            "^" => own >= wanted && own < next(wanted.iter().position(|part| *part > 0).unwrap_or(2)),
            "~" | "~>" => own >= wanted && own < next(if given < 2 { 0 } else { 1 }),
            _ if given == 0 => true,
            _ => own >= wanted && own < next(given.min(3) - 1),
        }
    };
    let spaced = |text: &str| {
        // A space stands between constraints, but not behind a sign.
        let mut joined = String::new();
        for part in text.replace(',', " ").split_whitespace() {
            let open = joined.ends_with(['<', '>', '=', '^', '~', '!']);
            joined.push_str(if open || joined.is_empty() { "" } else { " " });
            joined.push_str(part);
        }
        joined
    };
    constraint.split("||").any(|all| spaced(all).split(' ').all(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_satisfy_constraints() {
        let cases = [
            (">=1.19-0", "v1.31.0", true),
            ("<1.14-0", "1.31.0", false),
            ("^1.2", "1.31.0", true),
            ("^1.2", "2.0.0", false),
            ("~1.2.3", "1.2.9", true),
            ("~1.2.3", "1.3.0", false),
            (">= 1.2, < 1.5 || >=1.30", "1.31.0", true),
            ("1.x", "1.9.0", true),
            ("*", "0.1.0", true),
            ("1.2", "1.2.7", true),
            ("!=1.2.7", "1.2.7", false),
            ("^0.3", "0.4.0", false),
        ];
        for (constraint, version, expected) in cases {
            assert_eq!(semver(constraint, version), expected, "{constraint} {version}");
        }
    }

    #[test]
    fn patterns_take_values() {
        let values = [Value::text("a"), Value::Int(7), Value::text("b\"c")];
        assert_eq!(printf("%s-%03d %q 100%%", &values), "a-007 \"b\\\"c\" 100%");
        assert_eq!(printf("%s %d", &values[..1]), "a ");
        assert_eq!(printf("%.1f|%5s|", &[Value::Float(1.25), Value::text("x")]), "1.2|    x|");
    }
}
