//! Go templates: texts and actions to a tree.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::tokens::{Piece, Token, pieces};

/// Templates are nested no deeper.
const DEEPEST: usize = 200;

/// A list of what a template does, in order.
pub(super) type Body = Rc<Vec<Node>>;

/// One thing that a template does, with the line it stands in, from 1.
#[derive(Debug)]
pub(super) enum Node {
    /// Writes a text.
    Text(String, u32),
    /// Writes what a pipeline gives, unless it only sets a variable.
    Action(Pipe, u32),
    /// The first branch whose condition holds; the one without a condition comes last.
    If(Vec<(Option<Pipe>, Body)>),
    /// The body with the dot set to what the pipeline gives, if that is not empty.
    With(Vec<(Option<Pipe>, Body)>),
    /// The body for each item.
    Range(Pipe, Body, Option<Body>),
    /// Another template in its place.
    Template(String, Option<Pipe>, u32),
    /// Ends the loop.
    Break,
    /// Ends the round of the loop.
    Continue,
}

/// Commands of which each gives its result to the next.
#[derive(Debug)]
pub(super) struct Pipe {
    /// The variables that are set.
    pub(super) variables: Vec<String>,
    /// Whether they are made here, rather than changed.
    pub(super) declares: bool,
    /// The commands, each a list of what stands in it.
    pub(super) commands: Vec<Vec<Operand>>,
}

/// A part of a command.
#[derive(Debug)]
pub(super) enum Operand {
    /// What is worked with.
    Dot,
    /// `nil`.
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    Text(String),
    /// A variable, by its name with the `$`.
    Variable(String),
    /// A function by its name.
    Function(String),
    /// A pipeline in brackets.
    Inner(Pipe),
    /// Fields of another operand.
    Fields(Box<Operand>, Vec<String>),
}

/// What is wrong with a template, and in which line.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) line: u32,
}

/// A parsed file: what it does, and the templates that it defines.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) body: Body,
    pub(super) defines: BTreeMap<String, Body>,
}

/// Parses a file. Linear in it.
pub(super) fn parse(text: &str) -> Result<Parsed, Wrong> {
    let mut parser = Parser { pieces: pieces(text)?, at: 0, defines: BTreeMap::new() };
    let (body, end) = parser.list(0)?;
    if let Some((word, line)) = end {
        return Err(Wrong { message: format!("`{word}` without a beginning"), line });
    }
    Ok(Parsed { body, defines: parser.defines })
}

struct Parser {
    pieces: Vec<Piece>,
    at: usize,
    defines: BTreeMap<String, Body>,
}

/// The word that ends a list, with what stands behind it.
type End = Option<(String, u32)>;

impl Parser {
    /// Everything up to `end` or `else`; of the latter the rest of the action is left to be read.
    fn list(&mut self, depth: usize) -> Result<(Body, End), Wrong> {
        let mut nodes = Vec::new();
        while self.at < self.pieces.len() {
            let (tokens, line) = match &mut self.pieces[self.at] {
                Piece::Text(text, line) => {
                    nodes.push(Node::Text(std::mem::take(text), *line));
                    self.at += 1;
                    continue;
                }
                Piece::Action(tokens, line) => (std::mem::take(tokens), *line),
            };
            if depth > DEEPEST {
                return Err(Wrong { message: "it is nested too deep".to_owned(), line });
            }
            let first = if let Some(Token::Word(word)) = tokens.first() { word.as_str() } else { "" };
            match first {
                "end" => return Ok((Rc::new(nodes), Some(("end".to_owned(), line)))),
                "else" => {
                    self.pieces[self.at] = Piece::Action(tokens[1..].to_vec(), line);
                    return Ok((Rc::new(nodes), Some(("else".to_owned(), line))));
                }
                "if" => nodes.push(Node::If(self.branches("if", &tokens[1..], line, depth)?)),
                "with" => nodes.push(Node::With(self.branches("with", &tokens[1..], line, depth)?)),
                "range" => {
                    let pipe = pipeline(&tokens[1..], line)?;
                    self.at += 1;
                    let (body, end) = self.list(depth + 1)?;
                    let other = match ended(end, line)?.as_str() {
                        "else" => {
                            self.at += 1;
                            let (other, end) = self.list(depth + 1)?;
                            ended(end, line)?;
                            Some(other)
                        }
                        _ => None,
                    };
                    nodes.push(Node::Range(pipe, body, other));
                    self.at += 1;
                }
                "define" | "block" => {
                    let Some(Token::Text(name)) = tokens.get(1) else {
                        return Err(Wrong { message: format!("`{first}` without a name"), line });
                    };
                    self.at += 1;
                    let (body, end) = self.list(depth + 1)?;
                    ended(end, line)?;
                    self.defines.insert(name.clone(), body);
                    if first == "block" {
                        let with = pipeline(&tokens[2..], line)?;
                        nodes.push(Node::Template(name.clone(), Some(with), line));
                    }
                    self.at += 1;
                }
                "template" => {
                    let Some(Token::Text(name)) = tokens.get(1) else {
                        return Err(Wrong { message: "`template` without a name".to_owned(), line });
                    };
                    let with = if tokens.len() > 2 { Some(pipeline(&tokens[2..], line)?) } else { None };
                    nodes.push(Node::Template(name.clone(), with, line));
                    self.at += 1;
                }
                "break" => {
                    nodes.push(Node::Break);
                    self.at += 1;
                }
                "continue" => {
                    nodes.push(Node::Continue);
                    self.at += 1;
                }
                _ => {
                    nodes.push(Node::Action(pipeline(&tokens, line)?, line));
                    self.at += 1;
                }
            }
        }
        Ok((Rc::new(nodes), None))
    }

