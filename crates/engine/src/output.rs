//! Where results go: memory that a caller has set aside and that need not be initialised.

use core::marker::PhantomData;
use core::mem::MaybeUninit;

/// Exclusive, write-only access to memory of a fixed length that may not be initialised yet.
///
/// A function that takes an `Output` and fills it returns the same memory as `&mut [u8]`. That
/// slice is the proof that every byte was written, so a caller that allocated without clearing can
/// hand the memory on in safe code.
#[derive(Debug)]
pub struct Output<'a> {
    start: *mut u8,
    len: usize,
    memory: PhantomData<&'a mut [MaybeUninit<u8>]>,
}

// SAFETY: an `Output` is as exclusive as the `&mut [MaybeUninit<u8>]` that it was made from, which
// is `Send`.
unsafe impl Send for Output<'_> {}

impl<'a> From<&'a mut [u8]> for Output<'a> {
    fn from(memory: &'a mut [u8]) -> Self {
        // Only initialised bytes are ever written through an `Output`, so the slice stays valid as
        // `[u8]`.
        Self { start: memory.as_mut_ptr(), len: memory.len(), memory: PhantomData }
    }
}

impl<'a> From<&'a mut [MaybeUninit<u8>]> for Output<'a> {
    fn from(memory: &'a mut [MaybeUninit<u8>]) -> Self {
        Self { start: memory.as_mut_ptr().cast(), len: memory.len(), memory: PhantomData }
    }
}

impl<'a> Output<'a> {
    /// The length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no byte to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Splits into the first `mid` bytes and the rest.
    ///
    /// # Panics
    /// If `mid` is past the end.
    #[must_use]
    pub fn split_at(self, mid: usize) -> (Self, Self) {
        assert!(mid <= self.len, "split past the end of the output");
        // SAFETY: `mid <= len`, so the sum stays inside the memory or one past its end.
        let tail = unsafe { self.start.add(mid) };
        (
            Self { start: self.start, len: mid, memory: PhantomData },
            Self { start: tail, len: self.len - mid, memory: PhantomData },
        )
    }

    /// Fills with zeros, and lends the memory as an ordinary slice for code that needs one.
    #[must_use]
    pub fn zeroed(self) -> &'a mut [u8] {
        // SAFETY: `start` is valid for writes of `len` bytes for `'a`.
        unsafe { self.start.write_bytes(0, self.len) };
        // SAFETY: every byte was just written.
        unsafe { self.assume_written() }
    }

    /// Copies `source` in.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn copy_from(self, source: &[u8]) -> &'a mut [u8] {
        assert_eq!(source.len(), self.len, "output and source differ in length");
        // SAFETY: both are valid for `len` bytes; the output is exclusive, so they do not overlap.
        unsafe { self.start.copy_from_nonoverlapping(source.as_ptr(), self.len) };
        // SAFETY: every byte was just written.
        unsafe { self.assume_written() }
    }

    /// A cursor that fills the memory piece by piece.
    #[must_use]
    pub fn writer(self) -> Writer<'a> {
        Writer { output: self, written: 0 }
    }

    /// The address of the first byte, for C to write to.
    pub(crate) fn as_mut_ptr(&mut self) -> *mut u8 {
        self.start
    }

    /// Overwrites with zeros, so that nothing of a failed operation stays.
    pub(crate) fn wipe(&mut self) {
        // SAFETY: `start` is valid for writes of `len` bytes.
        unsafe { aws_lc_sys::OPENSSL_cleanse(self.start.cast(), self.len) };
    }

    /// The memory as a slice.
    ///
    /// # Safety
    /// Every byte has been written.
    pub(crate) unsafe fn assume_written(self) -> &'a mut [u8] {
        // SAFETY: `start` and `len` came from one exclusive borrow for `'a`, consumed here; the
        // caller wrote every byte.
        unsafe { core::slice::from_raw_parts_mut(self.start, self.len) }
    }
}

/// Fills an [`Output`] from its front.
#[derive(Debug)]
pub struct Writer<'a> {
    output: Output<'a>,
    written: usize,
}

