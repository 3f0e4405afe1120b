//! `jw:search` in a query: asks the text index, and puts what it finds in the pattern's place.
//!
//! ```sparql
//! ?hit jw:search "台积电 营收" .
//! (?hit ?score ?class) jw:search ("chip export" 20 jw:Claim) .
//! ```
//!
//! To its left stands what is found, or a list of that, its score and its class. To its right stand the words, or a list of
//! the words, how many hits there may be, and classes to one of which they must belong. Everything else of the query is
//! joined with the hits as with any other values.

use super::walk::{Part, parts_of, parts_of_expression};
use crate::graph::vocabulary as v;
use oxigraph::model::vocab::rdf;
use oxigraph::model::{BlankNode, Literal, NamedNode, Variable};
use spargebra::algebra::{GraphPattern, PropertyPathExpression};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};
use std::collections::HashSet;

/// Hits of a pattern that doesn't say how many it wants.
pub const HITS: usize = 1_000;
/// Hits that one pattern may have.
pub const MOST: usize = 100_000;

/// What a pattern asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub text: String,
    /// `None` where it doesn't say
    pub limit: Option<usize>,
    pub classes: Vec<String>,
}

/// What is found: IRI, score, class.
pub(super) type Row = (NamedNode, Literal, NamedNode);

/// Puts the rows that `find` gives in the place of each pattern that asks for them. Patterns are come to in the same order
/// whatever is found.
///
/// # Errors
/// What is wrong with a pattern that asks.
pub(super) fn resolve(pattern: &mut GraphPattern, find: &mut dyn FnMut(Asked) -> Vec<Row>) -> Result<(), String> {
    let mut found = HashSet::new();
    let mut result = Ok(());
    each(pattern, &mut |pattern| {
        if result.is_err() {
            return;
        }
        match pattern {
            GraphPattern::Bgp { patterns } if patterns.iter().any(is_search) => {
                let taken = std::mem::take(patterns);
                result = joined(taken, &mut found, find).map(|joined| *pattern = joined);
            }
            GraphPattern::Path { path, .. } if names_search(path) => {
                result = Err("jw:search can't be part of a path".to_owned());
            }
            _ => {}
        }
    });
    // A node without a name that is found is one and the same in all that is said of it.
    if !found.is_empty() {
        each(pattern, &mut |pattern| match pattern {
            GraphPattern::Bgp { patterns } => {
                for TriplePattern { subject, object, .. } in patterns {
                    name(subject, &found);
                    name(object, &found);
                }
            }
            GraphPattern::Path { subject, object, .. } => {
                name(subject, &found);
                name(object, &found);
            }
            _ => {}
        });
    }
    result
}

fn is_search(triple: &TriplePattern) -> bool {
    matches!(&triple.predicate, NamedNodePattern::NamedNode(node) if node.as_ref() == v::SEARCH)
}

fn names_search(path: &PropertyPathExpression) -> bool {
    match path {
        PropertyPathExpression::NamedNode(node) => node.as_ref() == v::SEARCH,
        PropertyPathExpression::Sequence(a, b) | PropertyPathExpression::Alternative(a, b) => {
            names_search(a) || names_search(b)
        }
        PropertyPathExpression::Reverse(inner)
        | PropertyPathExpression::ZeroOrMore(inner)
        | PropertyPathExpression::OneOrMore(inner)
        | PropertyPathExpression::ZeroOrOne(inner) => names_search(inner),
        PropertyPathExpression::NegatedPropertySet(_) => false,
    }
}

/// The variable of a node without a name. No query can write one that is called so.
fn variable(node: &BlankNode) -> Variable {
    Variable::new_unchecked(format!("jw:search {}", node.as_str()))
}

fn name(term: &mut TermPattern, found: &HashSet<BlankNode>) {
    match term {
        TermPattern::BlankNode(node) if found.contains(node) => *term = variable(node).into(),
        TermPattern::Triple(triple) => {
            name(&mut triple.subject, found);
            name(&mut triple.object, found);
        }
        _ => {}
    }
}

/// The rows that the patterns ask for, joined with the patterns that ask for none.
fn joined(
    mut patterns: Vec<TriplePattern>,
    found: &mut HashSet<BlankNode>,
    find: &mut dyn FnMut(Asked) -> Vec<Row>,
) -> Result<GraphPattern, String> {
    let mut parts = Vec::new();
    while let Some(at) = patterns.iter().position(is_search) {
        let TriplePattern { subject, object, .. } = patterns.remove(at);
        let heads = items(&mut patterns, subject)?;
        if heads.len() > 3 {
            return Err("to the left of jw:search stand at most three: (?hit ?score ?class)".to_owned());
        }
        let asked = asked(items(&mut patterns, object)?)?;
        parts.push(values(&heads, find(asked), found)?);
    }
    if !patterns.is_empty() {
        parts.push(GraphPattern::Bgp { patterns });
    }
    let join = |left, right| GraphPattern::Join {
        left: Box::new(left),
        right: Box::new(right),
    };
    Ok(parts.into_iter().reduce(join).unwrap_or_default())
}

