//! Go templates: a file cut into texts and actions, and an action into its words.

use super::parse::Wrong;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Word(String),
    Field(String),
    Variable(String),
    Text(String),
    Int(i64),
    Float(f64),
    Dot,
    Open,
    Close,
    Pipe,
    Comma,
    Declare,
    Assign,
    /// Fields that follow without a space: `(f x).y`.
    Then(String),
}

pub(super) enum Piece {
    Text(String, u32),
    Action(Vec<Token>, u32),
}

/// Texts and actions in order, white space taken away where the marks say so.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, Wrong> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut line = 1;
    let mut trim = false;
    let lines = |text: &str| u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX);
    loop {
        let (before, inside) = rest.split_once("{{").map_or((rest, None), |(before, inside)| (before, Some(inside)));
        let trims_left = inside
            .is_some_and(|inside| inside.starts_with("- ") || inside.starts_with("-\n") || inside.starts_with("-/*"));
        let mut shown = before;
        let mut first = line;
        if trim {
            let kept = shown.trim_start();
            first += lines(&shown[..shown.len() - kept.len()]);
            shown = kept;
        }
        if trims_left {
            shown = shown.trim_end();
        }
        if !shown.is_empty() {
            found.push(Piece::Text(shown.to_owned(), first));
        }
        line += lines(before);
        let Some(inside) = inside else { return Ok(found) };
        let inside = if trims_left { &inside[1..] } else { inside };
        let start = line;
        let wrong = |message: &str| Wrong { message: message.to_owned(), line: start };
        let comment = inside.trim_start().strip_prefix("/*").map(|_| inside.find("*/"));
        let end = match comment {
            Some(Some(end)) => inside[end..].find("}}").map(|index| end + index),
            Some(None) => None,
            None => action_end(inside),
        };
        let end = end.ok_or_else(|| wrong("an action that does not end"))?;
        let action = &inside[..end];
        line += lines(action);
        rest = &inside[end + 2..];
        trim = action.ends_with('-')
            && (action.len() == 1 || action[..action.len() - 1].ends_with([' ', '\n', '\t', '/']));
        if comment.is_none() {
            let action = if trim { &action[..action.len() - 1] } else { action };
            let tokens = tokens(action).map_err(|message| wrong(&message))?;
            found.push(Piece::Action(tokens, start));
        }
    }
}

/// Where an action ends: at `}}` outside of texts.
fn action_end(inside: &str) -> Option<usize> {
    let mut quote: Option<char> = None;
    let mut letters = inside.char_indices();
    while let Some((index, letter)) = letters.next() {
        match (quote, letter) {
            (Some('"' | '\''), '\\') => drop(letters.next()),
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '`' | '\'') => quote = Some(letter),
            (None, '}') if inside[index..].starts_with("}}") => return Some(index),
            _ => {}
        }
    }
    None
}

fn tokens(action: &str) -> Result<Vec<Token>, String> {
    let mut found: Vec<Token> = Vec::new();
    let letters: Vec<char> = action.chars().collect();
    let mut at = 0;
    let word = |from: usize| {
        let is_of_word = |letter: &&char| letter.is_alphanumeric() || **letter == '_';
        letters[from..].iter().take_while(is_of_word).collect::<String>()
    };
    while at < letters.len() {
        let letter = letters[at];
        let behind_space =
            at == 0 || letters[at - 1].is_whitespace() || matches!(letters[at - 1], '(' | '|' | ',' | '=');
        match letter {
            _ if letter.is_whitespace() => at += 1,
            '(' => {
                found.push(Token::Open);
                at += 1;
            }
            ')' => {
                found.push(Token::Close);
                at += 1;
            }
            '|' => {
                found.push(Token::Pipe);
                at += 1;
            }
            ',' => {
                found.push(Token::Comma);
                at += 1;
            }
            ':' if letters.get(at + 1) == Some(&'=') => {
                found.push(Token::Declare);
                at += 2;
            }
            '=' => {
                found.push(Token::Assign);
                at += 1;
            }
            '.' => {
                let name = word(at + 1);
                at += 1 + name.chars().count();
                found.push(match (name.is_empty(), behind_space) {
                    (true, _) => Token::Dot,
                    (false, true) => Token::Field(name),
                    (false, false) => Token::Then(name),
                });
            }
            '$' => {
                let name = word(at + 1);
                at += 1 + name.chars().count();
                found.push(Token::Variable(format!("${name}")));
            }
            '"' | '`' | '\'' => {
                let (text, next) = quoted(&letters, at)?;
                found.push(if letter == '\'' {
                    Token::Int(text.chars().next().map_or(0, |c| i64::from(u32::from(c))))
                } else {
                    Token::Text(text)
                });
                at = next;
            }
            _ if letter.is_ascii_digit()
                || matches!(letter, '-' | '+') && letters.get(at + 1).is_some_and(char::is_ascii_digit) =>
            {
                let is_of_number = |c: &&char| c.is_ascii_alphanumeric() || matches!(**c, '.' | '_' | '-' | '+');
                let text: String = letters[at..].iter().take_while(is_of_number).collect();
                at += text.len();
                let plain = text.replace('_', "");
                let hex = plain.strip_prefix("0x").and_then(|hex| i64::from_str_radix(hex, 16).ok());
                let octal = plain.strip_prefix("0o").or(plain.strip_prefix('0').filter(|rest| !rest.is_empty()));
                let octal = octal.and_then(|octal| i64::from_str_radix(octal, 8).ok());
                let token = hex.or(octal).or_else(|| plain.parse().ok()).map(Token::Int);
                let token = token.or_else(|| plain.parse().ok().map(Token::Float)).or_else(|| hex_float(&plain));
                found.push(token.ok_or_else(|| format!("`{text}` is no number"))?);
            }
            _ if letter.is_alphabetic() || letter == '_' => {
                let name = word(at);
                at += name.chars().count();
                found.push(Token::Word(name));
            }
            _ => return Err(format!("`{letter}` in an action")),
        }
    }
    Ok(found)
}

/// `0x1p20`, a number times a power of two.
fn hex_float(text: &str) -> Option<Token> {
    let (digits, power) = text.strip_prefix("0x")?.split_once('p')?;
    let digits = u32::from_str_radix(digits, 16).ok()?;
    let power: i32 = power.parse().ok()?;
    Some(Token::Float(f64::from(digits) * 2f64.powi(power)))
}

fn quoted(letters: &[char], start: usize) -> Result<(String, usize), String> {
    let quote = letters[start];
    let mut text = String::new();
    let mut at = start + 1;
    while let Some(letter) = letters.get(at) {
        at += 1;
        match letter {
            _ if *letter == quote => return Ok((text, at)),
            '\\' if quote != '`' => {
                let escaped = letters.get(at).copied().unwrap_or('\\');
                at += 1;
                text.push(match escaped {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => other,
                });
            }
            _ => text.push(*letter),
        }
    }
    Err("a text that does not end".to_owned())
}
