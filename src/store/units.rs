use super::{Store, StoreError};
use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, Quad};

/// The least that is told apart when a store is compared with a copy of it: a document's graph, or what the default
/// graph, the lexicon's or that of decisions says of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The graph in which it stands.
    pub graph: GraphName,
    /// The subject; `None` where it is the whole graph.
    pub subject: Option<NamedNode>,
    /// What it says, in no order.
    pub quads: Vec<Quad>,
}

impl Store {
    /// Everything that documents brought, unit by unit, each once. Graphs that somebody wrote beside them are not among it.
    ///
    /// Reads as it goes, and holds one unit in memory. Nothing should be written meanwhile. Of a store in a folder only: in
    /// memory the quads of a subject need not stand together.
    pub(crate) fn units(&self) -> impl Iterator<Item = Result<Unit, StoreError>> + '_ {
        let folder = format!("{}doc/", self.base.as_str());
        let journal = self.journal();
        let named = self.quads.named_graphs().filter_map(move |graph| match graph {
            Ok(NamedOrBlankNode::NamedNode(node))
                if node == journal || !node.as_str().starts_with(self.base.as_str()) =>
            {
                None
            }
            Ok(NamedOrBlankNode::NamedNode(node)) => Some(Ok(GraphName::from(node))),
            Ok(NamedOrBlankNode::BlankNode(_)) => None,
            Err(error) => Some(Err(error.into())),
        });
        named.chain([Ok(GraphName::DefaultGraph)]).flat_map(move |graph| {
            let units: Box<dyn Iterator<Item = Result<Unit, StoreError>>> = match graph {
                Ok(GraphName::NamedNode(node)) if node.as_str().starts_with(&folder) => Box::new(self.whole(node)),
                Ok(graph) => Box::new(self.by_subject(graph)),
                Err(error) => Box::new(std::iter::once(Err(error))),
            };
            units
        })
    }

    fn whole(&self, graph: NamedNode) -> impl Iterator<Item = Result<Unit, StoreError>> + use<> {
        let quads = self
            .quads
            .quads_for_pattern(None, None, None, Some((&graph).into()))
            .collect::<Result<Vec<Quad>, _>>();
        let unit = match quads {
            Ok(quads) if quads.is_empty() => None,
            Ok(quads) => Some(Ok(Unit {
                graph: graph.into(),
                subject: None,
                quads,
            })),
            Err(error) => Some(Err(error.into())),
        };
        unit.into_iter()
    }

    /// Quads of one graph come from an index in which those of a subject stand together.
    fn by_subject(&self, graph: GraphName) -> impl Iterator<Item = Result<Unit, StoreError>> + use<> {
        let mut quads = self.quads.quads_for_pattern(None, None, None, Some(graph.as_ref()));
        let mut next: Option<Quad> = None;
        std::iter::from_fn(move || {
            let mut unit: Option<(NamedNode, Vec<Quad>)> = None;
            loop {
                let quad = match next.take().map(Ok).or_else(|| quads.next()) {
                    None => break,
                    Some(Err(error)) => return Some(Err(error.into())),
                    Some(Ok(quad)) => quad,
                };
                // Nothing that documents say has a blank node.
                let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
                    continue;
                };
                match &mut unit {
                    None => unit = Some((subject.clone(), vec![quad])),
                    Some((of, quads)) if of == subject => quads.push(quad),
                    Some(_) => {
                        next = Some(quad);
                        break;
                    }
                }
            }
            unit.map(|(subject, quads)| {
                Ok(Unit {
                    graph: graph.clone(),
                    subject: Some(subject),
                    quads,
                })
            })
        })
    }
}
