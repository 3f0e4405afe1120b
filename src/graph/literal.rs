use super::vocabulary::EDTF;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNodeRef};

/// A date as RDF says it: `xsd:gYear`, `xsd:gYearMonth` or `xsd:date` where one fits, otherwise EDTF (quarters
/// `2024-33`, half-years `2024-40`, intervals).
///
/// ```
/// # use jingwei::graph::date_literal;
/// assert!(date_literal("2023-11").datatype().as_str().ends_with("gYearMonth"));
/// assert!(date_literal("2024-33").datatype().as_str().ends_with("EDTF"));
/// ```
pub fn date_literal(edtf: &str) -> Literal {
    Literal::new_typed_literal(edtf, datatype(edtf))
}

fn datatype(edtf: &str) -> NamedNodeRef<'static> {
    let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = edtf.split('-').collect();
    match parts[..] {
        [year] if digits(year, 4) => xsd::G_YEAR,
        [year, month] if digits(year, 4) && digits(month, 2) && ("01"..="12").contains(&month) => xsd::G_YEAR_MONTH,
        [year, month, day]
            if digits(year, 4) && digits(month, 2) && digits(day, 2) && edtf.parse::<jiff::civil::Date>().is_ok() =>
        {
            xsd::DATE
        }
        _ => EDTF,
    }
}

/// A number as `xsd:decimal` in its canonical form: no exponent, no negative zero.
pub(super) fn decimal(value: f64) -> Literal {
    Literal::new_typed_literal(decimal_text(value), xsd::DECIMAL)
}

/// See [`decimal`]. The shortest text that reads back as the same `f64`.
pub(super) fn decimal_text(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else {
        format!("{value}")
    }
}

/// A score: the shortest decimal that reads back as the same `f32` (0.93, not 0.930000007).
pub(crate) fn score(value: f32) -> Literal {
    let text = if value == 0.0 {
        "0".to_owned()
    } else {
        format!("{value}")
    };
    Literal::new_typed_literal(text, xsd::DECIMAL)
}

/// A count as `xsd:integer`, anything else as `xsd:decimal`.
pub(super) fn number(value: f64) -> Literal {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        Literal::new_typed_literal(decimal_text(value), xsd::INTEGER)
    } else {
        decimal(value)
    }
}
