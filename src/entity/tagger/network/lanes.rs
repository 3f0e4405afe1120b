//! The arithmetic of the network, lane by lane.
//!
//! Every number is made by the same operations in the same order, whatever the width of the processor's registers, the
//! number of rows or the number of threads: products are summed one after the other with one rounding each
//! ([`f32::mul_add`]), and exponentials are a polynomial of our own. So a network gives the same bits everywhere. Processors
//! without a fused multiply-add are slow at it.

use super::gru::STATE;

/// Rows that are summed at once: with two registers of each and one number of the other side, they fill what there is.
const ROWS: usize = 6;

/// The width for which code was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

fn width() -> Width {
    #[cfg(target_arch = "x86_64")]
    {
        if std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("avx512vl")
            && std::arch::is_x86_feature_detected!("avx512dq")
        {
            return Width::Avx512;
        }
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
            return Width::Avx2;
        }
    }
    Width::Plain
}

/// Numbers that a processor takes at once.
trait Lanes: Copy {
    const COUNT: usize;

    /// # Safety
    /// The processor has the registers, and so many numbers can be read at the place.
    unsafe fn load(at: *const f32) -> Self;

    /// # Safety
    /// As above, for writing.
    unsafe fn store(self, at: *mut f32);

    /// # Safety
    /// The processor has the registers.
    unsafe fn plus(self, factor: f32, other: Self) -> Self;
}

impl Lanes for [f32; 4] {
    const COUNT: usize = 4;

    #[inline(always)]
    unsafe fn load(at: *const f32) -> [f32; 4] {
        // SAFETY: as the caller promises.
        unsafe { at.cast::<[f32; 4]>().read() }
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut f32) {
        // SAFETY: as the caller promises.
        unsafe { at.cast::<[f32; 4]>().write(self) }
    }

    #[inline(always)]
    unsafe fn plus(self, factor: f32, other: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|lane| factor.mul_add(other[lane], self[lane]))
    }
}

#[cfg(target_arch = "x86_64")]
mod registers {
    use super::Lanes;
    use std::arch::x86_64::*;

    impl Lanes for __m256 {
        const COUNT: usize = 8;

        #[inline(always)]
        unsafe fn load(at: *const f32) -> __m256 {
            // SAFETY: as the caller promises.
            unsafe { _mm256_loadu_ps(at) }
        }

        #[inline(always)]
        unsafe fn store(self, at: *mut f32) {
            // SAFETY: as the caller promises.
            unsafe { _mm256_storeu_ps(at, self) }
        }

        #[inline(always)]
        unsafe fn plus(self, factor: f32, other: __m256) -> __m256 {
            // SAFETY: as the caller promises.
            unsafe { _mm256_fmadd_ps(_mm256_set1_ps(factor), other, self) }
        }
    }

    impl Lanes for __m512 {
        const COUNT: usize = 16;

        #[inline(always)]
        unsafe fn load(at: *const f32) -> __m512 {
            // SAFETY: as the caller promises.
            unsafe { _mm512_loadu_ps(at) }
        }

        #[inline(always)]
        unsafe fn store(self, at: *mut f32) {
            // SAFETY: as the caller promises.
            unsafe { _mm512_storeu_ps(at, self) }
        }

        #[inline(always)]
        unsafe fn plus(self, factor: f32, other: __m512) -> __m512 {
            // SAFETY: as the caller promises.
            unsafe { _mm512_fmadd_ps(_mm512_set1_ps(factor), other, self) }
        }
    }
}

