use super::vocabulary as v;
use super::{Base, Quantity};
use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term, Triple};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A name of an entity as some graph states it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// The entity.
    pub entity: NamedNode,
    /// The name with its language.
    pub label: oxigraph::model::Literal,
    /// Whether the graph prefers it in its language.
    pub preferred: bool,
}

/// What one named graph implies.
#[derive(Debug, Clone, Default)]
pub struct Implied {
    /// Triples that hold as long as any graph implies them. May repeat.
    pub triples: Vec<Triple>,
    /// Names; which of them become the preferred ones takes all graphs to say ([`names_to_triples`]).
    pub names: Vec<Name>,
}

/// What the quads of **one** named graph imply for the default graph.
pub fn implied<'a>(quads: impl IntoIterator<Item = &'a Quad>, base: &Base) -> Implied {
    #[derive(Default)]
    struct Parts<'a> {
        subject: Option<&'a NamedNode>,
        predicate: Option<&'a NamedNode>,
        object: Option<&'a Term>,
        asserted: bool,
        former: bool,
    }
    let mut claims: HashMap<&NamedNode, Parts<'_>> = HashMap::new();
    let mut quantities: HashSet<&str> = HashSet::new();
    let mut implied = Implied::default();
    for quad in quads {
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
            continue;
        };
        match (quad.predicate.as_ref(), &quad.object) {
            (v::SUBJECT, Term::NamedNode(node)) => {
                claims.entry(subject).or_default().subject = Some(node);
            }
            (v::PREDICATE, Term::NamedNode(node)) => {
                claims.entry(subject).or_default().predicate = Some(node);
            }
            (v::OBJECT, object) => claims.entry(subject).or_default().object = Some(object),
            (v::STATUS, Term::NamedNode(node)) => {
                claims.entry(subject).or_default().asserted =
                    v::status_of(node.as_str()) == Some(crate::claim::Status::Asserted);
            }
            (v::POSITION_STATUS, Term::NamedNode(node)) if node.as_ref() == v::FORMER => {
                claims.entry(subject).or_default().former = true;
            }
            (v::TYPE, Term::NamedNode(node)) if v::entity_type(node.as_str()).is_some() => {
                implied.triples.push(Triple::from(quad.clone()));
            }
            (v::SAME_AS | v::TICKER_SYMBOL | v::LEI_CODE | v::ISIN, _) => {
                implied.triples.push(Triple::from(quad.clone()))
            }
            (property @ (v::PREF_LABEL | v::ALT_LABEL), Term::Literal(label)) => {
                implied.names.push(Name {
                    entity: subject.clone(),
                    label: label.clone(),
                    preferred: property == v::PREF_LABEL,
                });
            }
            _ => {}
        }
        if let Term::NamedNode(node) = &quad.object
            && quantities.insert(node.as_str())
            && let Some(quantity) = Quantity::from_iri(node.as_str(), base)
        {
            implied.triples.extend(quantity.triples(base));
        }
    }
    for parts in claims.into_values() {
        if let Parts {
            subject: Some(subject),
            predicate: Some(predicate),
            object: Some(object),
            asserted: true,
            former: false,
        } = parts
        {
            implied
                .triples
                .push(Triple::new(subject.clone(), predicate.clone(), object.clone()));
        }
    }
    implied
}

/// The names of one entity in the default graph, given all names that named graphs state for it.
///
/// An entity has one preferred name a language: the lexicon's if it has one (`known`), otherwise the longest of
/// those that documents prefer, and of equally long ones the first by code points. Every other name is an
/// alternative one. The outcome doesn't depend on the order of either list.
pub fn names_to_triples(known: &[Name], stated: &[Name]) -> BTreeSet<(bool, String, String)> {
    let mut preferred: BTreeMap<&str, (bool, usize, std::cmp::Reverse<&str>)> = BTreeMap::new();
    let mut all: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (of_lexicon, names) in [(true, known), (false, stated)] {
        for name in names {
            let (language, text) = (name.label.language().unwrap_or(""), name.label.value());
            all.insert((language, text));
            if name.preferred {
                let rank = (of_lexicon, text.chars().count(), std::cmp::Reverse(text));
                preferred
                    .entry(language)
                    .and_modify(|best| *best = (*best).max(rank))
                    .or_insert(rank);
            }
        }
    }
    all.into_iter()
        .map(|(language, text)| {
            let is_preferred = preferred.get(language).is_some_and(|(_, _, best)| best.0 == text);
            (is_preferred, language.to_owned(), text.to_owned())
        })
        .collect()
}

/// The default graph, derived from named graphs all at once. Holds every distinct triple in memory: meant for
/// extraction to a file, for `verify`, and as the plain twin that the store's own bookkeeping is tested against.
#[derive(Debug)]
pub struct Knowledge {
    base: Base,
    lexicon: NamedNode,
    triples: HashSet<Triple>,
    known: HashMap<NamedNode, Vec<Name>>,
    stated: HashMap<NamedNode, HashSet<Name>>,
}

impl Knowledge {
    /// Nothing known yet.
    pub fn new(base: Base) -> Self {
        Knowledge {
            lexicon: base.lexicon_graph(),
            base,
            triples: HashSet::new(),
            known: HashMap::new(),
            stated: HashMap::new(),
        }
    }

    /// Takes in the quads of one named graph. The graph of decisions about who is who implies nothing: documents' graphs
    /// are in its terms already.
    pub fn add(&mut self, quads: &[Quad]) {
        let identity = GraphName::NamedNode(self.base.identity_graph());
        if quads.first().is_some_and(|quad| quad.graph_name == identity) {
            return;
        }
        let of_lexicon = quads
            .first()
            .is_some_and(|quad| quad.graph_name == GraphName::NamedNode(self.lexicon.clone()));
        let implied = implied(quads, &self.base);
        self.triples.extend(implied.triples);
        for name in implied.names {
            if of_lexicon {
                self.known.entry(name.entity.clone()).or_default().push(name);
            } else {
                self.stated.entry(name.entity.clone()).or_default().insert(name);
            }
        }
    }

    /// The triples of the default graph, in no order.
    pub fn into_quads(mut self) -> Vec<Quad> {
        let entities: HashSet<NamedNode> = self.known.keys().chain(self.stated.keys()).cloned().collect();
        for entity in entities {
            let known = self.known.remove(&entity).unwrap_or_default();
            let stated: Vec<Name> = self.stated.remove(&entity).unwrap_or_default().into_iter().collect();
            for (preferred, language, text) in names_to_triples(&known, &stated) {
                self.triples.insert(name_triple(&entity, preferred, &language, &text));
            }
        }
        self.triples
            .into_iter()
            .map(|triple| triple.in_graph(GraphName::DefaultGraph))
            .collect()
    }
}

/// `entity skos:prefLabel "text"@language`, or `skos:altLabel`.
pub(crate) fn name_triple(entity: &NamedNode, preferred: bool, language: &str, text: &str) -> Triple {
    let property = if preferred { v::PREF_LABEL } else { v::ALT_LABEL };
    let label = oxigraph::model::Literal::new_language_tagged_literal(text, language)
        .unwrap_or_else(|_| oxigraph::model::Literal::new_simple_literal(text));
    Triple::new(entity.clone(), property, label)
}
