//! HCL to our tree, with the places of attributes, blocks and items.

mod repeated;

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::expr::{BinaryOperator, Expression, ObjectKey, Traversal, TraversalOperator, UnaryOperator};
use hcl_edit::structure::Structure;
use hcl_edit::template::{Directive, Element, Template};
use hcl_edit::{Ident, Span, parser};

use super::syntax::{Attribute, Block, Body, Expr, For, Item, Operator, Piece, Spot, Step};
use crate::source::{Location, Problem};

/// Reads a file; a broken one is one problem. Linear in the text, with a limit on nesting.
pub(super) fn parse(file: &Arc<str>, text: &str) -> Result<Body, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (body, mended) = repeated::parse_body(text).map_err(|error| {
        let clamp = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
        let (line, column) = (clamp(error.location().line()), clamp(error.location().column()));
        let at = Location { file: Arc::clone(file), line, column, length: 0 };
        let message = error.message().trim().trim_end_matches('.').replace('\n', "; ");
        Problem::error(at, format!("this is not HCL: {message}"))
            .help("nothing of this file is used; `terraform validate` says more about it")
    })?;
    let mut converter = Converter::new(file, text);
    converter.mended = mended.as_deref();
    Ok(converter.body(body.iter()))
}

/// Reads an expression as the JSON form and plans write them: `aws_lb.main[0].arn`.
pub(super) fn expression(text: &str) -> Option<Expr> {
    let parsed = parser::parse_expr(text).ok()?;
    Some(Converter::new(&"".into(), text).expr(&parsed))
}

/// Reads the text of a template, `http://${host}`.
pub(super) fn template(text: &str) -> Option<Expr> {
    if !text.contains("${") && !text.contains("%{") {
        return Some(Expr::Text(text.into()));
    }
    let parsed = parser::parse_template(text).ok()?;
    Some(Converter::new(&"".into(), text).template(&parsed))
}