/// Adds the product of `a` (rows of `inner`) and `b` (rows of `columns`) to `out` (rows of `columns`).
///
/// # Panics
/// Where `a` or `b` is too short.
pub fn multiply(a: &[f32], inner: usize, b: &[f32], columns: usize, out: &mut [f32]) {
    let rows = out.len() / columns;
    assert!(a.len() >= rows * inner && b.len() >= inner * columns, "matrices fit");
    // SAFETY: the sizes were looked at, and the processor was asked for what it has.
    unsafe {
        match width() {
            Width::Plain => multiply_lanes::<[f32; 4]>(a, inner, b, columns, out),
            #[cfg(target_arch = "x86_64")]
            Width::Avx2 => multiply_avx2(a, inner, b, columns, out),
            #[cfg(target_arch = "x86_64")]
            Width::Avx512 => multiply_avx512(a, inner, b, columns, out),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn multiply_avx2(a: &[f32], inner: usize, b: &[f32], columns: usize, out: &mut [f32]) {
    // SAFETY: as the caller promises.
    unsafe { multiply_lanes::<std::arch::x86_64::__m256>(a, inner, b, columns, out) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn multiply_avx512(a: &[f32], inner: usize, b: &[f32], columns: usize, out: &mut [f32]) {
    // SAFETY: as the caller promises.
    unsafe { multiply_lanes::<std::arch::x86_64::__m512>(a, inner, b, columns, out) }
}

/// # Safety
/// The processor has the registers, `a` has `inner` numbers for each row of `out`, and `b` `inner` rows of `columns`.
#[inline(always)]
unsafe fn multiply_lanes<V: Lanes>(a: &[f32], inner: usize, b: &[f32], columns: usize, out: &mut [f32]) {
    let rows = out.len() / columns;
    let mut column = 0;
    while column + 2 * V::COUNT <= columns {
        let mut row = 0;
        // SAFETY: rows and columns are within the matrices.
        unsafe {
            while row + ROWS <= rows {
                block::<V, ROWS>(a, inner, b, columns, out, (row, column));
                row += ROWS;
            }
            while row + 2 <= rows {
                block::<V, 2>(a, inner, b, columns, out, (row, column));
                row += 2;
            }
            if row < rows {
                block::<V, 1>(a, inner, b, columns, out, (row, column));
            }
        }
        column += 2 * V::COUNT;
    }
    for column in column..columns {
        for row in 0..rows {
            let mut sum = out[row * columns + column];
            for (a, b) in a[row * inner..(row + 1) * inner].iter().zip(b.chunks_exact(columns)) {
                sum = a.mul_add(b[column], sum);
            }
            out[row * columns + column] = sum;
        }
    }
}

/// `R` rows and two registers of columns.
///
/// # Safety
/// As for [`multiply_lanes`]; the rows and columns from `row` and `column` on are within the matrices.
#[inline(always)]
unsafe fn block<V: Lanes, const R: usize>(
    a: &[f32],
    inner: usize,
    b: &[f32],
    columns: usize,
    out: &mut [f32],
    (row, column): (usize, usize),
) {
    // SAFETY: as the caller promises.
    unsafe {
        let out = out.as_mut_ptr().add(row * columns + column);
        let a = a.as_ptr().add(row * inner);
        let mut b = b.as_ptr().add(column);
        let mut sums: [[V; 2]; R] =
            std::array::from_fn(|r| [V::load(out.add(r * columns)), V::load(out.add(r * columns + V::COUNT))]);
        for k in 0..inner {
            let (left, right) = (V::load(b), V::load(b.add(V::COUNT)));
            for (r, sums) in sums.iter_mut().enumerate() {
                let factor = *a.add(r * inner + k);
                sums[0] = sums[0].plus(factor, left);
                sums[1] = sums[1].plus(factor, right);
            }
            b = b.wrapping_add(columns);
        }
        for (r, sums) in sums.iter().enumerate() {
            sums[0].store(out.add(r * columns));
            sums[1].store(out.add(r * columns + V::COUNT));
        }
    }
}

/// Numbers of one gate.
type Gate = [f32; STATE];

/// One step of a gated recurrent unit: from what comes of the input and of the state before (update, reset and new each),
/// the gates, and the new state in place of the old.
pub fn gate(input: &[f32], recurrent: &[f32], gates: &mut [f32], state: &mut [f32]) {
    let (Some(input), Some(recurrent), Some(gates), Some(state)) = (
        input.as_chunks().0.first_chunk(),
        recurrent.as_chunks().0.first_chunk(),
        gates.as_chunks_mut().0.first_chunk_mut(),
        state.first_chunk_mut(),
    ) else {
        return;
    };
    match width() {
        Width::Plain => gate_lanes(input, recurrent, gates, state),
        // SAFETY: the processor was asked for it.
        #[cfg(target_arch = "x86_64")]
        Width::Avx2 => unsafe { gate_avx2(input, recurrent, gates, state) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Width::Avx512 => unsafe { gate_avx512(input, recurrent, gates, state) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn gate_avx2(input: &[Gate; 3], recurrent: &[Gate; 3], gates: &mut [Gate; 3], state: &mut Gate) {
    gate_lanes(input, recurrent, gates, state);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq")]
fn gate_avx512(input: &[Gate; 3], recurrent: &[Gate; 3], gates: &mut [Gate; 3], state: &mut Gate) {
    gate_lanes(input, recurrent, gates, state);
}

#[allow(
    clippy::needless_range_loop,
    reason = "ten arrays side by side are plainer by number, and quicker"
)]
#[inline(always)]
fn gate_lanes(input: &[Gate; 3], recurrent: &[Gate; 3], gates: &mut [Gate; 3], state: &mut Gate) {
    let [xz, xr, xn] = input;
    let [hz, hr, hn] = recurrent;
    let [gz, gr, gn] = gates;
    for i in 0..STATE {
        let update = sigmoid(xz[i] + hz[i]);
        let reset = sigmoid(xr[i] + hr[i]);
        let new = tanh(reset.mul_add(hn[i], xn[i]));
        gz[i] = update;
        gr[i] = reset;
        gn[i] = new;
        state[i] = update.mul_add(state[i] - new, new);
    }
}

#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    1.0 - 2.0 / (1.0 + exp(2.0 * x))
}

/// e to the power of x, of which the error is below one in a million.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    /// Adding it leaves an integer in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 87.0);
    let scaled = x * std::f32::consts::LOG2_E;
    let shifted = scaled + ROUND;
    let power = shifted - ROUND;
    let rest = power.mul_add(-0.693_359_4, x);
    let rest = power.mul_add(2.121_944_4e-4, rest);
    let mut sum = 1.987_569_1e-4f32;
    for factor in [
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
        1.0,
        1.0,
    ] {
        sum = sum.mul_add(rest, factor);
    }
    let bits = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23;
    sum * f32::from_bits(bits)
}

/// Rows as columns.
pub fn transposed(matrix: &[f32], columns: usize) -> Vec<f32> {
    /// A square of this side stays in the nearest memory.
    const SIDE: usize = 16;
    let rows = matrix.len() / columns.max(1);
    let mut out = vec![0.0; matrix.len()];
    for top in (0..rows).step_by(SIDE) {
        for left in (0..columns).step_by(SIDE) {
            for column in left..(left + SIDE).min(columns) {
                for row in top..(top + SIDE).min(rows) {
                    out[column * rows + row] = matrix[row * columns + column];
                }
            }
        }
    }
    out
}

/// Rows filled up with noughts to a width that [`multiply`] is quick at.
pub fn widened(matrix: &[f32], columns: usize) -> (Vec<f32>, usize) {
    let wide = columns.next_multiple_of(32);
    let mut out = Vec::with_capacity(matrix.len() / columns * wide);
    for row in matrix.chunks_exact(columns) {
        out.extend_from_slice(row);
        out.resize(out.len() + wide - columns, 0.0);
    }
    (out, wide)
}

/// The other way round of [`widened`].
pub fn narrowed(matrix: &[f32], wide: usize, columns: usize) -> Vec<f32> {
    matrix
        .chunks_exact(wide)
        .flat_map(|row| &row[..columns])
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 23) as f32 - 1.0
            })
            .collect()
    }

    #[test]
    fn every_width_and_every_number_of_rows_gives_the_same_bits() {
        for (rows, inner, columns) in [(1, 3, 32), (7, 128, 384), (13, 40, 65)] {
            let (a, b) = (numbers(rows * inner, 1), numbers(inner * columns, 2));
            let mut whole = vec![0.5; rows * columns];
            multiply(&a, inner, &b, columns, &mut whole);
            let mut plain = vec![0.5; rows * columns];
            // SAFETY: the matrices have these sizes.
            unsafe { multiply_lanes::<[f32; 4]>(&a, inner, &b, columns, &mut plain) };
            assert_eq!(whole, plain);
            for row in 0..rows {
                let mut one = vec![0.5; columns];
                multiply(&a[row * inner..(row + 1) * inner], inner, &b, columns, &mut one);
                assert_eq!(one, whole[row * columns..(row + 1) * columns]);
            }
        }
    }

    #[test]
    fn the_exponential_is_one() {
        for step in -8000..8000 {
            let x = step as f32 / 100.0;
            let (ours, true_one) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((ours / true_one - 1.0).abs() < 1e-6, "{x}: {ours} for {true_one}");
        }
    }
}
