//! Columns in pieces, one after another: the way tables and files have long ones.

use super::batch::BatchError;
use super::columns::{Rows, Scratch, Values};
use crate::Result;
use ironlatch_core::parallel;

/// A column, or its rows, in pieces one after another. Finding the piece of a value takes the same
/// short time however many there are.
#[derive(Debug)]
pub struct Chunked<P> {
    pieces: Vec<P>,
    /// Where each piece begins, and where the last one ends.
    starts: Vec<usize>,
    /// In which piece each value of a number that is a multiple of 2^`shift` is; one more stands
    /// for the end.
    marks: Vec<usize>,
    shift: u32,
}

impl<P> Chunked<P> {
    /// These pieces, each with how many values it has.
    pub fn new(pieces: impl IntoIterator<Item = (usize, P)>) -> Self {
        let mut starts = vec![0];
        let mut end = 0;
        let pieces: Vec<P> = pieces
            .into_iter()
            .map(|(len, piece)| {
                end += len;
                starts.push(end);
                piece
            })
            .collect();
        // Marks are twice to four times as dense as pieces, so that as a rule there is at most one
        // border between two marks.
        let shift = (end / pieces.len().max(1)).max(1).ilog2().saturating_sub(1);
        let mut piece = 0;
        let marks = (0..=(end >> shift) + 1).map(|mark| {
            while piece + 1 < pieces.len() && starts[piece + 1] <= mark << shift {
                piece += 1;
            }
            piece
        });
        let marks = marks.collect();
        Self { pieces, starts, marks, shift }
    }

    /// Pieces that are made from `parts` on all cores: each part comes with how many values it has.
    ///
    /// # Errors
    /// Of what `make` reports, counting from the beginning of its part, that of the first value,
    /// counting from the beginning of the first part.
    pub fn build<T: Send>(
        parts: impl IntoIterator<Item = (usize, T)>,
        make: impl Fn(T) -> Result<P, BatchError> + Sync,
    ) -> Result<Self, BatchError>
    where
        P: Send,
    {
        let mut first = 0;
        let parts: Vec<_> = parts
            .into_iter()
            .map(|(len, part)| {
                first += len;
                (first - len, len, part)
            })
            .collect();
        let mut places: Vec<Option<(usize, P)>> = parts.iter().map(|_| None).collect();
        let jobs = parts.into_iter().zip(&mut places).collect();
        let failures = parallel::each(jobs, true, |((first, len, part), place)| match make(part) {
            Ok(piece) => {
                *place = Some((len, piece));
                Ok(())
            }
            Err(BatchError { index, error }) => {
                Err((first, BatchError { index: index.map(|index| first + index), error }))
            }
        });
        match failures.into_iter().min_by_key(|(first, _)| *first) {
            Some((_, error)) => Err(error),
            None => Ok(Self::new(places.into_iter().flatten())),
        }
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts[self.pieces.len()]
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The piece of a value, and its place there.
    fn find(&self, index: usize) -> (&P, usize) {
        let mark = index >> self.shift;
        let (first, last) = (self.marks[mark], self.marks[mark + 1]);
        let piece = first + self.starts[first + 1..=last].partition_point(|start| *start <= index);
        (&self.pieces[piece], index - self.starts[piece])
    }
}

impl<P: Values> Values for Chunked<P> {
    fn len(&self) -> usize {
        self.len()
    }

    fn get<'s>(&'s self, index: usize, scratch: &'s mut Scratch) -> Option<&'s [u8]> {
        let (piece, index) = self.find(index);
        piece.get(index, scratch)
    }
}

impl<P: Rows> Rows for Chunked<P> {
    fn count(&self) -> Option<usize> {
        Some(self.len())
    }

    fn write(&self, index: usize, out: &mut Vec<u8>) -> Result<()> {
        let (piece, index) = self.find(index);
        piece.write(index, out)
    }
}
