use super::iri::{Base, decode, encode};
use super::literal::{decimal, decimal_text};
use super::vocabulary as v;
use crate::extract::Literal;
use crate::measure::Bound;
use oxigraph::model::{Literal as RdfLiteral, NamedNode, Term, Triple};
use std::fmt::Write;

/// A number with what it counts. Equal quantities have equal IRIs, and the IRI alone gives the content back:
/// `…quantity/1260000000;bound=over;currency=CNY`.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// In full units (12.6億 is 1 260 000 000); of a range its lower end.
    pub value: f64,
    /// Lower end of a range.
    pub min: Option<f64>,
    /// Upper end of a range.
    pub max: Option<f64>,
    /// How far the text commits itself.
    pub bound: Bound,
    /// Name in the unit table; none for money.
    pub unit: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
}

impl Quantity {
    /// A literal's quantity; `None` where its value is no number.
    pub fn from_literal(literal: &Literal) -> Option<Self> {
        let value = literal
            .value
            .as_f64()
            .or_else(|| literal.min.or(literal.max).filter(|_| literal.value.is_null()))?;
        Some(Quantity {
            value,
            min: literal.min,
            max: literal.max,
            bound: literal.bound.unwrap_or(Bound::Exact),
            unit: literal.unit.clone(),
            currency: literal.currency.clone(),
        })
    }

    /// Its IRI: the content, in a fixed order of parts.
    pub fn iri(&self, base: &Base) -> NamedNode {
        let mut iri = base.quantities();
        iri.push_str(&decimal_text(self.value));
        let mut part = |key: &str, value: &str| {
            // Writing to a string can't fail.
            let _ = write!(iri, ";{key}={value}");
        };
        if self.bound != Bound::Exact {
            part("bound", bound_name(self.bound));
        }
        if let Some(currency) = &self.currency {
            part("currency", &encode(currency));
        }
        if let Some(max) = self.max {
            part("max", &decimal_text(max));
        }
        if let Some(min) = self.min {
            part("min", &decimal_text(min));
        }
        if let Some(unit) = &self.unit {
            part("unit", &encode(unit));
        }
        NamedNode::new_unchecked(iri)
    }

    /// The quantity that an IRI names; `None` where it names none.
    pub fn from_iri(iri: &str, base: &Base) -> Option<Self> {
        let rest = iri.strip_prefix(base.as_str())?.strip_prefix("quantity/")?;
        let mut parts = rest.split(';');
        let mut quantity = Quantity {
            value: parts.next()?.parse().ok()?,
            min: None,
            max: None,
            bound: Bound::Exact,
            unit: None,
            currency: None,
        };
        for part in parts {
            let (key, value) = part.split_once('=')?;
            match key {
                "bound" => quantity.bound = bound_of(value)?,
                "currency" => quantity.currency = Some(decode(value)?),
                "max" => quantity.max = Some(value.parse().ok()?),
                "min" => quantity.min = Some(value.parse().ok()?),
                "unit" => quantity.unit = Some(decode(value)?),
                _ => return None,
            }
        }
        Some(quantity)
    }

    /// The triples that say what it is.
    pub fn triples(&self, base: &Base) -> Vec<Triple> {
        let node = self.iri(base);
        let mut triples = vec![Triple::new(node.clone(), v::TYPE, v::QUANTITY)];
        let mut say = |property: oxigraph::model::NamedNodeRef<'_>, value: Term| {
            triples.push(Triple::new(node.clone(), property, value));
        };
        say(v::VALUE, decimal(self.value).into());
        say(v::BOUND, RdfLiteral::new_simple_literal(bound_name(self.bound)).into());
        if let Some(min) = self.min {
            say(v::MIN, decimal(min).into());
        }
        if let Some(max) = self.max {
            say(v::MAX, decimal(max).into());
        }
        if let Some(unit) = &self.unit {
            say(v::UNIT, RdfLiteral::new_simple_literal(unit).into());
        }
        if let Some(currency) = &self.currency {
            say(v::CURRENCY, RdfLiteral::new_simple_literal(currency).into());
        }
        triples
    }
}

/// A qualifier's number: a JSON number, or a text that is one.
pub(super) fn number_of(value: &serde_json::Value) -> Option<f64> {
    let number = match value {
        serde_json::Value::Number(number) => number.as_f64()?,
        serde_json::Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// The name of a bound, as JSON and RDF write it.
pub(super) fn bound_name(bound: Bound) -> &'static str {
    match bound {
        Bound::Exact => "exact",
        Bound::Over => "over",
        Bound::Under => "under",
        Bound::About => "about",
        Bound::Range => "range",
    }
}

fn bound_of(name: &str) -> Option<Bound> {
    [Bound::Exact, Bound::Over, Bound::Under, Bound::About, Bound::Range]
        .into_iter()
        .find(|bound| bound_name(*bound) == name)
}
