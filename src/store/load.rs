use super::evidence::Sources;
use super::maintain::{NamesToSettle, UNDECIDED, UNSETTLED, entities, exists, language_and_text};
use super::{Background, Store, StoreError};
use crate::graph::{self, Name, implied, names_to_triples, vocabulary as v};
use crate::identity::{Evidence, Tie};
use oxigraph::model::{GraphName, GraphNameRef, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// From this many quads on the bulk loader is worth its table files; below, a transaction is quicker.
const BULK_FROM: usize = 20_000;
/// A batch is loaded when it has this many quads, some 50 MB in memory.
const BATCH: usize = 120_000;
/// A batch worth the bulk loader is loaded after this time, so that a kill costs a few seconds' work.
const BATCH_FOR: Duration = Duration::from_secs(5);
/// Batches between flushes: what settling names writes stays in memory until then, in up to 128 MB for each index.
const FLUSH_EVERY: u32 = 16;
/// Quads between commits when many small changes are made.
const COMMIT_EVERY: usize = 1_000;
/// Says in the lexicon's graph which version of the background it holds.
const VERSION: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("https://schema.org/version");

/// What a load did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Documents that weren't in.
    pub new: u64,
    /// Documents that were in with another content or edition.
    pub replaced: u64,
    /// Documents that were in just so.
    pub unchanged: u64,
    /// Quads of new and replaced documents' graphs.
    pub quads: u64,
}

/// Takes documents in, one after the other, and writes them in large batches.
///
/// What was added last may not be in the store before [`Loader::finish`]; dropping a loader discards it.
pub struct Loader<'s> {
    store: &'s Store,
    batch: Vec<Quad>,
    documents: HashSet<NamedNode>,
    loaded: Loaded,
    written: Instant,
    /// Batches since the last flush
    unflushed: u32,
}

impl Store {
    /// A loader for many documents.
    pub fn loader(&self) -> Loader<'_> {
        Loader {
            store: self,
            batch: Vec::new(),
            documents: HashSet::new(),
            loaded: Loaded::default(),
            written: Instant::now(),
            unflushed: 0,
        }
    }

    /// Takes one document in, as [`graph::document_quads`] says it, replacing what was in under its id.
    ///
    /// # Errors
    /// [`StoreError::NotADocument`], [`StoreError::Storage`].
    pub fn put(&self, quads: Vec<Quad>) -> Result<Loaded, StoreError> {
        let mut loader = self.loader();
        loader.add(quads)?;
        loader.finish()
    }

    /// Whether the document is in with this fingerprint and edition, so that it need not be read again.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn has(&self, id: &str, sha256: &str, edition: &str) -> Result<bool, StoreError> {
        let document = self.base.document(id);
        for (property, value) in [(v::SHA256, sha256), (v::EXTRACTED_BY, edition)] {
            let value = Literal::new_simple_literal(value);
            let quad = Quad::new(document.clone(), property, value, document.clone());
            if !self.quads.contains(&quad)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes a document and all that only it said out; whether it was in.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn remove(&self, id: &str) -> Result<bool, StoreError> {
        let _writing = self.writing();
        let document = self.base.document(id);
        if !self.quads.contains_named_graph(&document)? {
            return Ok(false);
        }
        let mut transaction = self.quads.start_transaction()?;
        let undecided = self.put_document(&mut transaction, &document, &[])?;
        self.decide_about(&mut transaction, undecided)?;
        transaction.commit()?;
        Ok(true)
    }

    /// Says where facts of the lexicon come from. Where the store was filled with another version (or none), the
    /// facts of every mentioned entity are replaced.
    ///
    /// # Errors
    /// [`StoreError::Storage`], [`StoreError::Graph`].
    pub fn set_background(&mut self, background: Arc<dyn Background>) -> Result<(), StoreError> {
        let lexicon = self.base.lexicon_graph();
        let version = Quad::new(
            lexicon.clone(),
            VERSION,
            Literal::new_simple_literal(background.version()),
            lexicon.clone(),
        );
        self.background = Some(background);
        let _writing = self.writing();
        if self.quads.contains(&version)? {
            return Ok(());
        }
        let mut mentioned: HashSet<NamedNode> = HashSet::new();
        for quad in self
            .quads
            .quads_for_pattern(None, Some(v::TYPE), None, Some(GraphNameRef::DefaultGraph))
        {
            let quad = quad?;
            if let (NamedOrBlankNode::NamedNode(node), Term::NamedNode(class)) = (quad.subject, quad.object)
                && v::entity_type(class.as_str()).is_some()
            {
                mentioned.insert(node);
            }
        }
        let mentioned: Vec<NamedNode> = mentioned.into_iter().collect();
        for entities in mentioned.chunks(COMMIT_EVERY / 10) {
            let mut transaction = self.quads.start_transaction()?;
            let mut names = NamesToSettle::default();
            for entity in entities {
                self.drop_background(&mut transaction, entity, &mut names)?;
                self.recall_background(&mut transaction, entity, &mut names)?;
            }
            for (entity, labels) in names.0 {
                self.settle_names(&mut transaction, &entity, labels)?;
            }
            transaction.commit()?;
        }
        // The version comes last, so that a refresh that was cut off is done again.
        let mut transaction = self.quads.start_transaction()?;
        let old: Vec<Quad> = transaction
            .quads_for_pattern(Some((&lexicon).into()), Some(VERSION), None, Some((&lexicon).into()))
            .collect::<Result<_, _>>()?;
        for quad in &old {
            transaction.remove(quad);
        }
        transaction.insert(&version);
        transaction.commit()?;
        Ok(())
    }
}