    /// The branches of `if` and `with`, up to and with their `end`.
    fn branches(
        &mut self,
        word: &str,
        condition: &[Token],
        line: u32,
        depth: usize,
    ) -> Result<Vec<(Option<Pipe>, Body)>, Wrong> {
        let mut branches = Vec::new();
        let mut condition = Some(pipeline(condition, line)?);
        loop {
            self.at += 1;
            let (body, end) = self.list(depth + 1)?;
            let last = condition.is_none();
            branches.push((condition.take(), body));
            if ended(end, line)? == "end" {
                self.at += 1;
                return Ok(branches);
            }
            if last {
                return Err(Wrong { message: "`else` behind the last `else`".to_owned(), line });
            }
            let Some(Piece::Action(tokens, line)) = self.pieces.get(self.at) else { continue };
            if let [Token::Word(again), rest @ ..] = tokens.as_slice()
                && (again == word || again == "if")
            {
                condition = Some(pipeline(rest, *line)?);
            }
        }
    }
}

fn ended(end: End, line: u32) -> Result<String, Wrong> {
    end.map(|(word, _)| word).ok_or_else(|| Wrong { message: "an action without its `end`".to_owned(), line })
}

fn pipeline(tokens: &[Token], line: u32) -> Result<Pipe, Wrong> {
    let mut at = 0;
    let pipe = read_pipe(tokens, &mut at, 0).map_err(|message| Wrong { message, line })?;
    if at < tokens.len() {
        return Err(Wrong { message: "a bracket that was not opened".to_owned(), line });
    }
    Ok(pipe)
}

fn read_pipe(tokens: &[Token], at: &mut usize, depth: usize) -> Result<Pipe, String> {
    if depth > DEEPEST {
        return Err("it is nested too deep".to_owned());
    }
    let mut pipe = Pipe { variables: Vec::new(), declares: false, commands: vec![Vec::new()] };
    let sign = tokens[*at..].iter().take(4).position(|token| matches!(token, Token::Declare | Token::Assign));
    if let Some(sign) = sign {
        for token in &tokens[*at..*at + sign] {
            if let Token::Variable(name) = token {
                pipe.variables.push(name.clone());
            }
        }
        pipe.declares = tokens[*at + sign] == Token::Declare;
        *at += sign + 1;
    }
    while let Some(token) = tokens.get(*at) {
        let operand = match token {
            Token::Close => break,
            Token::Pipe => {
                pipe.commands.push(Vec::new());
                *at += 1;
                continue;
            }
            Token::Then(name) => {
                *at += 1;
                let last = pipe.commands.last_mut().and_then(Vec::pop).ok_or("a field of nothing")?;
                let joined = match last {
                    Operand::Fields(of, mut fields) => {
                        fields.push(name.clone());
                        Operand::Fields(of, fields)
                    }
                    other => Operand::Fields(Box::new(other), vec![name.clone()]),
                };
                if let Some(command) = pipe.commands.last_mut() {
                    command.push(joined);
                }
                continue;
            }
            Token::Open => {
                *at += 1;
                let inner = read_pipe(tokens, at, depth + 1)?;
                if tokens.get(*at) != Some(&Token::Close) {
                    return Err("a bracket that is not closed".to_owned());
                }
                Operand::Inner(inner)
            }
            Token::Field(name) => Operand::Fields(Box::new(Operand::Dot), vec![name.clone()]),
            Token::Variable(name) => Operand::Variable(name.clone()),
            Token::Text(text) => Operand::Text(text.clone()),
            Token::Int(number) => Operand::Int(*number),
            Token::Float(number) => Operand::Float(*number),
            Token::Dot => Operand::Dot,
            Token::Word(word) => match word.as_str() {
                "true" => Operand::Bool(true),
                "false" => Operand::Bool(false),
                "nil" => Operand::Nil,
                _ => Operand::Function(word.clone()),
            },
            Token::Comma | Token::Declare | Token::Assign => return Err("a sign out of place".to_owned()),
        };
        if let Some(command) = pipe.commands.last_mut() {
            command.push(operand);
        }
        *at += 1;
    }
    if pipe.commands.iter().any(Vec::is_empty) {
        return Err("a command that says nothing".to_owned());
    }
    Ok(pipe)
}
