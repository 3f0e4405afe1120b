use crate::graph::Base;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Term, Variable};

const RULE: LineStyle = LineStyle::none().fill('─').junction('─');
const STYLE: TableStyle = TableStyle::new()
    .top_border(RULE)
    .header_separator(RULE)
    .bottom_border(RULE);

/// Aligned columns; Chinese characters count double. Where `width` is given long cells are folded, and then the rows
/// are kept apart by lines.
pub(super) fn table(variables: &[Variable], rows: &[Vec<Option<Term>>], base: &Base, width: Option<u16>) -> String {
    let prefixes = base.prefixes();
    let mut table = Table::new();
    table.load_style(STYLE);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width);
    }
    table.set_header(variables.iter().map(Variable::as_str));
    for row in rows {
        table.add_row(
            row.iter()
                .map(|cell| cell.as_ref().map_or_else(String::new, |term| show(term, &prefixes))),
        );
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        let mut cells = rows.iter().filter_map(|row| row.get(at)?.as_ref()).peekable();
        if cells.peek().is_some() && cells.all(is_number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines = |table: &Table| -> Vec<String> { table.lines().map(|line| line.trim_end().to_owned()).collect() };
    let mut drawn = lines(&table);
    // Three rules and the head are there in any case.
    if drawn.len() > rows.len() + 4 {
        table.load_style(STYLE.row_separator(RULE));
        drawn = lines(&table);
    }
    let count = match rows.len() {
        1 => "1 row".to_owned(),
        count => format!("{count} rows"),
    };
    format!("{}\n{count}\n", drawn.join("\n"))
}

fn is_number(term: &Term) -> bool {
    matches!(term, Term::Literal(literal)
        if matches!(literal.datatype(), xsd::INTEGER | xsd::DECIMAL | xsd::DOUBLE | xsd::FLOAT))
}

/// A term as people read it: literals bare, IRIs with a prefix where there is one.
fn show(term: &Term, prefixes: &[(String, String)]) -> String {
    let text = match term {
        Term::Literal(literal) => literal.value().to_owned(),
        Term::NamedNode(node) => {
            let iri = node.as_str();
            prefixes
                .iter()
                .filter_map(|(prefix, namespace)| {
                    let name = iri.strip_prefix(namespace.as_str())?;
                    (!name.is_empty()).then(|| format!("{prefix}:{name}"))
                })
                .min_by_key(String::len)
                .unwrap_or_else(|| format!("<{iri}>"))
        }
        other => other.to_string(),
    };
    // What an article says must not steer the terminal, nor turn the direction of a line.
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    };
    text.chars().map(|c| if steers(c) { ' ' } else { c }).collect()
}
