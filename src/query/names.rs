//! Who is called so? Names by their beginnings and parts, in either script.

use crate::entity::EntityType;
use crate::graph::vocabulary as v;
use crate::store::{Store, StoreError};
use crate::text::fold;
use oxigraph::model::{GraphNameRef, NamedOrBlankNode, Term};
use rustc_hash::FxHashMap;

/// The names of all entities of a store, folded, as one text: some 20 bytes a name. What is put into the store later is
/// not in it.
#[derive(Debug, Default)]
pub struct Names {
    /// Each name between two line ends.
    text: String,
    /// Where a name begins in the text, and whose it is, in order.
    starts: Vec<(u32, u32)>,
    entities: Vec<Named>,
}

#[derive(Debug)]
struct Named {
    iri: String,
    kind: Option<EntityType>,
    facts: u32,
}

/// An entity with a name that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// IRI
    pub iri: String,
    /// Type
    pub kind: EntityType,
    /// Facts of the default graph that it takes part in
    pub facts: u32,
}

/// How well a name fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Whole,
    Beginning,
    Word,
    Part,
}

impl Names {
    /// Reads the default graph once.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn of(store: &Store) -> Result<Self, StoreError> {
        let mut names = Names::default();
        let mut places: FxHashMap<String, u32> = FxHashMap::default();
        let mut called: Vec<(u32, String)> = Vec::new();
        for quad in store
            .quads()
            .quads_for_pattern(None, None, None, Some(GraphNameRef::DefaultGraph))
        {
            let quad = quad?;
            let NamedOrBlankNode::NamedNode(subject) = quad.subject else {
                continue;
            };
            let property = quad.predicate.as_ref();
            let is_name = [v::PREF_LABEL, v::ALT_LABEL, v::TICKER_SYMBOL].contains(&property);
            let kind = match &quad.object {
                Term::NamedNode(class) if property == v::TYPE => v::entity_type(class.as_str()),
                _ => None,
            };
            let is_fact = v::predicate(property.as_str()).is_some();
            if !is_name && !is_fact && kind.is_none() {
                continue;
            }
            let place = names.place(&mut places, subject.into_string());
            if let Term::Literal(name) = &quad.object
                && is_name
            {
                called.push((place, fold(name.value()).to_lowercase().replace('\n', " ")));
            }
            if let Some(kind) = kind {
                let known = &mut names.entities[place as usize].kind;
                *known = Some(known.map_or(kind, |known| known.min(kind)));
            }
            if is_fact {
                names.entities[place as usize].facts += 1;
                if let Term::NamedNode(object) = quad.object {
                    let place = names.place(&mut places, object.into_string());
                    names.entities[place as usize].facts += 1;
                }
            }
        }
        called.sort_unstable();
        called.dedup();
        for (place, name) in called {
            names.text.push('\n');
            let start = u32::try_from(names.text.len()).unwrap_or(u32::MAX);
            names.starts.push((start, place));
            names.text.push_str(&name);
        }
        names.text.push('\n');
        Ok(names)
    }

    fn place(&mut self, places: &mut FxHashMap<String, u32>, iri: String) -> u32 {
        *places.entry(iri).or_insert_with_key(|iri| {
            self.entities.push(Named {
                iri: iri.clone(),
                kind: None,
                facts: 0,
            });
            (self.entities.len() - 1) as u32
        })
    }

    /// The entities that a text may mean: those that are called exactly so, then those whose names begin with it, have a
    /// word that begins with it, or hold it anywhere; among equals those first that more facts are known of. Script,
    /// width and case don't matter.
    pub fn find(&self, text: &str, limit: usize) -> Vec<Found> {
        let wanted = fold(text.trim()).to_lowercase().replace('\n', " ");
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut best: FxHashMap<u32, (Fit, usize)> = FxHashMap::default();
        for at in memchr::memmem::find_iter(self.text.as_bytes(), wanted.as_bytes()) {
            let name = self.starts.partition_point(|(start, _)| *start as usize <= at) - 1;
            let (start, entity) = self.starts[name];
            let end = self
                .starts
                .get(name + 1)
                .map_or(self.text.len(), |(next, _)| *next as usize)
                - 1;
            let (begins, ends) = (at == start as usize, at + wanted.len() == end);
            let fit = match (begins, ends) {
                (true, true) => Fit::Whole,
                (true, false) => Fit::Beginning,
                _ if self.text[..at].ends_with([' ', '-', '·', '(']) => Fit::Word,
                _ => Fit::Part,
            };
            let found = (fit, end - start as usize);
            best.entry(entity)
                .and_modify(|best| *best = found.min(*best))
                .or_insert(found);
        }
        let mut found: Vec<_> = best
            .into_iter()
            .filter_map(|(entity, (fit, length))| {
                let entity = &self.entities[entity as usize];
                Some((fit, std::cmp::Reverse(entity.facts), length, &entity.iri, entity.kind?))
            })
            .collect();
        found.sort_unstable();
        found.truncate(limit);
        found
            .into_iter()
            .map(|(_, std::cmp::Reverse(facts), _, iri, kind)| Found {
                iri: iri.clone(),
                kind,
                facts,
            })
            .collect()
    }

    /// The entities that most facts are known of, for who doesn't know yet what to ask.
    pub fn foremost(&self, limit: usize) -> Vec<Found> {
        let mut entities: Vec<(&Named, EntityType)> = self
            .entities
            .iter()
            .filter_map(|entity| Some((entity, entity.kind?)))
            .filter(|(_, kind)| *kind != EntityType::Listing)
            .collect();
        entities.sort_unstable_by(|(a, _), (b, _)| b.facts.cmp(&a.facts).then_with(|| a.iri.cmp(&b.iri)));
        entities
            .into_iter()
            .take(limit)
            .map(|(entity, kind)| Found {
                iri: entity.iri.clone(),
                kind,
                facts: entity.facts,
            })
            .collect()
    }

    /// How many entities there are.
    pub fn len(&self) -> usize {
        self.entities.iter().filter(|entity| entity.kind.is_some()).count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