impl<'a> Writer<'a> {
    /// How many bytes are still free.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.output.len - self.written
    }

    /// Appends `bytes`.
    ///
    /// # Panics
    /// If fewer than `bytes.len()` bytes are free.
    pub fn push(&mut self, bytes: &[u8]) {
        self.next(bytes.len()).copy_from(bytes);
        self.written += bytes.len();
    }

    /// Appends `len` bytes that `fill` writes, and gives back what `fill` returned in a view of
    /// them.
    ///
    /// # Errors
    /// Whatever `fill` reports; the cursor then stays where it was.
    ///
    /// # Panics
    /// If fewer than `len` bytes are free, or if `fill` returns another slice than the one that it
    /// was given.
    pub fn push_with<E>(
        &mut self,
        len: usize,
        fill: impl for<'b> FnOnce(Output<'b>) -> Result<&'b mut [u8], E>,
    ) -> Result<&mut [u8], E> {
        let piece = self.next(len);
        let start = piece.start;
        let filled = fill(piece)?;
        assert!(filled.as_ptr() == start && filled.len() == len, "an output was filled in part");
        self.written += len;
        // SAFETY: `fill` returned exactly this memory as an initialised slice; the borrow of `self`
        // keeps it exclusive.
        Ok(unsafe { core::slice::from_raw_parts_mut(start, len) })
    }

    /// Appends pieces of these lengths, which `fill` may write in any order and in several threads.
    ///
    /// # Errors
    /// Whatever `fill` reports; the cursor then stays where it was.
    ///
    /// # Panics
    /// If fewer bytes are free, or if `fill` does not return the pieces that it was given, in their
    /// order.
    pub fn push_pieces<E>(
        &mut self,
        lens: impl IntoIterator<Item = usize>,
        fill: impl for<'b> FnOnce(Vec<Output<'b>>) -> Result<Vec<&'b mut [u8]>, E>,
    ) -> Result<(), E> {
        let mut rest = self.next(self.remaining());
        let mut pieces = Vec::new();
        let mut places = Vec::new();
        for len in lens {
            let (piece, after) = rest.split_at(len);
            places.push((piece.start.cast_const(), len));
            pieces.push(piece);
            rest = after;
        }
        let filled = fill(pieces)?;
        let filled = filled.iter().map(|piece| (piece.as_ptr(), piece.len()));
        assert!(filled.eq(places.iter().copied()), "an output was filled in part");
        self.written += places.iter().map(|(_, len)| len).sum::<usize>();
        Ok(())
    }

    /// Everything that was written, from the front.
    #[must_use]
    pub fn finish(self) -> &'a mut [u8] {
        let (filled, _) = self.output.split_at(self.written);
        // SAFETY: `push` and `push_with` wrote every byte up to `written`.
        unsafe { filled.assume_written() }
    }

    fn next(&mut self, len: usize) -> Output<'_> {
        assert!(len <= self.remaining(), "write past the end of the output");
        // SAFETY: `written + len <= output.len`, and the result borrows `self`, so nothing else
        // reaches the memory.
        let start = unsafe { self.output.start.add(self.written) };
        Output { start, len, memory: PhantomData }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writer_fills_in_order() {
        let mut memory = [MaybeUninit::<u8>::uninit(); 6];
        let mut writer = Output::from(&mut memory[..]).writer();
        writer.push(b"ab");
        writer.push_with(3, |out| Ok::<_, ()>(out.copy_from(b"cde"))).unwrap();
        assert_eq!(writer.remaining(), 1);
        assert_eq!(writer.finish(), b"abcde");
    }

    #[test]
    #[should_panic(expected = "past the end")]
    fn writer_stops_at_the_end() {
        let mut memory = [0u8; 2];
        Output::from(&mut memory[..]).writer().push(b"abc");
    }

    #[test]
    #[should_panic(expected = "filled in part")]
    fn writer_refuses_a_part() {
        let mut memory = [0u8; 2];
        let _ = Output::from(&mut memory[..]).writer().push_with(2, |out| Ok::<_, ()>(out.split_at(1).0.zeroed()));
    }

    #[test]
    fn pieces_come_in_any_order() {
        let mut memory = [MaybeUninit::<u8>::uninit(); 6];
        let mut writer = Output::from(&mut memory[..]).writer();
        writer.push(b"a");
        let result = writer.push_pieces([2, 0, 3], |pieces| {
            let last_first = pieces.into_iter().zip([&b"bc"[..], b"", b"def"]).rev();
            let mut filled: Vec<_> = last_first.map(|(piece, source)| piece.copy_from(source)).collect();
            filled.reverse();
            Ok::<_, ()>(filled)
        });
        assert_eq!(result, Ok(()));
        assert_eq!(writer.finish(), b"abcdef");
    }

    #[test]
    #[should_panic(expected = "filled in part")]
    fn every_piece_must_come_back() {
        let mut memory = [0u8; 2];
        let _ = Output::from(&mut memory[..])
            .writer()
            .push_pieces([1, 1], |pieces| Ok::<_, ()>(pieces.into_iter().map(Output::zeroed).take(1).collect()));
    }

    #[test]
    fn zeroed_clears() {
        let mut memory = [7u8; 4];
        assert_eq!(Output::from(&mut memory[..]).zeroed(), [0; 4]);
    }
}