/// The items of a list, which is taken out of the patterns, or what stands there alone.
fn items(patterns: &mut Vec<TriplePattern>, term: TermPattern) -> Result<Vec<TermPattern>, String> {
    let mut take = |node: &BlankNode, property: NamedNode| {
        let is_it = |triple: &TriplePattern| {
            matches!(&triple.subject, TermPattern::BlankNode(subject) if subject == node)
                && matches!(&triple.predicate, NamedNodePattern::NamedNode(predicate) if *predicate == property)
        };
        let at = patterns.iter().position(is_it)?;
        Some(patterns.remove(at).object)
    };
    let mut items = Vec::new();
    let mut rest = term;
    loop {
        match rest {
            TermPattern::NamedNode(node) if node.as_ref() == rdf::NIL => return Ok(items),
            TermPattern::BlankNode(node) => match take(&node, rdf::FIRST.into_owned()) {
                Some(first) => {
                    items.push(first);
                    let next = take(&node, rdf::REST.into_owned());
                    rest = next.ok_or("a list beside jw:search doesn't end")?;
                }
                None if items.is_empty() => return Ok(vec![TermPattern::BlankNode(node)]),
                None => return Err("a list beside jw:search doesn't end".to_owned()),
            },
            other if items.is_empty() => return Ok(vec![other]),
            _ => return Err("a list beside jw:search doesn't end".to_owned()),
        }
    }
}

fn asked(items: Vec<TermPattern>) -> Result<Asked, String> {
    let mut text = None;
    let mut limit = None;
    let mut classes = Vec::new();
    for item in items {
        match item {
            TermPattern::Literal(literal) => {
                let number = literal.datatype().as_str().ends_with("#integer");
                if !number && text.is_none() {
                    text = Some(literal.value().to_owned());
                } else if number && limit.is_none() {
                    let hits = literal.value().parse().ok().filter(|hits| (1..=MOST).contains(hits));
                    let wrong = || format!("jw:search gives between 1 and {MOST} hits, not {}", literal.value());
                    limit = Some(hits.ok_or_else(wrong)?);
                } else {
                    return Err(format!(
                        "jw:search has one text and one number of hits; {literal} is too much"
                    ));
                }
            }
            TermPattern::NamedNode(class) => classes.push(class.into_string()),
            _ => {
                return Err("to the right of jw:search stand the words to look for, in quotes: what a variable or a node without a name may be isn't known yet".to_owned());
            }
        }
    }
    let text = text.ok_or("to the right of jw:search stand the words to look for, in quotes")?;
    if let Some(class) = classes.iter().find(|class| !is_class(class)) {
        return Err(format!(
            "jw:search finds jw:Entity, its types (jw:Company …), schema:NewsArticle and jw:Claim, nothing of the class <{class}>"
        ));
    }
    Ok(Asked { text, limit, classes })
}

fn is_class(iri: &str) -> bool {
    v::entity_type(iri).is_some()
        || [v::ENTITY, v::NEWS_ARTICLE, v::CLAIM]
            .iter()
            .any(|class| class.as_str() == iri)
}

/// Rows as values of the variables that stand for them. What stands there as a term picks rows.
fn values(heads: &[TermPattern], rows: Vec<Row>, found: &mut HashSet<BlankNode>) -> Result<GraphPattern, String> {
    let mut variables: Vec<Variable> = Vec::new();
    for head in heads {
        let variable = match head {
            TermPattern::Variable(variable) => variable.clone(),
            TermPattern::BlankNode(node) => {
                found.insert(node.clone());
                variable(node)
            }
            TermPattern::NamedNode(_) | TermPattern::Literal(_) => continue,
            other => return Err(format!("{other} can't be found")),
        };
        if !variables.contains(&variable) {
            variables.push(variable);
        }
    }
    let mut bindings = Vec::with_capacity(rows.len());
    'rows: for (hit, score, class) in rows {
        let row: [GroundTerm; 3] = [hit.into(), score.into(), class.into()];
        let mut binding: Vec<Option<GroundTerm>> = vec![None; variables.len()];
        for (head, value) in heads.iter().zip(row) {
            let name = match head {
                TermPattern::Variable(name) => name.clone(),
                TermPattern::BlankNode(node) => variable(node),
                TermPattern::NamedNode(node) if value == GroundTerm::from(node.clone()) => continue,
                TermPattern::Literal(literal) if value == GroundTerm::from(literal.clone()) => continue,
                _ => continue 'rows,
            };
            let Some(cell) = variables
                .iter()
                .position(|known| *known == name)
                .map(|at| &mut binding[at])
            else {
                continue;
            };
            if cell.as_ref().is_some_and(|known| *known != value) {
                continue 'rows;
            }
            *cell = Some(value);
        }
        bindings.push(binding);
    }
    Ok(GraphPattern::Values { variables, bindings })
}

/// Hands every pattern of a query to `visit`, those within others and within expressions after the one that holds them.
fn each(pattern: &mut GraphPattern, visit: &mut dyn FnMut(&mut GraphPattern)) {
    visit(pattern);
    // Other endpoints are not asked.
    if !matches!(pattern, GraphPattern::Service { .. }) {
        parts_of(pattern, &mut |part| each_in(part, visit));
    }
}

fn each_in(part: Part<'_>, visit: &mut dyn FnMut(&mut GraphPattern)) {
    match part {
        Part::Pattern(pattern) => each(pattern, visit),
        Part::Expression(expression) => parts_of_expression(expression, &mut |part| each_in(part, visit)),
    }
}
