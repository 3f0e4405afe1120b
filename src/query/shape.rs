//! How large a query is, and by what it sorts.

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use spargebra::Query;
use spargebra::algebra::{
    AggregateExpression, Expression, Function, GraphPattern, OrderExpression, PropertyPathExpression,
};

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
    let pattern = match query {
        Query::Select { pattern, .. }
        | Query::Construct { pattern, .. }
        | Query::Describe { pattern, .. }
        | Query::Ask { pattern, .. } => pattern,
    };
    let mut size = Size::default();
    size.pattern(pattern);
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
            GraphPattern::Join { left, right } | GraphPattern::Union { left, right } => {
                self.pattern(left);
                self.pattern(right);
            }
            GraphPattern::Minus { left, right } => {
                self.joined += 1;
                self.pattern(left);
                self.pattern(right);
            }
            GraphPattern::LeftJoin {
                left,
                right,
                expression,
            } => {
                self.joined += 1;
                self.pattern(left);
                self.pattern(right);
                if let Some(expression) = expression {
                    self.expression(expression);
                }
            }
            GraphPattern::Filter { expr, inner } => {
                self.expression(expr);
                self.pattern(inner);
            }
            GraphPattern::Extend { inner, expression, .. } => {
                self.expression(expression);
                self.pattern(inner);
            }
            GraphPattern::OrderBy { inner, expression } => {
                for key in expression.iter_mut() {
                    let (OrderExpression::Asc(key) | OrderExpression::Desc(key)) = key;
                    self.expression(key);
                }
                *expression = sorted_by_class(std::mem::take(expression));
                self.pattern(inner);
            }
            GraphPattern::Group { inner, aggregates, .. } => {
                for (_, aggregate) in aggregates {
                    if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                        self.expression(expr);
                    }
                }
                self.pattern(inner);
            }
            GraphPattern::Graph { inner, .. }
            | GraphPattern::Project { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. }
            | GraphPattern::Service { inner, .. } => self.pattern(inner),
            GraphPattern::Values { .. } => {}
            // `LATERAL`, where the parser is built with it.
            #[allow(unreachable_patterns, reason = "depends on the features of the parser")]
            _ => self.joined += 1,
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

    fn expression(&mut self, expression: &mut Expression) {
        self.operators += 1;
        match expression {
            Expression::Or(a, b)
            | Expression::And(a, b)
            | Expression::Equal(a, b)
            | Expression::SameTerm(a, b)
            | Expression::Greater(a, b)
            | Expression::GreaterOrEqual(a, b)
            | Expression::Less(a, b)
            | Expression::LessOrEqual(a, b)
            | Expression::Add(a, b)
            | Expression::Subtract(a, b)
            | Expression::Multiply(a, b)
            | Expression::Divide(a, b) => {
                self.expression(a);
                self.expression(b);
            }
            Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => self.expression(a),
            Expression::In(a, list) => {
                self.expression(a);
                list.iter_mut().for_each(|value| self.expression(value));
            }
            Expression::If(a, b, c) => [a, b, c].into_iter().for_each(|part| self.expression(part)),
            Expression::Coalesce(list) | Expression::FunctionCall(_, list) => {
                list.iter_mut().for_each(|value| self.expression(value));
            }
            Expression::Exists(pattern) => self.pattern(pattern),
            Expression::NamedNode(_) | Expression::Literal(_) | Expression::Variable(_) | Expression::Bound(_) => {}
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

/// The evaluator with what [`prepare`] makes queries call.
pub(super) fn with_sort_class(evaluator: spareval::QueryEvaluator) -> spareval::QueryEvaluator {
    evaluator.with_custom_function(NamedNode::new_unchecked(SORT_CLASS), |arguments| {
        let [value] = arguments else { return None };
        Some(Literal::new_simple_literal(class_of(value)).into())
    })
}

/// Nodes before literals before triples; numbers first among literals.
fn class_of(term: &Term) -> String {
    let literal = match term {
        Term::NamedNode(_) | Term::BlankNode(_) => return "0".to_owned(),
        Term::Literal(literal) => literal,
        _ => return "9".to_owned(),
    };
    let datatype = literal.datatype();
    let is_number = [xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT].contains(&datatype)
        || datatype
            .as_str()
            .strip_prefix("http://www.w3.org/2001/XMLSchema#")
            .is_some_and(|name| {
                ["integer", "int", "long", "short", "byte"]
                    .iter()
                    .any(|kind| name.to_ascii_lowercase().ends_with(kind))
            });
    if is_number && literal.value().parse::<f64>().is_ok_and(|number| !number.is_nan()) {
        return "1".to_owned();
    }
    // Times with and without a zone, durations of months and of days can't all be compared.
    let value = literal.value();
    let has_zone = value.ends_with('Z')
        || value
            .get(value.len().saturating_sub(6)..)
            .is_some_and(|end| end.starts_with(['+', '-']) && end.contains(':'));
    format!(
        "2 {} {} {}",
        datatype.as_str(),
        literal.language().unwrap_or(""),
        u8::from(has_zone)
    )
}
