//! A table: a heading and rows, with commas, semicolons or tabs between their cells.

use super::super::layer::{Given, Unfit};
use super::fields;

/// The columns of a table.
pub(super) struct Table {
    separator: char,
    columns: Vec<String>,
}

impl Table {
    /// Reads the heading. What stands in it most often of `,`, `;` and tab separates the cells.
    pub fn of_heading(line: &str) -> Result<Table, Unfit> {
        let (separator, cells) = heading(line).ok_or_else(unclosed)?;
        let table = Table {
            separator,
            columns: cells,
        };
        if table.columns.iter().any(|column| fields::is_known(column)) {
            Ok(table)
        } else {
            Err(Unfit::new(
                "the first line names no column that is known",
                "begin with a line such as `key,type,names,listings,ids,owner`",
            ))
        }
    }

    /// The columns that say nothing here.
    pub fn unknown(&self) -> Vec<String> {
        let unknown = self.columns.iter().filter(|column| !fields::is_known(column));
        unknown.cloned().collect()
    }

    /// The entity of a row.
    pub fn row(&self, line: &str) -> Result<Given, Unfit> {
        let cells = cells(line, self.separator).ok_or_else(unclosed)?;
        if cells.len() > self.columns.len() {
            return Err(Unfit::new(
                format!("{} cells where the heading has {}", cells.len(), self.columns.len()),
                "put cells that hold the separator in quotes",
            ));
        }
        let mut given = Given::default();
        for (column, cell) in self.columns.iter().zip(&cells) {
            fields::put(&mut given, column, cell)?;
        }
        Ok(given)
    }
}

fn unclosed() -> Unfit {
    Unfit::new(
        "a quote is not closed on its line",
        "close it, and write each row on one line",
    )
}

/// The separator of a heading, and its cells.
pub(crate) fn heading(line: &str) -> Option<(char, Vec<String>)> {
    let count = |separator: char| line.matches(separator).count();
    let separator = [',', ';', '\t'].into_iter().max_by_key(|s| (count(*s), *s == ','))?;
    Some((separator, cells(line, separator)?))
}

/// The cells of a row; those in quotes may hold the separator, and quotes twice. `None` where a quote isn't closed.
pub(crate) fn cells(line: &str, separator: char) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let mut cell = String::new();
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut at = 0;
            loop {
                let end = at + quoted[at..].find('"')?;
                cell.push_str(&quoted[at..end]);
                at = end + 1;
                if !quoted[at..].starts_with('"') {
                    break;
                }
                cell.push('"');
                at += 1;
            }
            rest = &quoted[at..];
        }
        let end = rest.find(separator).unwrap_or(rest.len());
        cell.push_str(&rest[..end]);
        cells.push(cell.trim().to_owned());
        match rest.get(end + separator.len_utf8()..) {
            Some(behind) if end < rest.len() => rest = behind,
            _ => return Some(cells),
        }
    }
}
