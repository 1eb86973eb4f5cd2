//! Texts that are put together: of pieces, of operands, and of templates with what fills them in.

use std::sync::Arc;

use super::collect::{Collector, Ctx};
use super::dialect::Places;
use super::sketch::{Bit, Given, Invocation, Kind, Sketch};
use super::template::{add, ends_with, split};
use crate::scan::code::{Binding, Part, Piece, Text};

impl Collector<'_> {
    pub(super) fn joined(&mut self, all: &[Sketch], sketch: &Sketch, ctx: &Ctx) -> Vec<Part> {
        if !all.iter().any(|one| matches!(one.kind, Kind::Text(_) | Kind::Join(_) | Kind::Format(..))) {
            return all.iter().flat_map(|one| self.value(one, ctx)).collect();
        }
        let mut pieces = Vec::new();
        for one in all {
            self.piece(one, ctx, &mut pieces);
        }
        vec![Part::Text(Text { pieces, line: sketch.line, column: sketch.column })]
    }

    pub(super) fn pieces(&mut self, bits: &[Bit], ctx: &Ctx) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for bit in bits {
            match bit {
                Bit::Fixed(letters) => add(&mut pieces, letters),
                Bit::Open(value) => self.piece(value, ctx, &mut pieces),
            }
        }
        pieces
    }

    /// What a value contributes to a text. That of a call, or of several parts, is bound to a name that no program can
    /// write, so that the text can speak of it.
    fn piece(&mut self, value: &Sketch, ctx: &Ctx, pieces: &mut Vec<Piece>) {
        if let Kind::Number(number) = value.kind {
            return add(pieces, &number.to_string());
        }
        let mut parts = self.value(value, ctx);
        match parts.as_mut_slice() {
            [Part::Name(path)] => pieces.push(Piece::Open(std::mem::take(path))),
            [Part::Text(text)] => {
                for piece in std::mem::take(&mut text.pieces) {
                    match piece {
                        Piece::Fixed(letters) => add(pieces, &letters),
                        open => pieces.push(open),
                    }
                }
            }
            [] => pieces.push(Piece::Open(Vec::new())),
            _ => {
                let Some(open) = self.open.last_mut() else { return };
                let name: Arc<str> = Arc::from(format!("#{}", open.function.bindings.len()));
                let binding = Binding::new(name.clone(), false, parts, value.line);
                open.function.bindings.push(binding);
                pieces.push(Piece::Open(vec![name]));
            }
        }
    }

    /// The template and the values of a call that fills a text in.
    pub(super) fn template<'c>(&self, call: &'c Invocation) -> Option<(Places, &'c Sketch, &'c [Given])> {
        let (end, places) = self.dialect.formats.iter().find(|(end, _)| ends_with(&call.target, end))?;
        if let Kind::Member(object, _) = &call.target.kind
            && matches!(object.kind, Kind::Text(_) | Kind::Join(_))
        {
            return Some((*places, object, &call.arguments));
        }
        let (first, rest) = call.arguments.split_first()?;
        (end.len() > 1 || matches!(call.target.kind, Kind::Name(_))).then_some((*places, &first.value, rest))
    }

    pub(super) fn format(
        &mut self,
        at: &Sketch,
        template: &Sketch,
        given: &[Given],
        places: Places,
        ctx: &Ctx,
    ) -> Vec<Part> {
        let mut parts = self.value(template, ctx);
        let [Part::Text(text)] = parts.as_mut_slice() else {
            parts.extend(given.iter().flat_map(|one| self.value(&one.value, ctx)).collect::<Vec<_>>());
            return parts;
        };
        let mut pieces = Vec::new();
        let mut next = 0;
        for piece in std::mem::take(&mut text.pieces) {
            let Piece::Fixed(letters) = piece else {
                pieces.push(piece);
                continue;
            };
            for (letters, place) in split(&letters, places) {
                add(&mut pieces, letters);
                let Some(place) = place else { continue };
                let named = given.iter().position(|one| one.name.as_deref().is_some_and(|name| name == place));
                let index = named.or_else(|| place.parse().ok()).unwrap_or_else(|| {
                    next += 1;
                    next - 1
                });
                match given.get(index) {
                    Some(one) => self.piece(&one.value, ctx, &mut pieces),
                    None => pieces.push(Piece::Open(Vec::new())),
                }
            }
        }
        vec![Part::Text(Text { pieces, line: at.line, column: at.column })]
    }
}
