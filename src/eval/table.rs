//! The tables of labels in `lexicon/eval/`: cells separated by tabs, `#` begins a comment line.

use super::GoldError;
use crate::entity::EntityType;

/// The rows of a table with their lines, each of exactly `N` cells; trailing empty cells may be left off.
pub(super) fn rows<'a, const N: usize>(file: &str, content: &'a str) -> Result<Vec<(usize, [&'a str; N])>, GoldError> {
    let mut out = Vec::new();
    for (i, line) in content.lines().enumerate() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let mut row = [""; N];
        for (n, cell) in line.split('\t').enumerate() {
            *row.get_mut(n)
                .ok_or_else(|| GoldError::new(file, i + 1, format!("more than {N} cells")))? = cell.trim();
        }
        out.push((i + 1, row));
    }
    Ok(out)
}

/// The cell's parts between bars.
pub(super) fn parts(cell: &str) -> Vec<String> {
    cell.split('|')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The entity types that a cell lists.
pub(super) fn kinds(file: &str, line: usize, cell: &str) -> Result<Vec<EntityType>, GoldError> {
    parts(cell)
        .into_iter()
        .map(|name| {
            serde_json::from_value(serde_json::Value::String(name.clone()))
                .map_err(|_| GoldError::new(file, line, format!("no entity type is called `{name}`")))
        })
        .collect()
}
