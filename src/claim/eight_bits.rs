//! How the weights of a model are kept small: each as a multiple, in eight bits, of one unit.

/// What one of 127 steps stands for. The few largest weights are cut, so that the many small ones keep their differences.
pub(super) fn unit(weights: &[f32]) -> f32 {
    let mut sizes: Vec<f32> = weights.iter().map(|w| w.abs()).filter(|w| *w > 0.0).collect();
    sizes.sort_unstable_by(f32::total_cmp);
    sizes.get(sizes.len() * 999 / 1000).copied().unwrap_or(1.0) / 127.0
}

/// A weight as so many units.
pub(super) fn rounded(weight: f32, unit: f32) -> i8 {
    (weight / unit).round().clamp(-127.0, 127.0) as i8
}