struct Converter<'t> {
    file: &'t Arc<str>,
    text: &'t str,
    /// The text that was parsed in its place, of the same length.
    mended: Option<&'t str>,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl<'t> Converter<'t> {
    fn new(file: &'t Arc<str>, text: &'t str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Converter { file, text, mended: None, lines }
    }

    fn spot(&self, span: Option<Range<usize>>) -> Spot {
        let Some(span) = span else { return Spot { line: 1, column: 1, length: 0 } };
        let line = self.lines.partition_point(|begin| *begin <= span.start).max(1);
        let begin = self.lines[line - 1];
        let column = self.text.get(begin..span.start).map_or(0, |before| before.chars().count()) + 1;
        let clamp = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let first_line = self.text.get(span.clone()).and_then(|text| text.lines().next());
        let length = first_line.map_or(0, |text| text.trim_end().chars().count());
        Spot { line: clamp(line), column: clamp(column), length: clamp(length) }
    }

    fn body<'b>(&self, structures: impl Iterator<Item = &'b Structure>) -> Body {
        let mut body = Body::default();
        for structure in structures {
            match structure {
                Structure::Attribute(attribute) => body.attributes.push(Attribute {
                    name: attribute.key.as_str().into(),
                    value: self.expr(&attribute.value),
                    file: Arc::clone(self.file),
                    spot: self.spot(attribute.span().or_else(|| attribute.key.span())),
                }),
                Structure::Block(block) => body.blocks.push(Block {
                    kind: block.ident.as_str().into(),
                    labels: block.labels.iter().map(|label| label.as_str().into()).collect(),
                    body: self.body(block.body.iter()),
                    file: Arc::clone(self.file),
                    spot: self.spot(block.span().or_else(|| block.ident.span())),
                }),
            }
        }
        body
    }

    fn item(&self, expr: &Expression, from: Option<Range<usize>>) -> Item {
        Item { value: self.expr(expr), spot: self.spot(from.or_else(|| expr.span())) }
    }

    /// A key as it is written that was parsed under another name, for being there twice.
    fn repeated(&self, span: Option<&Range<usize>>) -> Option<&'t str> {
        let span = span?.clone();
        let (written, parsed) = (self.text.get(span.clone())?, self.mended?.get(span)?);
        (written != parsed).then(|| written.trim_matches(['"', ' ']))
    }

    fn boxed(&self, expr: &Expression) -> Box<Expr> {
        Box::new(self.expr(expr))
    }

    fn expr(&self, expr: &Expression) -> Expr {
        match expr {
            Expression::Null(_) => Expr::Null,
            Expression::Bool(value) => Expr::Bool(*value.as_ref()),
            Expression::Number(number) => number.as_f64().map_or(Expr::Null, Expr::Number),
            Expression::String(text) => Expr::Text(text.as_str().into()),
            Expression::Array(array) => {
                let items = array.iter().map(|item| self.item(item, None)).collect();
                Expr::List(Arc::clone(self.file), items)
            }
            Expression::Object(object) => {
                let entry = |(key, value): (&ObjectKey, &hcl_edit::expr::ObjectValue)| {
                    let from = key.span();
                    let key = match key {
                        _ if let Some(written) = self.repeated(from.as_ref()) => Expr::Text(written.into()),
                        ObjectKey::Ident(name) => Expr::Text(name.as_str().into()),
                        ObjectKey::Expression(Expression::Variable(name)) => Expr::Text(name.as_str().into()),
                        ObjectKey::Expression(expr) => self.expr(expr),
                    };
                    (key, self.item(value.expr(), from))
                };
                let mut entries: Vec<(Expr, Item)> = object.iter().map(entry).collect();
                if object.iter().any(|(key, _)| self.repeated(key.span().as_ref()).is_some()) {
                    repeated::keep_last(&mut entries);
                }
                Expr::Object(Arc::clone(self.file), entries)
            }
            Expression::StringTemplate(template) => {
                Expr::Template(template.iter().map(|element| self.piece(element)).collect())
            }
            Expression::HeredocTemplate(heredoc) => self.template(&heredoc.template),
            Expression::Parenthesis(inner) => self.expr(inner.inner()),
            Expression::Variable(name) => Expr::Name(name.as_str().into()),
            Expression::Conditional(conditional) => Expr::If(Box::new([
                self.expr(&conditional.cond_expr),
                self.expr(&conditional.true_expr),
                self.expr(&conditional.false_expr),
            ])),
            Expression::FuncCall(call) => {
                let arguments = call.args.iter().map(|argument| self.expr(argument)).collect();
                Expr::Call(call.name.name.as_str().into(), arguments, call.args.expand_final())
            }
            Expression::Traversal(traversal) => self.traversal(traversal),
            Expression::UnaryOp(operation) => match *operation.operator.as_ref() {
                UnaryOperator::Neg => Expr::Negative(self.boxed(&operation.expr)),
                UnaryOperator::Not => Expr::Not(self.boxed(&operation.expr)),
            },
            Expression::BinaryOp(operation) => Expr::Binary(
                operator(*operation.operator.as_ref()),
                Box::new([self.expr(&operation.lhs_expr), self.expr(&operation.rhs_expr)]),
            ),
            Expression::ForExpr(each) => Expr::For(Box::new(For {
                key_name: each.intro.key_var.as_ref().map(|name| name.as_str().into()),
                value_name: each.intro.value_var.as_str().into(),
                over: self.expr(&each.intro.collection_expr),
                key: each.key_expr.as_ref().map(|key| self.expr(key)),
                value: self.expr(&each.value_expr),
                condition: each.cond.as_ref().map(|condition| self.expr(&condition.expr)),
                grouping: each.grouping,
                file: Arc::clone(self.file),
                spot: self.spot(each.value_expr.span()),
            })),
        }
    }

    fn traversal(&self, traversal: &Traversal) -> Expr {
        let mut expr = self.expr(&traversal.expr);
        let mut operators = traversal.operators.iter().map(AsRef::as_ref).peekable();
        while let Some(operator) = operators.next() {
            expr = match operator {
                TraversalOperator::GetAttr(name) => Expr::Get(Box::new(expr), name.as_str().into()),
                TraversalOperator::Index(index) => Expr::Index(Box::new(expr), self.boxed(index)),
                TraversalOperator::LegacyIndex(index) => Expr::Index(Box::new(expr), Box::new(number(*index.as_ref()))),
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let full = matches!(operator, TraversalOperator::FullSplat(_));
                    let mut steps = Vec::new();
                    while let Some(next) = operators.peek() {
                        match next {
                            TraversalOperator::GetAttr(name) => steps.push(Step::Get(name.as_str().into())),
                            TraversalOperator::Index(index) if full => steps.push(Step::Index(self.expr(index))),
                            TraversalOperator::LegacyIndex(index) if full => {
                                steps.push(Step::Index(number(*index.as_ref())));
                            }
                            _ => break,
                        }
                        operators.next();
                    }
                    Expr::Splat(Box::new(expr), steps)
                }
            };
        }
        expr
    }

    fn template(&self, template: &Template) -> Expr {
        Expr::Template(template.iter().map(|element| self.piece(element)).collect())
    }

    fn pieces(&self, template: &Template) -> Vec<Piece> {
        template.iter().map(|element| self.piece(element)).collect()
    }

    fn piece(&self, element: &Element) -> Piece {
        let name = |ident: &Ident| Arc::from(ident.as_str());
        match element {
            Element::Literal(text) => Piece::Text(text.as_str().into()),
            Element::Interpolation(hole) => Piece::Hole(self.expr(&hole.expr)),
            Element::Directive(directive) => match directive.as_ref() {
                Directive::If(choice) => {
                    let other = choice.else_expr.as_ref().map(|other| self.pieces(&other.template));
                    let condition = self.boxed(&choice.if_expr.cond_expr);
                    Piece::If(condition, self.pieces(&choice.if_expr.template), other.unwrap_or_default())
                }
                Directive::For(each) => Piece::For {
                    key: each.for_expr.key_var.as_ref().map(|ident| name(ident)),
                    value: name(&each.for_expr.value_var),
                    over: self.boxed(&each.for_expr.collection_expr),
                    body: self.pieces(&each.for_expr.template),
                },
            },
        }
    }
}

fn number(index: u64) -> Expr {
    Expr::Number(u32::try_from(index).map_or(f64::from(u32::MAX), f64::from))
}

fn operator(operator: BinaryOperator) -> Operator {
    match operator {
        BinaryOperator::Eq => Operator::Equal,
        BinaryOperator::NotEq => Operator::NotEqual,
        BinaryOperator::LessEq => Operator::LessEqual,
        BinaryOperator::GreaterEq => Operator::GreaterEqual,
        BinaryOperator::Less => Operator::Less,
        BinaryOperator::Greater => Operator::Greater,
        BinaryOperator::Plus => Operator::Plus,
        BinaryOperator::Minus => Operator::Minus,
        BinaryOperator::Mul => Operator::Times,
        BinaryOperator::Div => Operator::Over,
        BinaryOperator::Mod => Operator::Modulo,
        BinaryOperator::And => Operator::And,
        BinaryOperator::Or => Operator::Or,
    }
}
