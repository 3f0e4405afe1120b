//! How large a query is, and by what it sorts.

use super::pattern_of;
use super::walk::{Part, parts_of, parts_of_expression};
use crate::graph::vocabulary as v;
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Term};
use spargebra::Query;
use spargebra::algebra::{Expression, Function, GraphPattern, OrderExpression, PropertyPathExpression};

/// Triple patterns, steps of paths and parts of `OPTIONAL` and `MINUS` that a query may join. The order in which it is best
/// to join them is sought before anything is evaluated, and the search takes time by the cube of their number.
const JOINED: usize = 128;
/// Operators of any kind.
const OPERATORS: usize = 2_000;

/// The function that [`sorted_by_class`] sorts by.
const SORT_CLASS: &str = "urn:jingwei:sort-class";

/// How much there is of what takes time before evaluation begins.
#[derive(Default)]
struct Size {
    joined: usize,
    operators: usize,
}

/// Refuses a query that is too large to be planned in a moment, and makes its sorting safe.
///
/// # Errors
/// What there is too much of.
pub(super) fn prepare(query: &mut Query) -> Result<(), String> {
    let mut size = Size::default();
    size.pattern(pattern_of(query));
    if size.joined > JOINED {
        return Err(format!("the query joins more than {JOINED} patterns"));
    }
    if size.operators > OPERATORS {
        return Err(format!("the query has more than {OPERATORS} operators"));
    }
    Ok(())
}

impl Size {
    fn pattern(&mut self, pattern: &mut GraphPattern) {
        self.operators += 1;
        match pattern {
            GraphPattern::Bgp { patterns } => self.joined += patterns.len(),
            GraphPattern::Path { path, .. } => self.path(path),
            GraphPattern::Minus { .. } | GraphPattern::LeftJoin { .. } => self.joined += 1,
            GraphPattern::Join { .. }
            | GraphPattern::Union { .. }
            | GraphPattern::Filter { .. }
            | GraphPattern::Extend { .. }
            | GraphPattern::OrderBy { .. }
            | GraphPattern::Group { .. }
            | GraphPattern::Graph { .. }
            | GraphPattern::Project { .. }
            | GraphPattern::Distinct { .. }
            | GraphPattern::Reduced { .. }
            | GraphPattern::Slice { .. }
            | GraphPattern::Service { .. }
            | GraphPattern::Values { .. } => {}
            // `LATERAL`, where the parser is built with it.
            #[allow(unreachable_patterns, reason = "depends on the features of the parser")]
            _ => self.joined += 1,
        }
        parts_of(pattern, &mut |part| self.part(part));
        if let GraphPattern::OrderBy { expression, .. } = pattern {
            *expression = sorted_by_class(std::mem::take(expression));
        }
    }

    fn part(&mut self, part: Part<'_>) {
        match part {
            Part::Pattern(pattern) => self.pattern(pattern),
            Part::Expression(expression) => {
                self.operators += 1;
                parts_of_expression(expression, &mut |part| self.part(part));
            }
        }
    }

    fn path(&mut self, path: &PropertyPathExpression) {
        self.operators += 1;
        match path {
            PropertyPathExpression::Sequence(a, b) | PropertyPathExpression::Alternative(a, b) => {
                self.path(a);
                self.path(b);
            }
            PropertyPathExpression::Reverse(inner)
            | PropertyPathExpression::ZeroOrMore(inner)
            | PropertyPathExpression::OneOrMore(inner)
            | PropertyPathExpression::ZeroOrOne(inner) => self.path(inner),
            PropertyPathExpression::NamedNode(_) | PropertyPathExpression::NegatedPropertySet(_) => self.joined += 1,
        }
    }
}

/// Sorts by the class of a value first and by the value after that. The evaluator compares literals of one kind by value
/// and others by their letters, which together is no order: `10 < 9a`, `9a < 9b`, and a sort that finds it out panics.
/// Within a class there is one way to compare. SPARQL leaves the order between classes open.
fn sorted_by_class(keys: Vec<OrderExpression>) -> Vec<OrderExpression> {
    let class = |key: &Expression| {
        let function = Function::Custom(NamedNode::new_unchecked(SORT_CLASS));
        Expression::FunctionCall(function, vec![key.clone()])
    };
    keys.into_iter()
        .flat_map(|key| match &key {
            OrderExpression::Asc(value) => [OrderExpression::Asc(class(value)), key],
            OrderExpression::Desc(value) => [OrderExpression::Desc(class(value)), key],
        })
        .collect()
}

/// The name of the function that [`prepare`] makes queries call.
pub(super) fn sort_class() -> NamedNode {
    NamedNode::new_unchecked(SORT_CLASS)
}

/// The function: nodes before numbers before dates before texts before other literals before triples.
pub(super) fn class_of(arguments: &[Term]) -> Option<Term> {
    let [term] = arguments else { return None };
    let class = match term {
        Term::NamedNode(_) | Term::BlankNode(_) => "0".to_owned(),
        Term::Literal(literal) => class_of_literal(literal.value(), literal.datatype()),
        _ => "9".to_owned(),
    };
    Some(Literal::new_simple_literal(class).into())
}

fn class_of_literal(value: &str, datatype: NamedNodeRef<'_>) -> String {
    let name = datatype
        .as_str()
        .strip_prefix("http://www.w3.org/2001/XMLSchema#")
        .unwrap_or("");
    let is_number = ["decimal", "double", "float", "int", "long", "short", "byte"].contains(&name)
        || name.to_ascii_lowercase().ends_with("integer")
        || name.starts_with("unsigned");
    if is_number && value.parse::<f64>().is_ok_and(|number| !number.is_nan()) {
        return "1".to_owned();
    }
    // Dates of a year, a month or a day can't be compared with each other but by their letters, which gives the order of
    // time, as values do among dates of one type. With a zone they would not agree.
    let is_plain_date = value.len() >= 4
        && value.bytes().take(4).all(|byte| byte.is_ascii_digit())
        && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_plain_date && (["gYear", "gYearMonth", "date"].contains(&name) || datatype == v::EDTF) {
        return "2".to_owned();
    }
    if [xsd::STRING, rdf::LANG_STRING].contains(&datatype) {
        return "3".to_owned();
    }
    // Times with and without a zone can't all be compared.
    let end = value.get(value.len().saturating_sub(6)..).unwrap_or("");
    let has_zone = value.ends_with('Z') || (end.starts_with(['+', '-']) && end.contains(':'));
    format!("4 {} {}", datatype.as_str(), u8::from(has_zone))
}
