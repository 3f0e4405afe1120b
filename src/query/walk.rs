//! What a pattern or an expression of a query is made of, one level down.

use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};

/// A part of a pattern or of an expression.
pub(super) enum Part<'p> {
    Pattern(&'p mut GraphPattern),
    Expression(&'p mut Expression),
}

/// Hands over the parts of a pattern, always in the same order.
pub(super) fn parts_of(pattern: &mut GraphPattern, visit: &mut dyn FnMut(Part<'_>)) {
    match pattern {
        GraphPattern::Join { left, right }
        | GraphPattern::Union { left, right }
        | GraphPattern::Minus { left, right } => {
            visit(Part::Pattern(left));
            visit(Part::Pattern(right));
        }
        GraphPattern::LeftJoin {
            left,
            right,
            expression,
        } => {
            visit(Part::Pattern(left));
            visit(Part::Pattern(right));
            if let Some(expression) = expression {
                visit(Part::Expression(expression));
            }
        }
        GraphPattern::Filter { expr, inner } => {
            visit(Part::Expression(expr));
            visit(Part::Pattern(inner));
        }
        GraphPattern::Extend { inner, expression, .. } => {
            visit(Part::Expression(expression));
            visit(Part::Pattern(inner));
        }
        GraphPattern::OrderBy { inner, expression } => {
            for OrderExpression::Asc(key) | OrderExpression::Desc(key) in expression {
                visit(Part::Expression(key));
            }
            visit(Part::Pattern(inner));
        }
        GraphPattern::Group { inner, aggregates, .. } => {
            for (_, aggregate) in aggregates {
                if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                    visit(Part::Expression(expr));
                }
            }
            visit(Part::Pattern(inner));
        }
        GraphPattern::Graph { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::Service { inner, .. } => visit(Part::Pattern(inner)),
        // Triples, paths and values have no parts; `LATERAL` is there where the parser is built with it.
        _ => {}
    }
}

/// The same for an expression.
pub(super) fn parts_of_expression(expression: &mut Expression, visit: &mut dyn FnMut(Part<'_>)) {
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
            visit(Part::Expression(a));
            visit(Part::Expression(b));
        }
        Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => visit(Part::Expression(a)),
        Expression::In(a, list) => {
            visit(Part::Expression(a));
            list.iter_mut().for_each(|value| visit(Part::Expression(value)));
        }
        Expression::If(a, b, c) => [a, b, c].into_iter().for_each(|part| visit(Part::Expression(part))),
        Expression::Coalesce(list) | Expression::FunctionCall(_, list) => {
            list.iter_mut().for_each(|value| visit(Part::Expression(value)));
        }
        Expression::Exists(pattern) => visit(Part::Pattern(pattern)),
        Expression::NamedNode(_) | Expression::Literal(_) | Expression::Variable(_) | Expression::Bound(_) => {}
    }
}