impl Loader<'_> {
    /// Takes in a document's graph, as [`graph::document_quads`] makes it.
    ///
    /// # Errors
    /// [`StoreError::NotADocument`] where the quads aren't those of one document, [`StoreError::Storage`].
    pub fn add(&mut self, quads: Vec<Quad>) -> Result<(), StoreError> {
        let document = self.document(&quads)?;
        if self.documents.contains(&document) {
            self.write_batch()?;
        }
        if !self.store.quads.contains_named_graph(&document)? {
            self.loaded.new += 1;
            self.loaded.quads += quads.len() as u64;
            self.documents.insert(document);
            self.batch.extend(quads);
            let late = self.batch.len() >= BULK_FROM && self.written.elapsed() >= BATCH_FOR;
            if late || self.batch.len() >= BATCH {
                self.write_batch()?;
            }
            return Ok(());
        }
        if self.is_in(&quads)? {
            self.loaded.unchanged += 1;
            return Ok(());
        }
        let _writing = self.store.writing();
        let mut transaction = self.store.quads.start_transaction()?;
        let undecided = self.store.put_document(&mut transaction, &document, &quads)?;
        self.store.decide_about(&mut transaction, undecided)?;
        transaction.commit()?;
        self.loaded.replaced += 1;
        self.loaded.quads += quads.len() as u64;
        Ok(())
    }

    /// What was done so far, the batch that is still held back included.
    pub fn loaded(&self) -> Loaded {
        self.loaded
    }

    /// Writes what is held back. It survives the process being killed; call [`Store::flush`] where it must survive a
    /// loss of power as well.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn finish(mut self) -> Result<Loaded, StoreError> {
        self.write_batch()?;
        Ok(self.loaded)
    }

    fn document(&self, quads: &[Quad]) -> Result<NamedNode, StoreError> {
        let not_a_document = |found: String| StoreError::NotADocument {
            base: self.store.base.as_str().to_owned(),
            found,
        };
        let Some(first) = quads.first() else {
            return Err(not_a_document("nothing".to_owned()));
        };
        let GraphName::NamedNode(document) = &first.graph_name else {
            return Err(not_a_document(first.graph_name.to_string()));
        };
        if let Some(other) = quads.iter().find(|quad| quad.graph_name != first.graph_name) {
            return Err(not_a_document(other.graph_name.to_string()));
        }
        match self.store.base.document_id(document.as_str()) {
            Some(id) if self.store.base.document(&id) == *document => Ok(document.clone()),
            _ => Err(not_a_document(document.to_string())),
        }
    }

    /// Whether the document's graph has the fingerprint and edition that `quads` have.
    fn is_in(&self, quads: &[Quad]) -> Result<bool, StoreError> {
        for quad in quads {
            if matches!(quad.predicate.as_ref(), v::SHA256 | v::EXTRACTED_BY) && !self.store.quads.contains(quad)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes the documents held back, none of which was in the store when it was added.
    fn write_batch(&mut self) -> Result<(), StoreError> {
        let batch = std::mem::take(&mut self.batch);
        let documents = std::mem::take(&mut self.documents);
        if batch.is_empty() {
            return Ok(());
        }
        let _writing = self.store.writing();
        let mut replaces = false;
        for document in &documents {
            // Somebody else may have put it in meanwhile, and the bulk loader only adds.
            replaces |= self.store.quads.contains_named_graph(document)?;
        }
        if replaces || batch.len() < BULK_FROM {
            self.store.write_small(&batch)?;
        } else {
            self.store.write_bulk(batch)?;
        }
        self.unflushed += 1;
        if self.unflushed == FLUSH_EVERY {
            self.store.flush()?;
            self.unflushed = 0;
        }
        self.written = Instant::now();
        Ok(())
    }
}

/// The quads of each document; those of one document stand together.
fn by_document(batch: &[Quad]) -> impl Iterator<Item = &[Quad]> {
    batch.chunk_by(|left, right| left.graph_name == right.graph_name)
}

impl Store {
    fn write_small(&self, batch: &[Quad]) -> Result<(), StoreError> {
        let mut transaction = self.quads.start_transaction()?;
        let mut undecided = BTreeSet::new();
        let mut written = 0;
        for quads in by_document(batch) {
            if let Some(GraphName::NamedNode(document)) = quads.first().map(|q| &q.graph_name) {
                undecided.extend(self.put_document(&mut transaction, document, quads)?);
            }
            written += quads.len();
            if written >= COMMIT_EVERY {
                self.decide_about(&mut transaction, std::mem::take(&mut undecided))?;
                transaction.commit()?;
                transaction = self.quads.start_transaction()?;
                written = 0;
            }
        }
        self.decide_about(&mut transaction, undecided)?;
        transaction.commit()?;
        Ok(())
    }

    fn write_bulk(&self, batch: Vec<Quad>) -> Result<(), StoreError> {
        let lexicon = self.base.lexicon_graph();
        let (mut batch, undecided) = self.prepare(batch)?;
        let mut stated: HashMap<NamedNode, HashSet<Name>> = HashMap::new();
        let mut triples = HashSet::new();
        let mut mentioned = HashSet::new();
        for quads in by_document(&batch) {
            let implied = implied(quads, &self.base);
            if let Some(GraphName::NamedNode(document)) = quads.first().map(|quad| &quad.graph_name) {
                self.changes.document(document);
            }
            mentioned.extend(entities(&implied));
            triples.extend(implied.triples);
            for name in implied.names {
                stated.entry(name.entity.clone()).or_default().insert(name);
            }
        }
        for entity in mentioned.iter().chain(stated.keys()) {
            self.changes.entity(entity);
        }
        let mut unsettled = NamesToSettle::default();
        {
            // Read only, and dropped without a commit.
            let transaction = self.quads.start_transaction()?;
            let mut known: HashMap<NamedNode, Vec<Name>> = HashMap::new();
            for entity in &mentioned {
                let quads = self.background_quads(entity)?;
                if quads.is_empty() || exists(&transaction, Some(entity.as_ref()), None, None, Some(&lexicon))? {
                    continue;
                }
                let implied = implied(&quads, &self.base);
                triples.extend(implied.triples);
                known.insert(entity.clone(), implied.names);
                batch.extend(quads);
            }
            for (entity, names) in stated {
                let is_new = !exists(&transaction, Some(entity.as_ref()), Some(v::PREF_LABEL), None, None)?
                    && !exists(&transaction, Some(entity.as_ref()), Some(v::ALT_LABEL), None, None)?;
                let known = known.remove(&entity).unwrap_or_default();
                if is_new {
                    let names: Vec<Name> = names.into_iter().collect();
                    for (preferred, language, text) in names_to_triples(&known, &names) {
                        triples.insert(graph::name_triple(&entity, preferred, &language, &text));
                    }
                    continue;
                }
                let mut settle = !known.is_empty();
                for name in &names {
                    settle |= !is_stated(&transaction, name)?;
                }
                if settle {
                    batch.push(Quad::new(
                        entity.clone(),
                        UNSETTLED,
                        Literal::from(true),
                        self.journal(),
                    ));
                    for name in names.iter().chain(&known) {
                        unsettled.note(name);
                    }
                }
            }
        }
        batch.extend(
            triples
                .into_iter()
                .map(|triple| triple.in_graph(GraphName::DefaultGraph)),
        );
        batch.extend(undecided.iter().map(|iri| {
            let entity = NamedNode::new_unchecked(iri);
            Quad::new(entity, UNDECIDED, Literal::from(true), self.journal())
        }));
        // One batch, and tables of its size: by default they are made for a million quads.
        let mut loader = self
            .quads
            .bulk_loader()
            .with_num_threads(1)
            .with_max_memory_size_in_megabytes(batch.len() / 1000 + 1);
        if let Err(error) = loader.load_quads(batch).and_then(|()| loader.commit()) {
            // Its half of a table may hold the very space that was lacking. If it can't be deleted now, it will be when
            // the store is opened next.
            if let Some(folder) = &self.folder {
                let _ = folder.remove_leftovers();
            }
            return Err(error.into());
        }
        self.settle_noted(unsettled, undecided)
    }

    /// Puts documents that are about to be loaded in terms of what was decided so far, and tells which of their entities
    /// there may be something to decide about: those that documents tie to something.
    fn prepare(&self, batch: Vec<Quad>) -> Result<(Vec<Quad>, BTreeSet<String>), StoreError> {
        // Read only, and dropped without a commit.
        let transaction = self.quads.start_transaction()?;
        let sources = Sources::new(&transaction, &self.base);
        let mut tied: HashSet<&str> = HashSet::new();
        for quad in &batch {
            if Tie::ALL.iter().any(|by| quad.predicate.as_ref() == v::tie(*by))
                && let (NamedOrBlankNode::NamedNode(entity), Term::NamedNode(handle)) = (&quad.subject, &quad.object)
            {
                tied.extend([entity.as_str(), handle.as_str()]);
            }
        }
        let mut undecided = BTreeSet::new();
        let mut looked_at = HashSet::new();
        // Of each document that has to be put in other terms: where its quads stand, and what they become.
        let mut renamed: Vec<(std::ops::Range<usize>, Vec<Quad>)> = Vec::new();
        let mut start = 0;
        for quads in by_document(&batch) {
            for iri in Store::undecided(quads, &self.base) {
                if looked_at.insert(iri)
                    && (tied.contains(iri)
                        || !sources.bearers(iri, 1)?.is_empty()
                        || !sources.joined(iri)?.is_empty()
                        || !sources.rulings(iri)?.is_empty())
                {
                    undecided.insert(iri.to_owned());
                }
            }
            if let Some(quads_renamed) = self.in_terms_of_entities(&sources, quads)? {
                renamed.push((start..start + quads.len(), quads_renamed));
            }
            start += quads.len();
        }
        drop((tied, looked_at));
        let mut prepared = batch;
        for (range, quads) in renamed.into_iter().rev() {
            prepared.splice(range, quads);
        }
        Ok((prepared, undecided))
    }

    fn settle_noted(&self, unsettled: NamesToSettle, undecided: BTreeSet<String>) -> Result<(), StoreError> {
        if unsettled.0.is_empty() && undecided.is_empty() {
            return Ok(());
        }
        let journal = self.journal();
        let mut transaction = self.quads.start_transaction()?;
        for (done, (entity, labels)) in unsettled.0.into_iter().enumerate() {
            self.settle_names(&mut transaction, &entity, labels)?;
            let noted = Quad::new(entity, UNSETTLED, Literal::from(true), journal.clone());
            transaction.remove(&noted);
            if done % COMMIT_EVERY == COMMIT_EVERY - 1 {
                transaction.commit()?;
                transaction = self.quads.start_transaction()?;
            }
        }
        // What was decided, what follows, and that it is done: all at once.
        self.decide_about(&mut transaction, undecided)?;
        transaction.remove_named_graph(&journal)?;
        transaction.commit()?;
        Ok(())
    }
}

/// Whether the default graph says of a name what this one would have it say, so that nothing changes: it is the
/// preferred one already, or wants to be no more than the alternative one that it is.
fn is_stated(transaction: &oxigraph::store::Transaction<'_>, name: &Name) -> Result<bool, StoreError> {
    let (language, text) = language_and_text(&name.label);
    for preferred in [true, false] {
        if name.preferred && !preferred {
            continue;
        }
        let triple = graph::name_triple(&name.entity, preferred, &language, &text);
        if transaction.contains(triple.as_ref().in_graph(GraphNameRef::DefaultGraph))? {
            return Ok(true);
        }
    }
    Ok(false)
}
